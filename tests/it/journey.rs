//! A meeting from the first word to the signed copies, over the API and the sync socket.

use std::process::Command;

use serde_json::{Value, json};
use tests::http::Actor;
use tests::server;
use tests::socket::Lost;
use tests::validators;
use tests::wait;
use tests::writing::{Entry, add_action, add_decision, add_entry, append};

use crate::cast::Cast;

const FOR_ALL: &str = "The school says attendance is at 92 per cent.";
const FOR_PROFESSIONALS: &str = "A check on the new address is under way.";

#[tokio::test]
async fn people_at_the_table_write_one_record_together() {
    let cast = Cast::assemble().await;
    let document = cast.main_document();
    let mut chair = cast.chair.join(&cast.meeting).await;
    let mut police = cast.police.join(&cast.meeting).await;
    let mut mother = cast.mother.join(&cast.meeting).await;
    for socket in [&mut chair, &mut police, &mut mother] {
        socket.open(document).await.unwrap();
    }

    let fact = Entry::fact(cast.chair.id(), FOR_ALL);
    let entry = chair.edit(document, |record| add_entry(record, &fact)).await.unwrap();
    police.wait_until(document, "the chair's entry", |record| text_of(record, &entry) == FOR_ALL).await.unwrap();
    let own_words = Entry { section: "parents_views", nature: "view", ..Entry::fact(cast.mother.id(), "I want help.") };
    let view = mother.edit(document, |record| add_entry(record, &own_words)).await.unwrap();

    // Both at once in one text: every letter of both stays.
    police.edit(document, |record| append(record, "since_last_met", &entry, " In May.")).await.unwrap();
    chair.edit(document, |record| append(record, "since_last_met", &entry, " In June.")).await.unwrap();
    for socket in [&mut chair, &mut police, &mut mother] {
        let whole = |record: &Value| {
            let text = text_of(record, &entry);
            text.starts_with(FOR_ALL) && text.contains(" In May.") && text.contains(" In June.")
        };
        socket.wait_until(document, "both additions", whole).await.unwrap();
        let said = |record: &Value| record["sections"]["parents_views"]["entries"][&view]["text"] == "I want help.";
        socket.wait_until(document, "the mother's words", said).await.unwrap();
        socket.wait_saved(document).await.unwrap();
    }
    assert_eq!(chair.record(document), police.record(document));
    assert_eq!(chair.record(document), mother.record(document));
}

#[tokio::test]
async fn a_part_one_may_not_read_does_not_exist() {
    let cast = Cast::assemble().await;
    let restricted = cast.meeting.document("professionals");
    let mut police = cast.police.join(&cast.meeting).await;
    police.open(restricted).await.unwrap();
    let entry = Entry::fact(cast.police.id(), FOR_PROFESSIONALS);
    police.edit(restricted, |record| add_entry(record, &entry)).await.unwrap();
    police.wait_saved(restricted).await.unwrap();

    let mut mother = cast.mother.join(&cast.meeting).await;
    assert_eq!(mother.open(restricted).await, Err(Lost::Unavailable));
    // Nor is she told by its name, its id or its words.
    for path in ["", "/record"] {
        let page = cast.mother.page(&format!("/meetings/{}{path}", cast.meeting.id)).await;
        let text = page.expect(200).text();
        for secret in [restricted, FOR_PROFESSIONALS] {
            assert!(!text.contains(secret), "the mother's page{path} holds {secret}");
        }
    }
    let api = cast.mother.get(&format!("/api/v1/meetings/{}", cast.meeting.id)).await;
    assert!(!api.expect_success().text().contains(restricted));

    let page = cast.police.page(&format!("/meetings/{}/record", cast.meeting.id)).await;
    assert!(page.expect(200).text().contains(FOR_PROFESSIONALS), "the police read what they wrote");
}

#[tokio::test]
async fn a_meeting_is_closed_to_those_who_are_not_at_it() {
    let cast = Cast::assemble().await;
    let meeting = format!("/api/v1/meetings/{}", cast.meeting.id);
    let mine = cast.chair.get("/api/v1/meetings").await.expect_success().text();
    assert!(mine.contains(&cast.meeting.id));
    let theirs = cast.outsider.get("/api/v1/meetings").await.expect_success().text();
    assert!(!theirs.contains(&cast.meeting.id));

    cast.outsider.get(&meeting).await.expect(404);
    cast.outsider.post(&format!("{meeting}/sync-ticket")).await.expect(404);
    cast.outsider.post_json(&format!("{meeting}/lock"), &json!({})).await.expect(404);
    cast.outsider.get(&format!("{meeting}/editions")).await.expect(404);
    cast.outsider.page(&format!("/meetings/{}", cast.meeting.id)).await.expect(404);
    cast.stranger.get("/api/v1/meetings").await.expect(401);
    cast.stranger.get(&meeting).await.expect(401);
    cast.stranger.post(&format!("{meeting}/sync-ticket")).await.expect(401);
    cast.stranger.post_json(&format!("{meeting}/lock"), &json!({})).await.expect(401);
    cast.police.post_json(&format!("{meeting}/lock"), &approval()).await.expect(403);
}

