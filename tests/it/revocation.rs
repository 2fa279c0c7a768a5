//! What is taken from somebody ends at once, wherever it was taken: a session that ended, a seat taken away, a role
//! that no longer writes.

use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use minutes::ids::{MeetingId, PersonId};
use reqwest::Method;
use serde_json::{Value, json};
use server::store::{Store, StoreError, audit, meetings, sessions};
use tests::demo::Person;
use tests::http::{Actor, Answer};
use tests::socket::{Lost, Socket};
use tests::wire;
use tests::writing::{Entry, add_entry};

use crate::cast::Cast;

/// From the deed to the closing of the socket.
const PROMISE: Duration = Duration::from_secs(1);
/// A busy machine may hold one try up, not each of several.
const TRIES: usize = 5;

/// Tries until one is as quick as promised; says how quick.
async fn within_the_promise(what: &str, mut once: impl AsyncFnMut() -> Duration) {
    let mut fastest = Duration::MAX;
    for _ in 0..TRIES {
        fastest = fastest.min(once().await);
        if fastest <= PROMISE {
            break;
        }
    }
    println!("{what}: closed after {} ms", fastest.as_millis());
    assert!(fastest <= PROMISE, "{what} closes a socket after {fastest:?}");
}

async fn closes_with(socket: &mut Socket, code: u16) {
    let lost = socket.closing().await;
    assert!(matches!(lost, Lost::Closed(found, _) if found == code), "{lost:?} instead of {code}");
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// The server's database, opened by this process: another one than the server.
fn another_process(cast: &Cast) -> Store {
    Store::open(&database_url(cast)).unwrap()
}

fn database_url(cast: &Cast) -> String {
    format!("sqlite:{}", cast.server.data().join("accord.db").display())
}

async fn withdraw(cast: &Cast, person: &str) -> Answer {
    cast.chair.ask(Method::DELETE, &seat(cast, person), &Value::Null).await
}

async fn make(cast: &Cast, person: &str, role: &str) -> Answer {
    cast.chair.ask(Method::PATCH, &seat(cast, person), &json!({ "role": role })).await
}

fn seat(cast: &Cast, person: &str) -> String {
    format!("/api/v1/meetings/{}/seats/{person}", cast.meeting.id)
}

#[tokio::test]
async fn signing_out_closes_the_socket() {
    let cast = Cast::assemble().await;
    within_the_promise("signing out", async || {
        let police = Actor::sign_in(&cast.server, cast.police.person()).await;
        let mut socket = police.join(&cast.meeting).await;
        let begun = Instant::now();
        police.ask(Method::DELETE, "/api/v1/session", &Value::Null).await.expect(204);
        closes_with(&mut socket, 4401).await;
        begun.elapsed()
    })
    .await;
    // Nobody else's.
    cast.police.join(&cast.meeting).await.open(cast.main_document()).await.unwrap();
}

#[tokio::test]
async fn a_session_ended_by_another_process_closes_its_sockets() {
    let cast = Cast::assemble().await;
    let (store, person) = (another_process(&cast), cast.police.id().parse::<PersonId>().unwrap());
    let mut chair = cast.chair.join(&cast.meeting).await;
    within_the_promise("a session ended in the database", async || {
        let police = Actor::sign_in(&cast.server, cast.police.person()).await;
        let mut socket = police.join(&cast.meeting).await;
        let ended: Result<usize, StoreError> =
            store.write(move |conn| sessions::end_all_of_person(conn, person, now())).await;
        assert!(ended.unwrap() > 0);
        let begun = Instant::now();
        closes_with(&mut socket, 4401).await;
        begun.elapsed()
    })
    .await;
    chair.open(cast.main_document()).await.unwrap();
}

#[tokio::test]
async fn an_operator_signs_somebody_out_everywhere() {
    let cast = Cast::assemble().await;
    let end_sessions = |email: &str| {
        let mut command = Command::new(tests::server::program());
        command.args(["admin", "end-sessions", "--email", email]).env("ACCORD__STORAGE__URL", database_url(&cast));
        command.output().unwrap()
    };
    within_the_promise("accord admin end-sessions", async || {
        let telephone = Actor::sign_in(&cast.server, cast.police.person()).await;
        let desk = Actor::sign_in(&cast.server, cast.police.person()).await;
        let (mut one, mut other) = (telephone.join(&cast.meeting).await, desk.join(&cast.meeting).await);
        let done = end_sessions(&cast.police.person().email);
        let begun = Instant::now();
        assert!(done.status.success(), "{done:?}");
        closes_with(&mut one, 4401).await;
        closes_with(&mut other, 4401).await;
        let took = begun.elapsed();
        telephone.get("/api/v1/meetings").await.expect(401);
        took
    })
    .await;
    assert!(!end_sessions("nobody@northmoor.example").status.success());

    let subject = format!("person:{}", cast.police.id());
    let trail: Result<Vec<audit::Entry>, StoreError> =
        another_process(&cast).read(move |conn| audit::list_for_subject(conn, &subject)).await;
    assert_eq!(trail.unwrap().first().unwrap().action, "sessions.ended_by_operator");
    cast.chair.get("/api/v1/meetings").await.expect(200);
}

#[tokio::test]
async fn a_seat_taken_away_closes_the_socket_and_every_other_door() {
    let cast = Cast::assemble().await;
    let (document, police) = (cast.main_document(), cast.police.id());
    within_the_promise("a seat taken away", async || {
        make(&cast, police, "professional").await.expect(200);
        let mut socket = cast.police.join(&cast.meeting).await;
        socket.open(document).await.unwrap();
        let begun = Instant::now();
        withdraw(&cast, police).await.expect(204);
        let late = Entry::fact(police, "Written by somebody without a seat.");
        // Whether it can still be sent is a matter of milliseconds; it is not taken in.
        let _ = socket.edit(document, |record| add_entry(record, &late)).await;
        closes_with(&mut socket, 4403).await;
        begun.elapsed()
    })
    .await;
    let record = cast.chair.page(&format!("/meetings/{}/record", cast.meeting.id)).await;
    assert!(!record.expect(200).text().contains("Written by somebody without a seat."));

    let meeting = format!("/api/v1/meetings/{}", cast.meeting.id);
    for refused in [cast.police.get(&meeting).await, cast.police.post(&format!("{meeting}/sync-ticket")).await] {
        assert_eq!(refused.expect(403).json()["code"], "seat_withdrawn");
        assert!(refused.json()["detail"].as_str().unwrap().contains("taken away"), "{}", refused.text());
    }
    let page = cast.police.page(&format!("/meetings/{}", cast.meeting.id)).await;
    assert!(page.expect(403).text().contains("Your seat at this meeting was taken away"));
    let listed = cast.police.get("/api/v1/meetings").await.expect(200).text();
    assert!(!listed.contains(&cast.meeting.id), "it is no meeting of theirs");
    withdraw(&cast, police).await.expect(404);
}

#[tokio::test]
async fn a_ticket_got_before_opens_nothing_after() {
    let cast = Cast::assemble().await;
    let (ticket, unused) = (cast.police.ticket(&cast.meeting).await, cast.police.ticket(&cast.meeting).await);
    // At the door, and silent.
    let mut socket = Socket::connect(&ticket).await.unwrap();
    withdraw(&cast, cast.police.id()).await.expect(204);
    let join = wire::join(&socket.peer_id);
    socket.send(&join).await.unwrap();
    closes_with(&mut socket, 4403).await;
    assert!(matches!(Socket::connect(&unused).await, Err(Lost::NotLetIn(403))));
}

#[tokio::test]
async fn a_seat_taken_away_by_another_process_closes_the_socket() {
    let cast = Cast::assemble().await;
    let store = another_process(&cast);
    let (meeting, person) =
        (cast.meeting.id.parse::<MeetingId>().unwrap(), cast.police.id().parse::<PersonId>().unwrap());
    within_the_promise("a seat taken away in the database", async || {
        make(&cast, cast.police.id(), "professional").await.expect(200);
        let mut socket = cast.police.join(&cast.meeting).await;
        let removed: Result<bool, StoreError> =
            store.write(move |conn| meetings::remove_seat(conn, meeting, person, now())).await;
        assert!(removed.unwrap());
        let begun = Instant::now();
        closes_with(&mut socket, 4403).await;
        begun.elapsed()
    })
    .await;
}

#[tokio::test]
async fn who_becomes_an_observer_reads_on_and_writes_no_more() {
    let cast = Cast::assemble().await;
    let (main, restricted, police) = (cast.main_document(), cast.meeting.document("professionals"), cast.police.id());
    let mut socket = cast.police.join(&cast.meeting).await;
    for document in [main, restricted] {
        socket.open(document).await.unwrap();
    }
    make(&cast, police, "observer").await.expect(200);
    let told = socket.hear("word of the role", |message| message.text("event") == Some("role")).await.unwrap();
    assert_eq!(told.text("role"), Some("observer"));

    // What professionals write among themselves does not come any more; what everybody reads does.
    let mut chair = cast.chair.join(&cast.meeting).await;
    for (document, text) in [(restricted, "Among ourselves."), (main, "For everybody.")] {
        chair.open(document).await.unwrap();
        let entry = Entry::fact(cast.chair.id(), text);
        chair.edit(document, |record| add_entry(record, &entry)).await.unwrap();
        chair.wait_saved(document).await.unwrap();
    }
    let holds = |text: &'static str| move |record: &Value| record.to_string().contains(text);
    socket.wait_until(main, "what everybody reads", holds("For everybody.")).await.unwrap();
    assert!(!holds("Among ourselves.")(&socket.record(restricted)));

    let entry = Entry::fact(police, "By an observer.");
    let _ = socket.edit(main, |record| add_entry(record, &entry)).await;
    closes_with(&mut socket, 4409).await;

    let mut again = cast.police.join(&cast.meeting).await;
    again.open(main).await.unwrap();
    assert!(!holds("By an observer.")(&again.record(main)));
    assert_eq!(again.open(restricted).await, Err(Lost::Unavailable));
}

#[tokio::test]
async fn a_role_changed_back_writes_again() {
    let cast = Cast::assemble().await;
    let police: Person = cast.police.person().clone();
    make(&cast, &police.id, "observer").await.expect(200);
    let mut socket = cast.police.join(&cast.meeting).await;
    socket.open(cast.main_document()).await.unwrap();
    make(&cast, &police.id, "professional").await.expect(200);
    let entry = Entry::fact(&police.id, "At the table again.");
    socket.edit(cast.main_document(), |record| add_entry(record, &entry)).await.unwrap();
    socket.wait_saved(cast.main_document()).await.unwrap();
}
