//! Filings: one edition placed in one case record, with the receipt that echoes its digest.

use diesel::prelude::*;
use minutes::edition::EditionKind;
use minutes::ids::{AgencyId, CaseRecordId, ChildId, EditionId, FilingId, MeetingId};

use super::columns::Plain;
use super::portable::insert_rows;
use super::schema::{agencies, case_records, children, editions, filings, meetings};
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = filings)]
pub struct NewFiling {
    #[diesel(serialize_as = Plain)]
    pub id: FilingId,
    #[diesel(serialize_as = Plain)]
    pub case_record_id: CaseRecordId,
    #[diesel(serialize_as = Plain)]
    pub edition_id: EditionId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    pub sha256: String,
    pub receipt_json: String,
    pub filed_at: i64,
}

/// What is in a case record, as its agency sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Filed {
    pub id: FilingId,
    pub edition_id: EditionId,
    pub edition_kind: EditionKind,
    pub meeting_id: MeetingId,
    pub meeting_title: String,
    pub meeting_kind: String,
    pub meeting_starts_at: i64,
    pub sha256: String,
    pub receipt_json: String,
    pub filed_at: i64,
}

/// Where a meeting's editions are filed, as the chair sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct FiledAt {
    pub id: FilingId,
    pub edition_id: EditionId,
    pub edition_kind: EditionKind,
    pub agency_id: AgencyId,
    pub agency_name: String,
    pub child_id: ChildId,
    pub child_name: String,
    pub sha256: String,
    pub receipt_json: String,
    pub filed_at: i64,
}

pub fn insert_many(conn: &mut Connection, rows: Vec<NewFiling>) -> Result<(), StoreError> {
    insert_rows!(conn, filings::table, rows)
}

/// The latest first.
pub fn list_for_case_record(conn: &mut Connection, case_record: CaseRecordId) -> Result<Vec<Filed>, StoreError> {
    let found = filings::table
        .inner_join(meetings::table)
        .inner_join(editions::table)
        .filter(filings::case_record_id.eq(case_record.to_string()))
        .order((filings::filed_at.desc(), filings::id))
        .select((
            filings::id,
            filings::edition_id,
            editions::kind,
            filings::meeting_id,
            meetings::title,
            meetings::kind,
            meetings::starts_at,
            filings::sha256,
            filings::receipt_json,
            filings::filed_at,
        ))
        .load(conn)?;
    Ok(found)
}

pub fn list_for_meeting(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<FiledAt>, StoreError> {
    let found = filings::table
        .inner_join(editions::table)
        .inner_join(case_records::table.inner_join(agencies::table).inner_join(children::table))
        .filter(filings::meeting_id.eq(meeting.to_string()))
        .order((agencies::name, children::name, filings::id))
        .select((
            filings::id,
            filings::edition_id,
            editions::kind,
            case_records::agency_id,
            agencies::name,
            case_records::child_id,
            children::name,
            filings::sha256,
            filings::receipt_json,
            filings::filed_at,
        ))
        .load(conn)?;
    Ok(found)
}

/// Whether an edition is in any case record of an agency: then the agency's people may read it.
pub fn is_filed_at(conn: &mut Connection, edition: EditionId, agency: AgencyId) -> Result<bool, StoreError> {
    let found: i64 = filings::table
        .inner_join(case_records::table)
        .filter(filings::edition_id.eq(edition.to_string()))
        .filter(case_records::agency_id.eq(agency.to_string()))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}
