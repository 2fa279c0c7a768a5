//! One meeting of each kind that Accord ships, from the form to the copies.

use serde_json::{Value, json};
use tests::demo::Meeting;

use super::{DECIDED, TO_DO, are_sent_to, copies, in_days, keys, lock, said_in, set_up, shown, write_everything};
use crate::cast::Cast;

/// What each kind gives the family: a seat or none, and the copy.
const KINDS: &[(&str, &str, Option<&str>)] = &[
    ("child_in_need", "with_consent", Some("family")),
    ("core_group", "expected", Some("family")),
    ("ehc_review", "expected", Some("family")),
    ("family_group_conference", "expected", Some("family")),
    ("initial_conference", "expected", Some("family")),
    ("looked_after_review", "expected", Some("family")),
    ("mappa", "never", None),
    ("marac", "never", None),
    ("rapid_review", "never", None),
    ("review_conference", "expected", Some("family")),
    ("strategy_discussion", "never", None),
];

/// Such records stand in no child's case record, where a family may come to read it.
const FILED_NOWHERE: &[&str] = &["mappa", "marac"];

#[tokio::test]
async fn a_meeting_of_each_kind_runs_through_its_life() {
    let cast = Cast::assemble().await;
    let offered = cast.chair.get("/api/v1/meeting-kinds").await.expect(200).json();
    let offered = offered.as_array().unwrap();
    let mut found: Vec<(&str, &str)> =
        offered.iter().map(|one| (one["kind"].as_str().unwrap(), one["family"].as_str().unwrap())).collect();
    found.sort_unstable();
    assert_eq!(found, KINDS.iter().map(|(kind, family, _)| (*kind, *family)).collect::<Vec<_>>());
    cast.mother.get("/api/v1/meeting-kinds").await.expect(403);

    for (kind, family, copy) in KINDS {
        let pack = offered.iter().find(|one| one["kind"] == *kind).unwrap();
        println!("{kind}");
        if *family == "never" {
            the_family_has_no_seat(&cast, kind).await;
            run(&cast, pack, &[], None).await;
        } else {
            run(&cast, pack, &[(cast.mother.id(), "family")], *copy).await;
        }
    }
}

async fn the_family_has_no_seat(cast: &Cast, kind: &str) {
    for role in ["family", "young_person", "observer"] {
        let refused = set_up(cast, kind, &in_days(0), &[(cast.mother.id(), role)]).await;
        let errors = refused.expect(422).json()["errors"].clone();
        let said = errors[0]["words"].as_str().unwrap();
        assert!(errors[0]["place"] == "invitees" && said.contains("no seat"), "{kind}, as {role}: {errors}");
    }
    let draft = json!({
        "kind": kind, "date": in_days(0), "time": "10:00", "children": [cast.server.demo().children[0].id],
        "invitees": [{ "person": cast.chair.id(), "role": "chair" }],
        "new_people": [{ "name": "Jo Reed", "role": "family", "title": "grandmother" }],
    });
    let refused = cast.chair.post_json("/api/v1/meetings", &draft).await;
    assert_eq!(refused.expect(422).json()["errors"][0]["place"], "new_people", "{kind}");
}

async fn run(cast: &Cast, pack: &Value, others: &[(&str, &str)], family_copy: Option<&str>) {
    let kind = pack["kind"].as_str().unwrap();
    let created = set_up(cast, kind, &in_days(0), others).await;
    let meeting = shown(&cast.chair, &created).await;
    assert_eq!(meeting["title"], pack["default_title"], "{kind}: nobody said otherwise");
    assert_eq!(meeting["kind_name"], pack["name"], "{kind}");
    let sections = keys(&meeting["sections"]);
    assert_eq!(sections, keys(&pack["sections"]), "{kind}");
    let meeting: Meeting = serde_json::from_value(meeting).unwrap();

    // The review asks for what the pack does not let go, and for nothing once it is there.
    let mandatory: Vec<String> = pack["sections"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["mandatory"] == true)
        .map(|one| format!("section-{}", one["key"].as_str().unwrap()))
        .collect();
    assert_eq!(empty_sections(cast, &meeting.id).await, mandatory, "{kind}");
    write_everything(cast, &meeting, &sections).await;
    assert_eq!(empty_sections(cast, &meeting.id).await, Vec::<String>::new(), "{kind}");
    lock(cast, &meeting.id).await;

    let (_, full) = copies(&cast.chair, &meeting.id).await.into_iter().find(|(copy, _)| copy == "full").unwrap();
    let full = cast.chair.get(&format!("/api/v1/editions/{full}.json")).await.expect(200).text();
    for words in sections.iter().map(|section| said_in(section)).chain([DECIDED.to_owned(), TO_DO.to_owned()]) {
        assert!(full.contains(&words), "{kind}: the record lacks {words}");
    }
    assert!(are_sent_to(cast, &meeting.id, cast.police.id()).await, "{kind}");
    assert_eq!(are_sent_to(cast, &meeting.id, cast.mother.id()).await, family_copy.is_some(), "{kind}");
    let case_records = format!("/api/v1/agencies/{}/case-records", cast.police.person().agency_id());
    let filed = cast.police.get(&case_records).await.expect(200).text().contains(&meeting.id);
    assert_eq!(filed, !FILED_NOWHERE.contains(&kind), "{kind}");
    let Some(family_copy) = family_copy else {
        cast.mother.get(&format!("/api/v1/meetings/{}/editions", meeting.id)).await.expect(404);
        return;
    };
    let hers = copies(&cast.mother, &meeting.id).await;
    let (_, id) = hers.iter().find(|(copy, _)| copy == family_copy).unwrap_or_else(|| panic!("{kind}: {hers:?}"));
    let hers = cast.mother.get(&format!("/api/v1/editions/{id}.html")).await.expect(200).text();
    assert!(hers.contains(&said_in(&sections[0])) && hers.contains(DECIDED), "{kind}");
}

/// Where the review finds a section empty; asked by locking with nothing acknowledged, which must fail: nobody is marked as
/// present.
async fn empty_sections(cast: &Cast, meeting: &str) -> Vec<String> {
    let refused = cast.chair.post_json(&format!("/api/v1/meetings/{meeting}/lock"), &json!({})).await;
    let errors = refused.expect(409).json()["errors"].clone();
    let empty =
        errors.as_array().unwrap().iter().filter(|error| error["key"].as_str().unwrap().starts_with("section_empty"));
    empty.map(|error| error["place"].as_str().unwrap().to_owned()).collect()
}
