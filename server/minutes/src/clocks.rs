//! The clocks of a meeting: what its rule pack asks for, by when, and how that stands.

use std::collections::BTreeMap;

use jiff::ZonedDateTime;
use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::deadline::{self, Deadline, Direction, Length, NotKnown};
use crate::rules::{ClockRule, ClockStart, Due, Unit};

/// What the recording policy asks of every meeting (rule 9).
pub const POLICY_KEY: &str = "policy-record";

/// What is known of a meeting that its clocks run on.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Of the rule pack the meeting was created by.
    pub kind: String,
    pub starts_at: ZonedDateTime,
    pub locked_at: Option<ZonedDateTime>,
    /// When the last of those who get a copy had theirs; none while somebody waits.
    pub received_at: Option<ZonedDateTime>,
    /// When the strategy discussion was that led to this meeting.
    pub strategy_discussion: Option<ZonedDateTime>,
    /// Those of the same series that come after this one, the earliest first: kind and start.
    pub later: Vec<(String, ZonedDateTime)>,
    /// What somebody said was done, and on which day, by the clock's key.
    pub said_done: BTreeMap<String, Date>,
    /// The day that somebody said a clock counts from, where the server can't know it, by the clock's key.
    pub said_started: BTreeMap<String, Date>,
}

/// One deadline of one meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Stands for the clock wherever it is spoken of: `record`, `other-2`.
    pub key: String,
    pub due: Due,
    /// What must have happened.
    pub what: String,
    pub length: Length,
    pub from: ClockStart,
    pub direction: Direction,
    /// Which rule says so.
    pub source: String,
    pub when: When,
    pub state: State,
    /// Whether somebody may say that it was done; otherwise the server knows by itself.
    pub can_be_said: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    At(Deadline),
    /// It starts with something that has not happened yet.
    NotStarted,
    NotKnown(NotKnown),
}

/// How a clock stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    NotStarted,
    NotKnown,
    /// So many working days are left (none: it is due today), where that can be counted.
    Running {
        left: Option<i64>,
    },
    /// A later meeting that would meet it is set for this day.
    Planned {
        on: Date,
        late_by: i64,
    },
    /// So many working days late.
    Late {
        by: i64,
    },
    Met {
        on: Date,
        late_by: i64,
    },
    /// A time to ask for something is over; whether somebody asked is another matter.
    Over,
}

impl Clock {
    pub const fn is_late(&self) -> bool {
        matches!(self.state, State::Late { .. })
    }

    /// Late now, or met too late: somebody owes a reason.
    pub const fn was_late(&self) -> bool {
        match self.state {
            State::Late { .. } => true,
            State::Met { late_by, .. } | State::Planned { late_by, .. } => late_by > 0,
            _ => false,
        }
    }

    pub const fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. } | State::Planned { .. })
    }

    pub const fn day(&self) -> Option<Date> {
        match &self.when {
            When::At(deadline) => Some(deadline.day),
            When::NotStarted | When::NotKnown(_) => None,
        }
    }
}

/// Every clock of a meeting, as it stands at `now`: those of its rule pack, and the policy's own for the record unless a
/// rule asks for it as early. Without a calendar for the pack's nation no working day can be counted.
pub fn clocks(rules: &[ClockRule], facts: &Facts, calendar: Option<&Calendar>, now: &ZonedDateTime) -> Vec<Clock> {
    let mut counts: BTreeMap<Due, usize> = BTreeMap::new();
    let mut found: Vec<Clock> = Vec::new();
    for rule in rules {
        let count = counts.entry(rule.due).or_default();
        *count += 1;
        let key = if *count == 1 { rule.due.to_string() } else { format!("{}-{count}", rule.due) };
        found.push(clock(rule, key, facts, calendar, now));
    }
    let policy = clock(&policy_rule(), POLICY_KEY.to_owned(), facts, calendar, now);
    let as_early = found.iter().any(|clock| clock.due == Due::Record && is_as_early(clock, &policy));
    if !as_early {
        found.push(policy);
    }
    found
}

fn policy_rule() -> ClockRule {
    ClockRule {
        due: Due::Record,
        what: "The record is locked, signed and sent.".to_owned(),
        within: 3,
        unit: Unit::WorkingDays,
        from: ClockStart::Meeting,
        before: false,
        source: "Recording policy 2.1, rule 9: records are up to date within 3 working days of the meeting".to_owned(),
    }
}

fn is_as_early(clock: &Clock, policy: &Clock) -> bool {
    match (clock.day(), policy.day()) {
        (Some(day), Some(policy)) => day <= policy,
        // Where nobody can count, the rule that says so is enough.
        _ => clock.length == policy.length && clock.from == policy.from,
    }
}

fn clock(rule: &ClockRule, key: String, facts: &Facts, calendar: Option<&Calendar>, now: &ZonedDateTime) -> Clock {
    let length = Length { count: rule.within, unit: rule.unit };
    let direction = if rule.before { Direction::Before } else { Direction::After };
    let said = facts.said_started.get(&key).and_then(|day| {
        let noon = day.at(12, 0, 0, 0).to_zoned_datetime(facts.starts_at.time_zone().clone());
        noon.ok().filter(|_| can_start_be_said(rule.from))
    });
    let start = match rule.from {
        ClockStart::Meeting => Some(&facts.starts_at),
        ClockStart::StrategyDiscussion => facts.strategy_discussion.as_ref().or(said.as_ref()),
        ClockStart::Locked => facts.locked_at.as_ref(),
        ClockStart::Received => facts.received_at.as_ref(),
        ClockStart::WhatLedToIt => said.as_ref(),
    };
    let when = match start {
        None => When::NotStarted,
        Some(start) => match deadline::deadline(calendar, start, length, direction) {
            Ok(deadline) => When::At(deadline),
            Err(unknown) => When::NotKnown(unknown),
        },
    };
    let can_be_said = matches!(
        rule.due,
        Due::Decisions | Due::ReportToFamily | Due::FirstCoreGroup | Due::NextCoreGroup | Due::Review | Due::Other
    );
    let state = state(rule.due, &key, &when, facts, calendar, now);
    Clock {
        key,
        due: rule.due,
        what: rule.what.clone(),
        length,
        from: rule.from,
        direction,
        source: rule.source.clone(),
        when,
        state,
        can_be_said,
    }
}

