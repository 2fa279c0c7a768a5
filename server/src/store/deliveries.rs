//! The outbox: what is to reach whom. Rows commit with the decision to send; the worker leases them.

use std::collections::HashSet;

use diesel::prelude::*;
use minutes::edition::EditionKind;
use minutes::ids::{DeliveryId, EditionId, MeetingId, PersonId};

use super::columns::{Plain, PlainOrNull, text_enum};
use super::people::Channel;
use super::portable::insert_rows;
use super::schema::{deliveries, delivery_attempts, editions, people};
use super::{Connection, StoreError};

text_enum! {
    Template {
        /// The copy itself, to a mail domain known to be protected.
        EditionAttached = "edition_attached",
        /// A link to a page, and nothing of the content.
        FamilyLink = "family_link",
        /// That there is a meeting, and where to sign in; nothing else.
        Invitation = "invitation",
    }
}

text_enum! {
    DeliveryState {
        Queued = "queued",
        /// The next mail server has it. Never to be shown as "delivered".
        AcceptedByRelay = "accepted_by_relay",
        /// Tried in vain; it will be tried again.
        Delayed = "delayed",
        /// It will not be tried again: a person must find another way.
        Refused = "refused",
        ToHandOver = "to_hand_over",
        HandedOver = "handed_over",
        Withheld = "withheld",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    pub id: DeliveryId,
    pub meeting_id: MeetingId,
    /// None: a letter without a copy.
    pub edition_id: Option<EditionId>,
    pub person_id: PersonId,
    pub channel: Channel,
    pub template: Template,
    pub created_at: i64,
}

/// A delivery as support staff see it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Delivery {
    pub id: DeliveryId,
    pub meeting_id: MeetingId,
    pub edition_id: EditionId,
    pub edition_kind: EditionKind,
    pub person_id: PersonId,
    pub person_name: String,
    pub channel: Channel,
    pub template: Template,
    pub state: DeliveryState,
    pub message_id: Option<String>,
    pub attempts: i32,
    pub next_attempt_at: i64,
    pub last_detail: Option<String>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
}

/// A delivery that a worker has taken, until its lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    pub id: DeliveryId,
    pub meeting_id: MeetingId,
    pub edition_id: Option<EditionId>,
    pub person_id: PersonId,
    pub template: Template,
    /// The same on every attempt.
    pub message_id: String,
    /// Which attempt this is: 1, 2, 3 …
    pub attempt: i32,
}

