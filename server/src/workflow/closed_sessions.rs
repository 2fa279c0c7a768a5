//! Closed sessions: the chair opens one while people meet, says who stays, lets somebody in or out later, and ends it. What
//! is written there is a new document of its own; whoever is not named for it is told of it by nothing.

use std::collections::BTreeSet;

use minutes::access::{self, Deed, MeetingState, Standing};
use minutes::closed::{self, ClosedRefusal, Known};
use minutes::document::{self, FirstChange};
use minutes::ids::{DocumentId, MeetingId, PersonId};
use minutes::record::{ClosedSession, Ground, Part};
use minutes::room::{NewChange, NewChanges};
use minutes::seating::Place;
use uuid::Uuid;

use super::list_meetings::kind_name;
use super::seat::{self, AtMeeting};
use super::{App, Error, FieldError, audited, show_record};
use crate::clock::rfc3339;
use crate::store;
use crate::store::closed_sessions::Session;

/// A closed session as the chair opens it.
#[derive(Debug, Clone)]
pub struct Opening {
    /// Besides the chair.
    pub stay: Vec<PersonId>,
    pub ground: Ground,
    pub reason: String,
    /// Whether everybody's record says that a part of the meeting was closed.
    pub told: bool,
}

/// A closed session as somebody who reads it sees it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub number: u32,
    pub document: DocumentId,
    pub part: Part,
    pub ground: Ground,
    pub reason: String,
    pub told: bool,
    /// RFC 3339, as is `ended_at`.
    pub opened_at: String,
    pub ended_at: Option<String>,
    /// Whoever reads it now.
    pub readers: Vec<PersonId>,
}

impl From<ClosedRefusal> for Error {
    fn from(refusal: ClosedRefusal) -> Self {
        let field =
            |field: &str| Self::Invalid(vec![FieldError { field: field.to_owned(), words: refusal.to_string() }]);
        match refusal {
            ClosedRefusal::NotAllowed(refusal) => Self::NotAllowed(refusal),
            ClosedRefusal::NoSuchSession | ClosedRefusal::NotInIt => Self::NotFound,
            ClosedRefusal::NotAtTheTable | ClosedRefusal::ClosedToNobody => field("stay"),
            ClosedRefusal::NoReason => field("reason"),
            ClosedRefusal::OneIsGoingOn
            | ClosedRefusal::HasEnded
            | ClosedRefusal::TooMany
            | ClosedRefusal::ChairStays => Self::NotNow(refusal.to_string()),
        }
    }
}

/// Opens one; gives its number.
pub async fn open(app: &App, at: &AtMeeting, opening: Opening) -> Result<u32, Error> {
    at.may(Deed::ManageClosedSessions)?;
    let (meeting, by, session, now) = (at.meeting.clone(), at.actor.person, at.actor.session, app.clock.now());
    let kind_name = kind_name(app, &meeting.kind);
    let id = meeting.id;
    let number = app
        .store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, id)?;
            let known = known(&store::closed_sessions::for_meeting(conn, id)?);
            let (number, readers) = closed::open(&places, by, state, &known, &opening.stay, &opening.reason)?;
            let part = Part::closed(number);
            let document = DocumentId(Uuid::new_v4());
            let facts = show_record::load(conn, &meeting, kind_name)?;
            let first = FirstChange {
                document,
                part: &part,
                meeting: &facts.meeting,
                sections: &facts.pack.sections,
                seats: &[],
            };
            let bytes = document::create(&first).map_err(|_| Error::Broken("a document can't be made"))?;
            store::documents::insert(conn, id, document, &part, now)?;
            let change = NewChange { person: by, session, bytes: bytes.into() };
            let changes = [NewChanges { document, after: 0, changes: vec![change] }];
            let first = store::changes::Batch { actors: &[], changes: &changes, received_at: now };
            store::changes::append(conn, first)?;
            let row = Session {
                document_id: document,
                meeting_id: id,
                number: i32::try_from(number).unwrap_or(i32::MAX),
                ground: opening.ground,
                reason: opening.reason.trim().to_owned(),
                told: opening.told,
                opened_at: now,
                opened_by: by,
                ended_at: None,
                revision: 1,
                changed_at: now,
            };
            store::closed_sessions::open(conn, row, &readers)?;
            let detail = serde_json::json!({ "number": number, "readers": readers });
            audit(conn, (by, session), now, "closed_session.opened", id, &detail)?;
            Ok::<_, Error>(number)
        })
        .await?;
    app.live.parts_changed(id);
    Ok(number)
}

/// Ends one. What is in it stays with those who read it, and they may still mend it until the record is locked.
pub async fn end(app: &App, at: &AtMeeting, number: u32) -> Result<(), Error> {
    change(app, at, "closed_session.ended", number, None, |places, by, state, known, _, _| {
        closed::end(places, by, state, known)
    })
    .await
}

/// Lets somebody in, to read all that was written in it and all that will be.
pub async fn let_in(app: &App, at: &AtMeeting, number: u32, person: PersonId) -> Result<(), Error> {
    change(app, at, "closed_session.let_in", number, Some(person), |places, by, state, known, _, person| {
        closed::let_in(places, by, state, known, person.unwrap_or(by))
    })
    .await
}

/// Has somebody leave: their connections get nothing more of it.
pub async fn let_out(app: &App, at: &AtMeeting, number: u32, person: PersonId) -> Result<(), Error> {
    change(app, at, "closed_session.let_out", number, Some(person), |places, by, state, known, readers, person| {
        closed::let_out(places, by, state, known, readers, person.unwrap_or(by))
    })
    .await
}

