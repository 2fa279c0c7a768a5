//! Automerge documents: the parts of a meeting's record. What is in them is in `changes`, and shorter in `snapshots`.

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

/// Every document there is.
pub fn all(conn: &mut Connection) -> Result<Vec<Document>, StoreError> {
    Ok(documents::table.order((documents::created_at, documents::id)).select(Document::as_select()).load(conn)?)
}

pub fn get(conn: &mut Connection, id: DocumentId) -> Result<Option<Document>, StoreError> {
    Ok(documents::table.find(id.to_string()).select(Document::as_select()).first(conn).optional()?)
}

/// A part that comes into being while people meet.
pub fn insert(
    conn: &mut Connection,
    meeting: MeetingId,
    id: DocumentId,
    part: &Part,
    now: i64,
) -> Result<(), StoreError> {
    insert_many(conn, meeting, &[(id, part.clone())], now)
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
                documents::created_at.eq(now),
            )
        })
        .collect();
    insert_rows!(conn, documents::table, rows)
}
