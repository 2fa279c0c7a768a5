//! Checking a copy, open to everybody.

use actix_multipart::Multipart;
use actix_web::error::{ErrorBadRequest, ErrorPayloadTooLarge};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, StreamExt};

use super::views::form::Errors;
use super::views::verify::{CheckLine, CheckOutcome, FactLine, Verdict, VerifyPage, VerifyResult};
use super::{answer, frames};
use crate::http::identity;
use crate::http::problem::Problem;
use crate::workflow::App;
use crate::workflow::verify_copy::{self, Checked, Outcome};

/// Many times what any copy is.
const LARGEST: usize = 25 * 1024 * 1024;
/// A larger file is read on up to here and dropped, so that its sender gets an answer and not a broken connection.
const PATIENCE: usize = 4 * LARGEST;

pub async fn ask(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    answer::page(&view(&app, None, Errors::none()))
}

pub async fn check(app: web::Data<App>, request: HttpRequest, body: Payload) -> Result<HttpResponse, actix_web::Error> {
    if !identity::is_same_origin(&request) {
        return Err(ErrorBadRequest("a form of another site"));
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let file = if kind.starts_with("multipart/form-data") {
        uploaded(Multipart::new(request.headers(), body)).await?
    } else {
        read(body).await?
    };
    let (status, error) = match file {
        Upload::File(bytes) if bytes.is_empty() => (StatusCode::UNPROCESSABLE_ENTITY, "Choose a file to check"),
        Upload::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The file is larger than 25 MB, and no copy is that large"),
        Upload::File(bytes) => {
            let checked = verify_copy::verify_copy(&app, bytes).await.map_err(Problem::from)?;
            return Ok(answer::page(&view(&app, Some(result(checked)), Errors::none()))?);
        }
    };
    Ok(answer::page_with(status, &view(&app, None, Errors::one("file", error)))?)
}

enum Upload {
    File(Vec<u8>),
    TooLarge,
}

/// The field called `file`; none of the others matter.
async fn uploaded(mut parts: Multipart) -> Result<Upload, actix_web::Error> {
    let mut found = Upload::File(Vec::new());
    while let Some(part) = parts.next().await {
        let part = part?;
        let is_file = part.name() == Some("file");
        let read = read(part).await?;
        if is_file {
            found = read;
        }
    }
    Ok(found)
}

async fn read<E: Into<actix_web::Error>>(
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<Upload, actix_web::Error> {
    let (mut file, mut size) = (Vec::new(), 0);
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(Into::into)?;
        size += chunk.len();
        if size > PATIENCE {
            return Err(ErrorPayloadTooLarge("too large"));
        }
        if size > LARGEST {
            file = Vec::new();
        } else {
            file.extend_from_slice(&chunk);
        }
    }
    Ok(if size > LARGEST { Upload::TooLarge } else { Upload::File(file) })
}

fn view(app: &App, result: Option<VerifyResult>, errors: Errors) -> VerifyPage {
    VerifyPage { frame: frames::public(app), result, errors, largest: "25 MB".to_owned() }
}

fn result(checked: Checked) -> VerifyResult {
    const WHOLE: &str = "Nothing has been changed since it was sealed";
    const OURS: &str = "It was sealed by this partnership";
    let fault = checked.fault.trim_end_matches('.');
    let line = |what: &str, outcome| CheckLine { what: what.to_owned(), outcome };
    let (verdict, checks) = match checked.outcome {
        Outcome::Genuine if checked.known.as_ref().is_some_and(|known| known.superseded_by.is_some()) => {
            (Verdict::Superseded, vec![line(WHOLE, CheckOutcome::Right), line(OURS, CheckOutcome::Right)])
        }
        Outcome::Genuine => (Verdict::Genuine, vec![line(WHOLE, CheckOutcome::Right), line(OURS, CheckOutcome::Right)]),
        Outcome::Changed => {
            (Verdict::Changed, vec![line(fault, CheckOutcome::Wrong), line(OURS, CheckOutcome::NotChecked)])
        }
        Outcome::Unknown => (Verdict::Unknown, vec![line(fault, CheckOutcome::Wrong)]),
    };
    let fact = |label: &str, value: String| FactLine { label: label.to_owned(), value };
    let mut facts = checked.seal.map_or_else(Vec::new, |seal| {
        vec![
            fact("Sealed by", seal.organisation),
            fact("Sealed on", frames::when(&seal.at)),
            fact("SHA-256 of the partnership’s root certificate", seal.root_sha256),
        ]
    });
    if let Some(about) = checked.about {
        facts.push(fact("What it is", format!("{}, version {}", about.kind_words(), about.version)));
        facts.push(fact("Approved by", format!("{}, {}", about.approved_by, frames::when(&about.approved_at))));
        let known = checked.known;
        if let Some(later) = known.as_ref().and_then(|known| known.superseded_by) {
            facts.push(fact("Version in use now", later.to_string()));
        }
        let in_log = known.map_or_else(
            || "This server’s log does not have it".to_owned(),
            |known| format!("since {}, as number {}", frames::when(&known.since), known.number),
        );
        facts.push(fact("In the log of records", in_log));
        facts.push(fact("SHA-256 of the record", about.record_sha256));
    }
    VerifyResult { verdict, checks, facts }
}
