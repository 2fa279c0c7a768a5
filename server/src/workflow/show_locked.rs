//! A locked meeting as one person may see it: who signed it and when, the copies they may open and, for those who run
//! the meeting, how each copy is getting on.

use minutes::access::Deed;
use minutes::change;
use minutes::edition::EditionKind;
use minutes::ids::{DeliveryId, DocumentId, EditionId, PersonId};

use super::file_editions::standing;
use super::hand_over::{self, HandOver};
use super::seat::AtMeeting;
use super::{App, Error, open_copy, read_edition};
use crate::clock::rfc3339;
use crate::store;
use crate::store::deliveries::{Delivery, DeliveryState};

pub struct Locked {
    pub by: String,
    /// RFC 3339, as every time here.
    pub at: String,
    pub version: u32,
    pub copies: Vec<Copy>,
    /// None for those who don't run the meeting.
    pub sending: Option<Sending>,
}

pub struct Copy {
    pub edition: EditionId,
    pub kind: EditionKind,
    /// Which closed session, where it is the copy of one.
    pub session: Option<u32>,
    pub pdf_bytes: u64,
    pub pdf_sha256: String,
}

pub struct Sending {
    pub deliveries: Vec<Sent>,
    pub codes: Vec<Code>,
    pub filings: Vec<Filed>,
    pub late: Vec<Late>,
}

pub struct Sent {
    pub delivery: DeliveryId,
    pub name: String,
    pub standing: String,
    pub kind: EditionKind,
    /// Empty for what is handed over.
    pub address: String,
    pub progress: Progress,
    pub at: String,
}

pub enum Progress {
    Queued,
    AcceptedByRelay,
    Delayed { next_try: String },
    Refused { reason: String },
    ToHandOver,
    HandedOver { by: String },
}

pub struct Code {
    pub name: String,
    pub standing: String,
    pub code: String,
    pub expires_at: String,
}

pub struct Filed {
    pub agency: String,
    pub child: String,
    pub kind: EditionKind,
    pub receipt: String,
    pub sha256: String,
    pub at: String,
}

/// What one person wrote after the lock, all of it together.
pub struct Late {
    pub name: String,
    pub at: String,
    pub text: String,
}

pub async fn show_locked(app: &App, at: &AtMeeting) -> Result<Locked, Error> {
    let mut copies = read_edition::list(app, at).await?;
    copies.sort_by_key(|copy| copy.kind);
    let runs_meeting = at.may(Deed::SeeDeliveries).is_ok();
    let (meeting, secret, at) = (at.meeting.clone(), app.settings.link_secret, at.clone());
    app.store
        .read(move |conn| {
            let mut listed = Vec::new();
            for copy in copies {
                let pdf = store::editions::get_pdf(conn, copy.id)?.unwrap_or_default();
                let pdf_bytes = pdf.len() as u64;
                let session = copy.part.and_then(|part| part.closed_number());
                listed.push(Copy {
                    edition: copy.id,
                    kind: copy.kind,
                    session,
                    pdf_bytes,
                    pdf_sha256: copy.pdf_sha256,
                });
            }
            let by = match meeting.locked_by {
                Some(person) => name_of(conn, person)?,
                None => String::new(),
            };
            let version = store::records::latest(conn, meeting.id)?.map_or(1, |record| record.version);
            Ok(Locked {
                by,
                at: rfc3339(meeting.locked_at.unwrap_or_default()),
                version: u32::try_from(version).unwrap_or_default(),
                copies: listed,
                sending: if runs_meeting { Some(sending(conn, &at, &secret)?) } else { None },
            })
        })
        .await
}

