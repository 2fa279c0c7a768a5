//! Who sits at a meeting: taking a seat away, giving it back, changing a role.

use actix_web::{HttpRequest, HttpResponse, web};
use minutes::ids::PersonId;
use minutes::record::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::identity::{ManagesSeats, path_id};
use crate::http::problem::{Problem, ProblemBody};
use crate::workflow::{App, Error, FieldError, change_seat, withdraw_seat};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatChange {
    /// `chair`, `minute_taker`, `professional`, `manager` or `observer`; for family `family`, `young_person` or `observer`.
    role: String,
}

#[derive(Serialize, ToSchema)]
pub struct ChangedSeat {
    person: String,
    role: String,
}

/// Take somebody's seat away: their connections are closed at once. What they wrote stays. For the chair, while the
/// record is open; a meeting keeps at least one chair (`last_chair`).
#[utoipa::path(delete, path = "/api/v1/meetings/{meeting}/seats/{person}",
    params(("meeting" = String, Path), ("person" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn withdraw(app: web::Data<App>, at: ManagesSeats, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let person = path_id::<PersonId>(&request, "person")?;
    withdraw_seat::withdraw_seat(&app, &at.0, person).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change what somebody is at the meeting, from their next word on. Of somebody whose seat was taken away, it gives the
/// seat back. For the chair, while the record is open.
#[utoipa::path(patch, path = "/api/v1/meetings/{meeting}/seats/{person}",
    params(("meeting" = String, Path), ("person" = String, Path)), request_body = SeatChange,
    responses((status = 200, body = ChangedSeat), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn change(
    app: web::Data<App>,
    at: ManagesSeats,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<web::Json<ChangedSeat>, Problem> {
    let person = path_id::<PersonId>(&request, "person")?;
    let role = role(&body)?;
    change_seat::change_seat(&app, &at.0, person, role).await?;
    Ok(web::Json(ChangedSeat { person: person.to_string(), role: role.to_string() }))
}

/// Read after the permission: whoever may not do this is told so, whatever they sent.
fn role(body: &[u8]) -> Result<Role, Error> {
    let wrong = |field: &str, words: &str| {
        Error::Invalid(vec![FieldError { field: field.to_owned(), words: words.to_owned() }])
    };
    let change: SeatChange =
        serde_json::from_slice(body).map_err(|_| wrong("body", "Send {\"role\": \"observer\"} or another role."))?;
    Role::parse(&change.role).ok_or_else(|| wrong("role", "There is no such role."))
}
