//! Setting a meeting up: what can't be one, and the largest and most foreign that can.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tests::demo::Meeting;
use tests::server;
use tests::writing::{Entry, add_entry};

use crate::cast::Cast;

const POLISH: &str = "Zażółć gęślą jaźń: dzieci były spokojne.";
const ARABIC: &str = "قالت الأم إنها تحتاج إلى مساعدة في الصباح.";
const EMOJI: &str = "She drew a house 🏠 and a heart ❤️ beside it.";

/// ISO date of today, by the Gregorian calendar (days since the epoch to civil date).
fn today() -> String {
    let days = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400).unwrap();
    let z = days + 719_468;
    let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * month_index + 2) / 5 + 1, (month_index + 2) % 12 + 1);
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn draft(cast: &Cast) -> Value {
    json!({
        "kind": "core_group", "title": "Core group", "date": today(), "time": "10:00", "place": "Here",
        "children": [cast.server.demo().children[0].id],
        "invitees": [{ "person": cast.chair.id(), "role": "chair" }],
    })
}

#[tokio::test]
async fn what_can_not_be_a_meeting_is_refused_with_the_field_at_fault() {
    let cast = Cast::assemble().await;
    let chair = cast.chair.id();
    let guest = |email: &str| {
        let agency = cast.server.demo().role("chair").agency_id();
        json!([{ "name": "Jo", "role": "professional", "title": "nurse", "agency": agency, "email": email }])
    };
    let changes = [
        ("kind", json!({ "kind": "tea_party" })),
        ("date", json!({ "date": "2001-01-01" })),
        ("date", json!({ "date": "2026-02-30" })),
        ("date", json!({ "time": "25:00" })),
        ("title", json!({ "title": "one\nline too many" })),
        ("children", json!({ "children": [] })),
        ("children", json!({ "children": [uuid::Uuid::new_v4()] })),
        ("invitees", json!({ "invitees": [] })),
        ("invitees", json!({ "invitees": [{ "person": chair, "role": "professional" }] })),
        ("new_people", json!({ "new_people": guest("jo@example.org\r\nBcc: all@example.org") })),
        ("new_people", json!({ "new_people": guest(&cast.chair.person().email) })),
        ("new_children", json!({ "new_children": [{ "name": "Jo", "date_of_birth": "yesterday" }] })),
    ];
    for (field, change) in changes {
        let mut body = draft(&cast);
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = cast.chair.post_json("/api/v1/meetings", &body).await;
        answer.expect(422);
        let places: Vec<Value> =
            answer.json()["errors"].as_array().unwrap().iter().map(|error| error["place"].clone()).collect();
        assert!(places.contains(&json!(field)), "{change}: {places:?}");
    }
    cast.mother.post_json("/api/v1/meetings", &draft(&cast)).await.expect(403);
    cast.stranger.post_json("/api/v1/meetings", &draft(&cast)).await.expect(401);
}

#[tokio::test]
async fn two_hundred_people_two_children_of_one_name_and_three_scripts_end_in_a_sealed_copy() {
    let cast = Cast::assemble().await;
    let agency = cast.server.demo().role("chair").agency_id();
    let guests: Vec<Value> = (1..200)
        .map(|n| json!({ "name": format!("Guest {n}"), "role": "professional", "title": "nurse", "agency": agency }))
        .collect();
    let mut body = draft(&cast);
    body["children"] = json!([]);
    body["new_children"] = json!([
        { "name": "Sam Hill", "date_of_birth": "2018-05-03" }, { "name": "Sam Hill", "date_of_birth": "2020-01-31" },
    ]);
    body["new_people"] = json!(guests);
    let created = cast.chair.post_json("/api/v1/meetings", &body).await;
    created.expect(201);
    let path = format!("/api/v1/meetings/{}", created.json()["id"].as_str().unwrap());
    let meeting: Meeting = serde_json::from_value(cast.chair.get(&path).await.json()).unwrap();
    let document = meeting.document("main");
    let mut socket = cast.chair.join(&meeting).await;
    socket.open(document).await.unwrap();
    for text in [POLISH, ARABIC, EMOJI] {
        let fact = Entry::fact(cast.chair.id(), text);
        socket.edit(document, |record| add_entry(record, &fact)).await.unwrap();
    }
    socket.wait_saved(document).await.unwrap();

    cast.chair.post(&format!("{path}/lock")).await.expect(409);
    let locked = cast
        .chair
        .post_json(&format!("{path}/lock"), &json!({ "acknowledge_missing": true, "reason": "A trial." }))
        .await;
    locked.expect(200);
    let full = locked.json().as_array().unwrap().iter().find(|edition| edition["kind"] == "full").unwrap().clone();
    let json = cast.chair.get(full["json"].as_str().unwrap()).await.text();
    for text in [POLISH, ARABIC, EMOJI, "Guest 199"] {
        assert!(json.contains(text), "{text}");
    }
    let pdf = cast.chair.get(full["pdf"].as_str().unwrap()).await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.pdf");
    std::fs::write(&copy, &pdf.body).unwrap();
    let verified = Command::new(server::program()).arg("verify").arg(&copy).output().unwrap();
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
    let deliveries = cast.chair.get(&format!("{path}/deliveries")).await.json();
    assert_eq!(deliveries["deliveries"].as_array().unwrap().len(), 200);
}
