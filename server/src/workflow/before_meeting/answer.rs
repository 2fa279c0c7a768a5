//! Answering an invitation, for oneself or, who runs the meeting, for somebody who answered in another way.

use minutes::access::Deed;
use minutes::ids::PersonId;
use minutes::preparation::Answer;

use super::super::audited;
use super::{App, AtMeeting, Error, MAX_LINE, at_the_table, needed, optional};
use crate::store;
use crate::store::invitations::NewAnswer;

pub async fn answer(app: &App, at: &AtMeeting, person: PersonId, answer: Answer, note: &str) -> Result<(), Error> {
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    at.may(if person == by { Deed::AnswerInvitation } else { Deed::InvitePeople })?;
    let note = match answer.asks() {
        Some(asks) => needed(note, "note", asks, MAX_LINE)?,
        None => optional(note, "note", MAX_LINE)?,
    };
    let at = at.clone();
    app.store
        .write(move |conn| {
            at_the_table(conn, &at, person)?;
            store::invitations::answer(conn, meeting, person, NewAnswer { answer, note, by, at: now })?;
            let row = audited((by, session), now, "invitation.answered", format!("meeting:{meeting}"));
            let detail_json = serde_json::json!({ "person": person, "answer": answer }).to_string();
            Ok(store::audit::append(conn, store::audit::NewEntry { detail_json, ..row })?)
        })
        .await
}
