//! `kill -9` at any moment, fifty times: nothing is lost that was acknowledged, and what was not yet is brought back by
//! those who wrote it, once.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use serde_json::Value;
use tests::chance::Chance;
use tests::demo::Meeting;
use tests::http::Actor;
use tests::replica::Held;
use tests::service::Service;
use tests::socket::{Lost, Socket};
use tests::writing::{Entry, add_entry, append};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout_at};

const KILLS: usize = 50;
const TYPISTS: usize = 6;
/// The latest a kill comes after everybody began to come back, in microseconds. The soonest is at once.
const LATEST: u64 = 500_000;
const SECTION: &str = "since_last_met";

/// Somebody who types whenever the server is there, and keeps what is not saved when it goes.
struct Typist {
    name: usize,
    actor: Actor,
    meeting: Meeting,
    held: Held,
    typed: usize,
    unsaved: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_in_fifty_kills_while_people_type() {
    let mut chance = Chance::new();
    let mut server = Service::start(TYPISTS).await;
    let actors = server.sign_in_all().await;
    let reader = actors[0].clone();
    let meetings = [server.meet(&reader).await, server.meet(&reader).await];
    let mut typists: Vec<Typist> = (actors.into_iter().enumerate())
        .map(|(name, actor)| Typist::new(name, actor, meetings[name % meetings.len()].clone()))
        .collect();
    let mut acknowledged: Vec<String> = Vec::new();
    let mut lost = Vec::new();

    for _ in 0..KILLS {
        let shared = look(&reader, &meetings, &acknowledged, &mut lost).await;
        let (said, mut heard) = unbounded_channel();
        let tasks: Vec<_> = typists
            .drain(..)
            .map(|typist| tokio::spawn(typist.type_until_lost(shared.clone(), chance.below(4), said.clone())))
            .collect();
        drop(said);
        let moment = Instant::now() + Duration::from_micros(chance.below(LATEST));
        while let Ok(Some(word)) = timeout_at(moment, heard.recv()).await {
            acknowledged.push(word);
        }
        server.kill().await;
        while let Some(word) = heard.recv().await {
            acknowledged.push(word);
        }
        for task in tasks {
            let (typist, why) = task.await.unwrap();
            assert_eq!(why, Lost::Broken, "typist {} stopped before the server was killed", typist.name);
            typists.push(typist);
        }
        server.start_again().await;
    }

    for typist in &mut typists {
        acknowledged.append(&mut typist.come_back().await.unwrap());
    }
    look(&reader, &meetings, &acknowledged, &mut lost).await;
    let typed: usize = typists.iter().map(|typist| typist.typed).sum();
    println!("{KILLS} kills, {} words acknowledged, {} lost; {typed} typed", acknowledged.len(), lost.len());
    assert!(lost.is_empty(), "acknowledged, and not there just once: {lost:?}");
    assert_eq!(acknowledged.len(), typed, "all that was typed is acknowledged in the end");
    assert!(typed > 10 * KILLS, "only {typed} words: the kills came to a server with nothing to do");
}

/// Reads the records of all meetings, notes each acknowledged word that is not there just once, and gives an entry of each
/// meeting for everybody to type in.
async fn look(
    reader: &Actor,
    meetings: &[Meeting],
    acknowledged: &[String],
    lost: &mut Vec<String>,
) -> HashMap<String, String> {
    let mut counts = HashMap::new();
    let mut shared = HashMap::new();
    for meeting in meetings {
        let document = meeting.document("main");
        let mut socket = reader.come(meeting).await.expect("the server is there");
        socket.open(document).await.unwrap();
        count_words(&socket.record(document), &mut counts);
        let entry = Entry::fact(reader.id(), "Everybody:");
        let id = socket.edit(document, |record| add_entry(record, &entry)).await.unwrap();
        socket.wait_saved(document).await.unwrap();
        shared.insert(meeting.id.clone(), id);
    }
    let missing = acknowledged.iter().filter(|word| counts.get(word.as_str()) != Some(&1));
    lost.extend(missing.cloned());
    lost.sort();
    lost.dedup();
    let twice: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "words that were typed once: {twice:?}");
    shared
}

/// All words of the texts that the typists write in.
fn count_words(record: &Value, counts: &mut HashMap<String, u32>) {
    for entry in record["sections"][SECTION]["entries"].as_object().unwrap().values() {
        for word in entry["text"].as_str().unwrap().split_whitespace().filter(|word| word.starts_with("word-")) {
            *counts.entry(word.to_owned()).or_default() += 1;
        }
    }
}

impl Typist {
    fn new(name: usize, actor: Actor, meeting: Meeting) -> Self {
        Self { name, actor, meeting, held: Held::default(), typed: 0, unsaved: Vec::new() }
    }

    async fn type_until_lost(
        mut self,
        shared: HashMap<String, String>,
        ahead: u64,
        acknowledged: UnboundedSender<String>,
    ) -> (Self, Lost) {
        let shared = shared[&self.meeting.id].clone();
        let mut socket = match self.actor.come(&self.meeting).await {
            Ok(socket) => socket,
            Err(lost) => return (self, lost),
        };
        let Err(lost) = self.type_words(&mut socket, &shared, ahead, &acknowledged).await;
        self.held = socket.hold();
        (self, lost)
    }

    async fn type_words(
        &mut self,
        socket: &mut Socket,
        shared: &str,
        ahead: u64,
        acknowledged: &UnboundedSender<String>,
    ) -> Result<Infallible, Lost> {
        let document = self.meeting.document("main").to_owned();
        self.take_up(socket).await?;
        let mut own = None;
        let entry = Entry::fact(self.actor.id(), "");
        socket.edit(&document, |record| own = Some(add_entry(record, &entry))).await?;
        let own = own.expect("the change was made");
        loop {
            // Some are in flight behind the first, as when somebody types faster than a disk is written.
            for _ in 0..=ahead {
                let word = format!("word-{}-{}", self.name, self.typed);
                let entry = if self.typed.is_multiple_of(3) { shared } else { &own };
                self.typed += 1;
                self.unsaved.push(word.clone());
                socket.edit(&document, |record| append(record, SECTION, entry, &format!(" {word}"))).await?;
            }
            socket.wait_saved(&document).await?;
            for word in self.unsaved.drain(..) {
                let _ = acknowledged.send(word);
            }
        }
    }

    /// Opens the document, or goes on with what is held of it.
    async fn take_up(&mut self, socket: &mut Socket) -> Result<(), Lost> {
        let document = self.meeting.document("main");
        if self.held.holds(document) {
            socket.take_up(std::mem::take(&mut self.held)).await
        } else {
            socket.open(document).await
        }
    }

    /// Comes once more, without typing; what is saved now that was not before.
    async fn come_back(&mut self) -> Result<Vec<String>, Lost> {
        let mut socket = self.actor.come(&self.meeting).await?;
        self.take_up(&mut socket).await?;
        socket.wait_saved(self.meeting.document("main")).await?;
        Ok(std::mem::take(&mut self.unsaved))
    }
}
