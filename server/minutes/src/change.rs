//! The gate: is this change, as a whole and in each of its operations, one that this person may make?
//!
//! A change is judged against the index alone; no document is needed. Whatever Automerge can't apply, or would apply and
//! then fail to save or load, must be refused here, since what is admitted is stored and passed on as it came: an
//! operation that names an element that isn't there ends the library in a panic, at every reader.

mod chunk;
mod columns;
mod operations;
mod rows;

use std::collections::HashMap;

use automerge::legacy::{Key, OpType};
use automerge::{Change, ScalarValue};

use crate::access::{self, Standing};
use crate::document::{Index, OpId};
use crate::ids::{AgencyId, ChildId, PersonId, SessionId};
use crate::record::Role;

pub use chunk::{MAX_CHANGE_BYTES, parse, split};

/// The largest number of operations one change may hold: a long paste, not a flood.
pub const MAX_OPERATIONS: u64 = 20_000;

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
    #[error("This record takes no more. Tell the people who run this server.")]
    RecordFull,
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
            Self::RecordFull => "record_full",
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

/// The most changes one change may build on: an honest one names the heads its author saw.
const MAX_DEPENDENCIES: usize = 1024;
/// Times in a change are its author's claim and mean nothing here, but Automerge keeps their differences: far ones
/// overflow. Milliseconds until the year 2109.
const MAX_TIME: i64 = 1 << 42;

/// Judges `change` and, if every operation passes, notes it in `index`. A refusal leaves `index` half noted: the caller
/// takes back what the whole message noted.
pub(crate) fn admit(change: Change, writer: &Writer, table: &Table, index: &mut Index) -> Result<Admitted, Refusal> {
    let max_op = follows(&change, writer, index)?;
    if change.message().is_some() || change.author().is_some() || !change.extra_bytes().is_empty() {
        return Err(Refusal::Malformed("it carries a message or author of its own"));
    }
    if !(0..=MAX_TIME).contains(&change.timestamp()) {
        return Err(Refusal::Malformed("its time is none"));
    }
    let expanded = chunk::expand(&change)?;
    let new_actor = index.actor(change.actor_id()).is_none();
    let actor = index.begin(&change, Some((writer.person, writer.session)), max_op);
    operations::judge(&expanded.operations, OpId { counter: first_op(&change), actor }, writer, table, index)?;
    chunk::is_canonical(expanded, &change)?;
    Ok(Admitted { change, new_actor })
}

/// Dependencies known, actor this session's, sequence and operation counter unbroken. Gives the last counter.
fn follows(change: &Change, writer: &Writer, index: &Index) -> Result<u32, Refusal> {
    let (mut last_seq, mut last_change) = (0, None);
    if change.actor_id().to_bytes().len() != 16 {
        return Err(Refusal::NotYourActor);
    }
    if let Some(actor) = index.actor(change.actor_id()) {
        if actor.owner != Some((writer.person, writer.session)) {
            return Err(Refusal::NotYourActor);
        }
        (last_seq, last_change) = (actor.last_seq, Some(actor.last_change));
    }
    let deps = change.deps();
    if deps.is_empty() || deps.len() > MAX_DEPENDENCIES || !deps.is_sorted_by(|a, b| a < b) {
        return Err(Refusal::Malformed("what it builds on is not in order"));
    }
    let mut newest = 0;
    for hash in deps {
        newest = newest.max(index.graph().get(hash).ok_or(Refusal::UnknownDependency)?.max_op);
    }
    // An honest client counts on from the newest operation it knows. Anything else would let one client use up the
    // counter for everybody, or give two operations one id.
    let first = change.start_op().get();
    if last_seq.checked_add(1) != Some(change.seq()) || first != u64::from(newest) + 1 {
        return Err(Refusal::OutOfSequence);
    }
    // Automerge numbers an actor's changes as it applies them, and applies first what builds on less: an actor's change
    // that does not build on its one before stops whoever applies both at once.
    if last_change.is_some_and(|last| !index.graph().reach(deps, last)) {
        return Err(Refusal::OutOfSequence);
    }
    u32::try_from(first - 1 + change.len() as u64).map_err(|_| Refusal::TooLarge)
}

fn first_op(change: &Change) -> u32 {
    u32::try_from(change.start_op().get()).unwrap_or(u32::MAX)
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
