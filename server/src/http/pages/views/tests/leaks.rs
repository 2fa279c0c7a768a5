//! For any record, parts and readers: no copy says, as data or as a page, what its readers may not have; and what somebody
//! wrote into an open part all the same is found in both.

use askama::Template;
use jiff::tz::TimeZone;
use minutes::edition::{self, Edition, EditionKind};
use minutes::ids::EditionId;
use minutes::leak::{self, Contact, Protected};
use minutes::record::{Part, Record};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::edition_file::EditionFile;

const ADDRESS: &str = "Flat 3, 82 Quay Street, Eastport EP1 2TT";
const SPELLINGS: [&str; 5] =
    ["82 QUAY-STREET", "ep12tt", "at Quay\u{200B} St. now", "８２ Quay\nStreet", "\u{202E}EP1 2TT\u{202C} & <b>"];

fn id(n: usize) -> String {
    Uuid::from_u128(n as u128).to_string()
}

/// What people wrote in one part: a sentence for each place a sentence can stand.
fn part(name: &str, number: usize, said: &[String]) -> Value {
    let row = |at: usize| id(10_000 * (number + 1) + at);
    let rows = |of: &dyn Fn(usize, &str) -> Value| -> Vec<Value> {
        said.iter().enumerate().map(|(at, text)| of(at, text)).collect()
    };
    let entry = |at: usize, text: &str| json!({ "id": row(at), "pos": format!("a{at}"), "text": text, "nature": "fact", "source": "", "by": id(1), "about": [] });
    let decision = |at: usize, text: &str| {
        json!({ "id": row(1_000 + at), "pos": "a", "child": id(50), "text": "", "rationale": text, "category": "",
            "agreed": true })
    };
    let view = |at: usize, text: &str| {
        json!({ "id": row(2_000 + at), "decision": row(1_000 + at), "agency": null, "by": id(1), "position": "not_agree",
            "reason": text })
    };
    let action = |at: usize, text: &str| {
        json!({ "id": row(3_000 + at), "pos": "a", "outcome": text, "what": text, "owner": null, "due": "", "measure": text,
            "about": [], "status": "open" })
    };
    json!({
        "part": name, "document": id(100 + number), "heads": [],
        "attendance": rows(&|at, text| json!({ "person": id(at + 1), "status": "present", "arrived_at": "", "left_at": "",
            "note": text })),
        "sections": [{ "key": "worries", "heading": "Worries", "entries": rows(&entry) }],
        "decisions": rows(&decision), "views": rows(&view), "actions": rows(&action),
    })
}

/// A record of an open part, one for professionals, and two closed sessions; in the first of these was the mother.
fn record(said: &[Vec<String>; 4]) -> Record {
    let names = ["main", "professionals", "closed-1", "closed-2"];
    let parts: Vec<Value> = names.iter().zip(said).enumerate().map(|(at, (name, said))| part(name, at, said)).collect();
    let seat = |person: usize, role: &str| json!({ "person": id(person), "name": "Somebody", "role": role, "title": "", "agency": null, "agency_name": "" });
    let session = |name: &str, said: &[String], readers: &[usize]| {
        json!({ "part": name, "ground": "child_asks", "reason": said.first().cloned().unwrap_or_default(),
            "opened_at": "2026-11-23T10:00:00Z", "ended_at": "", "not_open_to": [], "told": true,
            "readers": readers.iter().map(|reader| id(*reader)).collect::<Vec<_>>() })
    };
    let answer = |text: &String| json!({ "by": id(1), "scale": 3, "view": text });
    let scaling = json!({ "part": "professionals", "child": id(50), "question": "How safe?",
        "revealed_at": "2026-11-23T10:00:00Z", "answers": said[1].iter().map(answer).collect::<Vec<_>>() });
    let record = json!({
        "format": Record::FORMAT, "version": 1, "partnership": "Northmoor",
        "meeting": { "id": id(9), "kind": "core_group", "kind_name": "Core group", "title": "Core group",
            "starts_at": "2026-11-23T10:00:00Z", "place": "", "rule_pack": "" },
        "children": [{ "id": id(50), "name": "A Child", "date_of_birth": "" }],
        "seats": [seat(1, "chair"), seat(2, "professional"), seat(3, "family")],
        "parts": parts,
        "closed_sessions": [session("closed-1", &said[2], &[1, 3]), session("closed-2", &said[3], &[1, 2])],
        "scalings": [scaling],
        "approval": { "by": id(1), "at": "2026-11-23T12:00:00Z", "statement": "", "method": "", "missing": said[1].clone(),
            "overrides": [{ "found": said[3].first().cloned().unwrap_or_default(), "by": id(1), "why": "", "closed": true }] },
    });
    serde_json::from_value(record).unwrap()
}

