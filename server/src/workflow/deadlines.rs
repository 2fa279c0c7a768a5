//! Every deadline of every meeting that somebody may know of, and how each stands.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use minutes::access::{self, Deed, MeetingState, Standing};
use minutes::clocks::{self, Clock, Facts};
use minutes::ids::{AgencyId, MeetingId, PersonId};
use minutes::record::Role;
use minutes::rules::RulePack;

use super::{Actor, App, Error, list_meetings};
use crate::store;
use crate::store::clock_notes::Reason;
use crate::store::deadlines::{Found, SeatFound, Which};

/// How long after a meeting its clocks are looked at: longer than the longest of them, a review after six months.
const LOOKED_BACK: i64 = 400 * 24 * 60 * 60 * 1000;
/// Before the key of a clock: the day it counts from, said by somebody.
pub(super) const START: &str = "start:";

/// One meeting's clocks, as somebody may see them.
#[derive(Debug, Clone)]
pub struct MeetingClocks {
    pub meeting: MeetingId,
    pub title: String,
    pub kind_name: String,
    pub starts_at: ZonedDateTime,
    /// Of whoever chairs it: the team that answers for its deadlines.
    pub agency: Option<(AgencyId, String)>,
    pub clocks: Vec<Clock>,
    /// Whether the reader sits at it, so that its pages open for them.
    pub seated: bool,
    /// Whether they may say what was done and why something is late.
    pub keeps: bool,
    /// The newest reason for each clock.
    pub reasons: BTreeMap<String, String>,
}

/// The whole board.
#[derive(Debug, Clone)]
pub struct Board {
    pub now: ZonedDateTime,
    /// Those the reader may know of, the earliest first.
    pub meetings: Vec<MeetingClocks>,
    /// How the whole partnership stands, for those who answer for a part of it.
    pub partnership: Option<Tally>,
}

/// Deadlines counted; nothing that says whose they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub late: usize,
    pub running: usize,
    pub met: usize,
    pub met_late: usize,
}

impl Tally {
    pub fn count<'a>(clocks: impl IntoIterator<Item = &'a Clock>) -> Self {
        let mut tally = Self::default();
        for clock in clocks {
            match clock.state {
                clocks::State::Late { .. } => tally.late += 1,
                clocks::State::Running { .. } | clocks::State::Planned { .. } => tally.running += 1,
                clocks::State::Met { late_by: 0, .. } => tally.met += 1,
                clocks::State::Met { .. } => tally.met_late += 1,
                clocks::State::NotStarted | clocks::State::NotKnown | clocks::State::Over => {}
            }
        }
        tally
    }
}

/// One clock with everything said about it.
#[derive(Debug, Clone)]
pub struct One {
    pub now: ZonedDateTime,
    pub of: MeetingClocks,
    pub clock: Clock,
    /// Said to be done: by whom.
    pub said_done: Option<(Said, String)>,
    /// Said to count from a day: by whom.
    pub said_started: Option<(Said, String)>,
    /// The newest first.
    pub reasons: Vec<Reason>,
}

/// A day that somebody named, and when they did.
#[derive(Debug, Clone)]
pub struct Said {
    /// ISO date.
    pub on: String,
    pub at: i64,
}

