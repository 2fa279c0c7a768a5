//! What became of a plan, row by row: of the plan before, at the meeting that follows; of a record's own plan, before it ends.

use minutes::access::Deed;
use minutes::ids::{MeetingId, RowId};
use minutes::plan::{self, MAX_EVIDENCE, PlanRow, ReviewedRow, RowResult};
use minutes::record::Record;

use super::next_meeting::signed;
use super::seat::AtMeeting;
use super::{App, Error, FieldError, audited};
use crate::clock::rfc3339;
use crate::store;
use crate::store::plan_evaluations::Evaluation;

/// Whose plan, seen from the meeting somebody sits at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The meeting's before this one in the series.
    Last,
    /// This meeting's own, once it is locked.
    Own,
}

/// A plan with what is said to have become of it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The record the plan stands in.
    pub record: Record,
    pub rows: Vec<JudgedRow>,
    /// Whether the reader may say what became of it now.
    pub may_judge: bool,
}

#[derive(Debug, Clone)]
pub struct JudgedRow {
    pub row: PlanRow,
    pub judged: Option<Judged>,
}

#[derive(Debug, Clone)]
pub struct Judged {
    pub result: RowResult,
    pub evidence: String,
    pub by: String,
    pub at: i64,
}

impl Plan {
    pub fn not_judged(&self) -> usize {
        self.rows.iter().filter(|row| row.judged.is_none()).count()
    }
}

/// What somebody says became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub row: RowId,
    /// None: nothing chosen.
    pub result: Option<RowResult>,
    pub evidence: String,
}

/// None where no meeting comes before this one.
pub async fn show(app: &App, at: &AtMeeting, whose: Whose) -> Result<Option<Plan>, Error> {
    let (meeting, standing, state) = (at.meeting.id, at.standing(), at.state());
    let deed = deed(whose);
    let may_judge = at.may(deed).is_ok() && (whose == Whose::Last || at.is_locked());
    if whose == Whose::Own && !at.is_locked() {
        return Ok(None);
    }
    let reads_restricted = minutes::access::judge(standing, Deed::ReadRestricted, state).is_ok();
    app.store.read(move |conn| load(conn, meeting, whose, reads_restricted, may_judge)).await
}

/// Whether a meeting comes before this one, whose plan it looks back on.
pub async fn follows_another(app: &App, at: &AtMeeting) -> Result<bool, Error> {
    let meeting = at.meeting.id;
    app.store
        .read(move |conn| Ok(store::series::place(conn, meeting)?.is_some_and(|place| place.previous.is_some())))
        .await
}

/// Keeps what was said of each row. Rows of which nothing was chosen stay as they are.
pub async fn judge(app: &App, at: &AtMeeting, whose: Whose, said: Vec<Said>) -> Result<(), Error> {
    at.may(deed(whose))?;
    let plan = show(app, at, whose).await?.ok_or(Error::NotFound)?;
    check(&plan, &said)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let of = plan.record.meeting.id;
    app.store
        .write(move |conn| {
            // What becomes part of a record must not change under its lock.
            if whose == Whose::Last && !store::meetings::hold_seats(conn, meeting)? {
                return Err(minutes::access::Refusal::Locked.into());
            }
            for said in said {
                let Some(result) = said.result else { continue };
                let evidence = said.evidence.trim().to_owned();
                let known = plan.rows.iter().find(|row| row.row.action.id == said.row);
                let known = known.and_then(|row| row.judged.as_ref());
                // Whoever sends the page again has not judged again.
                if known.is_some_and(|known| known.result == result && known.evidence == evidence) {
                    continue;
                }
                let row = Evaluation {
                    meeting_id: of,
                    action_id: said.row,
                    result,
                    evidence,
                    judged_at_meeting: meeting,
                    by_person: by,
                    at: now,
                };
                store::plan_evaluations::judge(conn, row)?;
                let entry = audited((by, session), now, "plan.judged", format!("meeting:{of}"));
                let detail_json = serde_json::json!({ "row": said.row, "result": result }).to_string();
                store::audit::append(conn, store::audit::NewEntry { detail_json, ..entry })?;
            }
            Ok(())
        })
        .await
}

/// What was said at a meeting of the plan before, for its signed record.
pub(super) fn for_record(conn: &mut store::Connection, meeting: MeetingId) -> Result<Vec<ReviewedRow>, Error> {
    let Some(plan) = load(conn, meeting, Whose::Last, true, false)? else { return Ok(Vec::new()) };
    let of = plan.record.meeting.id;
    let evaluations = store::plan_evaluations::list(conn, of)?;
    let mut reviewed = Vec::new();
    for JudgedRow { row, .. } in plan.rows {
        let here =
            |(one, _): &&(Evaluation, String)| one.action_id == row.action.id && one.judged_at_meeting == meeting;
        let Some((judged, _)) = evaluations.iter().find(here) else { continue };
        reviewed.push(ReviewedRow {
            meeting: of,
            id: row.action.id,
            part: row.part,
            outcome: row.action.outcome,
            what: row.action.what,
            about: row.action.about,
            result: judged.result,
            evidence: judged.evidence.clone(),
            by: judged.by_person,
            at: rfc3339(judged.at),
        });
    }
    Ok(reviewed)
}

/// The plan of a locked meeting with what is said of it, for whoever is to approve its end: all but closed sessions.
pub(super) fn of_locked(conn: &mut store::Connection, meeting: MeetingId) -> Result<Plan, Error> {
    load(conn, meeting, Whose::Own, true, false)?.ok_or(Error::NotFound)
}

fn load(
    conn: &mut store::Connection,
    meeting: MeetingId,
    whose: Whose,
    reads_restricted: bool,
    may_judge: bool,
) -> Result<Option<Plan>, Error> {
    let of = match whose {
        Whose::Own => meeting,
        Whose::Last => match store::series::place(conn, meeting)?.and_then(|place| place.previous) {
            Some(previous) => previous,
            None => return Ok(None),
        },
    };
    let record = signed(conn, of)?;
    let evaluations = store::plan_evaluations::list(conn, of)?;
    let rows = plan::rows(&record, reads_restricted).into_iter().map(|row| {
        let judged = evaluations.iter().find(|(one, _)| one.action_id == row.action.id);
        let judged = judged.map(|(one, by)| Judged {
            result: one.result,
            evidence: one.evidence.clone(),
            by: by.clone(),
            at: one.at,
        });
        JudgedRow { row, judged }
    });
    Ok(Some(Plan { rows: rows.collect(), record, may_judge }))
}

fn check(plan: &Plan, said: &[Said]) -> Result<(), Error> {
    let mut errors = Vec::new();
    let mut wrong = |row: RowId, words: &str| {
        errors.push(FieldError { field: format!("evidence-{row}"), words: words.to_owned() });
    };
    for said in said {
        if !plan.rows.iter().any(|row| row.row.action.id == said.row) {
            return Err(Error::NotFound);
        }
        let evidence = said.evidence.trim();
        if evidence.chars().count() > MAX_EVIDENCE {
            wrong(said.row, "What you say must be 2,000 characters or fewer");
        } else if said.result.is_some() && evidence.is_empty() {
            wrong(said.row, "Say how you know, or why it could not be done");
        } else if said.result.is_none() && !evidence.is_empty() {
            wrong(said.row, "Choose what became of it");
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

const fn deed(whose: Whose) -> Deed {
    match whose {
        Whose::Last => Deed::JudgeLastPlan,
        Whose::Own => Deed::FollowUp,
    }
}
