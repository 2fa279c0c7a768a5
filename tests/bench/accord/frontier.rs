//! What one client knows of its room's document: its heads, and how many changes of each neighbour it has.

use super::changes::{Changes, Place};
use crate::Outcome;
use crate::keystroke::Hash;

pub struct Frontier {
    /// Some client of the room; its number finds the others'.
    client: usize,
    /// Per neighbour, the number of the change that is a head; nought if none of theirs is.
    heads: Vec<u32>,
    /// Per neighbour, how many of their changes are known.
    known: Vec<u32>,
    /// Heads that nobody of this run has made.
    foreign: Vec<Hash>,
}

impl Frontier {
    pub fn new(client: usize, room: usize, foreign: Vec<Hash>) -> Self {
        Self { client, heads: vec![0; room], known: vec![0; room], foreign }
    }

    /// A whole document has come.
    pub fn start_from(&mut self, heads: &[Hash]) {
        self.foreign = heads.to_vec();
        self.heads.fill(0);
    }

    /// A neighbour's change has come. False if it was known; an error if something that belongs before it was not.
    pub fn add(&mut self, changes: &Changes, place: Place) -> Outcome<bool> {
        let known = self.known[place.neighbour as usize];
        if place.number <= known {
            return Ok(false);
        }
        let change = changes.get(self.client, place).ok_or("a change that nobody has made")?;
        let follows = |before: &Place| before.number <= self.known[before.neighbour as usize];
        if place.number > known + 1 || !change.builds_on.iter().all(follows) {
            return Err("the server left out a change that others build on".into());
        }
        for before in &change.builds_on {
            let head = &mut self.heads[before.neighbour as usize];
            if *head == before.number {
                *head = 0;
            }
        }
        self.note(place);
        Ok(true)
    }

    /// A change of somebody who is not of this run has come.
    pub fn add_foreign(&mut self, builds_on: &[Hash], hash: Hash) {
        self.foreign.retain(|head| !builds_on.contains(head));
        self.foreign.push(hash);
    }

    /// This client has made a change. Its first, the entry, follows the record as it was seeded and nothing else; every
    /// other follows all that is known.
    pub fn make(&mut self, place: Place) {
        if place.number > 1 {
            self.foreign.clear();
            self.heads.fill(0);
        }
        self.note(place);
    }

    fn note(&mut self, place: Place) {
        if place.number == 1 {
            self.foreign.clear();
        }
        self.heads[place.neighbour as usize] = place.number;
        self.known[place.neighbour as usize] = place.number;
    }

    /// What a change of this client's follows: every head, and its own last even when others have built on it.
    pub fn latest(&self, mine: u32) -> Box<[Place]> {
        let latest = (0..).zip(self.heads.iter().zip(&self.known)).map(|(neighbour, (head, known))| {
            let number = if neighbour == mine { *known } else { *head };
            Place { neighbour, number }
        });
        latest.filter(|place| place.number > 0).collect()
    }

    /// How many changes of each neighbour are known.
    pub fn knows(&self) -> Box<[u32]> {
        self.known.clone().into_boxed_slice()
    }

    /// The heads, sorted as Automerge sorts them.
    pub fn hashes(&self, changes: &Changes) -> Vec<Hash> {
        let heads = (0..).zip(&self.heads).filter(|(_, number)| **number > 0);
        let mut hashes = self.foreign.clone();
        self.push_hashes(changes, heads.map(|(neighbour, number)| Place { neighbour, number: *number }), &mut hashes);
        hashes
    }

    /// The hashes of neighbours' changes, sorted likewise.
    pub fn hashes_of(&self, changes: &Changes, places: &[Place]) -> Vec<Hash> {
        let mut hashes = Vec::with_capacity(places.len());
        self.push_hashes(changes, places.iter().copied(), &mut hashes);
        hashes
    }

