//! The working history: whose each word is, on the page and in the API; earlier states; who may read it.

use serde_json::{Value, json};
use tests::demo::Meeting;
use tests::writing::{Entry, add_entry, append, remove_entry};

use crate::cast::Cast;

const SECTION: &str = "since_last_met";
const CHAIRS: &str = "The school says attendance is at 92 per cent.";
const POLICES: &str = " The officer confirms it 🙂";
const FOR_PROFESSIONALS: &str = "A check on the new address is under way.";

struct Written {
    entry: String,
    /// How many changes there were once the chair had written.
    before: i64,
}

/// The chair makes an entry in `main`, then the police write on in the same paragraph.
async fn two_write_one_paragraph(cast: &Cast) -> Written {
    let document = cast.main_document();
    let mut chair = cast.chair.join(&cast.meeting).await;
    let mut police = cast.police.join(&cast.meeting).await;
    chair.open(document).await.unwrap();
    police.open(document).await.unwrap();
    let fact = Entry::fact(cast.chair.id(), CHAIRS);
    let entry = chair.edit(document, |record| add_entry(record, &fact)).await.unwrap();
    chair.wait_saved(document).await.unwrap();
    let before = main_of(&histories(cast).await)["changes"].as_i64().unwrap();
    let there = |record: &Value| record["sections"][SECTION]["entries"][&entry]["text"] == CHAIRS;
    police.wait_until(document, "the chair's entry", there).await.unwrap();
    police.edit(document, |record| append(record, SECTION, &entry, POLICES)).await.unwrap();
    police.wait_saved(document).await.unwrap();
    Written { entry, before }
}

async fn histories(cast: &Cast) -> Value {
    let answer = cast.chair.get(&format!("/api/v1/meetings/{}/history", cast.meeting.id)).await;
    answer.expect_success().json()
}

fn main_of(histories: &Value) -> &Value {
    histories.as_array().unwrap().iter().find(|one| one["part"] == "main").expect("the main part's history")
}

fn state_path(meeting: &Meeting, part: &str, n: Option<i64>) -> String {
    let n = n.map(|n| format!("?n={n}")).unwrap_or_default();
    format!("/api/v1/meetings/{}/history/{}{n}", meeting.id, meeting.document(part))
}

fn state_page(meeting: &Meeting, part: &str, n: i64) -> String {
    format!("/meetings/{}/history?document={}&n={n}", meeting.id, meeting.document(part))
}

fn entry_of(state: &Value, entry: &str) -> Value {
    let sections = state["sections"].as_array().expect("sections");
    let section = sections.iter().find(|section| section["key"] == SECTION).expect("the section written in");
    let entries = section["entries"].as_array().expect("entries");
    entries.iter().find(|one| one["id"] == entry).cloned().unwrap_or_default()
}

