//! One open document of a live meeting: what the gate knows of it, and its log since the last snapshot. The document
//! itself is made from these when somebody reads it; nobody needs it to write.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use automerge::{Automerge, Change, ChangeHash};

use super::message;
use crate::change::{self, Refusal, Table, Writer};
use crate::document::{self, DocumentError, Index, Owners, Snapshot};
use crate::ids::{DocumentId, PersonId, RowId, SessionId};
use crate::record::{Part, PartRecord};

/// The largest record, as stored: some hundred times the longest meeting. Beyond it somebody is filling it on purpose.
const MAX_RECORD_BYTES: usize = 64 * 1024 * 1024;
/// The same in operations, of which a hundred bytes can stand for thousands: each is one keystroke in an honest record.
const MAX_RECORD_OPERATIONS: u64 = 4_000_000;
/// How many operations one message may bring: what fits into a message, typed or pasted.
const MAX_OPERATIONS_AT_ONCE: u64 = 10 * change::MAX_OPERATIONS;

/// An actor id seen for the first time, to be stored with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActor {
    pub document: DocumentId,
    pub actor: Vec<u8>,
    pub person: PersonId,
    pub session: SessionId,
}

/// A document as it lies in the store.
#[derive(Debug, Clone)]
pub struct StoredPart {
    pub document: DocumentId,
    pub part: Part,
    pub snapshot: Option<Arc<Snapshot>>,
    /// The raw changes after it, in the order accepted.
    pub tail: Vec<Arc<[u8]>>,
    pub owners: Owners,
}

pub struct LivePart {
    pub document: DocumentId,
    pub part: Part,
    /// Those named for it, where it is a closed session.
    readers: BTreeSet<PersonId>,
    /// How often its readers have changed: what is older than what is known is news no more.
    revision: i64,
    index: Index,
    snapshot: Option<Arc<Snapshot>>,
    /// The changes after the snapshot; those beyond `stored` are still on their way to the store.
    tail: Vec<Logged>,
    tail_bytes: usize,
    stored: u64,
    /// Of what is stored; sorted.
    heads: Vec<ChangeHash>,
    /// All of it as a message, as made for the last who joined: many join at once.
    whole: Option<(u64, Arc<[u8]>)>,
}

struct Logged {
    bytes: Arc<[u8]>,
    hash: ChangeHash,
    deps: Box<[ChangeHash]>,
}

/// What somebody lacks who holds certain changes.
pub(super) enum Lacking<'a> {
    Changes(Vec<&'a [u8]>),
    /// It can't be told from the log since the snapshot.
    Unclear,
}

/// Changes of one message that passed, on their way to the store.
#[derive(Default)]
pub(super) struct Passed {
    pub(super) actors: Vec<NewActor>,
    pub(super) changes: Vec<Arc<[u8]>>,
}

/// What a document is made from, to be carried to where making it may take its time.
#[derive(Debug, Clone)]
pub struct Material {
    pub document: DocumentId,
    pub part: Part,
    pub count: u64,
    snapshot: Option<Arc<Snapshot>>,
    tail: Vec<Arc<[u8]>>,
    heads: Vec<ChangeHash>,
    owners: Owners,
    recorders: HashMap<RowId, PersonId>,
}

impl std::fmt::Debug for LivePart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Nothing of what is written in it.
        f.debug_struct("LivePart").field("document", &self.document).field("part", &self.part).finish_non_exhaustive()
    }
}

impl LivePart {
    pub fn open(stored: StoredPart) -> Result<Self, DocumentError> {
        let mut index = Index::open(stored.snapshot.as_deref(), &stored.owners)?;
        let mut tail = Vec::with_capacity(stored.tail.len());
        for bytes in stored.tail {
            let change = Change::try_from(bytes.as_ref()).map_err(DocumentError::Change)?;
            index.absorb(&change, &stored.owners)?;
            tail.push(Logged::new(&change, bytes));
        }
        let tail_bytes = tail.iter().map(|logged| logged.bytes.len()).sum();
        let (stored_count, heads) = (index.graph().count(), index.graph().heads());
        Ok(Self {
            document: stored.document,
            part: stored.part,
            readers: BTreeSet::new(),
            revision: 0,
            index,
            snapshot: stored.snapshot,
            tail,
            tail_bytes,
            stored: stored_count,
            heads,
            whole: None,
        })
    }

    /// Those named for a closed session, as of this revision of the list.
    #[must_use]
    pub fn read_by(self, readers: BTreeSet<PersonId>, revision: i64) -> Self {
        Self { readers, revision, ..self }
    }

    pub(super) fn is_read_by(&self, person: PersonId) -> bool {
        self.readers.contains(&person)
    }

    /// The readers as `newer` has them, unless they are known better already.
    pub(super) fn take_readers_of(&mut self, newer: Self) {
        if newer.revision > self.revision {
            self.readers = newer.readers;
            self.revision = newer.revision;
        }
    }

    /// How many changes of it are stored.
    pub(super) const fn stored(&self) -> u64 {
        self.stored
    }

