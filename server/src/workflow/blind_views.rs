//! Blind rounds: the chair puts a question, each of those asked answers without seeing the others, the chair shows all of it
//! at once. Until then an answer is in the server's tables and in nobody's replica.

use minutes::access::Deed;
use minutes::blind::{self, BlindRefusal, Given, Seen};
use minutes::ids::{BlindRoundId, ChildId, DocumentId, MeetingId, PersonId};
use minutes::lifecycle::Finding;
use minutes::record::{Part, Scaling, ScalingAnswer};
use uuid::Uuid;

use super::closed_sessions;
use super::seat::{self, AtMeeting};
use super::{App, Error, FieldError, audited};
use crate::clock::rfc3339;
use crate::store;
use crate::store::blind_rounds::Round;

/// A question as the chair puts it.
#[derive(Debug, Clone)]
pub struct Question {
    pub child: ChildId,
    pub question: String,
    pub asked: Vec<PersonId>,
    /// Whoever reads this part sees it.
    pub part: Part,
}

/// A round as somebody who reads its part sees it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub id: BlindRoundId,
    pub child: ChildId,
    pub question: String,
    pub part: Part,
    /// RFC 3339, once all of it is shown.
    pub revealed_at: Option<String>,
    pub asked: Vec<Seen>,
}

impl From<BlindRefusal> for Error {
    fn from(refusal: BlindRefusal) -> Self {
        let field =
            |field: &str| Self::Invalid(vec![FieldError { field: field.to_owned(), words: refusal.to_string() }]);
        match refusal {
            BlindRefusal::NotAllowed(refusal) => Self::NotAllowed(refusal),
            BlindRefusal::NoSuchRound => Self::NotFound,
            BlindRefusal::NoQuestion => field("question"),
            BlindRefusal::NotToBeAsked => field("asked"),
            BlindRefusal::NoSuchChild => field("child"),
            BlindRefusal::NotOnTheScale => field("scale"),
            BlindRefusal::TooLong => field("view"),
            BlindRefusal::TooMany
            | BlindRefusal::NotAsked
            | BlindRefusal::Shown
            | BlindRefusal::AnsweredThemselves
            | BlindRefusal::NotForProfessionals => Self::NotNow(refusal.to_string()),
        }
    }
}

pub async fn ask(app: &App, at: &AtMeeting, question: Question) -> Result<BlindRoundId, Error> {
    at.may(Deed::ManageBlindRounds)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let (standing, id) = (at.standing(), BlindRoundId(Uuid::new_v4()));
    let document = app
        .store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, meeting)?;
            let documents = closed_sessions::readable(conn, meeting, standing, by)?;
            let found = documents.into_iter().find(|(_, part)| *part == question.part);
            let (document, part) = found.ok_or(Error::NotFound)?;
            let named = store::closed_sessions::readers(conn, document)?;
            let reads = minutes::closed::who_reads(&places, &part, &named);
            blind::ask(&places, by, state, &reads, &question.asked, &question.question)?;
            if !store::meetings::children(conn, meeting)?.iter().any(|child| child.id == question.child) {
                return Err(BlindRefusal::NoSuchChild.into());
            }
            if store::blind_rounds::for_meeting(conn, meeting)?.len() >= blind::MAX_ROUNDS {
                return Err(BlindRefusal::TooMany.into());
            }
            let mut asked = question.asked;
            asked.sort_by_key(|person| places.iter().position(|place| place.person == *person));
            asked.dedup();
            let round = Round {
                id,
                meeting_id: meeting,
                document_id: document,
                child_id: question.child,
                question: question.question.trim().to_owned(),
                asked_at: now,
                asked_by: by,
                revealed_at: None,
            };
            store::blind_rounds::ask(conn, round, &asked)?;
            store::audit::append(conn, audited((by, session), now, "blind_round.asked", format!("blind_round:{id}")))?;
            Ok::<_, Error>(document)
        })
        .await?;
    app.live.changed_beside(meeting, document);
    Ok(id)
}

/// Gives or changes an answer: one's own, or, by the minute taker, that of a family member who has no device.
pub async fn answer(
    app: &App,
    at: &AtMeeting,
    round: BlindRoundId,
    person: PersonId,
    (scale, view): (i64, String),
) -> Result<(), Error> {
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let standing = at.standing();
    let document = app
        .store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, meeting)?;
            let row = held(conn, meeting, round, standing, by)?;
            let answers = store::blind_rounds::answers(conn, round)?;
            let now_there = blind::Round { shown: row.revealed_at.is_some(), answers: &answers };
            let view = view.trim().to_owned();
            let (scale, recorded_by) = blind::answer(&places, by, state, now_there, person, (scale, &view))?;
            let given = Given { person, scale: Some(scale), view, recorded_by };
            if !store::blind_rounds::answer(conn, round, &given, now)? {
                return Err(BlindRefusal::NotAsked.into());
            }
            // That it was answered and by whom, never what.
            let entry = audited((by, session), now, "blind_round.answered", format!("blind_round:{round}"));
            let detail_json = serde_json::json!({ "person": person }).to_string();
            store::audit::append(conn, store::audit::NewEntry { detail_json, ..entry })?;
            Ok::<_, Error>(row.document_id)
        })
        .await?;
    app.live.changed_beside(meeting, document);
    Ok(())
}

