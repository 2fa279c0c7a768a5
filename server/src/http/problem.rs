//! One table of errors: stable code, status, title. Bodies are RFC 9457 problem details; unknown errors are a 500 that
//! says nothing and is logged once with its chain.

use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use minutes::seating::SeatRefusal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::workflow::Error;

/// An error on its way out of the API.
#[derive(Debug)]
pub struct Problem(pub Error);

/// RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// `urn:accord:problem:` and the code.
    pub r#type: String,
    pub title: String,
    pub status: u16,
    /// What is wrong this time and what to do, in words; never anybody's data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    pub code: String,
    /// For `invalid`: one for each field at fault. For `incomplete` and `leak`: what stands in the way, and where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemPart>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemPart {
    pub place: String,
    pub words: String,
    /// For `incomplete` and `leak`: names it, for a reason of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// For `incomplete` and `leak`: `blocks` or `warns`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<&'static str>,
}

/// What a chair who locks over the API can do about an unfinished record.
const STANDS_IN_THE_WAY: &str = "Put right what is listed. Or lock all the same: what warns needs \"acknowledge_missing\": true, \
    what blocks a \"reason\" (or \"reasons\", each with a \"key\"), which is written into the signed record.";

/// What a chair can do about it. One reason for everything is none for what would leak: each is a decision of its own.
const LEAKS: &str = "Nothing was locked or sent. Take out what is listed. If it must be in the copy all the same, lock again with \
    \"reasons\", one for each \"key\": each stands in the signed record with your name.";

/// Code, status and title of an error.
pub struct Listed {
    pub code: &'static str,
    pub status: StatusCode,
    pub title: &'static str,
}

const fn listed(code: &'static str, status: StatusCode, title: &'static str) -> Listed {
    Listed { code, status, title }
}

