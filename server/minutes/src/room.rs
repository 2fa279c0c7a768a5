//! One live meeting as a state machine: events in, effects out. No socket, no clock, no database.
//!
//! Order of things, for every change: examined by the gate (`crate::change`), applied to a document nobody else can
//! see yet, stored by the caller in one transaction, and only then acknowledged and passed on. While a batch is being
//! stored, whatever arrives waits, so that the heads anybody is told contain committed changes alone. If storing
//! fails the caller throws the room away and opens the meeting again from the store.

mod part;
mod sync;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::access::{self, MeetingState, Standing};
use crate::change::{Refusal, Table, Writer};
use crate::ids::{DocumentId, PersonId, RowId, SessionId};
use crate::record::{Part, PartRecord, Role};

pub use part::{LivePart, NewActor};

/// One connection, numbered by the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub u64);

/// A message that is refused closes the connection, so a client can't have more than this many waiting honestly.
const MAX_WAITING: usize = 10_000;

#[derive(Debug)]
pub enum Event {
    Joined {
        peer: PeerId,
        writer: Writer,
    },
    Left {
        peer: PeerId,
    },
    /// A sync message for one document.
    Sync {
        peer: PeerId,
        document: DocumentId,
        data: Vec<u8>,
    },
    /// Somebody's caret or the like: passed on to those who may read the document, and forgotten.
    Presence {
        peer: PeerId,
        document: DocumentId,
        data: Vec<u8>,
    },
    /// Changes made by the server on somebody's behalf; the same gate.
    Submit {
        ticket: u64,
        writer: Writer,
        document: DocumentId,
        changes: Vec<Vec<u8>>,
    },
    /// The batch given to the caller is durable.
    Stored,
    /// The transaction found the meeting locked: nothing of the batch is kept.
    StoreFoundLocked,
    /// Somebody's standing has changed or gone.
    Standing {
        person: PersonId,
        standing: Standing,
    },
    /// The chair is locking: hold everything and show what is there.
    Freeze,
    /// Locking did not happen.
    Thaw,
    /// The record is locked for good.
    Locked,
}

#[derive(Debug)]
pub enum Effect {
    Send {
        peer: PeerId,
        document: DocumentId,
        data: Vec<u8>,
    },
    Unavailable {
        peer: PeerId,
        document: DocumentId,
    },
    Relay {
        to: Vec<PeerId>,
        from: PeerId,
        person: PersonId,
        document: DocumentId,
        data: Vec<u8>,
    },
    /// Who is here now, to everyone.
    Roster {
        people: Vec<PersonId>,
    },
    Store {
        actors: Vec<NewActor>,
        changes: Vec<NewChange>,
    },
    Submitted {
        ticket: u64,
        outcome: Result<(), Refusal>,
    },
    /// Tell this peer why and close it.
    Refuse {
        peer: PeerId,
        document: DocumentId,
        refusal: Refusal,
    },
    /// Arrived after the lock: kept for the chair, outside the record.
    KeepAside {
        writer: Writer,
        document: DocumentId,
        changes: Vec<Vec<u8>>,
    },
    Close {
        peer: PeerId,
        reason: CloseReason,
    },
    /// What this peer is at the meeting has changed: their page is to say so.
    Standing {
        peer: PeerId,
        role: Role,
    },
    Announce(Announcement),
    /// Nothing is in flight and nothing more gets in: what the record holds, and how many stored changes of each
    /// document that is.
    Frozen {
        parts: Vec<PartRecord>,
        stored: BTreeMap<DocumentId, i64>,
    },
    /// A document can no longer be trusted; drop the room and open it again from the store.
    Reload,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    NotAllowed,
    Locked,
    TooMany,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announcement {
    Locking,
    Unlocked,
    Locked,
}

/// A change on its way to the store, with who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    pub document: DocumentId,
    pub hash: String,
    pub actor: Vec<u8>,
    pub actor_seq: u64,
    pub person: PersonId,
    pub session: SessionId,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    Frozen,
    Locked,
}

struct Peer {
    writer: Writer,
    sync: BTreeMap<DocumentId, automerge::sync::State>,
}

/// Something that waits for the batch in flight.
enum Waiting {
    Sync { peer: PeerId, document: DocumentId, data: Vec<u8> },
    Submit { ticket: u64, writer: Writer, document: DocumentId, changes: Vec<Vec<u8>> },
}

