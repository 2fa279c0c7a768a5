//! The list of sittings, the latest first.

use minutes::history::{Moment, Place};
use minutes::ids::PersonId;
use minutes::words;

use super::teller::{self, Teller, capitalised};
use super::{part_href, state_href};
use crate::clock::rfc3339;
use crate::http::pages::frames;
use crate::http::pages::views::frame::listed;
use crate::http::pages::views::history::{Day, HistoryPage, MomentLine, PartLink};
use crate::workflow::App;
use crate::workflow::seat::AtMeeting;
use crate::workflow::show_history::PartHistory;
use crate::workflow::show_record::Facts;

const ON_A_PAGE: usize = 50;

pub(super) fn view(app: &App, at: &AtMeeting, facts: &Facts, found: &PartHistory, page: usize) -> HistoryPage {
    let teller = Teller::new(facts);
    let count = found.moments.len();
    let last_page = count.div_ceil(ON_A_PAGE).max(1);
    let page = page.clamp(1, last_page);
    let first = (page - 1) * ON_A_PAGE;
    let parts = facts.documents.iter().map(|(document, part)| PartLink {
        href: part_href(at, *document),
        readers: words::readers(part),
        current: *document == found.document,
    });
    let mut days: Vec<Day> = Vec::new();
    for moment in found.moments.iter().rev().skip(first).take(ON_A_PAGE) {
        let date = frames::day(&rfc3339(moment.to));
        let line = line(at, facts, found, &teller, moment);
        match days.last_mut() {
            Some(day) if day.date == date => day.moments.push(line),
            _ => days.push(Day { date, moments: vec![line] }),
        }
    }
    let to_page = |page: usize| format!("{}&page={page}", part_href(at, found.document));
    HistoryPage {
        frame: frames::at_meeting(app, at),
        meeting_id: at.meeting.id.to_string(),
        title: at.meeting.title.clone(),
        when: frames::when(&facts.meeting.starts_at),
        parts: parts.collect(),
        now: (found.changes > 0).then(|| state_href(at, found.document, found.changes)),
        days,
        shown: if last_page > 1 {
            format!("{} to {} of {count}", first + 1, (first + ON_A_PAGE).min(count))
        } else {
            String::new()
        },
        later: if page > 1 { to_page(page - 1) } else { String::new() },
        earlier: if page < last_page { to_page(page + 1) } else { String::new() },
    }
}

fn line(at: &AtMeeting, facts: &Facts, found: &PartHistory, teller: &Teller<'_>, moment: &Moment) -> MomentLine {
    let place = match &moment.place {
        Place::Attendance => "Who is here".to_owned(),
        Place::Section(key) => {
            let section = facts.pack.sections.iter().find(|section| section.key == *key);
            section.map_or_else(|| key.clone(), |section| section.heading.clone())
        }
        Place::Decisions | Place::Views => "Decisions".to_owned(),
        Place::Actions => "Plan".to_owned(),
    };
    // The day stands above; only a sitting that began the day before says more than the time.
    let times = teller.times(moment.from, moment.to);
    MomentLine {
        href: state_href(at, found.document, moment.n),
        who: teller.name(Some(moment.by)),
        times,
        place,
        what: what(moment, |person| teller.name(Some(person))),
    }
}

/// "Added an entry, 12 words", "Wrote 5 words and took out 2 words in Tom Hale’s entry".
fn what(moment: &Moment, name: impl Fn(PersonId) -> String) -> String {
    let row = match moment.place {
        Place::Attendance => return "Marked attendance".to_owned(),
        Place::Section(_) => "entry",
        Place::Decisions => "decision",
        Place::Views => "view",
        Place::Actions => "action",
    };
    let article = if matches!(row, "entry" | "action") { "an" } else { "a" };
    let words = |number: usize| if number == 1 { "1 word".to_owned() } else { format!("{number} words") };
    let of_another = moment.speaker.filter(|speaker| *speaker != moment.by).map(name);
    let whose = match (&of_another, moment.speaker) {
        (Some(name), _) => format!("{name}’s {row}"),
        (None, Some(_)) => format!("their own {row}"),
        (None, None) => format!("{article} {row}"),
    };
    let mut edits = Vec::new();
    if moment.words_added > 0 && !moment.made_row {
        edits.push(format!("wrote {}", words(moment.words_added)));
    }
    if moment.words_removed > 0 {
        edits.push(format!("took out {}", words(moment.words_removed)));
    }
    if !moment.set.is_empty() {
        let fields: Vec<String> = moment.set.iter().map(|name| teller::field(name).to_owned()).collect();
        edits.push(format!("set {}", listed(&fields)));
    }
    let mut told = Vec::new();
    if moment.made_row {
        let whom = of_another.map(|name| format!(" for {name}")).unwrap_or_default();
        let length = if moment.words_added > 0 { format!(", {}", words(moment.words_added)) } else { String::new() };
        told.push(format!("added {article} {row}{whom}{length}"));
    }
    match (edits.is_empty(), moment.made_row) {
        (true, _) => {}
        (false, true) => told.push(listed(&edits)),
        (false, false) => told.push(format!("{} in {whose}", listed(&edits))),
    }
    match (moment.removed_row, moment.made_row) {
        (false, _) => {}
        (true, true) => told.push("removed it again".to_owned()),
        (true, false) => told.push(format!("removed {whose}")),
    }
    if told.is_empty() {
        told.push(format!("changed spaces or signs in {whose}"));
    }
    capitalised(&told.join("; "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use uuid::Uuid;

    use super::*;

    fn me() -> PersonId {
        PersonId(Uuid::nil())
    }

    fn moment(place: Place) -> Moment {
        Moment {
            n: 1,
            by: me(),
            place,
            row: None,
            speaker: None,
            from: 0,
            to: 0,
            words_added: 0,
            words_removed: 0,
            made_row: false,
            removed_row: false,
            set: BTreeSet::new(),
        }
    }

    #[test]
    fn a_sitting_is_told_in_words() {
        let entry = || moment(Place::Section("worries".to_owned()));
        let of_tom = || Moment { speaker: Some(PersonId(Uuid::from_u128(1))), ..entry() };
        let cases = [
            (moment(Place::Attendance), "Marked attendance"),
            (Moment { made_row: true, words_added: 12, ..entry() }, "Added an entry, 12 words"),
            (Moment { made_row: true, ..moment(Place::Decisions) }, "Added a decision"),
            (Moment { made_row: true, words_added: 1, ..of_tom() }, "Added an entry for Tom Hale, 1 word"),
            (
                Moment { words_added: 1, words_removed: 2, ..of_tom() },
                "Wrote 1 word and took out 2 words in Tom Hale’s entry",
            ),
            (
                Moment { set: BTreeSet::from(["due", "owner"]), ..moment(Place::Actions) },
                "Set the date and who does it in an action",
            ),
            (Moment { removed_row: true, ..of_tom() }, "Removed Tom Hale’s entry"),
            (
                Moment { made_row: true, removed_row: true, set: BTreeSet::from(["nature"]), ..entry() },
                "Added an entry; set the kind of statement; removed it again",
            ),
            (Moment { speaker: Some(me()), ..entry() }, "Changed spaces or signs in their own entry"),
        ];
        for (moment, told) in cases {
            assert_eq!(what(&moment, |_| "Tom Hale".to_owned()), told);
        }
    }
}
