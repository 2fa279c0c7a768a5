//! Before the meeting: one page for everybody at the table, each part for whom it concerns.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, web};
use minutes::access::Deed;
use minutes::calendar_entry::calendar_entry;
use minutes::ids::{AgendaItemId, PersonId, ReportId, RequestId};
use minutes::preparation::{Answer, Ground, RequestKind, Ruling};
use minutes::record::Nature;
use serde::Deserialize;

use super::answer as answers;
use super::form::Form;
use super::views::before::Typed;
use super::views::form::{Errors, TypedDate};
use crate::http::identity::{InvitesPeople, RulesOnRequests, Seated, path_id};
use crate::http::problem::Problem;
use crate::workflow::before_meeting::{self, agenda, answer, invite, needs, private_requests, reports};
use crate::workflow::seat::AtMeeting;
use crate::workflow::{App, Error, FieldError};

mod invitation;
mod page;

pub use invitation::{ask_invitation, invite};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

type Answered = Result<HttpResponse, Problem>;

pub async fn show(app: web::Data<App>, at: Seated, asked: web::Query<Asked>) -> Answered {
    let Seated(at) = at;
    let before = before_meeting::show(&app, &at).await?;
    let mut page = page::page(&app, &at, &before, Typed::default(), Errors::none());
    if let Some(words) = notice(&asked.done) {
        page.frame = page.frame.with_notice(words);
    }
    answers::page(&page)
}

/// The entry for a calendar: it tells whoever sees the calendar when, and nothing else.
pub async fn calendar(app: web::Data<App>, at: Seated) -> Answered {
    let Seated(at) = at;
    let base = &app.settings.base_url;
    let link = format!("{base}/meetings/{}/before", at.meeting.id);
    let domain = base.split("://").last().unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    let entry = calendar_entry(at.meeting.id, domain, &link, at.meeting.starts_at, app.clock.now());
    let response = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"meeting.ics\""))
        .body(entry);
    Ok(response)
}

pub async fn answer_invitation(app: web::Data<App>, at: Seated, form: Form) -> Answered {
    let Seated(at) = at;
    let done = match (person(&form, &at), Answer::parse(form.get("answer"))) {
        (Err(error), _) => Err(error),
        (_, None) => Err(wrong("answer-coming", "Choose an answer")),
        (Ok(person), Some(chosen)) => answer::answer(&app, &at, person, chosen, form.get("note")).await,
    };
    finish(&app, &at, &form, done, "answered").await
}

pub async fn tell_needs(app: web::Data<App>, at: Seated, form: Form) -> Answered {
    let Seated(at) = at;
    let field = |name| form.get(name).to_owned();
    let told = needs::Told { needs: field("needs"), interpreter: field("interpreter"), advocate: field("advocate") };
    let done = match person(&form, &at) {
        Ok(person) => needs::tell(&app, &at, person, told).await,
        Err(error) => Err(error),
    };
    finish(&app, &at, &form, done, "needs").await
}

pub async fn send_invitations(app: web::Data<App>, at: InvitesPeople, _: Form) -> Answered {
    let InvitesPeople(at) = at;
    let sent = invite::send_invitations(&app, &at).await?;
    let done = if sent > 0 { "sent" } else { "none-sent" };
    Ok(answers::see_other(&format!("/meetings/{}/before?done={done}", at.meeting.id)))
}

pub async fn propose(app: web::Data<App>, at: Seated, form: Form) -> Answered {
    let Seated(at) = at;
    let done = agenda::propose(&app, &at, form.get("item")).await;
    finish(&app, &at, &form, done, "proposed").await
}

pub async fn rule_item(app: web::Data<App>, at: RulesOnRequests, request: HttpRequest, form: Form) -> Answered {
    let RulesOnRequests(at) = at;
    let id = path_id::<AgendaItemId>(&request, "item")?;
    let ruling = Ruling::parse(form.get("ruling")).ok_or(Error::NotFound)?;
    let done = agenda::rule(&app, &at, id, ruling, form.get(&format!("reason-{id}"))).await;
    finish(&app, &at, &form, done, "ruled").await
}

pub async fn ask_private(app: web::Data<App>, at: Seated, form: Form) -> Answered {
    let Seated(at) = at;
    let done = match (RequestKind::parse(form.get("kind")), Ground::parse(form.get("ground"))) {
        (None, _) => Err(wrong("kind", "Choose what you ask for")),
        (_, None) => Err(wrong("ground", "Choose a ground")),
        (Some(kind), Some(ground)) => {
            let (concerns, words) = (form.get("concerns").parse().ok(), form.get("words").to_owned());
            private_requests::ask(&app, &at, private_requests::Asked { kind, concerns, ground, words }).await
        }
    };
    finish(&app, &at, &form, done, "asked").await
}

