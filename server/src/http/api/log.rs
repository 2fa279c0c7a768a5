//! The log of locked records, open to the whole world: `docs/log.md`.

use actix_web::{HttpResponse, web};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::clock::rfc3339;
use crate::http::problem::{Problem, ProblemBody};
use crate::workflow::{App, show_log};

#[derive(Deserialize, IntoParams)]
pub struct From {
    /// The size of the tree you know, at least 1.
    first: u64,
}

/// That the tree of `first` leaves is the beginning of the tree of `second`.
#[derive(Serialize, ToSchema)]
pub struct ConsistencyProof {
    first: u64,
    second: u64,
    /// Base64, in the order of RFC 9162.
    path: Vec<String>,
    /// The signed note over the tree of `second`.
    checkpoint: String,
}

/// That a leaf is in the tree of the checkpoint.
#[derive(Serialize, ToSchema)]
pub struct InclusionProof {
    /// From 0.
    index: u64,
    /// Base64, the nearest first.
    path: Vec<String>,
    checkpoint: String,
    /// The partnership's detached JWS over the checkpoint.
    seal: String,
    /// When the leaf was added, RFC 3339.
    since: String,
}

/// The newest checkpoint: a signed note.
#[utoipa::path(get, path = "/api/v1/log/checkpoint", responses((status = 200, content_type = "text/plain")))]
pub async fn checkpoint(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    Ok(text(show_log::checkpoint(&app).await?))
}

/// The key that checkpoints are signed with, as `NAME+ID+KEY`.
#[utoipa::path(get, path = "/api/v1/log/key", responses((status = 200, content_type = "text/plain")))]
pub async fn key(app: web::Data<App>) -> HttpResponse {
    text(show_log::key(&app.log) + "\n")
}

/// That the log of now continues the one you know.
#[utoipa::path(get, path = "/api/v1/log/consistency", params(From),
    responses((status = 200, body = ConsistencyProof), (status = 400, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn consistency(app: web::Data<App>, asked: web::Query<From>) -> Result<web::Json<ConsistencyProof>, Problem> {
    let first = asked.first;
    let found = show_log::consistency(&app, first).await?;
    let path = found.path.iter().map(|hash| BASE64_STANDARD.encode(hash)).collect();
    Ok(web::Json(ConsistencyProof { first, second: found.second, path, checkpoint: found.checkpoint }))
}

/// Where a leaf is, by its hash in lower-case hex.
#[utoipa::path(get, path = "/api/v1/log/leaves/{leaf_hash}", params(("leaf_hash" = String, Path)),
    responses((status = 200, body = InclusionProof), (status = 404, body = ProblemBody)))]
pub async fn leaf(app: web::Data<App>, leaf_hash: web::Path<String>) -> Result<web::Json<InclusionProof>, Problem> {
    let found = show_log::inclusion(&app, leaf_hash.into_inner()).await?;
    let proof = found.proof;
    Ok(web::Json(InclusionProof {
        index: proof.index,
        path: proof.path,
        checkpoint: proof.checkpoint,
        seal: proof.seal,
        since: rfc3339(found.since),
    }))
}

fn text(words: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(("Cache-Control", "no-cache"))
        .body(words)
}
