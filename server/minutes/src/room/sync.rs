//! What a peer's messages bring and what it is told: the protocol of Automerge's sync, with the gate before everything
//! that comes in, and change bytes passed on as they are. Automerge itself is asked only what somebody lacks whom the
//! log since the last snapshot can't tell.

use std::sync::Arc;

use automerge::ChangeHash;
use automerge::sync::{Have, Message};

use super::part::{Lacking, Passed};
use super::{CloseReason, Effect, MAX_GATHERED, NewChange, PeerId, Phase, Room, may_read, message};
use crate::access;
use crate::change::{Refusal, Writer};
use crate::ids::DocumentId;

/// How often one connection may ask for what only opening the document can tell.
const MAX_REPAIRS: u32 = 20;

/// How far a peer has been told of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Follow {
    /// The number of the last change that has gone out to it.
    given: u64,
    pace: Pace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// It is told of each batch.
    Live,
    /// Its connection takes no more; it is told all at once when it does.
    Behind,
    /// It is being found out what it lacks; it is told all at once when that is known.
    Repairing,
}

/// Whether this is how the library says that it holds nothing, or that it can't make sense of the heads it was told of,
/// since it was sent too little: its summary named by chance what it does not have. It then asks for everything again.
fn begins_anew(message: &Message) -> bool {
    message.heads.is_empty() || message.have.contains(&Have::default())
}

impl Room {
    pub(super) fn sync(&mut self, peer: PeerId, document: DocumentId, data: &[u8], effects: &mut Vec<Effect>) {
        let Some(writer) = self.peers.get(&peer).map(|peer| peer.writer) else { return };
        // To somebody who may not read it, a part does not exist.
        if !self.parts.get(&document).is_some_and(|live| may_read(&writer, live)) {
            effects.push(Effect::Unavailable { peer, document });
            return;
        }
        let message = match message::decode(data) {
            Ok(message) => message,
            Err(refusal) => return self.refuse(peer, document, refusal, effects),
        };
        let chunks: Vec<&[u8]> = message.changes.iter().collect();
        let mut repeats = false;
        if !chunks.is_empty() {
            if self.phase == Phase::Locked {
                return self.too_late(peer, writer, document, &chunks, effects);
            }
            if self.next.bytes > MAX_GATHERED {
                return self.close(peer, CloseReason::NotStoring, effects);
            }
            match self.admit(&writer, Some(peer), document, &chunks) {
                Ok(new) => repeats = new == 0,
                Err(refusal) => return self.refuse(peer, document, refusal, effects),
            }
        }
        let follows = self.peers.get(&peer).and_then(|peer| peer.follows.get(&document)).copied();
        match follows {
            Some(follow) if !(chunks.is_empty() && begins_anew(&message)) => {
                let unknown = self.unknown(document, &message.heads);
                if !message.need.is_empty() {
                    self.send_needed(peer, document, &message.need, data, effects);
                } else if repeats || (chunks.is_empty() && !unknown.is_empty() && follow.pace == Pace::Live) {
                    // It is owed the news that its changes are stored already, or asked for those it speaks of.
                    self.send(vec![peer], document, follow.given, &unknown, effects);
                }
            }
            // New here, or it has lost all it had, or its place.
            _ => self.join(peer, document, &message, data, effects),
        }
    }

    /// The heads among these that nobody has brought yet.
    fn unknown(&self, document: DocumentId, heads: &[ChangeHash]) -> Vec<ChangeHash> {
        let Some(live) = self.parts.get(&document) else { return Vec::new() };
        heads.iter().filter(|head| !live.knows(head)).copied().take(64).collect()
    }

    fn join(&mut self, peer: PeerId, document: DocumentId, message: &Message, data: &[u8], effects: &mut Vec<Effect>) {
        let unknown = self.unknown(document, &message.heads);
        let read_only = self.phase == Phase::Locked;
        let Some(live) = self.parts.get_mut(&document) else { return };
        let given = live.stored();
        let whole = message.heads.is_empty();
        let answer: Option<Arc<[u8]>> = if whole {
            Some(live.whole(read_only))
        } else {
            let mut held = message.heads.clone();
            held.extend(message.have.iter().flat_map(|have| &have.last_sync));
            match live.lacking(&held) {
                Lacking::Changes(changes) => Some(message::encode(live.heads(), &unknown, &changes, read_only).into()),
                Lacking::Unclear => None,
            }
        };
        match answer {
            Some(data) => {
                self.follow(peer, document, Follow { given, pace: Pace::Live });
                effects.push(Effect::Send { to: vec![peer], document, since: 0, data });
            }
            None => self.repair(peer, document, given, data, effects),
        }
    }

