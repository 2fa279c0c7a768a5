//! In the room: the chair asks everybody to look at a section, sets a timer, marks a section as agreed, says why the meeting
//! goes on without a quorum, and has the decisions read back; each says what they think of them.

mod read_back;

use minutes::access::{Deed, MeetingState};
use minutes::in_the_room::{self, AgreedSection, Course, Quorum, ReadDecision, RoomRefusal, WithoutQuorum};
use minutes::lifecycle::Finding;
use minutes::quorum;
use minutes::record::PartRecord;
use minutes::seating::Place;

use super::seat::{self, AtMeeting};
use super::show_record::Facts;
use super::{App, Error, FieldError, audited};
use crate::clock::rfc3339;
use crate::store;
use crate::store::rooms::{Agreed, Room};
pub use read_back::{Answering, answer, start_read_back};

/// All of it, as everybody at the table sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub spotlight: String,
    /// RFC 3339.
    pub timer_ends_at: Option<String>,
    pub agreed: Vec<AgreedSection>,
    pub without_quorum: Option<WithoutQuorum>,
    pub read_back: Vec<ReadDecision>,
}

impl From<RoomRefusal> for Error {
    fn from(refusal: RoomRefusal) -> Self {
        let field =
            |field: &str| Self::Invalid(vec![FieldError { field: field.to_owned(), words: refusal.to_string() }]);
        match refusal {
            RoomRefusal::NotAllowed(refusal) => Self::NotAllowed(refusal),
            RoomRefusal::NoSuchSection => field("section"),
            RoomRefusal::NotATime => field("minutes"),
            RoomRefusal::NoReason => field("reason"),
            RoomRefusal::NoResetDate => field("reset_on"),
            RoomRefusal::NoteTooLong | RoomRefusal::NoNote => field("note"),
            RoomRefusal::NotRead => Self::NotFound,
            RoomRefusal::NothingToRead | RoomRefusal::AnsweredThemselves => Self::NotNow(refusal.to_string()),
        }
    }
}

pub async fn show(app: &App, at: &AtMeeting) -> Result<Shown, Error> {
    let meeting = at.meeting.id;
    app.store
        .read(move |conn| {
            let room = store::rooms::get(conn, meeting)?;
            Ok::<_, Error>(Shown {
                spotlight: room.spotlight.clone(),
                timer_ends_at: room.timer_ends_at.map(rfc3339),
                agreed: agreed(conn, meeting)?,
                without_quorum: without_quorum(&room),
                read_back: read_back::load(conn, meeting)?,
            })
        })
        .await
}

/// Asks everybody to look at a section; at none any more, when it is empty.
pub async fn point(app: &App, at: &AtMeeting, section: String) -> Result<(), Error> {
    let keys = sections(app, at).await?;
    in_the_room::point(keys.iter().map(String::as_str), &section)?;
    change(app, at, "room.spotlight", move |room, _| room.spotlight = section).await
}

/// Sets the timer, or stops it with 0 minutes.
pub async fn set_timer(app: &App, at: &AtMeeting, minutes: i64) -> Result<(), Error> {
    let runs = in_the_room::timer(minutes)?;
    change(app, at, "room.timer", move |room, now| room.timer_ends_at = runs.map(|minutes| now + minutes * 60_000))
        .await
}

/// Says what the meeting does without a quorum, and why; nothing takes it back.
pub async fn go_without_quorum(
    app: &App,
    at: &AtMeeting,
    chosen: Option<(Course, String, String)>,
) -> Result<(), Error> {
    let by = at.actor.person;
    if let Some((course, reason, reset_on)) = &chosen {
        in_the_room::without_quorum(*course, reason, reset_on, day(at.meeting.starts_at))?;
    }
    let action = if chosen.is_some() { "room.without_quorum" } else { "room.quorum_taken_back" };
    change(app, at, action, move |room, now| {
        room.quorum_at = chosen.is_some().then_some(now);
        room.quorum_by = chosen.is_some().then_some(by);
        room.quorum_course = chosen.as_ref().map(|(course, _, _)| *course);
        let (reason, reset_on) = chosen.map(|(_, reason, reset_on)| (reason, reset_on)).unwrap_or_default();
        room.quorum_reason = reason.trim().to_owned();
        room.quorum_reset_on = reset_on;
    })
    .await
}