fn state(due: Due, key: &str, when: &When, facts: &Facts, calendar: Option<&Calendar>, now: &ZonedDateTime) -> State {
    let met = met_on(due, key, facts, now);
    let deadline = match when {
        When::At(deadline) => deadline,
        // What has happened has happened, whether or not anybody could say by when it had to.
        _ if met.is_some() => return State::Met { on: met.unwrap_or(now.date()), late_by: 0 },
        When::NotStarted => return State::NotStarted,
        When::NotKnown(_) => return State::NotKnown,
    };
    let late_by = |day: Date| days_late(calendar, deadline.day, day);
    if let Some(on) = met {
        return State::Met { on, late_by: late_by(on) };
    }
    let passed = deadline.is_past(now);
    if matches!(due, Due::Corrections | Due::ExclusionRequest) && passed {
        return State::Over;
    }
    if let Some(on) = planned_on(due, facts, now).filter(|_| !passed) {
        return State::Planned { on, late_by: late_by(on) };
    }
    if passed {
        // A deadline in hours can have passed on its own day.
        return State::Late { by: late_by(now.date()) };
    }
    let left = calendar.and_then(|calendar| deadline::working_days_between(calendar, now.date(), deadline.day).ok());
    State::Running { left }
}

/// Whether somebody may say which day a clock counts from: what it is happened outside.
pub const fn can_start_be_said(from: ClockStart) -> bool {
    matches!(from, ClockStart::StrategyDiscussion | ClockStart::WhatLedToIt)
}

/// The day on which it had happened, as far as the server knows or somebody said.
fn met_on(due: Due, key: &str, facts: &Facts, now: &ZonedDateTime) -> Option<Date> {
    let by_itself = match due {
        Due::Record | Due::Decisions => facts.locked_at.as_ref().map(ZonedDateTime::date),
        Due::FirstCoreGroup | Due::NextCoreGroup | Due::Review => {
            let met = |(kind, start): &&(String, ZonedDateTime)| start <= now && meets(due, &facts.kind, kind);
            facts.later.iter().find(met).map(|(_, start)| start.date())
        }
        Due::Meeting => (facts.starts_at <= *now).then(|| facts.starts_at.date()),
        Due::Corrections | Due::ExclusionRequest | Due::ReportToFamily | Due::Other => None,
    };
    let said = facts.said_done.get(key).copied();
    match (by_itself, said) {
        (Some(known), Some(said)) => Some(known.min(said)),
        (known, said) => known.or(said),
    }
}

fn planned_on(due: Due, facts: &Facts, now: &ZonedDateTime) -> Option<Date> {
    if due == Due::Meeting {
        return (facts.starts_at > *now).then(|| facts.starts_at.date());
    }
    let coming = |(kind, start): &&(String, ZonedDateTime)| start > now && meets(due, &facts.kind, kind);
    facts.later.iter().find(coming).map(|(_, start)| start.date())
}

/// Whether a later meeting of a kind is what a clock of a meeting of this kind waits for.
fn meets(due: Due, own_kind: &str, kind: &str) -> bool {
    match due {
        Due::FirstCoreGroup | Due::NextCoreGroup => kind == "core_group",
        // A review follows a meeting of its own kind, or an initial conference.
        Due::Review => kind == own_kind || kind == "review_conference",
        _ => false,
    }
}

/// In working days where they can be counted, at least one once it is another day.
fn days_late(calendar: Option<&Calendar>, due: Date, day: Date) -> i64 {
    if day <= due {
        return 0;
    }
    let working = calendar.and_then(|calendar| deadline::working_days_between(calendar, due, day).ok());
    let days = || due.until(day).map_or(1, |span| i64::from(span.get_days()));
    working.unwrap_or_else(days).max(1)
}

/// What somebody is reminded of on a day, once each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reminder {
    /// On the last working day before.
    DueTomorrow,
    /// So many whole weeks after it became late: nought on the first day.
    Late { week: u32 },
}

impl Reminder {
    /// How it stands in the store: `due_tomorrow`, `late_0`.
    pub fn stage(&self) -> String {
        match self {
            Self::DueTomorrow => "due_tomorrow".to_owned(),
            Self::Late { week } => format!("late_{week}"),
        }
    }
}

/// What is to be said about a clock today, if anything.
pub fn reminder(clock: &Clock, calendar: Option<&Calendar>, today: Date) -> Option<Reminder> {
    let day = clock.day()?;
    match clock.state {
        State::Late { .. } => {
            let days = day.until(today).map_or(0, |span| span.get_days());
            Some(Reminder::Late { week: u32::try_from((days - 1).max(0) / 7).unwrap_or_default() })
        }
        State::Running { left: Some(1) } if day > today => Some(Reminder::DueTomorrow),
        State::Running { .. } if calendar.is_none() && today.tomorrow().ok() == Some(day) => {
            Some(Reminder::DueTomorrow)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
