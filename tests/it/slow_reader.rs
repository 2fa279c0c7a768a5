//! Somebody's connection takes nothing more while others write: the server keeps a bounded queue for it, the others notice
//! nothing, and when it reads again it is told all that it missed at once.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tests::server::Settings;
use tests::service::Service;
use tests::socket::Socket;
use tests::wait;
use tests::writing::{Entry, add_entry, append, words};

const SECTION: &str = "since_last_met";
const WRITERS: usize = 4;
const WORDS: usize = 45;
/// Words before memory is measured.
const WARM: usize = 5;
/// What each pastes.
const PASTES: usize = 4;
const PASTED_CHARACTERS: usize = 16_000;
/// How often each whispers between two words, and how much: what goes to everybody and is kept by nobody. In all less
/// than one connection may send at once, however fast the machine.
const WHISPERS: usize = 21;
const WHISPERED_BYTES: usize = 4000;
/// Of what the system keeps for who has not read yet.
const NARROW: u32 = 32 * 1024;
/// How much more memory the server may take, with one connection that reads nothing of all that.
const MOST_MEMORY: u64 = 6 * MIB;
const MIB: u64 = 1024 * 1024;

struct Writer {
    name: usize,
    person: String,
    socket: Socket,
    document: String,
    entry: String,
    slowest: Duration,
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_costs_little_holds_up_nobody_and_is_caught_up_at_once() {
    // Nobody says so much at a table; here a few make up for a hundred.
    let settings = Settings::from([("ACCORD__LIVE__MESSAGES_PER_SECOND".to_owned(), "2000".to_owned())]);
    let server = Service::with_settings(WRITERS + 1, settings).await;
    let actors = server.sign_in_all().await;
    let meeting = server.meet(&actors[0]).await;
    let document = meeting.document("main");
    let url = actors[WRITERS].ticket(&meeting).await;
    let mut slow = Socket::connect_narrow(&url, NARROW).await.unwrap().joined().await.unwrap();
    slow.open(document).await.unwrap();
    let writers = actors.iter().take(WRITERS).enumerate().map(async |(name, actor)| {
        let mut socket = actor.come(&meeting).await.unwrap();
        socket.open(document).await.unwrap();
        let entry = Entry::fact(actor.id(), "");
        let entry = socket.edit(document, |record| add_entry(record, &entry)).await.unwrap();
        Writer {
            name,
            person: actor.id().to_owned(),
            socket,
            document: document.to_owned(),
            entry,
            slowest: Duration::ZERO,
        }
    });
    let mut writers = join_all(writers).await;
    join_all(writers.iter_mut().map(|writer| writer.write(0, WARM))).await;

    join_all(writers.iter_mut().map(Writer::paste)).await;
    let before = server.resident();
    join_all(writers.iter_mut().map(|writer| writer.write(WARM, WORDS))).await;
    let grown = server.resident().saturating_sub(before);
    let sent = (WRITERS * (WORDS - WARM) * WHISPERS * WHISPERED_BYTES) as u64;
    let slowest = writers.iter().map(|writer| writer.slowest).max().unwrap_or_default();
    println!("{} MiB not read; {} KiB more memory; slowest acknowledgement {slowest:.1?}", sent / MIB, grown / 1024);
    assert!(sent > 2 * MOST_MEMORY, "only {sent} bytes were sent");
    assert!(grown < MOST_MEMORY, "the server keeps {grown} bytes more");
    queue_is_bounded(&server, &mut writers[0]).await;

    let caught_up = server.metric("accord_catch_ups_total").await;
    let heads = writers[0].socket.heads(document);
    slow.wait_heads(document, &heads).await.unwrap();
    assert_eq!(slow.record(document), writers[0].socket.record(document));
    let found = words(&slow.record(document));
    assert_eq!((found.len(), found.values().sum::<u32>() as usize), (WRITERS * WORDS, WRITERS * WORDS));
    assert_eq!(server.metric("accord_catch_ups_total").await - caught_up, 1.0, "caught up other than at once");
}

/// What waits for the slow connection has been weighed, and never was more than twice what is let wait.
async fn queue_is_bounded(server: &Service, writer: &mut Writer) {
    let weighed_to = async |bound: u32| server.metric(&format!("accord_queue_bytes_bucket{{le=\"{bound}\"}}")).await;
    wait::until("the meeting is weighed with a full queue", async || {
        writer.socket.whisper(&writer.document, "still here?").await.unwrap();
        let all = server.metric("accord_queue_bytes_count").await;
        (weighed_to(256 * 1024).await < all).then_some(())
    })
    .await;
    assert_eq!(weighed_to(4 * 1024 * 1024).await, server.metric("accord_queue_bytes_count").await);
}

impl Writer {
    /// Long entries, each acknowledged.
    async fn paste(&mut self) {
        let text: String = ('a'..='z').cycle().take(PASTED_CHARACTERS).collect();
        for _ in 0..PASTES {
            let (id, text) = (self.person.clone(), text.clone());
            let entry = Entry::fact(&id, &text);
            self.socket.edit(&self.document, |record| add_entry(record, &entry)).await.unwrap();
            self.socket.wait_saved(&self.document).await.unwrap();
        }
    }

    /// Words, each acknowledged, and much that is said beside them; until everybody's are here.
    async fn write(&mut self, from: usize, until: usize) {
        let whispered = "x".repeat(WHISPERED_BYTES - 10);
        for number in from..until {
            for _ in 0..WHISPERS {
                self.socket.whisper(&self.document, &whispered).await.unwrap();
            }
            let (entry, word) = (self.entry.clone(), format!(" word-{}-{number}", self.name));
            let started = Instant::now();
            self.socket.edit(&self.document, |record| append(record, SECTION, &entry, &word)).await.unwrap();
            self.socket.wait_saved(&self.document).await.unwrap();
            self.slowest = self.slowest.max(started.elapsed());
            self.socket.heard.clear();
        }
        let (document, all) = (self.document.clone(), WRITERS * until);
        let mut looked_at = Vec::new();
        let has_all = |socket: &mut Socket| {
            // Most of what comes is no change; reading a record takes longer than receiving it.
            let heads = socket.heads(&document);
            heads != std::mem::replace(&mut looked_at, heads.clone()) && words(&socket.record(&document)).len() == all
        };
        self.socket.wait("everybody's words", has_all).await.unwrap();
    }
}
