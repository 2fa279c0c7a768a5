//! Signed records. A correction is a new version; none ever changes.

use diesel::prelude::*;
use minutes::ids::{MeetingId, RecordId};

use super::columns::Plain;
use super::schema::records;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = records)]
pub struct Record {
    #[diesel(serialize_as = Plain)]
    pub id: RecordId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    pub version: i32,
    /// The exact bytes signed.
    pub canonical: Vec<u8>,
    pub sha256: String,
    pub signature: String,
    pub created_at: i64,
}

pub fn insert(conn: &mut Connection, record: Record) -> Result<(), StoreError> {
    diesel::insert_into(records::table).values(record).execute(conn)?;
    Ok(())
}

pub fn get(conn: &mut Connection, id: RecordId) -> Result<Option<Record>, StoreError> {
    Ok(records::table.find(id.to_string()).select(Record::as_select()).first(conn).optional()?)
}

/// Every signed record there is.
pub fn all(conn: &mut Connection) -> Result<Vec<RecordId>, StoreError> {
    Ok(records::table.order((records::created_at, records::id)).select(records::id).load(conn)?)
}

/// The version in force.
pub fn latest(conn: &mut Connection, meeting: MeetingId) -> Result<Option<Record>, StoreError> {
    let found = records::table
        .filter(records::meeting_id.eq(meeting.to_string()))
        .order(records::version.desc())
        .select(Record::as_select())
        .first(conn);
    Ok(found.optional()?)
}
