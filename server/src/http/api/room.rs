//! What goes on in the room and stands in no document. A page asks for it when it opens and whenever the server says that
//! there is something new beside the documents.

use actix_web::{HttpRequest, HttpResponse, web};
use minutes::access::{Deed, Whose};
use minutes::ids::{PersonId, RowId};
use minutes::in_the_room::{Course, ReadAnswer, ReadDecision};
use minutes::record::Position;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::http::identity::{Seated, path_id};
use crate::http::problem::{Problem, ProblemBody};
use crate::workflow::in_the_room::{self, Answering};
use crate::workflow::{App, Error, FieldError};

#[derive(Serialize, ToSchema)]
pub struct RoomLines {
    /// RFC 3339: the server's clock, by which the timer runs.
    now: String,
    /// Key of the section everybody is asked to look at, `attendance`, `decisions` or `plan`; empty: nowhere.
    spotlight: String,
    timer_ends_at: Option<String>,
    agreed: Vec<AgreedLine>,
    /// What the chair chose without a quorum.
    without_quorum: Option<WithoutQuorumLine>,
    read_back: Vec<ReadLine>,
    may_run: bool,
    may_answer: bool,
    /// May take down what somebody without a device says.
    may_take_down: bool,
}

#[derive(Serialize, ToSchema)]
pub struct AgreedLine {
    section: String,
    by: String,
    at: String,
}

#[derive(Serialize, ToSchema)]
pub struct WithoutQuorumLine {
    /// `proceed` or `interim_plan`
    course: String,
    reason: String,
    reset_on: String,
    by: String,
    at: String,
}

#[derive(Serialize, ToSchema)]
pub struct ReadLine {
    decision: String,
    child: String,
    words: String,
    at: String,
    answers: Vec<ReadAnswerLine>,
}

