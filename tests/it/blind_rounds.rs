//! Blind rounds: nobody sees another's answer before all see all.

use reqwest::Method;
use serde_json::{Value, json};
use tests::http::{Actor, Answer};

use crate::cast::Cast;

const MINE: &str = "I feel safer at my sister's.";
const THEIRS: &str = "No calls since October.";

fn rounds(cast: &Cast) -> String {
    format!("/api/v1/meetings/{}/blind-rounds", cast.meeting.id)
}

async fn ask(cast: &Cast, part: &str, asked: &[&Actor]) -> Answer {
    let asked: Vec<&str> = asked.iter().map(|actor| actor.id()).collect();
    let child = &cast.server.demo().children[0].id;
    let round = json!({ "child": child, "question": "How safe is the child?", "asked": asked, "part": part });
    cast.chair.post_json(&rounds(cast), &round).await
}

async fn answer(cast: &Cast, by: &Actor, round: &str, person: &Actor, scale: i64, view: &str) -> Answer {
    let path = format!("{}/{round}/answers/{}", rounds(cast), person.id());
    by.ask(Method::PUT, &path, &json!({ "scale": scale, "view": view })).await
}

async fn shown(cast: &Cast, actor: &Actor) -> Value {
    actor.get(&rounds(cast)).await.expect(200).json()["rounds"].clone()
}

fn line_of<'a>(rounds: &'a Value, person: &Actor) -> &'a Value {
    let asked = rounds[0]["asked"].as_array().expect("those asked");
    asked.iter().find(|line| line["person"] == person.id()).expect("somebody who was asked")
}

