//! What happens at a meeting, and what is to be done about it.

use std::sync::Arc;

use uuid::Uuid;

use super::{LivePart, Material, NewActor, PeerId};
use crate::access::Standing;
use crate::change::{Refusal, Writer};
use crate::document::Snapshot;
use crate::ids::{DocumentId, PersonId, SessionId};
use crate::record::Role;

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
    /// A message did not go out, since the connection takes no more for now.
    Undelivered {
        peer: PeerId,
        document: DocumentId,
        since: u64,
    },
    /// The connection has taken all that waited for it.
    Drained {
        peer: PeerId,
    },
    /// What a peer lacks, as the library reckons it.
    Repaired {
        peer: PeerId,
        document: DocumentId,
        changes: Vec<Vec<u8>>,
    },
    /// A newer snapshot is in the store.
    Compacted {
        document: DocumentId,
        snapshot: Arc<Snapshot>,
    },
    /// Somebody's standing has changed or gone.
    Standing {
        person: PersonId,
        standing: Standing,
    },
    /// The closed sessions as they lie in the store: of those known already, their readers count.
    Parts {
        parts: Vec<LivePart>,
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
    /// One message, encoded once, to everyone it is for. `since`: the number of the change it begins after.
    Send {
        to: Vec<PeerId>,
        document: DocumentId,
        since: u64,
        data: Arc<[u8]>,
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
        changes: Vec<NewChanges>,
    },
    /// Open the document, see what this peer lacks, and say so by `Repaired`.
    Repair {
        peer: PeerId,
        material: Material,
        message: Vec<u8>,
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
        person: PersonId,
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
    /// This peer may read a part that it did not: their page is to ask what there is.
    PartsChanged {
        peer: PeerId,
    },
    Announce(Announcement),
    /// Nothing is in flight and nothing more gets in: what the record is made from, `main` first.
    Frozen {
        parts: Vec<Material>,
    },
    /// The room can no longer be trusted; drop it and open the meeting again from the store.
    Reload,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    NotAllowed,
    Locked,
    TooMany,
    /// The store takes nothing just now, and enough is waiting for it.
    NotStoring,
    /// A part is no longer theirs to read. They may come back for the others.
    PartsChanged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announcement {
    Locking,
    Unlocked,
    Locked,
}

/// Changes of one document on their way to the store, in the order admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChanges {
    pub document: DocumentId,
    /// How many changes of it are stored before these: if it is not so, they must not be.
    pub after: u64,
    pub changes: Vec<NewChange>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Who brought it; nobody brought what the server does by itself.
    pub person: PersonId,
    pub session: SessionId,
    pub bytes: Arc<[u8]>,
}

impl NewChange {
    pub(super) const fn of_the_server(bytes: Arc<[u8]>) -> Self {
        Self { person: PersonId(Uuid::nil()), session: SessionId(Uuid::nil()), bytes }
    }

    pub(super) fn is_the_servers(&self) -> bool {
        self.person.0.is_nil()
    }
}
