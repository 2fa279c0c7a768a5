#![allow(clippy::unwrap_used)]

use uuid::Uuid;

use super::*;
use crate::calendar::{BankHoliday, BankHolidays};
use crate::ids::{DocumentId, RowId};
use crate::record::{Approval, ChildFacts, MeetingFacts, Part, PartRecord, Seat};
use crate::rules::{ClockStart, RulePack};

const WORKER: PersonId = PersonId(Uuid::from_u128(1));
const MOTHER: PersonId = PersonId(Uuid::from_u128(2));
const FATHER: PersonId = PersonId(Uuid::from_u128(3));
const LENA: ChildId = ChildId(Uuid::from_u128(50));
const ADAM: ChildId = ChildId(Uuid::from_u128(51));

#[test]
fn a_request_is_its_askers_and_theirs_who_run_the_meeting() {
    for &role in Role::ALL {
        let standing = Standing::Seated(role);
        let runs = matches!(role, Role::Chair | Role::MinuteTaker);
        assert_eq!(may_see_request(FATHER, standing, MOTHER), runs, "{role}");
        assert!(may_see_request(MOTHER, standing, MOTHER), "{role}");
        for (ruling, seen) in [(None, runs), (Some(Ruling::Refused), runs), (Some(Ruling::Granted), true)] {
            assert_eq!(may_see_item(FATHER, standing, MOTHER, ruling), seen, "{role} {ruling:?}");
        }
    }
    for standing in [Standing::Removed, Standing::Stranger] {
        assert!(!may_see_request(MOTHER, standing, MOTHER) && !may_see_request(FATHER, standing, MOTHER));
        assert!(!may_see_item(MOTHER, standing, MOTHER, Some(Ruling::Granted)));
    }
}

#[test]
fn a_report_is_due_working_days_before_the_meeting() {
    let clock = |within, unit, before| ClockRule {
        due: Due::ReportToFamily,
        what: String::new(),
        within,
        unit,
        from: ClockStart::Meeting,
        before,
        source: String::new(),
    };
    let days = Unit::WorkingDays;
    let day = |text: &str| text.parse::<Date>().unwrap();
    let holiday = |text: &str| BankHoliday { date: day(text), name: "Christmas".into() };
    let calendar = Calendar::new(BankHolidays {
        name: "England".into(),
        nations: vec!["england".into()],
        source: String::new(),
        checked: day("2026-11-01"),
        from: day("2026-01-01"),
        official_until: day("2027-12-31"),
        until: day("2027-12-31"),
        days: vec![holiday("2026-12-25"), holiday("2026-12-28")],
    })
    .unwrap();
    for (clocks, meeting, due) in [
        (vec![], "2026-11-26", "2026-11-23"),
        (vec![clock(3, days, true)], "2026-11-26", "2026-11-23"),
        // Over a weekend, and over Christmas: 25 and 28 December 2026 are holidays.
        (vec![clock(5, days, true)], "2026-11-26", "2026-11-19"),
        (vec![clock(3, days, true)], "2026-12-30", "2026-12-23"),
        (vec![clock(2, Unit::Weeks, true)], "2026-11-26", "2026-11-12"),
        (vec![clock(24, Unit::Hours, true)], "2026-11-26", "2026-11-25"),
        // One that is not counted backwards is not about reports for this meeting.
        (vec![clock(9, days, false)], "2026-11-26", "2026-11-23"),
    ] {
        let pack = RulePack { clocks, ..RulePack::of_sections("core_group", vec![]) };
        let found = report_due(&pack, meeting.parse().unwrap(), Some(&calendar)).unwrap();
        assert_eq!(found.to_string(), due, "{meeting}");
    }
    let pack = RulePack::of_sections("core_group", vec![]);
    assert_eq!(report_due(&pack, "2026-11-26".parse().unwrap(), None), Err(NotKnown::NoCalendar));
}

fn action(n: u128, status: ActionStatus, about: &[ChildId]) -> Action {
    Action {
        id: RowId(Uuid::from_u128(n)),
        pos: "a".into(),
        outcome: String::new(),
        what: format!("Action {n}"),
        owner: Some(WORKER),
        due: String::new(),
        measure: String::new(),
        about: about.to_vec(),
        status,
        carried_from: None,
    }
}

fn part(part: Part, actions: Vec<Action>) -> PartRecord {
    PartRecord {
        part,
        document: DocumentId(Uuid::from_u128(100)),
        heads: vec![],
        attendance: vec![],
        sections: vec![],
        decisions: vec![],
        views: vec![],
        actions,
    }
}

