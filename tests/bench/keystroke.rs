//! One typed character as an Automerge change, written by hand: the library would be most of what the generator does.

use sha2::{Digest, Sha256};

use crate::bytes::{push_number, push_signed};

pub type Hash = [u8; 32];
pub type Actor = [u8; 16];

pub const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The chunk type of a single change that is not compressed.
pub const CHANGE: u8 = 1;

/// The columns of a change that inserts one character into a text of its own actor, in the order they are written in.
mod column {
    pub const OBJECT_ACTOR: u64 = 0x01;
    pub const OBJECT_COUNTER: u64 = 0x02;
    pub const KEY_ACTOR: u64 = 0x11;
    pub const KEY_COUNTER: u64 = 0x13;
    pub const INSERT: u64 = 0x34;
    pub const ACTION: u64 = 0x42;
    pub const VALUE_META: u64 = 0x56;
    pub const VALUE: u64 = 0x57;
    pub const PREDECESSORS: u64 = 0x70;
}

/// A character put behind another, both in a text that the typist made.
pub struct Keystroke<'a> {
    pub actor: &'a Actor,
    pub sequence: u64,
    /// The counter of its one operation.
    pub counter: u64,
    /// Unix seconds.
    pub time: i64,
    /// The heads of the typist's document and their own last change, sorted.
    pub builds_on: &'a [Hash],
    /// The operation that made the text.
    pub text: u64,
    /// The operation that put in the character before.
    pub after: u64,
    /// An ASCII letter, one byte.
    pub letter: u8,
}

impl Keystroke<'_> {
    /// The change as a chunk, and its hash.
    pub fn encode(&self) -> (Vec<u8>, Hash) {
        let mut body = Vec::with_capacity(96 + self.builds_on.len() * 32);
        push_number(&mut body, self.builds_on.len() as u64);
        for before in self.builds_on {
            body.extend_from_slice(before);
        }
        push_number(&mut body, self.actor.len() as u64);
        body.extend_from_slice(self.actor);
        push_number(&mut body, self.sequence);
        push_number(&mut body, self.counter);
        push_signed(&mut body, self.time);
        // No message, and no actor but its own.
        body.extend([0, 0]);
        self.push_columns(&mut body);
        chunk(CHANGE, &body)
    }

    fn push_columns(&self, body: &mut Vec<u8>) {
        /// A run of one value that differs from its neighbours: minus one, then the value.
        const LITERAL: u8 = 0x7f;
        const SET: u8 = 1;
        /// One byte of UTF-8: the length in the high bits, the type in the low ones.
        const ONE_BYTE_OF_TEXT: u8 = 0x16;
        let counted = |counter: u64, push: fn(&mut Vec<u8>, u64)| {
            let mut data = vec![LITERAL];
            push(&mut data, counter);
            data
        };
        let columns = [
            (column::OBJECT_ACTOR, vec![LITERAL, 0]),
            (column::OBJECT_COUNTER, counted(self.text, push_number)),
            (column::KEY_ACTOR, vec![LITERAL, 0]),
            (column::KEY_COUNTER, counted(self.after, |data, counter| push_signed(data, counter.cast_signed()))),
            // No operation that does not insert, then one that does.
            (column::INSERT, vec![0, 1]),
            (column::ACTION, vec![LITERAL, SET]),
            (column::VALUE_META, vec![LITERAL, ONE_BYTE_OF_TEXT]),
            (column::VALUE, vec![self.letter]),
            (column::PREDECESSORS, vec![LITERAL, 0]),
        ];
        push_number(body, columns.len() as u64);
        for (specification, data) in &columns {
            push_number(body, *specification);
            push_number(body, data.len() as u64);
        }
        for (_, data) in &columns {
            body.extend_from_slice(data);
        }
    }
}

/// A chunk around a body, and the hash that names it.
fn chunk(kind: u8, body: &[u8]) -> (Vec<u8>, Hash) {
    let hash = hash(kind, body);
    let mut chunk = Vec::with_capacity(body.len() + 16);
    chunk.extend(MAGIC);
    chunk.extend_from_slice(&hash[..4]);
    chunk.push(kind);
    push_number(&mut chunk, body.len() as u64);
    chunk.extend_from_slice(body);
    (chunk, hash)
}

pub fn hash(kind: u8, body: &[u8]) -> Hash {
    let mut head = vec![kind];
    push_number(&mut head, body.len() as u64);
    Sha256::new().chain_update(head).chain_update(body).finalize().into()
}

