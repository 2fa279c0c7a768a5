//! The changes that the clients of a run have made, by author and by hash: all that is ever asked of them, without
//! their bytes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::keystroke::{Actor, Hash};

/// A change by its author's place in the room and its number, from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub neighbour: u32,
    pub number: u32,
}

pub struct Change {
    pub hash: Hash,
    /// The counter of its last operation.
    pub counter: u64,
    /// The changes of this run that it follows directly. An author's first follows the record as it was seeded.
    pub builds_on: Box<[Place]>,
    /// How many changes of each neighbour its author knew.
    pub knew: Box<[u32]>,
}

pub struct Changes {
    room: usize,
    made: Vec<Vec<Change>>,
    authors: HashMap<u64, u32, BuildHasherDefault<AsItIs>>,
    by_hash: HashMap<u64, (u32, u32), BuildHasherDefault<AsItIs>>,
}

impl Changes {
    pub fn new(room: usize, actors: impl IntoIterator<Item = Actor>) -> Self {
        let authors: HashMap<_, _, _> = actors.into_iter().map(|actor| start(&actor)).zip(0..).collect();
        Self { room, made: (0..authors.len()).map(|_| Vec::new()).collect(), authors, by_hash: HashMap::default() }
    }

    /// The client that writes as this actor, if it is one of ours.
    pub fn author(&self, actor: &Actor) -> Option<usize> {
        self.authors.get(&start(actor)).map(|author| *author as usize)
    }

    pub fn push(&mut self, author: usize, change: Change) {
        let made = &mut self.made[author];
        self.by_hash.insert(start(&change.hash), (author as u32, made.len() as u32 + 1));
        made.push(change);
    }

    /// The author of a change and its number.
    pub fn find(&self, hash: &Hash) -> Option<(usize, u32)> {
        self.by_hash.get(&start(hash)).map(|(author, number)| (*author as usize, *number))
    }

    /// A change of the room that some client is in.
    pub fn get(&self, client_of_room: usize, place: Place) -> Option<&Change> {
        let author = client_of_room / self.room * self.room + place.neighbour as usize;
        self.made.get(author)?.get((place.number as usize).checked_sub(1)?)
    }

    /// An author's changes, the first of them first.
    pub fn of(&self, author: usize) -> &[Change] {
        &self.made[author]
    }
}

/// Hashes and random actor ids are as good as random from their first byte on.
fn start(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
}

/// What is random already need not be mixed again.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = start(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}
