//! `kill -9` at any moment, fifty times: nothing is lost that was acknowledged, and what was not yet is brought back by
//! those who wrote it, once.

use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::time::Duration;

use futures_util::future::join_all;
use tests::chance::Chance;
use tests::demo::Meeting;
use tests::http::Actor;
use tests::replica::Held;
use tests::service::Service;
use tests::socket::{Lost, Socket};
use tests::writing::{Entry, add_entry, append, words};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, timeout_at};

/// After so many kills people go on to new meetings, so that reading a whole record each time takes no longer and longer.
const KILLS_AT_A_SITTING: usize = 10;
const SITTINGS: usize = 5;
const MEETINGS: usize = 2;
const TYPISTS: usize = 6;
/// The latest a kill comes after everybody began to come back, in microseconds, once something has been acknowledged. The
/// soonest is at once.
const LATEST: u64 = 400_000;
const MOST_WORDS_BEFORE: u64 = 12;
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

/// What has been acknowledged, and what of it was not there just once.
#[derive(Default)]
struct Ledger {
    acknowledged: HashMap<String, Vec<String>>,
    lost: BTreeSet<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_in_fifty_kills_while_people_type() {
    let mut chance = Chance::new();
    let mut server = Service::start(TYPISTS).await;
    let actors = server.sign_in_all().await;
    let reader = &actors[0];
    let mut ledger = Ledger::default();
    let (mut meetings, mut typed) = (Vec::new(), 0);
    for _ in 0..SITTINGS {
        let sitting = [server.meet(reader).await, server.meet(reader).await];
        let mut typists: Vec<Typist> = (actors.iter().enumerate())
            .map(|(name, actor)| Typist::new(name, actor.clone(), sitting[name % MEETINGS].clone()))
            .collect();
        for _ in 0..KILLS_AT_A_SITTING {
            let shared = ledger.look(reader, &sitting).await;
            typists = type_until_killed(&mut server, typists, &shared, &mut chance, &mut ledger).await;
            server.start_again().await;
        }
        for typist in &mut typists {
            let brought = typist.come_back().await.unwrap();
            ledger.acknowledged.entry(typist.meeting.id.clone()).or_default().extend(brought);
            typed += typist.typed;
        }
        meetings.extend(sitting);
    }
    ledger.look(reader, &meetings).await;
    let acknowledged: usize = ledger.acknowledged.values().map(Vec::len).sum();
    let kills = SITTINGS * KILLS_AT_A_SITTING;
    println!("{kills} kills, {acknowledged} words acknowledged, {} lost; {typed} typed", ledger.lost.len());
    assert!(ledger.lost.is_empty(), "acknowledged, and not there just once: {:?}", ledger.lost);
    assert_eq!(acknowledged, typed, "all that was typed is acknowledged in the end");
}

/// Lets everybody type, kills the server at some moment, and gives the typists back.
async fn type_until_killed(
    server: &mut Service,
    typists: Vec<Typist>,
    shared: &HashMap<String, String>,
    chance: &mut Chance,
    ledger: &mut Ledger,
) -> Vec<Typist> {
    let (said, mut heard) = unbounded_channel();
    let tasks: Vec<_> = typists
        .into_iter()
        .map(|typist| tokio::spawn(typist.type_until_lost(shared.clone(), chance.below(4), said.clone())))
        .collect();
    drop(said);
    let (moment, words) = (Duration::from_micros(chance.below(LATEST)), chance.below(MOST_WORDS_BEFORE));
    let mut note = |(meeting, word)| ledger.acknowledged.entry(meeting).or_default().push(word);
    for _ in 0..words {
        note(heard.recv().await.expect("the typists go on until the server is killed"));
    }
    let moment = Instant::now() + moment;
    while let Ok(Some(word)) = timeout_at(moment, heard.recv()).await {
        note(word);
    }
    server.kill().await;
    // What they were told before they noticed.
    while let Some(word) = heard.recv().await {
        note(word);
    }
    let mut typists = Vec::new();
    for task in tasks {
        let (typist, why) = task.await.unwrap();
        assert_eq!(why, Lost::Broken, "typist {} stopped before the server was killed", typist.name);
        typists.push(typist);
    }
    typists
}

impl Ledger {
    /// Reads the records of these meetings as somebody does who has nothing of them, notes each acknowledged word that is
    /// not there just once, and gives an entry of each meeting for everybody to type in.
    async fn look(&mut self, reader: &Actor, meetings: &[Meeting]) -> HashMap<String, String> {
        let looks = meetings.iter().map(async |meeting| {
            let document = meeting.document("main");
            let mut socket = reader.come(meeting).await.expect("the server is there");
            socket.open(document).await.unwrap();
            let counts = words(&socket.record(document));
            let entry = Entry::fact(reader.id(), "Everybody:");
            let shared = socket.edit(document, |record| add_entry(record, &entry)).await.unwrap();
            socket.wait_saved(document).await.unwrap();
            (meeting.id.clone(), counts, shared)
        });
        let mut entries = HashMap::new();
        for (meeting, counts, shared) in join_all(looks).await {
            let twice: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
            assert!(twice.is_empty(), "words that were typed once: {twice:?}");
            let acknowledged = self.acknowledged.entry(meeting.clone()).or_default().iter();
            self.lost.extend(acknowledged.filter(|word| !counts.contains_key(*word)).cloned());
            entries.insert(meeting, shared);
        }
        entries
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
        acknowledged: UnboundedSender<(String, String)>,
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
        acknowledged: &UnboundedSender<(String, String)>,
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
                let _ = acknowledged.send((self.meeting.id.clone(), word));
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
