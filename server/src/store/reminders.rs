//! Reminders: which were given, and the letters that give them. The rows commit together, so that of several nodes one
//! gives each reminder.

use diesel::prelude::*;
use minutes::ids::{DeliveryId, MeetingId, PersonId};

use super::columns::Plain;
use super::deliveries::{DeliveryState, Outcome};
use super::schema::{reminder_letters, reminders};
use super::{Connection, StoreError, portable};

/// A letter to one person about everything there is to be said at a time.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = reminder_letters)]
pub struct NewLetter {
    #[diesel(serialize_as = Plain)]
    pub id: DeliveryId,
    #[diesel(serialize_as = Plain)]
    pub person_id: PersonId,
    pub due_tomorrow: i32,
    pub late: i32,
}

/// A letter that a worker has taken, until its lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    pub id: DeliveryId,
    pub person_id: PersonId,
    pub due_tomorrow: i32,
    pub late: i32,
    /// The same on every attempt.
    pub message_id: String,
    pub attempt: i32,
}

/// A letter as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Letter {
    pub id: DeliveryId,
    pub person_id: PersonId,
    pub due_tomorrow: i32,
    pub late: i32,
    pub state: DeliveryState,
    pub attempts: i32,
    pub last_detail: Option<String>,
}

/// Whether this reminder is ours to give: nobody gave it before.
pub fn claim(
    conn: &mut Connection,
    meeting: MeetingId,
    clock: &str,
    stage: &str,
    now: i64,
) -> Result<bool, StoreError> {
    let row = Claim { meeting_id: meeting.to_string(), clock: clock.to_owned(), stage: stage.to_owned(), at: now };
    Ok(portable::insert_reminder_if_absent(conn, row)? == 1)
}

#[derive(Insertable)]
#[diesel(table_name = reminders)]
pub(super) struct Claim {
    meeting_id: String,
    clock: String,
    stage: String,
    at: i64,
}

pub fn enqueue(conn: &mut Connection, letter: NewLetter, now: i64) -> Result<(), StoreError> {
    let row = (
        letter,
        reminder_letters::state.eq(DeliveryState::Queued.as_str()),
        reminder_letters::attempts.eq(0),
        reminder_letters::next_attempt_at.eq(now),
        reminder_letters::created_at.eq(now),
    );
    diesel::insert_into(reminder_letters::table).values(row).execute(conn)?;
    Ok(())
}

const WAITING: [&str; 2] = [DeliveryState::Queued.as_str(), DeliveryState::Delayed.as_str()];

type Candidate = (DeliveryId, PersonId, i32, i32, Option<String>, i32);

/// Takes up to `limit` letters that are due, each by a conditional update, so that two workers never have the same one.
pub fn lease_due(
    conn: &mut Connection,
    domain: &str,
    now: i64,
    lease_ms: i64,
    limit: i64,
) -> Result<Vec<Leased>, StoreError> {
    let due = || {
        let free = reminder_letters::leased_until.is_null().or(reminder_letters::leased_until.le(now));
        reminder_letters::table
            .filter(reminder_letters::state.eq_any(WAITING))
            .filter(reminder_letters::next_attempt_at.le(now))
            .filter(free)
    };
    let candidates: Vec<Candidate> = due()
        .order((reminder_letters::next_attempt_at, reminder_letters::id))
        .limit(limit)
        .select((
            reminder_letters::id,
            reminder_letters::person_id,
            reminder_letters::due_tomorrow,
            reminder_letters::late,
            reminder_letters::message_id,
            reminder_letters::attempts,
        ))
        .load(conn)?;
    let mut leased = Vec::new();
    for (id, person_id, due_tomorrow, late, message_id, attempts) in candidates {
        let message_id = message_id.unwrap_or_else(|| format!("{id}@{domain}"));
        let attempt = attempts + 1;
        let this =
            due().filter(reminder_letters::id.eq(id.to_string())).filter(reminder_letters::attempts.eq(attempts));
        let taken = diesel::update(this)
            .set((
                reminder_letters::leased_until.eq(now + lease_ms),
                reminder_letters::attempts.eq(attempt),
                reminder_letters::message_id.eq(&message_id),
            ))
            .execute(conn)?;
        if taken == 1 {
            leased.push(Leased { id, person_id, due_tomorrow, late, message_id, attempt });
        }
    }
    Ok(leased)
}

/// Records how an attempt ended. What the relay accepted is accepted, whoever handed it in.
pub fn record_attempt(
    conn: &mut Connection,
    id: DeliveryId,
    attempt: i32,
    outcome: Outcome,
    now: i64,
) -> Result<(), StoreError> {
    let (state, next_attempt_at, detail) = match outcome {
        Outcome::Accepted { detail } => (DeliveryState::AcceptedByRelay, None, detail),
        Outcome::Delayed { next_attempt_at, detail } => (DeliveryState::Delayed, Some(next_attempt_at), detail),
        Outcome::Refused { detail } => (DeliveryState::Refused, None, detail),
    };
    let mut unfinished = diesel::update(reminder_letters::table)
        .filter(reminder_letters::id.eq(id.to_string()))
        .filter(reminder_letters::state.eq_any(WAITING))
        .into_boxed();
    if state != DeliveryState::AcceptedByRelay {
        unfinished = unfinished.filter(reminder_letters::attempts.eq(attempt));
    }
    unfinished
        .set((
            reminder_letters::state.eq(state.as_str()),
            reminder_letters::next_attempt_at.eq(next_attempt_at.unwrap_or(now)),
            reminder_letters::leased_until.eq(None::<i64>),
            reminder_letters::last_detail.eq(detail),
            reminder_letters::finished_at.eq(next_attempt_at.is_none().then_some(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Every letter there was, the oldest first.
pub fn letters(conn: &mut Connection) -> Result<Vec<Letter>, StoreError> {
    let found = reminder_letters::table
        .order((reminder_letters::created_at, reminder_letters::id))
        .select((
            reminder_letters::id,
            reminder_letters::person_id,
            reminder_letters::due_tomorrow,
            reminder_letters::late,
            reminder_letters::state,
            reminder_letters::attempts,
            reminder_letters::last_detail,
        ))
        .load(conn)?;
    Ok(found)
}
