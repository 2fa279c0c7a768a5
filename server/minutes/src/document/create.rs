//! The first change of a document, made by the server alone.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ObjType, ROOT, TextEncoding};

use super::{DocumentError, draft};
use crate::ids::{DocumentId, PersonId};
use crate::record::{Action, AttendanceStatus, MeetingFacts, Part};
use crate::rules::SectionRule;

/// What the first change says.
#[derive(Debug, Clone, Copy)]
pub struct FirstChange<'a> {
    pub document: DocumentId,
    pub part: &'a Part,
    pub meeting: &'a MeetingFacts,
    pub sections: &'a [SectionRule],
    /// A row each in `main`'s attendance, so that two people marking the same arrival don't make two rows.
    pub seats: &'a [PersonId],
}

/// The raw bytes of a document's first change: the same for the same input, whoever makes it and when.
pub fn create(first: &FirstChange<'_>) -> Result<Vec<u8>, DocumentError> {
    create_with(first, &[])
}

/// The same, with the rows that come over from the plan before.
pub fn create_with(first: &FirstChange<'_>, actions: &[Action]) -> Result<Vec<u8>, DocumentError> {
    let mut doc = Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit)
        .with_actor(ActorId::from(first.document.0.as_bytes().as_slice()));
    let mut tx = doc.transaction();
    fill(&mut tx, first).map_err(DocumentError::Edit)?;
    for action in actions {
        draft::action(&mut tx, action).map_err(DocumentError::Edit)?;
    }
    tx.commit_with(CommitOptions::default().with_time(0));
    let change = doc.get_last_local_change().ok_or(DocumentError::Missing("a first change"))?;
    Ok(change.raw_bytes().to_vec())
}

fn fill(tx: &mut impl Transactable, first: &FirstChange<'_>) -> Result<(), automerge::AutomergeError> {
    tx.put(ROOT, "schema", 1_i64)?;
    let meeting = tx.put_object(ROOT, "meeting", ObjType::Map)?;
    tx.put(&meeting, "id", first.meeting.id.to_string())?;
    tx.put(&meeting, "kind", first.meeting.kind.as_str())?;
    tx.put(&meeting, "title", first.meeting.title.as_str())?;
    tx.put(&meeting, "startsAt", first.meeting.starts_at.as_str())?;
    let attendance = tx.put_object(ROOT, "attendance", ObjType::Map)?;
    if first.part.is_main() {
        for person in first.seats {
            let row = tx.put_object(&attendance, person.to_string(), ObjType::Map)?;
            tx.put(&row, "status", AttendanceStatus::Invited.as_str())?;
            tx.put(&row, "arrivedAt", "")?;
            tx.put(&row, "leftAt", "")?;
            tx.put_object(&row, "note", ObjType::Text)?;
        }
    }
    let sections = tx.put_object(ROOT, "sections", ObjType::Map)?;
    for rule in first.sections {
        let section = tx.put_object(&sections, rule.key.as_str(), ObjType::Map)?;
        tx.put(&section, "heading", rule.heading.as_str())?;
        tx.put_object(&section, "entries", ObjType::Map)?;
    }
    for key in ["decisions", "views", "actions"] {
        tx.put_object(ROOT, key, ObjType::Map)?;
    }
    Ok(())
}