/// Shows all answers to all who read the question, once and for all.
pub async fn reveal(app: &App, at: &AtMeeting, round: BlindRoundId) -> Result<(), Error> {
    at.may(Deed::ManageBlindRounds)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let standing = at.standing();
    let document = app
        .store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, meeting)?;
            let row = held(conn, meeting, round, standing, by)?;
            blind::show(&places, by, state, row.revealed_at.is_some())?;
            if !store::blind_rounds::reveal(conn, round, now)? {
                return Err(BlindRefusal::Shown.into());
            }
            let entry = audited((by, session), now, "blind_round.revealed", format!("blind_round:{round}"));
            store::audit::append(conn, entry)?;
            Ok::<_, Error>(row.document_id)
        })
        .await?;
    app.live.changed_beside(meeting, document);
    Ok(())
}

/// The rounds whose part the asker reads, with what they may see of each.
pub async fn show(app: &App, at: &AtMeeting) -> Result<Vec<Shown>, Error> {
    let (meeting, standing, person) = (at.meeting.id, at.standing(), at.actor.person);
    app.store
        .read(move |conn| {
            let readable = closed_sessions::readable(conn, meeting, standing, person)?;
            let mut shown = Vec::new();
            for row in store::blind_rounds::for_meeting(conn, meeting)? {
                let Some(part) = part_of(&readable, row.document_id) else { continue };
                let answers = store::blind_rounds::answers(conn, row.id)?;
                shown.push(Shown {
                    id: row.id,
                    child: row.child_id,
                    question: row.question,
                    part,
                    revealed_at: row.revealed_at.map(rfc3339),
                    asked: blind::seen_by(person, row.revealed_at.is_some(), &answers),
                });
            }
            Ok(shown)
        })
        .await
}

/// What the signed record holds of them: the rounds that were shown.
pub(super) fn for_record(conn: &mut store::Connection, meeting: MeetingId) -> Result<Vec<Scaling>, Error> {
    let documents = store::documents::for_meeting(conn, meeting)?;
    let documents: Vec<(DocumentId, Part)> = documents.into_iter().map(|row| (row.id, row.part)).collect();
    let mut scalings = Vec::new();
    for row in store::blind_rounds::for_meeting(conn, meeting)? {
        let (Some(revealed_at), Some(part)) = (row.revealed_at, part_of(&documents, row.document_id)) else { continue };
        let answers = store::blind_rounds::answers(conn, row.id)?.into_iter().map(|given| ScalingAnswer {
            by: given.person,
            scale: given.scale,
            view: given.view,
            recorded_by: given.recorded_by,
        });
        scalings.push(Scaling {
            part,
            child: row.child_id,
            question: row.question,
            revealed_at: rfc3339(revealed_at),
            answers: answers.collect(),
        });
    }
    Ok(scalings)
}

/// Questions that nobody has been shown the answers to: they would stand in no record.
pub(super) fn missing(conn: &mut store::Connection, meeting: MeetingId) -> Result<Vec<Finding>, Error> {
    let hidden = store::blind_rounds::for_meeting(conn, meeting)?.into_iter().filter(|row| row.revealed_at.is_none());
    let words = |row: Round| {
        Finding::warning(
            "blind_round_not_shown",
            "questions",
            &row.id.to_string(),
            "The answers to a question have not been shown to everyone. They will not be in the record.",
        )
    };
    Ok(hidden.map(words).collect())
}

/// A round, ours until the transaction ends; to whoever does not read its part there is none.
fn held(
    conn: &mut store::Connection,
    meeting: MeetingId,
    round: BlindRoundId,
    standing: minutes::access::Standing,
    person: PersonId,
) -> Result<Round, Error> {
    let row = store::blind_rounds::hold(conn, meeting, round)?.ok_or(Error::NotFound)?;
    let readable = closed_sessions::readable(conn, meeting, standing, person)?;
    if part_of(&readable, row.document_id).is_none() {
        return Err(Error::NotFound);
    }
    Ok(row)
}

fn part_of(documents: &[(DocumentId, Part)], document: DocumentId) -> Option<Part> {
    documents.iter().find(|(id, _)| *id == document).map(|(_, part)| part.clone())
}
