//! Bounds as they are met from outside: who is turned away before the socket opens and told when to come back, and how a
//! connection ends that sends too much.

use std::error::Error;

use tests::demo::Meeting;
use tests::http::Actor;
use tests::server::Settings;
use tests::service::Service;
use tests::socket::{Lost, Socket};
use tests::wait;
use tests::wire::{Message, Value};
use tests::writing::{Entry, add_entry};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::error::Error as SocketError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{Frame as RawFrame, FrameHeader};

const MIB: usize = 1024 * 1024;

/// How somebody was turned away before there was a socket.
#[derive(Debug, PartialEq, Eq)]
struct TurnedAway {
    status: u16,
    /// Seconds, as the header says.
    retry_after: Option<u64>,
}

async fn served_with(setting: &str, value: &str) -> (Service, Vec<Actor>, Meeting) {
    let server = Service::with_settings(2, Settings::from([(setting.to_owned(), value.to_owned())])).await;
    let actors = server.sign_in_all().await;
    let meeting = server.meet(&actors[0]).await;
    (server, actors, meeting)
}

#[tokio::test]
async fn a_person_with_too_many_pages_open_is_asked_to_close_some() {
    let (_server, actors, meeting) = served_with("ACCORD__LIVE__CONNECTIONS_PER_PERSON", "3").await;
    let (chair, other) = (&actors[0], &actors[1]);
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(chair.come(&meeting).await.unwrap());
    }
    assert_eq!(knock(chair, &meeting).await, Some(TurnedAway { status: 429, retry_after: Some(60) }));
    assert_eq!(knock(other, &meeting).await, None, "one person's pages are no reason to turn another away");
    open.pop();
    wait::until("a page that was closed no longer counts", async || {
        knock(chair, &meeting).await.is_none().then_some(())
    })
    .await;
    open[0].open(meeting.document("main")).await.unwrap();
}

#[tokio::test]
async fn who_comes_when_memory_is_full_is_asked_to_come_back_and_who_is_there_goes_on() {
    let (_server, actors, meeting) = served_with("ACCORD__LIVE__MEMORY_MIB", "0").await;
    let (chair, other) = (&actors[0], &actors[1]);
    let document = meeting.document("main");
    let mut there = chair.come(&meeting).await.unwrap();
    there.open(document).await.unwrap();
    assert_eq!(knock(other, &meeting).await, Some(TurnedAway { status: 503, retry_after: Some(60) }));
    let entry = Entry::fact(chair.id(), "Written when nobody else may come.");
    there.edit(document, |record| add_entry(record, &entry)).await.unwrap();
    there.wait_saved(document).await.unwrap();
}

#[tokio::test]
async fn who_sends_too_many_messages_is_closed_and_others_are_not() {
    let (server, actors, meeting) = served_with("ACCORD__LIVE__MESSAGES_PER_SECOND", "5").await;
    let document = meeting.document("main");
    let mut witness = actors[1].come(&meeting).await.unwrap();
    witness.open(document).await.unwrap();
    let mut flooding = actors[0].come(&meeting).await.unwrap();
    flooding.open(document).await.unwrap();
    // Many more than may come at once after a pause.
    assert_eq!(flood(&mut flooding, 200, 10).await, Lost::Closed(4429, "too many messages".to_owned()));
    let entry = Entry::fact(actors[1].id(), "Undisturbed.");
    witness.edit(document, |record| add_entry(record, &entry)).await.unwrap();
    witness.wait_saved(document).await.unwrap();
    assert!(server.log().is_empty(), "a flood must not fill the log: {}", server.log());
}

#[tokio::test]
async fn who_sends_too_many_bytes_is_closed() {
    let (_server, actors, meeting) = served_with("ACCORD__LIVE__MESSAGES_PER_SECOND", "400").await;
    let mut flooding = actors[0].come(&meeting).await.unwrap();
    // Frames that each are small enough, and of a kind that is ignored: only their sum is too much.
    assert_eq!(flood(&mut flooding, 64, MIB).await, Lost::Closed(4429, "too many messages".to_owned()));
}

#[tokio::test]
async fn a_message_in_pieces_may_not_be_larger_than_one_in_a_frame() {
    let (_server, actors, meeting) = served_with("ACCORD__LIVE__MESSAGES_PER_SECOND", "400").await;
    let mut socket = actors[0].come(&meeting).await.unwrap();
    let mut lost = None;
    for number in 0..6 {
        let code = OpCode::Data(if number == 0 { Data::Binary } else { Data::Continue });
        let header = FrameHeader { is_final: false, opcode: code, ..FrameHeader::default() };
        let piece = RawFrame::from_payload(header, vec![0; MIB].into());
        if let Err(why) = socket.send_frame(Frame::Frame(piece)).await {
            lost = Some(why);
            break;
        }
    }
    let lost = match lost {
        Some(lost) => lost,
        None => socket.closing().await,
    };
    assert_eq!(lost, Lost::Closed(4413, "too large".to_owned()));
}

/// Sends messages of a kind that needs no answer until the server has had enough.
async fn flood(socket: &mut Socket, count: usize, bytes: usize) -> Lost {
    let message = Message::new("remote-heads-changed")
        .with("senderId", socket.peer_id.as_str())
        .with("data", Value::Bytes(vec![0; bytes]));
    for _ in 0..count {
        if let Err(lost) = socket.send(&message).await {
            return lost;
        }
    }
    socket.closing().await
}

/// Tries to come to a meeting as a page does; None if that would have worked.
async fn knock(actor: &Actor, meeting: &Meeting) -> Option<TurnedAway> {
    match connect_async(actor.ticket(meeting).await).await {
        Ok(_) => None,
        Err(SocketError::Http(response)) => {
            let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
            Some(TurnedAway { status: response.status().as_u16(), retry_after })
        }
        Err(error) => panic!("{}", error.source().map_or_else(|| error.to_string(), ToString::to_string)),
    }
}
