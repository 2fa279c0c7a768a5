//! Whether a child has a plan, is looked after, and whether the case is closed.

use diesel::prelude::*;
use minutes::child_status::ChildStatus;
use minutes::ids::{MeetingId, PersonId};

use super::schema::{child_statuses, meeting_children};
use super::{Connection, StoreError};

/// What has been said of the children of a meeting, in the meeting's order.
pub fn for_meeting(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<ChildStatus>, StoreError> {
    let rows: Vec<(minutes::ids::ChildId, String, String, String)> = child_statuses::table
        .inner_join(meeting_children::table.on(meeting_children::child_id.eq(child_statuses::child_id)))
        .filter(meeting_children::meeting_id.eq(meeting.to_string()))
        .order(meeting_children::pos)
        .select((
            child_statuses::child_id,
            child_statuses::plan_since,
            child_statuses::looked_after_since,
            child_statuses::closed_since,
        ))
        .load(conn)?;
    let statuses = rows.into_iter().map(|(child, plan_since, looked_after_since, closed_since)| ChildStatus {
        child,
        plan_since,
        looked_after_since,
        closed_since,
    });
    Ok(statuses.collect())
}

/// Says it, or says it anew.
pub fn set(conn: &mut Connection, status: &ChildStatus, by: PersonId, now: i64) -> Result<(), StoreError> {
    let values = (
        child_statuses::plan_since.eq(&status.plan_since),
        child_statuses::looked_after_since.eq(&status.looked_after_since),
        child_statuses::closed_since.eq(&status.closed_since),
        child_statuses::set_by.eq(by.to_string()),
        child_statuses::set_at.eq(now),
    );
    let child = status.child.to_string();
    if diesel::update(child_statuses::table.find(&child)).set(values.clone()).execute(conn)? == 0 {
        diesel::insert_into(child_statuses::table)
            .values((child_statuses::child_id.eq(child), values))
            .execute(conn)?;
    }
    Ok(())
}
