//! One-use tickets for the sync socket, for clients that can't send cookies. Only digests are stored.

use diesel::prelude::*;
use minutes::ids::{MeetingId, SessionId};

use super::columns::Plain;
use super::schema::sync_tickets;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sync_tickets)]
pub struct Ticket {
    pub token_sha256: String,
    #[diesel(serialize_as = Plain)]
    pub session_id: SessionId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    pub expires_at: i64,
}

pub fn issue(conn: &mut Connection, ticket: Ticket) -> Result<(), StoreError> {
    diesel::insert_into(sync_tickets::table).values(ticket).execute(conn)?;
    Ok(())
}

/// Takes a ticket that was not used and has not expired. Of two who try at once, one gets it.
pub fn redeem(conn: &mut Connection, token_sha256: &str, now: i64) -> Result<Option<Ticket>, StoreError> {
    let unused = sync_tickets::table
        .find(token_sha256)
        .filter(sync_tickets::used_at.is_null())
        .filter(sync_tickets::expires_at.gt(now));
    if diesel::update(unused).set(sync_tickets::used_at.eq(now)).execute(conn)? == 0 {
        return Ok(None);
    }
    Ok(Some(sync_tickets::table.find(token_sha256).select(Ticket::as_select()).first(conn)?))
}

pub fn forget_expired(conn: &mut Connection, now: i64) -> Result<usize, StoreError> {
    Ok(diesel::delete(sync_tickets::table.filter(sync_tickets::expires_at.le(now))).execute(conn)?)
}
