//! One open document of a live meeting.

use std::collections::{BTreeMap, HashMap};

use automerge::{Automerge, ChangeHash, SaveOptions};

use crate::change::{self, Admitted, Refusal, Table, Writer};
use crate::document::{self, DocumentError, Index};
use crate::ids::{DocumentId, PersonId, RowId, SessionId};
use crate::record::{Part, PartRecord};

/// An actor id seen for the first time, to be stored with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActor {
    pub document: DocumentId,
    pub actor: Vec<u8>,
    pub person: PersonId,
    pub session: SessionId,
}

pub struct LivePart {
    pub document: DocumentId,
    pub part: Part,
    pub(super) doc: Automerge,
    index: Index,
    /// How many changes of it are stored; together with those being stored, how many it holds.
    stored: i64,
}

/// Why changes were not admitted, and whether the document still stands.
pub(super) enum NotAdmitted {
    Refused(Refusal),
    /// The library failed half-way: the document may hold anything.
    DocumentLost,
}

impl LivePart {
    pub fn new(
        document: DocumentId,
        part: Part,
        doc: Automerge,
        stored: i64,
        owners: &BTreeMap<Vec<u8>, (PersonId, SessionId)>,
    ) -> Result<Self, DocumentError> {
        let index = Index::build(&doc, owners)?;
        Ok(Self { document, part, doc, index, stored })
    }

    /// Rows that somebody put in who is not the one they speak for.
    pub(super) fn recorders(&self) -> impl Iterator<Item = (RowId, PersonId)> {
        self.index.recorders()
    }

    pub(super) fn stored(&self) -> i64 {
        self.stored
    }

    /// The saved document and how many changes it holds. Only between batches: then all of them are stored.
    pub(super) fn snapshot(&self) -> (DocumentId, Vec<u8>, i64) {
        let options = SaveOptions { retain_orphans: false, ..SaveOptions::default() };
        (self.document, self.doc.save_with_options(options), self.stored)
    }

    pub(super) fn read(&self, section_order: &[String]) -> Result<PartRecord, DocumentError> {
        let mut record = document::read(&self.doc, &self.part, self.document, section_order)?;
        for entry in record.sections.iter_mut().flat_map(|section| &mut section.entries) {
            entry.recorded_by = self.index.recorded_for_other(entry.id);
        }
        Ok(record)
    }

    /// The one door into a document: all of `chunks`, or none of them.
    pub(super) fn admit(
        &mut self,
        chunks: &[Vec<u8>],
        writer: &Writer,
        table: &Table,
    ) -> Result<Vec<Admitted>, NotAdmitted> {
        let mut index = None;
        let mut earlier: HashMap<ChangeHash, u64> = HashMap::new();
        let mut admitted = Vec::new();
        for chunk in chunks {
            let change = change::parse(chunk).map_err(NotAdmitted::Refused)?;
            if earlier.contains_key(&change.hash()) || self.doc.get_change_meta_by_hash(&change.hash()).is_some() {
                continue;
            }
            let (hash, max_op) = (change.hash(), change.max_op());
            // The index is copied only when there is something to judge, and replaced only when all of it passed.
            let index = index.get_or_insert_with(|| self.index.clone());
            let one = change::admit(change, writer, table, &self.doc, index, &earlier).map_err(NotAdmitted::Refused)?;
            earlier.insert(hash, max_op);
            admitted.push(one);
        }
        if let Some(index) = index {
            let before = self.doc.get_heads();
            let changes: Vec<automerge::Change> = admitted.iter().map(|one| one.change.clone()).collect();
            if self.doc.apply_changes(changes).is_err() || self.doc.get_heads() == before {
                return Err(NotAdmitted::DocumentLost);
            }
            self.index = index;
            self.stored += i64::try_from(admitted.len()).unwrap_or(i64::MAX);
        }
        Ok(admitted)
    }
}