#[tokio::test]
async fn the_chair_locks_and_everybody_gets_a_signed_copy() {
    let cast = Cast::assemble().await;
    let (main, restricted) = (cast.main_document(), cast.meeting.document("professionals"));
    let mut police = cast.police.join(&cast.meeting).await;
    let mut mother = cast.mother.join(&cast.meeting).await;
    mother.open(main).await.unwrap();
    write_the_record(&cast, &mut police).await;

    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    cast.chair.post_json(&lock, &approval()).await.expect_success();
    let told = mother.hear("word of the lock", |message| message.text("event") == Some("locked")).await.unwrap();
    assert!(told.text("url").is_some_and(|url| url.contains(&cast.meeting.id)), "{told:?}");

    // Nothing more gets in, by whatever way.
    let late = Entry::fact(cast.police.id(), "Too late.");
    let refused = async {
        police.edit(main, |record| add_entry(record, &late)).await?;
        police.wait_saved(main).await
    };
    assert!(matches!(refused.await, Err(Lost::Closed(4423, _))));
    let again = cast.chair.post_json(&lock, &approval()).await;
    assert_eq!(again.status, 409, "{}", again.text());

    let full = edition(&cast.police, &cast, "full").await;
    let family = edition(&cast.mother, &cast, "family").await;
    assert!(full.json.contains(FOR_ALL) && full.json.contains(FOR_PROFESSIONALS));
    assert!(family.json.contains(FOR_ALL));
    for (form, text) in [("JSON", &family.json), ("HTML", &family.html), ("PDF", &words_of(&family.pdf))] {
        assert!(!text.contains(FOR_PROFESSIONALS), "the family copy's {form} holds what is for professionals");
        assert!(!text.contains(restricted), "the family copy's {form} names the restricted part");
        assert!(!text.contains("Too late."));
    }
    cast.mother.get(&format!("/api/v1/editions/{}.pdf", full.id)).await.expect(404);
    cast.outsider.get(&format!("/api/v1/editions/{}.pdf", family.id)).await.expect(404);
    cast.stranger.get(&format!("/api/v1/editions/{}.pdf", family.id)).await.expect(401);
    let root = &cast.server.demo().root_certificate;
    for copy in [&full, &family] {
        assert_signed(&copy.pdf);
        validators::accept_pdf(&copy.pdf, root);
        validators::accept_json(copy.json.as_bytes(), root);
    }
}

#[tokio::test]
async fn copies_are_sent_and_filed_without_a_name_on_the_envelope() {
    let cast = Cast::assemble().await;
    let mut police = cast.police.join(&cast.meeting).await;
    write_the_record(&cast, &mut police).await;
    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    cast.chair.post_json(&lock, &approval()).await.expect_success();

    let demo = cast.server.demo();
    let family_address = &cast.mother.person().email;
    let letters = wait::until("a letter to the mother and one to the police", async || {
        let letters = letters(&demo.mail_dir);
        let to = |address: &str| letters.iter().any(|letter| letter.contains(address));
        (to(family_address) && to(&cast.police.person().email)).then_some(letters)
    })
    .await;
    let names: Vec<&str> =
        demo.people.iter().map(|p| p.name.as_str()).chain(demo.children.iter().map(|c| c.name.as_str())).collect();
    for letter in &letters {
        let subject = letter.lines().find(|line| line.to_lowercase().starts_with("subject:")).unwrap_or("");
        assert!(names.iter().all(|name| !subject.contains(name)), "a name in {subject}");
        if letter.contains(family_address.as_str()) {
            assert!(!letter.contains(FOR_ALL), "the family's letter holds what was said");
        }
    }

    let agency = cast.police.person().agency_id();
    let records = format!("/api/v1/agencies/{agency}/case-records");
    let filed = wait::until("the police's case record", async || {
        let answer = cast.police.get(&records).await.expect_success().text();
        answer.contains(&cast.meeting.id).then_some(answer)
    })
    .await;
    assert!(demo.children.iter().any(|child| filed.contains(&child.id)), "{filed}");
    cast.mother.get(&records).await.expect(404);
    cast.stranger.get(&records).await.expect(401);
    let other = demo.people.iter().find(|p| p.role == "professional" && p.agency_id() != agency).unwrap();
    let other = Actor::sign_in(&cast.server, other).await;
    other.get(&records).await.expect(404);
}

