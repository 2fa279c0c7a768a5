//! A document up to some point of its log, in three pieces: as Automerge saves it, for whoever joins; its index, for the
//! gate; the hashes of its changes, for changes that build on them. The log stays: a snapshot is only ever a shortcut.

use std::sync::Arc;

use automerge::{ActorId, Change, ChangeHash, SaveOptions};
use serde::{Deserialize, Serialize};

use super::graph::{Graph, Older};
use super::index::{ActorFacts, Index, OpId, Owners, RowFacts};
use super::operations::Operations;
use super::schema::{Key, Node, Table};
use super::{DocumentError, open};
use crate::ids::RowId;

/// Grows with every change to what an index holds or means: one of another format is made anew from the log.
const FORMAT: u8 = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// How many changes it holds: the first so many of the log.
    pub count: u64,
    pub heads: Vec<ChangeHash>,
    pub document: Arc<[u8]>,
    pub index: Arc<[u8]>,
    pub hashes: Arc<[u8]>,
}

#[derive(Serialize, Deserialize)]
struct StoredIndex {
    format: u8,
    actors: Vec<(Vec<u8>, u64, u32)>,
    nodes: Vec<(OpId, Node)>,
    rows: Vec<((Table, RowId), RowFacts)>,
    elements: Vec<(OpId, Operations)>,
    values: Vec<((OpId, Key), Operations)>,
    operations: u64,
}

impl Snapshot {
    /// The heads as the store keeps them: 32 bytes each.
    pub fn heads_bytes(&self) -> Vec<u8> {
        self.heads.iter().flat_map(|head| head.0).collect()
    }

    pub fn heads_from_bytes(bytes: &[u8]) -> Option<Vec<ChangeHash>> {
        let (heads, rest) = bytes.as_chunks::<32>();
        rest.is_empty().then(|| heads.iter().copied().map(ChangeHash).collect())
    }

    /// A snapshot of the log up to the end of `tail`, which begins where `previous` ends. What Automerge makes of it and
    /// what the index says of it are held against each other, and the saved bytes are read back, before anybody relies
    /// on them.
    pub fn take(previous: Option<&Self>, tail: &[Arc<[u8]>], owners: &Owners) -> Result<Self, DocumentError> {
        let mut index = Index::open(previous, owners)?;
        for bytes in tail {
            index.absorb(&Change::try_from(bytes.as_ref()).map_err(DocumentError::Change)?, owners)?;
        }
        let heads = index.graph().heads();
        let doc = open(previous.map(|snapshot| snapshot.document.as_ref()), tail.iter().map(AsRef::as_ref))?;
        let document = doc.save_with_options(SaveOptions { retain_orphans: false, ..SaveOptions::default() });
        drop(doc);
        if sorted(open(Some(&document), [])?.get_heads()) != heads {
            return Err(DocumentError::Missing("the heads its log ends with"));
        }
        Ok(Self {
            count: index.graph().count(),
            heads,
            document: document.into(),
            index: index.to_bytes()?.into(),
            hashes: index.graph().to_bytes(),
        })
    }

    pub(crate) fn weight(&self) -> usize {
        self.document.len() + self.index.len()
    }
}

impl Index {
    /// The index of a snapshot, or of nothing.
    pub(crate) fn open(snapshot: Option<&Snapshot>, owners: &Owners) -> Result<Self, DocumentError> {
        let Some(snapshot) = snapshot else { return Ok(Self::new()) };
        let unreadable = || DocumentError::Missing("an index that can be read");
        let stored: StoredIndex = postcard::from_bytes(&snapshot.index).map_err(|_| unreadable())?;
        if stored.format != FORMAT {
            return Err(unreadable());
        }
        let older = Older::from_bytes(snapshot.hashes.clone(), snapshot.count).ok_or_else(unreadable)?;
        let actors = stored.actors.into_iter().map(|(id, last_seq, last_change)| ActorFacts {
            owner: owners.get(&id).copied(),
            id: ActorId::from(id),
            last_seq,
            last_change,
        });
        let mut index = Self {
            actors: actors.collect(),
            nodes: stored.nodes.into_iter().collect(),
            rows: stored.rows.into_iter().collect(),
            elements: stored.elements.into_iter().collect(),
            values: stored.values.into_iter().collect(),
            operations: stored.operations,
            graph: Graph::open(older, snapshot.heads.iter().copied()),
            ..Self::new()
        };
        index.number_actors();
        Ok(index)
    }

    /// Its changes up to the snapshot's are in the snapshot now.
    pub(crate) fn fold(&mut self, snapshot: &Snapshot) -> Result<(), DocumentError> {
        let older = Older::from_bytes(snapshot.hashes.clone(), snapshot.count);
        self.graph_mut().fold(older.ok_or(DocumentError::Missing("hashes that can be read"))?);
        Ok(())
    }

    fn to_bytes(&self) -> Result<Vec<u8>, DocumentError> {
        let actors = self.actors.iter().map(|actor| (actor.id.to_bytes().to_vec(), actor.last_seq, actor.last_change));
        let mut stored = StoredIndex {
            format: FORMAT,
            actors: actors.collect(),
            nodes: pairs(&self.nodes),
            rows: pairs(&self.rows),
            elements: pairs(&self.elements),
            values: pairs(&self.values),
            operations: self.operations,
        };
        // Sorted, so that one log has one index.
        stored.nodes.sort_by_key(|(id, _)| *id);
        stored.rows.sort_by_key(|(key, _)| *key);
        stored.elements.sort_by_key(|(id, _)| *id);
        stored.values.sort_by_key(|(key, _)| *key);
        postcard::to_allocvec(&stored).map_err(|_| DocumentError::Missing("an index that can be written"))
    }
}

fn pairs<K: Clone, V: Clone>(map: &std::collections::HashMap<K, V>) -> Vec<(K, V)> {
    map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

pub(crate) fn sorted(mut heads: Vec<ChangeHash>) -> Vec<ChangeHash> {
    heads.sort_unstable();
    heads
}
