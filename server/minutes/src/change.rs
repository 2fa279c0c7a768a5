//! The gate: is this change, as a whole and in each of its operations, one that this person may make?
//!
//! A change is judged against the index alone, before it touches the document. What it would add to the index is
//! collected aside and kept only if every operation passes, so that a change is admitted whole or not at all.

mod chunk;
mod operations;
mod rows;

use std::collections::HashMap;

use automerge::legacy::{Key, OpType};
use automerge::{ActorId, Automerge, Change, ChangeHash, ScalarValue};

use crate::access::{self, Standing};
use crate::document::{ActorFacts, Index};
use crate::ids::{AgencyId, ChildId, PersonId, SessionId};
use crate::record::Role;

pub use chunk::{MAX_CHANGE_BYTES, parse};

/// The largest number of operations one change may hold: a long paste, not a flood.
pub const MAX_OPERATIONS: usize = 20_000;

/// Who is writing, as the server knows them; nothing here comes from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer {
    pub person: PersonId,
    pub session: SessionId,
    pub standing: Standing,
    pub agency: Option<AgencyId>,
}

/// The people and children that a change may name: everybody who has or had a seat.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub seats: HashMap<PersonId, Role>,
    pub children: Vec<ChildId>,
}

/// Why a change is not let in. The words go to its author, with the text it held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("The change could not be read: {0}")]
    Malformed(&'static str),
    #[error("The change is too large. Add it in smaller pieces.")]
    TooLarge,
    #[error("The change builds on something this record does not hold. Reload the page and add it again.")]
    UnknownDependency,
    #[error("The change does not follow the last one from this page. Reload the page and add it again.")]
    OutOfSequence,
    #[error("The change was made under somebody else's name.")]
    NotYourActor,
    #[error("The record has no place for this: {0}")]
    OutsideSchema(&'static str),
    #[error("{0}")]
    NotAllowed(#[from] access::Refusal),
}

impl Refusal {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::TooLarge => "too_large",
            Self::UnknownDependency => "unknown_dependency",
            Self::OutOfSequence => "out_of_sequence",
            Self::NotYourActor => "not_your_actor",
            Self::OutsideSchema(_) => "outside_schema",
            Self::NotAllowed(refusal) => refusal.code(),
        }
    }
}

/// A change that passed, with what must be stored beside it.
#[derive(Debug, Clone)]
pub struct Admitted {
    pub change: Change,
    pub new_actor: bool,
}

/// Judges `change` and, if every operation passes, notes it in `index`. `earlier` holds the changes of the same
/// message that passed before it and are not yet in the document.
pub fn admit(
    change: Change,
    writer: &Writer,
    table: &Table,
    doc: &Automerge,
    index: &mut Index,
    earlier: &HashMap<ChangeHash, u64>,
) -> Result<Admitted, Refusal> {
    let facts = follows(&change, writer, doc, index, earlier)?;
    if change.len() > MAX_OPERATIONS {
        return Err(Refusal::TooLarge);
    }
    if change.message().is_some() || change.author().is_some() || !change.extra_bytes().is_empty() {
        return Err(Refusal::Malformed("it carries a message or author of its own"));
    }
    let added = operations::judge(&change, writer, table, index)?;
    added.into_index(index);
    let new_actor = index.actors.insert(change.actor_id().clone(), facts).is_none();
    Ok(Admitted { change, new_actor })
}

/// Dependencies known, actor this session's, sequence and operation counter unbroken.
fn follows(
    change: &Change,
    writer: &Writer,
    doc: &Automerge,
    index: &Index,
    earlier: &HashMap<ChangeHash, u64>,
) -> Result<ActorFacts, Refusal> {
    let actor: &ActorId = change.actor_id();
    if actor.to_bytes().len() != 16 || index.reserved.contains(actor) {
        return Err(Refusal::NotYourActor);
    }
    let before = index.actors.get(actor).copied().unwrap_or(ActorFacts {
        session: writer.session,
        person: writer.person,
        last_seq: 0,
        last_op: 0,
    });
    if before.session != writer.session || before.person != writer.person {
        return Err(Refusal::NotYourActor);
    }
    let mut newest = 0;
    for hash in change.deps() {
        let max_op = match earlier.get(hash) {
            Some(max_op) => *max_op,
            None => doc.get_change_meta_by_hash(hash).ok_or(Refusal::UnknownDependency)?.max_op,
        };
        newest = newest.max(max_op);
    }
    // An honest client counts on from the newest operation it knows. Anything else would let one client use up the
    // counter for everybody, or give two operations one id.
    if change.seq() != before.last_seq + 1 || change.start_op().get() != newest + 1 || newest < before.last_op {
        return Err(Refusal::OutOfSequence);
    }
    Ok(ActorFacts { last_seq: change.seq(), last_op: change.max_op(), ..before })
}

/// What these changes wrote into texts, character by character as it was typed: changes of one author in their order,
/// those that can't be read passed over. It says what somebody wrote, not where in the record.
pub fn inserted_text(changes: &[Vec<u8>]) -> String {
    let mut changes: Vec<Change> = changes.iter().filter_map(|bytes| parse(bytes).ok()).collect();
    changes.sort_by(|a, b| (a.actor_id(), a.seq()).cmp(&(b.actor_id(), b.seq())));
    let mut written = String::new();
    let mut last: Option<automerge::legacy::ObjectId> = None;
    for operation in changes.iter().flat_map(|change| change.decode().operations) {
        let (OpType::Put(ScalarValue::Str(text)), Key::Seq(_), true) =
            (&operation.action, &operation.key, operation.insert)
        else {
            continue;
        };
        if last.as_ref().is_some_and(|last| *last != operation.obj) {
            written.push('\n');
        }
        written.push_str(text);
        last = Some(operation.obj);
    }
    written
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use automerge::transaction::Transactable;
    use automerge::{AutoCommit, ObjType, ROOT};

    use super::*;

    #[test]
    fn what_somebody_typed_is_read_back_from_their_changes() {
        let mut doc = AutoCommit::new();
        let text = doc.put_object(ROOT, "text", ObjType::Text).unwrap();
        let other = doc.put_object(ROOT, "other", ObjType::Text).unwrap();
        doc.put(ROOT, "nature", "fact").unwrap();
        doc.commit();
        let before = doc.get_heads();
        for (index, character) in "Zoë 🙂".chars().enumerate() {
            doc.splice_text(&text, index, 0, &character.to_string()).unwrap();
            doc.commit();
        }
        doc.splice_text(&other, 0, 0, "more").unwrap();
        doc.commit();
        let mut changes: Vec<Vec<u8>> =
            doc.get_changes(&before).into_iter().map(|change| change.raw_bytes().to_vec()).collect();
        changes.reverse();
        changes.push(b"no change".to_vec());
        assert_eq!(inserted_text(&changes), "Zoë 🙂\nmore");
    }
}
