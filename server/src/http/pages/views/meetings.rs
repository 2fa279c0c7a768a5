//! Home: my meetings.

use askama::Template;

use super::frame::{Frame, listed};

#[derive(Debug, Template)]
#[template(path = "meetings.html")]
pub struct MeetingsPage {
    pub frame: Frame,
    /// Soonest first.
    pub open: Vec<MeetingLine>,
    /// Latest first.
    pub locked: Vec<MeetingLine>,
    pub may_create: MayCreate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayCreate {
    Yes,
    No,
}

#[derive(Debug, Clone)]
pub struct MeetingLine {
    pub id: String,
    pub title: String,
    pub kind_name: String,
    /// In words: "23 November 2026, 10:00".
    pub when: String,
    pub place: String,
    /// Names, for those who may see them here.
    pub children: Vec<String>,
    /// What I am there: "chair".
    pub my_role: String,
    pub state: MeetingState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeetingState {
    Open,
    Locking,
    Locked,
}

impl MeetingLine {
    fn children_listed(&self) -> String {
        listed(&self.children)
    }
}

impl MeetingState {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "Being written",
            Self::Locking => "Being locked",
            Self::Locked => "Locked and signed",
        }
    }

    pub const fn tag(self) -> &'static str {
        match self {
            Self::Open => "govuk-tag--blue",
            Self::Locking => "govuk-tag--yellow",
            Self::Locked => "govuk-tag--green",
        }
    }
}
