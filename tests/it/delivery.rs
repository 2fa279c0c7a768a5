//! Letters through a real mail server: what arrives, what is tried again and what a person is told of.

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use minutes::ids::{DeliveryId, EditionId, PersonId};
use server::clock::Clock;
use server::delivery::{Transport, Wording, Worker};
use server::store::deliveries::{self, Delivery, DeliveryState, NewDelivery, Template};
use server::store::people::{self, Channel};
use server::store::{Connection, disclosures};
use tests::chasquid::{Busy, Chasquid, DOMAIN};
use tests::wait;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::store::database::Database;
use crate::store::example::Example;

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;

struct Post {
    database: Database,
    example: Example,
    edition: EditionId,
    clock: Clock,
}

impl Post {
    async fn new() -> Self {
        let database = Database::sqlite();
        let example = Example::set_up(&database).await;
        let edition = example.edition(&database).await;
        Self { database, example, edition, clock: Clock::default() }
    }

    fn worker(&self, transport: Transport) -> Worker {
        Worker {
            store: self.database.store.clone(),
            clock: self.clock.clone(),
            transport,
            wording: Wording {
                from: format!("Records <accord@{DOMAIN}>"),
                partnership: "Northmoor partnership".to_owned(),
                base_url: "https://accord.test".to_owned(),
                message_id_domain: DOMAIN.to_owned(),
                link: Box::new(|_| "a-secret-token".to_owned()),
            },
            rung: Arc::new(Notify::new()),
        }
    }

    /// A letter to somebody new, who has this address.
    async fn enqueue(&self, address: Option<&str>, template: Template) -> DeliveryId {
        let mut person = self.example.people().remove(0);
        person.id = PersonId(Uuid::new_v4());
        person.email = address.map(str::to_owned);
        let new = NewDelivery {
            template,
            created_at: self.clock.now(),
            ..self.example.delivery(self.edition, person.id, Channel::Email)
        };
        let id = new.id;
        self.database
            .write(move |conn| {
                people::insert(conn, person)?;
                deliveries::enqueue_many(conn, vec![new])
            })
            .await;
        id
    }

    async fn delivery(&self, id: DeliveryId) -> Delivery {
        let meeting = self.example.meeting;
        let all = self.database.read(move |conn| deliveries::list_for_meeting(conn, meeting)).await;
        all.into_iter().find(|delivery| delivery.id == id).unwrap()
    }

    async fn state(&self, id: DeliveryId) -> DeliveryState {
        self.delivery(id).await.state
    }

    async fn disclosed(&self) -> Vec<String> {
        let meeting = self.example.meeting;
        let ledger = self.database.read(move |conn| disclosures::list_for_meeting(conn, meeting)).await;
        ledger.into_iter().map(|entry| entry.how).collect()
    }

    async fn sql(&self, statement: &'static str) {
        self.database
            .read(move |conn| match conn {
                Connection::Sqlite(conn) => Ok(conn.batch_execute(statement)?),
                Connection::Postgres(conn) => Ok(conn.batch_execute(statement)?),
            })
            .await;
    }
}

fn message_id(letter: &str) -> &str {
    letter.lines().find_map(|line| line.strip_prefix("Message-ID: ")).expect("every letter has one")
}

fn relay(server: &Chasquid) -> Transport {
    Transport::relay(server.smtp()).unwrap()
}

#[tokio::test]
async fn a_professional_gets_the_copy_attached() {
    let (post, server) = (Post::new().await, Chasquid::start(&["school"]).await);
    let id = post.enqueue(Some("school@agency.test"), Template::EditionAttached).await;
    assert_eq!(post.worker(relay(&server)).run_once().await.unwrap(), 1);

    let letter = server.letters("school", 1).await.remove(0);
    assert!(letter.contains("Subject: A meeting record is ready"), "{letter}");
    assert!(letter.contains(&format!("filename=\"record-{}.pdf\"", &post.edition.to_string()[..8])), "{letter}");
    assert!(letter.contains("Content-Type: application/pdf"), "{letter}");
    assert_eq!(message_id(&letter), format!("<{id}@agency.test>"));
    let delivery = post.delivery(id).await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::AcceptedByRelay, 1));
    assert_eq!(post.disclosed().await, ["sent by e-mail, attached"]);
    assert!(server.log().contains("school@"), "the server's log shows whom it heard of: {}", server.log());
    assert_eq!(post.worker(relay(&server)).run_once().await.unwrap(), 0, "it is not sent again");
}

