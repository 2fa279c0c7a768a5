//! Files put with a part of a record.

use diesel::prelude::*;
use minutes::attachment::Form;
use minutes::ids::{AttachmentId, DocumentId, MeetingId, PersonId};

use super::columns::Plain;
use super::schema::attachments;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = attachments)]
pub struct NewAttachment {
    #[diesel(serialize_as = Plain)]
    pub id: AttachmentId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub document_id: DocumentId,
    pub title: String,
    #[diesel(serialize_as = Plain)]
    pub form: Form,
    pub size: i64,
    pub sha256: String,
    pub bytes: Vec<u8>,
    #[diesel(serialize_as = Plain)]
    pub added_by: PersonId,
    pub added_at: i64,
}

/// A file without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = attachments)]
pub struct Attachment {
    pub id: AttachmentId,
    pub meeting_id: MeetingId,
    pub document_id: DocumentId,
    pub title: String,
    pub form: Form,
    pub size: i64,
    pub sha256: String,
    pub added_by: PersonId,
    pub added_at: i64,
}

pub fn insert(conn: &mut Connection, new: NewAttachment) -> Result<(), StoreError> {
    diesel::insert_into(attachments::table).values(new).execute(conn)?;
    Ok(())
}

/// In the order they were added.
pub fn list(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Attachment>, StoreError> {
    let found = attachments::table
        .filter(attachments::meeting_id.eq(meeting.to_string()))
        .order((attachments::added_at, attachments::id))
        .select(Attachment::as_select())
        .load(conn)?;
    Ok(found)
}

pub fn bytes(conn: &mut Connection, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(attachments::table.find(id.to_string()).select(attachments::bytes).first(conn).optional()?)
}

/// Whether there was one to take off.
pub fn remove(conn: &mut Connection, meeting: MeetingId, id: AttachmentId) -> Result<bool, StoreError> {
    let of_meeting = attachments::table.find(id.to_string()).filter(attachments::meeting_id.eq(meeting.to_string()));
    Ok(diesel::delete(of_meeting).execute(conn)? == 1)
}
