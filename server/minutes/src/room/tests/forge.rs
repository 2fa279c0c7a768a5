//! Changes as no Automerge library would write them, and what must hold of every change that is let in all the same.

use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{Key as AnyKey, ObjectId, Op, OpId as AnyOpId, OpType};
use automerge::{Change, ChangeHash, ExpandedChange, ScalarValue, TextEncoding};
use sha2::{Digest, Sha256};

use super::*;

/// An actor of nobody yet.
pub(super) fn actor(n: u128) -> ActorId {
    ActorId::from(Uuid::from_u128(n).as_bytes().as_slice())
}

/// A change of these operations, written as the library writes them.
pub(super) fn forge(actor: ActorId, seq: u64, deps: &[&Change], operations: Vec<Op>) -> Change {
    let newest = deps.iter().map(|dep| dep.max_op()).max().unwrap_or(0);
    Change::from(ExpandedChange {
        operations,
        actor_id: actor,
        author: None,
        hash: None,
        seq,
        start_op: NonZeroU64::new(newest + 1).unwrap(),
        time: 0,
        message: None,
        deps: deps.iter().map(|dep| dep.hash()).collect(),
        extra_bytes: vec![],
    })
}

pub(super) fn op(obj: &AnyOpId, key: AnyKey, insert: bool, action: OpType, pred: &[&AnyOpId]) -> Op {
    let pred = pred.iter().map(|id| (*id).clone()).collect();
    Op { action, obj: ObjectId::Id(obj.clone()), key, pred, insert }
}

pub(super) fn string(value: &str) -> OpType {
    OpType::Put(ScalarValue::Str(value.into()))
}

/// The id of the last operation of `change` that is at `key`.
pub(super) fn id_at(change: &Change, key: &str) -> AnyOpId {
    let operations = change.decode().operations;
    let found =
        operations.iter().zip(change.start_op().get()..).filter(|(op, _)| op.key == AnyKey::Map(key.into())).last();
    AnyOpId(found.unwrap().1, change.actor_id().clone())
}

/// LEB128.
pub(super) fn number(mut n: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while n >= 0x80 {
        out.push(n.to_le_bytes()[0] | 0x80);
        n >>= 7;
    }
    out.push(n.to_le_bytes()[0]);
    out
}

/// The same of a number with a sign.
pub(super) fn signed(mut n: i64) -> Vec<u8> {
    let mut out = Vec::new();
    while !(-0x40..0x40).contains(&n) {
        out.push(n.to_le_bytes()[0] | 0x80);
        n >>= 7;
    }
    out.push(n.to_le_bytes()[0] & 0x7f);
    out
}

/// A change chunk with the right length and checksum, whatever it holds.
pub(super) fn chunk(body: &[u8]) -> Vec<u8> {
    let typed = [vec![1], number(body.len() as u64), body.to_vec()].concat();
    let checksum = Sha256::digest(&typed);
    [vec![0x85, 0x6f, 0x4a, 0x83], checksum[..4].to_vec(), typed].concat()
}

impl Meeting {
    /// Brings changes as somebody's.
    pub(super) fn submit(&mut self, who: u128, changes: Vec<Vec<u8>>) -> Result<(), Refusal> {
        let (writer, document) = (writer(who), document_id(MAIN));
        let effects = self.room.handle(Event::Submit { ticket: 1, writer, document, changes });
        let answered = |effect| match effect {
            Effect::Submitted { outcome, .. } => Some(outcome),
            _ => None,
        };
        if effects.iter().any(|effect| matches!(effect, Effect::Store { .. })) {
            self.room.handle(Event::Stored).into_iter().find_map(answered).unwrap()
        } else {
            effects.into_iter().find_map(answered).unwrap()
        }
    }

    /// The raw changes of `main`, of which no snapshot has been taken.
    pub(super) fn log(&self) -> Vec<Change> {
        let live = &self.room.parts[&document_id(MAIN)];
        live.everything().into_iter().map(|bytes| Change::try_from(bytes).unwrap()).collect()
    }

    pub(super) fn last_change(&self) -> Change {
        self.log().pop().unwrap()
    }
}

/// Why a log is poison: what the library does with it that it must not; None if it is not. `known` is a document of the
/// changes that `rest` follows.
pub(super) fn poison(known: &Automerge, rest: &[Change]) -> Option<String> {
    let found = catch_unwind(AssertUnwindSafe(|| find_poison(known, rest)));
    found.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        Some(said.or(panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default())
    })
}

fn find_poison(known: &Automerge, rest: &[Change]) -> Option<String> {
    let (mut one_by_one, mut at_once) = (known.fork(), known.fork());
    for change in rest {
        one_by_one.apply_changes([change.clone()]).unwrap();
    }
    at_once.apply_changes(rest.iter().cloned()).unwrap();
    let saved = one_by_one.save();
    let loaded = document::open(Some(&saved), []).unwrap();
    let mut all = Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit);
    all.apply_changes(loaded.get_changes(&[])).unwrap();
    for (doc, how) in [(&at_once, "applied at once"), (&loaded, "loaded"), (&all, "made of the loaded one's changes")] {
        if heads(doc) != heads(&one_by_one) {
            return Some(format!("{how}, it has other heads"));
        }
        if doc.hydrate(None) != one_by_one.hydrate(None) {
            return Some(format!("{how}, it holds something else"));
        }
        if let Some(lost) = rest.iter().find(|change| {
            doc.get_change_by_hash(&change.hash()).is_none_or(|found| found.raw_bytes() != change.raw_bytes())
        }) {
            return Some(format!("{how}, it does not give back {lost:?}"));
        }
    }
    None
}

fn heads(doc: &Automerge) -> Vec<ChangeHash> {
    document::sorted(doc.get_heads())
}
