//! Closed sessions: opening and ending them, and who is in them. To whoever is in none there is none.

use actix_web::{HttpRequest, HttpResponse, web};
use minutes::access::Deed;
use minutes::ids::PersonId;
use minutes::record::Ground;
use minutes::words;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::identity::{Seated, path_id};
use crate::http::problem::{Problem, ProblemBody};
use crate::live::wire::document_id_text;
use crate::workflow::closed_sessions::{self, Opening, Shown};
use crate::workflow::{App, Error, FieldError};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// Who stays, by id; the chair always does.
    stay: Vec<String>,
    /// `prejudice_to_child`, `disruption_or_violence`, `child_asks`, `prevents_contribution`, `confidential_information` or
    /// `conflict_in_family`
    ground: String,
    /// At most 1000 characters; read by those who stay.
    reason: String,
    /// Whether everybody's record says that a part of the meeting was closed, when, to whom and on which ground. If not,
    /// the professionals' record alone says so.
    #[serde(default)]
    told: bool,
}

#[derive(Serialize, ToSchema)]
pub struct SessionLines {
    /// Those the asker is in.
    sessions: Vec<SessionLine>,
    /// Whether the asker opens and ends them.
    may_manage: bool,
    /// What to choose from; for those who may open one.
    grounds: Vec<GroundLine>,
}

#[derive(Serialize, ToSchema)]
pub struct SessionLine {
    number: u32,
    /// The automerge-repo document id.
    document: String,
    /// `closed-1` …
    part: String,
    ground: String,
    ground_words: String,
    reason: String,
    told: bool,
    /// RFC 3339.
    opened_at: String,
    /// None while it goes on.
    ended_at: Option<String>,
    /// Everybody who reads it, by id.
    readers: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct GroundLine {
    code: String,
    words: String,
}

#[derive(Serialize, ToSchema)]
pub struct OpenedSession {
    number: u32,
}

/// The closed sessions that the asker is in.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting}/closed-sessions", params(("meeting" = String, Path)),
    responses((status = 200, body = SessionLines), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, at: Seated) -> Result<web::Json<SessionLines>, Problem> {
    let sessions = closed_sessions::show(&app, &at.0).await?.into_iter().map(line).collect();
    let may_manage = at.0.may(Deed::ManageClosedSessions).is_ok();
    let ground = |ground: &Ground| GroundLine { code: ground.to_string(), words: words::ground(*ground).to_owned() };
    let grounds = if may_manage { Ground::ALL.iter().map(ground).collect() } else { Vec::new() };
    Ok(web::Json(SessionLines { sessions, may_manage, grounds }))
}

fn line(shown: Shown) -> SessionLine {
    SessionLine {
        number: shown.number,
        document: document_id_text(shown.document),
        part: shown.part.to_string(),
        ground: shown.ground.to_string(),
        ground_words: words::ground(shown.ground).to_owned(),
        reason: shown.reason,
        told: shown.told,
        opened_at: shown.opened_at,
        ended_at: shown.ended_at,
        readers: shown.readers.iter().map(PersonId::to_string).collect(),
    }
}

/// Open a closed session: a part of the record with its own readers. For the chair, while the record is open.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting}/closed-sessions", params(("meeting" = String, Path)),
    request_body = NewSession,
    responses((status = 201, body = OpenedSession), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn open(app: web::Data<App>, at: Seated, body: web::Bytes) -> Result<HttpResponse, Problem> {
    // Before the body is read: whoever may not do this is told so, whatever they sent.
    at.0.may(Deed::ManageClosedSessions).map_err(Error::from)?;
    let number = closed_sessions::open(&app, &at.0, opening(&body)?).await?;
    Ok(HttpResponse::Created().json(OpenedSession { number }))
}

fn opening(body: &[u8]) -> Result<Opening, Error> {
    let wrong = |field: &str, words: &str| {
        Error::Invalid(vec![FieldError { field: field.to_owned(), words: words.to_owned() }])
    };
    let new: NewSession = serde_json::from_slice(body)
        .map_err(|_| wrong("body", "Send {\"stay\": [ids], \"ground\": …, \"reason\": …, \"told\": false}."))?;
    let stay = new.stay.iter().map(|id| id.parse().map_err(|_| wrong("stay", "An id is a UUID.")));
    Ok(Opening {
        stay: stay.collect::<Result<_, _>>()?,
        ground: Ground::parse(&new.ground).ok_or_else(|| wrong("ground", "Choose one of the grounds."))?,
        reason: new.reason,
        told: new.told,
    })
}

/// End a closed session. What is in it stays with its readers.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting}/closed-sessions/{number}/end",
    params(("meeting" = String, Path), ("number" = u32, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn end(app: web::Data<App>, at: Seated, request: HttpRequest) -> Result<HttpResponse, Problem> {
    at.0.may(Deed::ManageClosedSessions).map_err(Error::from)?;
    closed_sessions::end(&app, &at.0, path_id(&request, "number")?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Let somebody into a closed session: they will read all that was written in it.
#[utoipa::path(put, path = "/api/v1/meetings/{meeting}/closed-sessions/{number}/readers/{person}",
    params(("meeting" = String, Path), ("number" = u32, Path), ("person" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn let_in(app: web::Data<App>, at: Seated, request: HttpRequest) -> Result<HttpResponse, Problem> {
    at.0.may(Deed::ManageClosedSessions).map_err(Error::from)?;
    let person = path_id::<PersonId>(&request, "person")?;
    closed_sessions::let_in(&app, &at.0, path_id(&request, "number")?, person).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Have somebody leave a closed session: from then on they are given nothing more of it.
#[utoipa::path(delete, path = "/api/v1/meetings/{meeting}/closed-sessions/{number}/readers/{person}",
    params(("meeting" = String, Path), ("number" = u32, Path), ("person" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn let_out(app: web::Data<App>, at: Seated, request: HttpRequest) -> Result<HttpResponse, Problem> {
    at.0.may(Deed::ManageClosedSessions).map_err(Error::from)?;
    let person = path_id::<PersonId>(&request, "person")?;
    closed_sessions::let_out(&app, &at.0, path_id(&request, "number")?, person).await?;
    Ok(HttpResponse::NoContent().finish())
}
