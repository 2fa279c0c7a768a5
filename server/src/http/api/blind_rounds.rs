//! Questions that people answer blind to each other.

use actix_web::{HttpRequest, HttpResponse, web};
use minutes::access::{Deed, Whose};
use minutes::blind::{self, Seen};
use minutes::ids::{BlindRoundId, PersonId};
use minutes::record::Part;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::identity::{Seated, path_id};
use crate::http::problem::{Problem, ProblemBody};
use crate::workflow::blind_views::{self, Question, Shown};
use crate::workflow::{App, Error, FieldError};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRound {
    /// The child it is about, by id.
    child: String,
    /// At most 300 characters.
    question: String,
    /// Who is asked, by id.
    asked: Vec<String>,
    /// Whoever reads this part sees it: `main` if nothing is said.
    #[serde(default)]
    part: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// 0 to 10.
    scale: i64,
    /// In their own words; at most 2000 characters.
    #[serde(default)]
    view: String,
}

#[derive(Serialize, ToSchema)]
pub struct RoundLines {
    rounds: Vec<RoundLine>,
    /// Whether the asker puts questions and shows the answers.
    may_ask: bool,
    /// Whether the asker may take down a family member's answer, and so sees it before the others.
    may_take_down: bool,
}

#[derive(Serialize, ToSchema)]
pub struct RoundLine {
    id: String,
    child: String,
    question: String,
    /// `main`, or the restricted part whose readers see it.
    part: String,
    /// RFC 3339: since when all see all answers; none before that.
    revealed_at: Option<String>,
    asked: Vec<AskedLine>,
}

#[derive(Serialize, ToSchema)]
pub struct AskedLine {
    person: String,
    answered: bool,
    /// Missing as long as the asker may not see it, and of whoever did not answer.
    answer: Option<AnswerLine>,
}

#[derive(Serialize, ToSchema)]
pub struct AnswerLine {
    scale: u8,
    view: String,
    /// Who took it down for them.
    recorded_by: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct AskedRound {
    id: String,
}

/// The questions that the asker may see. Until the chair shows the answers, one's own are the only ones.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting}/blind-rounds", params(("meeting" = String, Path)),
    responses((status = 200, body = RoundLines), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, at: Seated) -> Result<web::Json<RoundLines>, Problem> {
    let rounds = blind_views::show(&app, &at.0).await?.into_iter().map(line).collect();
    let open = !at.0.is_locked();
    Ok(web::Json(RoundLines {
        rounds,
        may_ask: at.0.may(Deed::ManageBlindRounds).is_ok(),
        may_take_down: open && blind::takes_down(at.0.seat.role),
    }))
}

fn line(shown: Shown) -> RoundLine {
    RoundLine {
        id: shown.id.to_string(),
        child: shown.child.to_string(),
        question: shown.question,
        part: shown.part.to_string(),
        revealed_at: shown.revealed_at,
        asked: shown.asked.into_iter().map(asked).collect(),
    }
}

fn asked(seen: Seen) -> AskedLine {
    let answer = seen.answer.and_then(|given| {
        let recorded_by = given.recorded_by.map(|person| person.to_string());
        Some(AnswerLine { scale: given.scale?, view: given.view, recorded_by })
    });
    AskedLine { person: seen.person.to_string(), answered: seen.answered, answer }
}

/// Put a question. For the chair, while the record is open.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting}/blind-rounds", params(("meeting" = String, Path)),
    request_body = NewRound,
    responses((status = 201, body = AskedRound), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn ask(app: web::Data<App>, at: Seated, body: web::Bytes) -> Result<HttpResponse, Problem> {
    at.0.may(Deed::ManageBlindRounds).map_err(Error::from)?;
    let id = blind_views::ask(&app, &at.0, question(&body)?).await?;
    Ok(HttpResponse::Created().json(AskedRound { id: id.to_string() }))
}

fn question(body: &[u8]) -> Result<Question, Error> {
    let new: NewRound = serde_json::from_slice(body)
        .map_err(|_| wrong("body", "Send {\"child\": id, \"question\": …, \"asked\": [ids]}."))?;
    let asked = new.asked.iter().map(|id| id.parse().map_err(|_| wrong("asked", "An id is a UUID.")));
    Ok(Question {
        child: new.child.parse().map_err(|_| wrong("child", "An id is a UUID."))?,
        question: new.question,
        asked: asked.collect::<Result<_, _>>()?,
        part: match new.part {
            None => Part::main(),
            Some(part) => Part::parse(&part).ok_or(Error::NotFound)?,
        },
    })
}

/// Give or change an answer, until all are shown: one's own or, by the minute taker, that of a family member without a device.
#[utoipa::path(put, path = "/api/v1/meetings/{meeting}/blind-rounds/{round}/answers/{person}",
    params(("meeting" = String, Path), ("round" = String, Path), ("person" = String, Path)), request_body = NewAnswer,
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn answer(
    app: web::Data<App>,
    at: Seated,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let round = path_id::<BlindRoundId>(&request, "round")?;
    let person = path_id::<PersonId>(&request, "person")?;
    let whose = if person == at.0.actor.person { Whose::Own } else { Whose::RecordedForOther };
    at.0.may(Deed::AnswerBlind(whose)).map_err(Error::from)?;
    let new: NewAnswer =
        serde_json::from_slice(&body).map_err(|_| wrong("scale", "Send {\"scale\": 0 to 10, \"view\": …}."))?;
    blind_views::answer(&app, &at.0, round, person, (new.scale, new.view)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Show all answers to all who read the question. It can't be undone, and no answer changes afterwards.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting}/blind-rounds/{round}/reveal",
    params(("meeting" = String, Path), ("round" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn reveal(app: web::Data<App>, at: Seated, request: HttpRequest) -> Result<HttpResponse, Problem> {
    at.0.may(Deed::ManageBlindRounds).map_err(Error::from)?;
    blind_views::reveal(&app, &at.0, path_id(&request, "round")?).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn wrong(field: &str, words: &str) -> Error {
    Error::Invalid(vec![FieldError { field: field.to_owned(), words: words.to_owned() }])
}