/// How an attempt ended. `detail` is for support staff: no address, no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Accepted { detail: String },
    Delayed { next_attempt_at: i64, detail: String },
    Refused { detail: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Attempt {
    pub attempt: i32,
    pub at: i64,
    pub outcome: String,
    pub detail: String,
}

#[derive(Insertable)]
#[diesel(table_name = deliveries)]
struct Row {
    #[diesel(serialize_as = Plain)]
    id: DeliveryId,
    #[diesel(serialize_as = Plain)]
    meeting_id: MeetingId,
    #[diesel(serialize_as = PlainOrNull)]
    edition_id: Option<EditionId>,
    #[diesel(serialize_as = Plain)]
    person_id: PersonId,
    #[diesel(serialize_as = Plain)]
    channel: Channel,
    #[diesel(serialize_as = Plain)]
    template: Template,
    #[diesel(serialize_as = Plain)]
    state: DeliveryState,
    attempts: i32,
    next_attempt_at: i64,
    created_at: i64,
}

/// Puts deliveries in the outbox: mail to be sent at once, the rest to be handed over.
pub fn enqueue_many(conn: &mut Connection, new: Vec<NewDelivery>) -> Result<(), StoreError> {
    let rows: Vec<Row> = new
        .into_iter()
        .map(|new| Row {
            id: new.id,
            meeting_id: new.meeting_id,
            edition_id: new.edition_id,
            person_id: new.person_id,
            channel: new.channel,
            template: new.template,
            state: match new.channel {
                Channel::Email => DeliveryState::Queued,
                Channel::ByHand => DeliveryState::ToHandOver,
            },
            attempts: 0,
            next_attempt_at: new.created_at,
            created_at: new.created_at,
        })
        .collect();
    insert_rows!(conn, deliveries::table, rows)
}

/// Takes up to `limit` mails that are due, each by a conditional update, so that two workers never have the same one.
/// One that gets its first attempt gets its Message-ID too, under the sender's `domain`.
pub fn lease_due(
    conn: &mut Connection,
    domain: &str,
    now: i64,
    lease_ms: i64,
    limit: i64,
) -> Result<Vec<Leased>, StoreError> {
    let waiting = [DeliveryState::Queued.as_str(), DeliveryState::Delayed.as_str()];
    let due = || {
        let free = deliveries::leased_until.is_null().or(deliveries::leased_until.le(now));
        deliveries::table
            .filter(deliveries::channel.eq(Channel::Email.as_str()))
            .filter(deliveries::state.eq_any(waiting))
            .filter(deliveries::next_attempt_at.le(now))
            .filter(free)
    };
    let candidates: Vec<Candidate> = due()
        .order((deliveries::next_attempt_at, deliveries::id))
        .limit(limit)
        .select((
            deliveries::id,
            deliveries::meeting_id,
            deliveries::edition_id,
            deliveries::person_id,
            deliveries::template,
            deliveries::message_id,
            deliveries::attempts,
        ))
        .load(conn)?;
    let mut leased = Vec::new();
    for (id, meeting_id, edition_id, person_id, template, message_id, attempts) in candidates {
        let message_id = message_id.unwrap_or_else(|| format!("{id}@{domain}"));
        let attempt = attempts + 1;
        let taken =
            diesel::update(due().filter(deliveries::id.eq(id.to_string())).filter(deliveries::attempts.eq(attempts)))
                .set((
                    deliveries::leased_until.eq(now + lease_ms),
                    deliveries::attempts.eq(attempt),
                    deliveries::message_id.eq(&message_id),
                ))
                .execute(conn)?;
        if taken == 1 {
            leased.push(Leased { id, meeting_id, edition_id, person_id, template, message_id, attempt });
        }
    }
    Ok(leased)
}

type Candidate = (DeliveryId, MeetingId, Option<EditionId>, PersonId, Template, Option<String>, i32);

/// Records how an attempt ended. A worker that lost its lease can't undo what the one after it found out, but what the
/// relay accepted is accepted, whoever handed it in.
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
    let row = (
        delivery_attempts::delivery_id.eq(id.to_string()),
        delivery_attempts::attempt.eq(attempt),
        delivery_attempts::at.eq(now),
        delivery_attempts::outcome.eq(state.as_str()),
        delivery_attempts::detail.eq(detail.clone()),
    );
    diesel::insert_into(delivery_attempts::table).values(row).execute(conn)?;

    let waiting = [DeliveryState::Queued.as_str(), DeliveryState::Delayed.as_str()];
    let mut unfinished = diesel::update(deliveries::table)
        .filter(deliveries::id.eq(id.to_string()))
        .filter(deliveries::state.eq_any(waiting))
        .into_boxed();
    if state != DeliveryState::AcceptedByRelay {
        unfinished = unfinished.filter(deliveries::attempts.eq(attempt));
    }
    let finished_at = next_attempt_at.is_none().then_some(now);
    unfinished
        .set((
            deliveries::state.eq(state.as_str()),
            deliveries::next_attempt_at.eq(next_attempt_at.unwrap_or(now)),
            deliveries::leased_until.eq(None::<i64>),
            deliveries::last_detail.eq(detail),
            deliveries::finished_at.eq(finished_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// When the next mail is due, if any waits: the worker sleeps until then.
pub fn next_due(conn: &mut Connection) -> Result<Option<i64>, StoreError> {
    let waiting = [DeliveryState::Queued.as_str(), DeliveryState::Delayed.as_str()];
    let found: Vec<(i64, Option<i64>)> = deliveries::table
        .filter(deliveries::channel.eq(Channel::Email.as_str()))
        .filter(deliveries::state.eq_any(waiting))
        .select((deliveries::next_attempt_at, deliveries::leased_until))
        .load(conn)?;
    Ok(found.into_iter().map(|(due, leased)| leased.map_or(due, |until| due.max(until))).min())
}

/// Whether it was there to be handed over. Also for a mail that was refused: then a worker brings it.
pub fn mark_handed_over(conn: &mut Connection, id: DeliveryId, now: i64) -> Result<bool, StoreError> {
    let open = [DeliveryState::ToHandOver.as_str(), DeliveryState::Refused.as_str()];
    let changed = diesel::update(deliveries::table.find(id.to_string()).filter(deliveries::state.eq_any(open)))
        .set((deliveries::state.eq(DeliveryState::HandedOver.as_str()), deliveries::finished_at.eq(now)))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Those of copies.
pub fn list_for_meeting(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Delivery>, StoreError> {
    let found = deliveries::table
        .inner_join(editions::table)
        .inner_join(people::table)
        .filter(deliveries::meeting_id.eq(meeting.to_string()))
        .order((people::name, deliveries::id))
        .select((
            deliveries::id,
            deliveries::meeting_id,
            editions::id,
            editions::kind,
            deliveries::person_id,
            people::name,
            deliveries::channel,
            deliveries::template,
            deliveries::state,
            deliveries::message_id,
            deliveries::attempts,
            deliveries::next_attempt_at,
            deliveries::last_detail,
            deliveries::created_at,
            deliveries::finished_at,
        ))
        .load(conn)?;
    Ok(found)
}

/// How the letters without a copy are getting on, by whom they go to: the latest of each.
pub fn letters_for_meeting(
    conn: &mut Connection,
    meeting: MeetingId,
    template: Template,
) -> Result<Vec<(PersonId, DeliveryState)>, StoreError> {
    let found: Vec<(PersonId, DeliveryState)> = deliveries::table
        .filter(deliveries::meeting_id.eq(meeting.to_string()))
        .filter(deliveries::template.eq(template.as_str()))
        .order((deliveries::created_at.desc(), deliveries::id))
        .select((deliveries::person_id, deliveries::state))
        .load(conn)?;
    let mut seen = HashSet::new();
    Ok(found.into_iter().filter(|(person, _)| seen.insert(*person)).collect())
}

pub fn attempts(conn: &mut Connection, id: DeliveryId) -> Result<Vec<Attempt>, StoreError> {
    let found = delivery_attempts::table
        .filter(delivery_attempts::delivery_id.eq(id.to_string()))
        .order(delivery_attempts::attempt)
        .select((
            delivery_attempts::attempt,
            delivery_attempts::at,
            delivery_attempts::outcome,
            delivery_attempts::detail,
        ))
        .load(conn)?;
    Ok(found)
}