fn compiled(record: &Record, copy: &leak::Copy<'_>) -> Edition {
    let nil = EditionId(Uuid::nil());
    match copy.session {
        Some(session) => edition::compile_closed(record, "", session, nil),
        None => edition::compile(record, "", copy.kind, nil),
    }
}

/// What the copy says as data, and as a page.
fn said_by(edition: &Edition) -> [Vec<String>; 2] {
    let page = EditionFile::new(edition, &TimeZone::UTC, "").render().unwrap();
    [leak::json_texts(&serde_json::to_value(edition).unwrap()), leak::markup_texts(&page).to_vec()]
}

fn sentences() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(prop::collection::vec("[a-z]{4,9}", 10..14).prop_map(|words| words.join(" ")), 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_copy_says_what_its_readers_may_not_have(
        said in [sentences(), sentences(), sentences(), sentences()],
        planted in prop::option::of((0..4_usize, 0..SPELLINGS.len(), any::<bool>())),
    ) {
        let mut said = said;
        // A sentence of the professionals, said again where the family reads it.
        let repeated = planted.is_some_and(|(_, _, repeats)| repeats) && !said[1].is_empty();
        if repeated {
            let sentence = said[1][0].to_uppercase();
            said[0].push(format!("Again: {sentence}"));
        }
        if let Some((part, spelling, _)) = planted {
            said[part].push(format!("{} {}", "We hear of it.", SPELLINGS[spelling]));
        }
        let record = record(&said);
        let contacts = [Contact {
            what: Protected::Address,
            about: id(3),
            whose: "Somebody".into(),
            text: ADDRESS.into(),
        }];
        let sessions = [Part::closed(1), Part::closed(2)];
        let kinds = [EditionKind::Full, EditionKind::Family, EditionKind::PlanSummary];
        let copies = kinds.map(|kind| leak::Copy { kind, session: None }).into_iter().chain(
            sessions.iter().map(|session| leak::Copy { kind: EditionKind::Closed, session: Some(session) }));
        for copy in copies {
            let guard = leak::guard(&record, &copy, &contacts);
            let edition = compiled(&record, &copy);
            for texts in said_by(&edition) {
                let found: Vec<Protected> = texts.iter().flat_map(|text| guard.search(text)).map(|hit| hit.what).collect();
                let family = copy.kind == EditionKind::Family || copy.session == Some(&sessions[0]);
                let holds = |at: usize| match copy.session {
                    Some(session) => *session == sessions[0] && at == 2,
                    None => at == 0,
                };
                let address = planted.is_some_and(|(part, ..)| family && holds(part));
                prop_assert_eq!(found.contains(&Protected::Address), address, "{} {:?}", copy.kind, copy.session);
                let said_again = repeated && matches!(copy.kind, EditionKind::Family | EditionKind::PlanSummary);
                prop_assert_eq!(
                    found.contains(&Protected::RestrictedText), said_again, "{} {:?}", copy.kind, copy.session
                );
            }
        }
    }
}
