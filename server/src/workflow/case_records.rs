//! An agency's own case records: closed to every other agency.

use minutes::access;
use minutes::ids::{AgencyId, CaseRecordId, ChildId};

use super::{Actor, App, Error};
use crate::store;

#[derive(Debug, Clone)]
pub struct CaseRecord {
    pub id: CaseRecordId,
    pub child: ChildId,
    pub child_name: String,
    /// ISO date, or empty.
    pub date_of_birth: String,
    /// The latest first.
    pub filings: Vec<store::filings::Filed>,
}

/// One filed copy with what its reader wants to know before opening it.
pub struct FiledCopy {
    pub filed: store::filings::Filed,
    /// Version of the record it was compiled from.
    pub version: u32,
    pub pdf_bytes: u64,
}

pub struct Agency {
    pub id: AgencyId,
    pub name: String,
}

/// Every case record of an agency, for its own people. For anybody else there is no such agency.
pub async fn list(app: &App, actor: &Actor, agency: AgencyId) -> Result<(Agency, Vec<CaseRecord>), Error> {
    if !may_open(actor, agency) {
        return Err(Error::NotFound);
    }
    app.store
        .read(move |conn| {
            let named = store::agencies::get(conn, agency)?.ok_or(Error::NotFound)?;
            let mut records = Vec::new();
            for found in store::case_records::list_for_agency(conn, agency)? {
                records.push(load(conn, found)?);
            }
            Ok((Agency { id: agency, name: named.name }, records))
        })
        .await
}

/// One child's case record in an agency.
pub async fn show(
    app: &App,
    actor: &Actor,
    agency: AgencyId,
    child: ChildId,
) -> Result<(Agency, CaseRecord, Vec<FiledCopy>), Error> {
    if !may_open(actor, agency) {
        return Err(Error::NotFound);
    }
    app.store
        .read(move |conn| {
            let named = store::agencies::get(conn, agency)?.ok_or(Error::NotFound)?;
            let found = store::case_records::list_for_agency(conn, agency)?
                .into_iter()
                .find(|found| found.case_record.child_id == child)
                .ok_or(Error::NotFound)?;
            let record = load(conn, found)?;
            let mut copies = Vec::new();
            for filed in record.filings.clone() {
                let edition =
                    store::editions::get(conn, filed.edition_id)?.ok_or(Error::Broken("a filing of nothing"))?;
                let version = store::records::get(conn, edition.record_id)?.map_or(1, |record| record.version);
                let pdf = store::editions::get_pdf(conn, filed.edition_id)?.unwrap_or_default();
                let version = u32::try_from(version).unwrap_or_default();
                copies.push(FiledCopy { filed, version, pdf_bytes: pdf.len() as u64 });
            }
            Ok((Agency { id: agency, name: named.name }, record, copies))
        })
        .await
}

/// For those who work for the agency, and never for the family of a child.
pub fn may_open(actor: &Actor, agency: AgencyId) -> bool {
    actor.agency == Some(agency) && access::may_open_case_records(actor.role)
}

fn load(conn: &mut store::Connection, found: store::case_records::NamedCaseRecord) -> Result<CaseRecord, Error> {
    let child = store::children::get(conn, found.case_record.child_id)?;
    Ok(CaseRecord {
        id: found.case_record.id,
        child: found.case_record.child_id,
        child_name: found.child_name,
        date_of_birth: child.and_then(|child| child.date_of_birth).unwrap_or_default(),
        filings: store::filings::list_for_case_record(conn, found.case_record.id)?,
    })
}
