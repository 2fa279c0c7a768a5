//! A whole hall of people comes back at once after the server was killed, each with something that was not sent: all of it
//! gets in, once, and all end with the same record.

use std::sync::Arc;
use std::time::{Duration, Instant};

use automerge::ChangeHash;
use futures_util::future::join_all;
use tests::demo::Meeting;
use tests::http::Actor;
use tests::replica::Held;
use tests::service::Service;
use tests::socket::Socket;
use tests::writing::{Entry, add_entry, append, words};

const PEOPLE: usize = 25;
/// Pages and devices of each.
const CONNECTIONS: usize = 8;
const SECTION: &str = "since_last_met";

/// One connection, which writes on while the server is away.
struct Page {
    number: usize,
    actor: Actor,
    meeting: Meeting,
    socket: Socket,
    entry: String,
}

/// What is left of it then.
struct Away {
    actor: Actor,
    meeting: Meeting,
    held: Held,
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_return_at_once_with_unsaved_edits_and_all_converge() {
    let mut server = Service::start(PEOPLE).await;
    let actors = server.sign_in_all().await;
    let meeting = server.meet(&actors[0]).await;
    let document = meeting.document("main");
    let mut pages = Vec::new();
    for round in 0..CONNECTIONS {
        let people = actors.iter().zip(round * PEOPLE..);
        pages.extend(join_all(people.map(|(actor, number)| Page::open(number, actor, &meeting))).await);
    }
    server.kill().await;
    let away: Vec<Away> = pages.into_iter().map(Page::write_unheard).collect();
    server.start_again().await;

    let started = Instant::now();
    let back = all(away.into_iter().map(|away| away.come_back(started))).await;
    let saved = started.elapsed();
    // Where the record ends, for somebody who has nothing.
    let mut reader = actors[0].come(&meeting).await.unwrap();
    reader.open(document).await.unwrap();
    let heads: Arc<[ChangeHash]> = reader.heads(document).into();
    let connected = back.iter().map(|(_, connected)| *connected).max().unwrap_or_default();
    let mut sockets =
        all(back.into_iter().map(|(socket, _)| converge(socket, document.to_owned(), heads.clone()))).await;
    let same = started.elapsed();
    let count = sockets.len();
    println!(
        "{count} return at once: connected after {connected:.1?}, saved after {saved:.1?}, the same after {same:.1?}"
    );

    for socket in &mut sockets {
        assert_eq!(socket.heads(document)[..], heads[..]);
    }
    let found = words(&reader.record(document));
    assert_eq!(found.len(), 3 * count, "{found:?}");
    assert!(found.values().all(|count| *count == 1), "{found:?}");
}

/// Each in a task of its own.
async fn all<T: Send + 'static>(tasks: impl Iterator<Item = impl Future<Output = T> + Send + 'static>) -> Vec<T> {
    join_all(tasks.map(tokio::spawn)).await.into_iter().map(Result::unwrap).collect()
}

async fn converge(mut socket: Socket, document: String, heads: Arc<[ChangeHash]>) -> Socket {
    socket.wait_heads(&document, &heads).await.unwrap();
    socket
}

impl Page {
    /// Comes to the meeting and writes an entry that is saved.
    async fn open(number: usize, actor: &Actor, meeting: &Meeting) -> Self {
        let document = meeting.document("main");
        let mut socket = actor.come(meeting).await.unwrap();
        socket.open(document).await.unwrap();
        let words = format!("word-{number}-saved");
        let entry = Entry::fact(actor.id(), &words);
        let entry = socket.edit(document, |record| add_entry(record, &entry)).await.unwrap();
        socket.wait_saved(document).await.unwrap();
        Self { number, actor: actor.clone(), meeting: meeting.clone(), socket, entry }
    }

    /// Goes on in its entry, and adds another, while nobody is there to hear of it.
    fn write_unheard(self) -> Away {
        let document = self.meeting.document("main");
        let (more, another) = (format!(" word-{}-more", self.number), format!("word-{}-another", self.number));
        let mut held = self.socket.hold();
        held.edit(document, |record| append(record, SECTION, &self.entry, &more));
        let entry = Entry::fact(self.actor.id(), &another);
        held.edit(document, |record| add_entry(record, &entry));
        Away { actor: self.actor, meeting: self.meeting, held }
    }
}

impl Away {
    /// Comes back and waits until all is saved; how long after the start it was connected.
    async fn come_back(self, started: Instant) -> (Socket, Duration) {
        let mut socket = self.actor.come(&self.meeting).await.unwrap();
        let connected = started.elapsed();
        socket.take_up(self.held).await.unwrap();
        socket.wait_saved(self.meeting.document("main")).await.unwrap();
        (socket, connected)
    }
}
