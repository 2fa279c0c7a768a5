//! The end of a plan: asked for when every row is judged, approved or sent back by a manager of the agency that answers for
//! it. A series whose plan has ended gets no further meeting until the manager opens it again.

use minutes::access::Deed;
use minutes::ids::{AgencyId, MeetingId, PlanEndId, SeriesId};
use minutes::plan::{self, EndRefusal, Standing};
use minutes::record::Role;
use uuid::Uuid;

use super::judge_plan::{self, Plan, Whose};
use super::seat::AtMeeting;
use super::{Actor, App, Error, FieldError, audited};
use crate::store;
use crate::store::plan_ends::{EndState, PlanEnd};
use crate::store::series::SeriesState;

/// Long enough for any reason; a limit all the same.
const MAX_REASON: usize = 2000;

/// How a locked meeting's plan stands on its way to an end.
#[derive(Debug, Clone)]
pub struct Ending {
    pub plan: Plan,
    /// Why it can't end now; none when it can.
    pub refusal: Option<EndRefusal>,
    /// Everything asked and answered, the newest first.
    pub ends: Vec<NamedEnd>,
}

/// A request to end a plan, with the names that go with it.
#[derive(Debug, Clone)]
pub struct NamedEnd {
    pub id: PlanEndId,
    pub stage: Stage,
    pub reason: String,
    pub asked_by: String,
    pub asked_at: i64,
    /// Empty until somebody answers, as what they said is.
    pub answered_by: String,
    pub answered_at: Option<i64>,
    pub answer: String,
    pub agency: String,
    pub meeting_title: String,
    pub starts_at: i64,
    pub children: Vec<String>,
}

/// How far it got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Asked,
    Approved,
    SentBack,
    OpenedAgain,
}

/// What a manager answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Approve,
    SendBack,
    OpenAgain,
}

impl From<EndRefusal> for Error {
    fn from(refusal: EndRefusal) -> Self {
        Self::NotNow(refusal.to_string())
    }
}

/// The plan of a locked meeting, and whether it may end.
pub async fn show(app: &App, at: &AtMeeting) -> Result<Ending, Error> {
    at.may(Deed::FollowUp)?;
    let plan = judge_plan::show(app, at, Whose::Own).await?.ok_or_else(not_locked)?;
    let (meeting, not_judged) = (at.meeting.id, plan.not_judged());
    app.store
        .read(move |conn| {
            let standing = standing(conn, meeting, not_judged)?;
            let ends = match store::series::place(conn, meeting)? {
                Some(place) => store::plan_ends::of_series(conn, place.series)?,
                None => Vec::new(),
            };
            let ends = ends.into_iter().map(|end| named(conn, end)).collect::<Result<_, _>>()?;
            Ok(Ending { plan, refusal: plan::may_end(standing).err(), ends })
        })
        .await
}

/// Asks a manager to let the plan end.
pub async fn ask(app: &App, at: &AtMeeting, reason: &str) -> Result<(), Error> {
    at.may(Deed::FollowUp)?;
    let reason = checked(reason, "Say why the plan can end")?;
    if !at.is_locked() {
        return Err(not_locked());
    }
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    app.store
        .write(move |conn| {
            let place = store::series::hold(conn, meeting, SeriesId(Uuid::new_v4()), now)?;
            let plan = judge_plan::of_locked(conn, meeting)?;
            plan::may_end(standing(conn, meeting, plan.not_judged())?)?;
            let agency = approving_agency(conn, meeting)?.ok_or_else(|| {
                Error::NotNow("No agency at the table answers for this plan, so that nobody can approve.".to_owned())
            })?;
            let end = PlanEnd {
                id: PlanEndId(Uuid::new_v4()),
                series_id: place.series,
                meeting_id: meeting,
                agency_id: agency,
                state: EndState::Asked,
                reason,
                asked_by: by,
                asked_at: now,
                answer: String::new(),
                answered_by: None,
                answered_at: None,
            };
            let subject = format!("plan_end:{}", end.id);
            store::plan_ends::insert(conn, end)?;
            store::audit::append(conn, audited((by, session), now, "plan_end.asked", subject))?;
            Ok(())
        })
        .await
}

/// What the managers of the actor's agency are asked and were. For anybody else there is no such list.
pub async fn for_manager(app: &App, actor: &Actor) -> Result<Vec<NamedEnd>, Error> {
    let agency = manages(actor)?;
    app.store
        .read(move |conn| {
            let found = store::plan_ends::of_agency(conn, agency)?;
            found.into_iter().map(|end| named(conn, end)).collect()
        })
        .await
}

/// One request with the plan it is about, for a manager of the agency that answers for it.
pub async fn one(app: &App, actor: &Actor, id: PlanEndId) -> Result<(NamedEnd, Plan), Error> {
    let agency = manages(actor)?;
    app.store
        .read(move |conn| {
            let end = store::plan_ends::get(conn, id)?.filter(|end| end.agency_id == agency).ok_or(Error::NotFound)?;
            let plan = judge_plan::of_locked(conn, end.meeting_id)?;
            Ok((named(conn, end)?, plan))
        })
        .await
}

