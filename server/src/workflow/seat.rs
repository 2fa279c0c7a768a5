//! Somebody's place at one meeting: what nearly everything else begins by asking for.

use minutes::access::{self, Deed, MeetingState, Standing};
use minutes::change::Writer;
use minutes::ids::MeetingId;

use super::{Actor, App, Error};
use crate::store;

/// A meeting, and the asker's seat at it. Without a seat, the meeting does not exist for them.
#[derive(Debug, Clone)]
pub struct AtMeeting {
    pub actor: Actor,
    pub meeting: store::meetings::Meeting,
    pub seat: store::meetings::Seat,
}

impl AtMeeting {
    pub const fn standing(&self) -> Standing {
        Standing::Seated(self.seat.role)
    }

    pub fn is_locked(&self) -> bool {
        self.state() == MeetingState::Locked
    }

    pub const fn state(&self) -> MeetingState {
        match self.meeting.state {
            store::meetings::MeetingState::Open => MeetingState::Open,
            store::meetings::MeetingState::Locked => MeetingState::Locked,
        }
    }

    pub fn may(&self, deed: Deed) -> Result<(), access::Refusal> {
        access::judge(self.standing(), deed, self.state())
    }

    pub const fn writer(&self) -> Writer {
        Writer {
            person: self.actor.person,
            session: self.actor.session,
            standing: self.standing(),
            agency: self.seat.agency,
        }
    }
}

pub async fn take(app: &App, actor: Actor, meeting: MeetingId) -> Result<AtMeeting, Error> {
    app.store
        .read(move |conn| {
            let seat = store::meetings::seat_of(conn, meeting, actor.person)?.ok_or(Error::NotFound)?;
            let meeting = store::meetings::get(conn, meeting)?.ok_or(Error::NotFound)?;
            Ok(AtMeeting { actor, meeting, seat })
        })
        .await
}