    /// The heads of what is stored; sorted.
    pub(super) fn heads(&self) -> &[ChangeHash] {
        &self.heads
    }

    pub(super) fn knows(&self, hash: &ChangeHash) -> bool {
        self.index.graph().contains(hash)
    }

    /// How many changes the last snapshot leaves out.
    pub(super) fn tail_len(&self) -> usize {
        self.tail.len()
    }

    pub(super) fn recorders(&self) -> impl Iterator<Item = (RowId, PersonId)> {
        self.index.recorders()
    }

    /// The one door into a document: all of `chunks`, or none of them. What is known already passes without a trace.
    pub(super) fn admit(&mut self, chunks: &[&[u8]], writer: &Writer, table: &Table) -> Result<Passed, Refusal> {
        if self.tail_bytes + self.snapshot.as_ref().map_or(0, |snapshot| snapshot.weight()) > MAX_RECORD_BYTES {
            return Err(Refusal::RecordFull);
        }
        let mut passed = Passed::default();
        let mut logged = Vec::new();
        let before = self.index.operations();
        for chunk in chunks {
            let admitted = change::parse(chunk).and_then(|change| {
                if self.knows(&change.hash()) {
                    return Ok(None);
                }
                let operations = self.index.operations().saturating_add(change.len() as u64);
                if operations > MAX_RECORD_OPERATIONS {
                    return Err(Refusal::RecordFull);
                }
                if operations - before > MAX_OPERATIONS_AT_ONCE {
                    return Err(Refusal::TooLarge);
                }
                change::admit(change, writer, table, &mut self.index).map(Some)
            });
            match admitted {
                Ok(None) => {}
                Ok(Some(one)) => {
                    if one.new_actor {
                        passed.actors.push(NewActor {
                            document: self.document,
                            actor: one.change.actor_id().to_bytes().to_vec(),
                            person: writer.person,
                            session: writer.session,
                        });
                    }
                    let bytes: Arc<[u8]> = one.change.raw_bytes().into();
                    logged.push(Logged::new(&one.change, bytes.clone()));
                    passed.changes.push(bytes);
                }
                Err(refusal) => {
                    self.index.take_back();
                    return Err(refusal);
                }
            }
        }
        self.index.keep();
        self.tail_bytes += logged.iter().map(|logged| logged.bytes.len()).sum::<usize>();
        self.tail.append(&mut logged);
        Ok(passed)
    }

    /// Gives those of these people who have none a row of attendance: a change of the server's own, to be stored like any
    /// other. None if all of them have one.
    pub(super) fn seat(&mut self, people: impl IntoIterator<Item = PersonId>) -> Option<Arc<[u8]>> {
        let seated = document::seated(&self.index);
        let mut newcomers: Vec<PersonId> = people.into_iter().filter(|person| !seated.contains(person)).collect();
        newcomers.sort_unstable();
        let change = document::seat(&self.index, self.document, &newcomers).filter(|_| !newcomers.is_empty())?;
        self.index.absorb(&change, &Owners::new()).ok()?;
        let bytes: Arc<[u8]> = change.raw_bytes().into();
        self.tail_bytes += bytes.len();
        self.tail.push(Logged::new(&change, bytes.clone()));
        Some(bytes)
    }

    /// The next `count` changes are stored.
    pub(super) fn commit(&mut self, count: u64) {
        let (first, base) = (self.stored, self.base());
        self.stored += count;
        for logged in self.tail.iter().skip(index_of(first - base)).take(index_of(count)) {
            self.heads.retain(|head| !logged.deps.contains(head));
            self.heads.push(logged.hash);
        }
        self.heads.sort_unstable();
    }

    /// The stored changes after number `n`; None if some of them are in the snapshot by now.
    pub(super) fn after(&self, n: u64) -> Option<Vec<&[u8]>> {
        let from = n.checked_sub(self.base())?;
        let stored = index_of(self.stored - self.base());
        Some(self.tail[..stored].iter().skip(index_of(from)).map(|logged| logged.bytes.as_ref()).collect())
    }

    /// All of it, for somebody who has nothing.
    pub(super) fn whole(&mut self, read_only: bool) -> Arc<[u8]> {
        if let Some((stored, message)) = &self.whole
            && *stored == self.stored
        {
            return message.clone();
        }
        let message: Arc<[u8]> = message::encode(&self.heads, &[], &self.everything(), read_only).into();
        self.whole = Some((self.stored, message.clone()));
        message
    }

    /// The next who joins is told something else beside the changes.
    pub(super) fn forget_whole(&mut self) {
        self.whole = None;
    }

    /// The snapshot and what is stored after it.
    pub(super) fn everything(&self) -> Vec<&[u8]> {
        let snapshot = self.snapshot.iter().map(|snapshot| snapshot.document.as_ref());
        snapshot.chain(self.after(self.base()).unwrap_or_default()).collect()
    }

