//! Accepted changes, as received: the log of a record, and who wrote it.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use minutes::ids::{DocumentId, MeetingId, PersonId, SessionId};

use super::actors::{self, NewActor};
use super::columns::{Plain, PlainOrNull};
use super::portable::insert_rows;
use super::schema::{changes, documents};
use super::{Connection, StoreError, portable};

/// Rows in one INSERT, or values in one IN: both databases bound the number of parameters, SQLite at 32,766.
const CHUNK: usize = 1000;

/// A change to store, in the order it was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    pub document: DocumentId,
    /// In hex.
    pub hash: String,
    pub actor: Vec<u8>,
    pub actor_seq: i64,
    /// None: the server itself.
    pub person: Option<PersonId>,
    pub session: Option<SessionId>,
    pub received_at: i64,
    pub bytes: Vec<u8>,
}

/// What is known of a stored change beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Authorship {
    pub n: i64,
    pub hash: String,
    pub actor: Vec<u8>,
    pub actor_seq: i64,
    pub person: Option<PersonId>,
    pub session: Option<SessionId>,
    pub received_at: i64,
}

/// A change as the history reads it: its number in the document, from 1, and when it was received.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Logged {
    pub n: i64,
    pub received_at: i64,
    pub bytes: Vec<u8>,
}

/// Stores changes in the caller's transaction, if the meeting is open and none of them is there.
pub fn append(conn: &mut Connection, new: &[NewChange]) -> Result<(), StoreError> {
    let batch = Batch { actors: &[], changes: new };
    match append_batches(conn, &[batch])?.pop() {
        Some(Verdict::NotOpen) => Err(StoreError::MeetingNotOpen),
        Some(Verdict::Conflict) => Err(StoreError::Conflict),
        Some(Verdict::Stored) | None => Ok(()),
    }
}

/// The bytes of the changes after the first `n`, in order.
pub fn load_after(conn: &mut Connection, document: DocumentId, n: i64) -> Result<Vec<Vec<u8>>, StoreError> {
    let found = changes::table
        .filter(changes::document_id.eq(document.to_string()))
        .filter(changes::n.gt(n))
        .order(changes::n)
        .select(changes::bytes)
        .load(conn)?;
    Ok(found)
}

/// Every change with when it was received, in the order accepted.
pub fn log(conn: &mut Connection, document: DocumentId) -> Result<Vec<Logged>, StoreError> {
    let found = changes::table
        .filter(changes::document_id.eq(document.to_string()))
        .order(changes::n)
        .select((changes::n, changes::received_at, changes::bytes))
        .load(conn)?;
    Ok(found)
}

/// Who wrote what when, in the order accepted.
pub fn history(conn: &mut Connection, document: DocumentId) -> Result<Vec<Authorship>, StoreError> {
    let found = changes::table
        .filter(changes::document_id.eq(document.to_string()))
        .order(changes::n)
        .select((
            changes::n,
            changes::hash,
            changes::actor,
            changes::actor_seq,
            changes::person_id,
            changes::session_id,
            changes::received_at,
        ))
        .load(conn)?;
    Ok(found)
}

/// What one caller wants stored together: all of it or nothing.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) actors: &'a [NewActor],
    pub(super) changes: &'a [NewChange],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Stored,
    NotOpen,
    Conflict,
}

/// Stores every batch that may be stored, in the caller's transaction. One that is refused leaves no trace and does
/// not hold up the others: all are judged before anything is written. An error means that nothing is to be kept.
pub(super) fn append_batches(conn: &mut Connection, batches: &[Batch<'_>]) -> Result<Vec<Verdict>, StoreError> {
    let mut open = open_documents(conn, batches)?;
    let mut taken = Taken::load(conn, batches)?;
    let verdicts: Vec<Verdict> = batches
        .iter()
        .map(|batch| {
            if !batch.documents().all(|document| open.contains_key(&document)) {
                Verdict::NotOpen
            } else if taken.claim(batch) {
                Verdict::Stored
            } else {
                Verdict::Conflict
            }
        })
        .collect();
    let accepted = || batches.iter().zip(&verdicts).filter(|(_, v)| **v == Verdict::Stored).map(|(batch, _)| batch);

    let new_actors: Vec<NewActor> = accepted().flat_map(|batch| batch.actors).cloned().collect();
    for chunk in new_actors.chunks(CHUNK) {
        actors::insert_absent(conn, chunk)?;
    }
    for change in accepted().flat_map(|batch| batch.changes) {
        if let Some(count) = open.get_mut(&change.document) {
            *count += 1;
        }
    }
    let mut next = number(conn, &open)?;
    let mut rows = Vec::new();
    for change in accepted().flat_map(|batch| batch.changes) {
        let n = next.get_mut(&change.document).ok_or(StoreError::Conflict)?;
        rows.push(ChangeRow::new(change, *n));
        *n += 1;
    }
    insert(conn, rows)?;
    Ok(verdicts)
}

impl Batch<'_> {
    fn documents(&self) -> impl Iterator<Item = DocumentId> {
        let actors = self.actors.iter().map(|actor| actor.document);
        actors.chain(self.changes.iter().map(|change| change.document))
    }
}

