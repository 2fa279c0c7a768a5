//! Reports: asked for, given, and whether the family has them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use minutes::access::Deed;
use minutes::ids::{PersonId, ReportId, SharingId};
use minutes::preparation;
use minutes::record::Nature;
use uuid::Uuid;

use super::super::{audited, seat};
use super::{App, AtMeeting, Error, MAX_LINE, at_the_table, needed, wrong};
use crate::store;
use crate::store::reports::{Report, Sharing};

/// The longest report.
const MAX_REPORT: usize = 15_000;

/// A report as somebody may see it, with what is known of its sharing.
pub struct Seen {
    pub report: Report,
    pub sharings: Vec<Sharing>,
}

/// Who was asked for one sees their own; the professionals at the table see all.
pub(super) fn seen(conn: &mut store::Connection, at: &AtMeeting) -> Result<Vec<Seen>, Error> {
    if at.may(Deed::ReadRestricted).is_err() {
        return Ok(Vec::new());
    }
    let sharings = store::reports::sharings(conn, at.meeting.id)?;
    let of = |id| sharings.iter().filter(|one| one.report_id == id).cloned().collect();
    let reports = store::reports::list(conn, at.meeting.id)?;
    Ok(reports.into_iter().map(|report| Seen { sharings: of(report.id), report }).collect())
}

/// Asks somebody at the table for a report into a section of the record.
pub async fn request(app: &App, at: &AtMeeting, author: PersonId, section: &str) -> Result<(), Error> {
    at.may(Deed::RequestReport)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let (section, starts_at, state) = (section.to_owned(), at.meeting.starts_at, at.state());
    let calendars = app.calendars.clone();
    app.store
        .write(move |conn| {
            let (held, places) = seat::hold(conn, meeting)?;
            minutes::access::judge(minutes::seating::standing_of(&places, by), Deed::RequestReport, held)?;
            let standing = minutes::seating::standing_of(&places, author);
            if minutes::access::judge(standing, Deed::GiveReport, state).is_err() {
                return Err(wrong("author", "Choose a professional at this meeting"));
            }
            let pack = store::meetings::rule_pack(conn, meeting)?.ok_or(Error::NotFound)?;
            if !pack.sections.iter().any(|rule| rule.key == section) {
                return Err(wrong("section", "Choose a section of the record"));
            }
            let asked = store::reports::list(conn, meeting)?;
            if asked.iter().any(|report| report.author == author && report.section == section) {
                return Err(wrong("author", "They have been asked for a report on this already"));
            }
            let due = preparation::report_due(&pack, local_day(starts_at), calendars.of(&pack.nation))
                .map_err(|error| wrong("section", &error.to_string()))?;
            let report = Report {
                id: ReportId(Uuid::new_v4()),
                meeting_id: meeting,
                author,
                section,
                asked_by: by,
                asked_at: now,
                due_on: due.to_string(),
                nature: None,
                words: String::new(),
                received_at: None,
            };
            let row = audited((by, session), now, "report.requested", format!("report:{}", report.id));
            store::reports::request(conn, report)?;
            Ok(store::audit::append(conn, row)?)
        })
        .await
}

/// The author gives it; until the meeting is locked they may give it again.
pub async fn give(app: &App, at: &AtMeeting, id: ReportId, nature: Nature, words: &str) -> Result<(), Error> {
    at.may(Deed::GiveReport)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let words = needed(words, &format!("report-{id}"), "Write or paste the report", MAX_REPORT)?;
    let at = at.clone();
    app.store
        .write(move |conn| {
            at_the_table(conn, &at, by)?;
            let report = store::reports::get(conn, meeting, id)?.ok_or(Error::NotFound)?;
            if report.author != by {
                return Err(minutes::access::Refusal::NotYourWords.into());
            }
            store::reports::receive(conn, id, (nature, words), now)?;
            let row = audited((by, session), now, "report.received", format!("report:{id}"));
            Ok(store::audit::append(conn, row)?)
        })
        .await
}

/// Whether the family was given it.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The day; none when it was not shared.
    pub on: Option<Date>,
    /// How it was shared, or why not.
    pub how: String,
}

pub async fn log_sharing(app: &App, at: &AtMeeting, id: ReportId, shared: Shared) -> Result<(), Error> {
    at.may(Deed::GiveReport)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let missing = if shared.on.is_some() { "Say how it was shared" } else { "Say why it is not shared" };
    let how = needed(&shared.how, &format!("how-{id}"), missing, MAX_LINE)?;
    if shared.on.is_some_and(|day| day > local_day(now)) {
        return Err(wrong(&format!("on-{id}"), "The day it was shared can’t be in the future"));
    }
    let at = at.clone();
    app.store
        .write(move |conn| {
            at_the_table(conn, &at, by)?;
            let report = store::reports::get(conn, meeting, id)?.ok_or(Error::NotFound)?;
            if report.received_at.is_none() {
                return Err(wrong(&format!("how-{id}"), "The report has not been received yet"));
            }
            let line = Sharing {
                id: SharingId(Uuid::new_v4()),
                report_id: id,
                shared: shared.on.is_some(),
                shared_on: shared.on.map(|day| day.to_string()).unwrap_or_default(),
                how,
                told_by: by,
                told_at: now,
            };
            store::reports::log_sharing(conn, line)?;
            let row = audited((by, session), now, "report.sharing_told", format!("report:{id}"));
            Ok(store::audit::append(conn, row)?)
        })
        .await
}

/// The day of a moment in the partnership's own time.
fn local_day(milliseconds: i64) -> Date {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    zone.to_datetime(jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default()).date()
}
