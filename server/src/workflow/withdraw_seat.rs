//! Taking somebody's seat away: they read and write no more from this moment, and what they wrote stays.

use minutes::access::Standing;
use minutes::ids::PersonId;
use minutes::seating;

use super::seat::{self, AtMeeting};
use super::{App, Error, audited};
use crate::store;

pub async fn withdraw_seat(app: &App, at: &AtMeeting, person: PersonId) -> Result<(), Error> {
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    app.store
        .write(move |conn| {
            let (state, places) = seat::hold(conn, meeting)?;
            let was = seating::withdraw(&places, by, state, person)?;
            if !store::meetings::remove_seat(conn, meeting, person, now)? {
                return Err(Error::NotFound);
            }
            store::closed_sessions::let_out_of_all(conn, meeting, person, now)?;
            let detail_json = serde_json::json!({ "person": person, "was": was }).to_string();
            let row = audited((by, session), now, "seat.withdrawn", format!("meeting:{meeting}"));
            store::audit::append(conn, store::audit::NewEntry { detail_json, ..row })?;
            Ok(())
        })
        .await?;
    app.live.change_standing(meeting, person, Standing::Removed);
    app.live.parts_changed(meeting);
    Ok(())
}
