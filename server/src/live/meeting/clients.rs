//! The connections of a meeting: what each is sent, what each may cost, and how each ends.

use std::time::{Duration, Instant};

use minutes::ids::{DocumentId, PersonId};
use minutes::room::{Event, PeerId};

use super::super::ClientName;
use super::super::outbox::Outbox;
use super::super::wire::{self, CloseCode, Notice};
use super::{Command, Meeting, Next};

const ROSTER_DELAY: Duration = Duration::from_millis(100);

pub(super) struct Client {
    pub(super) name: ClientName,
    pub(super) outbox: Outbox,
    effort: Effort,
}

/// How much of a processor one connection may cost for long, and in seconds how much at once. Somebody typing costs a
/// thousandth of it; what is small to send and dear to examine is bounded by this alone.
const EFFORT: f64 = 0.25;
const EFFORT_AT_ONCE: f64 = 3.0;

/// The seconds of work a connection may still cause.
struct Effort {
    left: f64,
    at: Instant,
}

impl Effort {
    fn full() -> Self {
        Self { left: EFFORT_AT_ONCE, at: Instant::now() }
    }

    /// Charges the time since `started`; whether there was that much left.
    fn spend(&mut self, started: Instant) -> bool {
        let now = Instant::now();
        let earned = now.duration_since(self.at).as_secs_f64() * EFFORT;
        self.left = (self.left + earned).min(EFFORT_AT_ONCE) - now.duration_since(started).as_secs_f64();
        self.at = now;
        self.left >= 0.0
    }
}

impl Client {
    pub(super) fn new(name: ClientName, outbox: Outbox) -> Self {
        Self { name, outbox, effort: Effort::full() }
    }
}

impl Meeting {
    pub(super) fn charge(&mut self, peer: PeerId, started: Instant) {
        if self.clients.get_mut(&peer).is_some_and(|client| !client.effort.spend(started)) {
            tracing::warn!(meeting.id = %self.id, peer = peer.0, "a connection costs too much");
            self.close(peer, CloseCode::TooMany);
            let _ = self.commands.send(Command::Leave { peer });
        }
    }

    /// Written once; only the name of whom it is to differs.
    pub(super) fn send_sync(&mut self, to: &[PeerId], document: DocumentId, since: u64, data: &[u8]) {
        self.shared.metrics.fan_out.observe(to.len() as f64);
        let text = self.document_texts.entry(document).or_insert_with(|| wire::document_id_text(document));
        let body = wire::sync_body(text, data);
        for peer in to {
            let Some(client) = self.clients.get(peer) else { continue };
            if !client.outbox.add(wire::addressed(&body, &client.name.peer_id)) {
                self.room.handle(Event::Undelivered { peer: *peer, document, since });
            }
        }
    }

    /// One message with all that a slow connection missed, and how things stand.
    pub(super) fn catch_up(&mut self, peer: PeerId) -> Next {
        self.shared.metrics.catch_ups.inc();
        if self.keeping.is_failing() {
            self.notify(peer, &Notice::Storage { ok: false });
        }
        if self.room.is_locked() {
            let url = format!("/meetings/{}", self.id);
            self.notify(peer, &Notice::Locked { url: &url });
        }
        self.notify(peer, &Notice::Beside);
        self.feed(Event::Drained { peer })
    }

    /// When everybody comes back at once, each is told once, not for each of the others.
    pub(super) fn tell_roster_soon(&mut self, people: Vec<PersonId>) {
        if self.roster.replace(people).is_none() {
            let commands = self.commands.clone();
            tokio::spawn(async move {
                tokio::time::sleep(ROSTER_DELAY).await;
                let _ = commands.send(Command::TellRoster);
            });
        }
    }

    pub(super) fn relay(&mut self, to: &[PeerId], from: PeerId, person: PersonId, document: DocumentId, data: &[u8]) {
        self.presence_count += 1;
        let (count, sender) = (self.presence_count, format!("peer-{}", from.0));
        for peer in to {
            self.send(*peer, |target| wire::presence(target, &sender, count, document, person, data));
        }
    }

    /// Something that a connection may miss: it is told how things stand when it has caught up.
    pub(super) fn send(&self, peer: PeerId, frame: impl FnOnce(&str) -> Vec<u8>) {
        if let Some(client) = self.clients.get(&peer).filter(|client| !client.outbox.is_behind()) {
            client.outbox.add(frame(&client.name.peer_id));
        }
    }

    pub(super) fn notify(&self, peer: PeerId, notice: &Notice<'_>) {
        if self.clients.get(&peer).is_some_and(|client| client.name.ours) {
            self.send(peer, |to| wire::notice(to, notice));
        }
    }

    pub(super) fn notify_all(&self, notice: &Notice<'_>) {
        for peer in self.clients.keys() {
            self.notify(*peer, notice);
        }
    }

    pub(super) fn close(&mut self, peer: PeerId, code: CloseCode) {
        self.close_with(peer, code, None);
    }

    pub(super) fn close_with(&mut self, peer: PeerId, code: CloseCode, last_words: Option<Vec<u8>>) {
        if let Some(client) = self.forget_client(peer) {
            tracing::debug!(meeting.id = %self.id, peer = peer.0, close.code = code as u16, "closed");
            self.shared.metrics.closes.with_label_values(&[&(code as u16).to_string()]).inc();
            client.outbox.close(code, last_words);
        }
    }

    pub(super) fn close_all(&mut self, code: CloseCode) {
        let peers: Vec<PeerId> = self.clients.keys().copied().collect();
        for peer in peers {
            self.close(peer, code);
        }
    }

    pub(super) fn forget_client(&mut self, peer: PeerId) -> Option<Client> {
        self.clients.remove(&peer).inspect(|_| self.shared.metrics.connections.dec())
    }

    pub(super) fn weigh(&mut self) {
        let queued: usize = self.clients.values().map(|client| client.outbox.waiting_bytes()).sum();
        let bytes = self.room.weight() + queued;
        self.share.set(bytes);
        self.weighed = Instant::now();
        let metrics = &self.shared.metrics;
        metrics.meeting_bytes.observe(bytes as f64);
        metrics.queue_bytes.observe(queued as f64);
        metrics.memory_bytes.set(i64::try_from(self.shared.admission.memory()).unwrap_or(i64::MAX));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_connection_may_cost_three_seconds_at_once_and_a_quarter_of_the_time_for_long() {
        let ago = |seconds: f64| Instant::now().checked_sub(Duration::from_secs_f64(seconds)).unwrap();
        let mut effort = Effort::full();
        assert!(effort.spend(ago(2.5)));
        assert!(!effort.spend(ago(1.0)), "more than it had");
        // Eight seconds later it has earned two.
        effort.at = ago(8.0);
        assert!(effort.spend(ago(1.0)));
        assert!(!effort.spend(ago(2.0)));
    }
}
