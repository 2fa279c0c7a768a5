//! The Automerge sync protocol, with the gate between decoding a message and applying what it carries.

use automerge::sync::{ChunkList, Message, MessageFlags, State, SyncDoc};

use super::part::NotAdmitted;
use super::{Batch, CloseReason, Effect, NewActor, NewChange, PeerId, Phase, Room, may_read};
use crate::access;
use crate::change::{Refusal, Writer};
use crate::ids::DocumentId;

impl Room {
    pub(super) fn sync(
        &mut self,
        peer: PeerId,
        document: DocumentId,
        data: &[u8],
        batch: &mut Batch,
        effects: &mut Vec<Effect>,
    ) {
        let Some(writer) = self.peers.get(&peer).map(|peer| peer.writer) else { return };
        // To somebody who may not read it, a part does not exist.
        if !self.parts.get(&document).is_some_and(|live| may_read(&writer, &live.part)) {
            effects.push(Effect::Unavailable { peer, document });
            return;
        }
        let message = match decode(data) {
            Ok(message) => message,
            Err(refusal) => return self.refuse(peer, document, refusal, effects),
        };
        let chunks: Vec<Vec<u8>> = message.changes.iter().map(<[u8]>::to_vec).collect();
        let brings_changes = !chunks.is_empty();
        if brings_changes {
            if self.phase == Phase::Locked {
                return self.too_late(peer, writer, document, chunks, effects);
            }
            match self.submit(&writer, document, chunks, batch, effects) {
                Ok(()) => {}
                Err(refusal) => return self.refuse(peer, document, refusal, effects),
            }
        }
        let (Some(live), Some(peer)) = (self.parts.get_mut(&document), self.peers.get_mut(&peer)) else { return };
        let state = peer.sync.entry(document).or_insert_with(State::new);
        // Without its changes, the message only tells us what the other side has: nothing of it is applied.
        let told = Message { changes: ChunkList::empty(), ..message };
        let last_told = state.last_sent_heads.clone();
        if live.doc.receive_sync_message(state, told).is_err() {
            effects.push(Effect::Reload);
            return;
        }
        if brings_changes {
            // The library takes it that whoever names our heads has heard of them. They are news to this peer: that
            // its changes are stored.
            state.last_sent_heads = last_told;
        }
        batch.documents.insert(document);
    }

    /// The one way in for every change, whoever brings it.
    pub(super) fn submit(
        &mut self,
        writer: &Writer,
        document: DocumentId,
        chunks: Vec<Vec<u8>>,
        batch: &mut Batch,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        if self.phase == Phase::Locked {
            effects.push(Effect::KeepAside { writer: *writer, document, changes: chunks });
            return Err(Refusal::NotAllowed(access::Refusal::Locked));
        }
        let live = self
            .parts
            .get_mut(&document)
            .filter(|live| may_read(writer, &live.part))
            .ok_or(Refusal::OutsideSchema("there is no such document"))?;
        let admitted = match live.admit(&chunks, writer, &self.table) {
            Ok(admitted) => admitted,
            Err(NotAdmitted::Refused(refusal)) => return Err(refusal),
            Err(NotAdmitted::DocumentLost) => {
                effects.push(Effect::Reload);
                return Err(Refusal::Malformed("it can't be applied"));
            }
        };
        for one in admitted {
            let actor = one.change.actor_id().to_bytes().to_vec();
            if one.new_actor {
                let (person, session) = (writer.person, writer.session);
                batch.actors.push(NewActor { document, actor: actor.clone(), person, session });
            }
            batch.changes.push(NewChange {
                document,
                hash: one.change.hash().to_string(),
                actor,
                actor_seq: one.change.seq(),
                person: writer.person,
                session: writer.session,
                bytes: one.change.raw_bytes().to_vec(),
            });
        }
        batch.documents.insert(document);
        Ok(())
    }

    /// Sends each peer of a document what it lacks, or the news that its own changes are stored.
    pub(super) fn tell_peers(&mut self, document: DocumentId, effects: &mut Vec<Effect>) {
        let Some(live) = self.parts.get(&document) else { return };
        for (id, peer) in &mut self.peers {
            let Some(state) = peer.sync.get_mut(&document) else { continue };
            if let Some(mut message) = live.doc.generate_sync_message(state) {
                if self.phase == Phase::Locked {
                    let mut flags = MessageFlags::new();
                    flags.set(MessageFlags::READ_ONLY);
                    message.flags = Some(flags);
                } else {
                    // A peer that isn't told what we support sends plain changes only, never whole documents.
                    message.flags = None;
                }
                effects.push(Effect::Send { peer: *id, document, data: message.encode() });
            }
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
        changes: Vec<Vec<u8>>,
        effects: &mut Vec<Effect>,
    ) {
        effects.push(Effect::KeepAside { writer, document, changes });
        self.close(peer, CloseReason::Locked, effects);
    }
}

/// Decodes a sync message and refuses what the library would believe and choke on.
fn decode(data: &[u8]) -> Result<Message, Refusal> {
    let message = Message::decode(data).map_err(|_| Refusal::Malformed("it is not a sync message"))?;
    if message.have.len() > 16 || !message.have.iter().all(|have| filter_is_sane(&have.bloom.to_bytes())) {
        return Err(Refusal::Malformed("its summary of what it has is not one"));
    }
    Ok(message)
}

/// The number of probes of a Bloom filter is taken on trust by the library and allocated for: four thousand million
/// of them end the process. Ours and every known client's filters have 7.
fn filter_is_sane(bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return true;
    }
    let mut rest = bytes;
    let mut next = || {
        let end = rest.iter().position(|b| b & 0x80 == 0)?;
        let (number, after) = rest.split_at(end + 1);
        rest = after;
        (number.len() <= 5).then(|| number.iter().rev().fold(0_u64, |sum, b| (sum << 7) | u64::from(b & 0x7f)))
    };
    match (next(), next(), next()) {
        (Some(_), Some(1..=64), Some(1..=32)) => !rest.is_empty(),
        _ => false,
    }
}
