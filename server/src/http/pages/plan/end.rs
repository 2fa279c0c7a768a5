//! Ending a plan: the chair asks, a manager answers.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use minutes::ids::PlanEndId;
use minutes::plan::EndRefusal;

use super::rows;
use crate::clock::rfc3339;
use crate::http::identity::{Seated, SignedIn, path_id};
use crate::http::pages::form::Form;
use crate::http::pages::views::form::Errors;
use crate::http::pages::views::frame::listed;
use crate::http::pages::views::plan::{EndLine, EndRow, MayEnd, PlanEndPage, PlanEndsPage};
use crate::http::pages::{answer as answers, frames};
use crate::http::problem::Problem;
use crate::workflow::end_plan::{self, Answer, NamedEnd, Stage};
use crate::workflow::judge_plan::Plan;
use crate::workflow::seat::AtMeeting;
use crate::workflow::{Actor, App, Error, FieldError};

pub async fn show(app: web::Data<App>, at: Seated) -> Result<HttpResponse, Problem> {
    answers::page(&asking(&app, &at.0, "", Errors::none()).await?)
}

pub async fn ask(app: web::Data<App>, at: Seated, form: Form) -> Result<HttpResponse, Problem> {
    let Seated(at) = at;
    match end_plan::ask(&app, &at, form.get("reason")).await {
        Ok(()) => Ok(answers::see_other(&format!("/meetings/{}/end-plan", at.meeting.id))),
        Err(Error::Invalid(found)) => {
            let page = asking(&app, &at, form.get("reason"), errors(found)).await?;
            answers::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn asking(app: &App, at: &AtMeeting, reason: &str, errors: Errors) -> Result<PlanEndPage, Error> {
    let found = end_plan::show(app, at).await?;
    let meeting = at.meeting.id;
    let judge = matches!(found.refusal, Some(EndRefusal::NotJudged(_)));
    Ok(PlanEndPage {
        frame: frames::at_meeting(app, at),
        title: at.meeting.title.clone(),
        when: frames::when(&rfc3339(at.meeting.starts_at)),
        action: format!("/meetings/{meeting}/end-plan"),
        back: format!("/meetings/{meeting}"),
        back_words: "Back to the meeting",
        rows: rows(&found.plan),
        ends: found.ends.iter().map(line).collect(),
        may: if found.refusal.is_none() { MayEnd::Ask } else { MayEnd::Nothing },
        refusal: found.refusal.map(|refusal| refusal.to_string()).unwrap_or_default(),
        judge_href: if judge { format!("/meetings/{meeting}/plan") } else { String::new() },
        reason: reason.to_owned(),
        errors,
    })
}

pub async fn list(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, Problem> {
    let ends = end_plan::for_manager(&app, &who.0).await?;
    let row = |end: &NamedEnd| EndRow {
        href: format!("/plans/{}", end.id),
        title: end.meeting_title.clone(),
        when: frames::when(&rfc3339(end.starts_at)),
        children: listed(&end.children),
        line: line(end),
    };
    let ends = ends.iter().map(row).collect();
    answers::page(&PlanEndsPage { frame: frames::of(&app, &who.0).at("/plans"), ends })
}

pub async fn one(app: web::Data<App>, who: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (end, plan) = end_plan::one(&app, &who.0, path_id(&request, "end")?).await?;
    answers::page(&answering(&app, &who.0, &end, &plan, "", Errors::none()))
}

pub async fn answer(
    app: web::Data<App>,
    who: SignedIn,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let id: PlanEndId = path_id(&request, "end")?;
    let answer = match form.get("say") {
        "approve" => Answer::Approve,
        "open_again" => Answer::OpenAgain,
        _ => Answer::SendBack,
    };
    match end_plan::answer(&app, &who.0, id, answer, form.get("reason")).await {
        Ok(()) => Ok(answers::see_other(&format!("/plans/{id}"))),
        Err(Error::Invalid(found)) => {
            let (end, plan) = end_plan::one(&app, &who.0, id).await?;
            let page = answering(&app, &who.0, &end, &plan, form.get("reason"), errors(found));
            answers::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

fn answering(app: &App, actor: &Actor, end: &NamedEnd, plan: &Plan, reason: &str, errors: Errors) -> PlanEndPage {
    PlanEndPage {
        frame: frames::of(app, actor).at("/plans"),
        title: end.meeting_title.clone(),
        when: frames::when(&rfc3339(end.starts_at)),
        action: format!("/plans/{}", end.id),
        back: "/plans".to_owned(),
        back_words: "Back to the plans to end",
        rows: rows(plan),
        ends: vec![line(end)],
        may: match end.stage {
            Stage::Asked => MayEnd::Answer,
            Stage::Approved => MayEnd::OpenAgain,
            Stage::SentBack | Stage::OpenedAgain => MayEnd::Nothing,
        },
        refusal: String::new(),
        judge_href: String::new(),
        reason: reason.to_owned(),
        errors,
    }
}

fn line(end: &NamedEnd) -> EndLine {
    let (state, tag) = match end.stage {
        Stage::Asked => ("Waits for a manager", "govuk-tag--orange"),
        Stage::Approved => ("Approved: the plan has ended", "govuk-tag--green"),
        Stage::SentBack => ("Sent back", "govuk-tag--red"),
        Stage::OpenedAgain => ("Opened again", "govuk-tag--blue"),
    };
    let answered = match end.answered_at {
        Some(at) => format!("Answered by {}, {}", end.answered_by, frames::when(&rfc3339(at))),
        None => String::new(),
    };
    EndLine {
        state,
        tag,
        asked: format!("Asked by {}, {}, of {}", end.asked_by, frames::when(&rfc3339(end.asked_at)), end.agency),
        reason: end.reason.clone(),
        answered,
        answer: end.answer.clone(),
    }
}

fn errors(found: Vec<FieldError>) -> Errors {
    let mut errors = Errors::none();
    for error in found {
        errors.add(&error.field, &error.words);
    }
    errors
}
