//! One live meeting as a state machine: events in, effects out. No socket, no clock, no database, and no document: the
//! gate works from an index, and what it admits is stored and passed on as it came.
//!
//! Order of things, for every change: examined by the gate (`crate::change`), stored by the caller in one transaction
//! with whatever else has come in meanwhile, and only then acknowledged and passed on. While one batch is being stored
//! the next gathers; the heads anybody is told contain committed changes alone. If the store finds that somebody else
//! has written, the caller throws the room away and opens the meeting again.

mod events;
mod message;
mod part;
mod sync;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::access::{self, MeetingState, Standing};
use crate::change::{Refusal, Table, Writer};
use crate::document::{DocumentError, Snapshot};
use crate::ids::{DocumentId, PersonId, RowId};

pub use events::{Announcement, CloseReason, Effect, Event, NewChange, NewChanges};
pub use part::{LivePart, Material, NewActor, StoredPart};
use sync::Follow;

/// One connection, numbered by the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

/// How much may wait while the chair locks, in messages and in bytes.
const MAX_WAITING: usize = 10_000;
const MAX_WAITING_BYTES: usize = 16 * 1024 * 1024;
/// How many bytes of changes may gather while the store does not take any. Beyond it clients keep what they write.
const MAX_GATHERED: usize = 8 * 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    Frozen,
    Locked,
}

struct Peer {
    writer: Writer,
    follows: BTreeMap<DocumentId, Follow>,
    /// How often the library had to be asked for it.
    repairs: u32,
}

/// Something that waits while the chair locks.
enum Waiting {
    Sync { peer: PeerId, document: DocumentId, data: Vec<u8> },
    Submit { ticket: u64, writer: Writer, document: DocumentId, changes: Vec<Vec<u8>> },
}

pub struct Room {
    parts: BTreeMap<DocumentId, LivePart>,
    table: Table,
    phase: Phase,
    peers: BTreeMap<PeerId, Peer>,
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    /// What gathers while a batch is being stored.
    next: Batch,
    in_flight: Option<Batch>,
    /// Who has a seat and may lack a row of attendance: those invited after the document was made.
    newcomers: BTreeSet<PersonId>,
}

/// What is stored together: who hears of it when it is.
#[derive(Default)]
struct Batch {
    actors: Vec<NewActor>,
    changes: BTreeMap<DocumentId, Gathered>,
    submitted: Vec<u64>,
    bytes: usize,
}

#[derive(Default)]
struct Gathered {
    changes: Vec<NewChange>,
    /// Who brought them, if it was one connection alone: it need not be sent them.
    from: Option<PeerId>,
}

impl Room {
    pub fn new(parts: Vec<LivePart>, table: Table, state: MeetingState) -> Self {
        // A server that stopped between giving a seat and giving the row makes up for it here.
        let newcomers = table.seats.keys().copied().collect();
        Self {
            parts: parts.into_iter().map(|part| (part.document, part)).collect(),
            table,
            phase: if state == MeetingState::Open { Phase::Open } else { Phase::Locked },
            peers: BTreeMap::new(),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            next: Batch::default(),
            in_flight: None,
            newcomers,
        }
    }

