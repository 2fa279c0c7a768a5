//! Plans that are to end, and what a manager said. One row for each time it was asked; none is ever deleted.

use diesel::prelude::*;
use minutes::ids::{AgencyId, MeetingId, PersonId, PlanEndId, SeriesId};

use super::columns::{Plain, PlainOrNull, text_enum};
use super::schema::plan_ends;
use super::{Connection, StoreError};

text_enum! {
    EndState {
        Asked = "asked",
        Approved = "approved",
        SentBack = "sent_back",
        /// It was approved, and the series has been opened again since.
        OpenedAgain = "opened_again",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_ends)]
pub struct PlanEnd {
    #[diesel(serialize_as = Plain)]
    pub id: PlanEndId,
    #[diesel(serialize_as = Plain)]
    pub series_id: SeriesId,
    /// Whose plan ends.
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    /// Whose manager is to approve.
    #[diesel(serialize_as = Plain)]
    pub agency_id: AgencyId,
    #[diesel(serialize_as = Plain)]
    pub state: EndState,
    pub reason: String,
    #[diesel(serialize_as = Plain)]
    pub asked_by: PersonId,
    pub asked_at: i64,
    /// What the manager said, or why it was opened again; empty until then.
    pub answer: String,
    #[diesel(serialize_as = PlainOrNull)]
    pub answered_by: Option<PersonId>,
    pub answered_at: Option<i64>,
}

pub fn insert(conn: &mut Connection, new: PlanEnd) -> Result<(), StoreError> {
    diesel::insert_into(plan_ends::table).values(new).execute(conn)?;
    Ok(())
}

pub fn get(conn: &mut Connection, id: PlanEndId) -> Result<Option<PlanEnd>, StoreError> {
    Ok(plan_ends::table.find(id.to_string()).select(PlanEnd::as_select()).first(conn).optional()?)
}

/// Whether it stood in the state `from`: of two who answer, one does.
pub fn answer(
    conn: &mut Connection,
    id: PlanEndId,
    (from, to): (EndState, EndState),
    answer: &str,
    by: PersonId,
    now: i64,
) -> Result<bool, StoreError> {
    let row = plan_ends::table.find(id.to_string()).filter(plan_ends::state.eq(from.as_str()));
    let set = (
        plan_ends::state.eq(to.as_str()),
        plan_ends::answer.eq(answer),
        plan_ends::answered_by.eq(by.to_string()),
        plan_ends::answered_at.eq(now),
    );
    Ok(diesel::update(row).set(set).execute(conn)? == 1)
}

/// Everything asked of a series, the newest first.
pub fn of_series(conn: &mut Connection, series: SeriesId) -> Result<Vec<PlanEnd>, StoreError> {
    let found = plan_ends::table
        .filter(plan_ends::series_id.eq(series.to_string()))
        .order((plan_ends::asked_at.desc(), plan_ends::id))
        .select(PlanEnd::as_select())
        .load(conn)?;
    Ok(found)
}

/// What the managers of an agency are asked, and were; what waits first, then the newest.
pub fn of_agency(conn: &mut Connection, agency: AgencyId) -> Result<Vec<PlanEnd>, StoreError> {
    let mut found: Vec<PlanEnd> = plan_ends::table
        .filter(plan_ends::agency_id.eq(agency.to_string()))
        .order((plan_ends::asked_at.desc(), plan_ends::id))
        .select(PlanEnd::as_select())
        .load(conn)?;
    found.sort_by_key(|end| end.state != EndState::Asked);
    Ok(found)
}
