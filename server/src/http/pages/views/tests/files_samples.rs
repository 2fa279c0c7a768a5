//! The files of a meeting and how a child stands, in every state that looks different.

use super::samples::Ink;
use crate::http::pages::views::child_status::ChildStatusPage;
use crate::http::pages::views::files::{FileLine, FilesPage, PartChoice};
use crate::http::pages::views::form::{Errors, TypedDate};
use crate::http::pages::views::frame::Frame;

pub fn every_page(ink: Ink, frame: Frame, meeting: &str) -> Vec<(&'static str, Box<dyn askama::DynTemplate>)> {
    let all = files(ink, frame.clone(), meeting);
    let none =
        FilesPage { files: vec![], errors: Errors::one("file", "Choose a file"), ..files(ink, frame.clone(), meeting) };
    let wrong = Errors::one("plan-day", "Enter a date, such as 27 3 2026, or leave it empty");
    vec![
        ("files", Box::new(all)),
        ("files-wrong", Box::new(none)),
        ("child-status", Box::new(status(ink, frame.clone(), meeting, Errors::none()))),
        ("child-status-wrong", Box::new(status(ink, frame, meeting, wrong))),
    ]
}

fn files(ink: Ink, frame: Frame, meeting: &str) -> FilesPage {
    let file = |id: &str, title: &str, about: &str, removable| FileLine {
        id: id.to_owned(),
        title: ink.t(title),
        about: about.to_owned(),
        readers: "Everyone, the family too",
        by: ink.t("Priya Nair"),
        when: "23 November 2026, 10:20".to_owned(),
        sha256: "9f2b".repeat(16),
        removable,
    };
    let part = |key: &str, words, chosen| PartChoice { key: key.to_owned(), words, chosen };
    FilesPage {
        frame,
        meeting_id: meeting.to_owned(),
        title: ink.t("Core group 3"),
        when: "23 November 2026, 10:00".to_owned(),
        files: vec![
            file("1", "Maya’s drawing of her house", "picture, 84 KB", true),
            file("2", "School report", "PDF, 1.2 MB", false),
        ],
        parts: vec![part("main", "Everyone, the family too", true), part("professionals", "Professionals only", false)],
        may_add: true,
        typed: ink.t("Letter"),
        errors: Errors::none(),
    }
}

fn status(ink: Ink, frame: Frame, meeting: &str, errors: Errors) -> ChildStatusPage {
    let date = TypedDate { day: ink.t("27"), month: "3".to_owned(), year: "2026".to_owned() };
    ChildStatusPage {
        frame,
        meeting_id: meeting.to_owned(),
        child: "1".to_owned(),
        name: ink.t("Maya Thorne"),
        plan: date,
        looked_after: TypedDate::default(),
        closed: TypedDate::default(),
        errors,
    }
}
