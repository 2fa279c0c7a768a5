#![allow(clippy::unwrap_used)]

use jiff::tz::TimeZone;

use super::*;
use crate::calendar::Calendars;

fn england() -> Calendar {
    let mut calendars = Calendars::default();
    calendars
        .add(toml::from_str(include_str!("../../../../config/bank-holidays/england_and_wales.toml")).unwrap())
        .unwrap();
    calendars.of("england").unwrap().clone()
}

fn at(local: &str) -> ZonedDateTime {
    let local = if local.contains('T') { local.to_owned() } else { format!("{local}T10:00") };
    let zone = TimeZone::get("Europe/London").unwrap();
    local.parse::<jiff::civil::DateTime>().unwrap().to_zoned_datetime(zone).unwrap()
}

fn day(iso: &str) -> Date {
    iso.parse().unwrap()
}

fn rule(due: Due, within: u32, unit: Unit, from: ClockStart) -> ClockRule {
    ClockRule { due, what: format!("{due} is done"), within, unit, from, before: false, source: "a rule".to_owned() }
}

/// A meeting on Monday 23 November 2026, at ten.
fn facts() -> Facts {
    Facts {
        kind: "initial_conference".to_owned(),
        starts_at: at("2026-11-23"),
        locked_at: None,
        received_at: None,
        strategy_discussion: None,
        later: vec![],
        said_done: BTreeMap::new(),
        said_started: BTreeMap::new(),
    }
}

fn only(rule: ClockRule, facts: &Facts, now: &str) -> Clock {
    let (due, found) = (rule.due, clocks(&[rule], facts, Some(&england()), &at(now)));
    found.into_iter().find(|clock| clock.due == due).unwrap()
}

const WD: Unit = Unit::WorkingDays;

#[test]
fn the_policy_asks_for_the_record_of_every_meeting_unless_a_rule_asks_as_early() {
    for (within, unit, expected) in [
        (None, WD, vec![POLICY_KEY]),
        (Some(15), WD, vec!["record", POLICY_KEY]),
        (Some(4), WD, vec!["record", POLICY_KEY]),
        (Some(3), WD, vec!["record"]),
        (Some(1), WD, vec!["record"]),
        (Some(24), Unit::Hours, vec!["record"]),
        // Three days from a Monday end on the same Thursday.
        (Some(3), Unit::Days, vec!["record"]),
        (Some(1), Unit::Weeks, vec!["record", POLICY_KEY]),
    ] {
        let rules: Vec<ClockRule> =
            within.map(|within| rule(Due::Record, within, unit, ClockStart::Meeting)).into_iter().collect();
        let found = clocks(&rules, &facts(), Some(&england()), &at("2026-11-23"));
        let keys: Vec<&str> = found.iter().map(|clock| clock.key.as_str()).collect();
        assert_eq!(keys, expected, "{within:?} {unit}");
        let policy = found.iter().find(|clock| clock.key == POLICY_KEY);
        assert!(policy.is_none_or(|clock| clock.day() == Some(day("2026-11-26")) && clock.source.contains("rule 9")));
    }
}

#[test]
fn a_record_is_running_then_late_then_met() {
    let record = || rule(Due::Record, 3, WD, ClockStart::Meeting);
    for (now, expected) in [
        ("2026-11-20", State::Running { left: Some(4) }),
        ("2026-11-23T12:00", State::Running { left: Some(3) }),
        ("2026-11-25", State::Running { left: Some(1) }),
        ("2026-11-26T23:59", State::Running { left: Some(0) }),
        ("2026-11-27T00:00", State::Late { by: 1 }),
        // A weekend makes nothing later, once it is late.
        ("2026-11-28", State::Late { by: 1 }),
        ("2026-11-30", State::Late { by: 2 }),
    ] {
        assert_eq!(only(record(), &facts(), now).state, expected, "{now}");
    }
    for (locked, late_by) in [("2026-11-23", 0), ("2026-11-26T23:00", 0), ("2026-11-27", 1), ("2026-12-01", 3)] {
        let facts = Facts { locked_at: Some(at(locked)), ..facts() };
        let clock = only(record(), &facts, "2027-01-04");
        assert_eq!(clock.state, State::Met { on: at(locked).date(), late_by }, "{locked}");
        assert_eq!(clock.was_late(), late_by > 0);
        assert!(!clock.can_be_said, "the lock alone says it");
    }
}