#[tokio::test]
async fn nobody_sees_anothers_answer_before_all_see_all() {
    let cast = Cast::assemble().await;
    let mut socket = cast.mother.join(&cast.meeting).await;
    socket.keep_traffic();
    socket.open(cast.main_document()).await.unwrap();
    let id = ask(&cast, "main", &[&cast.police, &cast.mother, &cast.chair]).await.expect(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    answer(&cast, &cast.police, &id, &cast.police, 6, THEIRS).await.expect(204);
    answer(&cast, &cast.mother, &id, &cast.mother, 3, "Not yet.").await.expect(204);
    answer(&cast, &cast.mother, &id, &cast.mother, 4, MINE).await.expect(204);

    for actor in [&cast.chair, &cast.mother, &cast.police] {
        let rounds = shown(&cast, actor).await;
        for other in [&cast.mother, &cast.police] {
            let line = line_of(&rounds, other);
            assert_eq!(line["answered"], true);
            assert_eq!(line["answer"].is_null(), other.id() != actor.id(), "before it is shown");
        }
        assert_eq!(line_of(&rounds, &cast.chair)["answered"], false);
    }
    // Nor by any other way: the meeting, its pages, the history, the socket.
    let paths = ["", "/record", "/history"].map(|path| format!("/meetings/{}{path}", cast.meeting.id));
    for path in &paths {
        assert!(!cast.chair.page(path).await.text().contains(MINE), "{path}");
    }
    assert!(!cast.chair.get(&format!("/api/v1/meetings/{}", cast.meeting.id)).await.text().contains(MINE));

    for (actor, status) in [(&cast.police, 403), (&cast.mother, 403), (&cast.outsider, 404), (&cast.stranger, 401)] {
        actor.post(&format!("{}/{id}/reveal", rounds(&cast))).await.expect(status);
    }
    cast.chair.post(&format!("{}/{id}/reveal", rounds(&cast))).await.expect(204);
    for actor in [&cast.chair, &cast.mother, &cast.police] {
        let rounds = shown(&cast, actor).await;
        assert_eq!(line_of(&rounds, &cast.mother)["answer"], json!({ "scale": 4, "view": MINE, "recorded_by": null }));
        assert_eq!(line_of(&rounds, &cast.police)["answer"]["scale"], 6);
        assert_eq!(line_of(&rounds, &cast.chair)["answered"], false, "who did not answer is shown as such");
    }
    answer(&cast, &cast.mother, &id, &cast.mother, 9, "Changed my mind.").await.expect(409);
    answer(&cast, &cast.chair, &id, &cast.chair, 9, "Late.").await.expect(409);
    cast.chair.post(&format!("{}/{id}/reveal", rounds(&cast))).await.expect(409);
    socket.hear("word that there is something new", |message| message.text("event") == Some("beside")).await.unwrap();
    assert!(!socket.was_sent(THEIRS.as_bytes()), "answers do not travel with the record");

    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    cast.chair.post_json(&lock, &json!({ "acknowledge_missing": true })).await.expect_success();
    let list = cast.mother.get(&format!("/api/v1/meetings/{}/editions", cast.meeting.id)).await.json();
    let copy = list.as_array().unwrap().iter().find(|edition| edition["kind"] == "family").cloned().unwrap();
    for form in ["json", "html"] {
        let text = cast.mother.get(copy[form].as_str().unwrap()).await.expect(200).text();
        assert!(text.contains(THEIRS) && text.contains("How safe is the child?"), "{form}: {text}");
    }
}

#[tokio::test]
async fn who_answers_what_is_checked() {
    let cast = Cast::assemble().await;
    let minutes = Actor::sign_in(&cast.server, cast.server.demo().role("minute_taker")).await;
    for (actor, status) in [(&cast.police, 403), (&cast.mother, 403), (&cast.outsider, 404), (&cast.stranger, 401)] {
        actor.post_json(&rounds(&cast), &json!({})).await.expect(status);
    }
    ask(&cast, "main", &[&cast.outsider]).await.expect(422);
    ask(&cast, "closed-1", &[&cast.police]).await.expect(404);
    let id =
        ask(&cast, "main", &[&cast.police, &cast.mother]).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    for scale in [-1, 11, i64::MAX] {
        answer(&cast, &cast.mother, &id, &cast.mother, scale, "").await.expect(422);
    }
    answer(&cast, &cast.mother, &id, &cast.mother, 1, &"x".repeat(2001)).await.expect(422);
    answer(&cast, &cast.chair, &id, &cast.mother, 1, "").await.expect(403);
    answer(&cast, &cast.police, &id, &cast.mother, 1, "").await.expect(403);
    answer(&cast, &cast.outsider, &id, &cast.mother, 1, "").await.expect(404);

    // The minute taker takes it down for somebody without a device, sees it then, and no other.
    if minutes.get(&rounds(&cast)).await.status == 200 {
        answer(&cast, &minutes, &id, &cast.mother, 2, "Taken down.").await.expect(204);
        answer(&cast, &minutes, &id, &cast.police, 2, "").await.expect(409);
        answer(&cast, &cast.police, &id, &cast.police, 8, THEIRS).await.expect(204);
        let seen = shown(&cast, &minutes).await;
        assert_eq!(line_of(&seen, &cast.mother)["answer"]["recorded_by"], minutes.id());
        assert!(line_of(&seen, &cast.police)["answer"].is_null());
        // Once she has said it herself, nobody says it for her.
        answer(&cast, &cast.mother, &id, &cast.mother, 5, "Myself.").await.expect(204);
        answer(&cast, &minutes, &id, &cast.mother, 2, "Again.").await.expect(409);
        assert!(line_of(&shown(&cast, &minutes).await, &cast.mother)["answer"].is_null());
    }
}

#[tokio::test]
async fn a_question_among_professionals_is_none_to_the_family() {
    let cast = Cast::assemble().await;
    ask(&cast, "professionals", &[&cast.mother]).await.expect(422);
    let id = ask(&cast, "professionals", &[&cast.police]).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(shown(&cast, &cast.mother).await, json!([]));
    answer(&cast, &cast.mother, &id, &cast.mother, 1, "").await.expect(404);
    cast.chair.post(&format!("{}/{id}/reveal", rounds(&cast))).await.expect(204);
    assert_eq!(shown(&cast, &cast.mother).await, json!([]));
    assert_eq!(shown(&cast, &cast.police).await[0]["id"], id.as_str());
}
