#![allow(clippy::unwrap_used)]
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ids::DocumentId;
use crate::record::{
    Approval, AttendanceStatus, ChildFacts, Ground, MeetingFacts, Position, Role, Scaling, ScalingAnswer, Seat,
    Section, View,
};

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

/// A part whose every text is marked, so that it can be looked for.
fn part(part: Part, mark: &str, rows: usize) -> PartRecord {
    let id = |n: usize| RowId(Uuid::from_u128(n as u128 + if part.is_main() { 0 } else { 1000 }));
    let child = ChildId(Uuid::from_u128(50));
    let rows = 0..rows;
    PartRecord {
        document: DocumentId(Uuid::from_u128(1)),
        heads: vec![format!("{mark}-heads")],
        attendance: vec![Attendance {
            person: person(1),
            status: AttendanceStatus::Present,
            arrived_at: String::new(),
            left_at: String::new(),
            note: format!("{mark}-note"),
        }],
        sections: vec![Section {
            key: "worries".into(),
            heading: "Worries".into(),
            entries: rows
                .clone()
                .map(|n| Entry {
                    tool: String::new(),
                    scale: String::new(),
                    attachment: None,
                    id: id(n),
                    pos: format!("a{n}"),
                    text: format!("{mark}-text-{n}"),
                    nature: Nature::Fact,
                    source: format!("{mark}-source"),
                    by: person(1),
                    recorded_by: None,
                    about: vec![child],
                })
                .collect(),
        }],
        decisions: rows
            .clone()
            .map(|n| Decision {
                outcome: String::new(),
                threshold: String::new(),
                id: id(n),
                pos: format!("a{n}"),
                child,
                text: format!("{mark}-decision"),
                rationale: format!("{mark}-reason"),
                category: format!("{mark}-category"),
                agreed: true,
            })
            .collect(),
        views: rows
            .clone()
            .map(|n| View {
                id: id(n),
                decision: id(n),
                agency: None,
                by: person(1),
                position: Position::NotAgree,
                reason: format!("{mark}-view"),
            })
            .collect(),
        actions: rows
            .map(|n| Action {
                carried_from: None,
                id: id(n),
                pos: format!("a{n}"),
                outcome: format!("{mark}-outcome"),
                what: format!("{mark}-what"),
                owner: Some(person(1)),
                due: String::new(),
                measure: format!("{mark}-measure"),
                about: vec![],
                status: crate::record::ActionStatus::Open,
            })
            .collect(),
        part,
    }
}

fn term(term: &str, say: &str) -> crate::wording::Term {
    crate::wording::Term { term: term.into(), also: vec![], say: say.into() }
}

fn record(open: usize, restricted: usize) -> Record {
    Record {
        format: Record::FORMAT.into(),
        version: 1,
        partnership: "P".into(),
        meeting: MeetingFacts {
            id: MeetingId(Uuid::from_u128(9)),
            kind: "core_group".into(),
            kind_name: "Core group".into(),
            title: "Core group".into(),
            starts_at: "2026-11-23T10:00:00Z".into(),
            place: "Here".into(),
            rule_pack: String::new(),
        },
        children: vec![ChildFacts { id: ChildId(Uuid::from_u128(50)), name: "C".into(), date_of_birth: String::new() }],
        seats: vec![Seat {
            person: person(1),
            name: "Seated".into(),
            role: Role::Chair,
            title: "chair".into(),
            agency: None,
            agency_name: String::new(),
            removed_at: None,
        }],
        parts: vec![part(Part::main(), "open", open), part(Part::professionals(), "restricted", restricted)],
        closed_sessions: vec![],
        quorum: None,
        agreed_sections: vec![],
        read_back: vec![],
        scalings: vec![],
        approval: Approval {
            by: person(1),
            at: String::new(),
            statement: String::new(),
            method: String::new(),
            missing: vec!["restricted-missing".into()],
            went_on: vec![crate::record::GoneOn {
                missing: "restricted-missing".into(),
                reason: "restricted-why".into(),
            }],
        },
        glossary: vec![term("CIN", "child in need"), term("IDVA", "restricted-adviser")],
    }
}

/// The same meeting with two closed sessions, of whose second nobody outside is told, and a question in each part.
fn with_sessions(rows: usize) -> Record {
    let mut record = record(1, 1);
    for number in [1, 2] {
        let mark = format!("secret{number}");
        record.parts.push(part(Part::closed(number), &mark, rows));
        record.closed_sessions.push(ClosedSession {
            part: Part::closed(number),
            ground: Ground::ConfidentialInformation,
            reason: format!("{mark}-why"),
            opened_at: format!("2026-11-23T10:0{number}:00Z"),
            ended_at: String::new(),
            readers: vec![person(1)],
            not_open_to: vec![],
            told: number == 1,
        });
    }
    for part in [Part::main(), Part::professionals(), Part::closed(1), Part::closed(2)] {
        let mark = part.closed_number().map_or_else(|| part.as_str().to_owned(), |number| format!("secret{number}"));
        record.scalings.push(Scaling {
            part,
            child: ChildId(Uuid::from_u128(50)),
            question: format!("{mark}-question"),
            revealed_at: String::new(),
            answers: vec![ScalingAnswer {
                by: person(1),
                scale: Some(4),
                view: format!("{mark}-answer"),
                recorded_by: None,
            }],
        });
    }
    record
}

