//! Reports asked for before a meeting, and whether the family was given them.

use diesel::prelude::*;
use minutes::ids::{MeetingId, PersonId, ReportId, SharingId};
use minutes::record::Nature;

use super::columns::{Plain, PlainOrNull};
use super::schema::{report_sharings, reports};
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = reports)]
pub struct Report {
    #[diesel(serialize_as = Plain)]
    pub id: ReportId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub author: PersonId,
    /// Key of the section it goes into.
    pub section: String,
    #[diesel(serialize_as = Plain)]
    pub asked_by: PersonId,
    pub asked_at: i64,
    /// ISO date.
    pub due_on: String,
    #[diesel(serialize_as = PlainOrNull)]
    pub nature: Option<Nature>,
    /// Empty until it is received.
    pub words: String,
    pub received_at: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = report_sharings)]
pub struct Sharing {
    #[diesel(serialize_as = Plain)]
    pub id: SharingId,
    #[diesel(serialize_as = Plain)]
    pub report_id: ReportId,
    pub shared: bool,
    /// ISO date; empty when it was not.
    pub shared_on: String,
    /// How it was shared, or why not.
    pub how: String,
    #[diesel(serialize_as = Plain)]
    pub told_by: PersonId,
    pub told_at: i64,
}

/// A duplicate means that they were asked for this section already.
pub fn request(conn: &mut Connection, report: Report) -> Result<(), StoreError> {
    diesel::insert_into(reports::table).values(report).execute(conn)?;
    Ok(())
}

pub fn list(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Report>, StoreError> {
    let found = reports::table
        .filter(reports::meeting_id.eq(meeting.to_string()))
        .order((reports::asked_at, reports::id))
        .select(Report::as_select())
        .load(conn)?;
    Ok(found)
}

/// Of this meeting, or none.
pub fn get(conn: &mut Connection, meeting: MeetingId, id: ReportId) -> Result<Option<Report>, StoreError> {
    let found = reports::table
        .find(id.to_string())
        .filter(reports::meeting_id.eq(meeting.to_string()))
        .select(Report::as_select())
        .first(conn);
    Ok(found.optional()?)
}

/// Takes the place of an earlier text.
pub fn receive(
    conn: &mut Connection,
    id: ReportId,
    (nature, words): (Nature, String),
    now: i64,
) -> Result<(), StoreError> {
    let received = (reports::nature.eq(nature.as_str()), reports::words.eq(words), reports::received_at.eq(now));
    diesel::update(reports::table.find(id.to_string())).set(received).execute(conn)?;
    Ok(())
}

pub fn log_sharing(conn: &mut Connection, sharing: Sharing) -> Result<(), StoreError> {
    diesel::insert_into(report_sharings::table).values(sharing).execute(conn)?;
    Ok(())
}

/// Of all reports of a meeting, in the order they were told.
pub fn sharings(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Sharing>, StoreError> {
    let found = report_sharings::table
        .inner_join(reports::table)
        .filter(reports::meeting_id.eq(meeting.to_string()))
        .order((report_sharings::told_at, report_sharings::id))
        .select(Sharing::as_select())
        .load(conn)?;
    Ok(found)
}
