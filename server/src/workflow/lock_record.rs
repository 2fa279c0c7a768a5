//! Locking: the one-way step. The record is read, signed, printed for each kind of reader and committed together with
//! everything that has to be sent and filed; or nothing happens at all.

use std::collections::{BTreeMap, BTreeSet};

use minutes::access::Deed;
use minutes::canonical;
use minutes::edition::{self, EditionKind};
use minutes::ids::{CaseRecordId, DeliveryId, DocumentId, EditionId, FilingId, MeetingId, RecordId};
use minutes::lifecycle::{self, APPROVAL, Acknowledged, LockRefusal};
use minutes::record::{Approval, PartRecord, Record};
use uuid::Uuid;

use super::file_editions::{self, PlannedFiling, Recipient, Route};
use super::seat::AtMeeting;
use super::{App, Error, open_copy, show_record};
use crate::clock::rfc3339;
use crate::signing;
use crate::store;
use crate::store::deliveries::{NewDelivery, Template};
use crate::store::people::Channel;

impl From<LockRefusal> for Error {
    fn from(refusal: LockRefusal) -> Self {
        match refusal {
            LockRefusal::NotAllowed(refusal) => Self::NotAllowed(refusal),
            LockRefusal::Incomplete(missing) => Self::Incomplete(missing),
        }
    }
}

/// A signed record with its copies, not yet in the store.
struct Signed {
    id: RecordId,
    canonical: Vec<u8>,
    sha256: String,
    signature: String,
    editions: Vec<Printed>,
}

/// What the signed record was read from.
struct Basis {
    heads: serde_json::Value,
    stored: BTreeMap<DocumentId, i64>,
    seats: Vec<store::meetings::Seat>,
}

/// One finished copy.
struct Printed {
    id: EditionId,
    kind: EditionKind,
    json: Vec<u8>,
    pdf: Vec<u8>,
    pdf_sha256: String,
}

pub async fn lock_record(app: &App, at: &AtMeeting, acknowledged: Acknowledged) -> Result<(), Error> {
    at.may(Deed::ReviewAndLock)?;
    let meeting = at.meeting.id;
    let seats = app.store.read(move |conn| Ok::<_, Error>(store::meetings::seats(conn, meeting)?)).await?;
    let facts = show_record::facts(app, at).await?;
    // Held still from here until the lock is committed, or until this function returns.
    let frozen = app.live.freeze(at.meeting.id).await?;
    let missing = lifecycle::review(&frozen.parts, &facts.pack.sections, &facts.children);
    let missing = lifecycle::lock(at.standing(), at.state(), missing, acknowledged)?;
    let (recipients, filings) = file_editions::plan(app, at.meeting.id).await?;
    let now = app.clock.now();
    let record = Record {
        format: Record::FORMAT.to_owned(),
        version: 1,
        partnership: app.settings.partnership.clone(),
        meeting: facts.meeting,
        children: facts.children,
        seats: facts.seats,
        parts: frozen.parts.clone(),
        approval: Approval {
            by: at.actor.person,
            at: rfc3339(now),
            statement: APPROVAL.to_owned(),
            method: "signed in with e-mail and password".to_owned(),
            missing: missing.into_iter().map(|one| one.words).collect(),
        },
    };
    let signed = sign(app, &record, &needed(&recipients, &filings), now).await?;
    let basis = Basis { heads: heads(&frozen.parts), stored: frozen.stored.clone(), seats };
    commit(app, at, signed, recipients, filings, basis, now).await?;
    frozen.locked();
    app.deliveries.notify_one();
    Ok(())
}

fn needed(recipients: &[Recipient], filings: &[PlannedFiling]) -> BTreeSet<EditionKind> {
    let filed = filings.iter().filter_map(|filing| filing.kind);
    // The full edition is always made: it is the record itself, in print.
    [EditionKind::Full].into_iter().chain(recipients.iter().map(|r| r.kind)).chain(filed).collect()
}

