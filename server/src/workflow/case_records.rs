//! An agency's own case records: closed to every other agency.

use minutes::ids::{AgencyId, CaseRecordId};

use super::{Actor, App, Error};
use crate::store;

#[derive(Debug, Clone)]
pub struct CaseRecord {
    pub id: CaseRecordId,
    pub child: minutes::ids::ChildId,
    pub child_name: String,
    pub filings: Vec<store::filings::Filed>,
}

pub struct Agency {
    pub id: AgencyId,
    pub name: String,
}

/// Every case record of an agency, for its own people. For anybody else there is no such agency.
pub async fn list(app: &App, actor: &Actor, agency: AgencyId) -> Result<(Agency, Vec<CaseRecord>), Error> {
    if actor.agency != Some(agency) || actor.role.is_family() {
        return Err(Error::NotFound);
    }
    app.store
        .read(move |conn| {
            let named = store::agencies::get(conn, agency)?.ok_or(Error::NotFound)?;
            let mut records = Vec::new();
            for found in store::case_records::list_for_agency(conn, agency)? {
                records.push(CaseRecord {
                    id: found.case_record.id,
                    child: found.case_record.child_id,
                    child_name: found.child_name,
                    filings: store::filings::list_for_case_record(conn, found.case_record.id)?,
                });
            }
            Ok((Agency { id: agency, name: named.name }, records))
        })
        .await
}
