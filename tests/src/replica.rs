//! Documents as a client holds them, with what it has not been told is saved.

use std::collections::BTreeMap;

use automerge::sync::{Message as SyncMessage, State, SyncDoc};
use automerge::{ActorId, AutoCommit, AutoSerde, ChangeHash, TextEncoding};

pub(crate) struct Replica {
    pub(crate) document: AutoCommit,
    pub(crate) state: State,
    pub(crate) unavailable: bool,
    /// The server has answered at least once.
    pub(crate) answered: bool,
    /// Something has come that may want an answer.
    pub(crate) owes: bool,
}

impl Replica {
    pub(crate) fn new() -> Self {
        Self::holding(AutoCommit::new_with_encoding(TextEncoding::Utf16CodeUnit))
    }

    /// A document to go on from, under a new actor.
    pub(crate) fn holding(document: AutoCommit) -> Self {
        let document = document.with_actor(ActorId::random());
        Self { document, state: State::new(), unavailable: false, answered: false, owes: false }
    }

    /// What the sync protocol has to say, if anything.
    pub(crate) fn say(&mut self) -> Option<Vec<u8>> {
        self.owes = false;
        self.document.sync().generate_sync_message(&mut self.state).map(SyncMessage::encode)
    }

    pub(crate) fn receive(&mut self, data: &[u8]) {
        let message = SyncMessage::decode(data).expect("the server sends sync messages that can be read");
        self.document.sync().receive_sync_message(&mut self.state, message).expect("the server's changes apply");
        self.answered = true;
        self.owes = true;
    }

    pub(crate) fn is_empty(&mut self) -> bool {
        self.document.get_heads().is_empty()
    }

    pub(crate) fn has_all_of_theirs(&mut self) -> bool {
        let theirs = self.state.their_heads.clone().unwrap_or_default();
        !theirs.is_empty() && self.knows(&theirs)
    }

    pub(crate) fn knows(&mut self, heads: &[ChangeHash]) -> bool {
        heads.iter().all(|head| self.document.get_change_meta_by_hash(head).is_some())
    }

    pub(crate) fn is_saved(&mut self) -> bool {
        let theirs = self.state.their_heads.clone().unwrap_or_default();
        self.document.get_heads().iter().all(|head| theirs.contains(head))
    }

    pub(crate) fn record(&self) -> serde_json::Value {
        serde_json::to_value(AutoSerde::from(&self.document)).expect("every document is JSON")
    }
}

/// What is left of a connection that is gone: its documents, to be written on and brought to the next connection.
#[derive(Default)]
pub struct Held(pub(crate) BTreeMap<String, Replica>);

impl Held {
    pub fn holds(&self, document: &str) -> bool {
        self.0.contains_key(document)
    }

    /// Makes one change that nobody hears of yet.
    pub fn edit<T>(&mut self, document: &str, change: impl FnOnce(&mut AutoCommit) -> T) -> T {
        let replica = self.0.get_mut(document).expect("a document that was opened");
        let made = change(&mut replica.document);
        replica.document.commit();
        made
    }

    /// As the stock client begins a new connection: knowing what both sides had, and nothing of what was under way.
    pub(crate) fn renewed(mut self) -> BTreeMap<String, Replica> {
        for replica in self.0.values_mut() {
            replica.state = State::decode(&replica.state.encode()).expect("a state of our own");
            (replica.answered, replica.owes) = (false, false);
        }
        self.0
    }
}
