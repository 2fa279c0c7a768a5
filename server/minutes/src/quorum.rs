//! Whether enough agencies are in the room to decide, and what is missing if not. The live page works out the same from the
//! same rule; `golden/quorum.json` holds the cases that both are tested against.

use std::collections::BTreeSet;

use crate::record::{Attendance, AttendanceStatus, PartRecord, Role, Seat};
use crate::rules::QuorumRule;

/// Somebody in the room, as far as a quorum asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    /// Empty for whoever comes for no agency.
    pub agency: String,
    /// `police`, `health` …
    pub kind: String,
    pub role: Role,
}

/// What is missing for a quorum, in words; nothing when the meeting is quorate. An agency counts once, however many people
/// come from it.
pub fn missing(rule: &QuorumRule, here: &[Here]) -> Vec<String> {
    let counted = here.iter().filter(|one| speaks_for_an_agency(one, rule.chair_counts));
    let agencies: BTreeSet<(&str, &str)> =
        counted.map(|one| (one.agency.as_str(), one.kind.as_str())).filter(|(agency, _)| !agency.is_empty()).collect();
    let comes = |kind: &String| agencies.iter().any(|(_, its)| its == kind);
    let needed = rule.agencies.iter().filter(|kind| !comes(kind));
    let mut missing: Vec<String> =
        needed.map(|kind| format!("nobody is here from {}", kind.replace('_', " "))).collect();
    let met = rule.agencies.iter().filter(|kind| comes(kind)).count();
    let others = agencies.len().saturating_sub(met);
    match usize::try_from(rule.others_at_least).unwrap_or(usize::MAX).saturating_sub(others) {
        0 => {}
        1 => missing.push("1 more agency is needed".to_owned()),
        more => missing.push(format!("{more} more agencies are needed")),
    }
    missing
}

/// Whoever runs the meeting does not speak for an agency, unless the kind of meeting has it so.
const fn speaks_for_an_agency(one: &Here, chair_counts: bool) -> bool {
    match one.role {
        Role::Professional | Role::Manager => true,
        Role::Chair => chair_counts,
        Role::MinuteTaker | Role::Family | Role::YoungPerson | Role::Observer => false,
    }
}

/// Those in the room: now, or at a time of day (`HH:MM`). `kinds` are the kinds of the seats' agencies, in the same order.
pub fn here(parts: &[PartRecord], seats: &[Seat], kinds: &[String], at: Option<&str>) -> Vec<Here> {
    let rows = parts.iter().filter(|part| part.part.is_main()).flat_map(|part| &part.attendance);
    let here: BTreeSet<_> = rows.filter(|row| is_here(row, at)).map(|row| row.person).collect();
    let people = seats.iter().zip(kinds).filter(|(seat, _)| here.contains(&seat.person));
    people
        .map(|(seat, kind)| Here {
            agency: seat.agency.map(|agency| agency.to_string()).unwrap_or_default(),
            kind: kind.clone(),
            role: seat.role,
        })
        .collect()
}

fn is_here(row: &Attendance, at: Option<&str>) -> bool {
    let left = match at {
        None => !row.left_at.is_empty(),
        Some(at) => !row.left_at.is_empty() && row.left_at.as_str() < at,
    };
    let came = at.is_none_or(|at| row.arrived_at.as_str() <= at);
    row.status == AttendanceStatus::Present && came && !left
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ids::PersonId;
    use uuid::Uuid;

    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        rule: Rule,
        here: Vec<Somebody>,
        missing: Vec<String>,
    }

    #[derive(serde::Deserialize)]
    struct Rule {
        agencies: Vec<String>,
        others_at_least: u32,
        chair_counts: bool,
    }

    #[derive(serde::Deserialize)]
    struct Somebody {
        agency: String,
        kind: String,
        role: Role,
    }

    #[test]
    fn the_cases_agreed_with_the_page() {
        let cases: Vec<Case> = serde_json::from_str(include_str!("../golden/quorum.json")).unwrap();
        assert!(cases.len() > 5);
        for case in cases {
            let rule = QuorumRule {
                agencies: case.rule.agencies,
                others_at_least: case.rule.others_at_least,
                chair_counts: case.rule.chair_counts,
                reset_working_days: None,
                never_twice_in_a_row: false,
                source: String::new(),
            };
            let here: Vec<Here> =
                case.here.into_iter().map(|one| Here { agency: one.agency, kind: one.kind, role: one.role }).collect();
            assert_eq!(missing(&rule, &here), case.missing, "{}", case.name);
        }
    }

    #[test]
    fn somebody_is_here_from_when_they_came_until_they_left() {
        let row = |status, arrived: &str, left: &str| Attendance {
            person: PersonId(Uuid::from_u128(1)),
            status,
            arrived_at: arrived.into(),
            left_at: left.into(),
            note: String::new(),
        };
        let present = AttendanceStatus::Present;
        for (row, at, expected) in [
            (row(present, "10:00", ""), None, true),
            (row(present, "10:00", "11:00"), None, false),
            (row(present, "10:00", "11:00"), Some("10:30"), true),
            (row(present, "10:00", "11:00"), Some("11:00"), true),
            (row(present, "10:00", "11:00"), Some("11:01"), false),
            (row(present, "10:00", ""), Some("09:59"), false),
            (row(present, "", ""), Some("09:00"), true),
            (row(AttendanceStatus::Apologies, "10:00", ""), None, false),
        ] {
            assert_eq!(is_here(&row, at), expected, "{row:?} {at:?}");
        }
    }
}