#[tokio::test]
async fn a_locked_record_is_the_same_to_the_byte_after_a_restart() {
    let mut cast = Cast::assemble().await;
    let mut police = cast.police.join(&cast.meeting).await;
    write_the_record(&cast, &mut police).await;
    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    cast.chair.post_json(&lock, &approval()).await.expect_success();
    let before = edition(&cast.police, &cast, "full").await;

    cast.server.kill().await;
    cast.server.start_again().await;
    cast.police = Actor::sign_in(&cast.server, cast.server.demo().professional_of("police")).await;
    let after = edition(&cast.police, &cast, "full").await;
    assert!(before.pdf == after.pdf, "the PDF has changed");
    assert_eq!(before.json, after.json);
}

#[tokio::test]
async fn the_orderly_stop_loses_nothing_either() {
    let mut cast = Cast::assemble().await;
    let document = cast.main_document().to_owned();
    let mut police = cast.police.join(&cast.meeting).await;
    police.open(&document).await.unwrap();
    let entry = Entry::fact(cast.police.id(), FOR_ALL);
    police.edit(&document, |record| add_entry(record, &entry)).await.unwrap();
    police.wait_saved(&document).await.unwrap();
    assert!(cast.server.stop().await.success());

    cast.server.start_again().await;
    let chair = Actor::sign_in(&cast.server, cast.server.demo().role("chair")).await;
    let mut socket = chair.join(&cast.meeting).await;
    socket.open(&document).await.unwrap();
    assert!(socket.record(&document).to_string().contains(FOR_ALL));
}

struct Edition {
    id: String,
    pdf: Vec<u8>,
    json: String,
    html: String,
}

/// The reader's copy of this kind, in all three forms.
async fn edition(reader: &Actor, cast: &Cast, kind: &str) -> Edition {
    let list = reader.get(&format!("/api/v1/meetings/{}/editions", cast.meeting.id)).await.expect_success().json();
    let list = list.as_array().expect("a list of editions");
    let found = list.iter().find(|edition| edition["kind"] == kind);
    let id = found.and_then(|edition| edition["id"].as_str()).expect("an edition for this reader").to_owned();
    let pdf = reader.get(&format!("/api/v1/editions/{id}.pdf")).await;
    assert!(pdf.expect_success().body.starts_with(b"%PDF-"));
    let json = reader.get(&format!("/api/v1/editions/{id}.json")).await.expect_success().text();
    let html = reader.get(&format!("/api/v1/editions/{id}.html")).await.expect_success().text();
    Edition { id, pdf: pdf.body, json, html }
}

async fn write_the_record(cast: &Cast, police: &mut tests::socket::Socket) {
    let (main, restricted) = (cast.main_document(), cast.meeting.document("professionals"));
    let child = &cast.server.demo().children[0].id;
    police.open(main).await.unwrap();
    police.open(restricted).await.unwrap();
    for (document, text) in [(main, FOR_ALL), (restricted, FOR_PROFESSIONALS)] {
        let entry = Entry::fact(cast.police.id(), text);
        police.edit(document, |record| add_entry(record, &entry)).await.unwrap();
    }
    police.edit(main, |record| add_action(record, cast.police.id(), "Visit the family", "2030-01-15")).await.unwrap();
    let mut chair = cast.chair.join(&cast.meeting).await;
    chair.open(main).await.unwrap();
    chair.edit(main, |record| add_decision(record, child, "The plan goes on.", "It works.")).await.unwrap();
    chair.wait_saved(main).await.unwrap();
    for document in [main, restricted] {
        police.wait_saved(document).await.unwrap();
    }
}

/// What the chair sends to lock a record in which something is missing.
fn approval() -> Value {
    json!({ "acknowledge_missing": true })
}

fn text_of(record: &Value, entry: &str) -> String {
    record["sections"]["since_last_met"]["entries"][entry]["text"].as_str().unwrap_or("").to_owned()
}

/// `accord verify` finds the copy whole, and finds out a copy with one byte changed.
fn assert_signed(pdf: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let verify = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Command::new(server::program()).arg("verify").arg(path).output().unwrap()
    };
    let whole = verify("copy.pdf", pdf);
    assert_eq!(whole.status.code(), Some(0), "{}", String::from_utf8_lossy(&whole.stdout));
    let mut changed = pdf.to_vec();
    changed[pdf.len() / 3] ^= 1;
    assert_eq!(verify("changed.pdf", &changed).status.code(), Some(1));
}

/// What poppler reads in a PDF.
fn words_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = Command::new("pdftotext").arg("-raw").arg(path).arg("-").output().unwrap();
    assert!(output.status.success());
    String::from_utf8_lossy(&output.stdout).replace('\n', " ")
}

fn letters(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .filter(|path| path.extension().is_some_and(|e| e == "eml"))
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect()
}
