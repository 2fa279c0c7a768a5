//! What goes on in the room beside the documents: where the chair is, the timer, what was agreed, why without a quorum.
//! Whoever writes here holds the meeting's seats, so that of two who write one comes first.

use diesel::prelude::*;
use minutes::ids::{MeetingId, PersonId};
use minutes::in_the_room::Course;

use super::columns::{Plain, PlainOrNull};
use super::schema::{agreed_sections, rooms};
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = rooms, treat_none_as_null = true)]
pub struct Room {
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    /// The section everybody is asked to look at; empty: none.
    pub spotlight: String,
    pub timer_ends_at: Option<i64>,
    #[diesel(serialize_as = PlainOrNull)]
    pub quorum_course: Option<Course>,
    pub quorum_reason: String,
    pub quorum_reset_on: String,
    pub quorum_at: Option<i64>,
    #[diesel(serialize_as = PlainOrNull)]
    pub quorum_by: Option<PersonId>,
}

impl Room {
    /// As it is before anybody has done anything.
    pub const fn empty(meeting_id: MeetingId) -> Self {
        Self {
            meeting_id,
            spotlight: String::new(),
            timer_ends_at: None,
            quorum_course: None,
            quorum_reason: String::new(),
            quorum_reset_on: String::new(),
            quorum_at: None,
            quorum_by: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = agreed_sections)]
pub struct Agreed {
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    pub section: String,
    pub agreed_at: i64,
    #[diesel(serialize_as = Plain)]
    pub agreed_by: PersonId,
}

pub fn get(conn: &mut Connection, meeting: MeetingId) -> Result<Room, StoreError> {
    let found = rooms::table.find(meeting.to_string()).select(Room::as_select()).first(conn).optional()?;
    Ok(found.unwrap_or_else(|| Room::empty(meeting)))
}

/// Puts the room as it is now in place of what was.
pub fn put(conn: &mut Connection, room: Room) -> Result<(), StoreError> {
    diesel::delete(rooms::table.find(room.meeting_id.to_string())).execute(conn)?;
    diesel::insert_into(rooms::table).values(room).execute(conn)?;
    Ok(())
}

/// Sections marked as agreed, the first of them first.
pub fn agreed(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Agreed>, StoreError> {
    let found = agreed_sections::table
        .filter(agreed_sections::meeting_id.eq(meeting.to_string()))
        .order((agreed_sections::agreed_at, agreed_sections::section))
        .select(Agreed::as_select())
        .load(conn)?;
    Ok(found)
}

/// Whether it was not marked before.
pub fn agree(conn: &mut Connection, row: Agreed) -> Result<bool, StoreError> {
    let known = agreed_sections::table.find((row.meeting_id.to_string(), row.section.clone()));
    if known.select(agreed_sections::agreed_at).first::<i64>(conn).optional()?.is_some() {
        return Ok(false);
    }
    diesel::insert_into(agreed_sections::table).values(row).execute(conn)?;
    Ok(true)
}

/// Whether it was marked.
pub fn take_back(conn: &mut Connection, meeting: MeetingId, section: &str) -> Result<bool, StoreError> {
    Ok(diesel::delete(agreed_sections::table.find((meeting.to_string(), section.to_owned()))).execute(conn)? == 1)
}