#[tokio::test]
async fn a_familys_letter_says_nothing_but_where_to_look() {
    let (post, server) = (Post::new().await, Chasquid::start(&["mum"]).await);
    post.enqueue(Some("mum@agency.test"), Template::FamilyLink).await;
    post.worker(relay(&server)).run_once().await.unwrap();

    // Long lines may be folded on the way.
    let letter = server.letters("mum", 1).await.remove(0).replace("=\r\n", "").replace("=\n", "");
    assert!(letter.contains("Subject: A document is ready for you"), "{letter}");
    assert!(letter.contains("https://accord.test/copy/a-secret-token"), "{letter}");
    let lower = letter.to_lowercase();
    for telling in ["žofie", "=c5=beofie", "core group", "core_group", "meeting", "child", "chair", "pdf"] {
        assert!(!lower.contains(telling), "{telling}: {letter}");
    }
}

#[tokio::test]
async fn a_bad_address_holds_up_nobody_else() {
    let (post, server) = (Post::new().await, Chasquid::start(&["school"]).await);
    let mut bad = Vec::new();
    for address in [Some("nobody@agency.test"), Some("a@agency.test\r\nBcc: school@agency.test"), Some("not one"), None]
    {
        bad.push(post.enqueue(address, Template::EditionAttached).await);
    }
    let good = post.enqueue(Some("school@agency.test"), Template::EditionAttached).await;
    post.worker(relay(&server)).run_once().await.unwrap();

    assert_eq!(post.state(good).await, DeliveryState::AcceptedByRelay);
    assert_eq!(server.letters("school", 1).await.len(), 1);
    for id in bad {
        let delivery = post.delivery(id).await;
        assert_eq!(delivery.state, DeliveryState::Refused);
        let detail = delivery.last_detail.unwrap();
        assert!(!detail.is_empty() && !detail.contains('@'), "for support staff, no address: {detail}");
    }
    assert_eq!(post.disclosed().await.len(), 1);
}

#[tokio::test]
async fn a_temporary_failure_is_tried_again_as_the_same_letter() {
    let (post, server) = (Post::new().await, Chasquid::start(&["school"]).await);
    let id = post.enqueue(Some("school@agency.test"), Template::EditionAttached).await;
    let worker = post.worker(relay(&server));
    server.set_busy(Busy::Yes);
    assert_eq!(worker.run_once().await.unwrap(), 1);
    let delayed = post.delivery(id).await;
    assert_eq!((delayed.state, delayed.attempts), (DeliveryState::Delayed, 1), "{}", server.log());
    assert_eq!(worker.run_once().await.unwrap(), 0, "not yet due");

    server.set_busy(Busy::No);
    post.clock.turn(MINUTE);
    assert_eq!(worker.run_once().await.unwrap(), 1);
    let accepted = post.delivery(id).await;
    assert_eq!((accepted.state, accepted.attempts), (DeliveryState::AcceptedByRelay, 2));
    let letters = server.letters("school", 1).await;
    assert_eq!((letters.len(), message_id(&letters[0])), (1, format!("<{id}@agency.test>").as_str()));
    assert_eq!(accepted.message_id, delayed.message_id);
}

#[tokio::test]
async fn a_relay_that_is_away_is_waited_for() {
    let (post, mut server) = (Post::new().await, Chasquid::stopped(&["school"]));
    let id = post.enqueue(Some("school@agency.test"), Template::EditionAttached).await;
    let worker = post.worker(relay(&server));
    worker.run_once().await.unwrap();
    assert_eq!(post.state(id).await, DeliveryState::Delayed);

    server.run().await;
    post.clock.turn(MINUTE);
    worker.run_once().await.unwrap();
    assert_eq!(post.state(id).await, DeliveryState::AcceptedByRelay);
    server.letters("school", 1).await;
}

#[tokio::test]
async fn after_a_day_and_a_half_a_person_is_told() {
    let (post, server) = (Post::new().await, Chasquid::stopped(&[]));
    let id = post.enqueue(Some("school@agency.test"), Template::EditionAttached).await;
    let worker = post.worker(relay(&server));
    for _ in 0..7 {
        assert_ne!(post.state(id).await, DeliveryState::Refused);
        assert_eq!(worker.run_once().await.unwrap(), 1);
        post.clock.turn(24 * HOUR);
    }
    let delivery = post.delivery(id).await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Refused, 7));
    assert!(delivery.last_detail.unwrap().starts_with("given up after 7 tries"));
    assert_eq!(worker.run_once().await.unwrap(), 0);
}

