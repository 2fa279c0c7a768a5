//! What people proposed for the agenda, and what the chair made of it.

use diesel::prelude::*;
use minutes::ids::{AgendaItemId, MeetingId, PersonId};
use minutes::preparation::Ruling;

use super::columns::{Plain, PlainOrNull};
use super::schema::agenda_items;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = agenda_items)]
pub struct AgendaItem {
    #[diesel(serialize_as = Plain)]
    pub id: AgendaItemId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub proposed_by: PersonId,
    pub item: String,
    pub proposed_at: i64,
    #[diesel(serialize_as = PlainOrNull)]
    pub ruling: Option<Ruling>,
    pub reason: String,
    #[diesel(serialize_as = PlainOrNull)]
    pub ruled_by: Option<PersonId>,
    pub ruled_at: Option<i64>,
}

pub fn insert(conn: &mut Connection, item: AgendaItem) -> Result<(), StoreError> {
    diesel::insert_into(agenda_items::table).values(item).execute(conn)?;
    Ok(())
}

pub fn list(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<AgendaItem>, StoreError> {
    let found = agenda_items::table
        .filter(agenda_items::meeting_id.eq(meeting.to_string()))
        .order((agenda_items::proposed_at, agenda_items::id))
        .select(AgendaItem::as_select())
        .load(conn)?;
    Ok(found)
}

/// Whether there was such an item at this meeting that nobody had ruled on.
pub fn rule(
    conn: &mut Connection,
    (meeting, id): (MeetingId, AgendaItemId),
    (ruling, reason): (Ruling, String),
    by: PersonId,
    now: i64,
) -> Result<bool, StoreError> {
    let open = agenda_items::table
        .find(id.to_string())
        .filter(agenda_items::meeting_id.eq(meeting.to_string()))
        .filter(agenda_items::ruling.is_null());
    let ruled = (
        agenda_items::ruling.eq(ruling.as_str()),
        agenda_items::reason.eq(reason),
        agenda_items::ruled_by.eq(by.to_string()),
        agenda_items::ruled_at.eq(now),
    );
    Ok(diesel::update(open).set(ruled).execute(conn)? == 1)
}
