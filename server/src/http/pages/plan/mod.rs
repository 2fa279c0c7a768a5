//! What became of a plan: of the one before, at the meeting that follows; of a locked record's own.

pub mod end;

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use minutes::plan::RowResult;
use minutes::record::Record;
use minutes::words;

use super::form::Form;
use super::views::form::Errors;
use super::views::frame::listed;
use super::views::plan::{PlanPage, PlanRowView};
use super::{answer, frames};
use crate::clock::rfc3339;
use crate::http::identity::Seated;
use crate::http::problem::Problem;
use crate::workflow::judge_plan::{self, JudgedRow, Plan, Said, Whose};
use crate::workflow::seat::AtMeeting;
use crate::workflow::{App, Error};

pub async fn last(app: web::Data<App>, at: Seated) -> Result<HttpResponse, Problem> {
    show(&app, &at.0, Whose::Last).await
}

pub async fn own(app: web::Data<App>, at: Seated) -> Result<HttpResponse, Problem> {
    show(&app, &at.0, Whose::Own).await
}

pub async fn judge_last(app: web::Data<App>, at: Seated, form: Form) -> Result<HttpResponse, Problem> {
    judge(&app, &at.0, Whose::Last, &form).await
}

pub async fn judge_own(app: web::Data<App>, at: Seated, form: Form) -> Result<HttpResponse, Problem> {
    judge(&app, &at.0, Whose::Own, &form).await
}

async fn show(app: &App, at: &AtMeeting, whose: Whose) -> Result<HttpResponse, Problem> {
    let plan = judge_plan::show(app, at, whose).await?.ok_or(Error::NotFound)?;
    answer::page(&view(app, at, whose, &plan, None, Errors::none()))
}

async fn judge(app: &App, at: &AtMeeting, whose: Whose, form: &Form) -> Result<HttpResponse, Problem> {
    let typed = typed(form);
    let said = typed.iter().filter_map(|(row, (result, evidence))| {
        Some(Said { row: row.parse().ok()?, result: RowResult::parse(result), evidence: evidence.clone() })
    });
    match judge_plan::judge(app, at, whose, said.collect()).await {
        Ok(()) => Ok(answer::see_other(&address(at, whose))),
        Err(Error::Invalid(found)) => {
            let mut errors = Errors::none();
            for error in found {
                errors.add(&error.field, &error.words);
            }
            let plan = judge_plan::show(app, at, whose).await?.ok_or(Error::NotFound)?;
            let page = view(app, at, whose, &plan, Some(&typed), errors);
            answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// What was typed, by row: the result's key and the evidence.
fn typed(form: &Form) -> BTreeMap<String, (String, String)> {
    let mut rows: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (name, value) in form.fields() {
        if let Some(row) = name.strip_prefix("result-") {
            value.clone_into(&mut rows.entry(row.to_owned()).or_default().0);
        } else if let Some(row) = name.strip_prefix("evidence-") {
            value.clone_into(&mut rows.entry(row.to_owned()).or_default().1);
        }
    }
    rows
}

fn address(at: &AtMeeting, whose: Whose) -> String {
    match whose {
        Whose::Last => format!("/meetings/{}/last-plan", at.meeting.id),
        Whose::Own => format!("/meetings/{}/plan", at.meeting.id),
    }
}

fn view(
    app: &App,
    at: &AtMeeting,
    whose: Whose,
    plan: &Plan,
    typed: Option<&BTreeMap<String, (String, String)>>,
    errors: Errors,
) -> PlanPage {
    let mut rows = rows(plan);
    for row in &mut rows {
        if let Some((result, evidence)) = typed.and_then(|typed| typed.get(&row.id)) {
            row.result.clone_from(result);
            row.evidence.clone_from(evidence);
        }
    }
    let closed = match whose {
        Whose::Last if at.is_locked() => "This stands in the signed record as it is here.",
        _ if !plan.may_judge => "The chair and the minute taker say what became of it.",
        _ => "",
    };
    PlanPage {
        frame: frames::at_meeting(app, at),
        heading: match whose {
            Whose::Last => "What became of the plan before",
            Whose::Own => "What became of this plan",
        },
        title: plan.record.meeting.title.clone(),
        when: frames::when(&plan.record.meeting.starts_at),
        action: address(at, whose),
        back: format!("/meetings/{}", at.meeting.id),
        rows,
        may_judge: plan.may_judge,
        closed,
        errors,
    }
}

pub(super) fn rows(plan: &Plan) -> Vec<PlanRowView> {
    plan.rows.iter().map(|row| row_view(&plan.record, row)).collect()
}

fn row_view(record: &Record, JudgedRow { row, judged }: &JudgedRow) -> PlanRowView {
    let action = &row.action;
    let owner = record.seats.iter().find(|seat| Some(seat.person) == action.owner);
    let about = record.children.iter().filter(|child| action.about.contains(&child.id));
    let about: Vec<String> = about.map(|child| child.label(&record.children)).collect();
    PlanRowView {
        id: action.id.to_string(),
        what: action.what.clone(),
        outcome: action.outcome.clone(),
        measure: action.measure.clone(),
        owner: owner.map(|seat| seat.name.clone()).unwrap_or_default(),
        due: words::date(&action.due),
        about: listed(&about),
        readers: if row.part.is_main() { "" } else { words::readers(&row.part) },
        result: judged.as_ref().map(|judged| judged.result.as_str().to_owned()).unwrap_or_default(),
        evidence: judged.as_ref().map(|judged| judged.evidence.clone()).unwrap_or_default(),
        said: judged.as_ref().map_or_else(String::new, |judged| {
            format!("Said by {} on {}", judged.by, frames::when(&rfc3339(judged.at)))
        }),
    }
}
