//! What became of the rows of a locked record's plan.

use diesel::prelude::*;
use minutes::ids::{MeetingId, PersonId, RowId};
use minutes::plan::RowResult;

use super::columns::Plain;
use super::schema::{people, plan_evaluations};
use super::{Connection, StoreError, portable};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = plan_evaluations)]
pub struct Evaluation {
    /// Whose plan the row stands in.
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub action_id: RowId,
    #[diesel(serialize_as = Plain)]
    pub result: RowResult,
    pub evidence: String,
    #[diesel(serialize_as = Plain)]
    pub judged_at_meeting: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub by_person: PersonId,
    pub at: i64,
}

/// Judges a row, or judges it anew.
pub fn judge(conn: &mut Connection, new: Evaluation) -> Result<(), StoreError> {
    if portable::insert_plan_evaluation_if_absent(conn, new.clone())? == 0 {
        let key = (new.meeting_id.to_string(), new.action_id.to_string());
        diesel::update(plan_evaluations::table.find(key))
            .set((
                plan_evaluations::result.eq(new.result.as_str()),
                plan_evaluations::evidence.eq(new.evidence),
                plan_evaluations::judged_at_meeting.eq(new.judged_at_meeting.to_string()),
                plan_evaluations::by_person.eq(new.by_person.to_string()),
                plan_evaluations::at.eq(new.at),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// With who judged.
pub fn list(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<(Evaluation, String)>, StoreError> {
    let found = plan_evaluations::table
        .inner_join(people::table)
        .filter(plan_evaluations::meeting_id.eq(meeting.to_string()))
        .order(plan_evaluations::action_id)
        .select((Evaluation::as_select(), people::name))
        .load(conn)?;
    Ok(found)
}
