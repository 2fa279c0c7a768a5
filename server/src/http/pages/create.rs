//! Creating a meeting.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use minutes::record::Role;

use super::form::Form;
use super::views::create::{CreatePage, DirectoryAgency, DirectoryPerson, KnownChild, MeetingKind};
use super::views::create_form::{CreateButton, CreateForm, NewMeeting};
use super::views::form::Errors;
use super::{answer, frames};
use crate::http::identity::SignedIn;
use crate::http::problem::Problem;
use crate::workflow::create_meeting::{self, Choices, Draft, Invitee, NewChild, NewPerson};
use crate::workflow::{Actor, App, Error, FieldError};

pub async fn ask(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, Problem> {
    let choices = create_meeting::choices(&app, &who.0).await?;
    let form = CreateForm::blank(who.0.person, who.0.role);
    answer::page(&view(&app, &who.0, choices, form, Errors::none()))
}

pub async fn create(app: web::Data<App>, who: SignedIn, form: Form) -> Result<HttpResponse, Problem> {
    let choices = create_meeting::choices(&app, &who.0).await?;
    let form = CreateForm::read(form.fields());
    if form.button == CreateButton::MoreRows {
        return answer::page(&view(&app, &who.0, choices, form, Errors::none()));
    }
    let chosen = choices.children.iter().filter(|child| form.has_child(&child.id.to_string()));
    let names: Vec<String> = chosen.map(|child| child.name.clone()).collect();
    let errors = match form.check(&names) {
        Err(errors) => errors,
        Ok(meeting) => match create_meeting::create_meeting(&app, &who.0, draft(meeting)).await {
            Ok(id) => return Ok(answer::see_other(&format!("/meetings/{id}"))),
            Err(Error::Invalid(found)) => errors(&form, found),
            Err(error) => return Err(error.into()),
        },
    };
    answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(&app, &who.0, choices, form, errors))
}

fn draft(meeting: NewMeeting) -> Draft {
    let invitees = meeting.invited.into_iter().map(|(person, role)| Invitee { person, role });
    let new_children =
        meeting.new_children.into_iter().map(|new| NewChild { name: new.name, date_of_birth: new.date_of_birth });
    let new_people = meeting.guests.into_iter().map(|guest| NewPerson {
        name: guest.name,
        role: guest.role,
        title: guest.title,
        agency: guest.agency,
        email: guest.email,
        phone: guest.phone,
    });
    Draft {
        kind: meeting.kind,
        title: meeting.title,
        date: meeting.starts_at.date().to_string(),
        time: meeting.starts_at.strftime("%H:%M").to_string(),
        place: meeting.place,
        children: meeting.children,
        new_children: new_children.collect(),
        invitees: invitees.collect(),
        new_people: new_people.collect(),
    }
}

/// What the workflow found, at the fields of this form.
fn errors(form: &CreateForm, found: Vec<FieldError>) -> Errors {
    let row = |position: Option<usize>| position.unwrap_or_default() + 1;
    let child = row(form.new_children.iter().position(|child| !child.name.trim().is_empty()));
    let guest = row(form.guests.iter().position(|guest| !guest.name.trim().is_empty()));
    let mut errors = Errors::none();
    for FieldError { field, words } in found {
        let field = match field.as_str() {
            "date" => "date-day".to_owned(),
            "invitees" => "invited".to_owned(),
            "new_children" => format!("new-child-{child}-name"),
            "new_people" if words.contains("mail") => format!("guest-{guest}-email"),
            "new_people" => format!("guest-{guest}-name"),
            _ => field,
        };
        errors.add(&field, words.trim_end_matches('.'));
    }
    errors
}

fn view(app: &App, actor: &Actor, choices: Choices, form: CreateForm, errors: Errors) -> CreatePage {
    let directory = directory(&choices);
    let children = choices.children.into_iter().map(|child| KnownChild {
        id: child.id.to_string(),
        name: child.name,
        date_of_birth: child.date_of_birth.unwrap_or_default(),
    });
    CreatePage {
        frame: frames::of(app, actor),
        kinds: choices.packs.into_iter().map(MeetingKind::of).collect(),
        children: children.collect(),
        directory,
        form,
        errors,
    }
}

/// The people by agency, then those of none.
fn directory(choices: &Choices) -> Vec<DirectoryAgency> {
    let agencies = choices.agencies.iter().map(|agency| (Some(agency.id), agency.name.as_str()));
    agencies
        .chain([(None, "Family and others")])
        .map(|(id, name)| DirectoryAgency {
            id: id.map_or_else(String::new, |id| id.to_string()),
            name: name.to_owned(),
            people: choices
                .people
                .iter()
                .filter(|person| person.agency_id == id)
                .map(|person| DirectoryPerson {
                    id: person.id.to_string(),
                    name: person.name.clone(),
                    role: person.role,
                    title: person.title.clone(),
                    contact: contact(person.role, person.delivery.as_str(), person.email.as_deref()),
                })
                .collect(),
        })
        // An agency of nobody can still be a guest's.
        .filter(|agency| !agency.id.is_empty() || !agency.people.is_empty())
        .collect()
}

/// How copies reach somebody. A family's own address is nobody's to read here.
fn contact(role: Role, channel: &str, email: Option<&str>) -> String {
    match email {
        Some(_) if channel != "email" => "Copies are handed over".to_owned(),
        None => "Copies are handed over".to_owned(),
        Some(_) if role.is_family() => "Copies by email link, with a code".to_owned(),
        Some(email) => email.to_owned(),
    }
}
