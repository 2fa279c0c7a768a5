//! The API, version 1. Shapes are wire structs of this folder; nothing else is serialised to the outside.

mod blind_rounds;
mod case_records;
mod closed_sessions;
mod editions;
mod history;
mod lock;
mod log;
mod meeting_kinds;
mod meetings;
mod openapi;
mod room;
mod seats;
mod session;

use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, error};

use super::problem;

/// Bodies of the API are small: an address, a password, a flag.
const MAX_BODY: usize = 64 * 1024;

pub fn routes(config: &mut ServiceConfig) {
    let json = web::JsonConfig::default().limit(MAX_BODY).error_handler(|error, _| bad_body(error));
    config.service(
        web::scope("/api/v1")
            .app_data(json)
            .app_data(web::PayloadConfig::new(MAX_BODY))
            .route("/session", web::post().to(session::sign_in))
            .route("/session", web::get().to(session::show))
            .route("/session", web::delete().to(session::sign_out))
            .route("/meeting-kinds", web::get().to(meeting_kinds::list))
            .route("/meetings", web::get().to(meetings::list))
            .route("/meetings", web::post().to(meetings::create))
            .route("/meetings/{meeting}", web::get().to(meetings::show))
            .route("/meetings/{meeting}/sync-ticket", web::post().to(meetings::ticket))
            .route("/meetings/{meeting}/review", web::get().to(lock::review))
            .route("/meetings/{meeting}/lock", web::post().to(lock::lock))
            .route("/meetings/{meeting}/seats/{person}", web::patch().to(seats::change))
            .route("/meetings/{meeting}/seats/{person}", web::delete().to(seats::withdraw))
            .route("/meetings/{meeting}/closed-sessions", web::get().to(closed_sessions::list))
            .route("/meetings/{meeting}/closed-sessions", web::post().to(closed_sessions::open))
            .route("/meetings/{meeting}/closed-sessions/{number}/end", web::post().to(closed_sessions::end))
            .route(
                "/meetings/{meeting}/closed-sessions/{number}/readers/{person}",
                web::put().to(closed_sessions::let_in),
            )
            .route(
                "/meetings/{meeting}/closed-sessions/{number}/readers/{person}",
                web::delete().to(closed_sessions::let_out),
            )
            .route("/meetings/{meeting}/blind-rounds", web::get().to(blind_rounds::list))
            .route("/meetings/{meeting}/blind-rounds", web::post().to(blind_rounds::ask))
            .route("/meetings/{meeting}/blind-rounds/{round}/answers/{person}", web::put().to(blind_rounds::answer))
            .route("/meetings/{meeting}/blind-rounds/{round}/reveal", web::post().to(blind_rounds::reveal))
            .route("/meetings/{meeting}/room", web::get().to(room::show))
            .route("/meetings/{meeting}/room/spotlight", web::put().to(room::point))
            .route("/meetings/{meeting}/room/timer", web::put().to(room::set_timer))
            .route("/meetings/{meeting}/room/sections/{section}", web::put().to(room::agree))
            .route("/meetings/{meeting}/room/quorum", web::put().to(room::without_quorum))
            .route("/meetings/{meeting}/room/read-back", web::post().to(room::start_read_back))
            .route("/meetings/{meeting}/room/read-back/{decision}/answers/{person}", web::put().to(room::answer))
            .route("/meetings/{meeting}/editions", web::get().to(editions::list))
            .route("/meetings/{meeting}/deliveries", web::get().to(meetings::deliveries))
            .route("/meetings/{meeting}/history", web::get().to(history::list))
            .route("/meetings/{meeting}/history/{document}", web::get().to(history::show))
            .route("/editions/{edition}.pdf", web::get().to(editions::pdf))
            .route("/editions/{edition}.json", web::get().to(editions::json))
            .route("/editions/{edition}.html", web::get().to(editions::html))
            .route("/agencies/{agency}/case-records", web::get().to(case_records::list))
            .route("/log/checkpoint", web::get().to(log::checkpoint))
            .route("/log/key", web::get().to(log::key))
            .route("/log/consistency", web::get().to(log::consistency))
            .route("/log/leaves/{leaf_hash}", web::get().to(log::leaf))
            .route("/openapi.json", web::get().to(openapi::show))
            .default_service(web::route().to(nothing)),
    );
}

fn bad_body(error: error::JsonPayloadError) -> actix_web::Error {
    use error::JsonPayloadError::{ContentType, Overflow, OverflowKnownLength};
    let (status, code, title) = match &error {
        Overflow { .. } | OverflowKnownLength { .. } => {
            (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is too large")
        }
        ContentType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "Send application/json"),
        _ => (StatusCode::BAD_REQUEST, "malformed", "The body is not the JSON expected here"),
    };
    let response = problem::plain(status, code, title, "See /api/v1/openapi.json for what is expected.");
    error::InternalError::from_response(error, response).into()
}

async fn nothing(_: HttpRequest) -> HttpResponse {
    problem::plain(StatusCode::NOT_FOUND, "not_found", "There is no such address", "See /api/v1/openapi.json.")
}
