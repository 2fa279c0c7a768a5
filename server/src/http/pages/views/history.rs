//! The working history of one part: the sittings of writing to choose an earlier state from.

use askama::Template;

use super::frame::Frame;

#[derive(Debug, Template)]
#[template(path = "history.html")]
pub struct HistoryPage {
    pub frame: Frame,
    pub meeting_id: String,
    pub title: String,
    pub when: String,
    /// What can be chosen from; nothing to choose if there is one.
    pub parts: Vec<PartLink>,
    /// None once the working history is no longer kept.
    pub now: Option<String>,
    /// Of this page, the latest first.
    pub days: Vec<Day>,
    /// "1 to 50 of 230", when that isn't all.
    pub shown: String,
    pub later: String,
    pub earlier: String,
}

#[derive(Debug, Clone)]
pub struct PartLink {
    pub href: String,
    /// Who may read the part.
    pub readers: &'static str,
    pub current: bool,
}

#[derive(Debug, Clone)]
pub struct Day {
    pub date: String,
    pub moments: Vec<MomentLine>,
}

#[derive(Debug, Clone)]
pub struct MomentLine {
    pub href: String,
    pub who: String,
    pub times: String,
    pub place: String,
    /// "wrote 5 words and removed 2"
    pub what: String,
}
