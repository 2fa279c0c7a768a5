//! What somebody wrote that arrived after the lock: kept for the chair, in no record.

use diesel::prelude::*;
use minutes::ids::{DocumentId, LateContributionId, MeetingId, PersonId};

use super::columns::{Plain, PlainOrNull};
use super::schema::late_contributions;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = late_contributions)]
pub struct LateContribution {
    #[diesel(serialize_as = Plain)]
    pub id: LateContributionId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub document_id: DocumentId,
    #[diesel(serialize_as = PlainOrNull)]
    pub person_id: Option<PersonId>,
    pub received_at: i64,
    pub bytes: Vec<u8>,
}

pub fn insert(conn: &mut Connection, late: LateContribution) -> Result<(), StoreError> {
    diesel::insert_into(late_contributions::table).values(late).execute(conn)?;
    Ok(())
}

pub fn list(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<LateContribution>, StoreError> {
    let found = late_contributions::table
        .filter(late_contributions::meeting_id.eq(meeting.to_string()))
        .order((late_contributions::received_at, late_contributions::id))
        .select(LateContribution::as_select())
        .load(conn)?;
    Ok(found)
}
