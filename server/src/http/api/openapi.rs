//! The API's own description.

use actix_web::web;
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::{
    blind_rounds, case_records, closed_sessions, editions, history, lock, log, meeting_kinds, meetings, room, seats,
    session,
};
use crate::http::health;

#[derive(OpenApi)]
#[openapi(
    info(title = "Accord", description = "One record of a multi-agency meeting about a child. Errors are RFC 9457 \
        problem details with a stable `code`. The live record itself is at `/sync/{meeting}`: the automerge-repo \
        WebSocket protocol, version 1."),
    paths(
        session::sign_in, session::show, session::sign_out,
        meeting_kinds::list, meetings::list, meetings::create, meetings::show, meetings::ticket, meetings::deliveries,
        lock::review, lock::lock,
        seats::change, seats::withdraw,
        closed_sessions::list, closed_sessions::open, closed_sessions::end, closed_sessions::let_in,
        closed_sessions::let_out, blind_rounds::list, blind_rounds::ask, blind_rounds::answer, blind_rounds::reveal,
        room::show, room::point, room::set_timer, room::agree, room::without_quorum, room::start_read_back, room::answer,
        editions::list, editions::pdf, editions::json, editions::html,
        log::checkpoint, log::key, log::consistency, log::leaf,
        history::list, history::show, case_records::list, show, health::alive, health::ready, health::metrics,
    ),
    modifiers(&Bearer),
    security(("session" = []))
)]
struct Api;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        api.components.get_or_insert_default().add_security_scheme("session", SecurityScheme::Http(scheme));
    }
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", responses((status = 200, content_type = "application/json")))]
pub async fn show() -> web::Json<utoipa::openapi::OpenApi> {
    web::Json(Api::openapi())
}
