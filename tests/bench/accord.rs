//! What clients say to Accord: the automerge-repo protocol, as the cheapest correct client speaks it. A client adds one
//! entry of its own, whole, and from then on types at the end of it. It keeps no document: to write a change it needs
//! the heads it knows and the highest operation counter, and both follow from the changes it has been sent.

mod changes;
mod frontier;

use server::live::wire::document_id_text;

use crate::Outcome;
use crate::connection::Connection;
use crate::generator::Protocol;
use crate::keystroke::{Hash, Keystroke};
use crate::ledger::{Due, Ledger};
use crate::record::Row;
use crate::seed::Meeting;
use crate::time::{Nanos, seconds};
use crate::wire::{self, Chunk, SyncMessage, Takes};

use changes::{Change, Changes, Place};
use frontier::Frontier;

/// What a client has of the record when it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comes {
    /// The record as it was seeded.
    Holding,
    /// Nothing.
    Fresh,
    /// Nothing; and keeps what it is sent, to be looked at afterwards.
    FreshAndKeeps,
}

impl Comes {
    const fn takes(self) -> Takes {
        match self {
            Self::Holding => Takes::Changes,
            Self::Fresh | Self::FreshAndKeeps => Takes::Documents,
        }
    }
}

pub struct Accord {
    /// Clients to a meeting.
    room: usize,
    clients: Vec<Client>,
    changes: Changes,
}

struct Client {
    path: String,
    name: String,
    document: String,
    /// A sync frame up to its data; empty until the server has said who it is.
    before_data: Vec<u8>,
    comes: Comes,
    is_up_to_date: bool,
    frontier: Frontier,
    highest: u64,
    /// Its own entry, as a change made beforehand.
    row: Row,
    /// How many changes it has made, and how many of them the server has said are stored.
    made: u32,
    saved: u32,
    /// The operation that put in the last character.
    last: u64,
    kept: Vec<u8>,
}

impl Accord {
    /// All seats of these meetings, each with its own connection and the ticket of that number.
    pub fn new(meetings: &[Meeting], ticket: usize, comes: Comes) -> Outcome<Self> {
        let room = meetings.first().ok_or("no meeting")?.seats.len();
        let mut clients = Vec::new();
        for meeting in meetings {
            for seat in &meeting.seats {
                let token = seat.tickets.get(ticket).ok_or("too few tickets were made out")?;
                let heads = if comes == Comes::Holding { meeting.heads.clone() } else { Vec::new() };
                clients.push(Client {
                    path: format!("/sync/{}?ticket={token}", meeting.id),
                    name: format!("load-{}", clients.len()),
                    document: document_id_text(meeting.document),
                    before_data: Vec::new(),
                    comes,
                    is_up_to_date: false,
                    frontier: Frontier::new(clients.len(), room, heads),
                    highest: meeting.highest,
                    row: seat.row.clone(),
                    made: 0,
                    saved: 0,
                    last: seat.row.last,
                    kept: Vec::new(),
                });
            }
        }
        let actors = clients.iter().map(|client| client.row.actor);
        let changes = Changes::new(room, actors);
        Ok(Self { room, clients, changes })
    }

    /// What a client that keeps was sent: chunks, one after the other.
    pub fn kept(&self, client: usize) -> &[u8] {
        &self.clients[client].kept
    }

    /// A client's changes in order, and how many of them the server has said are stored.
    pub fn made(&self, client: usize) -> (&[Change], usize) {
        (self.changes.of(client), self.clients[client].saved as usize)
    }

    fn sync(&mut self, client: usize, data: &[u8], now: Nanos, ledger: &mut Ledger, out: &mut Vec<u8>) -> Outcome<()> {
        let message = SyncMessage::read(data).ok_or("a sync message that can't be read")?;
        let mut outcome = Ok(());
        let read = message.chunks(|chunk, bytes| {
            if outcome.is_ok() {
                outcome = self.learn(client, &chunk, bytes, now, ledger);
            }
        });
        read.ok_or("a change that can't be read")?;
        outcome?;
        self.note_what_is_saved(client, message.heads, now, ledger);
        let this = &mut self.clients[client];
        let unknown: Vec<Hash> =
            if this.is_up_to_date { Vec::new() } else { this.frontier.unknown(&self.changes, message.heads) };
        this.is_up_to_date |= unknown.is_empty();
        if message.brings_changes() {
            this.say(&self.changes, &[], &[], out);
        } else if !unknown.is_empty() {
            // It has told what it has and brought nothing: asked for by name, it has to.
            this.say(&self.changes, &unknown, &[], out);
        } else if message.asks {
            return Err("the server asks for changes that it was sent".into());
        }
        Ok(())
    }

    fn learn(
        &mut self,
        client: usize,
        chunk: &Chunk<'_>,
        bytes: &[u8],
        now: Nanos,
        ledger: &mut Ledger,
    ) -> Outcome<()> {
        let this = &mut self.clients[client];
        if this.comes == Comes::FreshAndKeeps {
            this.kept.extend_from_slice(bytes);
        }
        let change = match chunk {
            Chunk::Document { .. } if this.comes == Comes::Holding => {
                return Err("a whole document for somebody who only takes changes".into());
            }
            Chunk::Document { heads } => {
                this.frontier.start_from(heads);
                return Ok(());
            }
            Chunk::Change(change) => change,
        };
        // Whoever comes with nothing may find what earlier clients wrote from the same seats.
        let author =
            change.actor().filter(|_| this.comes == Comes::Holding).and_then(|actor| self.changes.author(actor));
        match author {
            Some(author) if author / self.room == client / self.room => {
                let place = Place { neighbour: (author % self.room) as u32, number: u32::try_from(change.sequence)? };
                if this.frontier.add(&self.changes, place)? {
                    let counter = self.changes.get(client, place).map_or(0, |change| change.counter);
                    this.highest = this.highest.max(counter);
                    ledger.seen(author, place.number as usize - 1, now);
                }
            }
            _ => this.frontier.add_foreign(change.builds_on, change.hash()),
        }
        Ok(())
    }