#[cfg(test)]
mod tests {
    use automerge::transaction::{CommitOptions, Transactable};
    use automerge::{ActorId, Automerge, Change, ObjType, ROOT, ReadDoc, TextEncoding};

    use super::*;

    const TYPIST: Actor = [9; 16];
    const NOW: i64 = 1_795_000_000;

    fn counter_of(id: &automerge::ObjId) -> u64 {
        match id {
            automerge::ObjId::Id(counter, ..) => *counter,
            automerge::ObjId::Root => panic!("a text is not the root"),
        }
    }

    /// A document in which the typist has made a text of one letter after `before` operations of somebody else.
    fn document(before: usize) -> (Automerge, automerge::ObjId) {
        let mut doc =
            Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit).with_actor(ActorId::from([1; 16].as_slice()));
        let mut tx = doc.transaction();
        for key in 0..before {
            tx.put(ROOT, key.to_string(), true).unwrap();
        }
        tx.commit();
        doc.set_actor(ActorId::from(TYPIST.as_slice()));
        let mut tx = doc.transaction();
        let text = tx.put_object(ROOT, "text", ObjType::Text).unwrap();
        tx.splice_text(&text, 0, 0, "A").unwrap();
        tx.commit();
        (doc, text)
    }

    /// The heads and the last of the typist's changes, each once.
    fn latest(doc: &mut Automerge) -> Vec<Hash> {
        let own = doc.get_last_local_change().unwrap().hash().0;
        let mut latest: Vec<Hash> = doc.get_heads().into_iter().map(|head| head.0).chain([own]).collect();
        latest.sort_unstable();
        latest.dedup();
        latest
    }

    /// What the library makes of typing `letter` at the end, and the same by hand.
    fn both(
        doc: &mut Automerge,
        text: &automerge::ObjId,
        sequence: u64,
        after: u64,
        letter: char,
    ) -> (Vec<u8>, Vec<u8>) {
        let builds_on = latest(doc);
        let counter = doc.get_changes_meta(&[]).iter().map(|meta| meta.max_op).max().unwrap() + 1;
        let mut tx = doc.transaction();
        let end = tx.length(text);
        tx.splice_text(text, end, 0, &letter.to_string()).unwrap();
        tx.commit_with(CommitOptions::default().with_time(NOW));
        let library = doc.get_last_local_change().unwrap();
        let keystroke = Keystroke {
            actor: &TYPIST,
            sequence,
            counter,
            time: NOW,
            builds_on: &builds_on,
            text: counter_of(text),
            after,
            letter: u8::try_from(letter).unwrap(),
        };
        let (by_hand, hash) = keystroke.encode();
        assert_eq!(hash, library.hash().0);
        (by_hand, library.raw_bytes().to_vec())
    }

    #[test]
    fn a_keystroke_is_byte_for_byte_what_the_library_writes() {
        // Counters of one, two and three bytes; the first letter follows the one the text was made with.
        for before in [1, 100, 20_000] {
            let (mut doc, text) = document(before);
            let first = counter_of(&text) + 1;
            for (letter, number) in "bcd".chars().zip(0..) {
                let (by_hand, library) = both(&mut doc, &text, number + 2, first + number, letter);
                assert_eq!(by_hand, library, "letter {letter} after {before} operations");
            }
            assert_eq!(doc.text(&text).unwrap(), "Abcd");
        }
    }

    #[test]
    fn a_keystroke_after_concurrent_ones_names_them_all_and_the_typists_last() {
        let (mut doc, text) = document(3);
        let before = doc.fork();
        for other in 20..40 {
            let mut theirs = before.fork().with_actor(ActorId::from([other; 16].as_slice()));
            // Two each, so that somebody else's counter is the highest.
            for _ in 0..2 {
                let mut tx = theirs.transaction();
                tx.put(ROOT, "other", i64::from(other)).unwrap();
                tx.commit();
            }
            let new: Vec<Change> = theirs.get_changes(&before.get_heads());
            doc.apply_changes(new).unwrap();
        }
        assert_eq!(doc.get_heads().len(), 20, "the typist's own last change is no head any more");
        let (by_hand, library) = both(&mut doc, &text, 2, counter_of(&text) + 1, 'z');
        assert_eq!(by_hand, library);
    }
}