pub async fn board(app: &App, actor: &Actor) -> Result<Board, Error> {
    if !access::may_see_board(actor.role) {
        return Err(Error::NotFound);
    }
    let since = app.clock.now() - LOOKED_BACK;
    let (found, reasons) = app
        .store
        .read(move |conn| {
            let found = store::deadlines::find(conn, Which::Since(since))?;
            Ok::<_, Error>((found, store::clock_notes::newest_reasons(conn, since)?))
        })
        .await?;
    let now = now(app)?;
    let overseer = actor.agency.is_some() && access::oversees(actor.role, true);
    let mut packs = Packs::default();
    let mut partnership = Tally::default();
    let mut meetings = Vec::new();
    for found in found {
        let sees = sees(actor, &found);
        if sees.is_none() && !overseer {
            continue;
        }
        let Some(clocks) = clocks_of(app, &mut packs, &found, &now)? else { continue };
        let tally = Tally::count(&clocks);
        partnership.late += tally.late;
        partnership.running += tally.running;
        partnership.met += tally.met;
        partnership.met_late += tally.met_late;
        if let Some(sees) = sees {
            let of = found.meeting.id;
            let said = reasons.iter().filter(|(meeting, ..)| *meeting == of);
            let said = said.map(|(_, clock, reason)| (clock.clone(), reason.clone())).collect();
            meetings.extend(described(app, found, clocks, sees, said));
        }
    }
    Ok(Board { now, meetings, partnership: overseer.then_some(partnership) })
}

/// One clock of one meeting. To those who may not know of it, it does not exist.
pub async fn one(app: &App, actor: &Actor, meeting: MeetingId, clock: &str) -> Result<One, Error> {
    let (found, ticks, mut reasons) = app
        .store
        .read(move |conn| {
            let found = store::deadlines::find(conn, Which::One(meeting))?.pop().ok_or(Error::NotFound)?;
            let ticks = store::clock_notes::ticks(conn, meeting)?;
            Ok::<_, Error>((found, ticks, store::clock_notes::reasons(conn, meeting)?))
        })
        .await?;
    let sees = sees(actor, &found).ok_or(Error::NotFound)?;
    let now = now(app)?;
    let clocks = clocks_of(app, &mut Packs::default(), &found, &now)?.ok_or(Error::NotFound)?;
    let this = clocks.iter().find(|one| one.key == clock).cloned().ok_or(Error::NotFound)?;
    let said = |key: &str| {
        let (tick, by) = ticks.iter().find(|(tick, _)| tick.clock == key)?;
        Some((Said { on: tick.done_on.clone(), at: tick.at }, by.clone()))
    };
    let (said_done, said_started) = (said(clock), said(&format!("{START}{clock}")));
    reasons.retain(|reason| reason.clock == clock);
    reasons.reverse();
    let of = described(app, found, clocks, sees, BTreeMap::new()).ok_or(Error::NotFound)?;
    Ok(One { now, of, clock: this, said_done, said_started, reasons })
}

/// What somebody may do with the deadlines of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sees {
    seated: bool,
    pub(super) keeps: bool,
}

/// None: the meeting is none of theirs.
pub(super) fn sees(actor: &Actor, found: &Found) -> Option<Sees> {
    let at_table = |seat: &&SeatFound| seat.removed_at.is_none();
    let state = match found.meeting.state {
        store::meetings::MeetingState::Open => MeetingState::Open,
        store::meetings::MeetingState::Locked => MeetingState::Locked,
    };
    if let Some(seat) = found.seats.iter().filter(at_table).find(|seat| seat.person == actor.person) {
        let may = |deed| access::judge(Standing::Seated(seat.role), deed, state).is_ok();
        return may(Deed::SeeDeadlines).then(|| Sees { seated: true, keeps: may(Deed::KeepDeadlines) });
    }
    let own = |seat: &SeatFound| actor.agency.is_some() && seat.agency == actor.agency && seat.role.is_worker();
    let agency_at_table = found.seats.iter().filter(at_table).any(own);
    access::oversees(actor.role, agency_at_table)
        .then(|| Sees { seated: false, keeps: access::oversees_and_keeps(actor.role, agency_at_table) })
}

/// Rule packs read once each: many meetings are of one.
#[derive(Default)]
pub(super) struct Packs(HashMap<String, RulePack>);

impl Packs {
    /// Whose bank holidays count for a meeting.
    pub(super) fn nation(&mut self, found: &Found) -> Result<String, Error> {
        Ok(self.read(found)?.nation.clone())
    }

