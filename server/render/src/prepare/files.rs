//! The files put with the record, and how each child stands.

use minutes::edition::{EditionAttachment, EditionStatus};
use serde::Serialize;

use super::{Person, person, readers};
use crate::clean::Measure::{Narrow, Wide};
use crate::clean::{line, printable};

/// A file put with the record.
#[derive(Debug, Serialize)]
pub(super) struct File {
    title: String,
    form: String,
    by: Person,
    sha256: String,
    readers: &'static str,
}

/// How a child stands.
#[derive(Debug, Serialize)]
pub(super) struct Status {
    child: String,
    lines: Vec<String>,
}

pub(super) fn file(file: &EditionAttachment) -> File {
    File {
        title: line(&file.title, Wide),
        form: line(&file.form, Narrow),
        by: person(&file.by),
        sha256: printable(&file.sha256),
        readers: readers(&file.part),
    }
}

pub(super) fn status(status: &EditionStatus) -> Status {
    Status { child: line(&status.child, Wide), lines: status.lines.iter().map(|words| line(words, Wide)).collect() }
}
