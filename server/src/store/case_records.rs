//! A child's case record in each agency, closed to the others.

use diesel::prelude::*;
use minutes::ids::{AgencyId, CaseRecordId, ChildId};

use super::columns::Plain;
use super::schema::{case_records, children};
use super::{Connection, StoreError, portable};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_records)]
pub struct CaseRecord {
    #[diesel(serialize_as = Plain)]
    pub id: CaseRecordId,
    #[diesel(serialize_as = Plain)]
    pub agency_id: AgencyId,
    #[diesel(serialize_as = Plain)]
    pub child_id: ChildId,
    pub opened_at: i64,
}

/// A case record, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct NamedCaseRecord {
    pub case_record: CaseRecord,
    pub child_name: String,
}

/// The case record an agency has of a child; opened under the given id if there is none.
pub fn get_or_open(
    conn: &mut Connection,
    agency: AgencyId,
    child: ChildId,
    new_id: CaseRecordId,
    now: i64,
) -> Result<CaseRecord, StoreError> {
    let new = CaseRecord { id: new_id, agency_id: agency, child_id: child, opened_at: now };
    portable::insert_case_record_if_absent(conn, new)?;
    let found = case_records::table
        .filter(case_records::agency_id.eq(agency.to_string()))
        .filter(case_records::child_id.eq(child.to_string()))
        .select(CaseRecord::as_select())
        .first(conn)?;
    Ok(found)
}

pub fn get(conn: &mut Connection, id: CaseRecordId) -> Result<Option<CaseRecord>, StoreError> {
    Ok(case_records::table.find(id.to_string()).select(CaseRecord::as_select()).first(conn).optional()?)
}

pub fn list_for_agency(conn: &mut Connection, agency: AgencyId) -> Result<Vec<NamedCaseRecord>, StoreError> {
    let found = case_records::table
        .inner_join(children::table)
        .filter(case_records::agency_id.eq(agency.to_string()))
        .order((children::name, case_records::id))
        .select((CaseRecord::as_select(), children::name))
        .load(conn)?;
    Ok(found)
}
