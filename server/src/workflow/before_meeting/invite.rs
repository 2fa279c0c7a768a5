//! Giving somebody a seat after the meeting was made, and writing to those who are invited.

use minutes::access::Deed;
use minutes::ids::{DeliveryId, MeetingId, PersonId};
use minutes::record::{Part, Role};
use minutes::seating::{self, InviteRefusal, Place};
use uuid::Uuid;

use super::super::create_meeting::{NewPerson, is_email, is_name, person_row};
use super::super::{audited, seat};
use super::{App, AtMeeting, Error, MAX_LINE, wrong};
use crate::store;
use crate::store::deliveries::{NewDelivery, Template};
use crate::store::meetings::NewSeat;
use crate::store::people::{Channel, Person};

/// More seats than any conference has had.
const MAX_SEATS: usize = 300;

/// Whom to give a seat.
#[derive(Debug, Clone)]
pub enum Newcomer {
    /// Somebody of the directory, and what they are to be at this meeting.
    Known(PersonId, Role),
    New(NewPerson),
}

/// The directory without those who sit, or sat, at this meeting; the agencies a new person may be of.
pub struct Choices {
    pub people: Vec<Person>,
    pub agencies: Vec<store::agencies::Agency>,
}

pub async fn choices(app: &App, at: &AtMeeting) -> Result<Choices, Error> {
    at.may(Deed::InvitePeople)?;
    let meeting = at.meeting.id;
    app.store
        .read(move |conn| {
            let seats = store::meetings::seats(conn, meeting)?;
            let mut people = store::people::list(conn)?;
            people.retain(|person| seats.iter().all(|seat| seat.person != person.id));
            Ok(Choices { people, agencies: store::agencies::list(conn)? })
        })
        .await
}

pub async fn invite(app: &App, at: &AtMeeting, newcomer: Newcomer) -> Result<(), Error> {
    at.may(Deed::InvitePeople)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let (person, role) = app
        .store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, meeting)?;
            if places.len() >= MAX_SEATS {
                return Err(wrong("person", "The meeting has as many seats as it can have"));
            }
            let (person, role) = of_directory(conn, newcomer, now)?;
            let documents = store::documents::for_meeting(conn, meeting)?;
            let has_restricted = documents.iter().any(|document| document.part == Part::professionals());
            let place = Place { person: person.id, role: person.role, agency: person.agency_id, removed: false };
            let presence = store::meetings::rule_pack(conn, meeting)?.ok_or(Error::NotFound)?.presence;
            if ![person.role, role].iter().all(|role| presence.admits(*role, person.agency_id.is_some())) {
                return Err(wrong("role", "The family has no seat at this kind of meeting"));
            }
            seating::invite(&places, by, state, place, role, has_restricted)?;
            let new = NewSeat { person: person.id, role, title: person.title.clone(), agency: person.agency_id };
            store::meetings::add_seat(conn, meeting, &new, now)?;
            write_to(conn, meeting, &person, now)?;
            let row = audited((by, session), now, "seat.given", format!("meeting:{meeting}"));
            let detail_json = serde_json::json!({ "person": person.id, "is": role }).to_string();
            store::audit::append(conn, store::audit::NewEntry { detail_json, ..row })?;
            Ok((person.id, role))
        })
        .await?;
    app.live.seat(meeting, person, role);
    app.deliveries.notify_one();
    Ok(())
}

/// Writes to everybody with a seat who has not been written to. Gives how many letters that is.
pub async fn send_invitations(app: &App, at: &AtMeeting) -> Result<usize, Error> {
    at.may(Deed::InvitePeople)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let sent = app
        .store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, meeting)?;
            if state == minutes::access::MeetingState::Locked {
                return Err(minutes::access::Refusal::Locked.into());
            }
            let invitations = store::invitations::list(conn, meeting)?;
            let was_sent = |person| invitations.iter().any(|one| one.person == person && one.sent_at.is_some());
            let mut sent = 0_usize;
            for place in places.iter().filter(|p| !p.removed && p.person != by && !was_sent(p.person)) {
                let person = store::people::get(conn, place.person)?.ok_or(Error::Broken("a seat without a person"))?;
                sent += usize::from(write_to(conn, meeting, &person, now)?);
            }
            let row = audited((by, session), now, "invitations.sent", format!("meeting:{meeting}"));
            store::audit::append(conn, row)?;
            Ok::<_, Error>(sent)
        })
        .await?;
    app.deliveries.notify_one();
    Ok(sent)
}

/// Whether somebody may safely be written to. By hand where that is how they are reached, and where they could not sign in
/// to see what they are invited to.
const fn may_write_to(person: &Person) -> bool {
    matches!(person.delivery, Channel::Email) && person.email.is_some() && person.password_hash.is_some()
}

fn write_to(conn: &mut store::Connection, meeting: MeetingId, person: &Person, now: i64) -> Result<bool, Error> {
    let channel = if may_write_to(person) { Channel::Email } else { Channel::ByHand };
    let letter = NewDelivery {
        id: DeliveryId(Uuid::new_v4()),
        meeting_id: meeting,
        edition_id: None,
        person_id: person.id,
        channel,
        template: Template::Invitation,
        created_at: now,
    };
    store::deliveries::enqueue_many(conn, vec![letter])?;
    store::invitations::mark_sent(conn, meeting, person.id, now)?;
    Ok(channel == Channel::Email)
}

fn of_directory(conn: &mut store::Connection, newcomer: Newcomer, now: i64) -> Result<(Person, Role), Error> {
    match newcomer {
        Newcomer::Known(id, role) => {
            let person = store::people::get(conn, id)?;
            Ok((person.ok_or_else(|| wrong("person", "Choose somebody of the directory"))?, role))
        }
        Newcomer::New(new) => {
            let row = check_new(conn, &new).map(|()| person_row(&new, now))?;
            store::people::insert(conn, row.clone())?;
            Ok((row, new.role))
        }
    }
}

fn check_new(conn: &mut store::Connection, new: &NewPerson) -> Result<(), Error> {
    let email = new.email.trim();
    if !is_name(&new.name) {
        return Err(wrong("name", "Enter a name of at most 200 characters"));
    }
    if new.title.chars().count() > MAX_LINE || new.phone.chars().count() > 50 || new.title.contains(['\n', '\r']) {
        return Err(wrong("title", "Keep every line short, and on one line"));
    }
    if new.role.is_worker() && new.agency.is_none() {
        return Err(wrong("agency", "Choose which agency they work for"));
    }
    if let Some(agency) = new.agency
        && !store::agencies::list(conn)?.iter().any(|known| known.id == agency)
    {
        return Err(wrong("agency", "Choose one of the agencies"));
    }
    if !email.is_empty() && !is_email(email) {
        return Err(wrong("email", "Enter an email address like name@example.org, or none"));
    }
    if !email.is_empty() && store::people::by_email(conn, email)?.is_some() {
        return Err(wrong("email", "Somebody with that email address is in the directory. Choose them there"));
    }
    Ok(())
}

impl From<InviteRefusal> for Error {
    fn from(refusal: InviteRefusal) -> Self {
        match refusal {
            InviteRefusal::NotAllowed(refusal) => Self::NotAllowed(refusal),
            InviteRefusal::SeatedAlready => wrong("person", &refusal.to_string()),
            InviteRefusal::NotTheirRole | InviteRefusal::AmongProfessionals => wrong("role", &refusal.to_string()),
        }
    }
}
