//! What stands beside the words of a copy: the files put with its parts, and how each child stands.

use serde::{Deserialize, Serialize};

use super::{Named, Names};
use crate::record::{Part, Record};

/// A file put with the record, by name and digest. The file itself is with the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionAttachment {
    pub title: String,
    /// "PDF", "picture", "text"
    pub form: String,
    pub size: u64,
    pub sha256: String,
    pub by: Named,
    pub part: Part,
}

/// Plan, care and case of one child, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionStatus {
    pub child: String,
    pub lines: Vec<String>,
}

/// Those of the parts a copy is made from.
pub(super) fn attachments(record: &Record, holds: impl Fn(&Part) -> bool, names: &Names<'_>) -> Vec<EditionAttachment> {
    let of_copy = record.attachments.iter().filter(|one| holds(&one.part));
    of_copy
        .map(|one| EditionAttachment {
            title: one.title.clone(),
            form: one.form.words().to_owned(),
            size: one.size,
            sha256: one.sha256.clone(),
            by: names.person(one.by),
            part: one.part.clone(),
        })
        .collect()
}

pub(super) fn statuses(record: &Record, names: &Names<'_>) -> Vec<EditionStatus> {
    let said = record.child_statuses.iter();
    said.map(|status| EditionStatus { child: names.child(status.child), lines: status.lines() }).collect()
}
