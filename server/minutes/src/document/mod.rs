//! The record and its Automerge document: the only place that knows the document's keys.
//!
//! The server makes each document with one fixed first change (`create`), and gives those invited later their row of
//! attendance (`seat`); every other change goes through the gate (`crate::change`). Text positions are UTF-16 code units, as in the browser.

mod create;
pub mod draft;
mod graph;
mod index;
mod operations;
mod read;
mod schema;
mod scrub;
mod seat;
mod snapshot;

use automerge::{Automerge, LoadOptions, OnPartialLoad, TextEncoding};

pub use create::{FirstChange, create, create_with};
pub use index::Owners;
pub(crate) use index::{Index, OpId, RowFacts};
pub(crate) use read::child;
pub use read::{heads_hex, read};
pub use schema::{FieldRule, Key, Node, ScalarRule, Table, attendance_field};
pub use scrub::{ScrubFault, scrub};
pub(crate) use seat::{seat, seated};
pub use snapshot::Snapshot;
pub(crate) use snapshot::sorted;

/// A stored document that can't be read back: corruption, never a client's doing.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error("stored document does not load")]
    Load(#[source] automerge::AutomergeError),
    #[error("stored change does not apply")]
    Apply(#[source] automerge::AutomergeError),
    #[error("stored change is not a change")]
    Change(#[source] automerge::LoadChangeError),
    #[error("document lacks {0}")]
    Missing(&'static str),
    #[error("document can't be edited")]
    Edit(#[source] automerge::AutomergeError),
}

/// Opens a document from its snapshot, if there is one, and the raw changes stored since.
pub fn open<'a>(
    snapshot: Option<&[u8]>,
    changes: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Automerge, DocumentError> {
    let mut doc = match snapshot {
        None => Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit),
        Some(bytes) => Automerge::load_with_options(
            bytes,
            LoadOptions::new().on_partial_load(OnPartialLoad::Error).text_encoding(TextEncoding::Utf16CodeUnit),
        )
        .map_err(DocumentError::Load)?,
    };
    let changes = changes
        .into_iter()
        .map(automerge::Change::try_from)
        .collect::<Result<Vec<_>, _>>()
        .map_err(DocumentError::Change)?;
    doc.apply_changes(changes).map_err(DocumentError::Apply)?;
    Ok(doc)
}