    fn follow(&mut self, peer: PeerId, document: DocumentId, follow: Follow) {
        if let Some(peer) = self.peers.get_mut(&peer) {
            peer.follows.insert(document, follow);
        }
    }

    fn repair(&mut self, peer: PeerId, document: DocumentId, given: u64, data: &[u8], effects: &mut Vec<Effect>) {
        let (Some(live), Some(state)) = (self.parts.get(&document), self.peers.get_mut(&peer)) else { return };
        if state.follows.get(&document).is_some_and(|follow| follow.pace == Pace::Repairing) {
            return;
        }
        state.repairs += 1;
        if state.repairs > MAX_REPAIRS {
            return self.close(peer, CloseReason::TooMany, effects);
        }
        state.follows.insert(document, Follow { given, pace: Pace::Repairing });
        effects.push(Effect::Repair { peer, material: live.material(), message: data.to_vec() });
    }

    /// It is known what a peer lacked of the changes up to `given`; it gets these, and what came since.
    pub(super) fn repaired(
        &mut self,
        peer: PeerId,
        document: DocumentId,
        changes: &[Vec<u8>],
        effects: &mut Vec<Effect>,
    ) {
        let follows = self.peers.get(&peer).and_then(|peer| peer.follows.get(&document)).copied();
        let (Some(follow), Some(live)) = (follows, self.parts.get(&document)) else { return };
        let mut all: Vec<&[u8]> = changes.iter().map(Vec::as_slice).collect();
        all.extend(live.after(follow.given).unwrap_or_else(|| live.everything()));
        let data = message::encode(live.heads(), &[], &all, self.phase == Phase::Locked).into();
        let given = live.stored();
        self.follow(peer, document, Follow { given, pace: Pace::Live });
        effects.push(Effect::Send { to: vec![peer], document, since: follow.given, data });
    }

    fn send_needed(
        &mut self,
        peer: PeerId,
        document: DocumentId,
        need: &[ChangeHash],
        data: &[u8],
        effects: &mut Vec<Effect>,
    ) {
        let Some(live) = self.parts.get(&document) else { return };
        let given = live.stored();
        match live.by_hash(need) {
            Some(changes) => {
                let data = message::encode(live.heads(), &[], &changes, self.phase == Phase::Locked).into();
                effects.push(Effect::Send { to: vec![peer], document, since: given, data });
            }
            None => self.repair(peer, document, given, data, effects),
        }
    }

    /// The one way in for every change, whoever brings it. Gives how many of them are new.
    fn admit(
        &mut self,
        writer: &Writer,
        from: Option<PeerId>,
        document: DocumentId,
        chunks: &[&[u8]],
    ) -> Result<usize, Refusal> {
        let live = self
            .parts
            .get_mut(&document)
            .filter(|live| may_read(writer, live))
            .ok_or(Refusal::OutsideSchema("there is no such document"))?;
        let Passed { actors, changes } = live.admit(chunks, writer, &self.table)?;
        let new = changes.len();
        if new > 0 {
            self.next.actors.extend(actors);
            self.next.bytes += changes.iter().map(|bytes| bytes.len()).sum::<usize>();
            let gathered = self.next.changes.entry(document).or_default();
            let alone = gathered.changes.is_empty() || gathered.from == from;
            gathered.from = from.filter(|_| alone);
            let (person, session) = (writer.person, writer.session);
            gathered.changes.extend(changes.into_iter().map(|bytes| NewChange { person, session, bytes }));
        }
        Ok(new)
    }

    pub(super) fn submit(
        &mut self,
        ticket: u64,
        writer: &Writer,
        document: DocumentId,
        changes: &[Vec<u8>],
        effects: &mut Vec<Effect>,
    ) {
        if self.phase == Phase::Locked {
            effects.push(Effect::KeepAside { person: writer.person, document, changes: changes.to_vec() });
            let outcome = Err(Refusal::NotAllowed(access::Refusal::Locked));
            return effects.push(Effect::Submitted { ticket, outcome });
        }
        let chunks: Vec<&[u8]> = changes.iter().map(Vec::as_slice).collect();
        match self.admit(writer, None, document, &chunks) {
            Ok(0) if self.in_flight.is_none() && self.next.changes.is_empty() => {
                effects.push(Effect::Submitted { ticket, outcome: Ok(()) });
            }
            Ok(_) if self.next.changes.is_empty() => {
                // Repeated, and perhaps in the batch that is on its way.
                if let Some(batch) = &mut self.in_flight {
                    batch.submitted.push(ticket);
                }
            }
            Ok(_) => self.next.submitted.push(ticket),
            Err(refusal) => effects.push(Effect::Submitted { ticket, outcome: Err(refusal) }),
        }
    }

