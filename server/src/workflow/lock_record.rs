//! Locking: the one-way step. The record is read, signed, printed for each kind of reader and committed together with
//! everything that has to be sent and filed; or nothing happens at all.

use std::collections::{BTreeMap, BTreeSet};

use minutes::access::Deed;
use minutes::attachment::Attachment;
use minutes::canonical;
use minutes::edition::{self, EditionKind};
use minutes::ids::{CaseRecordId, DeliveryId, DocumentId, EditionId, FilingId, MeetingId, RecordId};
use minutes::leak::{self, Contact};
use minutes::lifecycle::{self, APPROVAL, Answers, Finding, LockRefusal, MAX_REASON};
use minutes::plan::ReviewedRow;
use minutes::record::{Approval, ClosedSession, Part, PartRecord, Record, Scaling};
use uuid::Uuid;

use super::check_leaks::Finished;
use super::file_editions::{self, PlannedFiling, Recipient, Route};
use super::in_the_room::{self, ForRecord};
use super::judge_plan;
use super::seat::AtMeeting;
use super::{
    App, Error, FieldError, append_to_log, attach_file, audited, blind_views, check_leaks, closed_sessions, open_copy,
    review_record, show_record,
};
use crate::clock::rfc3339;
use crate::signing;
use crate::store;
use crate::store::deliveries::{NewDelivery, Template};
use crate::store::people::Channel;

impl From<LockRefusal> for Error {
    fn from(refusal: LockRefusal) -> Self {
        match refusal {
            LockRefusal::NotAllowed(refusal) => Self::NotAllowed(refusal),
            LockRefusal::Incomplete(found) if found.iter().any(|one| one.code == leak::CODE) => Self::Leaks(found),
            LockRefusal::Incomplete(found) => Self::Incomplete(found),
            LockRefusal::ReasonTooLong => Self::Invalid(vec![FieldError {
                field: "reason".to_owned(),
                words: format!("Say a reason in at most {MAX_REASON} characters."),
            }]),
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
    /// What the leak check found and the chair let through: the findings' keys.
    let_through: Vec<String>,
}

/// What the signed record was read from.
struct Basis {
    heads: serde_json::Value,
    stored: BTreeMap<DocumentId, i64>,
    seats: Vec<store::meetings::Seat>,
    beside: Beside,
}

/// One finished copy.
struct Printed {
    id: EditionId,
    copy: Copy,
    json: Vec<u8>,
    pdf: Vec<u8>,
    pdf_sha256: String,
}

/// Which copy it is: of what kind and, of a closed session, of which.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Copy {
    kind: EditionKind,
    session: Option<Part>,
}

impl Copy {
    pub(super) fn as_checked(&self) -> leak::Copy<'_> {
        leak::Copy { kind: self.kind, session: self.session.as_ref() }
    }
}