#[test]
fn that_a_part_was_closed_stands_where_the_chair_said() {
    let record = with_sessions(1);
    let sessions = |kind| compile(&record, "sha", kind, EditionId(Uuid::nil())).closed_sessions;
    assert_eq!(sessions(EditionKind::Full).len(), 2);
    assert_eq!(sessions(EditionKind::PlanSummary), []);
    let told = sessions(EditionKind::Family);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].opened_at.as_str(), told[0].reason.as_str()), ("2026-11-23T10:01:00Z", ""));
    assert!(told[0].readers.is_empty());
}

#[test]
fn a_record_without_closed_sessions_and_questions_keeps_its_bytes() {
    let json = String::from_utf8(crate::canonical::bytes(&record(1, 1)).unwrap()).unwrap();
    assert!(!json.contains("closed_sessions") && !json.contains("scalings"));
}

#[test]
fn who_lost_their_seat_is_named_where_they_took_part_and_nowhere_else() {
    let mut record = record(1, 0);
    record.seats[0].removed_at = Some("2026-11-23T10:30:00Z".into());
    let copy = compile(&record, "sha", EditionKind::Family, EditionId(Uuid::nil()));
    assert_eq!(copy.attendance[0].person.name, "Seated");
    assert_eq!(copy.sections[0].entries[0].by.name, "Seated");

    record.parts[0].attendance[0].status = AttendanceStatus::Invited;
    let copy = compile(&record, "sha", EditionKind::Family, EditionId(Uuid::nil()));
    assert!(copy.attendance.is_empty(), "invited by mistake, and gone before it began");
    record.seats[0].removed_at = None;
    let copy = compile(&record, "sha", EditionKind::Family, EditionId(Uuid::nil()));
    assert_eq!(copy.attendance.len(), 1);
}

proptest! {
    #[test]
    fn nothing_of_a_restricted_part_is_in_a_copy_made_from_main(open in 0..6_usize, restricted in 0..6_usize) {
        let record = record(open, restricted);
        for kind in [EditionKind::Family, EditionKind::PlanSummary] {
            let edition = compile(&record, "sha", kind, EditionId(Uuid::nil()));
            let json = serde_json::to_string(&edition).unwrap();
            prop_assert!(!json.contains("restricted"), "{kind}: {json}");
        }
    }

    #[test]
    fn nothing_of_a_closed_session_is_in_any_copy_but_its_own(rows in 0..6_usize) {
        let record = with_sessions(rows);
        for &kind in EditionKind::ALL {
            let json = serde_json::to_string(&compile(&record, "sha", kind, EditionId(Uuid::nil()))).unwrap();
            prop_assert!(!json.contains("secret") && !json.contains("closed-"), "{kind}: {json}");
        }
        let copy = compile_closed(&record, "sha", &Part::closed(1), EditionId(Uuid::nil()));
        let json = serde_json::to_string(&copy).unwrap();
        for foreign in ["secret2", "open-", "restricted", "main-question", "professionals-question"] {
            prop_assert!(!json.contains(foreign), "{json}");
        }
        prop_assert_eq!(copy.sections[0].entries.len(), rows);
        prop_assert_eq!((copy.scalings.len(), copy.closed_sessions.len()), (1, 1));
        prop_assert_eq!(&copy.closed_sessions[0].reason, "secret1-why");
        // No other part is had by asking for it as if it were a closed session.
        for part in [Part::main(), Part::professionals()] {
            let none = compile_closed(&record, "sha", &part, EditionId(Uuid::nil()));
            prop_assert!(none.sections.is_empty() && none.decisions.is_empty() && none.scalings.is_empty());
        }
    }

    #[test]
    fn the_full_copy_holds_every_text_of_every_part(open in 0..6_usize, restricted in 0..6_usize) {
        let record = record(open, restricted);
        let edition = compile(&record, "sha", EditionKind::Full, EditionId(Uuid::nil()));
        prop_assert_eq!(edition.sections[0].entries.len(), open + restricted);
        prop_assert_eq!(edition.decisions.len(), open + restricted);
        prop_assert_eq!(edition.actions.len(), open + restricted);
        let positions: Vec<usize> =
            edition.sections[0].entries.iter().map(|e| e.text.rsplit('-').next().unwrap().parse().unwrap()).collect();
        prop_assert!(positions.is_sorted(), "woven by position: {:?}", positions);
    }

    #[test]
    fn the_same_record_gives_the_same_bytes(open in 0..6_usize) {
        let bytes = |_| crate::canonical::bytes(&compile(&record(open, 2), "sha", EditionKind::Full, EditionId(Uuid::nil()))).unwrap();
        prop_assert_eq!(bytes(()), bytes(()));
    }
}

#[test]
fn a_copy_explains_the_short_forms_that_stand_in_it_and_no_other() {
    let mut record = record(1, 1);
    record.parts[0].sections[0].entries[0].text = "A CIN plan".into();
    record.parts[1].actions[0].what = "Ring the IDVA".into();
    let terms = |kind| {
        let copy = compile(&record, "sha", kind, EditionId(Uuid::nil()));
        copy.glossary.into_iter().map(|one| one.term).collect::<Vec<_>>()
    };
    assert_eq!(terms(EditionKind::Full), ["CIN", "IDVA"]);
    assert_eq!(terms(EditionKind::Family), ["CIN"]);
    assert!(terms(EditionKind::PlanSummary).is_empty());
}

#[test]
fn why_the_chair_went_on_stands_in_the_full_copy_alone() {
    let record = record(1, 1);
    for &kind in EditionKind::ALL {
        let copy = compile(&record, "sha", kind, EditionId(Uuid::nil()));
        assert_eq!(copy.approval.went_on.len(), usize::from(kind == EditionKind::Full), "{kind}");
    }
}
