//! An agency's own case records. For people of other agencies there is no such page.

use actix_web::{HttpRequest, HttpResponse, web};
use minutes::ids::{AgencyId, ChildId};
use minutes::words;

use super::views::case_records::{CaseRecordLine, CaseRecordPage, CaseRecordsPage, FiledLine};
use super::{answer, frames};
use crate::clock::rfc3339;
use crate::http::identity::{SignedIn, path_id};
use crate::http::problem::Problem;
use crate::workflow::App;
use crate::workflow::case_records::{self, CaseRecord, FiledCopy};

pub async fn list(app: web::Data<App>, who: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let id = path_id::<AgencyId>(&request, "agency")?;
    let (agency, records) = case_records::list(&app, &who.0, id).await?;
    answer::page(&CaseRecordsPage {
        frame: frames::of(&app, &who.0).at(&format!("/agencies/{id}/case-records")),
        agency_id: id.to_string(),
        agency: agency.name,
        children: records.into_iter().map(child).collect(),
    })
}

pub async fn show(app: web::Data<App>, who: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let id = path_id::<AgencyId>(&request, "agency")?;
    let child = path_id::<ChildId>(&request, "child")?;
    let (agency, record, copies) = case_records::show(&app, &who.0, id, child).await?;
    answer::page(&CaseRecordPage {
        frame: frames::of(&app, &who.0),
        agency_id: id.to_string(),
        agency: agency.name,
        child: record.child_name,
        date_of_birth: record.date_of_birth,
        filed: copies.into_iter().map(filed).collect(),
    })
}

fn child(record: CaseRecord) -> CaseRecordLine {
    let latest = record.filings.first().map(|filed| words::date_and_time(&rfc3339(filed.filed_at), &frames::zone()));
    CaseRecordLine {
        child_id: record.child.to_string(),
        child: record.child_name,
        date_of_birth: record.date_of_birth,
        filed: record.filings.len(),
        latest: latest.unwrap_or_default(),
    }
}

fn filed(copy: FiledCopy) -> FiledLine {
    let FiledCopy { filed, version, pdf_bytes } = copy;
    FiledLine {
        edition: filed.edition_id.to_string(),
        kind: filed.edition_kind,
        version,
        meeting: filed.meeting_title,
        meeting_when: frames::when(&rfc3339(filed.meeting_starts_at)),
        filed_at: frames::when(&rfc3339(filed.filed_at)),
        receipt: filed.id.to_string(),
        sha256: filed.sha256,
        pdf_bytes,
    }
}
