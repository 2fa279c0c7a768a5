//! Answers: a view as HTML, a redirect, and what went wrong as a page instead of problem details.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, HeaderValue, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use minutes::access::Refusal;
use minutes::seating::SeatRefusal;

use super::frames;
use super::views::error::ErrorPage;
use super::views::frame::Frame;
use crate::http::identity;
use crate::http::problem::{self, Problem};
use crate::workflow::Error;

/// A view with status 200.
pub fn page(view: &impl Template) -> Result<HttpResponse, Problem> {
    page_with(StatusCode::OK, view)
}

pub fn page_with(status: StatusCode, view: &impl Template) -> Result<HttpResponse, Problem> {
    let body = view.render().map_err(|_| Error::Broken("a page can't be written"))?;
    Ok(problem::html(status, body))
}

pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, path)).finish()
}

/// Around every page: no copy stays in a cache, and what a handler or its extractors refused becomes a page.
pub async fn as_page(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut response = next.call(request).await?.map_into_boxed_body();
    if response.response().error().is_some() {
        let page = explain(&response).await;
        response = response.into_response(page);
    }
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

async fn explain(response: &ServiceResponse) -> HttpResponse {
    let request = response.request();
    let problem = response.response().error().and_then(|error| error.as_error::<Problem>());
    if let Some(elsewhere) = problem.and_then(|problem| elsewhere(request, &problem.0)) {
        return elsewhere;
    }
    let expired = matches!(problem, Some(Problem(Error::NotSignedIn))) && request.cookie(identity::COOKIE).is_some();
    let frame = frames::of_request(request).await;
    let status = response.status();
    let mut view = match problem {
        _ if expired => ErrorPage::session_expired(frame),
        Some(Problem(Error::NotAllowed(Refusal::SeatWithdrawn))) => ErrorPage::seat_withdrawn(frame),
        _ => ErrorPage::of(frame, status.as_u16()),
    };
    if let Some(words) = problem.and_then(|problem| words(&problem.0)) {
        view = view.with_detail(&words);
    }
    let mut page = page_with(status, &view).unwrap_or_else(|_| HttpResponse::InternalServerError().finish());
    for (name, value) in response.headers().iter().filter(|(name, _)| *name == "retry-after") {
        page.headers_mut().insert(name.clone(), value.clone());
    }
    page
}

/// Where somebody is sent instead of being told no: to sign in, or to what became of the meeting.
fn elsewhere(request: &HttpRequest, error: &Error) -> Option<HttpResponse> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    match error {
        Error::NotSignedIn if reads => {
            let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
            let notice = if request.cookie(identity::COOKIE).is_some() { "expired" } else { "first" };
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("next", path)
                .append_pair("notice", notice)
                .finish();
            Some(see_other(&format!("/sign-in?{query}")))
        }
        Error::NotAllowed(Refusal::Locked) => {
            let meeting = request.match_info().get("meeting")?.parse::<minutes::ids::MeetingId>().ok()?;
            Some(see_other(&format!("/meetings/{meeting}")))
        }
        _ => None,
    }
}

/// What the page's own text doesn't say of this one case.
fn words(error: &Error) -> Option<String> {
    match error {
        Error::BeingLocked => Some("The record is being locked just now.".to_owned()),
        Error::Unprintable(words) | Error::NotNow(words) => Some(words.clone()),
        Error::LastChair => Some(SeatRefusal::LastChair.to_string()),
        _ => None,
    }
}

/// No such address: a page for people, problem details for programs.
pub async fn nothing(request: HttpRequest) -> HttpResponse {
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/html") {
        return problem::plain(StatusCode::NOT_FOUND, "not_found", "There is no such address", "");
    }
    let frame: Frame = frames::of_request(&request).await;
    page_with(StatusCode::NOT_FOUND, &ErrorPage::of(frame, 404)).unwrap_or_else(|_| HttpResponse::NotFound().finish())
}