#[derive(Serialize, ToSchema)]
pub struct ReadAnswerLine {
    by: String,
    position: String,
    note: String,
    recorded_by: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Spotlight {
    section: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Timer {
    /// 0 stops it.
    minutes: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    agreed: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWithoutQuorum {
    /// `proceed` or `interim_plan`; empty takes it back.
    course: String,
    #[serde(default)]
    reason: String,
    /// ISO date on which the meeting is held again, for an interim plan.
    #[serde(default)]
    reset_on: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReadAnswer {
    /// `agree`, `agree_with_note` or `not_agree`
    position: String,
    #[serde(default)]
    note: String,
}

/// All of it.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting}/room", params(("meeting" = String, Path)),
    responses((status = 200, body = RoomLines), (status = 401, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn show(app: web::Data<App>, at: Seated) -> Result<web::Json<RoomLines>, Problem> {
    let at = at.0;
    let shown = in_the_room::show(&app, &at).await?;
    let may = |deed| at.may(deed).is_ok();
    Ok(web::Json(RoomLines {
        now: rfc3339(app.clock.now()),
        spotlight: shown.spotlight,
        timer_ends_at: shown.timer_ends_at,
        agreed: shown
            .agreed
            .into_iter()
            .map(|one| AgreedLine { section: one.section, by: one.by.to_string(), at: one.at })
            .collect(),
        without_quorum: shown.without_quorum.map(|one| WithoutQuorumLine {
            course: one.course.to_string(),
            reason: one.reason,
            reset_on: one.reset_on,
            by: one.by.to_string(),
            at: one.at,
        }),
        read_back: shown.read_back.into_iter().map(read).collect(),
        may_run: may(Deed::RunRoom),
        may_answer: may(Deed::AnswerReadBack(Whose::Own)),
        may_take_down: may(Deed::AnswerReadBack(Whose::RecordedForOther)),
    }))
}

fn read(one: ReadDecision) -> ReadLine {
    ReadLine {
        decision: one.decision.to_string(),
        child: one.child.to_string(),
        words: one.words,
        at: one.at,
        answers: one.answers.into_iter().map(answer_line).collect(),
    }
}

fn answer_line(answer: ReadAnswer) -> ReadAnswerLine {
    ReadAnswerLine {
        by: answer.by.to_string(),
        position: answer.position.to_string(),
        note: answer.note,
        recorded_by: answer.recorded_by.map(|person| person.to_string()),
    }
}

/// Ask everybody to look at a section. For the chair.
#[utoipa::path(put, path = "/api/v1/meetings/{meeting}/room/spotlight", params(("meeting" = String, Path)),
    request_body = Spotlight,
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn point(app: web::Data<App>, at: Seated, body: web::Bytes) -> Result<HttpResponse, Problem> {
    at.0.may(Deed::RunRoom).map_err(Error::from)?;
    let new: Spotlight = parsed(&body, "section", "Send {\"section\": key}.")?;
    in_the_room::point(&app, &at.0, new.section).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Set the timer. For the chair.
#[utoipa::path(put, path = "/api/v1/meetings/{meeting}/room/timer", params(("meeting" = String, Path)),
    request_body = Timer,
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn set_timer(app: web::Data<App>, at: Seated, body: web::Bytes) -> Result<HttpResponse, Problem> {
    at.0.may(Deed::RunRoom).map_err(Error::from)?;
    let new: Timer = parsed(&body, "minutes", "Send {\"minutes\": 0 to 180}.")?;
    in_the_room::set_timer(&app, &at.0, new.minutes).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Mark a section as agreed in the meeting, or take that back. For the chair.
#[utoipa::path(put, path = "/api/v1/meetings/{meeting}/room/sections/{section}",
    params(("meeting" = String, Path), ("section" = String, Path)), request_body = Agreement,
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn agree(
    app: web::Data<App>,
    at: Seated,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    at.0.may(Deed::RunRoom).map_err(Error::from)?;
    let new: Agreement = parsed(&body, "agreed", "Send {\"agreed\": true or false}.")?;
    in_the_room::agree(&app, &at.0, path_id(&request, "section")?, new.agreed).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Say what the meeting does without a quorum, and why. For the chair.
#[utoipa::path(put, path = "/api/v1/meetings/{meeting}/room/quorum", params(("meeting" = String, Path)),
    request_body = NewWithoutQuorum,
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn without_quorum(app: web::Data<App>, at: Seated, body: web::Bytes) -> Result<HttpResponse, Problem> {
    at.0.may(Deed::RunRoom).map_err(Error::from)?;
    let shape = "Send {\"course\": \"proceed\" or \"interim_plan\", \"reason\": …, \"reset_on\": date}.";
    let new: NewWithoutQuorum = parsed(&body, "course", shape)?;
    let chosen = if new.course.is_empty() {
        None
    } else {
        let course = Course::parse(&new.course).ok_or_else(|| wrong("course", shape))?;
        Some((course, new.reason, new.reset_on))
    };
    in_the_room::go_without_quorum(&app, &at.0, chosen).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Read the decisions back: everybody is asked what they think of each. For the chair.
#[utoipa::path(post, path = "/api/v1/meetings/{meeting}/room/read-back", params(("meeting" = String, Path)),
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn start_read_back(app: web::Data<App>, at: Seated) -> Result<HttpResponse, Problem> {
    in_the_room::start_read_back(&app, &at.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Say what one thinks of a decision that was read back or, as minute taker, take down what somebody else says.
#[utoipa::path(put, path = "/api/v1/meetings/{meeting}/room/read-back/{decision}/answers/{person}",
    params(("meeting" = String, Path), ("decision" = String, Path), ("person" = String, Path)),
    request_body = NewReadAnswer,
    responses((status = 204), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn answer(
    app: web::Data<App>,
    at: Seated,
    request: HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let person = path_id::<PersonId>(&request, "person")?;
    let decision = path_id::<RowId>(&request, "decision")?;
    let whose = if person == at.0.actor.person { Whose::Own } else { Whose::RecordedForOther };
    at.0.may(Deed::AnswerReadBack(whose)).map_err(Error::from)?;
    let shape = "Send {\"position\": \"agree\", \"agree_with_note\" or \"not_agree\", \"note\": …}.";
    let new: NewReadAnswer = parsed(&body, "position", shape)?;
    let position = Position::parse(&new.position).ok_or_else(|| wrong("position", shape))?;
    in_the_room::answer(&app, &at.0, Answering { decision, person, position, note: new.note }).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn parsed<'b, T: Deserialize<'b>>(body: &'b [u8], field: &str, shape: &str) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|_| wrong(field, shape))
}

fn wrong(field: &str, words: &str) -> Error {
    Error::Invalid(vec![FieldError { field: field.to_owned(), words: words.to_owned() }])
}
