//! Which changes a document holds, by hash, what each builds on, and its heads.

use std::collections::{BTreeSet, BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;

use automerge::{Change, ChangeHash};

/// What is known of a change beside its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) max_op: u32,
    /// Its number in the log, from 1; None for those in the snapshot.
    pub(crate) n: Option<u64>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    /// The changes in the snapshot.
    older: Older,
    /// Those since.
    recent: HashMap<ChangeHash, Known>,
    /// What each of those since builds on, by number, the newest first.
    recent_deps: VecDeque<Box<[u32]>>,
    heads: BTreeSet<ChangeHash>,
    count: u64,
}

impl Graph {
    pub(super) fn open(older: Older, heads: impl IntoIterator<Item = ChangeHash>) -> Self {
        let count = older.count() as u64;
        Self { older, heads: heads.into_iter().collect(), count, ..Self::default() }
    }

    pub(crate) fn get(&self, hash: &ChangeHash) -> Option<Known> {
        let older = || self.older.find(hash).map(|record| Known { max_op: record.max_op(), n: None });
        self.recent.get(hash).copied().or_else(older)
    }

    pub(crate) fn contains(&self, hash: &ChangeHash) -> bool {
        self.recent.contains_key(hash) || self.older.find(hash).is_some()
    }

    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// Sorted.
    pub(crate) fn heads(&self) -> Vec<ChangeHash> {
        self.heads.iter().copied().collect()
    }

    /// Whether the change of this number is among `changes`, which are sorted, or among what they build on.
    pub(crate) fn reach(&self, changes: &[ChangeHash], wanted: u32) -> bool {
        if self.heads.iter().all(|head| changes.binary_search(head).is_ok()) {
            return true;
        }
        // A change comes later in the log than all it builds on: from the newest down, each is met once.
        let mut ahead: BinaryHeap<u32> = changes.iter().filter_map(|hash| self.number(hash)).collect();
        while let Some(n) = ahead.pop() {
            if n <= wanted {
                return n == wanted;
            }
            while ahead.peek() == Some(&n) {
                ahead.pop();
            }
            match (n as usize).checked_sub(self.older.count() + 1) {
                Some(at) => ahead.extend(self.recent_deps.get(at).into_iter().flatten()),
                None => ahead.extend(self.older.deps(n)),
            }
        }
        false
    }

    fn number(&self, hash: &ChangeHash) -> Option<u32> {
        match self.recent.get(hash) {
            Some(known) => known.n.and_then(|n| u32::try_from(n).ok()),
            None => self.older.find(hash).map(Record::number),
        }
    }

    /// Adds a change, and says which heads it took the place of.
    pub(super) fn add(&mut self, change: &Change, max_op: u32) -> Vec<ChangeHash> {
        let mut deps: Box<[u32]> = change.deps().iter().filter_map(|dep| self.number(dep)).collect();
        deps.sort_unstable_by(|one, other| other.cmp(one));
        self.recent_deps.push_back(deps);
        let replaced = change.deps().iter().filter(|dep| self.heads.remove(dep)).copied().collect();
        self.count += 1;
        self.heads.insert(change.hash());
        self.recent.insert(change.hash(), Known { max_op, n: Some(self.count) });
        replaced
    }

    /// Takes back the change added last.
    pub(super) fn take_back(&mut self, hash: &ChangeHash, replaced: Vec<ChangeHash>) {
        self.count -= 1;
        self.recent.remove(hash);
        self.recent_deps.pop_back();
        self.heads.remove(hash);
        self.heads.extend(replaced);
    }

    /// The first changes are in a snapshot now.
    pub(super) fn fold(&mut self, older: Older) {
        let folded = older.count().saturating_sub(self.older.count());
        self.recent_deps.drain(..folded.min(self.recent_deps.len()));
        self.recent_deps.shrink_to_fit();
        let count = older.count() as u64;
        self.recent.retain(|_, known| known.n.is_some_and(|n| n > count));
        self.recent.shrink_to_fit();
        self.older = older;
    }