    fn push_hashes(&self, changes: &Changes, places: impl Iterator<Item = Place>, hashes: &mut Vec<Hash>) {
        hashes.extend(places.filter_map(|place| changes.get(self.client, place)).map(|change| change.hash));
        hashes.sort_unstable();
    }

    /// Those of the server's heads that are news.
    pub fn unknown(&self, changes: &Changes, heads: &[Hash]) -> Vec<Hash> {
        let is_known = |head: &Hash| {
            self.foreign.contains(head)
                || changes.find(head).is_some_and(|(author, number)| {
                    self.known.get(author % self.known.len()).is_some_and(|known| number <= *known)
                })
        };
        heads.iter().filter(|head| !is_known(head)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::changes::Change;
    use super::*;

    fn made(changes: &mut Changes, author: usize, builds_on: &[(u32, u32)]) {
        let number = changes.of(author).len() as u8 + 1;
        let builds_on = builds_on.iter().map(|(neighbour, number)| Place { neighbour: *neighbour, number: *number });
        let change = Change {
            hash: [author as u8 * 16 + number; 32],
            counter: 1,
            builds_on: builds_on.collect(),
            knew: Box::default(),
        };
        changes.push(author, change);
    }

    const fn place(neighbour: u32, number: u32) -> Place {
        Place { neighbour, number }
    }

    #[test]
    fn heads_are_what_nothing_builds_on() {
        let mut changes = Changes::new(3, [[1; 16], [2; 16], [3; 16]]);
        let mut frontier = Frontier::new(0, 3, vec![[0xff; 32]]);
        made(&mut changes, 1, &[]);
        made(&mut changes, 2, &[]);
        made(&mut changes, 2, &[(1, 1), (2, 1)]);
        assert!(frontier.add(&changes, place(1, 1)).unwrap());
        assert!(frontier.add(&changes, place(2, 1)).unwrap());
        assert_eq!(
            frontier.hashes(&changes),
            [[0x11; 32], [0x21; 32]],
            "the seeded head is covered, two are concurrent"
        );
        assert!(frontier.add(&changes, place(2, 2)).unwrap());
        assert_eq!(frontier.hashes(&changes), [[0x22; 32]]);
        assert!(!frontier.add(&changes, place(1, 1)).unwrap(), "a repetition is no news");
        assert_eq!(frontier.unknown(&changes, &[[0x11; 32], [0x22; 32], [7; 32]]), [[7; 32]]);
    }

    #[test]
    fn a_change_follows_the_heads_and_ones_own_last() {
        let mut changes = Changes::new(3, [[1; 16], [2; 16], [3; 16]]);
        let mut frontier = Frontier::new(0, 3, Vec::new());
        made(&mut changes, 0, &[]);
        frontier.make(place(0, 1));
        made(&mut changes, 1, &[]);
        made(&mut changes, 1, &[(0, 1), (1, 1)]);
        frontier.add(&changes, place(1, 1)).unwrap();
        frontier.add(&changes, place(1, 2)).unwrap();
        assert_eq!(frontier.hashes(&changes), [[0x12; 32]], "the neighbour has built on ours");
        let latest = frontier.latest(0);
        assert_eq!(*latest, [place(0, 1), place(1, 2)]);
        assert_eq!(frontier.hashes_of(&changes, &latest), [[0x01; 32], [0x12; 32]]);
    }

    #[test]
    fn a_gap_is_an_error() {
        let mut changes = Changes::new(2, [[1; 16], [2; 16]]);
        made(&mut changes, 0, &[]);
        made(&mut changes, 1, &[]);
        made(&mut changes, 1, &[(0, 1), (1, 1)]);
        let mut frontier = Frontier::new(0, 2, Vec::new());
        assert!(frontier.add(&changes, place(1, 2)).is_err(), "the author's first is missing");
        assert!(frontier.add(&changes, place(1, 1)).unwrap());
        assert!(frontier.add(&changes, place(1, 2)).is_err(), "the other's is missing");
    }
}
