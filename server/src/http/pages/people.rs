//! Who sits at a meeting, and the chair's two tools: changing what somebody is there, and taking a seat away.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use minutes::access::Deed;
use minutes::ids::PersonId;
use minutes::record::{Role, Seat};
use minutes::seating::{self, Change, Place};
use minutes::words;
use serde::Deserialize;

use super::form::Form;
use super::views::form::Errors;
use super::views::people::{PeoplePage, PersonLine, RoleChoice, RolePage, Whose, WithdrawPage};
use super::{answer, frames};
use crate::clock::rfc3339;
use crate::http::identity::{ManagesSeats, Seated, path_id};
use crate::http::problem::Problem;
use crate::workflow::seat::AtMeeting;
use crate::workflow::{App, Error, change_seat, show_record, withdraw_seat};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

pub async fn list(app: web::Data<App>, at: Seated, asked: web::Query<Asked>) -> Result<HttpResponse, Problem> {
    let Seated(at) = at;
    let seats = show_record::facts(&app, &at).await?.seats;
    let manages = at.may(Deed::ManageSeats).is_ok();
    let frame = frames::at_meeting(&app, &at);
    let frame = match notice(&asked.done) {
        Some(words) if manages => frame.with_notice(words),
        _ => frame,
    };
    let chairs = seats.iter().filter(|seat| is_seated(seat) && seat.role == Role::Chair).count();
    let line = |seat: &Seat| PersonLine { only_chair: chairs == 1 && seat.role == Role::Chair, ..line(seat, &at) };
    answer::page(&PeoplePage {
        frame,
        meeting_id: at.meeting.id.to_string(),
        title: at.meeting.title.clone(),
        when: frames::when(&rfc3339(at.meeting.starts_at)),
        people: seats.iter().filter(|seat| is_seated(seat)).map(line).collect(),
        // Who is no longer at the table concerns those alone who may give the seat back.
        gone: seats.iter().filter(|seat| manages && !is_seated(seat)).map(line).collect(),
        manages,
    })
}

pub async fn ask_role(app: web::Data<App>, at: ManagesSeats, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let ManagesSeats(at) = at;
    let seat = seat_in_path(&app, &at, &request).await?;
    answer::page(&role_page(&app, &at, &seat, Some(seat.role), Errors::none()))
}

pub async fn change_role(
    app: web::Data<App>,
    at: ManagesSeats,
    request: HttpRequest,
    form: Form,
) -> Result<HttpResponse, Problem> {
    let ManagesSeats(at) = at;
    let seat = seat_in_path(&app, &at, &request).await?;
    let Some(role) = Role::parse(form.get("role")) else {
        return role_again(&app, &at, &seat, None, "Choose a role");
    };
    let own = seat.person == at.actor.person;
    match change_seat::change_seat(&app, &at, seat.person, role).await {
        // Whoever is chair no longer can't see the list with its tools; the meeting is still theirs to see.
        Ok(_) if own && role != Role::Chair => Ok(answer::see_other(&format!("/meetings/{}/people", at.meeting.id))),
        Ok(change) => Ok(answer::see_other(&format!("/meetings/{}/people?done={}", at.meeting.id, done(change)))),
        Err(error @ (Error::LastChair | Error::Invalid(_))) => {
            role_again(&app, &at, &seat, Some(role), problem(&error))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn ask_withdrawal(
    app: web::Data<App>,
    at: ManagesSeats,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let ManagesSeats(at) = at;
    let seat = seat_in_path(&app, &at, &request).await?;
    if !is_seated(&seat) {
        return Ok(answer::see_other(&format!("/meetings/{}/people", at.meeting.id)));
    }
    answer::page(&WithdrawPage {
        frame: frames::at_meeting(&app, &at),
        meeting_id: at.meeting.id.to_string(),
        whose: if seat.person == at.actor.person { Whose::Own } else { Whose::Others },
        person: line(&seat, &at),
    })
}

pub async fn withdraw(
    app: web::Data<App>,
    at: ManagesSeats,
    request: HttpRequest,
    _: Form,
) -> Result<HttpResponse, Problem> {
    let ManagesSeats(at) = at;
    let person = path_id::<PersonId>(&request, "person")?;
    withdraw_seat::withdraw_seat(&app, &at, person).await?;
    let own = person == at.actor.person;
    let next = if own { "/meetings".to_owned() } else { format!("/meetings/{}/people?done=withdrawn", at.meeting.id) };
    Ok(answer::see_other(&next))
}

async fn seat_in_path(app: &App, at: &AtMeeting, request: &HttpRequest) -> Result<Seat, Error> {
    let person = path_id::<PersonId>(request, "person")?;
    let seats = show_record::facts(app, at).await?.seats;
    seats.into_iter().find(|seat| seat.person == person).ok_or(Error::NotFound)
}

const fn is_seated(seat: &Seat) -> bool {
    seat.removed_at.is_none()
}

fn line(seat: &Seat, at: &AtMeeting) -> PersonLine {
    PersonLine {
        id: seat.person.to_string(),
        name: seat.name.clone(),
        title: seat.title.clone(),
        agency: seat.agency_name.clone(),
        role: words::role(seat.role).to_owned(),
        own: seat.person == at.actor.person,
        only_chair: false,
        since: seat.removed_at.as_deref().map(frames::when).unwrap_or_default(),
    }
}

fn role_again(
    app: &App,
    at: &AtMeeting,
    seat: &Seat,
    chosen: Option<Role>,
    problem: &str,
) -> Result<HttpResponse, Problem> {
    let place = place(seat);
    let first = seating::roles_for(place).first().map_or("role", |role| role.as_str());
    let page = role_page(app, at, seat, chosen, Errors::one(&format!("role-{first}"), problem));
    answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn role_page(app: &App, at: &AtMeeting, seat: &Seat, chosen: Option<Role>, errors: Errors) -> RolePage {
    let choice = |role: &Role| RoleChoice {
        key: role.as_str(),
        words: words::role(*role),
        means: words::role_means(*role),
        chosen: chosen == Some(*role),
    };
    RolePage {
        frame: frames::at_meeting(app, at),
        meeting_id: at.meeting.id.to_string(),
        person: line(seat, at),
        roles: seating::roles_for(place(seat)).iter().map(choice).collect(),
        errors,
    }
}

const fn place(seat: &Seat) -> Place {
    Place { person: seat.person, role: seat.role, agency: seat.agency, removed: seat.removed_at.is_some() }
}

const fn problem(error: &Error) -> &'static str {
    match error {
        Error::LastChair => "A meeting needs a chair. Make somebody else chair first",
        _ => "Choose one of these roles",
    }
}

const fn done(change: Change) -> &'static str {
    match change {
        Change::Nothing => "nothing",
        Change::Role { .. } => "role",
        Change::SeatedAgain { .. } => "given-back",
    }
}

/// The address says what was done, never to whom.
fn notice(done: &str) -> Option<&'static str> {
    match done {
        "withdrawn" => Some("The seat has been taken away. Their page has closed."),
        "role" => Some("The role has been changed. It holds from now on."),
        "given-back" => Some("The seat has been given back. They can open the meeting again."),
        _ => None,
    }
}