    /// All of them, as a snapshot keeps them.
    pub(super) fn to_bytes(&self) -> Arc<[u8]> {
        let older = self.older.pieces();
        let (mut records, mut newest) = (older.records.to_vec(), older.newest.to_vec());
        let mut further = older.further.to_vec();
        for (hash, known) in &self.recent {
            let mut record = [0; RECORD];
            record[..32].copy_from_slice(&hash.0);
            record[32..36].copy_from_slice(&known.max_op.to_le_bytes());
            record[36..].copy_from_slice(&known.n.map_or(0, |n| n as u32).to_le_bytes());
            records.push(record);
        }
        records.sort_unstable();
        for (n, deps) in (newest.len() as u32 + 1..).zip(&self.recent_deps) {
            newest.push(deps.first().copied().unwrap_or_default().to_le_bytes());
            further.extend(deps.iter().skip(1).map(|dep| (u64::from(n) << 32 | u64::from(*dep)).to_be_bytes()));
        }
        further.sort_unstable();
        [records.as_flattened(), newest.as_flattened(), further.as_flattened()].concat().into()
    }

    pub(crate) fn weight(&self) -> usize {
        let deps: usize = self.recent_deps.iter().map(|deps| size_of_val(&**deps)).sum();
        self.older.bytes.len()
            + self.recent.capacity() * (size_of::<ChangeHash>() + size_of::<Known>() + 1)
            + self.recent_deps.capacity() * size_of::<Box<[u32]>>()
            + deps
    }
}

/// The changes of a snapshot in one piece of memory: a long record has hundreds of thousands of them, and they are asked
/// for one at a time. First a [`Record`] of each, sorted; then, by number, the newest change that each builds on, 0 for
/// none; then what some build on besides, as pairs of numbers, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Older {
    bytes: Arc<[u8]>,
    count: usize,
}

struct Pieces<'a> {
    records: &'a [[u8; RECORD]],
    newest: &'a [[u8; 4]],
    further: &'a [[u8; 8]],
}

/// 32 bytes of hash; its highest operation counter and its number in the log, 4 bytes each, little endian.
const RECORD: usize = 40;

#[derive(Clone, Copy)]
struct Record([u8; RECORD]);

impl Record {
    const fn max_op(self) -> u32 {
        let [.., a, b, c, d, _, _, _, _] = self.0;
        u32::from_le_bytes([a, b, c, d])
    }

    const fn number(self) -> u32 {
        let [.., a, b, c, d] = self.0;
        u32::from_le_bytes([a, b, c, d])
    }
}

impl Older {
    /// Nothing, if the bytes are not those of so many changes.
    pub(super) fn from_bytes(bytes: Arc<[u8]>, count: u64) -> Option<Self> {
        let count = usize::try_from(count).ok()?;
        if bytes.len() < count.checked_mul(RECORD + 4)? {
            return None;
        }
        let older = Self { bytes, count };
        let Pieces { records, newest, further } = older.pieces();
        let is_numbered = |record: &[u8; RECORD]| (1..=count).contains(&(Record(*record).number() as usize));
        let is_later = |(n, dep): (u32, u32)| dep < n;
        let sound = records.is_sorted()
            && records.iter().all(is_numbered)
            && (1..).zip(newest.iter().map(|dep| u32::from_le_bytes(*dep))).all(is_later)
            && further.is_sorted()
            && further.iter().map(pair).all(is_later);
        (sound && (older.bytes.len() - count * (RECORD + 4)).is_multiple_of(8)).then_some(older)
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    fn pieces(&self) -> Pieces<'_> {
        let (records, rest) = self.bytes.split_at(self.count * RECORD);
        let (newest, further) = rest.split_at(self.count * 4);
        Pieces { records: records.as_chunks().0, newest: newest.as_chunks().0, further: further.as_chunks().0 }
    }