    /// A change is stored when the server's heads are that change, or build on it.
    fn note_what_is_saved(&mut self, client: usize, heads: &[Hash], now: Nanos, ledger: &mut Ledger) {
        let this = &mut self.clients[client];
        if this.saved == this.made {
            return;
        }
        let mine = client % self.room;
        let covered = heads.iter().filter_map(|head| self.changes.find(head)).filter_map(|(author, number)| {
            if author == client {
                Some(number)
            } else if author / self.room == client / self.room {
                self.changes.of(author).get(number as usize - 1).map(|change| change.knew[mine])
            } else {
                None
            }
        });
        let covered = covered.max().unwrap_or(0);
        while this.saved < covered {
            ledger.saved(client, this.saved as usize, now);
            this.saved += 1;
        }
    }
}

impl Protocol for Accord {
    fn path(&self, client: usize) -> String {
        self.clients[client].path.clone()
    }

    fn opened(&mut self, client: usize, out: &mut Vec<u8>) {
        Connection::push_binary(out, &[&wire::join(&self.clients[client].name)]);
    }

    fn heard(
        &mut self,
        client: usize,
        message: &[u8],
        now: Nanos,
        ledger: &mut Ledger,
        out: &mut Vec<u8>,
    ) -> Outcome<()> {
        let envelope = wire::envelope(message).ok_or("a frame that can't be read")?;
        match envelope.kind {
            "sync" | "request" => self.sync(client, envelope.data, now, ledger, out),
            "peer" => {
                let this = &mut self.clients[client];
                let frame = |kind| wire::before_data(kind, &this.name, envelope.sender, &this.document);
                // `request` is what somebody says who has nothing.
                let first = frame(if this.comes == Comes::Holding { "sync" } else { "request" });
                this.before_data = frame("sync");
                let heads = this.frontier.hashes(&self.changes);
                let data = wire::sync_message(this.comes.takes(), &heads, &[], &[]);
                Connection::push_binary(out, &[&first, &wire::data_head(data.len()), &data]);
                Ok(())
            }
            "doc-unavailable" => Err("the server says that there is no such document".into()),
            "error" => Err("the server does not speak with us".into()),
            _ => Ok(()),
        }
    }

    fn edit(&mut self, client: usize, due: Due, ledger: &mut Ledger, out: &mut Vec<u8>) {
        let place = self.clients[client].next((client % self.room) as u32);
        let this = &mut self.clients[client];
        let (bytes, change) =
            if place.number == 1 { this.add_row() } else { this.press_key(&self.changes, place, due.at) };
        this.highest = this.highest.max(change.counter);
        self.changes.push(client, change);
        this.frontier.make(place);
        ledger.sent(client, due);
        this.say(&self.changes, &[], &[&bytes], out);
    }

    fn is_up_to_date(&self, client: usize) -> bool {
        self.clients[client].is_up_to_date
    }
}

impl Client {
    /// The number of the change it makes now.
    const fn next(&mut self, neighbour: u32) -> Place {
        self.made += 1;
        Place { neighbour, number: self.made }
    }

    /// Its own entry, which was made on the record as seeded, whatever it has heard since.
    fn add_row(&self) -> (Vec<u8>, Change) {
        let knew = vec![0; self.frontier.knows().len()].into_boxed_slice();
        let change = Change { hash: self.row.hash, counter: self.row.highest, builds_on: Box::default(), knew };
        (self.row.bytes.clone(), change)
    }

    /// One more character at the end of its entry.
    fn press_key(&mut self, changes: &Changes, place: Place, at: Nanos) -> (Vec<u8>, Change) {
        const WORDS: &[u8] = b"the child is well and goes to school ";
        let counter = self.highest + 1;
        let (builds_on, knew) = (self.frontier.latest(place.neighbour), self.frontier.knows());
        let keystroke = Keystroke {
            actor: &self.row.actor,
            sequence: u64::from(place.number),
            counter,
            time: self.row.time + seconds(at) as i64,
            builds_on: &self.frontier.hashes_of(changes, &builds_on),
            text: self.row.text,
            after: self.last,
            letter: WORDS[place.number as usize % WORDS.len()],
        };
        let (bytes, hash) = keystroke.encode();
        self.last = counter;
        (bytes, Change { hash, counter, builds_on, knew })
    }

    /// A sync message: what it has, what it asks for, what it brings.
    fn say(&self, changes: &Changes, asked: &[Hash], brought: &[&[u8]], out: &mut Vec<u8>) {
        let data = wire::sync_message(self.comes.takes(), &self.frontier.hashes(changes), asked, brought);
        Connection::push_binary(out, &[&self.before_data, &wire::data_head(data.len()), &data]);
    }
}
