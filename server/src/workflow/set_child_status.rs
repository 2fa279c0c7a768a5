//! Saying whether a child has a plan, is looked after, and whether the case is closed.

use jiff::tz::TimeZone;
use minutes::child_status::{self, ChildStatus};

use super::seat::AtMeeting;
use super::{App, Error, FieldError, audited};
use crate::clock::rfc3339;
use crate::store;

/// Whether the asker may say it at this meeting.
pub fn may(at: &AtMeeting) -> bool {
    child_status::may_set(at.seat.role, at.seat.agency_kind.as_deref())
}

/// What has been said of the children of a meeting.
pub async fn statuses(app: &App, at: &AtMeeting) -> Result<Vec<ChildStatus>, Error> {
    let meeting = at.meeting.id;
    app.store.read(move |conn| Ok::<_, Error>(store::child_statuses::for_meeting(conn, meeting)?)).await
}

/// It says how the child stands now, so that it may be set after a lock: a locked record keeps what was so then.
pub async fn set_child_status(app: &App, at: &AtMeeting, status: ChildStatus) -> Result<(), Error> {
    if !may(at) {
        return Err(minutes::access::Refusal::NotYourRole.into());
    }
    let now = app.clock.now();
    let today = rfc3339(now).parse::<jiff::Timestamp>().map_err(|_| Error::Broken("the clock"))?;
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    if !status.is_fit(today.to_zoned_datetime(zone).date()) {
        let words = "Enter a date that is not in the future".to_owned();
        return Err(Error::Invalid(vec![FieldError { field: "dates".to_owned(), words }]));
    }
    let (meeting, person, by) = (at.meeting.id, at.actor.person, (at.actor.person, at.actor.session));
    app.store
        .write(move |conn| {
            if !store::meetings::children(conn, meeting)?.iter().any(|child| child.id == status.child) {
                return Err(Error::NotFound);
            }
            store::child_statuses::set(conn, &status, person, now)?;
            let row = audited(by, now, "child.status_set", format!("child:{}", status.child));
            Ok(store::audit::append(conn, row)?)
        })
        .await
}
