//! Editions: the signed, printed copies compiled from a record.

use diesel::prelude::*;
use minutes::edition::EditionKind;
use minutes::ids::{EditionId, MeetingId, RecordId};
use minutes::record::Part;

use super::columns::{Plain, PlainOrNull};
use super::schema::editions;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = editions)]
pub struct NewEdition {
    #[diesel(serialize_as = Plain)]
    pub id: EditionId,
    #[diesel(serialize_as = Plain)]
    pub record_id: RecordId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub kind: EditionKind,
    pub signed_json: Vec<u8>,
    pub pdf: Vec<u8>,
    pub pdf_sha256: String,
    pub json_sha256: String,
    pub created_at: i64,
    /// Which closed session it is the copy of; none for every other kind.
    #[diesel(serialize_as = PlainOrNull)]
    pub part: Option<Part>,
}

/// An edition without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = editions)]
pub struct Edition {
    pub id: EditionId,
    pub record_id: RecordId,
    pub meeting_id: MeetingId,
    pub kind: EditionKind,
    pub pdf_sha256: String,
    pub json_sha256: String,
    pub created_at: i64,
    pub part: Option<Part>,
}

pub fn insert(conn: &mut Connection, edition: NewEdition) -> Result<(), StoreError> {
    diesel::insert_into(editions::table).values(edition).execute(conn)?;
    Ok(())
}

pub fn get(conn: &mut Connection, id: EditionId) -> Result<Option<Edition>, StoreError> {
    Ok(editions::table.find(id.to_string()).select(Edition::as_select()).first(conn).optional()?)
}

pub fn get_pdf(conn: &mut Connection, id: EditionId) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(editions::table.find(id.to_string()).select(editions::pdf).first(conn).optional()?)
}

pub fn get_json(conn: &mut Connection, id: EditionId) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(editions::table.find(id.to_string()).select(editions::signed_json).first(conn).optional()?)
}

/// Every edition there is.
pub fn all(conn: &mut Connection) -> Result<Vec<Edition>, StoreError> {
    Ok(editions::table.order((editions::created_at, editions::id)).select(Edition::as_select()).load(conn)?)
}

pub fn list_for_meeting(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Edition>, StoreError> {
    let found = editions::table
        .filter(editions::meeting_id.eq(meeting.to_string()))
        .order((editions::created_at, editions::kind, editions::part, editions::id))
        .select(Edition::as_select())
        .load(conn)?;
    Ok(found)
}