fn record(meeting: u128, day: &str, seated: &[PersonId], children: &[ChildId], parts: Vec<PartRecord>) -> Record {
    let seat = |person: &PersonId| Seat {
        person: *person,
        name: format!("Person {}", person.0.as_u128()),
        role: if *person == WORKER { Role::Professional } else { Role::Family },
        title: String::new(),
        agency: None,
        agency_name: String::new(),
        removed_at: None,
    };
    let child = |id: &ChildId| ChildFacts { id: *id, name: String::new(), date_of_birth: String::new() };
    Record {
        format: Record::FORMAT.to_owned(),
        version: 1,
        partnership: String::new(),
        meeting: MeetingFacts {
            id: MeetingId(Uuid::from_u128(meeting)),
            kind: "core_group".into(),
            kind_name: "Core group".into(),
            title: "Core group".into(),
            starts_at: format!("{day}T10:00:00Z"),
            place: String::new(),
            rule_pack: String::new(),
        },
        children: children.iter().map(child).collect(),
        seats: seated.iter().map(seat).collect(),
        parts,
        approval: Approval {
            by: WORKER,
            at: String::new(),
            statement: String::new(),
            method: String::new(),
            missing: vec![],
            went_on: vec![],
            overrides: vec![],
        },
        closed_sessions: vec![],
        scalings: vec![],
        quorum: None,
        agreed_sections: vec![],
        read_back: vec![],
        plan_review: vec![],
        attachments: vec![],
        child_statuses: vec![],
        glossary: vec![],
    }
}

/// The actions somebody finds, by number.
fn found(earlier: &[Record], person: PersonId, role: Role, children: &[ChildId]) -> Vec<u128> {
    let found = carried(earlier, Reader { person, role, children });
    found.iter().map(|one| one.action.id.0.as_u128()).collect()
}

#[test]
fn what_is_done_is_not_carried_and_the_latest_comes_first() {
    let statuses = [ActionStatus::Open, ActionStatus::Done, ActionStatus::PartlyDone, ActionStatus::NotDone];
    let actions = (1..).zip(statuses).map(|(n, status)| action(n, status, &[])).collect();
    let older = record(1, "2026-09-01", &[WORKER], &[LENA], vec![part(Part::main(), actions)]);
    let newer =
        record(2, "2026-10-01", &[WORKER], &[LENA], vec![part(Part::main(), vec![action(9, ActionStatus::Open, &[])])]);
    let earlier = [older, newer];
    assert_eq!(found(&earlier, WORKER, Role::Professional, &[LENA]), [9, 1, 3, 4]);
    let left = carried(&earlier, Reader { person: WORKER, role: Role::Professional, children: &[LENA] });
    assert_eq!((left[0].owner.as_str(), left[0].held.as_str()), ("Person 1", "2026-10-01T10:00:00Z"));
}

#[test]
fn what_a_closed_session_decided_is_carried_to_nobody() {
    let closed = Part::parse("closed-1").unwrap();
    let parts = vec![part(Part::main(), vec![]), part(closed, vec![action(1, ActionStatus::Open, &[LENA])])];
    let earlier = [record(1, "2026-09-01", &[WORKER, MOTHER], &[LENA], parts)];
    for &role in Role::ALL {
        assert_eq!(found(&earlier, WORKER, role, &[LENA]), [0; 0], "{role}");
    }
}

#[test]
fn the_family_finds_what_they_read_there_and_nothing_about_another_child() {
    let main = vec![
        action(1, ActionStatus::Open, &[LENA]),
        action(2, ActionStatus::Open, &[ADAM]),
        action(3, ActionStatus::Open, &[]),
    ];
    let parts =
        vec![part(Part::main(), main), part(Part::professionals(), vec![action(4, ActionStatus::Open, &[LENA])])];
    let earlier = [record(1, "2026-09-01", &[WORKER, MOTHER], &[LENA, ADAM], parts)];
    assert_eq!(found(&earlier, WORKER, Role::Professional, &[LENA]), [1, 3, 4]);
    assert_eq!(found(&earlier, FATHER, Role::Professional, &[LENA]), [1, 3, 4], "workers change; the work stays");
    assert_eq!(found(&earlier, MOTHER, Role::Family, &[LENA]), [1]);
    assert_eq!(found(&earlier, MOTHER, Role::Family, &[LENA, ADAM]), [1, 2, 3]);
    assert_eq!(found(&earlier, FATHER, Role::Family, &[LENA, ADAM]), [0; 0], "he did not sit there");
    assert_eq!(found(&earlier, MOTHER, Role::Observer, &[LENA]), [1]);
}