    /// What of the stored changes somebody lacks who holds `theirs` and all that these build on.
    pub(super) fn lacking(&self, theirs: &[ChangeHash]) -> Lacking<'_> {
        let mut held = vec![false; self.tail.len()];
        let mut in_snapshot = HashSet::new();
        let mut stack: Vec<ChangeHash> = theirs.to_vec();
        while let Some(hash) = stack.pop() {
            match self.index.graph().get(&hash).map(|known| known.n) {
                None => {}
                Some(None) => drop(in_snapshot.insert(hash)),
                Some(Some(n)) => {
                    let at = index_of(n - self.base() - 1);
                    if !std::mem::replace(&mut held[at], true) {
                        stack.extend(self.tail[at].deps.iter().copied());
                    }
                }
            }
        }
        let holds_snapshot = self.snapshot.as_ref().is_none_or(|s| s.heads.iter().all(|h| in_snapshot.contains(h)));
        if !holds_snapshot {
            return Lacking::Unclear;
        }
        let stored = index_of(self.stored - self.base());
        let lacks = self.tail[..stored].iter().zip(held).filter(|(_, held)| !held);
        Lacking::Changes(lacks.map(|(logged, _)| logged.bytes.as_ref()).collect())
    }

    /// The stored changes of these hashes, if all of them are to be had from the log since the snapshot.
    pub(super) fn by_hash(&self, hashes: &[ChangeHash]) -> Option<Vec<&[u8]>> {
        let find = |hash: &ChangeHash| {
            let n = self.index.graph().get(hash)?.n.filter(|n| *n <= self.stored)?;
            Some(self.tail[index_of(n - self.base() - 1)].bytes.as_ref())
        };
        hashes.iter().map(find).collect()
    }

    /// What the document is made from, as far as it is stored.
    pub(super) fn material(&self) -> Material {
        let stored = index_of(self.stored - self.base());
        Material {
            document: self.document,
            part: self.part.clone(),
            count: self.stored,
            snapshot: self.snapshot.clone(),
            tail: self.tail[..stored].iter().map(|logged| logged.bytes.clone()).collect(),
            heads: self.heads.clone(),
            owners: self.index.owners(),
            recorders: self.index.recorders().collect(),
        }
    }

    /// A newer snapshot is in the store: what it holds need not be kept apart any longer.
    pub(super) fn fold(&mut self, snapshot: Arc<Snapshot>) -> Result<(), DocumentError> {
        if snapshot.count <= self.base() || snapshot.count > self.stored {
            return Ok(());
        }
        self.index.fold(&snapshot)?;
        let folded = self.tail.drain(..index_of(snapshot.count - self.base()));
        self.tail_bytes -= folded.map(|logged| logged.bytes.len()).sum::<usize>();
        self.tail.shrink_to_fit();
        self.snapshot = Some(snapshot);
        self.whole = None;
        Ok(())
    }

    /// About how many bytes of memory it takes.
    pub(super) fn weight(&self) -> usize {
        let tail: usize = self.tail.iter().map(Logged::weight).sum();
        let snapshot = self.snapshot.as_ref().map_or(0, |snapshot| snapshot.weight());
        let whole = self.whole.as_ref().map_or(0, |(_, message)| message.len());
        self.index.weight() + tail + snapshot + whole
    }

    fn base(&self) -> u64 {
        self.snapshot.as_ref().map_or(0, |snapshot| snapshot.count)
    }
}

impl Logged {
    fn new(change: &Change, bytes: Arc<[u8]>) -> Self {
        Self { bytes, hash: change.hash(), deps: change.deps().into() }
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.bytes.len() + self.deps.len() * size_of::<ChangeHash>()
    }
}

impl Material {
    /// Makes the document, and holds it against what the log says.
    pub fn open(&self) -> Result<Automerge, DocumentError> {
        let snapshot = self.snapshot.as_ref().map(|snapshot| snapshot.document.as_ref());
        let doc = document::open(snapshot, self.tail.iter().map(AsRef::as_ref))?;
        if document::sorted(doc.get_heads()) == self.heads {
            Ok(doc)
        } else {
            Err(DocumentError::Missing("the heads its log ends with"))
        }
    }

    /// What the document holds.
    pub fn read(&self, section_order: &[String]) -> Result<PartRecord, DocumentError> {
        let mut record = document::read(&self.open()?, &self.part, self.document, section_order)?;
        for entry in record.sections.iter_mut().flat_map(|section| &mut section.entries) {
            entry.recorded_by = self.recorders.get(&entry.id).copied();
        }
        Ok(record)
    }

    /// A snapshot of all there is.
    pub fn snapshot(&self) -> Result<Snapshot, DocumentError> {
        Snapshot::take(self.snapshot.as_deref(), &self.tail, &self.owners)
    }

    /// What somebody lacks who says what they have by `message`: the library's own answer.
    pub fn repair(&self, message: &[u8]) -> Result<Vec<Vec<u8>>, DocumentError> {
        message::changes_lacking(&mut self.open()?, message)
    }
}

fn index_of(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
