//! Which changes a document holds, by hash, and its heads.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use automerge::{Change, ChangeHash};

/// One record of [`Hashes`]: 32 bytes of hash, 4 bytes of highest operation counter, little endian.
const RECORD: usize = 36;

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
    older: Hashes,
    /// Those since.
    recent: HashMap<ChangeHash, Known>,
    heads: BTreeSet<ChangeHash>,
    count: u64,
}

impl Graph {
    pub(super) fn open(older: Hashes, heads: impl IntoIterator<Item = ChangeHash>, count: u64) -> Self {
        Self { older, recent: HashMap::new(), heads: heads.into_iter().collect(), count }
    }

    pub(crate) fn get(&self, hash: &ChangeHash) -> Option<Known> {
        self.recent.get(hash).copied().or_else(|| self.older.max_op(hash).map(|max_op| Known { max_op, n: None }))
    }

    pub(crate) fn contains(&self, hash: &ChangeHash) -> bool {
        self.recent.contains_key(hash) || self.older.max_op(hash).is_some()
    }

    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// Sorted.
    pub(crate) fn heads(&self) -> Vec<ChangeHash> {
        self.heads.iter().copied().collect()
    }

    /// Adds a change, and says which heads it took the place of.
    pub(super) fn add(&mut self, change: &Change, max_op: u32) -> Vec<ChangeHash> {
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
        self.heads.remove(hash);
        self.heads.extend(replaced);
    }

    /// All changes up to number `count` are in a snapshot now.
    pub(super) fn fold(&mut self, older: Hashes, count: u64) {
        self.older = older;
        self.recent.retain(|_, known| known.n.is_some_and(|n| n > count));
        self.recent.shrink_to_fit();
    }

    pub(super) fn hashes(&self) -> Hashes {
        let mut records: Vec<[u8; RECORD]> =
            self.older.0.as_chunks::<RECORD>().0.iter().copied().chain(self.recent.iter().map(record)).collect();
        records.sort_unstable();
        Hashes(records.concat().into())
    }

    pub(crate) fn weight(&self) -> usize {
        self.older.0.len() + self.recent.capacity() * (size_of::<ChangeHash>() + size_of::<Known>() + 1)
    }
}

fn record((hash, known): (&ChangeHash, &Known)) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[..32].copy_from_slice(&hash.0);
    record[32..].copy_from_slice(&known.max_op.to_le_bytes());
    record
}

/// Hashes of changes with their highest counters, sorted, in one piece of memory: a long record has hundreds of
/// thousands of them, and they are asked for one at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hashes(Arc<[u8]>);

impl Hashes {
    /// Nothing, if the bytes are not whole records in order.
    pub(super) fn from_bytes(bytes: Arc<[u8]>) -> Option<Self> {
        let (records, rest) = bytes.as_chunks::<RECORD>();
        (rest.is_empty() && records.is_sorted()).then_some(Self(bytes))
    }

    pub(super) fn bytes(&self) -> Arc<[u8]> {
        self.0.clone()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len() / RECORD
    }

    fn max_op(&self, hash: &ChangeHash) -> Option<u32> {
        let (records, _) = self.0.as_chunks::<RECORD>();
        let at = records.binary_search_by(|record| record[..32].cmp(&hash.0)).ok()?;
        let [.., a, b, c, d] = records[at];
        Some(u32::from_le_bytes([a, b, c, d]))
    }
}