#[test]
fn a_clock_starts_with_what_starts_it() {
    let corrections = || rule(Due::Corrections, 10, WD, ClockStart::Received);
    assert_eq!(only(corrections(), &facts(), "2026-11-27").state, State::NotStarted);
    let sent = Facts { received_at: Some(at("2026-11-26")), ..facts() };
    let clock = only(corrections(), &sent, "2026-11-27");
    assert_eq!((clock.day(), &clock.state), (Some(day("2026-12-10")), &State::Running { left: Some(9) }));
    assert_eq!(only(corrections(), &sent, "2026-12-11").state, State::Over, "a time to ask is over, not late");

    let panel = || rule(Due::Other, 5, WD, ClockStart::WhatLedToIt);
    assert_eq!(only(panel(), &facts(), "2026-11-27").state, State::NotStarted);
    let known = BTreeMap::from([("other".to_owned(), day("2026-11-20"))]);
    let known = Facts { said_started: known, ..facts() };
    assert_eq!(only(panel(), &known, "2026-11-27").day(), Some(day("2026-11-27")));
    // Nobody moves what the server knows.
    let moved = BTreeMap::from([("record".to_owned(), day("2026-12-20"))]);
    let moved = Facts { said_started: moved, ..facts() };
    assert_eq!(
        only(rule(Due::Record, 3, WD, ClockStart::Meeting), &moved, "2026-11-27").day(),
        Some(day("2026-11-26"))
    );

    let conference = || rule(Due::Meeting, 15, WD, ClockStart::StrategyDiscussion);
    assert_eq!(only(conference(), &facts(), "2026-11-20").state, State::NotStarted);
    for (discussed, late_by) in [("2026-11-02", 0), ("2026-10-30", 1), ("2026-10-23", 6)] {
        let led = Facts { strategy_discussion: Some(at(discussed)), ..facts() };
        let planned = State::Planned { on: day("2026-11-23"), late_by };
        if late_by == 0 {
            assert_eq!(only(conference(), &led, "2026-11-13").state, planned);
        }
        let met = State::Met { on: day("2026-11-23"), late_by };
        assert_eq!(only(conference(), &led, "2026-11-24").state, met, "{discussed}");
    }
}

#[test]
fn what_comes_before_the_meeting_is_counted_backwards() {
    let report = ClockRule { before: true, ..rule(Due::ReportToFamily, 3, WD, ClockStart::Meeting) };
    for (now, expected) in [
        ("2026-11-17", State::Running { left: Some(1) }),
        ("2026-11-18", State::Running { left: Some(0) }),
        ("2026-11-19", State::Late { by: 1 }),
    ] {
        let clock = only(report.clone(), &facts(), now);
        assert_eq!((clock.day(), clock.state), (Some(day("2026-11-18")), expected), "{now}");
    }
    let exclusion = ClockRule { before: true, ..rule(Due::ExclusionRequest, 24, Unit::Hours, ClockStart::Meeting) };
    assert_eq!(only(exclusion.clone(), &facts(), "2026-11-22T10:00").state, State::Running { left: Some(0) });
    assert_eq!(only(exclusion, &facts(), "2026-11-22T10:01").state, State::Over);
}

