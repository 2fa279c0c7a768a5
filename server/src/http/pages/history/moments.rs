//! The list of sittings, the latest first.

use minutes::history::{Moment, Place};
use minutes::words;

use super::teller::{self, Teller};
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
            let section = facts.sections.iter().find(|section| section.key == *key);
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
        what: what(moment),
    }
}

/// "Added an entry, 12 words", "Wrote 5 words, removed 2 words, set who does it".
fn what(moment: &Moment) -> String {
    let row = match moment.place {
        Place::Attendance => return "Marked attendance".to_owned(),
        Place::Section(_) => "entry",
        Place::Decisions => "decision",
        Place::Views => "view",
        Place::Actions => "action",
    };
    let article = if matches!(row, "entry" | "action") { "an" } else { "a" };
    let count = |number: usize| if number == 1 { "1 word".to_owned() } else { format!("{number} words") };
    let mut told = Vec::new();
    match (moment.made_row, moment.words_added) {
        (true, 0) => told.push(format!("added {article} {row}")),
        (true, words) => told.push(format!("added {article} {row}, {}", count(words))),
        (false, 0) => {}
        (false, words) => told.push(format!("wrote {}", count(words))),
    }
    if moment.words_removed > 0 {
        told.push(format!("took out {}", count(moment.words_removed)));
    }
    if !moment.set.is_empty() {
        let fields: Vec<String> = moment.set.iter().map(|name| teller::field(name).to_owned()).collect();
        told.push(format!("set {}", listed(&fields)));
    }
    if moment.removed_row {
        told.push(format!("removed the {row}"));
    }
    if told.is_empty() {
        told.push("changed spaces or signs".to_owned());
    }
    let told = told.join("; ");
    let mut letters = told.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use minutes::ids::PersonId;
    use uuid::Uuid;

    use super::*;

    fn moment(place: Place) -> Moment {
        Moment {
            n: 1,
            by: PersonId(Uuid::nil()),
            place,
            row: None,
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
        let cases = [
            (moment(Place::Attendance), "Marked attendance"),
            (Moment { made_row: true, words_added: 12, ..entry() }, "Added an entry, 12 words"),
            (Moment { made_row: true, ..moment(Place::Decisions) }, "Added a decision"),
            (Moment { words_added: 1, words_removed: 2, ..entry() }, "Wrote 1 word; took out 2 words"),
            (Moment { set: BTreeSet::from(["due", "owner"]), ..moment(Place::Actions) }, "Set by when and who does it"),
            (Moment { removed_row: true, ..moment(Place::Actions) }, "Removed the action"),
            (entry(), "Changed spaces or signs"),
        ];
        for (moment, told) in cases {
            assert_eq!(what(&moment), told);
        }
    }
}
