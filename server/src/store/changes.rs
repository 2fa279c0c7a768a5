//! Accepted changes, as received: the log of a record.

use std::collections::HashMap;

use diesel::prelude::*;
use minutes::change;
use minutes::ids::{DocumentId, MeetingId};
use minutes::room::NewChanges;

use super::actors::{self, NewActor};
use super::columns::Plain;
use super::portable::insert_rows;
use super::schema::{changes, documents};
use super::{Connection, StoreError, portable};

/// One change of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub n: i64,
    pub received_at: i64,
    pub bytes: Vec<u8>,
}

/// What one caller wants stored together: all of it or nothing.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    pub actors: &'a [NewActor],
    pub changes: &'a [NewChanges],
    pub received_at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Stored,
    NotOpen,
}

#[derive(Insertable, Clone)]
#[diesel(table_name = changes)]
pub(super) struct ChangesRow {
    #[diesel(serialize_as = Plain)]
    document_id: DocumentId,
    n: i64,
    count: i64,
    received_at: i64,
    bytes: Vec<u8>,
}

/// The raw changes after the first `n`, in the order accepted.
pub fn load_after(conn: &mut Connection, document: DocumentId, n: i64) -> Result<Vec<Vec<u8>>, StoreError> {
    Ok(logged_after(conn, document, n)?.into_iter().map(|logged| logged.bytes).collect())
}

/// The whole log of a document.
pub fn log(conn: &mut Connection, document: DocumentId) -> Result<Vec<Logged>, StoreError> {
    logged_after(conn, document, 0)
}

fn logged_after(conn: &mut Connection, document: DocumentId, after: i64) -> Result<Vec<Logged>, StoreError> {
    let rows: Vec<(i64, i64, Vec<u8>)> = changes::table
        .filter(changes::document_id.eq(document.to_string()))
        .filter((changes::n + changes::count).gt(after + 1))
        .order(changes::n)
        .select((changes::n, changes::received_at, changes::bytes))
        .load(conn)?;
    let mut log = Vec::with_capacity(rows.len());
    for (first, received_at, bytes) in rows {
        let each = change::split(&bytes).ok_or(StoreError::Damaged)?;
        let numbered = (first..).zip(each).filter(|(n, _)| *n > after);
        log.extend(numbered.map(|(n, bytes)| Logged { n, received_at, bytes: bytes.to_vec() }));
    }
    Ok(log)
}

/// How many changes of a document are stored.
pub fn count(conn: &mut Connection, document: DocumentId) -> Result<i64, StoreError> {
    let last: Option<(i64, i64)> = changes::table
        .filter(changes::document_id.eq(document.to_string()))
        .order(changes::n.desc())
        .select((changes::n, changes::count))
        .first(conn)
        .optional()?;
    Ok(last.map_or(0, |(n, count)| n + count - 1))
}

/// Stores changes in the caller's transaction, if the meeting is open.
pub fn append(conn: &mut Connection, batch: Batch<'_>) -> Result<(), StoreError> {
    match append_batches(conn, &[batch])?.pop() {
        Some(Verdict::NotOpen) => Err(StoreError::MeetingNotOpen),
        Some(Verdict::Stored) | None => Ok(()),
    }
}

/// Stores every batch whose meeting is open, in the caller's transaction. One that is refused leaves no trace and does
/// not hold up the others. An error means that nothing is to be kept; a duplicate means that one of them does not
/// follow on what is stored.
pub(super) fn append_batches(conn: &mut Connection, batches: &[Batch<'_>]) -> Result<Vec<Verdict>, StoreError> {
    let meetings = meetings_of(conn, batches)?;
    let open = portable::hold_open(conn, meetings.values().copied())?;
    let is_open = |document: &DocumentId| meetings.get(document).is_some_and(|meeting| open.contains(meeting));
    let verdicts: Vec<Verdict> = batches
        .iter()
        .map(
            |batch| {
                if batch.documents().all(|document| is_open(&document)) { Verdict::Stored } else { Verdict::NotOpen }
            },
        )
        .collect();
    let accepted = || batches.iter().zip(&verdicts).filter(|(_, v)| **v == Verdict::Stored).map(|(batch, _)| batch);
    let new_actors: Vec<NewActor> = accepted().flat_map(|batch| batch.actors).cloned().collect();
    actors::insert_absent(conn, &new_actors)?;
    let rows = accepted().flat_map(|batch| batch.changes.iter().map(|new| row(new, batch.received_at)));
    for chunk in rows.collect::<Vec<ChangesRow>>().chunks(portable::MOST_VALUES) {
        insert_rows!(conn, changes::table, chunk.to_vec())?;
    }
    Ok(verdicts)
}

/// Whether just these changes stand in the log where they were to go: then an attempt whose end was not heard of had
/// been stored after all.
pub(super) fn are_stored(conn: &mut Connection, batch: Batch<'_>) -> Result<bool, StoreError> {
    for new in batch.changes {
        let wanted = row(new, batch.received_at);
        let there: Option<Vec<u8>> =
            changes::table.find((new.document.to_string(), wanted.n)).select(changes::bytes).first(conn).optional()?;
        if there != Some(wanted.bytes) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn row(new: &NewChanges, received_at: i64) -> ChangesRow {
    let mut bytes = Vec::with_capacity(new.changes.iter().map(|change| change.bytes.len()).sum());
    for change in &new.changes {
        bytes.extend_from_slice(&change.bytes);
    }
    ChangesRow {
        document_id: new.document,
        n: i64::try_from(new.after).unwrap_or(i64::MAX).saturating_add(1),
        count: i64::try_from(new.changes.len()).unwrap_or(i64::MAX),
        received_at,
        bytes,
    }
}

fn meetings_of(conn: &mut Connection, batches: &[Batch<'_>]) -> Result<HashMap<DocumentId, MeetingId>, StoreError> {
    let mut named: Vec<String> = batches.iter().flat_map(Batch::documents).map(|id| id.to_string()).collect();
    named.sort_unstable();
    named.dedup();
    let mut found = HashMap::new();
    if named.len() <= portable::ONE_BY_ONE {
        for id in &named {
            let query = documents::table.find(id).select((documents::id, documents::meeting_id));
            let row: Option<(DocumentId, MeetingId)> = query.first(conn).optional()?;
            found.extend(row);
        }
        return Ok(found);
    }
    for chunk in named.chunks(portable::MOST_VALUES) {
        let rows: Vec<(DocumentId, MeetingId)> = documents::table
            .filter(documents::id.eq_any(chunk))
            .select((documents::id, documents::meeting_id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

impl Batch<'_> {
    fn documents(&self) -> impl Iterator<Item = DocumentId> {
        self.changes.iter().map(|new| new.document).chain(self.actors.iter().map(|new| new.document))
    }
}
