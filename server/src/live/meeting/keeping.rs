//! What a meeting's task does to keep what is written: changes to the store, again and again if it takes none; what came
//! too late, aside; snapshots now and then.

use std::sync::Arc;
use std::time::{Duration, Instant};

use minutes::document::Snapshot;
use minutes::ids::{DocumentId, LateContributionId, PersonId};
use minutes::room::{Event, NewActor, NewChanges};
use uuid::Uuid;

use super::super::wire::{CloseCode, Notice};
use super::{Command, LiveError, Meeting, Next, Shared};
use crate::store::writer::LATE;
use crate::store::{self, Append, AppendError};

const FIRST_RETRY: Duration = Duration::from_millis(200);
const LONGEST_RETRY: Duration = Duration::from_secs(5);
/// Changes since the last snapshot that make a new one worth while: for those who join, who are sent each of them, and for
/// the next opening.
const WORTH_A_SNAPSHOT: usize = 500;
/// The same when a meeting leaves memory and nobody waits.
const WORTH_A_SNAPSHOT_AT_THE_END: usize = 100;
const SNAPSHOT_EVERY: Duration = Duration::from_secs(60);
/// A snapshot of a long record takes a second; it may take this part of the time and no more.
const SNAPSHOT_SHARE: u32 = 50;

#[derive(Default)]
pub(super) struct Keeping {
    /// What is being stored, to be tried again.
    in_flight: Option<Append>,
    /// When the store was last given it.
    handed_over: Option<Instant>,
    failures: u32,
    /// Everybody has been told that nothing can be stored.
    told: bool,
    /// When the first change arrived that is not yet acknowledged: of the batch under way, and of the next.
    since: Option<Instant>,
    next_since: Option<Instant>,
    taking_snapshots: bool,
    next_snapshot: Option<Instant>,
}

impl Keeping {
    pub(super) const fn is_failing(&self) -> bool {
        self.told
    }

    /// How long the store may take before everybody is told; None while nothing is being stored, or they know.
    pub(super) fn patience(&self) -> Option<Duration> {
        let since = self.handed_over.filter(|_| !self.told)?;
        Some(LATE.saturating_sub(since.elapsed()))
    }

    pub(super) const fn is_taking_snapshots(&self) -> bool {
        self.taking_snapshots
    }

    pub(super) fn something_came(&mut self) {
        self.next_since.get_or_insert_with(Instant::now);
    }
}

impl Meeting {
    pub(super) fn store(&mut self, actors: Vec<NewActor>, changes: Vec<NewChanges>) {
        let now = self.shared.clock.now();
        let actors = actors
            .into_iter()
            .map(|actor| store::actors::NewActor {
                document: actor.document,
                actor: actor.actor,
                person: actor.person,
                session: actor.session,
                first_seen: now,
            })
            .collect();
        let new = Append { actors, changes, received_at: now };
        self.keeping.since = self.keeping.next_since.take();
        self.keeping.in_flight = Some(new.clone());
        self.keeping.handed_over = Some(Instant::now());
        self.append(new);
    }

    fn append(&self, new: Append) {
        let commands = self.commands.clone();
        self.shared.store.append_then(new, move |outcome| drop(commands.send(Command::Stored(outcome))));
    }

    /// A database that hangs says nothing: whoever writes is told all the same.
    pub(super) fn tell_if_late(&mut self) {
        if self.keeping.patience().is_some_and(|left| left.is_zero()) {
            tracing::error!(meeting.id = %self.id, "changes not stored: the store has not answered");
            self.tell_not_stored();
        }
    }

    fn tell_not_stored(&mut self) {
        if !std::mem::replace(&mut self.keeping.told, true) {
            self.notify_all(&Notice::Storage { ok: false });
        }
        if let Some(reply) = self.freezing.take() {
            self.frozen = false;
            let _ = reply.send(Err(LiveError::NotStoring));
            self.feed(Event::Thaw);
        }
    }

    pub(super) fn stored(&mut self, outcome: Result<(), AppendError>) -> Next {
        self.keeping.handed_over = None;
        match outcome {
            Ok(()) => {
                self.keeping.in_flight = None;
                self.keeping.failures = 0;
                if std::mem::take(&mut self.keeping.told) {
                    tracing::info!(meeting.id = %self.id, "changes are stored again");
                    self.notify_all(&Notice::Storage { ok: true });
                }
                let since = self.keeping.since.take();
                let next = self.feed(Event::Stored);
                if let Some(since) = since {
                    tracing::trace!(meeting.id = %self.id, duration_us = since.elapsed().as_micros(), "batch acknowledged");
                    self.shared.metrics.acknowledgement_seconds.observe(since.elapsed().as_secs_f64());
                }
                self.take_snapshots_if_due();
                next
            }
            Err(AppendError::NotOpen) => {
                self.keeping.in_flight = None;
                self.feed(Event::StoreFoundLocked)
            }
            Err(error @ AppendError::Outrun) => {
                tracing::warn!(meeting.id = %self.id, error = &error as &dyn std::error::Error, "reloading");
                Next::Reload(CloseCode::ServerFault)
            }
            Err(error) => {
                self.try_again(&error);
                Next::GoOn
            }
        }
    }