    fn read(&mut self, found: &Found) -> Result<&RulePack, Error> {
        if !self.0.contains_key(&found.rule_pack_json) {
            let pack = if found.rule_pack_json.is_empty() {
                RulePack::of_sections("", Vec::new())
            } else {
                serde_json::from_str(&found.rule_pack_json)
                    .map_err(|_| Error::Broken("a meeting's rule pack can't be read"))?
            };
            self.0.insert(found.rule_pack_json.clone(), pack);
        }
        self.0.get(&found.rule_pack_json).ok_or(Error::Broken("a rule pack just read is gone"))
    }
}

/// Every clock of a meeting; none where its time is beyond all dates.
pub(super) fn clocks_of(
    app: &App,
    packs: &mut Packs,
    found: &Found,
    now: &ZonedDateTime,
) -> Result<Option<Vec<Clock>>, Error> {
    let pack = packs.read(found)?;
    let Some(facts) = facts(found) else { return Ok(None) };
    Ok(Some(clocks::clocks(&pack.clocks, &facts, app.calendars.of(&pack.nation), now)))
}

fn facts(found: &Found) -> Option<Facts> {
    let at = |milliseconds: i64| here(milliseconds);
    let meeting = &found.meeting;
    let said = |starts: bool| {
        let said = found.ticks.iter().filter(move |tick| tick.clock.starts_with(START) == starts);
        said.filter_map(|tick| {
            let key = tick.clock.strip_prefix(START).unwrap_or(&tick.clock);
            Some((key.to_owned(), tick.done_on.parse().ok()?))
        })
        .collect()
    };
    let later = found.series.iter().filter(|(_, start)| *start > meeting.starts_at);
    let earlier = found.series.iter().filter(|(_, start)| *start <= meeting.starts_at);
    let discussion = earlier.rev().find(|(kind, _)| kind == "strategy_discussion");
    Some(Facts {
        kind: meeting.kind.clone(),
        starts_at: at(meeting.starts_at)?,
        locked_at: meeting.locked_at.and_then(at),
        received_at: found.received_at.and_then(at),
        strategy_discussion: discussion.and_then(|(_, start)| at(*start)),
        later: later.filter_map(|(kind, start)| Some((kind.clone(), at(*start)?))).collect(),
        said_done: said(false),
        said_started: said(true),
    })
}

fn described(
    app: &App,
    found: Found,
    clocks: Vec<Clock>,
    sees: Sees,
    reasons: BTreeMap<String, String>,
) -> Option<MeetingClocks> {
    let chair = found.seats.iter().find(|seat| seat.role == Role::Chair && seat.removed_at.is_none());
    Some(MeetingClocks {
        meeting: found.meeting.id,
        kind_name: list_meetings::kind_name(app, &found.meeting.kind),
        starts_at: here(found.meeting.starts_at)?,
        title: found.meeting.title,
        agency: chair.and_then(|seat| Some((seat.agency?, seat.agency_name.clone()?))),
        clocks,
        seated: sees.seated,
        keeps: sees.keeps,
        reasons,
    })
}

/// Who keeps the deadlines of a meeting: whoever runs it.
pub(super) fn keepers(found: &Found) -> impl Iterator<Item = PersonId> {
    let runs = |seat: &&SeatFound| {
        seat.removed_at.is_none() && matches!(seat.role, Role::Chair | Role::MinuteTaker | Role::Manager)
    };
    found.seats.iter().filter(runs).map(|seat| seat.person)
}

pub(super) fn now(app: &App) -> Result<ZonedDateTime, Error> {
    here(app.clock.now()).ok_or(Error::Broken("the clock is beyond all dates"))
}

/// A moment in the partnership's own time, whatever the server's is.
fn here(milliseconds: i64) -> Option<ZonedDateTime> {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    Some(ZonedDateTime::new(Timestamp::from_millisecond(milliseconds).ok()?, zone))
}
