//! Input that no honest client sends: refused by name, and nobody else notices.

use automerge::ROOT;
use automerge::transaction::Transactable;
use serde_json::json;
use tests::socket::{Lost, Socket};
use tests::wire::{self, Message, Value};
use tests::writing::{Entry, add_entry, append};
use tokio_tungstenite::tungstenite::Message as Frame;

use crate::cast::Cast;

/// Several times what any request of the API needs.
const TOO_LONG: usize = 3 * 1024 * 1024;

/// Half as much again as the server takes in one frame.
const TOO_MUCH: usize = 3 * 1024 * 1024;

#[tokio::test]
async fn the_stock_clients_first_frame_is_greeted_byte_for_byte() {
    let cast = Cast::assemble().await;
    let mut socket = Socket::connect(&cast.police.ticket(&cast.meeting).await).await.unwrap();
    socket.send_frame(Frame::binary(wire::from_hex(wire::STOCK_JOIN))).await.unwrap();
    socket.greeted().await.unwrap();
    assert!(socket.storage_id.is_some(), "a client can't know what is saved without the server's storage id");
}

#[tokio::test]
async fn malformed_frames_close_the_socket_that_sent_them_and_no_other() {
    let cast = Cast::assemble().await;
    let document = cast.main_document();
    let mut witness = cast.chair.join(&cast.meeting).await;
    witness.open(document).await.unwrap();
    let nested = (0..10_000).map(|_| 0x81).collect::<Vec<u8>>();
    let endless = vec![0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    let frames = [
        ("no CBOR", Frame::binary(vec![0xff, 0x00, 0x12]), 4400),
        ("nothing", Frame::binary(Vec::new()), 4400),
        ("a number", Frame::binary(wire::encode(&Value::from(1))), 4400),
        ("a map without a type", Frame::binary(wire::encode(&wire::map([("a", Value::from(1))]))), 4400),
        ("text", Frame::text("{\"type\":\"join\"}"), 4400),
        ("arrays in arrays", Frame::binary(nested), 4400),
        ("an array of 2^64 things", Frame::binary(endless), 4400),
        ("more than may be", Frame::binary(vec![0; TOO_MUCH]), 4413),
    ];
    for (what, frame, code) in frames {
        let mut socket = cast.police.join(&cast.meeting).await;
        let lost = match socket.send_frame(frame).await {
            Ok(()) => socket.closing().await,
            Err(lost) => lost,
        };
        assert!(matches!(lost, Lost::Closed(found, _) if found == code), "{what}: {lost:?}, not {code}");
    }
    let entry = Entry::fact(cast.chair.id(), "Unmoved.");
    witness.edit(document, |record| add_entry(record, &entry)).await.unwrap();
    witness.wait_saved(document).await.unwrap();
}

#[tokio::test]
async fn the_first_word_is_join() {
    let cast = Cast::assemble().await;
    let mut socket = Socket::connect(&cast.police.ticket(&cast.meeting).await).await.unwrap();
    socket.send_sync(cast.main_document(), vec![0x42]).await.unwrap();
    assert!(matches!(socket.closing().await, Lost::Closed(4400, _)));
}

#[tokio::test]
async fn sync_data_that_is_none_closes_the_socket() {
    let cast = Cast::assemble().await;
    let document = cast.main_document();
    for data in [vec![], vec![0x42], vec![0x00; 64], vec![0x43, 0xff, 0xff, 0xff, 0xff, 0x7f]] {
        let mut socket = cast.police.join(&cast.meeting).await;
        socket.open(document).await.unwrap();
        socket.send_sync(document, data.clone()).await.unwrap();
        let lost = socket.closing().await;
        assert!(matches!(lost, Lost::Closed(4400 | 4409, _)), "{data:02x?}: {lost:?}");
    }
}

#[tokio::test]
async fn a_document_that_is_not_of_this_meeting_is_unavailable() {
    let cast = Cast::assemble().await;
    let made_up = bs58::encode(uuid::Uuid::new_v4().as_bytes()).with_check().into_string();
    let elsewhere = cast.server.demo().meetings.iter().find(|meeting| meeting.id != cast.meeting.id);
    let elsewhere = elsewhere.map(|meeting| meeting.document("main").to_owned());
    for document in [Some(made_up), elsewhere].into_iter().flatten() {
        let mut socket = cast.police.join(&cast.meeting).await;
        assert_eq!(socket.open(&document).await, Err(Lost::Unavailable), "{document}");
    }
}

#[tokio::test]
async fn a_change_one_may_not_make_is_refused_whole_and_seen_by_nobody() {
    let cast = Cast::assemble().await;
    let document = cast.main_document();
    let mut mother = cast.mother.join(&cast.meeting).await;
    mother.open(document).await.unwrap();
    let own_words = Entry { section: "parents_views", nature: "view", ..Entry::fact(cast.mother.id(), "Mine.") };
    let view = mother.edit(document, |record| add_entry(record, &own_words)).await.unwrap();
    mother.wait_saved(document).await.unwrap();

    type Change<'a> = Box<dyn FnOnce(&mut automerge::AutoCommit) + Send + 'a>;
    let forged = Entry::fact(cast.chair.id(), "I am the chair.");
    let nowhere = Entry::fact(cast.police.id(), "x");
    let changes: Vec<(&str, Change<'_>)> = vec![
        ("another's own words", Box::new(|record| append(record, "parents_views", &view, " Not mine."))),
        ("in another's name", Box::new(|record| drop(add_entry(record, &forged)))),
        ("a key of one's own", Box::new(|record| record.put(ROOT, "mine", "x").unwrap())),
        (
            "the meeting itself",
            Box::new(|record| {
                let meeting = tests::writing::at(record, &["meeting"]);
                record.put(&meeting, "title", "Another").unwrap();
            }),
        ),
        (
            "a good row with a bad one",
            Box::new(|record| {
                add_entry(record, &nowhere);
                record.delete(ROOT, "decisions").unwrap();
            }),
        ),
    ];
    for (what, change) in changes {
        let mut police = cast.police.join(&cast.meeting).await;
        police.open(document).await.unwrap();
        let before = police.record(document);
        police.edit(document, change).await.unwrap();
        let lost = police.closing().await;
        assert!(matches!(lost, Lost::Closed(4409, _)), "{what}: {lost:?}");
        let why = police.heard.iter().find(|message| message.text("event") == Some("refused"));
        assert!(why.is_some_and(|why| why.text("documentId") == Some(document)), "{what}: {:?}", police.heard);

        let mut fresh = cast.police.join(&cast.meeting).await;
        fresh.open(document).await.unwrap();
        assert_eq!(fresh.record(document), before, "{what}: something of it was kept");
    }
}

#[tokio::test]
async fn a_carets_whisper_reaches_others_with_the_servers_stamp() {
    let cast = Cast::assemble().await;
    let document = cast.main_document();
    let mut chair = cast.chair.join(&cast.meeting).await;
    let mut police = cast.police.join(&cast.meeting).await;
    chair.open(document).await.unwrap();
    police.open(document).await.unwrap();
    // It claims to be the chair; the server knows better.
    let body = wire::encode(&wire::map([("person", Value::from(cast.chair.id()))]));
    let whisper = Message::new("ephemeral")
        .with("senderId", police.peer_id.as_str())
        .with("targetId", police.server_id.as_str())
        .with("documentId", document)
        .with("count", 1)
        .with("sessionId", "s")
        .with("data", Value::Bytes(body));
    police.send(&whisper).await.unwrap();
    let heard = chair.hear("the whisper", |message| message.kind() == "ephemeral").await.unwrap();
    let data = Message::decode(heard.bytes("data").unwrap()).unwrap();
    assert_eq!(data.text("person"), Some(cast.police.id()));
}

#[tokio::test]
async fn a_ticket_opens_one_socket_to_one_meeting() {
    let cast = Cast::assemble().await;
    let url = cast.police.ticket(&cast.meeting).await;
    Socket::join(&url).await.unwrap();
    assert!(matches!(Socket::join(&url).await, Err(Lost::NotLetIn(401 | 403))), "a ticket worked twice");

    let url = cast.police.ticket(&cast.meeting).await;
    let elsewhere = url.replace(&cast.meeting.id, &uuid::Uuid::new_v4().to_string());
    assert!(matches!(Socket::join(&elsewhere).await, Err(Lost::NotLetIn(401 | 403 | 404))));
    let bare = url.split('?').next().unwrap();
    assert!(matches!(Socket::join(bare).await, Err(Lost::NotLetIn(401))), "no ticket, no cookie, and let in");
}

#[tokio::test]
async fn bad_requests_are_answered_with_a_problem_and_no_detail_of_ours() {
    let cast = Cast::assemble().await;
    let (chair, stranger) = (&cast.chair, &cast.stranger);
    let json_type = "application/json";
    let lock = format!("/api/v1/meetings/{}/lock", cast.meeting.id);
    let wrong = json!({ "email": cast.chair.person().email, "password": "wrong" });
    let unknown = json!({ "email": "nobody@example.org", "password": "wrong" });
    let answers = [
        (400, stranger.post_bytes("/api/v1/session", json_type, b"{".to_vec()).await),
        (400, stranger.post_bytes("/api/v1/session", json_type, vec![0xff, 0xfe]).await),
        (401, stranger.post_json("/api/v1/session", &wrong).await),
        (401, stranger.post_json("/api/v1/session", &unknown).await),
        (413, stranger.post_bytes("/api/v1/session", json_type, vec![b' '; TOO_LONG]).await),
        (422, chair.post_json(&lock, &json!({ "acknowledge_missing": "yes" })).await),
        (404, chair.get("/api/v1/meetings/not-an-id").await),
        (404, chair.get(&format!("/api/v1/meetings/{}", uuid::Uuid::new_v4())).await),
        (404, chair.get("/api/v1/editions/%00.pdf").await),
        (404, chair.get("/api/v1/no-such-thing").await),
    ];
    for (status, answer) in &answers {
        answer.expect(*status);
        assert!(answer.header("content-type").starts_with("application/problem+json"), "{}", answer.text());
        let problem = answer.json();
        assert_eq!(problem["status"], *status);
        assert!(problem["type"].is_string() && problem["title"].is_string(), "{problem}");
    }
    let (wrong, unknown) = (&answers[2].1, &answers[3].1);
    assert_eq!(wrong.json(), unknown.json(), "a wrong password and an unknown address must look the same");
    chair.get("/healthz").await.expect(200);
}
