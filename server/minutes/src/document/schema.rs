//! The shape of a document: which rows there are, which fields they have, and what may stand in each.

use jiff::civil::{Date, Time};

use crate::ids::RowId;
use crate::record::{ActionStatus, AttendanceStatus, Nature, Position};

/// The kinds of row a document holds, each in a map keyed by the row's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    Entries,
    Decisions,
    Views,
    Actions,
}

/// What an object of the document is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    Root,
    Meeting,
    Sections,
    Section,
    /// The map of rows of one table (for entries: one such map per section).
    Rows(Table),
    Row(Table, RowId),
    /// A Text in a row.
    Text(Table, RowId),
    About(Table, RowId),
    Removed(Table, RowId),
    Attendance,
    AttendanceRow,
    AttendanceNote,
}

/// What may stand in one field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldRule {
    /// An Automerge Text, made with the row and never replaced.
    Text,
    /// The map of children the row is about, made with the row.
    About,
    /// The tombstone, made once.
    Removed,
    /// A scalar that anyone who may edit the row may set.
    Scalar(ScalarRule),
    /// A scalar set when the row is made and never again.
    Once(ScalarRule),
}

/// What a scalar may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarRule {
    Position,
    Line { max: usize },
    Nature,
    ActionStatus,
    AttendanceStatus,
    Stance,
    Seated,
    SeatedOrNobody,
    Agency,
    Child,
    Row,
    DateOrNothing,
    TimeOrNothing,
    Boolean,
}

const LINE: ScalarRule = ScalarRule::Line { max: 500 };

impl Table {
    pub const fn fields(self) -> &'static [(&'static str, FieldRule)] {
        use FieldRule::{About, Once, Removed, Scalar, Text};
        match self {
            Self::Entries => &[
                ("pos", Scalar(ScalarRule::Position)),
                ("text", Text),
                ("nature", Scalar(ScalarRule::Nature)),
                ("source", Scalar(LINE)),
                ("by", Once(ScalarRule::Seated)),
                ("about", About),
                ("removed", Removed),
            ],
            Self::Decisions => &[
                ("pos", Scalar(ScalarRule::Position)),
                ("child", Once(ScalarRule::Child)),
                ("text", Text),
                ("rationale", Text),
                ("category", Scalar(LINE)),
                ("agreed", Scalar(ScalarRule::Boolean)),
                ("removed", Removed),
            ],
            Self::Views => &[
                ("decision", Once(ScalarRule::Row)),
                ("agency", Once(ScalarRule::Agency)),
                ("by", Once(ScalarRule::Seated)),
                ("position", Scalar(ScalarRule::Stance)),
                ("reason", Text),
            ],
            Self::Actions => &[
                ("pos", Scalar(ScalarRule::Position)),
                ("outcome", Text),
                ("what", Text),
                ("owner", Scalar(ScalarRule::SeatedOrNobody)),
                ("due", Scalar(ScalarRule::DateOrNothing)),
                ("measure", Text),
                ("about", About),
                ("status", Scalar(ScalarRule::ActionStatus)),
                ("removed", Removed),
            ],
        }
    }

    pub fn field(self, name: &str) -> Option<FieldRule> {
        self.fields().iter().find(|(field, _)| *field == name).map(|(_, rule)| *rule)
    }
}

/// The fields of an attendance row; the rows themselves are made by the server.
pub fn attendance_field(name: &str) -> Option<ScalarRule> {
    match name {
        "status" => Some(ScalarRule::AttendanceStatus),
        "arrivedAt" | "leftAt" => Some(ScalarRule::TimeOrNothing),
        _ => None,
    }
}

impl ScalarRule {
    /// Whether `text` has the right form. Whether the person or child it names is at this meeting is the gate's to ask.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Position => (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric()),
            Self::Line { max } => text.encode_utf16().count() <= max && !text.contains(['\n', '\r', '\0']),
            Self::Nature => Nature::parse(text).is_some(),
            Self::ActionStatus => ActionStatus::parse(text).is_some(),
            Self::AttendanceStatus => AttendanceStatus::parse(text).is_some(),
            Self::Stance => Position::parse(text).is_some(),
            Self::Seated | Self::Child | Self::Row => is_id(text),
            Self::SeatedOrNobody | Self::Agency => text.is_empty() || is_id(text),
            Self::DateOrNothing => text.is_empty() || (text.len() == 10 && text.parse::<Date>().is_ok()),
            Self::TimeOrNothing => text.is_empty() || (text.len() == 5 && text.parse::<Time>().is_ok()),
            Self::Boolean => false,
        }
    }
}

/// Only the hyphenated lower-case spelling, so that one id has one key.
pub(crate) fn is_id(text: &str) -> bool {
    text.parse::<RowId>().is_ok_and(|id| id.to_string() == text)
}