/// The table. Exhaustive, so that a new error can't be forgotten.
pub fn list(error: &Error) -> Listed {
    use minutes::access::Refusal;
    match error {
        Error::NotSignedIn => listed("not_signed_in", StatusCode::UNAUTHORIZED, "Sign in first"),
        Error::BadCredentials => {
            listed("bad_credentials", StatusCode::UNAUTHORIZED, "The e-mail address or the password is wrong")
        }
        Error::TooManyTries => listed("too_many_tries", StatusCode::TOO_MANY_REQUESTS, "Too many tries; wait"),
        Error::NotFound | Error::NotAllowed(Refusal::NoSeat) => {
            listed("not_found", StatusCode::NOT_FOUND, "There is nothing here that you may see")
        }
        Error::NotAllowed(Refusal::SeatWithdrawn) => {
            listed("seat_withdrawn", StatusCode::FORBIDDEN, "Your seat at this meeting was taken away")
        }
        Error::NotAllowed(Refusal::Locked) => listed("locked", StatusCode::CONFLICT, "The record is locked"),
        Error::NotAllowed(Refusal::NotYourRole) => {
            listed("not_your_role", StatusCode::FORBIDDEN, "Your role at this meeting does not include this")
        }
        Error::NotAllowed(Refusal::NotYourWords) => {
            listed("not_your_words", StatusCode::FORBIDDEN, "These are somebody else's own words")
        }
        Error::LastChair => listed("last_chair", StatusCode::CONFLICT, "A meeting needs a chair"),
        Error::NotNow(_) => listed("not_now", StatusCode::CONFLICT, "As things stand, this can't be done"),
        Error::Invalid(_) => listed("invalid", StatusCode::UNPROCESSABLE_ENTITY, "Something entered can't be used"),
        Error::Incomplete(_) => listed("incomplete", StatusCode::CONFLICT, "Some things are missing from the record"),
        Error::Leaks(_) => listed("leak", StatusCode::CONFLICT, "A copy would tell somebody what they must not know"),
        Error::ChangeRefused(_) => listed("change_refused", StatusCode::CONFLICT, "The change was refused"),
        Error::BeingLocked => listed("being_locked", StatusCode::CONFLICT, "The record is being locked just now"),
        Error::Unprintable(_) => {
            listed("unprintable", StatusCode::CONFLICT, "The record can't be printed as it stands")
        }
        Error::Full => listed("full", StatusCode::SERVICE_UNAVAILABLE, "The server is full; try again in a minute"),
        Error::TooManyConnections => listed(
            "too_many_connections",
            StatusCode::TOO_MANY_REQUESTS,
            "You have too many pages open; close some of them",
        ),
        Error::Store(_) | Error::NotStoring => {
            listed("store_failing", StatusCode::SERVICE_UNAVAILABLE, "Nothing can be stored just now")
        }
        Error::LogBroken => {
            listed("log_broken", StatusCode::SERVICE_UNAVAILABLE, "The log of records is not what it was")
        }
        Error::Render(_)
        | Error::ReadBack(_)
        | Error::Live(_)
        | Error::History(_)
        | Error::Sign(_)
        | Error::Broken(_) => {
            listed("server_fault", StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on the server")
        }
    }
}

impl Problem {
    pub fn body(&self) -> ProblemBody {
        let Listed { code, status, title } = list(&self.0);
        let detail = match &self.0 {
            Error::NotAllowed(refusal) if status != StatusCode::NOT_FOUND => Some(refusal.to_string()),
            Error::LastChair => Some(SeatRefusal::LastChair.to_string()),
            Error::ChangeRefused(refusal) => Some(refusal.to_string()),
            Error::Unprintable(words) | Error::NotNow(words) => Some(words.clone()),
            Error::Incomplete(_) => Some(STANDS_IN_THE_WAY.to_owned()),
            Error::Leaks(_) => Some(LEAKS.to_owned()),
            Error::TooManyTries => Some("Wait a quarter of an hour, or ask your administrator.".to_owned()),
            _ => None,
        };
        let errors = match &self.0 {
            Error::Invalid(fields) => fields
                .iter()
                .map(|f| ProblemPart { place: f.field.clone(), words: f.words.clone(), key: None, weight: None })
                .collect(),
            Error::Incomplete(found) | Error::Leaks(found) => found
                .iter()
                .map(|one| ProblemPart {
                    place: one.place.clone(),
                    words: one.words.clone(),
                    key: Some(one.key.clone()),
                    weight: Some(one.weight.as_str()),
                })
                .collect(),
            _ => Vec::new(),
        };
        ProblemBody {
            r#type: format!("urn:accord:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            code: code.to_owned(),
            errors,
        }
    }
}

/// Logs what nobody outside is told, once, with its chain.
pub fn log(error: &Error) {
    if list(error).status.is_server_error() {
        tracing::error!(error = error as &dyn std::error::Error, "request failed");
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(list(&self.0).title)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        list(&self.0).status
    }

    fn error_response(&self) -> HttpResponse {
        log(&self.0);
        let mut response = HttpResponse::build(self.status_code());
        if matches!(
            self.0,
            Error::TooManyTries | Error::Store(_) | Error::NotStoring | Error::Full | Error::TooManyConnections
        ) {
            response.insert_header((RETRY_AFTER, "60"));
        }
        response.content_type("application/problem+json").json(self.body())
    }
}

/// A problem of the transport itself: bad JSON, a body too large, no such route.
pub fn plain(status: StatusCode, code: &'static str, title: &'static str, detail: &str) -> HttpResponse {
    HttpResponse::build(status).content_type("application/problem+json").json(ProblemBody {
        r#type: format!("urn:accord:problem:{code}"),
        title: title.to_owned(),
        status: status.as_u16(),
        detail: Some(detail.to_owned()).filter(|detail| !detail.is_empty()),
        code: code.to_owned(),
        errors: Vec::new(),
    })
}

/// HTML, for the pages.
pub fn html(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status).insert_header(ContentType::html()).body(body)
}