#[test]
fn a_later_meeting_of_the_series_meets_what_waits_for_it() {
    let first = || rule(Due::FirstCoreGroup, 10, WD, ClockStart::Meeting);
    let with = |kind: &str, start: &str| Facts { later: vec![(kind.to_owned(), at(start))], ..facts() };
    for (facts, now, expected) in [
        (facts(), "2026-11-24", State::Running { left: Some(9) }),
        (with("review_conference", "2026-12-02"), "2026-11-24", State::Running { left: Some(9) }),
        (with("core_group", "2026-12-02"), "2026-11-24", State::Planned { on: day("2026-12-02"), late_by: 0 }),
        (with("core_group", "2026-12-09"), "2026-11-24", State::Planned { on: day("2026-12-09"), late_by: 2 }),
        (with("core_group", "2026-12-02"), "2026-12-03", State::Met { on: day("2026-12-02"), late_by: 0 }),
        (with("core_group", "2026-12-09"), "2026-12-08", State::Late { by: 1 }),
    ] {
        assert_eq!(only(first(), &facts, now).state, expected, "{now} {:?}", facts.later);
    }
    let review = || rule(Due::Review, 3, Unit::Months, ClockStart::Meeting);
    let clock = only(review(), &with("core_group", "2026-12-02"), "2026-12-03");
    assert_eq!(clock.day(), Some(day("2027-02-23")));
    assert!(clock.is_running(), "a core group is no review");
    let reviewed = only(review(), &with("review_conference", "2027-02-22"), "2027-02-22T12:00");
    assert_eq!(reviewed.state, State::Met { on: day("2027-02-22"), late_by: 0 });
}

#[test]
fn what_only_people_know_is_met_when_they_say_so() {
    let rules =
        [rule(Due::Other, 2, Unit::Weeks, ClockStart::Meeting), rule(Due::Other, 4, Unit::Weeks, ClockStart::Meeting)];
    let mut facts = facts();
    facts.said_done.insert("other-2".to_owned(), day("2026-12-22"));
    let found = clocks(&rules, &facts, Some(&england()), &at("2026-12-30"));
    let states: Vec<(&str, &State)> = found.iter().map(|clock| (clock.key.as_str(), &clock.state)).collect();
    assert_eq!(states[0], ("other", &State::Late { by: 15 }), "Christmas Day and Boxing Day's Monday don't count");
    assert_eq!(states[1], ("other-2", &State::Met { on: day("2026-12-22"), late_by: 1 }));
    assert!(found[..2].iter().all(|clock| clock.can_be_said));
}

#[test]
fn without_a_list_nobody_guesses() {
    let record = rule(Due::Record, 3, WD, ClockStart::Meeting);
    let found = clocks(std::slice::from_ref(&record), &facts(), None, &at("2026-11-23"));
    assert_eq!(found.len(), 1, "the policy's clock would say the same: {found:?}");
    assert_eq!((&found[0].when, &found[0].state), (&When::NotKnown(NotKnown::NoCalendar), &State::NotKnown));
    let far = Facts { starts_at: at("2028-12-28"), ..facts() };
    let clock = only(record, &far, "2028-12-28");
    assert!(matches!(clock.when, When::NotKnown(NotKnown::BeyondTheCalendar { .. })), "{:?}", clock.when);
}

#[test]
fn people_are_reminded_the_day_before_when_it_is_late_and_every_week_after() {
    let england = england();
    let record = || rule(Due::Record, 3, WD, ClockStart::Meeting);
    for (start, today, expected) in [
        ("2026-11-23", "2026-11-24", None),
        ("2026-11-23", "2026-11-25", Some("due_tomorrow")),
        ("2026-11-23", "2026-11-26", None),
        ("2026-11-23", "2026-11-27", Some("late_0")),
        ("2026-11-23", "2026-12-03", Some("late_0")),
        ("2026-11-23", "2026-12-04", Some("late_1")),
        ("2026-11-23", "2026-12-11", Some("late_2")),
        // Due on a Monday: said on the Friday before, and until then.
        ("2026-11-25", "2026-11-27", Some("due_tomorrow")),
        ("2026-11-25", "2026-11-30", None),
        ("2026-11-25", "2026-12-01", Some("late_0")),
    ] {
        let facts = Facts { starts_at: at(start), ..facts() };
        let clock = only(record(), &facts, today);
        let said = reminder(&clock, Some(&england), day(today)).map(|reminder| reminder.stage());
        assert_eq!(said.as_deref(), expected, "meeting {start}, {today}");
    }
    let locked = Facts { locked_at: Some(at("2026-11-30")), ..facts() };
    assert_eq!(reminder(&only(record(), &locked, "2026-12-04"), Some(&england), day("2026-12-04")), None);
}
