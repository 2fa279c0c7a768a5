//! Meetings about the same plan, one after the other; and whether there may be another.

use diesel::prelude::*;
use minutes::ids::{MeetingId, SeriesId};

use super::columns::{Plain, PlainOrNull, text_enum};
use super::schema::{meetings, series, series_meetings};
use super::{Connection, StoreError, portable};

text_enum! {
    SeriesState {
        Open = "open",
        /// The plan has ended. No meeting follows until the series is opened again.
        Closed = "closed",
    }
}

/// Where a meeting stands in its series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub struct Place {
    pub series: SeriesId,
    pub state: SeriesState,
    pub previous: Option<MeetingId>,
}

/// A meeting of a series, in a line.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Member {
    pub meeting: MeetingId,
    pub kind: String,
    pub title: String,
    pub starts_at: i64,
    pub previous: Option<MeetingId>,
}

#[derive(Insertable)]
#[diesel(table_name = series_meetings)]
pub(super) struct MemberRow {
    #[diesel(serialize_as = Plain)]
    meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    series_id: SeriesId,
    #[diesel(serialize_as = PlainOrNull)]
    previous_meeting: Option<MeetingId>,
}

/// Where a meeting stands; nowhere until the next one is set up or its plan is to end.
pub fn place(conn: &mut Connection, meeting: MeetingId) -> Result<Option<Place>, StoreError> {
    let found = series_meetings::table
        .inner_join(series::table)
        .filter(series_meetings::meeting_id.eq(meeting.to_string()))
        .select((series::id, series::state, series_meetings::previous_meeting))
        .first(conn);
    Ok(found.optional()?)
}

/// The series of a meeting, begun under the id given if it is in none. Until this transaction ends nobody else closes the
/// series, opens it or adds to it.
pub fn hold(conn: &mut Connection, meeting: MeetingId, new: SeriesId, now: i64) -> Result<Place, StoreError> {
    if place(conn, meeting)?.is_none() {
        // Of two who begin one at once, one row stands; the other's empty series is nobody's.
        let row = (
            series::id.eq(new.to_string()),
            series::state.eq(SeriesState::Open.as_str()),
            series::opened_at.eq(now),
            series::changed_at.eq(now),
        );
        diesel::insert_into(series::table).values(row).execute(conn)?;
        let first = MemberRow { meeting_id: meeting, series_id: new, previous_meeting: None };
        portable::insert_series_meeting_if_absent(conn, first)?;
    }
    let found = place(conn, meeting)?.ok_or(StoreError::Damaged)?;
    // It sets what is set already, so that the row is ours until the end.
    let row = series::table.find(found.series.to_string());
    diesel::update(row).set(series::opened_at.eq(series::opened_at)).execute(conn)?;
    place(conn, meeting)?.ok_or(StoreError::Damaged)
}

/// Puts a new meeting after another of the series.
pub fn add(conn: &mut Connection, series: SeriesId, meeting: MeetingId, previous: MeetingId) -> Result<(), StoreError> {
    let row = MemberRow { meeting_id: meeting, series_id: series, previous_meeting: Some(previous) };
    diesel::insert_into(series_meetings::table).values(row).execute(conn)?;
    Ok(())
}

/// Its meetings, the earliest first.
pub fn members(conn: &mut Connection, series: SeriesId) -> Result<Vec<Member>, StoreError> {
    let found = series_meetings::table
        .inner_join(meetings::table.on(meetings::id.eq(series_meetings::meeting_id)))
        .filter(series_meetings::series_id.eq(series.to_string()))
        .order((meetings::starts_at, meetings::id))
        .select((meetings::id, meetings::kind, meetings::title, meetings::starts_at, series_meetings::previous_meeting))
        .load(conn)?;
    Ok(found)
}

/// Whether it was in the other state before.
pub fn set_state(conn: &mut Connection, id: SeriesId, to: SeriesState, now: i64) -> Result<bool, StoreError> {
    let row = series::table.find(id.to_string()).filter(series::state.ne(to.as_str()));
    Ok(diesel::update(row).set((series::state.eq(to.as_str()), series::changed_at.eq(now))).execute(conn)? == 1)
}