pub async fn answer(app: &App, actor: &Actor, id: PlanEndId, answer: Answer, reason: &str) -> Result<(), Error> {
    let agency = manages(actor)?;
    let reason = match answer {
        Answer::Approve => checked_optional(reason)?,
        Answer::SendBack => checked(reason, "Say what has to be done first")?,
        Answer::OpenAgain => checked(reason, "Say why it is opened again")?,
    };
    let (role, by, session, now) = (actor.role, actor.person, actor.session, app.clock.now());
    app.store
        .write(move |conn| {
            let end = store::plan_ends::get(conn, id)?.filter(|end| end.agency_id == agency).ok_or(Error::NotFound)?;
            if !plan::may_approve(role, Some(agency), end.agency_id, end.asked_by == by) {
                return Err(Error::NotNow("You asked for this yourself. Another manager has to answer.".to_owned()));
            }
            let (steps, action, series) = match answer {
                Answer::Approve => {
                    ((EndState::Asked, EndState::Approved), "plan_end.approved", Some(SeriesState::Closed))
                }
                Answer::SendBack => ((EndState::Asked, EndState::SentBack), "plan_end.sent_back", None),
                Answer::OpenAgain => {
                    ((EndState::Approved, EndState::OpenedAgain), "plan_end.opened_again", Some(SeriesState::Open))
                }
            };
            // Held like this, no next meeting comes in between.
            store::series::hold(conn, end.meeting_id, end.series_id, now)?;
            if answer == Answer::Approve && !is_last(conn, end.meeting_id)? {
                return Err(EndRefusal::NotTheLast.into());
            }
            if !store::plan_ends::answer(conn, id, steps, &reason, by, now)? {
                return Err(Error::NotNow("Somebody has answered already.".to_owned()));
            }
            if let Some(state) = series {
                store::series::set_state(conn, end.series_id, state, now)?;
            }
            store::audit::append(conn, audited((by, session), now, action, format!("plan_end:{id}")))?;
            Ok(())
        })
        .await
}

fn standing(conn: &mut store::Connection, meeting: MeetingId, not_judged: usize) -> Result<Standing, Error> {
    let place = store::series::place(conn, meeting)?;
    let asked = match place {
        Some(place) => store::plan_ends::of_series(conn, place.series)?.iter().any(|end| end.state == EndState::Asked),
        None => false,
    };
    Ok(Standing {
        locked: true,
        is_last: is_last(conn, meeting)?,
        not_judged,
        asked,
        closed: place.is_some_and(|place| place.state == SeriesState::Closed),
    })
}

/// Whether no later meeting begins with this one's plan.
fn is_last(conn: &mut store::Connection, meeting: MeetingId) -> Result<bool, Error> {
    let Some(place) = store::series::place(conn, meeting)? else { return Ok(true) };
    Ok(!store::series::members(conn, place.series)?.iter().any(|member| member.previous == Some(meeting)))
}

fn approving_agency(conn: &mut store::Connection, meeting: MeetingId) -> Result<Option<AgencyId>, Error> {
    let seats = store::meetings::seats(conn, meeting)?;
    let seated = seats.iter().filter(|seat| seat.removed_at.is_none());
    Ok(plan::approving_agency(
        seated.map(|seat| (seat.role, seat.agency, seat.agency_kind.as_deref().unwrap_or_default())),
    ))
}

fn named(conn: &mut store::Connection, end: PlanEnd) -> Result<NamedEnd, Error> {
    let name = |conn: &mut store::Connection, person| {
        Ok::<_, Error>(store::people::get(conn, person)?.map_or_else(String::new, |person| person.name))
    };
    let meeting = store::meetings::get(conn, end.meeting_id)?.ok_or(Error::NotFound)?;
    let children = store::meetings::children(conn, end.meeting_id)?;
    let stage = match end.state {
        EndState::Asked => Stage::Asked,
        EndState::Approved => Stage::Approved,
        EndState::SentBack => Stage::SentBack,
        EndState::OpenedAgain => Stage::OpenedAgain,
    };
    Ok(NamedEnd {
        id: end.id,
        stage,
        asked_at: end.asked_at,
        answered_at: end.answered_at,
        asked_by: name(conn, end.asked_by)?,
        answered_by: match end.answered_by {
            Some(person) => name(conn, person)?,
            None => String::new(),
        },
        agency: store::agencies::get(conn, end.agency_id)?.map_or_else(String::new, |agency| agency.name),
        meeting_title: meeting.title,
        starts_at: meeting.starts_at,
        children: children.into_iter().map(|child| child.name).collect(),
        reason: end.reason,
        answer: end.answer,
    })
}

/// Whether somebody is asked to let plans end.
pub fn is_asked(actor: &Actor) -> bool {
    manages(actor).is_ok()
}

/// The agency a manager answers for.
fn manages(actor: &Actor) -> Result<AgencyId, Error> {
    actor.agency.filter(|_| actor.role == Role::Manager).ok_or(Error::NotFound)
}

fn checked(reason: &str, words: &str) -> Result<String, Error> {
    let reason = checked_optional(reason)?;
    if reason.is_empty() { Err(wrong(words)) } else { Ok(reason) }
}

fn checked_optional(reason: &str) -> Result<String, Error> {
    let reason = reason.trim();
    if reason.chars().count() > MAX_REASON {
        return Err(wrong("The reason must be 2,000 characters or fewer"));
    }
    Ok(reason.to_owned())
}

fn wrong(words: &str) -> Error {
    Error::Invalid(vec![FieldError { field: "reason".to_owned(), words: words.to_owned() }])
}

fn not_locked() -> Error {
    EndRefusal::NotLocked.into()
}
