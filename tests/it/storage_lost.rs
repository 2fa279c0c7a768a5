//! The disk is full, or the database is gone: nothing is acknowledged, everybody is told, nobody is sent away, and when
//! changes can be stored again they are, once.

use std::time::Instant;

use futures_util::future::join_all;
use server::store::{OpenError, Store};
use tests::demo::Meeting;
use tests::http::Actor;
use tests::postgres::Cluster;
use tests::service::Service;
use tests::small_disk::SmallDisk;
use tests::socket::{Lost, Socket};
use tests::wait;
use tests::wire::{Message, Value};
use tests::writing::{Entry, add_entry, append, words};

const SECTION: &str = "since_last_met";
/// The chair, who watches; somebody who comes late; and those who write.
const PEOPLE: usize = 4;
/// Room for a few keystrokes more.
const LEFT_ON_DISK: usize = 128 * 1024;
/// Words that each writer types after everybody has been told.
const MORE: usize = 5;

struct Table {
    server: Service,
    meeting: Meeting,
    document: String,
    watching: Socket,
    latecomer: Actor,
    writers: Vec<Writer>,
}

/// Somebody who types words into an entry of their own.
struct Writer {
    name: usize,
    socket: Socket,
    document: String,
    entry: String,
    typed: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_and_is_recovered_from() {
    let server = Service::on_disk(PEOPLE, SmallDisk::new("8m")).await;
    let mut table = Table::sit_down(server).await;
    table.server.disk().fill(LEFT_ON_DISK);
    table.type_until_told().await;
    table.type_in_vain().await;
    table.server_tries_again().await;

    // Reading goes on, for those who come now too.
    table.latecomer.get(&format!("/api/v1/meetings/{}", table.meeting.id)).await.expect(200);
    let mut late = table.latecomer.come(&table.meeting).await.unwrap();
    late.open(&table.document).await.unwrap();
    assert!(words(&late.record(&table.document)).len() >= table.writers.len());
    late.hear("that nothing can be stored", says_storage(false)).await.unwrap();

    table.server.disk().make_room();
    table.all_is_stored("a full disk").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_loses_nothing_and_is_recovered_from() {
    let mut cluster = Cluster::start();
    let server = Service::on_database(PEOPLE, &cluster.empty()).await;
    let mut table = Table::sit_down(server).await;
    cluster.stop();
    table.type_until_told().await;
    table.type_in_vain().await;
    table.server_tries_again().await;

    // Who may come is not to be known now; they are told to try again.
    assert_eq!(table.latecomer.come(&table.meeting).await.err(), Some(Lost::NotLetIn(503)));

    cluster.start_again();
    table.all_is_stored("PostgreSQL away").await;
}

/// Whether a page that needs no sign-in and no database says that nothing can be saved.
async fn says_on_a_page(server: &Service) -> bool {
    Actor::anonymous(server).page("/sign-in").await.text().contains("save anything just now")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_hangs_loses_nothing_and_is_recovered_from() {
    let mut cluster = Cluster::start();
    let server = Service::on_database(PEOPLE, &cluster.empty()).await;
    let mut table = Table::sit_down(server).await;
    cluster.hang();
    table.type_until_told().await;
    table.type_in_vain().await;

    cluster.wake();
    table.all_is_stored("PostgreSQL hung").await;
}

#[tokio::test]
async fn a_database_that_takes_connections_and_says_nothing_is_not_waited_for_long() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://accord@{}/accord", silent.local_addr().unwrap());
    let opening = tokio::task::spawn_blocking(move || Store::migrate(&url));
    let opened = tokio::time::timeout(wait::PATIENCE, opening).await.expect("it is given up on").unwrap();
    assert!(matches!(opened, Err(OpenError::Connect(_))), "{opened:?}");
}

impl Table {
    async fn sit_down(server: Service) -> Self {
        let mut actors = server.sign_in_all().await;
        let chair = actors.remove(0);
        let meeting = server.meet(&chair).await;
        let document = meeting.document("main").to_owned();
        let mut watching = chair.come(&meeting).await.unwrap();
        watching.open(&document).await.unwrap();
        let latecomer = actors.remove(0);
        let writers = actors.iter().enumerate().map(async |(name, actor)| {
            let mut socket = actor.come(&meeting).await.unwrap();
            socket.open(&document).await.unwrap();
            let entry = Entry::fact(actor.id(), "");
            let entry = socket.edit(&document, |record| add_entry(record, &entry)).await.unwrap();
            let mut writer = Writer { name, socket, document: document.clone(), entry, typed: 0 };
            writer.type_word().await;
            writer.socket.wait_saved(&document).await.unwrap();
            writer
        });
        let writers = join_all(writers).await;
        is_ready(&server, 200).await;
        Self { meeting, document, watching, latecomer, writers, server }
    }

    /// Everybody types until the store takes no more, and hears of it; who only watches too.
    async fn type_until_told(&mut self) {
        join_all(self.writers.iter_mut().map(Writer::type_until_told)).await;
        self.watching.hear("that nothing can be stored", says_storage(false)).await.unwrap();
    }

    /// Everybody types on, connected as before, and nothing is acknowledged.
    async fn type_in_vain(&mut self) {
        for writer in &mut self.writers {
            for _ in 0..MORE {
                writer.type_word().await;
            }
        }
        self.nothing_is_acknowledged().await;
        is_ready(&self.server, 503).await;
    }

    async fn server_tries_again(&mut self) {
        let failures = self.server.metric("accord_commit_failures_total").await;
        wait::until("the server tries again", async || {
            (self.server.metric("accord_commit_failures_total").await >= failures + 2.0).then_some(())
        })
        .await;
        self.nothing_is_acknowledged().await;
    }

    async fn nothing_is_acknowledged(&mut self) {
        // The server has looked at all that they sent before they whisper, and they have read all it sent before it passes
        // the answer on.
        for writer in &mut self.writers {
            let words = format!("from {}", writer.name);
            writer.socket.whisper(&self.document, &words).await.unwrap();
            self.watching.hear_whisper(&words).await.unwrap();
        }
        self.watching.whisper(&self.document, "heard").await.unwrap();
        let seen = words(&self.watching.record(&self.document));
        for writer in &mut self.writers {
            writer.socket.hear_whisper("heard").await.unwrap();
            assert!(!writer.socket.is_saved(&self.document), "acknowledged, and nothing can be stored");
            assert!(!seen.contains_key(&writer.last_word()), "others see what is not stored");
        }
        is_ready(&self.server, 503).await;
        assert!(says_on_a_page(&self.server).await, "whoever looks at any page is told");
    }

    /// It can be stored again: all that was typed meanwhile is acknowledged, and there once after a kill.
    async fn all_is_stored(mut self, after: &str) {
        let started = Instant::now();
        for writer in &mut self.writers {
            writer.socket.wait_saved(&self.document).await.unwrap();
            writer.socket.hear("that it can be stored", says_storage(true)).await.unwrap();
        }
        let seconds = started.elapsed().as_secs_f64();
        self.watching.hear("that it can be stored", says_storage(true)).await.unwrap();
        is_ready(&self.server, 200).await;
        assert!(self.server.metric("accord_storage_failing").await < 1.0);
        assert!(!says_on_a_page(&self.server).await);

        self.server.kill().await;
        self.server.start_again().await;
        let mut reader = self.latecomer.come(&self.meeting).await.unwrap();
        reader.open(&self.document).await.unwrap();
        let found = words(&reader.record(&self.document));
        let typed: usize = self.writers.iter().map(|writer| writer.typed).sum();
        println!("after {after}: {typed} words, all acknowledged {seconds:.1} s later");
        assert_eq!(found.len(), typed, "{found:?}");
        assert!(found.values().all(|count| *count == 1), "{found:?}");
    }
}

impl Writer {
    fn last_word(&self) -> String {
        format!("word-{}-{}", self.name, self.typed - 1)
    }

    async fn type_word(&mut self) {
        self.typed += 1;
        let (entry, word) = (self.entry.clone(), format!(" {}", self.last_word()));
        self.socket.edit(&self.document, |record| append(record, SECTION, &entry, &word)).await.unwrap();
    }

    async fn type_until_told(&mut self) {
        let told = |socket: &Socket| socket.heard.iter().any(says_storage(false));
        while !told(&self.socket) {
            self.type_word().await;
            let document = &self.document;
            let answered = |socket: &mut Socket| socket.is_saved(document) || told(socket);
            self.socket.wait("an answer", answered).await.unwrap();
        }
    }
}

fn says_storage(ok: bool) -> impl Fn(&Message) -> bool {
    move |message| message.text("event") == Some("storage") && message.get("ok") == Some(&Value::Bool(ok))
}

async fn is_ready(server: &Service, status: u16) {
    Actor::anonymous(server).get("/readyz").await.expect(status);
}
