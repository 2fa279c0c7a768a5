//! In the room: the chair points, marks, and has the decisions read back, and
//! the signed record says how the meeting went.

use reqwest::Method;
use serde_json::{Value, json};
use tests::http::{Actor, Answer};
use tests::writing::add_decision;

use crate::cast::Cast;

fn room(cast: &Cast) -> String {
    format!("/api/v1/meetings/{}/room", cast.meeting.id)
}

async fn put(cast: &Cast, actor: &Actor, path: &str, body: Value) -> Answer {
    actor.ask(Method::PUT, &format!("{}/{path}", room(cast)), &body).await
}

async fn now(cast: &Cast, actor: &Actor) -> Value {
    actor.get(&room(cast)).await.expect(200).json()
}

/// The key of some section of this meeting.
async fn section(cast: &Cast) -> String {
    let meeting = cast.chair.get(&format!("/api/v1/meetings/{}", cast.meeting.id)).await.expect(200).json();
    meeting["sections"][0]["key"].as_str().unwrap().to_owned()
}

/// Writes a decision that everybody reads.
async fn decide(cast: &Cast, words: &str) -> String {
    let child = cast.server.demo().children[0].id.clone();
    let mut socket = cast.chair.join(&cast.meeting).await;
    socket.open(cast.main_document()).await.unwrap();
    let id = socket.edit(cast.main_document(), |record| add_decision(record, &child, words, "Why.")).await.unwrap();
    socket.wait_saved(cast.main_document()).await.unwrap();
    id
}

#[tokio::test]
async fn the_chair_alone_runs_the_room_and_everybody_sees_it() {
    let cast = Cast::assemble().await;
    let section = section(&cast).await;
    let agree = format!("sections/{section}");
    for (path, body) in [
        ("spotlight", json!({ "section": "plan" })),
        ("timer", json!({ "minutes": 10 })),
        (agree.as_str(), json!({ "agreed": true })),
        ("quorum", json!({ "course": "proceed", "reason": "At risk today." })),
    ] {
        for (actor, status) in [(&cast.police, 403), (&cast.mother, 403), (&cast.outsider, 404), (&cast.stranger, 401)]
        {
            put(&cast, actor, path, body.clone()).await.expect(status);
        }
        put(&cast, &cast.chair, path, body).await.expect(204);
    }
    for (path, body) in [
        ("spotlight", json!({ "section": "elsewhere" })),
        ("spotlight", json!({})),
        ("timer", json!({ "minutes": 1000 })),
        ("sections/elsewhere", json!({ "agreed": true })),
        ("quorum", json!({ "course": "proceed", "reason": " " })),
        ("quorum", json!({ "course": "interim_plan", "reason": "Why", "reset_on": "soon" })),
    ] {
        put(&cast, &cast.chair, path, body.clone()).await.expect(422);
    }
    for actor in [&cast.chair, &cast.police, &cast.mother] {
        let seen = now(&cast, actor).await;
        assert_eq!(seen["spotlight"], "plan");
        assert!(seen["timer_ends_at"].as_str().unwrap() > seen["now"].as_str().unwrap());
        assert_eq!(seen["agreed"][0]["section"], section.as_str());
        assert_eq!(seen["without_quorum"]["reason"], "At risk today.");
    }
    put(&cast, &cast.chair, &agree, json!({ "agreed": false })).await.expect(204);
    put(&cast, &cast.chair, "timer", json!({ "minutes": 0 })).await.expect(204);
    put(&cast, &cast.chair, "quorum", json!({ "course": "" })).await.expect(204);
    let seen = now(&cast, &cast.chair).await;
    assert_eq!((&seen["agreed"], &seen["timer_ends_at"]), (&json!([]), &Value::Null));
    assert_eq!(seen["without_quorum"], Value::Null);
}

#[tokio::test]
async fn each_says_what_they_think_of_what_was_read_out_and_it_stands_in_the_record() {
    let cast = Cast::assemble().await;
    let section = section(&cast).await;
    let decision = decide(&cast, "Mia stays with her aunt.").await;
    let start = format!("{}/read-back", room(&cast));
    cast.police.post(&start).await.expect(403);
    cast.chair.post(&start).await.expect(204);
    let read = now(&cast, &cast.mother).await["read_back"].clone();
    let mine = read.as_array().unwrap().iter().find(|one| one["decision"] == decision.as_str()).unwrap();
    assert!(mine["words"].as_str().unwrap().contains("Mia stays with her aunt."), "{mine}");

    let answer = |person: &Actor| format!("read-back/{decision}/answers/{}", person.id());
    let note = "But not without her brother.";
    let with_note = json!({ "position": "agree_with_note", "note": note });
    put(&cast, &cast.mother, &answer(&cast.mother), with_note).await.expect(204);
    put(&cast, &cast.police, &answer(&cast.police), json!({ "position": "agree" })).await.expect(204);
    // Nobody but the minute taker says anything for another, and they not for whoever has said it already.
    put(&cast, &cast.chair, &answer(&cast.mother), json!({ "position": "agree" })).await.expect(403);
    let minutes = Actor::sign_in(&cast.server, cast.server.demo().role("minute_taker")).await;
    put(&cast, &minutes, &answer(&cast.mother), json!({ "position": "agree" })).await.expect(409);
    put(&cast, &minutes, &answer(&cast.chair), json!({ "position": "agree" })).await.expect(204);
    for bad in [json!({}), json!({ "position": "perhaps" }), json!({ "position": "agree_with_note" })] {
        put(&cast, &cast.mother, &answer(&cast.mother), bad).await.expect(422);
    }
    let other = format!("read-back/{}/answers/{}", cast.chair.id(), cast.mother.id());
    put(&cast, &cast.mother, &other, json!({ "position": "agree" })).await.expect(404);

    // Read out again as it was, what was said to it stands.
    cast.chair.post(&start).await.expect(204);
    put(&cast, &cast.chair, &format!("sections/{section}"), json!({ "agreed": true })).await.expect(204);
    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    cast.chair.post_json(&lock, &json!({ "acknowledge_missing": true })).await.expect_success();
    let list = cast.chair.get(&format!("/api/v1/meetings/{}/editions", cast.meeting.id)).await.expect(200).json();
    let mut looked = 0;
    for edition in list.as_array().unwrap() {
        let whole = edition["kind"] != "plan_summary";
        let json = cast.chair.get(edition["json"].as_str().unwrap()).await.expect(200).text();
        let html = cast.chair.get(edition["html"].as_str().unwrap()).await.expect(200).text();
        for text in [&json, &html] {
            assert_eq!(text.contains(note), whole, "{}", edition["kind"]);
        }
        assert_eq!(html.contains("Agreed in the meeting at"), whole);
        looked += 1;
    }
    assert!(looked >= 3);
    put(&cast, &cast.mother, &answer(&cast.mother), json!({ "position": "agree" })).await.expect(409);
    put(&cast, &cast.chair, "spotlight", json!({ "section": "" })).await.expect(409);
}

#[tokio::test]
async fn every_page_at_the_table_hears_that_there_is_news() {
    let cast = Cast::assemble().await;
    let mut mother = cast.mother.join(&cast.meeting).await;
    mother.open(cast.main_document()).await.unwrap();
    for section in ["plan", "decisions", ""] {
        mother.heard.clear();
        put(&cast, &cast.chair, "spotlight", json!({ "section": section })).await.expect(204);
        mother.hear("news", |message| message.text("event") == Some("beside")).await.unwrap();
        assert_eq!(now(&cast, &cast.mother).await["spotlight"], section);
    }
}