pub async fn lock_record(app: &App, at: &AtMeeting, answers: &Answers) -> Result<(), Error> {
    at.may(Deed::ReviewAndLock)?;
    let meeting = at.meeting.id;
    let seats = app.store.read(move |conn| Ok::<_, Error>(store::meetings::seats(conn, meeting)?)).await?;
    let facts = show_record::facts(app, at).await?;
    // Held still from here until the lock is committed, or until this function returns.
    let frozen = app.live.freeze(at.meeting.id).await?;
    let beside = app.store.read(move |conn| beside(conn, meeting)).await?;
    let mut found = review_record::find(app, at, &facts, &frozen.parts, &beside.room).await?;
    found.extend(beside.missing.clone());
    let (recipients, filings) = file_editions::plan(app, at.meeting.id).await?;
    let now = app.clock.now();
    let quorum = beside.room.quorum(&facts, &frozen.parts);
    let mut record = Record {
        format: Record::FORMAT.to_owned(),
        version: 1,
        partnership: app.settings.partnership.clone(),
        meeting: facts.meeting,
        children: facts.children,
        seats: facts.seats,
        parts: frozen.parts.clone(),
        closed_sessions: beside.closed_sessions.clone(),
        scalings: beside.scalings.clone(),
        quorum,
        agreed_sections: beside.room.agreed_sections.clone(),
        read_back: beside.room.read_back.clone(),
        plan_review: beside.plan_review.clone(),
        approval: Approval {
            by: at.actor.person,
            at: rfc3339(now),
            statement: APPROVAL.to_owned(),
            method: "signed in with e-mail and password".to_owned(),
            missing: Vec::new(),
            went_on: Vec::new(),
            overrides: Vec::new(),
        },
        attachments: beside.attachments.clone(),
        child_statuses: facts.child_statuses,
        glossary: app.plain_words.short_forms_in(frozen.parts.iter().flat_map(edition::texts_of)),
    };
    let copies = needed(&record, &recipients, &filings);
    found.extend(check_leaks::would_find(&record, &beside.contacts, &copies).await?);
    leak::instead_of_contacts(&mut found);
    let gone_on = lifecycle::lock(at.standing(), at.state(), found, answers)?;
    record.approval.missing = gone_on.iter().map(|one| one.missing.clone()).collect();
    record.approval.went_on = gone_on.into_iter().filter(|one| !one.reason.is_empty()).collect();
    let signed = sign_and_check(app, at, record, &copies, answers, &beside.contacts, now).await?;
    let basis = Basis { heads: heads(&frozen.parts), stored: frozen.stored.clone(), seats, beside };
    commit(app, at, signed, recipients, filings, basis, now).await?;
    frozen.locked();
    app.deliveries.notify_one();
    Ok(())
}

/// The copies to make. One of each closed session, besides those that are sent and filed: whoever was in it opens it here,
/// signed in. No other copy holds a word of it, so that none has to be cut to fit whoever else may hold it; and it is mailed
/// to nobody and filed nowhere, since an agency's case record is read by many who were not in the room.
pub(super) fn needed(record: &Record, recipients: &[Recipient], filings: &[PlannedFiling]) -> BTreeSet<Copy> {
    let filed = filings.iter().filter_map(|filing| filing.kind);
    // The full edition is always made: it is the record itself, in print.
    let kinds = [EditionKind::Full].into_iter().chain(recipients.iter().map(|r| r.kind)).chain(filed);
    let sessions = record.parts.iter().filter(|part| part.part.is_closed());
    let closed = sessions.map(|part| Copy { kind: EditionKind::Closed, session: Some(part.part.clone()) });
    kinds.map(|kind| Copy { kind, session: None }).chain(closed).collect()
}

/// What the record holds that stands in no document.
#[derive(PartialEq, Eq)]
struct Beside {
    attachments: Vec<Attachment>,
    closed_sessions: Vec<ClosedSession>,
    scalings: Vec<Scaling>,
    missing: Vec<Finding>,
    room: ForRecord,
    plan_review: Vec<ReviewedRow>,
    /// What must be in no copy that family reads.
    contacts: Vec<Contact>,
}

fn beside(conn: &mut store::Connection, meeting: MeetingId) -> Result<Beside, Error> {
    Ok(Beside {
        attachments: attach_file::all(conn, meeting)?,
        closed_sessions: closed_sessions::for_record(conn, meeting)?,
        scalings: blind_views::for_record(conn, meeting)?,
        missing: blind_views::missing(conn, meeting)?,
        room: in_the_room::for_record(conn, meeting)?,
        plan_review: judge_plan::for_record(conn, meeting)?,
        contacts: check_leaks::contacts(conn, meeting)?,
    })
}

