//! What the chair and minute taker need after the lock: how each copy is getting on, which codes to tell whom, where
//! it is filed, and what came too late.

use minutes::access::Deed;
use minutes::ids::{DeliveryId, PersonId};

use super::seat::AtMeeting;
use super::{App, Error, audited, closed_sessions, open_copy};
use crate::store;

pub struct HandOver {
    pub deliveries: Vec<store::deliveries::Delivery>,
    pub codes: Vec<Code>,
    pub filings: Vec<store::filings::FiledAt>,
    pub late: Vec<store::late_contributions::LateContribution>,
}

/// A code to tell somebody by another route than the mail that holds the link.
pub struct Code {
    pub delivery: DeliveryId,
    pub person: PersonId,
    pub name: String,
    pub code: String,
}

pub async fn hand_over(app: &App, at: &AtMeeting) -> Result<HandOver, Error> {
    at.may(Deed::SeeDeliveries)?;
    let (at, secret) = (at.clone(), app.settings.link_secret);
    app.store.read(move |conn| load(conn, &at, &secret)).await
}

pub(super) fn load(conn: &mut store::Connection, at: &AtMeeting, secret: &[u8; 32]) -> Result<HandOver, Error> {
    let meeting = at.meeting.id;
    // What came too late for a closed session is for those who were in it, the minute taker or not.
    let readable = closed_sessions::readable(conn, meeting, at.standing(), at.actor.person)?;
    let mut late = store::late_contributions::list(conn, meeting)?;
    late.retain(|one| readable.iter().any(|(document, _)| *document == one.document_id));
    let deliveries = store::deliveries::list_for_meeting(conn, meeting)?;
    let codes = deliveries
        .iter()
        .filter(|delivery| {
            delivery.template == store::deliveries::Template::FamilyLink
                && delivery.channel == store::people::Channel::Email
        })
        .map(|delivery| Code {
            delivery: delivery.id,
            person: delivery.person_id,
            name: delivery.person_name.clone(),
            code: open_copy::code(secret, delivery.id),
        })
        .collect();
    Ok(HandOver { deliveries, codes, filings: store::filings::list_for_meeting(conn, meeting)?, late })
}

/// Records that a worker has handed a copy over.
pub async fn handed_over(app: &App, at: &AtMeeting, delivery: DeliveryId) -> Result<(), Error> {
    at.may(Deed::SeeDeliveries)?;
    let (meeting, now) = (at.meeting.id, app.clock.now());
    let person = at.actor.person;
    let session = at.actor.session;
    app.store
        .write(move |conn| {
            let found = store::deliveries::list_for_meeting(conn, meeting)?
                .into_iter()
                .find(|row| row.id == delivery)
                .ok_or(Error::NotFound)?;
            if !store::deliveries::mark_handed_over(conn, delivery, now)? {
                return Ok(());
            }
            store::disclosures::record(
                conn,
                store::disclosures::NewDisclosure {
                    meeting_id: meeting,
                    edition_id: found.edition_id,
                    person_id: Some(found.person_id),
                    how: "handed over".to_owned(),
                    at: now,
                },
            )?;
            store::audit::append(
                conn,
                audited((person, session), now, "delivery.handed_over", format!("delivery:{delivery}")),
            )?;
            Ok(())
        })
        .await
}
