//! The review before the lock, with something in its way and something that could be better.

use super::samples::{Ink, MEETING, frame};
use crate::http::pages::views::form::Errors;
use crate::http::pages::views::review::{
    CountLine, FindingLine, LockProblem, PlannedFiling, RecipientLine, ReviewPage, Route, TestPrint,
};

pub fn review(ink: Ink) -> ReviewPage {
    let found = |key: &str, text: &str| FindingLine {
        field: FindingLine::field(key),
        href: format!("/meetings/{MEETING}#sheet-plan"),
        text: ink.t(text),
        reason: String::new(),
    };
    let number = |label: &str, value: &str| CountLine { label: label.to_owned(), value: value.to_owned() };
    let to = |name: &str, standing: &str, copy: &str, route| RecipientLine {
        name: ink.t(name),
        standing: ink.t(standing),
        copy: copy.to_owned(),
        route,
    };
    let filing = |agency: &str, child: &str| PlannedFiling {
        agency: ink.t(agency),
        child: ink.t(child),
        copy: "Full record".to_owned(),
    };
    ReviewPage {
        frame: frame(ink),
        meeting_id: MEETING.to_owned(),
        title: ink.t("Core group 3"),
        when: "23 November 2026, 10:00".to_owned(),
        blocks: vec![
            found("section_empty:childrens_views", "“Children’s views” is empty"),
            FindingLine { reason: ink.t("Nobody can yet"), ..found("no_owner:1", "One action has no owner") },
        ],
        warnings: vec![found("vague_verb:1", "“Monitor mornings” leaves open what will be done (“monitor”).")],
        counts: vec![
            number("entries", "14"),
            number("decisions", "2"),
            number("actions", "4"),
            number("present", "5 of 6"),
        ],
        recipients: vec![
            to(
                "Priya Nair",
                "health visitor, Northmoor NHS Trust",
                "Full record",
                Route::Attached { address: ink.t("priya.nair@northmoor-nhs.example") },
            ),
            to("Kate Thorne", "mother", "Family copy", Route::LinkAndCode { address: ink.t("kate@home.example") }),
            to("Tom Hale", "class teacher, Hillside Primary", "Full record", Route::ByHand),
        ],
        filings: vec![filing("Northmoor NHS Trust", "Maya Thorne"), filing("Northmoor Police", "Leo Thorne")],
        test_print: TestPrint::Passed,
        statement: ink.t("I am chair of this meeting. I have reviewed this record and approve it."),
        errors: Errors::none(),
    }
}

pub fn review_wrong(ink: Ink) -> ReviewPage {
    let mut page = review(ink);
    for problem in [LockProblem::WarningsNotSeen, LockProblem::NotConfirmed, LockProblem::PasswordNotRight] {
        problem.add_to(&mut page.errors);
    }
    page
}
