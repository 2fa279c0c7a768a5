//! Somebody's place at one meeting: what nearly everything else begins by asking for.

use minutes::access::{self, Deed, MeetingState, Standing};
use minutes::change::Writer;
use minutes::ids::MeetingId;
use minutes::seating::{Place, SeatRefusal};

use super::{Actor, App, Error, FieldError};
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
    app.store.read(move |conn| load(conn, actor, meeting)).await
}

/// The same place as it is by now, if the session goes on.
pub async fn take_again(app: &App, at: &AtMeeting) -> Result<AtMeeting, Error> {
    let (actor, meeting, now) = (at.actor.clone(), at.meeting.id, app.clock.now());
    app.store
        .read(move |conn| {
            store::sessions::get_live(conn, actor.session, now)?.ok_or(Error::NotSignedIn)?;
            load(conn, actor, meeting)
        })
        .await
}

fn load(conn: &mut store::Connection, actor: Actor, meeting: MeetingId) -> Result<AtMeeting, Error> {
    let seat = store::meetings::seat_or_former_seat_of(conn, meeting, actor.person)?.ok_or(Error::NotFound)?;
    // Whoever sat here knows that the meeting exists, and is to know why it is closed to them.
    if seat.removed_at.is_some() {
        return Err(access::Refusal::SeatWithdrawn.into());
    }
    let meeting = store::meetings::get(conn, meeting)?.ok_or(Error::NotFound)?;
    Ok(AtMeeting { actor, meeting, seat })
}

impl From<SeatRefusal> for Error {
    fn from(refusal: SeatRefusal) -> Self {
        match refusal {
            SeatRefusal::NotAllowed(refusal) => Self::NotAllowed(refusal),
            SeatRefusal::NoSuchSeat => Self::NotFound,
            SeatRefusal::LastChair => Self::LastChair,
            SeatRefusal::NotTheirRole => {
                Self::Invalid(vec![FieldError { field: "role".to_owned(), words: refusal.to_string() }])
            }
        }
    }
}

/// Everybody who has or had a seat, and whether the meeting is open. In a transaction that may write, nobody else
/// changes either until it ends.
pub(super) fn hold(conn: &mut store::Connection, meeting: MeetingId) -> Result<(MeetingState, Vec<Place>), Error> {
    let open = store::meetings::hold_seats(conn, meeting)?;
    Ok((if open { MeetingState::Open } else { MeetingState::Locked }, places(conn, meeting)?))
}

/// Everybody who has or had a seat.
pub(super) fn places(conn: &mut store::Connection, meeting: MeetingId) -> Result<Vec<Place>, Error> {
    let seats = store::meetings::seats(conn, meeting)?.into_iter();
    let places = seats.map(|seat| Place {
        person: seat.person,
        role: seat.role,
        agency: seat.agency,
        removed: seat.removed_at.is_some(),
    });
    Ok(places.collect())
}
