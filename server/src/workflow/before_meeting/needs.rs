//! What somebody needs to take part: asked once, for oneself or, who runs the meeting, for somebody who was asked by them.

use minutes::access::Deed;
use minutes::ids::PersonId;

use super::super::audited;
use super::{App, AtMeeting, Error, MAX_LINE, MAX_WORDS, at_the_table, optional};
use crate::store;
use crate::store::communication_needs::Needs;

/// As somebody fills it in; each may be empty.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub needs: String,
    /// The language.
    pub interpreter: String,
    /// Who comes with them.
    pub advocate: String,
}

pub async fn tell(app: &App, at: &AtMeeting, person: PersonId, told: Told) -> Result<(), Error> {
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    at.may(if person == by { Deed::AnswerInvitation } else { Deed::InvitePeople })?;
    let needs = Needs {
        person_id: person,
        needs: optional(&told.needs, "needs", MAX_WORDS)?,
        interpreter: optional(&told.interpreter, "interpreter", MAX_LINE)?,
        advocate: optional(&told.advocate, "advocate", MAX_LINE)?,
        told_at: now,
        told_by: by,
    };
    let at = at.clone();
    app.store
        .write(move |conn| {
            at_the_table(conn, &at, person)?;
            store::communication_needs::keep(conn, needs)?;
            let row = audited((by, session), now, "needs.told", format!("meeting:{meeting}"));
            let detail_json = serde_json::json!({ "person": person }).to_string();
            Ok(store::audit::append(conn, store::audit::NewEntry { detail_json, ..row })?)
        })
        .await
}