fn heads(parts: &[PartRecord]) -> serde_json::Value {
    parts
        .iter()
        .map(|part| (part.document.to_string(), serde_json::json!(part.heads)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The copies, with nothing in them that their readers must not have but what the chair lets through. That stands in the
/// record, so the copies are then made anew, and looked at again.
async fn sign_and_check(
    app: &App,
    at: &AtMeeting,
    mut record: Record,
    copies: &BTreeSet<Copy>,
    answers: &Answers,
    contacts: &[Contact],
    now: i64,
) -> Result<Signed, Error> {
    let signed = sign(app, &record, copies, now).await?;
    let (signed, found) = look_at(&record, contacts, signed).await?;
    if found.is_empty() {
        return Ok(signed);
    }
    let let_through: Vec<String> = found.iter().map(|finding| finding.key.clone()).collect();
    record.approval.overrides = leak::weigh(found, at.actor.person, answers).map_err(Error::Leaks)?;
    let signed = sign(app, &record, copies, now).await?;
    let (signed, mut found) = look_at(&record, contacts, signed).await?;
    found.retain(|finding| !let_through.contains(&finding.key));
    if found.is_empty() { Ok(Signed { let_through, ..signed }) } else { Err(Error::Leaks(found)) }
}

/// On a thread of its own: people type in other meetings meanwhile.
async fn look_at(record: &Record, contacts: &[Contact], signed: Signed) -> Result<(Signed, Vec<Finding>), Error> {
    let (record, contacts) = (record.clone(), contacts.to_vec());
    let looked = tokio::task::spawn_blocking(move || {
        let found = check_leaks::check(&record, &contacts, &signed.finished())?;
        Ok((signed, found))
    });
    looked.await.map_err(|_| Error::Broken("the leak check did not end"))?
}

impl Printed {
    fn finished(&self) -> Finished<'_> {
        Finished { copy: self.copy.as_checked(), json: &self.json, pdf: &self.pdf }
    }
}

impl Signed {
    fn finished(&self) -> Vec<Finished<'_>> {
        self.editions.iter().map(Printed::finished).collect()
    }
}

async fn sign(app: &App, record: &Record, copies: &BTreeSet<Copy>, now: i64) -> Result<Signed, Error> {
    let canonical = canonical::bytes(record)?;
    let sha256 = canonical::sha256_hex(&canonical);
    let signature = signing::sign_record(&app.keys, &canonical, now)?;
    let mut editions = Vec::new();
    for copy in copies {
        let id = EditionId(Uuid::new_v4());
        let edition = match &copy.session {
            Some(session) => edition::compile_closed(record, &sha256, session, id),
            None => edition::compile(record, &sha256, copy.kind, id),
        };
        let json = signing::sign_edition(&app.keys, &edition, now)?.json;
        let pdf = app.typesetter.pdf(&edition, Some(&json)).await?;
        let pdf = signing::seal_pdf(&app.keys, pdf, now)?;
        let pdf_sha256 = canonical::sha256_hex(&pdf);
        editions.push(Printed { id, copy: copy.clone(), json, pdf, pdf_sha256 });
    }
    Ok(Signed { id: RecordId(Uuid::new_v4()), canonical, sha256, signature, editions, let_through: Vec::new() })
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
    let (secret, log) = (app.settings.link_secret, app.log.clone());
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
            // So may who was in a closed session, or what was answered and shown.
            if beside(conn, meeting)? != basis.beside {
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
            let proof = append_to_log::append(conn, &log, signed.id, &signed.sha256, now)?;
            let editions: Vec<(EditionId, EditionKind, String)> =
                signed.editions.iter().map(|e| (e.id, e.copy.kind, e.pdf_sha256.clone())).collect();
            for printed in signed.editions {
                let signed_json = signing::log::with_proof(&printed.json, &proof)?;
                let json_sha256 = canonical::sha256_hex(&signed_json);
                let edition = store::editions::NewEdition {
                    id: printed.id,
                    record_id: signed.id,
                    meeting_id: meeting,
                    kind: printed.copy.kind,
                    part: printed.copy.session,
                    signed_json,
                    pdf: printed.pdf,
                    pdf_sha256: printed.pdf_sha256,
                    json_sha256,
                    created_at: now,
                };
                store::editions::insert(conn, edition)?;
            }
            enqueue(conn, meeting, &recipients, &editions, &secret, now)?;
            file(conn, meeting, &filings, &editions, now)?;
            let mut detail = serde_json::json!({ "sha256": signed.sha256, "heads": basis.heads });
            if !signed.let_through.is_empty() {
                detail["leaks_let_through"] = signed.let_through.into();
            }
            let entry = audited((person, session), now, "record.locked", format!("meeting:{meeting}"));
            store::audit::append(conn, store::audit::NewEntry { detail_json: detail.to_string(), ..entry })?;
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
