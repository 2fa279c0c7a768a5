//! What people say about deadlines: that something was done, and why something was late.

use diesel::prelude::*;
use minutes::ids::{MeetingId, PersonId};

use super::columns::Plain;
use super::schema::{clock_ticks, late_reasons, people};
use super::{Connection, StoreError, portable};

/// Somebody says that what a clock waits for was done.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = clock_ticks)]
pub struct Tick {
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    pub clock: String,
    /// ISO date.
    pub done_on: String,
    #[diesel(serialize_as = Plain)]
    pub by_person: PersonId,
    pub at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReason {
    pub meeting: MeetingId,
    pub clock: String,
    pub reason: String,
    pub by: PersonId,
    pub at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Reason {
    pub clock: String,
    pub reason: String,
    pub by: PersonId,
    pub by_name: String,
    pub at: i64,
}

/// Whether it was new: what somebody has said already stands.
pub fn tick(conn: &mut Connection, tick: Tick) -> Result<bool, StoreError> {
    Ok(portable::insert_clock_tick_if_absent(conn, tick)? == 1)
}

/// Whether there was one to take back.
pub fn take_back(conn: &mut Connection, meeting: MeetingId, clock: &str) -> Result<bool, StoreError> {
    Ok(diesel::delete(clock_ticks::table.find((meeting.to_string(), clock))).execute(conn)? == 1)
}

/// With who said it.
pub fn ticks(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<(Tick, String)>, StoreError> {
    let found = clock_ticks::table
        .inner_join(people::table)
        .filter(clock_ticks::meeting_id.eq(meeting.to_string()))
        .order(clock_ticks::clock)
        .select((Tick::as_select(), people::name))
        .load(conn)?;
    Ok(found)
}

pub fn give_reason(conn: &mut Connection, new: NewReason) -> Result<(), StoreError> {
    let row = (
        late_reasons::meeting_id.eq(new.meeting.to_string()),
        late_reasons::clock.eq(new.clock),
        late_reasons::reason.eq(new.reason),
        late_reasons::by_person.eq(new.by.to_string()),
        late_reasons::at.eq(new.at),
    );
    diesel::insert_into(late_reasons::table).values(row).execute(conn)?;
    Ok(())
}

/// Every reason given at a meeting, the newest last.
pub fn reasons(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Reason>, StoreError> {
    let found = late_reasons::table
        .inner_join(people::table)
        .filter(late_reasons::meeting_id.eq(meeting.to_string()))
        .order(late_reasons::n)
        .select((late_reasons::clock, late_reasons::reason, late_reasons::by_person, people::name, late_reasons::at))
        .load(conn)?;
    Ok(found)
}

/// The newest reason for each clock of every meeting, of those given since.
pub fn newest_reasons(conn: &mut Connection, since: i64) -> Result<Vec<(MeetingId, String, String)>, StoreError> {
    let found: Vec<(MeetingId, String, String)> = late_reasons::table
        .filter(late_reasons::at.ge(since))
        .order(late_reasons::n.desc())
        .select((late_reasons::meeting_id, late_reasons::clock, late_reasons::reason))
        .load(conn)?;
    let mut seen = std::collections::HashSet::new();
    Ok(found.into_iter().filter(|(meeting, clock, _)| seen.insert((*meeting, clock.clone()))).collect())
}
