//! The board of deadlines and one deadline, in every state that looks different.

use super::samples::{Ink, frame};
use crate::http::pages::views::deadlines::{
    AgencyChoice, DeadlineForm, DeadlineLine, DeadlinePage, DeadlinesPage, May, ReasonLine, Show, Standing, TeamLine,
};
use crate::http::pages::views::form::Errors;
use crate::http::pages::views::frame::Frame;

pub fn every(ink: Ink, add: &mut impl FnMut(&str, &dyn askama::DynTemplate)) {
    for (name, show) in [("deadlines", Show::Open), ("deadlines-late", Show::Late), ("deadlines-all", Show::All)] {
        add(name, &board(ink, frame(ink), show));
    }
    let all = board(ink, frame(ink), Show::All);
    let of_one =
        DeadlinesPage { of_meeting: ink.t("Core group 3"), late: vec![], running: vec![], teams: vec![], ..all };
    add("deadlines-meeting", &of_one);
    add("deadline", &deadline(ink, frame(ink), Errors::none()));
    let wrong = Errors::one("done-day", "The day it was done can’t be in the future");
    add("deadline-wrong", &deadline(ink, frame(ink), wrong));
}

fn line(ink: Ink, n: u8, words: &str, tag: &'static str, late: bool) -> DeadlineLine {
    DeadlineLine {
        href: format!("/meetings/{n}/deadlines/record"),
        what: ink.t("The record is locked, signed and with everybody who was there"),
        meeting: ink.t("Core group 3"),
        meeting_href: if n == 1 { "/meetings/1".to_owned() } else { String::new() },
        meeting_when: "23 November 2026, 10:00".to_owned(),
        agency: ink.t("Social care"),
        standing: Standing { due: "Thursday 26 November 2026".to_owned(), words: words.to_owned(), tag, late },
        reason: if n == 1 { ink.t("The minute taker was ill.") } else { String::new() },
    }
}

fn board(ink: Ink, frame: Frame, show: Show) -> DeadlinesPage {
    let team = |name: &str, late| TeamLine { name: ink.t(name), late, running: 4, met: 21, met_late: 3 };
    DeadlinesPage {
        frame,
        show,
        agencies: vec![AgencyChoice { id: "1".to_owned(), name: ink.t("Social care"), chosen: true }],
        teams: vec![team("Social care", 2), team("Hillside Primary School", 0)],
        partnership: "2 late, 31 to come, 204 done in time, 9 done late".to_owned(),
        late: vec![
            line(ink, 1, "3 working days late", "govuk-tag--red", true),
            line(ink, 2, "1 working day late", "govuk-tag--red", true),
        ],
        running: vec![line(ink, 3, "Due in 1 working day", "govuk-tag--orange", false)],
        over: vec![line(ink, 1, "Done 26 November, 2 working days late", "govuk-tag--yellow", true)],
        of_meeting: String::new(),
    }
}

fn deadline(ink: Ink, frame: Frame, errors: Errors) -> DeadlinePage {
    DeadlinePage {
        frame,
        line: line(ink, 1, "3 working days late", "govuk-tag--red", true),
        rule: "Within 3 working days of the meeting".to_owned(),
        source: ink.t("Recording policy 2.1, rule 9"),
        counted_by: "The bank holidays of England and Wales, fixed until 31 December 2027.".to_owned(),
        said_done: ink.t("1 December 2026, said Ruth Okafor on 2 December 2026, 09:12"),
        said_started: String::new(),
        reasons: vec![ReasonLine {
            reason: ink.t("The minute taker was ill."),
            by: ink.t("Ruth Okafor"),
            at: "1 December 2026, 16:20".to_owned(),
        }],
        may: May { say_done: true, take_back: true, say_start: true, give_reason: true },
        form: DeadlineForm { reason: ink.t("No cover"), ..DeadlineForm::default() },
        errors,
    }
}
