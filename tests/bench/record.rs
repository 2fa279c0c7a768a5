//! Records as people would have written them, made with the same library and rules as the product's.

use automerge::legacy::OpType;
use automerge::transaction::CommitOptions;
use automerge::{ActorId, Automerge, ObjType};
use minutes::document::draft;
use minutes::ids::{PersonId, RowId};
use minutes::record::{Entry, Nature};
use uuid::Uuid;

use crate::Outcome;
use crate::keystroke::{Actor, Hash};

/// The section that everybody writes in.
pub const SECTION: &str = "since_last_met";

/// An entry to come, as the change that adds it, with what is needed to type on at its end.
#[derive(Debug, Clone)]
pub struct Row {
    pub actor: Actor,
    pub bytes: Vec<u8>,
    pub hash: Hash,
    /// The operation that makes its text, and the one that puts in the last character.
    pub text: u64,
    pub last: u64,
    /// The change's last operation.
    pub highest: u64,
    /// Unix seconds.
    pub time: i64,
}

/// A person's entry after what a record holds. The record stays as it is.
pub fn row(record: &Automerge, person: PersonId, time: i64) -> Outcome<Row> {
    let actor: Actor = *Uuid::new_v4().as_bytes();
    let mut doc = record.fork().with_actor(ActorId::from(actor.as_slice()));
    let mut tx = doc.transaction();
    draft::entry(&mut tx, SECTION, &entry(person, "Note: "))?;
    tx.commit_with(CommitOptions::default().with_time(time));
    let change = doc.get_last_local_change().ok_or("an entry that changes nothing")?;
    let operations = change.decode().operations;
    let counted = || (change.start_op().get()..).zip(&operations);
    let text = counted().find(|(_, op)| op.action == OpType::Make(ObjType::Text)).ok_or("an entry without a text")?.0;
    let last = counted().filter(|(_, op)| op.insert).last().ok_or("a text without a character")?.0;
    Ok(Row {
        actor,
        bytes: change.raw_bytes().to_vec(),
        hash: change.hash().0,
        text,
        last,
        highest: change.max_op(),
        time,
    })
}

pub fn entry(by: PersonId, text: &str) -> Entry {
    Entry {
        tool: String::new(),
        scale: String::new(),
        attachment: None,
        id: RowId(Uuid::new_v4()),
        pos: "a0".to_owned(),
        text: text.to_owned(),
        nature: Nature::Fact,
        source: "told the meeting".to_owned(),
        by,
        recorded_by: None,
        about: Vec::new(),
    }
}

/// The heads of a document, sorted.
pub fn heads(doc: &Automerge) -> Vec<Hash> {
    let mut heads: Vec<Hash> = doc.get_heads().into_iter().map(|head| head.0).collect();
    heads.sort_unstable();
    heads
}

/// The highest operation counter of a document.
pub fn highest(doc: &Automerge) -> u64 {
    doc.get_heads()
        .iter()
        .filter_map(|head| doc.get_change_meta_by_hash(head))
        .map(|meta| meta.max_op)
        .max()
        .unwrap_or(0)
}
