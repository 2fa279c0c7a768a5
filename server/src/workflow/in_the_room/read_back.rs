//! Reading the decisions back: they are kept as they were read out, so that it is known what people agreed to.

use minutes::access::{Deed, Whose};
use minutes::ids::{MeetingId, PersonId, RowId};
use minutes::in_the_room::{self, ReadAnswer, ReadDecision, RoomRefusal};
use minutes::record::Position;

use super::super::seat::{self, AtMeeting};
use super::super::{App, Error, audited};
use super::{hold, tell};
use crate::clock::rfc3339;
use crate::store;
use crate::store::read_backs::{Answer, Read};

/// What somebody says to a decision that was read out.
#[derive(Debug, Clone)]
pub struct Answering {
    pub decision: RowId,
    pub person: PersonId,
    pub position: Position,
    pub note: String,
}

/// Reads the decisions out, as they stand. What was said to those that have not changed since the last time still stands.
pub async fn start_read_back(app: &App, at: &AtMeeting) -> Result<(), Error> {
    at.may(Deed::RunRoom)?;
    let parts = app.live.read(at.meeting.id).await?;
    let read = in_the_room::to_read(&parts)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    app.store
        .write(move |conn| {
            hold(conn, meeting, by)?;
            let rows = (0..).zip(&read).map(|(pos, (decision, child, words))| Read {
                meeting_id: meeting,
                decision_id: *decision,
                pos,
                child_id: *child,
                words: words.clone(),
                read_at: now,
            });
            store::read_backs::start(conn, meeting, rows.collect())?;
            let entry = audited((by, session), now, "decisions.read_back", format!("meeting:{meeting}"));
            store::audit::append(conn, entry)?;
            Ok::<_, Error>(())
        })
        .await?;
    tell(app, at).await
}

/// Says what somebody thinks of a decision: oneself or, by the minute taker, somebody without a device.
pub async fn answer(app: &App, at: &AtMeeting, said: Answering) -> Result<(), Error> {
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let whose = if said.person == by { Whose::Own } else { Whose::RecordedForOther };
    at.may(Deed::AnswerReadBack(whose))?;
    app.store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, meeting)?;
            let read = load(conn, meeting)?;
            let decision = read.iter().find(|one| one.decision == said.decision).ok_or(RoomRefusal::NotRead)?;
            let before = decision.answers.iter().find(|answer| answer.by == said.person);
            let what = (said.position, said.note.as_str());
            let recorded_by = in_the_room::answer(&places, by, state, before, said.person, what)?;
            let row = Answer {
                meeting_id: meeting,
                decision_id: said.decision,
                person_id: said.person,
                position: said.position,
                note: said.note.trim().to_owned(),
                recorded_by,
                answered_at: now,
            };
            store::read_backs::answer(conn, row)?;
            // That it was answered and by whom, never what.
            let detail_json = serde_json::json!({ "decision": said.decision, "person": said.person }).to_string();
            let entry = audited((by, session), now, "read_back.answered", format!("meeting:{meeting}"));
            store::audit::append(conn, store::audit::NewEntry { detail_json, ..entry })?;
            Ok::<_, Error>(())
        })
        .await?;
    tell(app, at).await
}

pub(super) fn load(conn: &mut store::Connection, meeting: MeetingId) -> Result<Vec<ReadDecision>, Error> {
    let answers = store::read_backs::answers(conn, meeting)?;
    let read = store::read_backs::decisions(conn, meeting)?.into_iter().map(|row| ReadDecision {
        decision: row.decision_id,
        child: row.child_id,
        words: row.words,
        at: rfc3339(row.read_at),
        answers: answers.iter().filter(|answer| answer.decision_id == row.decision_id).map(said).collect(),
    });
    Ok(read.collect())
}

fn said(answer: &Answer) -> ReadAnswer {
    ReadAnswer {
        by: answer.person_id,
        position: answer.position,
        note: answer.note.clone(),
        recorded_by: answer.recorded_by,
        at: rfc3339(answer.answered_at),
    }
}
