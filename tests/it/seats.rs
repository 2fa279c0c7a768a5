//! Who sits at a meeting: the chair's to change, on the page and over the API; what it means for the record and its copies.

use reqwest::Method;
use reqwest::header::LOCATION;
use serde_json::{Value, json};
use tests::http::{Actor, Answer};
use tests::writing::{Entry, add_entry};

use crate::cast::Cast;

const ELSEWHERE: &str = "https://elsewhere.example";

async fn withdraw(by: &Actor, cast: &Cast, person: &str) -> Answer {
    let path = format!("/api/v1/meetings/{}/seats/{person}", cast.meeting.id);
    by.ask(Method::DELETE, &path, &Value::Null).await
}

async fn make(by: &Actor, cast: &Cast, person: &str, role: &str) -> Answer {
    let path = format!("/api/v1/meetings/{}/seats/{person}", cast.meeting.id);
    by.ask(Method::PATCH, &path, &json!({ "role": role })).await
}

async fn write(author: &Actor, cast: &Cast, document: &str, text: &str) {
    let mut socket = author.join(&cast.meeting).await;
    socket.open(document).await.unwrap();
    let entry = Entry::fact(author.id(), text);
    socket.edit(document, |record| add_entry(record, &entry)).await.unwrap();
    socket.wait_saved(document).await.unwrap();
}

async fn lock(cast: &Cast) {
    let path = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    cast.chair.post_json(&path, &json!({ "acknowledge_missing": true })).await.expect(200);
}

#[tokio::test]
async fn seats_are_the_chairs_to_change_and_a_chair_stays() {
    let cast = Cast::assemble().await;
    let (chair, police, mother) = (cast.chair.id(), cast.police.id(), cast.mother.id());
    for nobody in [&cast.police, &cast.mother] {
        withdraw(nobody, &cast, police).await.expect(403);
        make(nobody, &cast, police, "chair").await.expect(403);
    }
    for refused in [withdraw(&cast.chair, &cast, chair).await, make(&cast.chair, &cast, chair, "observer").await] {
        assert_eq!(refused.expect(409).json()["code"], "last_chair");
    }
    // Nobody of the family comes to read what professionals write among themselves.
    for role in ["professional", "chair", "minute_taker", "manager", "tea_maker", ""] {
        make(&cast.chair, &cast, mother, role).await.expect(422);
    }
    withdraw(&cast.chair, &cast, cast.outsider.id()).await.expect(404);
    make(&cast.chair, &cast, "not-an-id", "observer").await.expect(404);

    // Handing the chair over: the other first, then oneself.
    make(&cast.chair, &cast, police, "chair").await.expect(200);
    make(&cast.chair, &cast, chair, "professional").await.expect(200);
    make(&cast.chair, &cast, chair, "chair").await.expect(403);
    withdraw(&cast.police, &cast, chair).await.expect(204);
    withdraw(&cast.police, &cast, police).await.expect(409);
    cast.chair.get(&format!("/api/v1/meetings/{}", cast.meeting.id)).await.expect(403);
}

#[tokio::test]
async fn after_the_lock_seats_stay_as_they_were() {
    let cast = Cast::assemble().await;
    lock(&cast).await;
    let refused = withdraw(&cast.chair, &cast, cast.police.id()).await;
    assert_eq!(refused.expect(409).json()["code"], "locked");
    make(&cast.chair, &cast, cast.police.id(), "observer").await.expect(409);
    let page = cast.chair.page(&format!("/meetings/{}/people", cast.meeting.id)).await;
    assert!(!page.expect(200).text().contains("Take seat away"));
}

#[tokio::test]
async fn who_lost_their_seat_stays_in_the_record_and_gets_no_copy() {
    let cast = Cast::assemble().await;
    let name = cast.police.person().name.clone();
    write(&cast.police, &cast, cast.main_document(), "Said before the seat was taken away.").await;
    withdraw(&cast.chair, &cast, cast.police.id()).await.expect(204);
    // Those who stay still see who said it, and can take down more of what was said.
    let api = cast.chair.get(&format!("/api/v1/meetings/{}", cast.meeting.id)).await.json();
    let seat = api["seats"].as_array().unwrap().iter().find(|seat| seat["person"] == cast.police.id()).unwrap().clone();
    assert!(seat["name"] == name && seat["removed_at"].is_string(), "{seat}");
    let mut socket = cast.chair.join(&cast.meeting).await;
    socket.open(cast.main_document()).await.unwrap();
    let entry = Entry::fact(cast.police.id(), "Taken down afterwards.");
    socket.edit(cast.main_document(), |record| add_entry(record, &entry)).await.unwrap();
    socket.wait_saved(cast.main_document()).await.unwrap();
    lock(&cast).await;

    let editions = format!("/api/v1/meetings/{}/editions", cast.meeting.id);
    let full = cast.chair.get(&editions).await.json();
    let full = full.as_array().unwrap().iter().find(|edition| edition["kind"] == "full").unwrap().clone();
    let copy: Value = cast.chair.get(full["json"].as_str().unwrap()).await.json()["edition"].clone();
    let entries: Vec<&Value> =
        copy["sections"].as_array().unwrap().iter().flat_map(|s| s["entries"].as_array().unwrap()).collect();
    for text in ["Said before the seat was taken away.", "Taken down afterwards."] {
        let entry = entries.iter().find(|entry| entry["text"] == text).unwrap();
        assert_eq!(entry["by"]["name"], name, "{text}");
    }
    let present = copy["attendance"].as_array().unwrap().iter().find(|row| row["person"]["name"] == name).unwrap();
    assert_eq!(present["status"], "present", "they were there");

    cast.police.get(&editions).await.expect(403);
    let deliveries = cast.chair.get(&format!("/api/v1/meetings/{}/deliveries", cast.meeting.id)).await.json();
    let recipients = deliveries["deliveries"].as_array().unwrap();
    assert!(!recipients.is_empty() && recipients.iter().all(|one| one["person"] != cast.police.id()));
    let agency = cast.police.person().agency_id();
    let records = cast.police.get(&format!("/api/v1/agencies/{agency}/case-records")).await.expect(200).text();
    assert!(!records.contains(&cast.meeting.id), "their agency was at the table through them alone");
}

