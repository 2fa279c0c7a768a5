//! The files of a meeting and how a child stands, in every state that looks different.

use super::samples::Ink;
use crate::http::pages::views::child_status::ChildStatusPage;
use crate::http::pages::views::files::{FileLine, FilesPage, PartChoice};
use crate::http::pages::views::form::{Errors, TypedDate};
use crate::http::pages::views::frame::Frame;

pub fn files(ink: Ink, frame: Frame, meeting: &str) -> FilesPage {
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

pub fn status(ink: Ink, frame: Frame, meeting: &str, errors: Errors) -> ChildStatusPage {
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