/// The documents among those named whose meetings are open, and stay open until the transaction ends; each with a
/// count of nought. Sorted, so that two nodes take their locks in the same order.
fn open_documents(conn: &mut Connection, batches: &[Batch<'_>]) -> Result<BTreeMap<DocumentId, i64>, StoreError> {
    let named: HashSet<String> = batches.iter().flat_map(Batch::documents).map(|id| id.to_string()).collect();
    let found: Vec<(MeetingId, DocumentId)> = documents::table
        .filter(documents::id.eq_any(named.into_iter().collect::<Vec<_>>()))
        .order(documents::meeting_id)
        .select((documents::meeting_id, documents::id))
        .load(conn)?;
    let mut open = BTreeMap::new();
    let mut last = None;
    for (meeting, document) in found {
        let is_open = match last {
            Some((asked, answer)) if asked == meeting => answer,
            _ => portable::hold_open(conn, meeting)?,
        };
        last = Some((meeting, is_open));
        if is_open {
            open.insert(document, 0);
        }
    }
    Ok(open)
}

/// Moves each document's count on, and returns the number its first new change gets.
fn number(conn: &mut Connection, counts: &BTreeMap<DocumentId, i64>) -> Result<BTreeMap<DocumentId, i64>, StoreError> {
    let mut next = BTreeMap::new();
    for (&document, &count) in counts.iter().filter(|(_, count)| **count > 0) {
        let last: i64 = diesel::update(documents::table.find(document.to_string()))
            .set(documents::change_count.eq(documents::change_count + count))
            .returning(documents::change_count)
            .get_result(conn)?;
        next.insert(document, last - count + 1);
    }
    Ok(next)
}

/// What is taken already: hashes, places in an actor's sequence, actors. The unique keys of the tables have the last
/// word when another node stores the same at the same moment.
struct Taken {
    hashes: HashSet<(DocumentId, String)>,
    sequence: HashSet<(DocumentId, Vec<u8>, i64)>,
    owners: std::collections::HashMap<(DocumentId, Vec<u8>), SessionId>,
}

impl Taken {
    fn load(conn: &mut Connection, batches: &[Batch<'_>]) -> Result<Self, StoreError> {
        let mut taken = Self { hashes: HashSet::new(), sequence: HashSet::new(), owners: Default::default() };
        let all: Vec<&NewChange> = batches.iter().flat_map(|batch| batch.changes).collect();
        for chunk in all.chunks(CHUNK) {
            let documents: HashSet<String> = chunk.iter().map(|change| change.document.to_string()).collect();
            let documents: Vec<String> = documents.into_iter().collect();
            let hashes: Vec<&str> = chunk.iter().map(|change| change.hash.as_str()).collect();
            let found = changes::table
                .filter(changes::document_id.eq_any(documents.clone()))
                .filter(changes::hash.eq_any(hashes))
                .select((changes::document_id, changes::hash))
                .load::<(DocumentId, String)>(conn)?;
            taken.hashes.extend(found);
            let actors: HashSet<&[u8]> = chunk.iter().map(|change| change.actor.as_slice()).collect();
            let first = chunk.iter().map(|change| change.actor_seq).min().unwrap_or_default();
            let found = changes::table
                .filter(changes::document_id.eq_any(documents))
                .filter(changes::actor.eq_any(actors.into_iter().collect::<Vec<_>>()))
                .filter(changes::actor_seq.ge(first))
                .select((changes::document_id, changes::actor, changes::actor_seq))
                .load::<(DocumentId, Vec<u8>, i64)>(conn)?;
            taken.sequence.extend(found);
        }
        let new_actors: Vec<(DocumentId, &[u8])> =
            batches.iter().flat_map(|batch| batch.actors).map(|new| (new.document, new.actor.as_slice())).collect();
        for chunk in new_actors.chunks(CHUNK) {
            taken.owners.extend(actors::sessions_of(conn, chunk)?);
        }
        Ok(taken)
    }

    /// Takes all a batch needs, or nothing.
    fn claim(&mut self, batch: &Batch<'_>) -> bool {
        let hashes: HashSet<_> = batch.changes.iter().map(|c| (c.document, c.hash.clone())).collect();
        let sequence: HashSet<_> = batch.changes.iter().map(|c| (c.document, c.actor.clone(), c.actor_seq)).collect();
        let repeats_itself = hashes.len() < batch.changes.len() || sequence.len() < batch.changes.len();
        let repeats = !self.hashes.is_disjoint(&hashes) || !self.sequence.is_disjoint(&sequence);
        let poaches = batch.actors.iter().any(|new| {
            self.owners.get(&(new.document, new.actor.clone())).is_some_and(|session| *session != new.session)
        });
        if repeats_itself || repeats || poaches {
            return false;
        }
        self.hashes.extend(hashes);
        self.sequence.extend(sequence);
        self.owners.extend(batch.actors.iter().map(|new| ((new.document, new.actor.clone()), new.session)));
        true
    }
}

#[derive(Insertable)]
#[diesel(table_name = changes)]
struct ChangeRow {
    #[diesel(serialize_as = Plain)]
    document_id: DocumentId,
    n: i64,
    hash: String,
    actor: Vec<u8>,
    actor_seq: i64,
    #[diesel(serialize_as = PlainOrNull)]
    person_id: Option<PersonId>,
    #[diesel(serialize_as = PlainOrNull)]
    session_id: Option<SessionId>,
    received_at: i64,
    bytes: Vec<u8>,
}

impl ChangeRow {
    fn new(change: &NewChange, n: i64) -> Self {
        Self {
            document_id: change.document,
            n,
            hash: change.hash.clone(),
            actor: change.actor.clone(),
            actor_seq: change.actor_seq,
            person_id: change.person,
            session_id: change.session,
            received_at: change.received_at,
            bytes: change.bytes.clone(),
        }
    }
}

/// Many rows to a statement: one by one, a thousand take PostgreSQL half a second.
fn insert(conn: &mut Connection, rows: Vec<ChangeRow>) -> Result<(), StoreError> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<ChangeRow> = rows.by_ref().take(CHUNK).collect();
        insert_rows!(conn, changes::table, chunk)?;
    }
    Ok(())
}