#[tokio::test]
async fn of_a_lock_and_a_seat_taken_away_at_once_no_copy_goes_to_who_lost_the_seat() {
    let cast = Cast::assemble().await;
    let meeting = format!("/api/v1/meetings/{}", cast.meeting.id);
    let (lock, acknowledged) = (format!("{meeting}/lock"), json!({ "acknowledge_missing": true }));
    let (locked, withdrawn) =
        tokio::join!(cast.chair.post_json(&lock, &acknowledged), withdraw(&cast.chair, &cast, cast.police.id()));
    assert!(locked.status == 200 || withdrawn.status == 204, "{} and {}", locked.text(), withdrawn.text());
    if locked.status != 200 {
        // Something was changed under its hands; the next try sees it.
        assert_eq!(locked.json()["code"], "being_locked");
        cast.chair.post_json(&lock, &acknowledged).await.expect(200);
    }
    let deliveries = cast.chair.get(&format!("{meeting}/deliveries")).await.json();
    let sent = deliveries["deliveries"].as_array().unwrap().iter().any(|one| one["person"] == cast.police.id());
    assert_eq!(sent, withdrawn.status != 204, "lock {}, seat {}", locked.status, withdrawn.status);
}

#[tokio::test]
async fn an_observer_reads_the_record_and_gets_no_copy() {
    let cast = Cast::assemble().await;
    write(&cast.chair, &cast, cast.meeting.document("professionals"), "Among professionals.").await;
    write(&cast.chair, &cast, cast.main_document(), "For everybody.").await;
    make(&cast.chair, &cast, cast.police.id(), "observer").await.expect(200);
    let record = format!("/meetings/{}/record", cast.meeting.id);
    for state in ["open", "locked"] {
        let page = cast.police.page(&record).await.expect(200).text();
        assert!(page.contains("For everybody.") && !page.contains("Among professionals."), "{state}");
        if state == "open" {
            lock(&cast).await;
        }
    }
    let editions = format!("/api/v1/meetings/{}/editions", cast.meeting.id);
    assert_eq!(cast.police.get(&editions).await.expect(200).json(), json!([]));
    for edition in cast.chair.get(&editions).await.json().as_array().unwrap() {
        cast.police.get(edition["pdf"].as_str().unwrap()).await.expect(404);
    }
    let page = cast.police.page(&format!("/meetings/{}", cast.meeting.id)).await;
    assert!(page.expect(200).text().contains("There is no copy for you here"));
    let deliveries = cast.chair.get(&format!("/api/v1/meetings/{}/deliveries", cast.meeting.id)).await.json();
    assert!(deliveries["deliveries"].as_array().unwrap().iter().all(|one| one["person"] != cast.police.id()));
}

#[tokio::test]
async fn the_chair_changes_seats_on_pages_that_need_no_script() {
    let cast = Cast::assemble().await;
    let (here, name) = (cast.server.base_url().to_owned(), cast.police.person().name.clone());
    let people = format!("/meetings/{}/people", cast.meeting.id);
    let (role, withdrawal) =
        (format!("{people}/{}/role", cast.police.id()), format!("{people}/{}/withdraw", cast.police.id()));
    for reader in [&cast.police, &cast.mother] {
        let page = reader.page(&people).await.expect(200).text();
        assert!(page.contains(&name) && !page.contains("Take seat away"));
        for address in [&role, &withdrawal] {
            reader.page(address).await.expect(403);
            reader.form(address, &here, &[("role", "observer")]).await.expect(403);
        }
    }
    for address in [&role, &withdrawal] {
        cast.outsider.page(address).await.expect(404);
        cast.stranger.page(address).await.expect(303);
        cast.chair.form(address, ELSEWHERE, &[("role", "observer")]).await.expect(401);
        cast.outsider.form(address, &here, &[("role", "observer")]).await.expect(404);
    }
    assert!(cast.chair.page(&people).await.expect(200).text().contains("The only chair"));
    cast.chair.form(&role, &here, &[]).await.expect(422);
    let own = format!("{people}/{}/role", cast.chair.id());
    let alone = cast.chair.form(&own, &here, &[("role", "observer")]).await;
    assert!(alone.expect(422).text().contains("A meeting needs a chair"));

    let changed = cast.chair.form(&role, &here, &[("role", "observer")]).await;
    let next = changed.expect(303).header(LOCATION.as_str()).to_owned();
    assert!(cast.chair.page(&next).await.expect(200).text().contains("The role has been changed"));

    assert!(cast.chair.page(&withdrawal).await.expect(200).text().contains("closes at once"));
    let gone = cast.chair.form(&withdrawal, &here, &[]).await;
    let next = gone.expect(303).header(LOCATION.as_str()).to_owned();
    let page = cast.chair.page(&next).await.expect(200).text();
    assert!(page.contains("The seat has been taken away") && page.contains("No longer at the table"));
    cast.police.page(&people).await.expect(403);

    cast.chair.form(&role, &here, &[("role", "professional")]).await.expect(303);
    cast.police.page(&people).await.expect(200);
}
