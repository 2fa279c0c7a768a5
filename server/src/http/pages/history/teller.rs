//! Names and times in words, as the history says them.

use minutes::edition::Named;
use minutes::history::Stamp;
use minutes::ids::{ChildId, PersonId};

use crate::clock::rfc3339;
use crate::http::pages::frames;
use crate::http::pages::views::frame::listed;
use crate::http::pages::views::history_state::Note;
use crate::workflow::show_record::Facts;

pub(super) struct Teller<'a> {
    facts: &'a Facts,
    /// The day of the meeting: a time on it needs no date.
    pub(super) day: String,
}

impl<'a> Teller<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        Self { facts, day: frames::day(&facts.meeting.starts_at) }
    }

    /// Who they were at the meeting, whether or not they still sit there.
    pub(super) fn named(&self, person: Option<PersonId>) -> Named {
        match self.facts.seats.iter().find(|seat| Some(seat.person) == person) {
            Some(seat) => {
                let standing = [seat.title.as_str(), seat.agency_name.as_str()];
                let standing: Vec<&str> = standing.into_iter().filter(|text| !text.is_empty()).collect();
                Named { name: seat.name.clone(), standing: standing.join(", ") }
            }
            None if person.is_some() => Named { name: "Somebody no longer listed".to_owned(), standing: String::new() },
            None => Named { name: "Nobody known to the server".to_owned(), standing: String::new() },
        }
    }

    pub(super) fn name(&self, person: Option<PersonId>) -> String {
        self.named(person).name
    }

    pub(super) fn child(&self, child: ChildId) -> String {
        let children = &self.facts.children;
        children.iter().find(|one| one.id == child).map(|one| one.label(children)).unwrap_or_default()
    }

    /// In the meeting's order; empty for all of them, as the record has it.
    pub(super) fn children(&self, about: &[(ChildId, Stamp)]) -> String {
        let children = &self.facts.children;
        if about.len() >= children.len() {
            return String::new();
        }
        let named = children.iter().filter(|child| about.iter().any(|(id, _)| *id == child.id));
        listed(&named.map(|child| child.label(children)).collect::<Vec<_>>())
    }

    /// "10:42", "10:42 to 10:45", with the date when it is another day than the meeting's.
    pub(super) fn times(&self, from: i64, to: i64) -> String {
        let (from, to) = (frames::when(&rfc3339(from)), frames::when(&rfc3339(to)));
        let last = match (split(&from), split(&to)) {
            _ if from == to => return self.time(&from),
            ((from_day, _), (to_day, time)) if from_day == to_day => time.to_owned(),
            _ => self.time(&to),
        };
        format!("{} to {last}", self.time(&from))
    }

    fn time(&self, when: &str) -> String {
        let (day, time) = split(when);
        if day == self.day { time.to_owned() } else { when.to_owned() }
    }

    pub(super) fn note(&self, did: &str, stamp: Stamp) -> Note {
        self.note_of(did, stamp.by, stamp.at, stamp.at)
    }

    pub(super) fn note_of(&self, did: &str, by: Option<PersonId>, from: i64, to: i64) -> Note {
        Note { did: did.to_owned(), who: self.name(by), times: self.times(from, to) }
    }
}

/// Day and time of a moment in words.
fn split(when: &str) -> (&str, &str) {
    when.rsplit_once(", ").unwrap_or(("", when))
}

/// What a field is called in words.
pub(super) fn field(name: &str) -> &str {
    match name {
        "pos" => "its place in the order",
        "nature" => "the kind of statement",
        "source" => "the source",
        "about" => "the children it is about",
        "category" => "the category",
        "agreed" => "whether it was agreed",
        "outcome" => "the outcome",
        "threshold" => "the threshold",
        "tool" => "how they were asked",
        "scale" => "the number from 0 to 10",
        "attachment" => "the attached file",
        "carriedFrom" => "the earlier action",
        "position" => "the position",
        "owner" => "who does it",
        "due" => "the date",
        "status" => "how far it is",
        other => other,
    }
}

pub(super) fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