/// As if the process had been killed between the relay's answer and the record of it.
#[tokio::test]
async fn an_attempt_that_was_not_recorded_is_repeated_as_the_same_letter() {
    let (post, server) = (Post::new().await, Chasquid::start(&["school"]).await);
    let id = post.enqueue(Some("school@agency.test"), Template::EditionAttached).await;
    let worker = post.worker(relay(&server));
    post.sql("CREATE TRIGGER dead BEFORE INSERT ON delivery_attempts BEGIN SELECT RAISE(ABORT, 'dead'); END").await;
    assert_eq!(worker.run_once().await.unwrap(), 1);
    assert_eq!(server.letters("school", 1).await.len(), 1);
    assert_eq!(post.state(id).await, DeliveryState::Queued);
    assert!(post.disclosed().await.is_empty(), "all of the record or nothing");

    post.sql("DROP TRIGGER dead").await;
    assert_eq!(worker.run_once().await.unwrap(), 0, "the dead worker's lease runs");
    post.clock.turn(5 * MINUTE);
    assert_eq!(worker.run_once().await.unwrap(), 1);
    assert_eq!(post.state(id).await, DeliveryState::AcceptedByRelay);
    let letters = server.letters("school", 2).await;
    assert_eq!(message_id(&letters[0]), message_id(&letters[1]));
}

#[tokio::test]
async fn nothing_is_said_to_a_relay_that_can_not_prove_who_it_is() {
    let (post, server) = (Post::new().await, Chasquid::start(&["school"]).await);
    let id = post.enqueue(Some("school@agency.test"), Template::EditionAttached).await;
    let smtp = server::delivery::Smtp { root_certificate: None, ..server.smtp() };
    post.worker(Transport::relay(smtp).unwrap()).run_once().await.unwrap();
    assert_eq!(post.state(id).await, DeliveryState::Delayed);
    assert!(!server.log().contains("school@"), "{}", server.log());
}

#[tokio::test]
async fn a_wrong_password_of_ours_is_no_fault_of_the_letter() {
    let (post, server) = (Post::new().await, Chasquid::start(&["school"]).await);
    let id = post.enqueue(Some("school@agency.test"), Template::EditionAttached).await;
    let smtp = server::delivery::Smtp {
        credentials: Some(("accord@agency.test".to_owned(), "wrong".to_owned())),
        ..server.smtp()
    };
    post.worker(Transport::relay(smtp).unwrap()).run_once().await.unwrap();
    let delivery = post.delivery(id).await;
    assert_eq!(delivery.state, DeliveryState::Delayed, "{:?} {}", delivery.last_detail, server.log());
    assert!(delivery.last_detail.unwrap().contains("535"));
}

#[tokio::test]
async fn a_folder_holds_one_file_a_letter_however_often_it_is_sent() {
    let (post, folder) = (Post::new().await, tempfile::tempdir().unwrap());
    let id = post.enqueue(Some("school@agency.test"), Template::EditionAttached).await;
    let worker = post.worker(Transport::Directory(folder.path().join("mail")));
    post.sql("CREATE TRIGGER dead BEFORE INSERT ON delivery_attempts BEGIN SELECT RAISE(ABORT, 'dead'); END").await;
    worker.run_once().await.unwrap();
    post.sql("DROP TRIGGER dead").await;
    post.clock.turn(5 * MINUTE);
    worker.run_once().await.unwrap();
    assert_eq!(post.state(id).await, DeliveryState::AcceptedByRelay);
    let files: Vec<_> =
        std::fs::read_dir(folder.path().join("mail")).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(message_id(&std::fs::read_to_string(&files[0]).unwrap()), format!("<{id}@agency.test>"));
}

#[tokio::test]
async fn a_worker_wakes_when_rung_and_stops_when_told() {
    let (post, folder) = (Post::new().await, tempfile::tempdir().unwrap());
    let worker = post.worker(Transport::Directory(folder.path().to_owned()));
    let rung = worker.rung.clone();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(worker.run(stopped));
    for address in ["school@agency.test", "police@agency.test"] {
        let id = post.enqueue(Some(address), Template::EditionAttached).await;
        rung.notify_one();
        wait::until("the letter is sent", async || {
            (post.state(id).await == DeliveryState::AcceptedByRelay).then_some(())
        })
        .await;
    }
    stop.send(true).unwrap();
    tokio::time::timeout(wait::PATIENCE, running).await.expect("it stops").unwrap();
}