fn heads(parts: &[PartRecord]) -> serde_json::Value {
    parts
        .iter()
        .map(|part| (part.document.to_string(), serde_json::json!(part.heads)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

async fn sign(app: &App, record: &Record, kinds: &BTreeSet<EditionKind>, now: i64) -> Result<Signed, Error> {
    let canonical = canonical::bytes(record)?;
    let sha256 = canonical::sha256_hex(&canonical);
    let signature = signing::sign_record(&app.keys, &canonical, now)?;
    let mut editions = Vec::new();
    for &kind in kinds {
        let id = EditionId(Uuid::new_v4());
        let edition = edition::compile(record, &sha256, kind, id);
        let json = signing::sign_edition(&app.keys, &edition, now)?.json;
        let pdf = app.typesetter.pdf(&edition, Some(&json)).await?;
        let pdf = signing::seal_pdf(&app.keys, pdf, now)?;
        let pdf_sha256 = canonical::sha256_hex(&pdf);
        editions.push(Printed { id, kind, json, pdf, pdf_sha256 });
    }
    Ok(Signed { id: RecordId(Uuid::new_v4()), canonical, sha256, signature, editions })
}

async fn commit(
    app: &App,
    at: &AtMeeting,
    signed: Signed,
    recipients: Vec<Recipient>,
    filings: Vec<PlannedFiling>,
    basis: Basis,
    now: i64,
) -> Result<(), Error> {
    let (meeting, person, session) = (at.meeting.id, at.actor.person, at.actor.session);
    let secret = app.settings.link_secret;
    app.store
        .write(move |conn| {
            // The database is the judge: of two who lock, or a lock and a change, one comes first.
            if !store::meetings::lock(conn, meeting, person, now)? {
                return Err(minutes::access::Refusal::Locked.into());
            }
            // With several nodes, another may have stored a change since the parts were read here.
            for document in store::documents::for_meeting(conn, meeting)? {
                if basis.stored.get(&document.id) != Some(&store::changes::count(conn, document.id)?) {
                    return Err(Error::BeingLocked);
                }
            }
            // Somebody may have lost their seat, or their role, while the copies were made: they are planned anew.
            if store::meetings::seats(conn, meeting)? != basis.seats {
                return Err(Error::BeingLocked);
            }
            let record = store::records::Record {
                id: signed.id,
                meeting_id: meeting,
                version: 1,
                canonical: signed.canonical,
                sha256: signed.sha256.clone(),
                signature: signed.signature,
                created_at: now,
            };
            store::records::insert(conn, record)?;
            let editions: Vec<(EditionId, EditionKind, String)> =
                signed.editions.iter().map(|e| (e.id, e.kind, e.pdf_sha256.clone())).collect();
            for printed in signed.editions {
                let json_sha256 = canonical::sha256_hex(&printed.json);
                let edition = store::editions::NewEdition {
                    id: printed.id,
                    record_id: signed.id,
                    meeting_id: meeting,
                    kind: printed.kind,
                    signed_json: printed.json,
                    pdf: printed.pdf,
                    pdf_sha256: printed.pdf_sha256,
                    json_sha256,
                    created_at: now,
                };
                store::editions::insert(conn, edition)?;
            }
            enqueue(conn, meeting, &recipients, &editions, &secret, now)?;
            file(conn, meeting, &filings, &editions, now)?;
            store::audit::append(
                conn,
                store::audit::NewEntry {
                    at: now,
                    person: Some(person),
                    session: Some(session),
                    action: "record.locked".to_owned(),
                    subject: format!("meeting:{meeting}"),
                    detail_json: serde_json::json!({ "sha256": signed.sha256, "heads": basis.heads }).to_string(),
                },
            )?;
            Ok(())
        })
        .await
}

fn of_kind(editions: &[(EditionId, EditionKind, String)], kind: EditionKind) -> Result<(EditionId, &str), Error> {
    let found = editions.iter().find(|(_, k, _)| *k == kind).ok_or(Error::Broken("an edition was not made"))?;
    Ok((found.0, &found.2))
}

fn enqueue(
    conn: &mut store::Connection,
    meeting: MeetingId,
    recipients: &[Recipient],
    editions: &[(EditionId, EditionKind, String)],
    secret: &[u8; 32],
    now: i64,
) -> Result<(), Error> {
    let mut deliveries = Vec::new();
    let mut links = Vec::new();
    for recipient in recipients {
        let id = DeliveryId(Uuid::new_v4());
        let (edition, _) = of_kind(editions, recipient.kind)?;
        let (channel, template) = match recipient.route {
            Route::Attached => (Channel::Email, Template::EditionAttached),
            Route::LinkAndCode => (Channel::Email, Template::FamilyLink),
            Route::ByHand => (Channel::ByHand, Template::FamilyLink),
        };
        deliveries.push(NewDelivery {
            id,
            meeting_id: meeting,
            edition_id: Some(edition),
            person_id: recipient.person,
            channel,
            template,
            created_at: now,
        });
        if recipient.route == Route::LinkAndCode {
            links.push(open_copy::link(secret, id, recipient.person, edition, now));
        }
    }
    store::deliveries::enqueue_many(conn, deliveries)?;
    for link in links {
        store::family_links::insert(conn, link)?;
    }
    Ok(())
}

/// The connector inside Accord: filed in the same transaction, with a receipt that repeats the hash.
fn file(
    conn: &mut store::Connection,
    meeting: MeetingId,
    filings: &[PlannedFiling],
    editions: &[(EditionId, EditionKind, String)],
    now: i64,
) -> Result<(), Error> {
    let mut filed = Vec::new();
    for planned in filings {
        let Some(kind) = planned.kind else { continue };
        let (edition, sha256) = of_kind(editions, kind)?;
        let new_id = CaseRecordId(Uuid::new_v4());
        let case_record = store::case_records::get_or_open(conn, planned.agency, planned.child, new_id, now)?;
        let id = FilingId(Uuid::new_v4());
        let receipt = serde_json::json!({
            "receipt": id, "edition": edition, "sha256": sha256, "status": "filed", "receivedAt": rfc3339(now),
            "connector": "accord",
        });
        filed.push(store::filings::NewFiling {
            id,
            case_record_id: case_record.id,
            edition_id: edition,
            meeting_id: meeting,
            sha256: sha256.to_owned(),
            receipt_json: receipt.to_string(),
            filed_at: now,
        });
        store::disclosures::record(
            conn,
            store::disclosures::NewDisclosure {
                meeting_id: meeting,
                edition_id: edition,
                person_id: None,
                how: format!("filed in the case records of agency {}", planned.agency),
                at: now,
            },
        )?;
    }
    Ok(store::filings::insert_many(conn, filed)?)
}
