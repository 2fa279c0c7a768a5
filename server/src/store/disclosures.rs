//! The disclosure ledger: what was shared, with whom, when, how.

use diesel::prelude::*;
use minutes::ids::{EditionId, MeetingId, PersonId};

use super::columns::{Plain, PlainOrNull};
use super::schema::disclosures;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = disclosures)]
pub struct NewDisclosure {
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub edition_id: EditionId,
    /// None: an agency's case record, named in `how`.
    #[diesel(serialize_as = PlainOrNull)]
    pub person_id: Option<PersonId>,
    pub how: String,
    pub at: i64,
}

pub fn record(conn: &mut Connection, new: NewDisclosure) -> Result<(), StoreError> {
    diesel::insert_into(disclosures::table).values(new).execute(conn)?;
    Ok(())
}

pub fn list_for_meeting(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<NewDisclosure>, StoreError> {
    let found = disclosures::table
        .filter(disclosures::meeting_id.eq(meeting.to_string()))
        .order(disclosures::n)
        .select(NewDisclosure::as_select())
        .load(conn)?;
    Ok(found)
}
