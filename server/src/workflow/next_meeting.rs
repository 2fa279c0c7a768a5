//! The next meeting of a series: set up from a locked record, with the same people, and what is not done of its plan.

use minutes::access::Deed;
use minutes::ids::{ChildId, MeetingId, PersonId, SeriesId};
use minutes::plan::{self, PlanRow};
use minutes::record::{Record, Role};
use uuid::Uuid;

use super::seat::{self, AtMeeting};
use super::{Actor, App, Error};
use crate::store;
use crate::store::series::SeriesState;

/// What the form begins with.
#[derive(Debug, Clone)]
pub struct Prefill {
    pub kind: String,
    pub title: String,
    pub place: String,
    pub children: Vec<ChildId>,
    pub people: Vec<(PersonId, Role)>,
}

/// The meeting before, and the rows of its plan.
pub(super) struct Before {
    pub(super) meeting: MeetingId,
    pub(super) rows: Vec<PlanRow>,
}

/// As the meeting before had it; only the date is new.
pub async fn prefill(app: &App, actor: &Actor, after: MeetingId) -> Result<Prefill, Error> {
    let at = may_follow(app, actor, after).await?;
    app.store
        .read(move |conn| {
            is_open(conn, after)?;
            let seats = store::meetings::seats(conn, after)?.into_iter();
            let people = seats.filter(|seat| seat.removed_at.is_none()).map(|seat| (seat.person, seat.role));
            let children = store::meetings::children(conn, after)?.into_iter().map(|child| child.id);
            Ok(Prefill {
                people: people.collect(),
                children: children.collect(),
                kind: at.meeting.kind,
                title: at.meeting.title,
                place: at.meeting.place,
            })
        })
        .await
}

pub(super) async fn before(app: &App, actor: &Actor, after: Option<MeetingId>) -> Result<Option<Before>, Error> {
    let Some(meeting) = after else { return Ok(None) };
    may_follow(app, actor, meeting).await?;
    let record = app
        .store
        .read(move |conn| {
            is_open(conn, meeting)?;
            signed(conn, meeting)
        })
        .await?;
    // All that professionals read: each row goes to a part with the same readers.
    Ok(Some(Before { meeting, rows: plan::rows(&record, true) }))
}

/// Puts a new meeting after another, unless the plan has ended meanwhile.
pub(super) fn join(conn: &mut store::Connection, before: MeetingId, new: MeetingId, now: i64) -> Result<(), Error> {
    let place = store::series::hold(conn, before, SeriesId(Uuid::new_v4()), now)?;
    if place.state == SeriesState::Closed {
        return Err(closed());
    }
    store::series::add(conn, place.series, new, before)?;
    Ok(())
}

/// The signed record of a locked meeting.
pub(super) fn signed(conn: &mut store::Connection, meeting: MeetingId) -> Result<Record, Error> {
    let found = store::records::latest(conn, meeting)?.ok_or(Error::NotFound)?;
    serde_json::from_slice(&found.canonical).map_err(|_| Error::Broken("a signed record can't be read"))
}

async fn may_follow(app: &App, actor: &Actor, after: MeetingId) -> Result<AtMeeting, Error> {
    let at = seat::take(app, actor.clone(), after).await?;
    at.may(Deed::FollowUp)?;
    if !at.is_locked() {
        return Err(Error::NotNow("Lock this record first: the next meeting begins with what was signed.".to_owned()));
    }
    Ok(at)
}

fn is_open(conn: &mut store::Connection, meeting: MeetingId) -> Result<(), Error> {
    match store::series::place(conn, meeting)? {
        Some(place) if place.state == SeriesState::Closed => Err(closed()),
        _ => Ok(()),
    }
}

fn closed() -> Error {
    Error::NotNow(
        "This plan has ended, and no meeting follows. A manager who approved it can open it again.".to_owned(),
    )
}