/// The words of a page as a reader has them, tags and line breaks gone.
fn words_of(page: &str) -> String {
    let mut words = String::new();
    let mut rest = page;
    while let Some((text, tag)) = rest.split_once('<') {
        words.push_str(text);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    let words = words + rest;
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn each_word_of_a_paragraph_is_named_for_who_typed_it() {
    let cast = Cast::assemble().await;
    let (main, chair, police) = (cast.main_document(), cast.chair.person(), cast.police.person());
    let Written { entry, before } = two_write_one_paragraph(&cast).await;

    let state = cast.police.get(&state_path(&cast.meeting, "main", None)).await.expect_success().json();
    assert_eq!((state["part"].as_str(), state["document"].as_str()), (Some("main"), Some(main)));
    let row = entry_of(&state, &entry);
    let spans = row["texts"]["text"].as_array().expect("spans");
    let told: Vec<_> = spans.iter().map(|span| (span["text"].as_str(), span["person"].as_str())).collect();
    assert_eq!(told, [(Some(CHAIRS), Some(chair.id.as_str())), (Some(POLICES), Some(police.id.as_str()))]);
    assert_eq!(row["added"]["person"], chair.id.as_str());
    assert_eq!(row["values"]["nature"]["value"], "fact");
    assert!(spans.iter().all(|span| span["from"].as_str().is_some_and(|at| at.ends_with('Z'))), "{spans:?}");

    let n = state["n"].as_i64().unwrap();
    let page = cast.police.page(&state_page(&cast.meeting, "main", n)).await.expect(200).text();
    let words = words_of(&page);
    for (text, person) in [(CHAIRS, chair), (POLICES.trim(), police)] {
        let named = format!("{text} [written by {}, ", person.name);
        assert!(words.contains(&named), "the page does not say: {named}\n{words}");
    }
    assert!(words.contains("Who wrote which words"));

    // As it stood before the police wrote: all of it the chair's.
    let then = cast.police.get(&state_path(&cast.meeting, "main", Some(before))).await.expect_success().json();
    assert_eq!(entry_of(&then, &entry)["texts"]["text"].as_array().map(Vec::len), Some(1));
    let page = cast.police.page(&state_page(&cast.meeting, "main", before)).await.expect(200).text();
    let words = words_of(&page);
    assert!(words.contains("The record as it stood") && words.contains(CHAIRS), "{words}");
    assert!(!words.contains(POLICES.trim()), "words of later stand in an earlier state");
    assert!(words.contains(&format!("Written by {}, ", chair.name)), "{words}");
    let first = cast.police.get(&state_path(&cast.meeting, "main", Some(1))).await.expect_success().json();
    assert_eq!(entry_of(&first, &entry), Value::Null);
}

#[tokio::test]
async fn the_sittings_lead_to_the_states_they_left() {
    let cast = Cast::assemble().await;
    let Written { entry, .. } = two_write_one_paragraph(&cast).await;
    let histories = histories(&cast).await;
    let moments = main_of(&histories)["moments"].as_array().unwrap();
    let told: Vec<_> = moments
        .iter()
        .filter(|moment| moment["row"] == entry.as_str())
        .map(|moment| (moment["person"].as_str(), moment["words_added"].as_u64(), moment["made_row"].as_bool()))
        .collect();
    // The latest first.
    assert_eq!(told, [(Some(cast.police.id()), Some(4), Some(false)), (Some(cast.chair.id()), Some(9), Some(true))]);

    let list = format!("/meetings/{}/history", cast.meeting.id);
    let page = cast.chair.page(&list).await.expect(200).text();
    let words = words_of(&page);
    for told in ["Wrote 4 words", "Added an entry, 9 words", &cast.police.person().name] {
        assert!(words.contains(told), "the page does not say: {told}\n{words}");
    }
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let links: Vec<String> =
        links.filter(|href| href.contains("&amp;n=") || href.contains("&#38;n=")).map(str::to_owned).collect();
    assert!(links.len() > 2, "{links:?}");
    for link in &links[..2] {
        let link = link.replace("&amp;", "&").replace("&#38;", "&");
        cast.chair.page(&link).await.expect(200);
    }
    // Whatever else stands in the address is no state.
    for query in ["?n=0", "?n=-1", "?n=999999", "?n=x", "?document=x", "?document=", "?page=x"] {
        cast.chair.page(&format!("{list}{query}")).await.expect(404);
    }
    for n in ["0", "999999", "x", "9999999999999999999999"] {
        let path = format!("{}?n={n}", state_path(&cast.meeting, "main", None));
        cast.chair.get(&path).await.expect(404);
    }
    cast.chair.page(&format!("{list}?page=999")).await.expect(200);
}

#[tokio::test]
async fn the_family_does_not_read_the_working_history() {
    let cast = Cast::assemble().await;
    let (list, page) = (format!("/api/v1/meetings/{}/history", cast.meeting.id), "history");
    let page = format!("/meetings/{}/{page}", cast.meeting.id);
    cast.mother.get(&list).await.expect(403);
    cast.mother.get(&state_path(&cast.meeting, "main", None)).await.expect(403);
    cast.mother.page(&page).await.expect(403);
    cast.mother.page(&state_page(&cast.meeting, "main", 1)).await.expect(403);
    cast.outsider.page(&page).await.expect(404);
    cast.outsider.get(&state_path(&cast.meeting, "main", None)).await.expect(404);
    cast.stranger.get(&list).await.expect(401);
    // Nor is she sent there by a link.
    for path in ["", "/record"] {
        let text = cast.mother.page(&format!("/meetings/{}{path}", cast.meeting.id)).await.expect(200).text();
        assert!(!text.contains("/history"), "the mother's page{path} leads to the history");
        let text = cast.police.page(&format!("/meetings/{}{path}", cast.meeting.id)).await.expect(200).text();
        assert!(text.contains("/history"), "the police's page{path} does not lead to the history");
    }
}

#[tokio::test]
async fn the_history_of_a_part_is_for_its_readers_alone() {
    let cast = Cast::assemble().await;
    let restricted = cast.meeting.document("professionals");
    let mut police = cast.police.join(&cast.meeting).await;
    police.open(restricted).await.unwrap();
    let entry = Entry::fact(cast.police.id(), FOR_PROFESSIONALS);
    let entry = police.edit(restricted, |record| add_entry(record, &entry)).await.unwrap();
    police.wait_saved(restricted).await.unwrap();

    let state = cast.chair.get(&state_path(&cast.meeting, "professionals", None)).await.expect_success().json();
    assert_eq!(entry_of(&state, &entry)["texts"]["text"][0]["text"], FOR_PROFESSIONALS);
    let n = state["n"].as_i64().unwrap();
    let page = cast.chair.page(&state_page(&cast.meeting, "professionals", n)).await;
    assert!(page.expect(200).text().contains(FOR_PROFESSIONALS));
    // What is written in one part is in no other's history.
    let main = cast.chair.get(&state_path(&cast.meeting, "main", None)).await.expect_success().text();
    assert!(!main.contains(FOR_PROFESSIONALS));

    cast.mother.get(&state_path(&cast.meeting, "professionals", None)).await.expect(403);
    cast.mother.page(&state_page(&cast.meeting, "professionals", n)).await.expect(403);
    // A part of another meeting does not exist at this one, whoever may read it there.
    let other = cast.server.demo().meetings.iter().find(|meeting| meeting.id != cast.meeting.id).unwrap().clone();
    let elsewhere = format!("/meetings/{}/history?document={restricted}", other.id);
    cast.chair.page(&elsewhere).await.expect(404);
    cast.chair.get(&format!("/api/v1/meetings/{}/history/{restricted}", other.id)).await.expect(404);
}

#[tokio::test]
async fn a_removed_entry_and_the_whole_history_stay_after_the_lock() {
    let cast = Cast::assemble().await;
    let document = cast.main_document();
    let Written { entry, before } = two_write_one_paragraph(&cast).await;
    let mut chair = cast.chair.join(&cast.meeting).await;
    chair.open(document).await.unwrap();
    let by = cast.chair.id();
    chair.edit(document, |record| remove_entry(record, SECTION, &entry, by)).await.unwrap();
    chair.wait_saved(document).await.unwrap();
    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    cast.chair.post_json(&lock, &json!({ "acknowledge_missing": true })).await.expect_success();

    let state = cast.police.get(&state_path(&cast.meeting, "main", None)).await.expect_success().json();
    let row = entry_of(&state, &entry);
    assert_eq!(row["removed"]["person"], by);
    assert_eq!(row["texts"]["text"].as_array().map(Vec::len), Some(2), "{row}");
    let page = cast.police.page(&state_page(&cast.meeting, "main", state["n"].as_i64().unwrap())).await;
    let words = words_of(&page.expect(200).text());
    assert!(words.contains(&format!("Removed by {}, ", cast.chair.person().name)), "{words}");
    let then = cast.police.get(&state_path(&cast.meeting, "main", Some(before))).await.expect_success().json();
    assert_eq!(entry_of(&then, &entry)["removed"], Value::Null);
    cast.mother.page(&format!("/meetings/{}/history", cast.meeting.id)).await.expect(403);
    let locked = cast.police.page(&format!("/meetings/{}", cast.meeting.id)).await;
    assert!(locked.expect(200).text().contains("/history"), "the locked page does not lead to the history");
}