    /// The last `count` changes of a document are stored: its peers get them, and who brought them gets the news.
    pub(super) fn tell_peers(
        &mut self,
        document: DocumentId,
        count: u64,
        from: Option<PeerId>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(live) = self.parts.get(&document) else { return };
        let (given, before) = (live.stored(), live.stored() - count);
        let mut to = Vec::with_capacity(self.peers.len());
        let mut author = None;
        for (id, peer) in &mut self.peers {
            match peer.follows.get_mut(&document) {
                Some(follow) if follow.pace == Pace::Live => {
                    follow.given = given;
                    if from == Some(*id) { author = from } else { to.push(*id) }
                }
                _ => {}
            }
        }
        if !to.is_empty() {
            // Everything since the last snapshot is at hand; a snapshot never holds what is only now stored.
            let changes = live.after(before).unwrap_or_default();
            let data = message::encode(live.heads(), &[], &changes, false).into();
            effects.push(Effect::Send { to, document, since: before, data });
        }
        if let Some(author) = author {
            let data = message::encode(live.heads(), &[], &[], false).into();
            effects.push(Effect::Send { to: vec![author], document, since: before, data });
        }
    }

    /// Stock clients learn by a flag that nothing more is taken in.
    pub(super) fn tell_locked(&self, document: DocumentId, effects: &mut Vec<Effect>) {
        let Some(live) = self.parts.get(&document) else { return };
        let following = |peer: &super::Peer| peer.follows.get(&document).is_some_and(|f| f.pace == Pace::Live);
        let to: Vec<PeerId> = self.peers.iter().filter(|(_, peer)| following(peer)).map(|(id, _)| *id).collect();
        if !to.is_empty() {
            let data = message::encode(live.heads(), &[], &[], true).into();
            effects.push(Effect::Send { to, document, since: live.stored(), data });
        }
    }

    /// Heads and wishes, without changes.
    fn send(&self, to: Vec<PeerId>, document: DocumentId, since: u64, need: &[ChangeHash], effects: &mut Vec<Effect>) {
        let Some(live) = self.parts.get(&document) else { return };
        let data = message::encode(live.heads(), need, &[], self.phase == Phase::Locked).into();
        effects.push(Effect::Send { to, document, since, data });
    }

    /// A message for a slow connection was dropped: from `since` on it is owed everything.
    pub(super) fn undelivered(&mut self, peer: PeerId, document: DocumentId, since: u64) {
        if let Some(follow) = self.peers.get_mut(&peer).and_then(|peer| peer.follows.get_mut(&document)) {
            follow.given = follow.given.min(since);
            follow.pace = Pace::Behind;
        }
    }

    /// One message for each document, however much was missed.
    pub(super) fn drained(&mut self, peer: PeerId, effects: &mut Vec<Effect>) {
        let Some(state) = self.peers.get_mut(&peer) else { return };
        for (document, follow) in state.follows.iter_mut().filter(|(_, follow)| follow.pace == Pace::Behind) {
            let Some(live) = self.parts.get(document) else { continue };
            let changes = live.after(follow.given).unwrap_or_else(|| live.everything());
            let data = message::encode(live.heads(), &[], &changes, self.phase == Phase::Locked).into();
            let since = follow.given;
            *follow = Follow { given: live.stored(), pace: Pace::Live };
            effects.push(Effect::Send { to: vec![peer], document: *document, since, data });
        }
    }

    fn refuse(&mut self, peer: PeerId, document: DocumentId, refusal: Refusal, effects: &mut Vec<Effect>) {
        if self.peers.remove(&peer).is_some() {
            effects.push(Effect::Refuse { peer, document, refusal });
            effects.push(self.roster());
        }
    }

    fn too_late(
        &mut self,
        peer: PeerId,
        writer: Writer,
        document: DocumentId,
        changes: &[&[u8]],
        effects: &mut Vec<Effect>,
    ) {
        let changes = changes.iter().map(|bytes| bytes.to_vec()).collect();
        effects.push(Effect::KeepAside { person: writer.person, document, changes });
        self.close(peer, CloseReason::Locked, effects);
    }
}
