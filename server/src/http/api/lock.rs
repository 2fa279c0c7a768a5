//! The review before the lock, and the lock.

use actix_web::{HttpResponse, web};
use minutes::lifecycle::{Answers, Finding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::identity::Chair;
use crate::http::problem::{Problem, ProblemBody};
use crate::workflow::{App, Error, FieldError, lock_record, review_record};

#[derive(Serialize, ToSchema)]
pub struct FindingLine {
    /// Stable: what kind of thing it is.
    code: &'static str,
    /// `blocks` or `warns`
    weight: &'static str,
    /// Names it, for a reason of its own.
    key: String,
    /// On the live page: `section-<key>`, `decisions`, `actions` or `attendance`; empty for the whole record.
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<String>,
    words: String,
}

#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LockRequest {
    /// Lock although the review warns; what it found is written into the signed record.
    #[serde(default)]
    acknowledge_missing: bool,
    /// Lock although something stands in the way, and why; the reason is written into the signed record.
    #[serde(default)]
    reason: String,
    /// A reason of its own for some of what stands in the way.
    #[serde(default)]
    reasons: Vec<ReasonLine>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonLine {
    /// The finding's key.
    key: String,
    reason: String,
}

/// What the review finds before the lock: what stands in its way, and what it warns of. For the chair.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting}/review", params(("meeting" = String, Path)),
    responses((status = 200, body = Vec<FindingLine>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn review(app: web::Data<App>, at: Chair) -> Result<web::Json<Vec<FindingLine>>, Problem> {
    let found = review_record::findings(&app, &at.0).await?;
    Ok(web::Json(found.into_iter().map(line).collect()))
}

fn line(found: Finding) -> FindingLine {
    FindingLine {
        code: found.code,
        weight: found.weight.as_str(),
        key: found.key,
        place: found.place,
        row: found.row.map(|row| row.to_string()),
        words: found.words,
    }
}

/// Lock and sign the record. It can't be undone. Sends and files the copies in the same step.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting}/lock", params(("meeting" = String, Path)), request_body = LockRequest,
    responses((status = 200, body = Vec<super::editions::EditionLine>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub async fn lock(app: web::Data<App>, at: Chair, body: web::Bytes) -> Result<HttpResponse, Problem> {
    let request = if body.is_empty() {
        LockRequest::default()
    } else {
        serde_json::from_slice(&body).map_err(|_| {
            let words =
                "Send nothing, or {\"acknowledge_missing\": true, \"reason\": \"why it is locked all the same\"}.";
            Error::Invalid(vec![FieldError { field: "body".to_owned(), words: words.to_owned() }])
        })?
    };
    let answers = Answers {
        warnings_seen: request.acknowledge_missing,
        reasons: request.reasons.into_iter().map(|one| (one.key, one.reason)).collect(),
        reason_for_the_rest: request.reason,
    };
    lock_record::lock_record(&app, &at.0, &answers).await?;
    Ok(HttpResponse::Ok().json(super::editions::lines(&app, &at.0).await?))
}
