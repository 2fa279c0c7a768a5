//! What people do before a meeting, a file each; and what the page for it shows to whom.

pub mod agenda;
pub mod answer;
pub mod invite;
pub mod needs;
pub mod private_requests;
pub mod reports;

use minutes::access::Deed;
use minutes::ids::{ChildId, PersonId};
use minutes::preparation::{self, Carried, Reader};
use minutes::record::{Record, Seat};
use minutes::rules::SectionRule;

use super::list_meetings::kind_name;
use super::seat::AtMeeting;
use super::{App, Error, FieldError, show_record};
use crate::store;
use crate::store::agenda_items::AgendaItem;
pub use crate::store::communication_needs::Needs;
use crate::store::deliveries::{DeliveryState, Template};
use crate::store::invitations::Invitation;
use crate::store::private_requests::PrivateRequest;

/// The longest text of a request, a need or an item.
const MAX_WORDS: usize = 2000;
/// The longest line: a language, a name, why somebody can't come.
const MAX_LINE: usize = 500;

/// The page as one person may see it: what is not theirs to know is not in it.
pub struct Before {
    pub seats: Vec<Seat>,
    pub sections: Vec<SectionRule>,
    /// Everybody's, for those who run the meeting; one's own otherwise.
    pub invitations: Vec<Invitation>,
    pub needs: Vec<Needs>,
    /// How letters are getting on; for those who run the meeting.
    pub letters: Vec<(PersonId, DeliveryState)>,
    pub agenda: Vec<AgendaItem>,
    pub requests: Vec<PrivateRequest>,
    pub carried: Vec<Carried>,
    pub reports: Vec<reports::Seen>,
}

pub async fn show(app: &App, at: &AtMeeting) -> Result<Before, Error> {
    let (at, kind) = (at.clone(), kind_name(app, &at.meeting.kind));
    app.store
        .read(move |conn| {
            let meeting = at.meeting.id;
            let facts = show_record::load(conn, &at.meeting, kind)?;
            let children: Vec<ChildId> = facts.children.iter().map(|child| child.id).collect();
            let (me, standing) = (at.actor.person, at.standing());
            let sees_all = at.may(Deed::SeePreparation).is_ok();
            let mut invitations = store::invitations::list(conn, meeting)?;
            invitations.retain(|one| sees_all || one.person == me);
            let mut needs = store::communication_needs::list(conn, meeting)?;
            needs.retain(|one| sees_all || one.person_id == me);
            let letters = if sees_all {
                store::deliveries::letters_for_meeting(conn, meeting, Template::Invitation)?
            } else {
                Vec::new()
            };
            let mut agenda = store::agenda_items::list(conn, meeting)?;
            agenda.retain(|item| preparation::may_see_item(me, standing, item.proposed_by, item.ruling));
            let mut requests = store::private_requests::list(conn, meeting)?;
            requests.retain(|one| preparation::may_see_request(me, standing, one.asked_by));
            let reader = Reader { person: me, role: at.seat.role, children: &children };
            let carried = preparation::carried(&earlier(conn, &at.meeting)?, reader);
            let reports = reports::seen(conn, &at)?;
            let sections = facts.pack.sections;
            let seats = facts.seats;
            Ok(Before { seats, sections, invitations, needs, letters, agenda, requests, carried, reports })
        })
        .await
}

/// The records in force of earlier meetings about any of the same children.
fn earlier(conn: &mut store::Connection, meeting: &store::meetings::Meeting) -> Result<Vec<Record>, Error> {
    let mut records = Vec::new();
    for earlier in store::meetings::earlier_locked(conn, meeting)? {
        if let Some(record) = store::records::latest(conn, earlier)? {
            let read = serde_json::from_slice(&record.canonical);
            records.push(read.map_err(|_| Error::Broken("a signed record can't be read"))?);
        }
    }
    Ok(records)
}

/// How an invitation is getting on, for those who see to it.
pub const fn letter_words(state: Option<DeliveryState>) -> &'static str {
    match state {
        None => "Not sent",
        Some(DeliveryState::Queued | DeliveryState::Delayed) => "On its way",
        Some(DeliveryState::AcceptedByRelay) => "Sent",
        Some(DeliveryState::Refused) => "Could not be sent: a worker has to tell them",
        Some(DeliveryState::ToHandOver | DeliveryState::Withheld) => "A worker has to tell them",
        Some(DeliveryState::HandedOver) => "Told",
    }
}

fn wrong(field: &str, words: &str) -> Error {
    Error::Invalid(vec![FieldError { field: field.to_owned(), words: words.to_owned() }])
}

/// A text somebody has to give, within bounds and without the white space around it.
fn needed(text: &str, field: &str, missing: &str, max: usize) -> Result<String, Error> {
    let text = optional(text, field, max)?;
    if text.is_empty() { Err(wrong(field, missing)) } else { Ok(text) }
}

fn optional(text: &str, field: &str, max: usize) -> Result<String, Error> {
    let text = text.trim();
    // Fields of several lines come with the line ends of a form.
    let text = text.replace("\r\n", "\n");
    if text.chars().any(|c| c.is_control() && c != '\n') || text.contains('\u{feff}') {
        return Err(wrong(field, "There are characters in it that can’t be kept. Type it again"));
    }
    if text.chars().count() > max {
        return Err(wrong(field, &format!("Write it in at most {max} characters")));
    }
    Ok(text)
}

/// The meeting is still open and somebody still at the table, as this transaction sees it.
fn at_the_table(conn: &mut store::Connection, at: &AtMeeting, person: PersonId) -> Result<(), Error> {
    let (state, places) = super::seat::hold(conn, at.meeting.id)?;
    if state == minutes::access::MeetingState::Locked {
        return Err(minutes::access::Refusal::Locked.into());
    }
    let seated = places.iter().any(|place| place.person == person && !place.removed);
    if seated { Ok(()) } else { Err(Error::NotFound) }
}
