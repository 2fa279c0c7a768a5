//! One deadline: which rule it comes from, and what people say about it.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use minutes::clocks::{self, State, When};
use minutes::deadline::{self, Direction};
use minutes::ids::MeetingId;
use minutes::rules::ClockStart;
use minutes::words;

use super::line;
use crate::clock::rfc3339;
use crate::http::identity::{SignedIn, path_id};
use crate::http::pages::form::Form;
use crate::http::pages::views::deadlines::{DeadlineForm, DeadlinePage, May, ReasonLine};
use crate::http::pages::views::form::{Errors, TypedDate};
use crate::http::pages::{answer, frames};
use crate::http::problem::Problem;
use crate::workflow::deadlines::{self, One};
use crate::workflow::keep_deadlines::{self, Said};
use crate::workflow::{Actor, App, Error};

pub async fn show(app: web::Data<App>, who: SignedIn, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (meeting, clock) = place(&request)?;
    let one = deadlines::one(&app, &who.0, meeting, &clock).await?;
    let today = TypedDate::from_date(one.now.date());
    let form = DeadlineForm { done: today, ..DeadlineForm::default() };
    answer::page(&view(&app, &who.0, &one, form, Errors::none()))
}

pub async fn say(
    app: web::Data<App>,
    who: SignedIn,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let (meeting, clock) = place(&request)?;
    let typed = |name: &str| TypedDate {
        day: form.get(&format!("{name}-day")).to_owned(),
        month: form.get(&format!("{name}-month")).to_owned(),
        year: form.get(&format!("{name}-year")).to_owned(),
    };
    let form = (form.get("say").to_owned(), typed("done"), typed("start"), form.get("reason").to_owned());
    let (said, done, start, reason) = form;
    let said = match said.as_str() {
        "done" => Said::Done(done.date()),
        "not_done" => Said::NotDone,
        "start" => Said::Started(start.date()),
        _ => Said::Late(reason.clone()),
    };
    match keep_deadlines::say(&app, &who.0, meeting, &clock, said).await {
        Ok(()) => Ok(answer::see_other(&format!("/meetings/{meeting}/deadlines/{clock}"))),
        Err(Error::Invalid(found)) => {
            let mut errors = Errors::none();
            for error in found {
                errors.add(&error.field, &error.words);
            }
            let one = deadlines::one(&app, &who.0, meeting, &clock).await?;
            let page = view(&app, &who.0, &one, DeadlineForm { done, start, reason }, errors);
            answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

fn place(request: &HttpRequest) -> Result<(MeetingId, String), Error> {
    let clock = request.match_info().get("clock").ok_or(Error::NotFound)?;
    Ok((path_id(request, "meeting")?, clock.to_owned()))
}

fn view(app: &App, actor: &Actor, one: &One, form: DeadlineForm, errors: Errors) -> DeadlinePage {
    let (clock, keeps) = (&one.clock, one.of.keeps);
    let met = matches!(clock.state, State::Met { .. });
    let said = |said: &Option<(crate::workflow::deadlines::Said, String)>| {
        said.as_ref().map_or_else(String::new, |(said, by)| {
            format!("{}, said {by} on {}", words::date(&said.on), frames::when(&rfc3339(said.at)))
        })
    };
    let reasons = one.reasons.iter().map(|reason| ReasonLine {
        reason: reason.reason.clone(),
        by: reason.by_name.clone(),
        at: frames::when(&rfc3339(reason.at)),
    });
    DeadlinePage {
        frame: frames::of(app, actor).at("/deadlines"),
        line: line(&one.of, clock, &one.now),
        rule: rule(one),
        source: clock.source.clone(),
        counted_by: counted_by(one),
        said_done: said(&one.said_done),
        said_started: said(&one.said_started),
        reasons: reasons.collect(),
        may: May {
            say_done: keeps && clock.can_be_said && !met,
            take_back: keeps && one.said_done.is_some(),
            say_start: keeps && clocks::can_start_be_said(clock.from),
            // What somebody typed is given back to them, whatever was wrong with it.
            give_reason: keeps && (clock.was_late() || !form.reason.is_empty()),
        },
        form,
        errors,
    }
}

fn rule(one: &One) -> String {
    let clock = &one.clock;
    let length = deadline::in_words(clock.length);
    let from = match clock.from {
        ClockStart::Meeting => "the meeting",
        ClockStart::StrategyDiscussion => "the strategy discussion",
        ClockStart::Locked => "the lock of the record",
        ClockStart::Received => "the day everybody had their copy",
        ClockStart::WhatLedToIt => "what led to the meeting",
    };
    match clock.direction {
        Direction::After => format!("Within {length} of {from}"),
        Direction::Before => format!("At least {length} before {from}"),
    }
}

fn counted_by(one: &One) -> String {
    match &one.clock.when {
        When::NotKnown(unknown) => unknown.to_string(),
        When::NotStarted => String::new(),
        When::At(due) => due.counted_by.as_ref().map_or_else(String::new, |used| {
            let until = words::date(&used.official_until.to_string());
            let provisional =
                if used.provisional { ". A bank holiday proclaimed later would move this date" } else { "" };
            format!("The bank holidays of {}, fixed until {until}{provisional}.", used.calendar)
        }),
    }
}
