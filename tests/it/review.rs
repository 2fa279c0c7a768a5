//! The review before the lock: what stands in its way, what it warns of, and how a chair goes on all the same.

use serde_json::{Value, json};
use tests::demo::Meeting;
use tests::writing::{Entry, add_action, add_entry};

use crate::cast::Cast;

const REASON: &str = "The housing office names somebody on Monday.";

/// A record in which an address stands where the family reads it, and an action is nobody's.
async fn spoilt() -> (Cast, String) {
    let cast = Cast::assemble().await;
    let document = cast.main_document();
    let mut chair = cast.chair.join(&cast.meeting).await;
    chair.open(document).await.unwrap();
    let entry = Entry::fact(cast.chair.id(), "The flat at 14, larch-rise is dry.");
    let entry = chair.edit(document, |record| add_entry(record, &entry)).await.unwrap();
    chair.edit(document, |record| add_action(record, "", "Monitor the repairs", "2030-01-15")).await.unwrap();
    chair.wait_saved(document).await.unwrap();
    (cast, entry)
}

fn path(meeting: &Meeting, what: &str) -> String {
    format!("/api/v1/meetings/{}/{what}", meeting.id)
}

fn codes(found: &Value, weight: &str) -> Vec<String> {
    let found = found.as_array().unwrap().iter().filter(|one| one["weight"] == weight);
    found.map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_chair_is_told_what_blocks_and_what_warns_and_where() {
    let (cast, entry) = spoilt().await;
    let review = path(&cast.meeting, "review");
    cast.police.get(&review).await.expect(403);
    cast.mother.get(&review).await.expect(403);
    let found = cast.chair.get(&review).await.expect(200).json();
    let mut blocks = codes(&found, "blocks");
    blocks.sort();
    assert_eq!(blocks, ["leak", "no_owner"]);
    assert_eq!(codes(&found, "warns"), ["vague_verb"]);
    let address = found.as_array().unwrap().iter().find(|one| one["code"] == "leak").unwrap();
    assert_eq!((&address["place"], &address["row"]), (&json!("section-since_last_met"), &json!(entry)));
    assert!(!address["words"].as_str().unwrap().contains("larch"), "the address is in one more place");
    let page = cast.chair.page(&format!("/meetings/{}/review", cast.meeting.id)).await;
    let page = page.expect(200).text();
    assert!(page.contains(&format!("#sheet-since_last_met/{entry}")) && page.contains("#sheet-plan/"));
}

#[tokio::test]
async fn a_block_is_gone_past_with_a_reason_that_stands_in_the_full_record() {
    let (cast, _) = spoilt().await;
    let lock = path(&cast.meeting, "lock");
    let refused = cast.chair.post_json(&lock, &json!({ "acknowledge_missing": true })).await.expect(409).json();
    assert_eq!(refused["code"], "leak");
    let errors = refused["errors"].as_array().unwrap();
    assert!(errors.len() == 2 && errors.iter().all(|error| error["weight"] == "blocks"), "{errors:?}");
    let key = |code: &str| {
        let keys = errors.iter().filter_map(|error| error["key"].as_str());
        keys.into_iter().find(|key| key.starts_with(code)).unwrap().to_owned()
    };
    let (owner, contact) = (key("no_owner"), key("leak"));
    let answer = |seen: bool, reasons: Value| json!({ "acknowledge_missing": seen, "reasons": reasons });
    let one = json!([{ "key": owner, "reason": REASON }]);
    cast.chair.post_json(&lock, &answer(true, one.clone())).await.expect(409);
    let both = json!([{ "key": owner, "reason": REASON }, { "key": contact, "reason": "They asked for it." }]);
    let warned = cast.chair.post_json(&lock, &answer(false, both.clone())).await.expect(409).json();
    assert_eq!(warned["errors"][0]["weight"], "warns");
    let long = json!({ "acknowledge_missing": true, "reason": "x".repeat(1001) });
    cast.chair.post_json(&lock, &long).await.expect(422);
    let locked = cast.chair.post_json(&lock, &answer(true, both)).await.expect(200).json();

    for edition in locked.as_array().unwrap() {
        let file = cast.chair.get(&format!("/api/v1/editions/{}.json", edition["id"].as_str().unwrap())).await;
        let holds = file.expect(200).text().contains(REASON);
        assert_eq!(holds, edition["kind"] == "full", "{}", edition["kind"]);
    }
    let page = cast.chair.page(&format!("/meetings/{}/record", cast.meeting.id)).await;
    assert!(matches!(page.status, 200 | 303));
}

#[tokio::test]
async fn on_the_page_nothing_typed_is_lost_and_a_reason_each_locks() {
    let (cast, _) = spoilt().await;
    let here = cast.server.base_url().to_owned();
    let lock = format!("/meetings/{}/lock", cast.meeting.id);
    let found = cast.chair.get(&path(&cast.meeting, "review")).await.expect(200).json();
    let boxes: Vec<String> = found
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["weight"] == "blocks")
        .map(|one| format!("reason-{}", one["key"].as_str().unwrap()))
        .collect();
    let password = cast.chair.person().password.as_str();
    let mut fields = vec![("confirm", "yes"), ("acknowledge", "yes"), ("password", password), (&boxes[0], REASON)];
    let again = cast.chair.form(&lock, &here, &fields).await;
    let page = again.expect(422).text();
    assert!(page.contains(REASON) && page.contains(&format!("{}-error", boxes[1])));
    assert!(!page.contains(&format!("{}-error", boxes[0])));
    fields.push((&boxes[1], "We all agreed."));
    cast.chair.form(&lock, &here, &fields).await.expect(303);
}