    fn find(&self, hash: &ChangeHash) -> Option<Record> {
        let records = self.pieces().records;
        let at = records.binary_search_by(|record| record[..32].cmp(&hash.0)).ok()?;
        Some(Record(records[at]))
    }

    /// What the change of this number builds on.
    fn deps(&self, n: u32) -> impl Iterator<Item = u32> {
        let Pieces { newest, further, .. } = self.pieces();
        let newest = (n as usize).checked_sub(1).and_then(|at| newest.get(at)).map(|dep| u32::from_le_bytes(*dep));
        let from = further.partition_point(|one| pair(one).0 < n);
        let further = further[from..].iter().map(pair).take_while(move |(change, _)| *change == n).map(|(_, dep)| dep);
        newest.filter(|dep| *dep > 0).into_iter().chain(further)
    }
}

/// A change and one that it builds on, by number.
fn pair(bytes: &[u8; 8]) -> (u32, u32) {
    let [a, b, c, d, e, f, g, h] = *bytes;
    (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;
    use std::num::NonZeroU64;

    use automerge::{ActorId, ExpandedChange};
    use proptest::prelude::*;

    use super::*;

    /// Changes without operations, each on some of those before.
    fn changes(shape: &[Vec<prop::sample::Index>]) -> Vec<(Change, BTreeSet<usize>)> {
        let mut made: Vec<(Change, BTreeSet<usize>)> = Vec::new();
        for (n, parents) in shape.iter().enumerate() {
            let parents: BTreeSet<usize> = parents.iter().filter(|_| n > 0).map(|parent| parent.index(n)).collect();
            let change = Change::from(ExpandedChange {
                operations: vec![],
                actor_id: ActorId::from(n.to_be_bytes()),
                author: None,
                hash: None,
                seq: 1,
                start_op: NonZeroU64::MIN,
                time: 0,
                message: None,
                deps: parents.iter().map(|parent| made[*parent].0.hash()).collect(),
                extra_bytes: vec![],
            });
            let mut all: BTreeSet<usize> = parents.iter().flat_map(|parent| made[*parent].1.clone()).collect();
            all.insert(n);
            made.push((change, all));
        }
        made
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_change_reaches_what_it_builds_on_and_nothing_else(
            shape in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..4), 1..30),
            snapshot in any::<prop::sample::Index>(),
            taken_back in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let changes = changes(&shape);
            let mut graph = Graph::default();
            for (n, (change, _)) in changes.iter().enumerate() {
                if taken_back.is_some_and(|at| at.index(changes.len()) == n) {
                    let replaced = graph.add(change, 7);
                    graph.take_back(&change.hash(), replaced);
                }
                graph.add(change, 7);
                if snapshot.index(changes.len()) == n {
                    let older = Older::from_bytes(graph.to_bytes(), graph.count()).unwrap();
                    if n % 2 == 0 {
                        graph.fold(older);
                    } else {
                        graph = Graph::open(older, graph.heads());
                    }
                }
            }
            for (change, all) in &changes {
                for wanted in 0..changes.len() {
                    let reached = graph.reach(&[change.hash()], u32::try_from(wanted).unwrap() + 1);
                    prop_assert_eq!(reached, all.contains(&wanted));
                }
                prop_assert_eq!(graph.get(&change.hash()).unwrap().max_op, 7);
            }
            prop_assert_eq!(graph.count(), changes.len() as u64);
            let bytes = graph.to_bytes();
            prop_assert_eq!(Older::from_bytes(bytes.clone(), graph.count()).unwrap().bytes, bytes);
        }

        #[test]
        fn bytes_that_are_no_changes_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200), count in 0..5_u64) {
            if let Some(older) = Older::from_bytes(bytes.into(), count) {
                let graph = Graph::open(older, [ChangeHash([0; 32])]);
                graph.reach(&[ChangeHash([0; 32])], 1);
            }
        }
    }
}
