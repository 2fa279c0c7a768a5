//! The organisations of the partnership.

use diesel::prelude::*;
use minutes::ids::AgencyId;

use super::columns::{Plain, text_enum};
use super::portable::insert_rows;
use super::schema::agencies;
use super::{Connection, StoreError};

text_enum! {
    /// What an agency's case records hold of a meeting.
    FilingPolicy {
        Full = "full",
        PlanSummary = "plan_summary",
        None = "none",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = agencies)]
pub struct Agency {
    #[diesel(serialize_as = Plain)]
    pub id: AgencyId,
    pub name: String,
    pub short_name: String,
    /// `social_care`, `police`, `health`, `school`, `housing` …
    pub kind: String,
    /// Its mail domain is known to be protected end to end.
    pub secure_email: bool,
    #[diesel(serialize_as = Plain)]
    pub filing_policy: FilingPolicy,
}

pub fn insert_many(conn: &mut Connection, rows: Vec<Agency>) -> Result<(), StoreError> {
    insert_rows!(conn, agencies::table, rows)
}

pub fn get(conn: &mut Connection, id: AgencyId) -> Result<Option<Agency>, StoreError> {
    Ok(agencies::table.find(id.to_string()).select(Agency::as_select()).first(conn).optional()?)
}

pub fn list(conn: &mut Connection) -> Result<Vec<Agency>, StoreError> {
    Ok(agencies::table.order((agencies::name, agencies::id)).select(Agency::as_select()).load(conn)?)
}
