//! How a child stands: plan, care, case. For children's social care to say.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use minutes::child_status::ChildStatus;
use minutes::ids::ChildId;

use super::form::Form;
use super::views::child_status::ChildStatusPage;
use super::views::form::{Errors, TypedDate};
use super::{answer, frames};
use crate::http::identity::{Seated, path_id};
use crate::http::problem::Problem;
use crate::workflow::seat::AtMeeting;
use crate::workflow::{App, Error, set_child_status, show_record};

pub async fn ask(app: web::Data<App>, at: Seated, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let Seated(at) = at;
    let child = path_id::<ChildId>(&request, "child")?;
    let statuses = set_child_status::statuses(&app, &at).await?;
    let status = statuses.iter().find(|status| status.child == child);
    let typed = |date: Option<&String>| {
        let date = date.and_then(|date| date.parse().ok());
        date.map_or_else(TypedDate::default, TypedDate::from_date)
    };
    let dates = [
        typed(status.map(|status| &status.plan_since)),
        typed(status.map(|status| &status.looked_after_since)),
        typed(status.map(|status| &status.closed_since)),
    ];
    answer::page(&view(&app, &at, child, dates, Errors::none()).await?)
}

pub async fn set(app: web::Data<App>, at: Seated, request: HttpRequest, form: Form) -> Result<HttpResponse, Problem> {
    let Seated(at) = at;
    let child = path_id::<ChildId>(&request, "child")?;
    let dates = FIELDS.map(|field| typed(&form, field));
    let mut errors = Errors::none();
    for (field, date) in FIELDS.iter().zip(&dates) {
        if !date.is_blank() && date.date().is_none() {
            errors.add(&format!("{field}-day"), "Enter a date, such as 27 3 2026, or leave it empty");
        }
    }
    if errors.is_empty() {
        let iso = |date: &TypedDate| date.date().map(|date| date.to_string()).unwrap_or_default();
        let [plan, looked_after, closed] = &dates;
        let status = ChildStatus {
            child,
            plan_since: iso(plan),
            looked_after_since: iso(looked_after),
            closed_since: iso(closed),
        };
        match set_child_status::set_child_status(&app, &at, status).await {
            Ok(()) => return Ok(answer::see_other(&format!("/meetings/{}/record", at.meeting.id))),
            Err(Error::Invalid(fields)) => fields.iter().for_each(|field| errors.add("plan-day", &field.words)),
            Err(error) => return Err(error.into()),
        }
    }
    answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(&app, &at, child, dates, errors).await?)
}

const FIELDS: [&str; 3] = ["plan", "looked-after", "closed"];

fn typed(form: &Form, field: &str) -> TypedDate {
    let part = |part: &str| form.get(&format!("{field}-{part}")).to_owned();
    TypedDate { day: part("day"), month: part("month"), year: part("year") }
}

async fn view(
    app: &App,
    at: &AtMeeting,
    child: ChildId,
    dates: [TypedDate; 3],
    errors: Errors,
) -> Result<ChildStatusPage, Error> {
    if !set_child_status::may(at) {
        return Err(minutes::access::Refusal::NotYourRole.into());
    }
    let children = show_record::facts(app, at).await?.children;
    let name = children.iter().find(|one| one.id == child).map(|one| one.label(&children)).ok_or(Error::NotFound)?;
    let [plan, looked_after, closed] = dates;
    Ok(ChildStatusPage {
        frame: frames::at_meeting(app, at),
        meeting_id: at.meeting.id.to_string(),
        child: child.to_string(),
        name,
        plan,
        looked_after,
        closed,
        errors,
    })
}