    /// Nothing is acknowledged and nothing is lost: what came in waits here, and what comes later waits on its page.
    fn try_again(&mut self, error: &AppendError) {
        let delay = FIRST_RETRY.saturating_mul(1 << self.keeping.failures.min(10)).min(LONGEST_RETRY);
        self.keeping.failures += 1;
        if self.keeping.failures == 1 {
            tracing::error!(meeting.id = %self.id, error = error as &dyn std::error::Error, "changes not stored");
        }
        self.tell_not_stored();
        let Some(new) = self.keeping.in_flight.clone() else { return };
        let (shared, commands) = (self.shared.clone(), self.commands.clone());
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            shared.store.append_then(new, move |outcome| drop(commands.send(Command::Stored(outcome))));
        });
    }

    /// What somebody wrote that came too late is theirs and the chair's to see: nothing anyone wrote is lost.
    pub(super) fn keep_aside(&self, person: PersonId, document: DocumentId, changes: Vec<Vec<u8>>) {
        self.shared.metrics.late_changes.inc_by(changes.len() as u64);
        let (shared, meeting) = (self.shared.clone(), self.id);
        let received_at = shared.clock.now();
        tokio::spawn(async move {
            let kept = shared
                .store
                .write(move |conn| {
                    for bytes in changes {
                        let late = store::late_contributions::LateContribution {
                            id: LateContributionId(Uuid::new_v4()),
                            meeting_id: meeting,
                            document_id: document,
                            person_id: Some(person),
                            received_at,
                            bytes,
                        };
                        store::late_contributions::insert(conn, late)?;
                    }
                    Ok::<(), store::StoreError>(())
                })
                .await;
            if let Err(error) = kept {
                tracing::error!(meeting.id = %meeting, error = &error as &dyn std::error::Error, "late change not kept");
            }
        });
    }

    /// Between batches of a busy meeting, elsewhere and at leisure.
    fn take_snapshots_if_due(&mut self) {
        let now = Instant::now();
        let next = *self.keeping.next_snapshot.get_or_insert(now + SNAPSHOT_EVERY);
        if self.keeping.taking_snapshots || now < next {
            return;
        }
        let parts = self.room.tails(WORTH_A_SNAPSHOT);
        if parts.is_empty() {
            return;
        }
        self.keeping.taking_snapshots = true;
        let (shared, commands) = (self.shared.clone(), self.commands.clone());
        tokio::spawn(async move {
            let started = Instant::now();
            let mut taken = Vec::new();
            for part in parts {
                let document = part.document;
                match take(&shared, part).await {
                    Ok(one) => taken.push(one),
                    Err(error) => {
                        tracing::error!(%document, error = &error as &dyn std::error::Error, "no snapshot");
                    }
                }
            }
            let _ = commands.send(Command::Snapshots { taken, took: started.elapsed() });
        });
    }

    pub(super) fn snapshots_taken(&mut self, taken: Vec<(DocumentId, Arc<Snapshot>)>, took: Duration) -> Next {
        self.keeping.taking_snapshots = false;
        self.keeping.next_snapshot = Some(Instant::now() + SNAPSHOT_EVERY.max(took * SNAPSHOT_SHARE));
        let mut next = Next::GoOn;
        for (document, snapshot) in taken {
            if self.feed(Event::Compacted { document, snapshot }) != Next::GoOn {
                next = Next::Reload(CloseCode::ServerFault);
            }
        }
        next
    }

    /// A shortcut for the next opening. The changes stay stored, so one that fails costs nothing but time.
    pub(super) async fn save_snapshots(self) {
        for part in self.room.tails(WORTH_A_SNAPSHOT_AT_THE_END) {
            let document = part.document;
            if let Err(error) = take(&self.shared, part).await {
                tracing::warn!(%document, error = &error as &dyn std::error::Error, "no snapshot");
            }
        }
    }
}

/// Takes a snapshot and keeps it.
async fn take(shared: &Shared, part: minutes::room::Material) -> Result<(DocumentId, Arc<Snapshot>), SnapshotError> {
    let document = part.document;
    let timer = shared.metrics.snapshot_seconds.start_timer();
    let snapshot = Arc::new(shared.workshop.snapshot(part).await?);
    timer.observe_duration();
    let (kept, now) = (snapshot.clone(), shared.clock.now());
    shared.store.write(move |conn| store::snapshots::save(conn, document, &kept, now)).await?;
    Ok((document, snapshot))
}

#[derive(Debug, thiserror::Error)]
enum SnapshotError {
    #[error("it can't be taken")]
    Taking(#[from] LiveError),
    #[error("it can't be kept")]
    Keeping(#[from] store::StoreError),
}
