//! The audit trail: who did what to what, when. Committed with the deed.

use diesel::prelude::*;
use minutes::ids::{PersonId, SessionId};

use super::columns::PlainOrNull;
use super::schema::audit;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    pub at: i64,
    /// None: the server itself, or nobody signed in.
    pub person: Option<PersonId>,
    pub session: Option<SessionId>,
    /// `record.locked`
    pub action: String,
    /// `meeting:<id>`
    pub subject: String,
    pub detail_json: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Entry {
    pub n: i64,
    pub at: i64,
    pub person: Option<PersonId>,
    pub session: Option<SessionId>,
    pub action: String,
    pub subject: String,
    pub detail_json: String,
}

pub fn append(conn: &mut Connection, new: NewEntry) -> Result<(), StoreError> {
    let row = Row {
        at: new.at,
        person_id: new.person,
        session_id: new.session,
        action: new.action,
        subject: new.subject,
        detail_json: new.detail_json,
    };
    diesel::insert_into(audit::table).values(row).execute(conn)?;
    Ok(())
}

/// Everything recorded about a subject, in order.
pub fn list_for_subject(conn: &mut Connection, subject: &str) -> Result<Vec<Entry>, StoreError> {
    Ok(audit::table.filter(audit::subject.eq(subject)).order(audit::n).load(conn)?)
}

#[derive(Insertable)]
#[diesel(table_name = audit)]
struct Row {
    at: i64,
    #[diesel(serialize_as = PlainOrNull)]
    person_id: Option<PersonId>,
    #[diesel(serialize_as = PlainOrNull)]
    session_id: Option<SessionId>,
    action: String,
    subject: String,
    detail_json: String,
}
