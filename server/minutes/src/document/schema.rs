//! The shape of a document: which rows there are, which fields they have, and what may stand in each.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::ids::{ChildId, PersonId, RowId};
use crate::record::{ActionStatus, AttendanceStatus, Nature, Position};

/// The kinds of row a document holds, each in a map keyed by the row's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Table {
    Entries,
    Decisions,
    Views,
    Actions,
}

/// What an object of the document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    AttendanceRow(PersonId),
    AttendanceNote,
}

/// A place in an object whose value may be set again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Key {
    /// A field, by its place among those of its kind of row.
    Field(u8),
    Child(ChildId),
}

impl Node {
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Text(..) | Self::AttendanceNote)
    }

    /// What an object made at `key` of this one is, if there is a place for one.
    pub fn child(self, key: &str) -> Option<Self> {
        match (self, key) {
            (Self::Root, "meeting") => Some(Self::Meeting),
            (Self::Root, "attendance") => Some(Self::Attendance),
            (Self::Root, "sections") => Some(Self::Sections),
            (Self::Root, "decisions") => Some(Self::Rows(Table::Decisions)),
            (Self::Root, "views") => Some(Self::Rows(Table::Views)),
            (Self::Root, "actions") => Some(Self::Rows(Table::Actions)),
            (Self::Sections, _) => Some(Self::Section),
            (Self::Section, "entries") => Some(Self::Rows(Table::Entries)),
            (Self::Attendance, id) => Some(Self::AttendanceRow(id.parse().ok()?)),
            (Self::AttendanceRow(_), "note") => Some(Self::AttendanceNote),
            (Self::Rows(table), id) => Some(Self::Row(table, id.parse().ok()?)),
            (Self::Row(table, row), field) => match table.field(field)? {
                FieldRule::Text => Some(Self::Text(table, row)),
                FieldRule::About => Some(Self::About(table, row)),
                FieldRule::Removed => Some(Self::Removed(table, row)),
                FieldRule::Scalar(_) | FieldRule::Once(_) | FieldRule::Optional(_) => None,
            },
            _ => None,
        }
    }

    /// The key of a value that may be set again.
    pub fn key(self, key: &str) -> Option<Key> {
        match self {
            Self::Row(table, _) => table.settable(key),
            Self::AttendanceRow(_) => {
                ATTENDANCE_FIELDS.iter().zip(0..).find(|(f, _)| **f == key).map(|(_, n)| Key::Field(n))
            }
            Self::About(..) => key.parse().ok().map(Key::Child),
            _ => None,
        }
    }
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
    /// Like `Scalar`, but a row is whole without it: a client may know nothing of it. Read as empty when missing.
    Optional(ScalarRule),
}

/// What a scalar may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarRule {
    Position,
    Line {
        max: usize,
    },
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
    /// From "0" to "10".
    ScaleOrNothing,
    /// The id of something that is not in the document. Whoever reads it looks there, and finds what the reader may see.
    OutsideOrNothing,
    Boolean,
}

const LINE: ScalarRule = ScalarRule::Line { max: 500 };

impl Table {
    /// A field's place in its list is part of a stored index: a new one comes last.
    pub const fn fields(self) -> &'static [(&'static str, FieldRule)] {
        use FieldRule::{About, Once, Optional, Removed, Scalar, Text};
        match self {
            Self::Entries => &[
                ("pos", Scalar(ScalarRule::Position)),
                ("text", Text),
                ("nature", Scalar(ScalarRule::Nature)),
                ("source", Scalar(LINE)),
                ("by", Once(ScalarRule::Seated)),
                ("about", About),
                ("removed", Removed),
                ("tool", Optional(LINE)),
                ("scale", Optional(ScalarRule::ScaleOrNothing)),
                ("attachment", Optional(ScalarRule::OutsideOrNothing)),
            ],
            Self::Decisions => &[
                ("pos", Scalar(ScalarRule::Position)),
                ("child", Once(ScalarRule::Child)),
                ("text", Text),
                ("rationale", Text),
                ("category", Optional(LINE)),
                ("agreed", Optional(ScalarRule::Boolean)),
                ("removed", Removed),
                ("outcome", Optional(LINE)),
                ("threshold", Optional(LINE)),
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
                ("carriedFrom", Optional(ScalarRule::OutsideOrNothing)),
            ],
        }
    }

    pub fn field(self, name: &str) -> Option<FieldRule> {
        self.fields().iter().find(|(field, _)| *field == name).map(|(_, rule)| *rule)
    }

    fn settable(self, name: &str) -> Option<Key> {
        let (number, (_, rule)) = (0..).zip(self.fields()).find(|(_, (field, _))| *field == name)?;
        matches!(rule, FieldRule::Scalar(_) | FieldRule::Optional(_)).then_some(Key::Field(number))
    }
}

const ATTENDANCE_FIELDS: [&str; 3] = ["status", "arrivedAt", "leftAt"];

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
            Self::SeatedOrNobody | Self::Agency | Self::OutsideOrNothing => text.is_empty() || is_id(text),
            Self::DateOrNothing => text.is_empty() || (text.len() == 10 && text.parse::<Date>().is_ok()),
            Self::TimeOrNothing => text.is_empty() || (text.len() == 5 && text.parse::<Time>().is_ok()),
            Self::ScaleOrNothing => {
                matches!(text, "" | "10") || (text.len() == 1 && text.as_bytes()[0].is_ascii_digit())
            }
            Self::Boolean => false,
        }
    }
}

/// Only the hyphenated lower-case spelling, so that one id has one key.
pub(crate) fn is_id(text: &str) -> bool {
    text.parse::<RowId>().is_ok_and(|id| id.to_string() == text)
}