type Decide = fn(
    &[Place],
    PersonId,
    MeetingState,
    Option<Known>,
    &BTreeSet<PersonId>,
    Option<PersonId>,
) -> Result<(), ClosedRefusal>;

/// Decides about one session, and does it, in one transaction.
async fn change(
    app: &App,
    at: &AtMeeting,
    action: &'static str,
    number: u32,
    person: Option<PersonId>,
    decide: Decide,
) -> Result<(), Error> {
    at.may(Deed::ManageClosedSessions)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    app.store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, meeting)?;
            let rows = store::closed_sessions::for_meeting(conn, meeting)?;
            let row = rows.iter().find(|row| number_of(row) == number);
            let readers = match row {
                Some(row) => store::closed_sessions::readers(conn, row.document_id)?,
                None => BTreeSet::new(),
            };
            decide(&places, by, state, row.map(one_known), &readers, person)?;
            let document = row.ok_or(Error::NotFound)?.document_id;
            let changed = match (action, person) {
                ("closed_session.let_in", Some(person)) => {
                    store::closed_sessions::let_in(conn, document, person, by, now)?
                }
                ("closed_session.let_out", Some(person)) => {
                    store::closed_sessions::let_out(conn, document, person, now)?
                }
                _ => store::closed_sessions::end(conn, document, now)?,
            };
            if changed {
                let detail = serde_json::json!({ "number": number, "person": person });
                audit(conn, (by, session), now, action, meeting, &detail)?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    app.live.parts_changed(meeting);
    Ok(())
}

/// The closed sessions that the asker reads. Of any other they are told nothing, not even that there is one.
pub async fn show(app: &App, at: &AtMeeting) -> Result<Vec<Shown>, Error> {
    let (meeting, standing, person) = (at.meeting.id, at.standing(), at.actor.person);
    app.store
        .read(move |conn| {
            let places = seat::places(conn, meeting)?;
            let mut shown = Vec::new();
            for row in store::closed_sessions::for_meeting(conn, meeting)? {
                let named = store::closed_sessions::readers(conn, row.document_id)?;
                let part = Part::closed(number_of(&row));
                if !reads(standing, &part, named.contains(&person)) {
                    continue;
                }
                shown.push(Shown {
                    number: number_of(&row),
                    document: row.document_id,
                    readers: closed::who_reads(&places, &part, &named),
                    part,
                    ground: row.ground,
                    reason: row.reason,
                    told: row.told,
                    opened_at: rfc3339(row.opened_at),
                    ended_at: row.ended_at.map(rfc3339),
                });
            }
            Ok(shown)
        })
        .await
}

/// The documents of a meeting that somebody may read: the one place where the shell asks it.
pub(super) fn readable(
    conn: &mut store::Connection,
    meeting: MeetingId,
    standing: Standing,
    person: PersonId,
) -> Result<Vec<(DocumentId, Part)>, Error> {
    let mut readable = Vec::new();
    for document in store::documents::for_meeting(conn, meeting)? {
        let named = document.part.is_closed() && store::closed_sessions::readers(conn, document.id)?.contains(&person);
        if reads(standing, &document.part, named) {
            readable.push((document.id, document.part));
        }
    }
    readable.sort_by_key(|(_, part)| part.place());
    Ok(readable)
}

/// The closed sessions as the signed record says that they were.
pub(super) fn for_record(conn: &mut store::Connection, meeting: MeetingId) -> Result<Vec<ClosedSession>, Error> {
    let places = seat::places(conn, meeting)?;
    let mut sessions = Vec::new();
    for row in store::closed_sessions::for_meeting(conn, meeting)? {
        let named = store::closed_sessions::readers(conn, row.document_id)?;
        let part = Part::closed(number_of(&row));
        let readers = closed::who_reads(&places, &part, &named);
        let seated = places.iter().filter(|place| !place.removed).map(|place| place.person);
        sessions.push(ClosedSession {
            not_open_to: seated.filter(|person| !readers.contains(person)).collect(),
            readers,
            part,
            ground: row.ground,
            reason: row.reason,
            opened_at: rfc3339(row.opened_at),
            ended_at: row.ended_at.map(rfc3339).unwrap_or_default(),
            told: row.told,
        });
    }
    Ok(sessions)
}

/// Reading does not end with the lock, so the state is not asked.
fn reads(standing: Standing, part: &Part, named: bool) -> bool {
    access::judge(standing, access::reading(part, named), MeetingState::Open).is_ok()
}

fn known(rows: &[Session]) -> Vec<Known> {
    rows.iter().map(one_known).collect()
}

fn one_known(row: &Session) -> Known {
    Known { number: number_of(row), ended: row.ended_at.is_some() }
}

fn number_of(row: &Session) -> u32 {
    u32::try_from(row.number).unwrap_or_default()
}

/// Numbers and ids alone: the reason may say what it was about.
fn audit(
    conn: &mut store::Connection,
    who: (PersonId, minutes::ids::SessionId),
    now: i64,
    action: &str,
    meeting: MeetingId,
    detail: &serde_json::Value,
) -> Result<(), Error> {
    let row = audited(who, now, action, format!("meeting:{meeting}"));
    Ok(store::audit::append(conn, store::audit::NewEntry { detail_json: detail.to_string(), ..row })?)
}
