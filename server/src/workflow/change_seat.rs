//! Changing what somebody is at a meeting, and giving a seat back that was taken away.

use minutes::access::Standing;
use minutes::ids::PersonId;
use minutes::record::Role;
use minutes::seating::{self, Change};

use super::seat::{self, AtMeeting};
use super::{App, Error, audited};
use crate::store;

pub async fn change_seat(app: &App, at: &AtMeeting, person: PersonId, role: Role) -> Result<Change, Error> {
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let change = app
        .store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, meeting)?;
            let change = seating::change(&places, by, state, person, role)?;
            let (action, was, changed) = match change {
                Change::Nothing => return Ok(change),
                Change::Role { from } => {
                    let changed = store::meetings::change_role(conn, meeting, person, (from, role), now)?;
                    ("seat.changed", from, changed)
                }
                Change::SeatedAgain { was } => {
                    ("seat.given_back", was, store::meetings::give_seat_back(conn, meeting, person, role, now)?)
                }
            };
            if !changed {
                return Err(Error::NotFound);
            }
            let detail_json = serde_json::json!({ "person": person, "was": was, "is": role }).to_string();
            let row = audited((by, session), now, action, format!("meeting:{meeting}"));
            store::audit::append(conn, store::audit::NewEntry { detail_json, ..row })?;
            Ok::<_, Error>(change)
        })
        .await?;
    app.live.change_standing(meeting, person, Standing::Seated(role));
    // The chair is in every closed session, whoever that is by now.
    app.live.parts_changed(meeting);
    Ok(change)
}
