//! The copies of a locked record.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::tz::TimeZone;
use minutes::ids::EditionId;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::http::identity::{Seated, SignedIn, path_id};
use crate::http::pages::views::edition_file::{EDITION_CSS, EditionFile};
use crate::http::problem::{Problem, ProblemBody};
use crate::workflow::read_edition::{self, Form};
use crate::workflow::seat::AtMeeting;
use crate::workflow::{App, Error};

#[derive(Serialize, ToSchema)]
pub struct EditionLine {
    id: String,
    /// `full`, `family`, `plan_summary` or `closed`
    kind: String,
    /// `closed-1` …: which closed session, where it is the copy of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    /// RFC 3339.
    created_at: String,
    pdf: String,
    json: String,
    html: String,
    /// SHA-256 of the PDF, hex.
    pdf_sha256: String,
    json_sha256: String,
}

pub(super) async fn lines(app: &App, at: &AtMeeting) -> Result<Vec<EditionLine>, Error> {
    let found = read_edition::list(app, at).await?;
    let line = |one: read_edition::Listed| EditionLine {
        kind: one.kind.to_string(),
        part: one.part.map(|part| part.to_string()),
        created_at: one.created_at,
        pdf: format!("/api/v1/editions/{}.pdf", one.id),
        json: format!("/api/v1/editions/{}.json", one.id),
        html: format!("/api/v1/editions/{}.html", one.id),
        id: one.id.to_string(),
        pdf_sha256: one.pdf_sha256,
        json_sha256: one.json_sha256,
    };
    Ok(found.into_iter().map(line).collect())
}

/// The editions of a meeting that the asker may open; none while it is open.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting}/editions", params(("meeting" = String, Path)),
    responses((status = 200, body = Vec<EditionLine>), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, at: Seated) -> Result<web::Json<Vec<EditionLine>>, Problem> {
    Ok(web::Json(lines(&app, &at.0).await?))
}

/// The sealed PDF.
#[utoipa::path(get, path = "/api/v1/editions/{edition}.pdf", params(("edition" = String, Path)),
    responses((status = 200, content_type = "application/pdf"), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn pdf(app: web::Data<App>, who: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    file(&app, who, &request, Form::Pdf).await
}

/// The signed JSON: `{"edition": …, "signature": …}` in canonical form (RFC 8785).
#[utoipa::path(get, path = "/api/v1/editions/{edition}.json", params(("edition" = String, Path)),
    responses((status = 200, content_type = "application/json"), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn json(app: web::Data<App>, who: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    file(&app, who, &request, Form::Json).await
}

async fn file(app: &App, who: SignedIn, request: &HttpRequest, form: Form) -> Result<HttpResponse, Problem> {
    let id = path_id::<EditionId>(request, "edition")?;
    let found = read_edition::read_edition(app, &who.0, id, form).await?;
    let (kind, ending) = match form {
        Form::Pdf => ("application/pdf", "pdf"),
        Form::Json => ("application/json", "json"),
    };
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{}\"", file_name(id, ending))))
        .body(found.bytes))
}

/// Nobody's name in a file name.
pub fn file_name(id: EditionId, ending: &str) -> String {
    format!("record-{}.{ending}", &id.to_string()[..8])
}

/// The same copy as one HTML file that works anywhere.
#[utoipa::path(get, path = "/api/v1/editions/{edition}.html", params(("edition" = String, Path)),
    responses((status = 200, content_type = "text/html"), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn html(app: web::Data<App>, who: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let id = path_id::<EditionId>(&request, "edition")?;
    let found = read_edition::read_edition(&app, &who.0, id, Form::Json).await?;
    Ok(html_file(&found.bytes)?)
}

fn html_file(signed_json: &[u8]) -> Result<HttpResponse, Error> {
    let edition = read_edition::edition_of(signed_json)?;
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let body = EditionFile::new(&edition, &zone, "").render().map_err(|_| Error::Broken("a page can't be written"))?;
    let hash = BASE64_STANDARD.encode(Sha256::digest(EDITION_CSS.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'");
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .body(body))
}
