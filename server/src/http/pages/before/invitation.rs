//! Inviting somebody after the meeting was made.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web;
use minutes::record::Role;
use minutes::words;

use super::super::form::Form;
use super::super::views::before::{Choice, InvitePage, Typed};
use super::super::views::form::Errors;
use super::super::{answer, frames};
use super::{Answered, errors, typed, wrong};
use crate::http::identity::InvitesPeople;
use crate::workflow::before_meeting::invite::{self, Newcomer};
use crate::workflow::create_meeting::NewPerson;
use crate::workflow::seat::AtMeeting;
use crate::workflow::{App, Error};

pub async fn ask_invitation(app: web::Data<App>, at: InvitesPeople) -> Answered {
    let InvitesPeople(at) = at;
    answer::page(&page(&app, &at, Typed::default(), Errors::none()).await?)
}

pub async fn invite(app: web::Data<App>, at: InvitesPeople, form: Form) -> Answered {
    let InvitesPeople(at) = at;
    let done = match newcomer(&form) {
        Ok(newcomer) => invite::invite(&app, &at, newcomer).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(answer::see_other(&format!("/meetings/{}/before?done=invited", at.meeting.id))),
        Err(Error::Invalid(found)) => again(&app, &at, typed(&form), errors(found)).await,
        Err(error) => Err(error.into()),
    }
}

async fn again(app: &App, at: &AtMeeting, typed: Typed, errors: Errors) -> Result<HttpResponse, super::Problem> {
    answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page(app, at, typed, errors).await?)
}

fn newcomer(form: &Form) -> Result<Newcomer, Error> {
    let role = Role::parse(form.get("role")).ok_or_else(|| wrong("role", "Choose what they are at this meeting"))?;
    if !form.get("person").is_empty() {
        let person = form.get("person").parse().map_err(|_| wrong("person", "Choose somebody of the directory"))?;
        return Ok(Newcomer::Known(person, role));
    }
    let field = |name| form.get(name).to_owned();
    Ok(Newcomer::New(NewPerson {
        name: field("name"),
        role,
        title: field("title"),
        agency: form.get("agency").parse().ok(),
        email: field("email"),
        phone: field("phone"),
    }))
}

async fn page(app: &App, at: &AtMeeting, typed: Typed, errors: Errors) -> Result<InvitePage, Error> {
    let choices = invite::choices(app, at).await?;
    let agency = |id| choices.agencies.iter().find(|agency| Some(agency.id) == id).map(|agency| agency.name.as_str());
    let people = choices.people.iter().map(|person| {
        let who = [person.title.as_str(), agency(person.agency_id).unwrap_or_default()];
        let who: Vec<&str> = who.into_iter().filter(|words| !words.is_empty()).collect();
        let words = [&[person.name.as_str()], who.as_slice()].concat().join(", ");
        Choice { key: person.id.to_string(), words }
    });
    let roles = Role::ALL.iter().filter(|role| **role != Role::Chair);
    Ok(InvitePage {
        frame: frames::at_meeting(app, at),
        meeting_id: at.meeting.id.to_string(),
        people: people.collect(),
        roles: roles.map(|r| Choice { key: r.to_string(), words: words::role(*r).to_owned() }).collect(),
        agencies: choices.agencies.iter().map(|a| Choice { key: a.id.to_string(), words: a.name.clone() }).collect(),
        typed,
        errors,
    })
}
