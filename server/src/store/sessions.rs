//! Sign-ins, from password to sign-out or expiry.

use diesel::prelude::*;
use minutes::ids::{PersonId, SessionId};

use super::columns::Plain;
use super::people::Person;
use super::schema::{people, sessions};
use super::{Connection, StoreError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    #[diesel(serialize_as = Plain)]
    pub id: SessionId,
    #[diesel(serialize_as = Plain)]
    pub person_id: PersonId,
    pub created_at: i64,
    pub expires_at: i64,
    pub ended_at: Option<i64>,
}

pub fn start(
    conn: &mut Connection,
    id: SessionId,
    person: PersonId,
    now: i64,
    expires_at: i64,
) -> Result<(), StoreError> {
    let session = Session { id, person_id: person, created_at: now, expires_at, ended_at: None };
    diesel::insert_into(sessions::table).values(session).execute(conn)?;
    Ok(())
}

/// A session that neither ended nor expired, and whose it is.
pub fn get_live(conn: &mut Connection, id: SessionId, now: i64) -> Result<Option<(Session, Person)>, StoreError> {
    let found = sessions::table
        .inner_join(people::table)
        .filter(sessions::id.eq(id.to_string()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .select((Session::as_select(), Person::as_select()))
        .first(conn);
    Ok(found.optional()?)
}

/// Whether there was a session to end.
pub fn end(conn: &mut Connection, id: SessionId, now: i64) -> Result<bool, StoreError> {
    let ended = diesel::update(sessions::table.find(id.to_string()).filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    Ok(ended == 1)
}

/// How many there were.
pub fn end_all_of_person(conn: &mut Connection, person: PersonId, now: i64) -> Result<usize, StoreError> {
    let theirs =
        sessions::table.filter(sessions::person_id.eq(person.to_string())).filter(sessions::ended_at.is_null());
    Ok(diesel::update(theirs).set(sessions::ended_at.eq(now)).execute(conn)?)
}