/// Marks a section as agreed by those in the room, or takes that back.
pub async fn agree(app: &App, at: &AtMeeting, section: String, agreed: bool) -> Result<(), Error> {
    at.may(Deed::RunRoom)?;
    let keys = sections(app, at).await?;
    in_the_room::agree(keys.iter().map(String::as_str), &section)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    app.store
        .write(move |conn| {
            hold(conn, meeting, by)?;
            let row = Agreed { meeting_id: meeting, section: section.clone(), agreed_at: now, agreed_by: by };
            let changed = if agreed {
                store::rooms::agree(conn, row)?
            } else {
                store::rooms::take_back(conn, meeting, &section)?
            };
            if changed {
                let action = if agreed { "section.agreed" } else { "section.agreement_taken_back" };
                let detail_json = serde_json::json!({ "section": section }).to_string();
                let entry = audited((by, session), now, action, format!("meeting:{meeting}"));
                store::audit::append(conn, store::audit::NewEntry { detail_json, ..entry })?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    tell(app, at).await
}

/// Changes the room in one transaction, and tells the pages.
async fn change(
    app: &App,
    at: &AtMeeting,
    action: &'static str,
    change: impl FnOnce(&mut Room, i64) + Send + Clone + 'static,
) -> Result<(), Error> {
    at.may(Deed::RunRoom)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    app.store
        .write(move |conn| {
            hold(conn, meeting, by)?;
            let before = store::rooms::get(conn, meeting)?;
            let mut room = before.clone();
            change.clone()(&mut room, now);
            if room != before {
                store::rooms::put(conn, room)?;
                store::audit::append(conn, audited((by, session), now, action, format!("meeting:{meeting}")))?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    tell(app, at).await
}

/// Everybody who sits here, if this person runs the meeting; nobody else changes who does until the transaction ends.
fn hold(
    conn: &mut store::Connection,
    meeting: minutes::ids::MeetingId,
    by: minutes::ids::PersonId,
) -> Result<(MeetingState, Vec<Place>), Error> {
    let (state, places) = seat::hold(conn, meeting)?;
    in_the_room::run(&places, by, state)?;
    Ok((state, places))
}

/// Tells the pages of everybody at the table to ask for it again.
async fn tell(app: &App, at: &AtMeeting) -> Result<(), Error> {
    let meeting = at.meeting.id;
    let documents = app.store.read(move |conn| Ok::<_, Error>(store::documents::for_meeting(conn, meeting)?)).await?;
    if let Some(main) = documents.iter().find(|document| document.part.is_main()) {
        app.live.changed_beside(meeting, main.id);
    }
    Ok(())
}

async fn sections(app: &App, at: &AtMeeting) -> Result<Vec<String>, Error> {
    let meeting = at.meeting.id;
    let pack = app.store.read(move |conn| store::meetings::rule_pack(conn, meeting)?.ok_or(Error::NotFound)).await?;
    Ok(pack.sections.into_iter().map(|section| section.key).collect())
}

fn day(milliseconds: i64) -> jiff::civil::Date {
    let at = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    jiff::ZonedDateTime::new(at, zone()).date()
}

/// The time of day at the meeting, as attendance has it.
fn time_of_day(rfc3339: &str) -> String {
    let at = rfc3339.parse::<jiff::Timestamp>().unwrap_or_default();
    jiff::ZonedDateTime::new(at, zone()).strftime("%H:%M").to_string()
}

fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get("Europe/London").unwrap_or(jiff::tz::TimeZone::UTC)
}

fn agreed(conn: &mut store::Connection, meeting: minutes::ids::MeetingId) -> Result<Vec<AgreedSection>, Error> {
    let rows = store::rooms::agreed(conn, meeting)?.into_iter();
    let rows = rows.map(|row| AgreedSection { section: row.section, by: row.agreed_by, at: rfc3339(row.agreed_at) });
    Ok(rows.collect())
}

fn without_quorum(room: &Room) -> Option<WithoutQuorum> {
    Some(WithoutQuorum {
        course: room.quorum_course?,
        reason: room.quorum_reason.clone(),
        reset_on: room.quorum_reset_on.clone(),
        by: room.quorum_by?,
        at: rfc3339(room.quorum_at?),
    })
}

/// What the record holds of all this.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ForRecord {
    pub agreed_sections: Vec<AgreedSection>,
    pub read_back: Vec<ReadDecision>,
    without: Option<WithoutQuorum>,
}

pub(super) fn for_record(conn: &mut store::Connection, meeting: minutes::ids::MeetingId) -> Result<ForRecord, Error> {
    let room = store::rooms::get(conn, meeting)?;
    Ok(ForRecord {
        agreed_sections: agreed(conn, meeting)?,
        read_back: read_back::load(conn, meeting)?,
        without: without_quorum(&room),
    })
}

impl ForRecord {
    /// How the meeting stood with its quorum: when the decisions were read back or, if they were not, now.
    pub(super) fn quorum(&self, facts: &Facts, parts: &[PartRecord]) -> Option<Quorum> {
        let rule = facts.pack.quorum.as_ref()?;
        let at = self.read_back.first().map(|read| time_of_day(&read.at));
        let here = quorum::here(parts, &facts.seats, &facts.agency_kinds, at.as_deref());
        let missing = quorum::missing(rule, &here);
        let without = if missing.is_empty() { None } else { self.without.clone() };
        Some(Quorum { missing, without })
    }

    /// What is missing for a quorum, where nobody wrote down why the meeting went on without.
    pub(super) fn not_quorate(&self, facts: &Facts, parts: &[PartRecord]) -> Option<String> {
        let quorum = self.quorum(facts, parts)?;
        (!quorum.missing.is_empty() && quorum.without.is_none()).then(|| format!("{}.", quorum.missing.join(", ")))
    }

    /// Decisions that were changed after people had said what they think of them.
    pub(super) fn findings(&self, parts: &[PartRecord]) -> Vec<Finding> {
        let changed = in_the_room::changed_since(&self.read_back, parts).into_iter();
        let words = "A decision says something else than what was read back. Read the decisions back again.";
        changed
            .map(|one| Finding::warning("changed_after_read_back", "decisions", &one.decision.to_string(), words))
            .collect()
    }
}
