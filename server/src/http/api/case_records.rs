//! An agency's own case records.

use actix_web::{HttpRequest, web};
use minutes::ids::AgencyId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::http::identity::{SignedIn, path_id};
use crate::http::problem::{Problem, ProblemBody};
use crate::workflow::{App, case_records};

#[derive(Serialize, ToSchema)]
pub struct CaseRecordLine {
    id: String,
    child: String,
    child_name: String,
    filings: Vec<FilingLine>,
}

#[derive(Serialize, ToSchema)]
pub struct FilingLine {
    id: String,
    edition: String,
    /// `full`, `family` or `plan_summary`
    kind: String,
    meeting: String,
    /// SHA-256 of the filed PDF, hex.
    sha256: String,
    /// RFC 3339.
    filed_at: String,
    pdf: String,
    receipt: serde_json::Value,
}

/// The case records of the asker's own agency. Another agency's answer 404.
#[utoipa::path(get, path = "/api/v1/agencies/{agency}/case-records", params(("agency" = String, Path)),
    responses((status = 200, body = Vec<CaseRecordLine>), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn list(
    app: web::Data<App>,
    who: SignedIn,
    request: HttpRequest,
) -> Result<web::Json<Vec<CaseRecordLine>>, Problem> {
    let agency = path_id::<AgencyId>(&request, "agency")?;
    let (_, records) = case_records::list(&app, &who.0, agency).await?;
    let line = |record: case_records::CaseRecord| CaseRecordLine {
        id: record.id.to_string(),
        child: record.child.to_string(),
        child_name: record.child_name,
        filings: record
            .filings
            .into_iter()
            .map(|filed| FilingLine {
                id: filed.id.to_string(),
                edition: filed.edition_id.to_string(),
                kind: filed.edition_kind.to_string(),
                meeting: filed.meeting_id.to_string(),
                sha256: filed.sha256,
                filed_at: rfc3339(filed.filed_at),
                pdf: format!("/api/v1/editions/{}.pdf", filed.edition_id),
                receipt: serde_json::from_str(&filed.receipt_json).unwrap_or_default(),
            })
            .collect(),
    };
    Ok(web::Json(records.into_iter().map(line).collect()))
}
