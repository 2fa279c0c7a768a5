//! What was taken from somebody lately, by whichever process: every process ends the connections it holds.

use diesel::prelude::*;
use minutes::ids::{DocumentId, MeetingId, PersonId, SessionId};
use minutes::record::Role;

use super::schema::{closed_sessions, seats, sessions};
use super::{Connection, StoreError};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lately {
    pub ended_sessions: Vec<EndedSession>,
    pub changed_seats: Vec<ChangedSeat>,
    pub changed_sessions: Vec<ChangedSession>,
}

/// A closed session that was opened or ended, or whose readers changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Queryable)]
pub struct ChangedSession {
    pub meeting: MeetingId,
    pub document: DocumentId,
    pub revision: i64,
    pub changed_at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Queryable)]
pub struct EndedSession {
    pub id: SessionId,
    pub ended_at: i64,
}

/// A seat as it is since it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Queryable)]
pub struct ChangedSeat {
    pub meeting: MeetingId,
    pub person: PersonId,
    pub role: Role,
    pub removed_at: Option<i64>,
    pub changed_at: i64,
}

/// The sessions that ended after this instant, and the seats and closed sessions that were changed after it.
pub fn since(conn: &mut Connection, instant: i64) -> Result<Lately, StoreError> {
    let ended_sessions = sessions::table
        .filter(sessions::ended_at.gt(instant))
        .select((sessions::id, sessions::ended_at.assume_not_null()))
        .load(conn)?;
    let changed_seats = seats::table
        .filter(seats::changed_at.gt(instant))
        .select((
            seats::meeting_id,
            seats::person_id,
            seats::role,
            seats::removed_at,
            seats::changed_at.assume_not_null(),
        ))
        .load(conn)?;
    let changed_sessions = closed_sessions::table
        .filter(closed_sessions::changed_at.gt(instant))
        .select((
            closed_sessions::meeting_id,
            closed_sessions::document_id,
            closed_sessions::revision,
            closed_sessions::changed_at,
        ))
        .load(conn)?;
    Ok(Lately { ended_sessions, changed_seats, changed_sessions })
}