pub struct Room {
    parts: BTreeMap<DocumentId, LivePart>,
    section_order: Vec<String>,
    table: Table,
    phase: Phase,
    peers: BTreeMap<PeerId, Peer>,
    waiting: VecDeque<Waiting>,
    in_flight: Option<Batch>,
}

/// What is being stored: who hears of it when it is.
#[derive(Default)]
struct Batch {
    actors: Vec<NewActor>,
    changes: Vec<NewChange>,
    documents: BTreeSet<DocumentId>,
    submitted: Vec<u64>,
}

impl Room {
    pub fn new(parts: Vec<LivePart>, section_order: Vec<String>, table: Table, state: MeetingState) -> Self {
        Self {
            parts: parts.into_iter().map(|part| (part.document, part)).collect(),
            section_order,
            table,
            phase: if state == MeetingState::Open { Phase::Open } else { Phase::Locked },
            peers: BTreeMap::new(),
            waiting: VecDeque::new(),
            in_flight: None,
        }
    }

    /// Nobody connected and nothing on its way.
    pub fn is_idle(&self) -> bool {
        self.peers.is_empty() && self.in_flight.is_none() && self.waiting.is_empty()
    }

    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Joined { peer, writer } => {
                self.peers.insert(peer, Peer { writer, sync: BTreeMap::new() });
                effects.push(self.roster());
                if self.phase != Phase::Open {
                    let what = if self.phase == Phase::Locked { Announcement::Locked } else { Announcement::Locking };
                    effects.push(Effect::Announce(what));
                }
            }
            Event::Left { peer } => {
                if self.peers.remove(&peer).is_some() {
                    effects.push(self.roster());
                }
            }
            Event::Sync { peer, document, data } => {
                self.wait(Waiting::Sync { peer, document, data }, peer, &mut effects);
            }
            Event::Submit { ticket, writer, document, changes } => {
                self.waiting.push_back(Waiting::Submit { ticket, writer, document, changes });
            }
            Event::Presence { peer, document, data } => self.relay(peer, document, data, &mut effects),
            Event::Stored => self.stored(&mut effects),
            Event::StoreFoundLocked => self.found_locked(&mut effects),
            Event::Standing { person, standing } => self.change_standing(person, standing, &mut effects),
            Event::Freeze => self.freeze(&mut effects),
            Event::Thaw => {
                if self.phase == Phase::Frozen {
                    self.phase = Phase::Open;
                    effects.push(Effect::Announce(Announcement::Unlocked));
                }
            }
            Event::Locked => {
                self.phase = Phase::Locked;
                effects.push(Effect::Announce(Announcement::Locked));
            }
        }
        self.take_turn(&mut effects);
        effects
    }

    fn wait(&mut self, waiting: Waiting, peer: PeerId, effects: &mut Vec<Effect>) {
        if self.waiting.len() >= MAX_WAITING {
            self.close(peer, CloseReason::TooMany, effects);
        } else if self.peers.contains_key(&peer) {
            self.waiting.push_back(waiting);
        }
    }

    /// Works through what waits, as one batch, unless a batch is being stored or the chair is locking.
    fn take_turn(&mut self, effects: &mut Vec<Effect>) {
        if self.in_flight.is_some() || self.phase == Phase::Frozen {
            return;
        }
        let mut batch = Batch::default();
        while let Some(waiting) = self.waiting.pop_front() {
            match waiting {
                Waiting::Sync { peer, document, data } => self.sync(peer, document, &data, &mut batch, effects),
                Waiting::Submit { ticket, writer, document, changes } => {
                    match self.submit(&writer, document, changes, &mut batch, effects) {
                        Ok(()) => batch.submitted.push(ticket),
                        Err(refusal) => effects.push(Effect::Submitted { ticket, outcome: Err(refusal) }),
                    }
                }
            }
            if effects.iter().any(|effect| matches!(effect, Effect::Reload)) {
                return;
            }
        }
        if batch.changes.is_empty() {
            self.batch_done(&batch, effects);
        } else {
            let (actors, changes) = (batch.actors.clone(), batch.changes.clone());
            effects.push(Effect::Store { actors, changes });
            self.in_flight = Some(batch);
        }
    }

    /// The batch is committed, or there was nothing to commit: everyone concerned may hear of it.
    fn batch_done(&mut self, batch: &Batch, effects: &mut Vec<Effect>) {
        for ticket in &batch.submitted {
            effects.push(Effect::Submitted { ticket: *ticket, outcome: Ok(()) });
        }
        for document in &batch.documents {
            self.tell_peers(*document, effects);
        }
    }

    fn stored(&mut self, effects: &mut Vec<Effect>) {
        if let Some(batch) = self.in_flight.take() {
            self.batch_done(&batch, effects);
        }
        if self.phase == Phase::Frozen {
            self.show_frozen(effects);
        }
    }

    /// Another process locked the meeting while a batch was on its way: what it held is late.
    fn found_locked(&mut self, effects: &mut Vec<Effect>) {
        let Some(batch) = self.in_flight.take() else { return };
        for change in batch.changes {
            let writer =
                Writer { person: change.person, session: change.session, standing: Standing::Stranger, agency: None };
            effects.push(Effect::KeepAside { writer, document: change.document, changes: vec![change.bytes] });
        }
        for ticket in batch.submitted {
            let outcome = Err(Refusal::NotAllowed(access::Refusal::Locked));
            effects.push(Effect::Submitted { ticket, outcome });
        }
        effects.push(Effect::Announce(Announcement::Locked));
        // The documents now hold what was never stored.
        effects.push(Effect::Reload);
    }

    fn freeze(&mut self, effects: &mut Vec<Effect>) {
        if self.phase != Phase::Open {
            return;
        }
        self.phase = Phase::Frozen;
        effects.push(Effect::Announce(Announcement::Locking));
        if self.in_flight.is_none() {
            self.show_frozen(effects);
        }
    }

    fn show_frozen(&self, effects: &mut Vec<Effect>) {
        match self.read() {
            Ok(parts) => {
                let stored = self.parts.values().map(|live| (live.document, live.stored())).collect();
                effects.push(Effect::Frozen { parts, stored });
            }
            Err(_) => effects.push(Effect::Reload),
        }
    }

    /// What the parts hold now, `main` first.
    pub fn read(&self) -> Result<Vec<PartRecord>, crate::document::DocumentError> {
        let mut parts: Vec<&LivePart> = self.parts.values().collect();
        parts.sort_by_key(|live| (!live.part.is_main(), live.part.clone()));
        parts.into_iter().map(|live| live.read(&self.section_order)).collect()
    }

    /// Who put in the rows of a document that are not their own statements.
    pub fn recorders(&self, document: DocumentId) -> Vec<(RowId, PersonId)> {
        self.parts.get(&document).map(|live| live.recorders().collect()).unwrap_or_default()
    }

    /// Each document as saved, with how many changes that holds; nothing while a batch is being stored.
    pub fn snapshots(&self) -> Vec<(DocumentId, Vec<u8>, i64)> {
        if self.is_storing() { Vec::new() } else { self.parts.values().map(LivePart::snapshot).collect() }
    }

    pub fn is_locked(&self) -> bool {
        self.phase == Phase::Locked
    }

    /// True while changes that are not yet stored are in the documents.
    pub fn is_storing(&self) -> bool {
        self.in_flight.is_some()
    }

    fn roster(&self) -> Effect {
        let people: BTreeSet<PersonId> = self.peers.values().map(|peer| peer.writer.person).collect();
        Effect::Roster { people: people.into_iter().collect() }
    }

    fn change_standing(&mut self, person: PersonId, standing: Standing, effects: &mut Vec<Effect>) {
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
                    theirs.sync.retain(|id, _| parts.get(id).is_some_and(|live| may_read(writer, &live.part)));
                    effects.push(Effect::Standing { peer, role });
                }
            }
        }
    }

    fn close(&mut self, peer: PeerId, reason: CloseReason, effects: &mut Vec<Effect>) {
        if self.peers.remove(&peer).is_some() {
            effects.push(Effect::Close { peer, reason });
            effects.push(self.roster());
        }
    }

    fn relay(&self, from: PeerId, document: DocumentId, data: Vec<u8>, effects: &mut Vec<Effect>) {
        let Some(sender) = self.peers.get(&from) else { return };
        let Some(live) = self.parts.get(&document) else { return };
        if !may_read(&sender.writer, &live.part) || self.phase == Phase::Locked {
            return;
        }
        let to = self
            .peers
            .iter()
            .filter(|(id, peer)| **id != from && may_read(&peer.writer, &live.part))
            .map(|(id, _)| *id)
            .collect();
        effects.push(Effect::Relay { to, from, person: sender.writer.person, document, data });
    }
}

/// Reading does not end with the lock, so the state is not asked.
fn may_read(writer: &Writer, part: &Part) -> bool {
    access::judge(writer.standing, access::reading(part), MeetingState::Open).is_ok()
}
