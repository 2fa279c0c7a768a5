//! How people are best spoken with: asked once, kept for every meeting.

use diesel::prelude::*;
use minutes::ids::{MeetingId, PersonId};

use super::columns::Plain;
use super::schema::{communication_needs, seats};
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = communication_needs)]
pub struct Needs {
    #[diesel(serialize_as = Plain)]
    pub person_id: PersonId,
    /// Empty: none.
    pub needs: String,
    /// The language; empty: no interpreter.
    pub interpreter: String,
    /// Who comes with them; empty: nobody.
    pub advocate: String,
    pub told_at: i64,
    #[diesel(serialize_as = Plain)]
    pub told_by: PersonId,
}

/// Of everybody with a seat at a meeting, as far as they have been asked.
pub fn list(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Needs>, StoreError> {
    let seated = seats::table
        .filter(seats::meeting_id.eq(meeting.to_string()))
        .filter(seats::removed_at.is_null())
        .select(seats::person_id);
    let found = communication_needs::table
        .filter(communication_needs::person_id.eq_any(seated))
        .order(communication_needs::person_id)
        .select(Needs::as_select())
        .load(conn)?;
    Ok(found)
}

/// Takes the place of what was known.
pub fn keep(conn: &mut Connection, needs: Needs) -> Result<(), StoreError> {
    diesel::delete(communication_needs::table.find(needs.person_id.to_string())).execute(conn)?;
    diesel::insert_into(communication_needs::table).values(needs).execute(conn)?;
    Ok(())
}
