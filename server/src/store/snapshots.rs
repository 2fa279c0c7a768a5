//! Documents as saved at some point of their log, for opening a meeting without reading all that was ever typed.

use diesel::prelude::*;
use minutes::document::Snapshot;
use minutes::ids::DocumentId;

use super::columns::Plain;
use super::schema::snapshots;
use super::{Connection, StoreError, portable};

#[derive(Queryable)]
struct Row {
    change_count: i64,
    heads: Vec<u8>,
    document: Vec<u8>,
    gate_index: Vec<u8>,
    hashes: Vec<u8>,
}

#[derive(Insertable)]
#[diesel(table_name = snapshots)]
pub(super) struct SnapshotRow {
    #[diesel(serialize_as = Plain)]
    document_id: DocumentId,
    change_count: i64,
    heads: Vec<u8>,
    document: Vec<u8>,
    gate_index: Vec<u8>,
    hashes: Vec<u8>,
    created_at: i64,
}

/// The latest snapshot of a document; read the rest with `changes::load_after`. One that is damaged is as good as none.
pub fn get(conn: &mut Connection, document: DocumentId) -> Result<Option<Snapshot>, StoreError> {
    let row: Option<Row> = snapshots::table
        .find(document.to_string())
        .select((
            snapshots::change_count,
            snapshots::heads,
            snapshots::document,
            snapshots::gate_index,
            snapshots::hashes,
        ))
        .first(conn)
        .optional()?;
    Ok(row.and_then(Row::snapshot))
}

/// Keeps a snapshot, unless one is kept that holds as much.
pub fn save(conn: &mut Connection, document: DocumentId, snapshot: &Snapshot, now: i64) -> Result<(), StoreError> {
    let change_count = i64::try_from(snapshot.count).unwrap_or(i64::MAX);
    let older = snapshots::table.find(document.to_string()).filter(snapshots::change_count.lt(change_count));
    diesel::delete(older).execute(conn)?;
    let row = SnapshotRow {
        document_id: document,
        change_count,
        heads: snapshot.heads_bytes(),
        document: snapshot.document.to_vec(),
        gate_index: snapshot.index.to_vec(),
        hashes: snapshot.hashes.to_vec(),
        created_at: now,
    };
    portable::insert_snapshot_if_absent(conn, row)?;
    Ok(())
}

/// Throws a snapshot away; the next opening reads the whole log.
pub fn forget(conn: &mut Connection, document: DocumentId) -> Result<(), StoreError> {
    diesel::delete(snapshots::table.find(document.to_string())).execute(conn)?;
    Ok(())
}

impl Row {
    fn snapshot(self) -> Option<Snapshot> {
        Some(Snapshot {
            count: u64::try_from(self.change_count).ok()?,
            heads: Snapshot::heads_from_bytes(&self.heads)?,
            document: self.document.into(),
            index: self.gate_index.into(),
            hashes: self.hashes.into(),
        })
    }
}
