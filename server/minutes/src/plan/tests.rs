#![allow(clippy::unwrap_used)]

use uuid::Uuid;

use super::*;

const fn child(n: u128) -> ChildId {
    ChildId(Uuid::from_u128(n))
}

const fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

const fn agency(n: u128) -> AgencyId {
    AgencyId(Uuid::from_u128(n))
}

fn row(n: u128, part: Part, status: ActionStatus, about: &[u128], owner: Option<u128>) -> PlanRow {
    PlanRow {
        part,
        action: Action {
            id: RowId(Uuid::from_u128(n)),
            pos: format!("a{n}"),
            outcome: "She sleeps through the night".to_owned(),
            what: "Visit every week".to_owned(),
            owner: owner.map(person),
            due: "2026-12-01".to_owned(),
            measure: String::new(),
            about: about.iter().map(|n| child(*n)).collect(),
            status,
            carried_from: None,
        },
    }
}

#[test]
fn what_is_not_done_comes_over_to_the_same_readers() {
    let rows = [
        row(1, Part::main(), ActionStatus::Open, &[1], Some(7)),
        row(2, Part::main(), ActionStatus::Done, &[1], Some(7)),
        row(3, Part::main(), ActionStatus::PartlyDone, &[1, 2], Some(8)),
        row(4, Part::main(), ActionStatus::NotDone, &[2], None),
        row(5, Part::professionals(), ActionStatus::Open, &[1], None),
        row(6, Part::main(), ActionStatus::Open, &[], None),
    ];
    let carried_to = |part| carried(&rows, &part, &[child(1)], &[person(7)]);
    let main = carried_to(Part::main());
    let seen: Vec<(u128, Option<PersonId>, usize)> =
        main.iter().map(|action| (action.id.0.as_u128(), action.owner, action.about.len())).collect();
    assert_eq!(seen, [(1, Some(person(7)), 1), (3, None, 1), (6, None, 0)]);
    assert!(main.iter().all(|action| action.carried_from == Some(action.id)));
    let restricted = carried_to(Part::professionals());
    assert_eq!(restricted.iter().map(|action| action.id.0.as_u128()).collect::<Vec<_>>(), [5]);
}

#[test]
fn a_plan_ends_when_it_is_signed_judged_and_the_last() {
    let ready = Standing { locked: true, is_last: true, not_judged: 0, asked: false, closed: false };
    for (plan, expected) in [
        (ready, Ok(())),
        (Standing { not_judged: 2, ..ready }, Err(EndRefusal::NotJudged(2))),
        (Standing { locked: false, ..ready }, Err(EndRefusal::NotLocked)),
        (Standing { is_last: false, ..ready }, Err(EndRefusal::NotTheLast)),
        (Standing { asked: true, not_judged: 2, ..ready }, Err(EndRefusal::Asked)),
        (Standing { closed: true, asked: true, ..ready }, Err(EndRefusal::Closed)),
    ] {
        assert_eq!(may_end(plan), expected, "{plan:?}");
    }
}

#[test]
fn social_care_answers_for_a_plan_or_else_whoever_chairs() {
    let (care, school) = (Some(agency(1)), Some(agency(2)));
    for (seats, expected) in [
        (vec![(Role::Chair, school, "school"), (Role::Professional, care, "social_care")], care),
        (vec![(Role::Chair, school, "school"), (Role::Professional, Some(agency(3)), "police")], school),
        (vec![(Role::Family, None, ""), (Role::Chair, None, "")], None),
        (vec![(Role::Observer, care, "social_care"), (Role::Chair, school, "school")], school),
    ] {
        assert_eq!(approving_agency(seats.clone()), expected, "{seats:?}");
    }
}

#[test]
fn a_manager_of_that_agency_approves_and_never_their_own_request() {
    for &role in Role::ALL {
        assert_eq!(may_approve(role, Some(agency(1)), agency(1), false), role == Role::Manager, "{role}");
    }
    for (own, is_asker) in [(Some(agency(2)), false), (None, false), (Some(agency(1)), true)] {
        assert!(!may_approve(Role::Manager, own, agency(1), is_asker), "{own:?} {is_asker}");
    }
}