    /// Nobody connected and nothing on its way.
    pub fn is_idle(&self) -> bool {
        self.peers.is_empty() && self.in_flight.is_none() && self.waiting.is_empty()
    }

    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Joined { peer, writer } => self.joined(peer, writer, &mut effects),
            Event::Left { peer } => {
                if self.peers.remove(&peer).is_some() {
                    effects.push(self.roster());
                }
            }
            Event::Sync { peer, document, data } => {
                if self.phase == Phase::Frozen {
                    self.waiting_bytes += data.len();
                    self.wait(Waiting::Sync { peer, document, data }, peer, &mut effects);
                } else {
                    self.sync(peer, document, &data, &mut effects);
                }
            }
            Event::Submit { ticket, writer, document, changes } => {
                if self.phase == Phase::Frozen {
                    self.waiting.push_back(Waiting::Submit { ticket, writer, document, changes });
                } else {
                    self.submit(ticket, &writer, document, &changes, &mut effects);
                }
            }
            Event::Presence { peer, document, data } => self.relay(peer, document, data, &mut effects),
            Event::Stored => self.stored(&mut effects),
            Event::StoreFoundLocked => self.found_locked(&mut effects),
            Event::Undelivered { peer, document, since } => self.undelivered(peer, document, since),
            Event::Drained { peer } => self.drained(peer, &mut effects),
            Event::Repaired { peer, document, changes } => self.repaired(peer, document, &changes, &mut effects),
            Event::Compacted { document, snapshot } => self.compacted(document, snapshot, &mut effects),
            Event::Standing { person, standing } => self.change_standing(person, standing, &mut effects),
            Event::Parts { parts } => self.change_parts(parts, &mut effects),
            Event::Freeze => self.freeze(&mut effects),
            Event::Thaw => {
                if self.phase == Phase::Frozen {
                    self.phase = Phase::Open;
                    effects.push(Effect::Announce(Announcement::Unlocked));
                    self.go_on(&mut effects);
                }
            }
            Event::Locked => self.locked(&mut effects),
        }
        self.seat_newcomers();
        self.store_next(&mut effects);
        effects
    }

    /// Not while the chair locks: they are seated when it has come to nothing.
    fn seat_newcomers(&mut self) {
        if self.phase != Phase::Open || self.newcomers.is_empty() {
            return;
        }
        let newcomers = std::mem::take(&mut self.newcomers);
        let Some(main) = self.parts.values_mut().find(|live| live.part.is_main()) else { return };
        if let Some(bytes) = main.seat(newcomers) {
            self.next.bytes += bytes.len();
            let gathered = self.next.changes.entry(main.document).or_default();
            gathered.from = None;
            gathered.changes.push(NewChange::of_the_server(bytes));
        }
    }

    fn joined(&mut self, peer: PeerId, writer: Writer, effects: &mut Vec<Effect>) {
        self.peers.insert(peer, Peer { writer, follows: BTreeMap::new(), repairs: 0 });
        effects.push(self.roster());
        if self.phase != Phase::Open {
            let what = if self.phase == Phase::Locked { Announcement::Locked } else { Announcement::Locking };
            effects.push(Effect::Announce(what));
        }
    }

    fn wait(&mut self, waiting: Waiting, peer: PeerId, effects: &mut Vec<Effect>) {
        if self.waiting.len() >= MAX_WAITING || self.waiting_bytes > MAX_WAITING_BYTES {
            self.close(peer, CloseReason::TooMany, effects);
        } else if self.peers.contains_key(&peer) {
            self.waiting.push_back(waiting);
        }
    }

    /// Works through what waited while the chair was locking.
    fn go_on(&mut self, effects: &mut Vec<Effect>) {
        self.waiting_bytes = 0;
        for waiting in std::mem::take(&mut self.waiting) {
            match waiting {
                Waiting::Sync { peer, document, data } => self.sync(peer, document, &data, effects),
                Waiting::Submit { ticket, writer, document, changes } => {
                    self.submit(ticket, &writer, document, &changes, effects);
                }
            }
        }
    }

    /// Hands what has gathered to the store, unless a batch is on its way.
    fn store_next(&mut self, effects: &mut Vec<Effect>) {
        if self.in_flight.is_some() || self.next.changes.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.next);
        let changes = batch.changes.iter().filter_map(|(document, gathered)| {
            let after = self.parts.get(document)?.stored();
            Some(NewChanges { document: *document, after, changes: gathered.changes.clone() })
        });
        effects.push(Effect::Store { actors: batch.actors.clone(), changes: changes.collect() });
        self.in_flight = Some(batch);
    }

    /// The batch is committed: everyone concerned may hear of it.
    fn stored(&mut self, effects: &mut Vec<Effect>) {
        let Some(batch) = self.in_flight.take() else { return };
        for ticket in &batch.submitted {
            effects.push(Effect::Submitted { ticket: *ticket, outcome: Ok(()) });
        }
        for (document, gathered) in batch.changes {
            if let Some(live) = self.parts.get_mut(&document) {
                live.commit(gathered.changes.len() as u64);
            }
            self.tell_peers(document, gathered.changes.len() as u64, gathered.from, effects);
        }
        if self.phase == Phase::Frozen && self.next.changes.is_empty() {
            self.show_frozen(effects);
        }
    }

    /// Another process locked the meeting while a batch was on its way: what it held is late.
    fn found_locked(&mut self, effects: &mut Vec<Effect>) {
        let in_flight = self.in_flight.take();
        for batch in in_flight.into_iter().chain([std::mem::take(&mut self.next)]) {
            for (document, gathered) in batch.changes {
                for change in gathered.changes.into_iter().filter(|change| !change.is_the_servers()) {
                    let changes = vec![change.bytes.to_vec()];
                    effects.push(Effect::KeepAside { person: change.person, document, changes });
                }
            }
            for ticket in batch.submitted {
                let outcome = Err(Refusal::NotAllowed(access::Refusal::Locked));
                effects.push(Effect::Submitted { ticket, outcome });
            }
        }
        effects.push(Effect::Announce(Announcement::Locked));
        // The index holds what was never stored.
        effects.push(Effect::Reload);
    }

    fn freeze(&mut self, effects: &mut Vec<Effect>) {
        if self.phase != Phase::Open {
            return;
        }
        self.phase = Phase::Frozen;
        effects.push(Effect::Announce(Announcement::Locking));
        if self.in_flight.is_none() && self.next.changes.is_empty() {
            self.show_frozen(effects);
        }
    }

    fn show_frozen(&self, effects: &mut Vec<Effect>) {
        effects.push(Effect::Frozen { parts: self.materials() });
    }

    fn locked(&mut self, effects: &mut Vec<Effect>) {
        self.phase = Phase::Locked;
        for live in self.parts.values_mut() {
            live.forget_whole();
        }
        effects.push(Effect::Announce(Announcement::Locked));
        let documents: Vec<DocumentId> = self.parts.keys().copied().collect();
        for document in documents {
            self.tell_locked(document, effects);
        }
        self.go_on(effects);
    }

    /// What each part is made from, as far as it is stored, `main` first.
    pub fn materials(&self) -> Vec<Material> {
        let mut parts: Vec<&LivePart> = self.parts.values().collect();
        parts.sort_by_key(|live| live.part.place());
        parts.into_iter().map(LivePart::material).collect()
    }

    /// The documents whose last snapshot leaves out at least so many changes.
    pub fn tails(&self, at_least: usize) -> Vec<Material> {
        let long = self.parts.values().filter(|live| live.tail_len() >= at_least.max(1));
        long.map(LivePart::material).collect()
    }

    /// Who put in the rows of a document that are not their own statements.
    pub fn recorders(&self, document: DocumentId) -> Vec<(RowId, PersonId)> {
        self.parts.get(&document).map(|live| live.recorders().collect()).unwrap_or_default()
    }

    /// The connections of those who may read a document.
    pub fn readers(&self, document: DocumentId) -> Vec<PeerId> {
        let Some(live) = self.parts.get(&document) else { return Vec::new() };
        self.peers.iter().filter(|(_, peer)| may_read(&peer.writer, live)).map(|(id, _)| *id).collect()
    }

    pub fn is_locked(&self) -> bool {
        self.phase == Phase::Locked
    }

    /// About how many bytes of memory it takes.
    pub fn weight(&self) -> usize {
        let parts: usize = self.parts.values().map(LivePart::weight).sum();
        parts + self.next.bytes + self.in_flight.as_ref().map_or(0, |batch| batch.bytes)
    }

    fn roster(&self) -> Effect {
        let people: BTreeSet<PersonId> = self.peers.values().map(|peer| peer.writer.person).collect();
        Effect::Roster { people: people.into_iter().collect() }
    }

    fn change_standing(&mut self, person: PersonId, standing: Standing, effects: &mut Vec<Effect>) {
        if let Standing::Seated(role) = standing
            && self.table.seats.insert(person, role).is_none()
        {
            self.newcomers.insert(person);
        }
        let theirs: Vec<PeerId> =
            self.peers.iter().filter(|(_, peer)| peer.writer.person == person).map(|(id, _)| *id).collect();
        for peer in theirs {
            match standing {
                Standing::Removed | Standing::Stranger => self.close(peer, CloseReason::NotAllowed, effects),
                Standing::Seated(role) => {
                    let Some(theirs) = self.peers.get_mut(&peer) else { continue };
                    if theirs.writer.standing == standing {
                        continue;
                    }
                    theirs.writer.standing = standing;
                    // What they may no longer read, they are no longer sent.
                    let (parts, writer) = (&self.parts, &theirs.writer);
                    theirs.follows.retain(|id, _| parts.get(id).is_some_and(|live| may_read(writer, live)));
                    effects.push(Effect::Standing { peer, role });
                }
            }
        }
    }

    /// Closed sessions as they are now: new ones come into being, and those who read one have changed. Whoever lost or won a
    /// part is told that there is something to ask for, and nobody else.
    fn change_parts(&mut self, parts: Vec<LivePart>, effects: &mut Vec<Effect>) {
        let before = self.who_reads_what();
        for part in parts {
            match self.parts.get_mut(&part.document) {
                Some(live) => live.take_readers_of(part),
                None => drop(self.parts.insert(part.document, part)),
            }
        }
        let after = self.who_reads_what();
        for (peer, had) in before {
            let Some(has) = after.get(&peer) else { continue };
            if !had.is_subset(has) {
                // Closed, so that what still waits for their connection goes nowhere. They come back without the part.
                self.close(peer, CloseReason::PartsChanged, effects);
            } else if had != *has {
                effects.push(Effect::PartsChanged { peer });
            }
        }
    }

    fn who_reads_what(&self) -> BTreeMap<PeerId, BTreeSet<DocumentId>> {
        let reads = |peer: &Peer| {
            self.parts.values().filter(|live| may_read(&peer.writer, live)).map(|live| live.document).collect()
        };
        self.peers.iter().map(|(id, peer)| (*id, reads(peer))).collect()
    }

    fn close(&mut self, peer: PeerId, reason: CloseReason, effects: &mut Vec<Effect>) {
        if self.peers.remove(&peer).is_some() {
            effects.push(Effect::Close { peer, reason });
            effects.push(self.roster());
        }
    }

    fn compacted(&mut self, document: DocumentId, snapshot: Arc<Snapshot>, effects: &mut Vec<Effect>) {
        let folded = self.parts.get_mut(&document).map_or(Ok::<(), DocumentError>(()), |live| live.fold(snapshot));
        if folded.is_err() {
            effects.push(Effect::Reload);
        }
    }

    fn relay(&self, from: PeerId, document: DocumentId, data: Vec<u8>, effects: &mut Vec<Effect>) {
        let Some(sender) = self.peers.get(&from) else { return };
        let Some(live) = self.parts.get(&document) else { return };
        if !may_read(&sender.writer, live) || self.phase == Phase::Locked {
            return;
        }
        let to = self
            .peers
            .iter()
            .filter(|(id, peer)| **id != from && may_read(&peer.writer, live))
            .map(|(id, _)| *id)
            .collect();
        effects.push(Effect::Relay { to, from, person: sender.writer.person, document, data });
    }
}

/// Reading does not end with the lock, so the state is not asked.
fn may_read(writer: &Writer, live: &LivePart) -> bool {
    let deed = access::reading(&live.part, live.is_read_by(writer.person));
    access::judge(writer.standing, deed, MeetingState::Open).is_ok()
}
