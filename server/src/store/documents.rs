//! Automerge documents: the parts of a meeting's record. Their changes are in `changes`.

use diesel::prelude::*;
use minutes::ids::{DocumentId, MeetingId};
use minutes::record::Part;

use super::portable::insert_rows;
use super::schema::documents;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = documents)]
pub struct Document {
    pub id: DocumentId,
    pub meeting_id: MeetingId,
    pub part: Part,
    /// How many changes are stored: the number of the last one.
    pub change_count: i64,
    /// How many of them the snapshot holds.
    pub snapshot_count: i64,
    pub created_at: i64,
}

pub fn for_meeting(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Document>, StoreError> {
    let found = documents::table
        .filter(documents::meeting_id.eq(meeting.to_string()))
        .order(documents::part)
        .select(Document::as_select())
        .load(conn)?;
    Ok(found)
}

pub fn get(conn: &mut Connection, id: DocumentId) -> Result<Option<Document>, StoreError> {
    Ok(documents::table.find(id.to_string()).select(Document::as_select()).first(conn).optional()?)
}

/// The saved document, and how many of its changes that holds; read the rest with `changes::load_after`.
pub fn snapshot(conn: &mut Connection, id: DocumentId) -> Result<Option<(Vec<u8>, i64)>, StoreError> {
    let row: Option<(Option<Vec<u8>>, i64)> = documents::table
        .find(id.to_string())
        .select((documents::snapshot, documents::snapshot_count))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(bytes, count)| Some((bytes?, count))))
}

/// Keeps the document as saved at its first `count` changes. The changes stay: a snapshot is only ever a shortcut.
/// An older one, or one that claims more than is stored, is not kept; the answer says whether it was.
pub fn save_snapshot(conn: &mut Connection, id: DocumentId, bytes: &[u8], count: i64) -> Result<bool, StoreError> {
    let behind = documents::table
        .find(id.to_string())
        .filter(documents::snapshot_count.lt(count))
        .filter(documents::change_count.ge(count));
    let saved = diesel::update(behind)
        .set((documents::snapshot.eq(bytes), documents::snapshot_count.eq(count)))
        .execute(conn)?;
    Ok(saved == 1)
}

pub(super) fn insert_many(
    conn: &mut Connection,
    meeting: MeetingId,
    new: &[(DocumentId, Part)],
    now: i64,
) -> Result<(), StoreError> {
    let rows: Vec<_> = new
        .iter()
        .map(|(id, part)| {
            (
                documents::id.eq(id.to_string()),
                documents::meeting_id.eq(meeting.to_string()),
                documents::part.eq(part.as_str()),
                documents::change_count.eq(0),
                documents::snapshot_count.eq(0),
                documents::created_at.eq(now),
            )
        })
        .collect();
    insert_rows!(conn, documents::table, rows)
}