fn sending(conn: &mut store::Connection, at: &AtMeeting, secret: &[u8; 32]) -> Result<Sending, Error> {
    let HandOver { deliveries, codes, filings, late } = hand_over::load(conn, at, secret)?;
    let seats = store::meetings::seats(conn, at.meeting.id)?;
    let standing_of =
        |person: PersonId| seats.iter().find(|seat| seat.person == person).map(standing).unwrap_or_default();
    let mut sent = Vec::new();
    for delivery in deliveries {
        let standing = standing_of(delivery.person_id);
        sent.push(sent_to(conn, delivery, standing)?);
    }
    let mut told = Vec::new();
    for code in codes {
        let expires_at = open_copy::expiry(conn, secret, code.delivery)?;
        let standing = standing_of(code.person);
        told.push(Code { name: code.name, standing, code: code.code, expires_at: rfc3339(expires_at) });
    }
    let filings = filings.into_iter().map(|filed| Filed {
        agency: filed.agency_name,
        child: filed.child_name,
        kind: filed.edition_kind,
        receipt: filed.id.to_string(),
        sha256: filed.sha256,
        at: rfc3339(filed.filed_at),
    });
    Ok(Sending { deliveries: sent, codes: told, filings: filings.collect(), late: late_by_person(conn, late)? })
}

fn sent_to(conn: &mut store::Connection, delivery: Delivery, standing: String) -> Result<Sent, Error> {
    let mailed = delivery.channel == store::people::Channel::Email;
    let address = match store::people::get(conn, delivery.person_id)? {
        Some(person) if mailed => person.email.unwrap_or_default(),
        _ => String::new(),
    };
    let reason = delivery.last_detail.unwrap_or_default();
    let progress = match delivery.state {
        DeliveryState::Queued => Progress::Queued,
        DeliveryState::AcceptedByRelay => Progress::AcceptedByRelay,
        DeliveryState::Delayed => Progress::Delayed { next_try: rfc3339(delivery.next_attempt_at) },
        DeliveryState::Refused => Progress::Refused { reason },
        DeliveryState::Withheld => Progress::Refused { reason: "Withheld.".to_owned() },
        DeliveryState::ToHandOver => Progress::ToHandOver,
        DeliveryState::HandedOver => Progress::HandedOver { by: handed_over_by(conn, delivery.id)? },
    };
    Ok(Sent {
        delivery: delivery.id,
        name: delivery.person_name,
        standing,
        kind: delivery.edition_kind,
        address,
        progress,
        at: rfc3339(delivery.finished_at.unwrap_or(delivery.created_at)),
    })
}

/// Who recorded the hand-over, as the audit trail has it.
fn handed_over_by(conn: &mut store::Connection, delivery: DeliveryId) -> Result<String, Error> {
    let trail = store::audit::list_for_subject(conn, &format!("delivery:{delivery}"))?;
    let entry = trail.into_iter().find(|entry| entry.action == "delivery.handed_over");
    match entry.and_then(|entry| entry.person) {
        Some(person) => name_of(conn, person),
        None => Ok(String::new()),
    }
}

/// It arrives keystroke by keystroke; what one person wrote into one document is shown in one piece.
fn late_by_person(
    conn: &mut store::Connection,
    late: Vec<store::late_contributions::LateContribution>,
) -> Result<Vec<Late>, Error> {
    /// Who, where, since when, and the changes.
    type Gathered = (Option<PersonId>, DocumentId, i64, Vec<Vec<u8>>);
    let mut gathered: Vec<Gathered> = Vec::new();
    for one in late {
        match gathered.iter_mut().find(|(who, document, ..)| (*who, *document) == (one.person_id, one.document_id)) {
            Some((.., changes)) => changes.push(one.bytes),
            None => gathered.push((one.person_id, one.document_id, one.received_at, vec![one.bytes])),
        }
    }
    let mut lines = Vec::new();
    for (person, _, at, changes) in gathered {
        let name = match person {
            Some(person) => name_of(conn, person)?,
            None => String::new(),
        };
        let text = change::inserted_text(&changes);
        let text =
            if text.is_empty() { "Something without words: a mark, a date or a removal.".to_owned() } else { text };
        lines.push(Late { name, at: rfc3339(at), text });
    }
    Ok(lines)
}

fn name_of(conn: &mut store::Connection, person: PersonId) -> Result<String, Error> {
    Ok(store::people::get(conn, person)?.map_or_else(String::new, |person| person.name))
}
