//! One part of the record as it stood, with who wrote which words.

use askama::Template;
use minutes::edition::Named;

use super::frame::Frame;

#[derive(Debug, Template)]
#[template(path = "history_state.html")]
pub struct HistoryStatePage {
    pub frame: Frame,
    pub history_href: String,
    pub title: String,
    pub when: String,
    pub readers: &'static str,
    pub stage: Stage,
    /// When the server received the last of the changes that made it.
    pub as_of: String,
    /// The day of the meeting: times without a date are of that day.
    pub day: String,
    /// The states before and after; empty at either end.
    pub earlier: String,
    pub later: String,
    pub attendance: Vec<AttendanceView>,
    pub sections: Vec<SectionView>,
    pub decisions: Vec<DecisionView>,
    pub actions: Vec<ActionView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Now,
    Then,
}

/// A text, in runs of one author each where several wrote it.
#[derive(Debug, Clone, Default)]
pub struct WordsView {
    pub runs: Vec<Run>,
    /// Who wrote all of it; none where each run says so itself, or its row does.
    pub by: Option<Note>,
}

#[derive(Debug, Clone, Default)]
pub struct Run {
    /// White space before and after, which nobody needs to be named for.
    pub before: String,
    pub words: String,
    pub after: String,
    /// Empty if one person wrote the whole text.
    pub who: String,
    pub times: String,
}

/// "Written by Priya Nair, 10:42".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// "Written by", "Removed by", "Due date set by".
    pub did: String,
    pub who: String,
    pub times: String,
}

#[derive(Debug, Clone)]
pub struct AttendanceView {
    pub who: Named,
    pub status: String,
    pub times: String,
    pub note: WordsView,
    pub notes: Vec<Note>,
}

#[derive(Debug, Clone)]
pub struct SectionView {
    pub key: String,
    pub heading: String,
    pub entries: Vec<EntryView>,
}

#[derive(Debug, Clone)]
pub struct EntryView {
    pub by: Named,
    pub nature: String,
    pub text: WordsView,
    /// How they were asked, and where they put it from 0 to 10: said together, since both are rare.
    pub asked: String,
    pub source: String,
    pub about: String,
    pub notes: Vec<Note>,
    pub removed: Option<Note>,
}

#[derive(Debug, Clone)]
pub struct DecisionView {
    pub child: String,
    pub category: String,
    /// Outcome and threshold, as far as either is there.
    pub outcome: String,
    pub text: WordsView,
    pub rationale: WordsView,
    pub agreed: &'static str,
    pub notes: Vec<Note>,
    pub removed: Option<Note>,
    pub views: Vec<PositionView>,
}

#[derive(Debug, Clone)]
pub struct PositionView {
    pub by: Named,
    pub position: String,
    pub reason: WordsView,
    pub notes: Vec<Note>,
}

#[derive(Debug, Clone)]
pub struct ActionView {
    pub what: WordsView,
    pub outcome: WordsView,
    pub measure: WordsView,
    /// Empty while nobody is named.
    pub owner: String,
    pub due: String,
    pub about: String,
    pub status: String,
    pub notes: Vec<Note>,
    pub removed: Option<Note>,
}

impl HistoryStatePage {
    fn is_now(&self) -> bool {
        self.stage == Stage::Now
    }
}
