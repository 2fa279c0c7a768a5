//! For whoever keeps the server running.

use actix_web::{HttpResponse, web};

use super::problem::{Problem, ProblemBody};
use crate::workflow::{App, Error, check_health};

/// The process answers.
#[utoipa::path(get, path = "/healthz", responses((status = 200, content_type = "text/plain")))]
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The store takes writes.
#[utoipa::path(get, path = "/readyz",
    responses((status = 200, content_type = "text/plain"), (status = 503, body = ProblemBody)))]
pub async fn ready(app: web::Data<App>) -> Result<&'static str, Problem> {
    check_health::check_health(&app).await?;
    Ok("ready\n")
}

/// Prometheus text format. Numbers only; nothing about anybody.
#[utoipa::path(get, path = "/metrics", responses((status = 200, content_type = "text/plain")))]
pub async fn metrics(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    let text = app.live.metrics().text().map_err(|_| Error::Broken("the metrics can't be written"))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}
