//! The board of deadlines, and one deadline with what is said about it.

use askama::Template;

use super::form::{Errors, TypedDate};
use super::frame::{Frame, count};

#[derive(Debug, Template)]
#[template(path = "deadlines.html")]
pub struct DeadlinesPage {
    pub frame: Frame,
    pub show: Show,
    /// The agencies of those whose deadlines the reader may know of.
    pub agencies: Vec<AgencyChoice>,
    /// Of the agency chosen, or of all.
    pub teams: Vec<TeamLine>,
    /// In words; empty for those who don't answer for a part of the partnership.
    pub partnership: String,
    pub late: Vec<DeadlineLine>,
    pub running: Vec<DeadlineLine>,
    /// Only when everything is asked for.
    pub over: Vec<DeadlineLine>,
    /// A meeting's title, where only its deadlines are shown.
    pub of_meeting: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// What is late or still to come.
    Open,
    Late,
    All,
}

impl Show {
    pub fn parse(text: &str) -> Self {
        match text {
            "late" => Self::Late,
            "all" => Self::All,
            _ => Self::Open,
        }
    }
}

#[derive(Debug, Clone)]
pub struct AgencyChoice {
    pub id: String,
    pub name: String,
    pub chosen: bool,
}

/// How the deadlines of one agency's meetings stand.
#[derive(Debug, Clone)]
pub struct TeamLine {
    pub name: String,
    pub late: usize,
    pub running: usize,
    pub met: usize,
    pub met_late: usize,
}

#[derive(Debug, Clone)]
pub struct DeadlineLine {
    /// The deadline's own page.
    pub href: String,
    pub what: String,
    pub meeting: String,
    /// The meeting's page; empty for who has no seat there.
    pub meeting_href: String,
    pub meeting_when: String,
    pub agency: String,
    pub standing: Standing,
    /// Why it is late, as last said; empty.
    pub reason: String,
}

/// How a deadline stands, in words.
#[derive(Debug, Clone)]
pub struct Standing {
    /// "26 November 2026"; empty where nobody can say.
    pub due: String,
    pub words: String,
    pub tag: &'static str,
    /// Late now, or too late when it was done.
    pub late: bool,
}

#[derive(Debug, Template)]
#[template(path = "deadline.html")]
pub struct DeadlinePage {
    pub frame: Frame,
    pub line: DeadlineLine,
    /// "Within 3 working days of the meeting."
    pub rule: String,
    pub source: String,
    /// Which bank holidays it was counted by, and how far they reach; empty where none were.
    pub counted_by: String,
    /// Said by somebody: what, who, when.
    pub said_done: String,
    pub said_started: String,
    pub reasons: Vec<ReasonLine>,
    pub may: May,
    pub form: DeadlineForm,
    pub errors: Errors,
}

/// What the reader may do here.
#[derive(Debug, Clone, Copy, Default)]
pub struct May {
    pub say_done: bool,
    pub take_back: bool,
    pub say_start: bool,
    pub give_reason: bool,
}

/// What somebody typed.
#[derive(Debug, Clone, Default)]
pub struct DeadlineForm {
    pub done: TypedDate,
    pub start: TypedDate,
    pub reason: String,
}

#[derive(Debug, Clone)]
pub struct ReasonLine {
    pub reason: String,
    pub by: String,
    pub at: String,
}

impl DeadlinesPage {
    fn counted(&self) -> String {
        let late = count(self.late.len(), "deadline is late", "deadlines are late");
        let running = count(self.running.len(), "is still to come", "are still to come");
        let words = if self.show == Show::Late { late } else { format!("{late}, {running}") };
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}
