//! Signing in and out.

use actix_web::{HttpResponse, web};
use minutes::record::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::http::identity::{self, SignedIn};
use crate::http::problem::{Problem, ProblemBody};
use crate::workflow::{Actor, App, sign_in, sign_out};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    email: String,
    password: String,
}

#[derive(Serialize, ToSchema)]
pub struct Session {
    /// JWT (RFC 7519): send it as `Authorization: Bearer`. Absent where it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    person: SessionPerson,
    /// RFC 3339.
    expires_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct SessionPerson {
    id: String,
    name: String,
    /// `chair`, `minute_taker`, `professional`, `manager`, `family`, `young_person`, `observer`
    role: String,
    agency_id: Option<String>,
}

impl Session {
    fn of(actor: &Actor, token: Option<String>) -> Self {
        let role: Role = actor.role;
        let person = SessionPerson {
            id: actor.person.to_string(),
            name: actor.name.clone(),
            role: role.to_string(),
            agency_id: actor.agency.map(|id| id.to_string()),
        };
        Self { token, person, expires_at: rfc3339(actor.expires_at) }
    }
}

/// Sign in. Gives a token, and sets the cookie for browsers.
#[utoipa::path(post, path = "/api/v1/session", request_body = Credentials,
    responses((status = 200, body = Session), (status = 401, body = ProblemBody), (status = 429, body = ProblemBody)))]
pub async fn sign_in(app: web::Data<App>, body: web::Json<Credentials>) -> Result<HttpResponse, Problem> {
    let Credentials { email, password } = body.into_inner();
    let actor = sign_in::sign_in(&app, email, password).await?;
    let token = identity::token(&app, &actor)?;
    Ok(HttpResponse::Ok().cookie(identity::cookie(&app, token.clone())).json(Session::of(&actor, Some(token))))
}

/// Whose session this is.
#[utoipa::path(get, path = "/api/v1/session",
    responses((status = 200, body = Session), (status = 401, body = ProblemBody)))]
pub async fn show(who: SignedIn) -> web::Json<Session> {
    web::Json(Session::of(&who.0, None))
}

/// Sign out. The session ends at once, and its open sockets with it.
#[utoipa::path(delete, path = "/api/v1/session",
    responses((status = 204), (status = 401, body = ProblemBody)))]
pub async fn sign_out(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, Problem> {
    sign_out::sign_out(&app, &who.0).await?;
    Ok(HttpResponse::NoContent().cookie(identity::no_cookie(&app)).finish())
}