pub async fn rule_request(app: web::Data<App>, at: RulesOnRequests, request: HttpRequest, form: Form) -> Answered {
    let RulesOnRequests(at) = at;
    let id = path_id::<RequestId>(&request, "request")?;
    let ruling = Ruling::parse(form.get("ruling")).ok_or(Error::NotFound)?;
    let done = private_requests::rule(&app, &at, id, ruling, form.get(&format!("reason-{id}"))).await;
    finish(&app, &at, &form, done, "ruled").await
}

pub async fn request_report(app: web::Data<App>, at: InvitesPeople, form: Form) -> Answered {
    let InvitesPeople(at) = at;
    let done = match form.get("author").parse::<PersonId>() {
        Ok(author) => reports::request(&app, &at, author, form.get("section")).await,
        Err(_) => Err(wrong("author", "Choose a professional at this meeting")),
    };
    finish(&app, &at, &form, done, "report-asked").await
}

pub async fn give_report(app: web::Data<App>, at: Seated, request: HttpRequest, form: Form) -> Answered {
    let Seated(at) = at;
    let id = path_id::<ReportId>(&request, "report")?;
    let done = match Nature::parse(form.get(&format!("nature-{id}"))).filter(|nature| *nature != Nature::Allegation) {
        Some(nature) => reports::give(&app, &at, id, nature, form.get(&format!("report-{id}"))).await,
        None => Err(wrong(&format!("nature-{id}"), "Choose what it holds")),
    };
    finish(&app, &at, &form, done, "report-given").await
}

pub async fn log_sharing(app: web::Data<App>, at: Seated, request: HttpRequest, form: Form) -> Answered {
    let Seated(at) = at;
    let id = path_id::<ReportId>(&request, "report")?;
    let part = |part: &str| form.get(&format!("on-{id}-{part}")).to_owned();
    let typed = TypedDate { day: part("day"), month: part("month"), year: part("year") };
    let (on, how) = (typed.date(), form.get(&format!("how-{id}")).to_owned());
    let done = if on.is_none() && !typed.is_blank() {
        Err(wrong(&format!("on-{id}-day"), "Enter a real day, such as 23 11 2026, or none"))
    } else {
        reports::log_sharing(&app, &at, id, reports::Shared { on, how }).await
    };
    finish(&app, &at, &form, done, "sharing").await
}

/// Whom it is about: oneself, unless somebody who runs the meeting says otherwise.
fn person(form: &Form, at: &AtMeeting) -> Result<PersonId, Error> {
    match form.get("person") {
        "" => Ok(at.actor.person),
        id => id.parse().map_err(|_| Error::NotFound),
    }
}

/// Back to the page; with what is wrong and all that was typed where it could not be taken.
async fn finish(app: &App, at: &AtMeeting, form: &Form, done: Result<(), Error>, what: &str) -> Answered {
    match done {
        Ok(()) => Ok(answers::see_other(&format!("/meetings/{}/before?done={what}", at.meeting.id))),
        Err(Error::Invalid(found)) if at.may(Deed::AnswerInvitation).is_ok() => {
            let before = before_meeting::show(app, at).await?;
            let page = page::page(app, at, &before, typed(form), errors(found));
            answers::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

fn typed(form: &Form) -> Typed {
    let fields = form.fields().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Typed(fields.collect::<BTreeMap<_, _>>())
}

fn errors(found: Vec<FieldError>) -> Errors {
    let mut errors = Errors::none();
    for FieldError { field, words } in found {
        errors.add(&field, words.trim_end_matches('.'));
    }
    errors
}

fn wrong(field: &str, words: &str) -> Error {
    Error::Invalid(vec![FieldError { field: field.to_owned(), words: words.to_owned() }])
}

/// The address says what was done, never by or for whom.
fn notice(done: &str) -> Option<&'static str> {
    match done {
        "answered" => Some("The answer has been saved."),
        "needs" => Some("The needs have been saved. The chair and the minute taker see them."),
        "sent" => Some("The invitations are on their way. Below you see whom a worker has to tell."),
        "none-sent" => Some("There was nobody left to write to. Below you see whom a worker has to tell."),
        "invited" => Some("They have a seat at this meeting."),
        "proposed" => Some("The chair will decide whether the meeting talks about it."),
        "asked" => Some("The chair has your request. Nobody but you, the chair and the minute taker sees it."),
        "ruled" => Some("Your ruling has been saved. Whoever asked sees it."),
        "report-asked" => Some("The report has been asked for."),
        "report-given" => Some("The report has been received."),
        "sharing" => Some("It has been noted."),
        _ => None,
    }
}
