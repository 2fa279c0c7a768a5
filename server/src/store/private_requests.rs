//! Requests to keep somebody out of a part of a meeting, or to speak in confidence, and the chair's rulings.

use diesel::prelude::*;
use minutes::ids::{MeetingId, PersonId, RequestId};
use minutes::preparation::{Ground, RequestKind, Ruling};

use super::columns::{Plain, PlainOrNull};
use super::schema::private_requests;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = private_requests)]
pub struct PrivateRequest {
    #[diesel(serialize_as = Plain)]
    pub id: RequestId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub kind: RequestKind,
    #[diesel(serialize_as = Plain)]
    pub asked_by: PersonId,
    /// Whom it would keep out.
    #[diesel(serialize_as = PlainOrNull)]
    pub concerns: Option<PersonId>,
    #[diesel(serialize_as = Plain)]
    pub ground: Ground,
    pub words: String,
    pub asked_at: i64,
    #[diesel(serialize_as = PlainOrNull)]
    pub ruling: Option<Ruling>,
    pub reason: String,
    #[diesel(serialize_as = PlainOrNull)]
    pub ruled_by: Option<PersonId>,
    pub ruled_at: Option<i64>,
}

pub fn insert(conn: &mut Connection, request: PrivateRequest) -> Result<(), StoreError> {
    diesel::insert_into(private_requests::table).values(request).execute(conn)?;
    Ok(())
}

/// All of a meeting: who may see which is for the caller to ask.
pub fn list(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<PrivateRequest>, StoreError> {
    let found = private_requests::table
        .filter(private_requests::meeting_id.eq(meeting.to_string()))
        .order((private_requests::asked_at, private_requests::id))
        .select(PrivateRequest::as_select())
        .load(conn)?;
    Ok(found)
}

/// Whether there was such a request at this meeting that nobody had ruled on.
pub fn rule(
    conn: &mut Connection,
    (meeting, id): (MeetingId, RequestId),
    (ruling, reason): (Ruling, String),
    by: PersonId,
    now: i64,
) -> Result<bool, StoreError> {
    let open = private_requests::table
        .find(id.to_string())
        .filter(private_requests::meeting_id.eq(meeting.to_string()))
        .filter(private_requests::ruling.is_null());
    let ruled = (
        private_requests::ruling.eq(ruling.as_str()),
        private_requests::reason.eq(reason),
        private_requests::ruled_by.eq(by.to_string()),
        private_requests::ruled_at.eq(now),
    );
    Ok(diesel::update(open).set(ruled).execute(conn)? == 1)
}
