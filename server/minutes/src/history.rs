//! Who wrote which words and when, and what the record held before.
//!
//! Read from the log of a document: each change as it was received, in the order accepted. Whose an actor is comes from
//! the server's table and the time from the server's clock; what a change says of its own author or time is not asked.

mod authorship;
mod moments;
mod places;
mod spans;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::ids::{PersonId, SessionId};

pub use moments::{Moment, moments};
pub use places::Place;
pub use spans::Span;
pub use state::{AttendanceRow, Content, Field, Row, Section, State, state};

/// Changes of one person in one place with no longer pause between them than this are one sitting of writing.
pub const SITTING: i64 = 2 * 60 * 1000;

/// Whose each actor of a document is.
pub type Owners = BTreeMap<Vec<u8>, (PersonId, SessionId)>;

/// One change of a document's log.
#[derive(Debug, Clone, Copy)]
pub struct Logged<'a> {
    /// Its number in the document, from 1.
    pub n: i64,
    /// When the server received it, in Unix milliseconds.
    pub received_at: i64,
    /// As it was received.
    pub bytes: &'a [u8],
}

/// Who did something, in which change, and when the server received it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// None: the server, when it made the document.
    pub by: Option<PersonId>,
    pub n: i64,
    pub at: i64,
}
