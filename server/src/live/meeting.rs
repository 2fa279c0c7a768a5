//! The task of one open meeting.

use std::collections::{BTreeMap, HashMap};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use minutes::access::Standing;
use minutes::change::{Refusal, Writer};
use minutes::ids::{DocumentId, LateContributionId, MeetingId, PersonId, RowId};
use minutes::record::PartRecord;
use minutes::room::{Announcement, CloseReason, Effect, Event, NewActor, NewChange, PeerId, Room};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::wire::{self, CloseCode, Notice};
use super::{ClientName, LiveError, Shared, open};
use crate::store::{self, AppendError};

/// How long a meeting nobody is connected to stays in memory.
const IDLE: Duration = Duration::from_secs(60);

/// What a meeting held still holds, and how many stored changes of each document that is.
pub(super) type FrozenParts = (Vec<PartRecord>, BTreeMap<DocumentId, i64>);

/// Where the answer to a question goes.
type Reply<T> = oneshot::Sender<Result<T, LiveError>>;

/// What a socket is to do next.
#[derive(Debug)]
pub enum Outbound {
    Frame(Vec<u8>),
    Close(CloseCode),
}

pub(super) enum Command {
    Join { peer: PeerId, writer: Writer, client: ClientName, outbound: mpsc::Sender<Outbound> },
    Leave { peer: PeerId },
    Sync { peer: PeerId, document: DocumentId, data: Vec<u8> },
    Presence { peer: PeerId, document: DocumentId, data: Vec<u8> },
    Unknown { peer: PeerId, document: String },
    Submit { writer: Writer, document: DocumentId, changes: Vec<Vec<u8>>, reply: Reply<Result<(), Refusal>> },
    Read { reply: Reply<Vec<PartRecord>> },
    Recorders { documents: Vec<DocumentId>, reply: Reply<Vec<(RowId, PersonId)>> },
    Freeze { reply: Reply<FrozenParts> },
    Thaw,
    Locked,
    Standing { person: PersonId, standing: Standing },
    Stored(Result<(), AppendError>),
}

struct Client {
    name: ClientName,
    outbound: mpsc::Sender<Outbound>,
}

struct Meeting {
    shared: Arc<Shared>,
    id: MeetingId,
    room: Room,
    commands: mpsc::UnboundedSender<Command>,
    clients: HashMap<PeerId, Client>,
    submitted: HashMap<u64, Reply<Result<(), Refusal>>>,
    next_ticket: u64,
    freezing: Option<Reply<FrozenParts>>,
    /// Questions that wait until no uncommitted change is in the documents.
    reading: Vec<Reply<Vec<PartRecord>>>,
    presence_count: u64,
}

/// Whether the task goes on.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    /// Drop everything; whoever comes back opens the meeting from the store.
    Reload(CloseCode),
}

pub(super) fn start(shared: Arc<Shared>, id: MeetingId) -> mpsc::UnboundedSender<Command> {
    let (commands, inbox) = mpsc::unbounded_channel();
    tokio::spawn(run(shared, id, commands.clone(), inbox));
    commands
}

async fn run(
    shared: Arc<Shared>,
    id: MeetingId,
    commands: mpsc::UnboundedSender<Command>,
    mut inbox: mpsc::UnboundedReceiver<Command>,
) {
    let room = match open::open(&shared.store, id).await {
        Ok(room) => room,
        Err(error) => {
            tracing::error!(meeting.id = %id, error = &error as &dyn std::error::Error, "meeting does not open");
            shared.meetings().remove(&id);
            refuse_all(&mut inbox, &Arc::new(error));
            return;
        }
    };
    let mut meeting = Meeting {
        shared,
        id,
        room,
        commands,
        clients: HashMap::new(),
        submitted: HashMap::new(),
        next_ticket: 0,
        freezing: None,
        reading: Vec::new(),
        presence_count: 0,
    };
    loop {
        let command = match tokio::time::timeout(IDLE, inbox.recv()).await {
            Ok(Some(command)) => command,
            Ok(None) => return,
            Err(_idle) if meeting.leaves_memory(&inbox) => return meeting.save_snapshots().await,
            Err(_idle) => continue,
        };
        if let Next::Reload(code) = meeting.handle(command) {
            meeting.shared.meetings().remove(&id);
            meeting.close_all(code);
            return;
        }
    }
}

/// Nobody gets an answer that isn't true: everyone who waits is told it can't be opened.
fn refuse_all(inbox: &mut mpsc::UnboundedReceiver<Command>, error: &Arc<open::OpenMeetingError>) {
    inbox.close();
    while let Ok(command) = inbox.try_recv() {
        match command {
            Command::Join { outbound, .. } => drop(outbound.try_send(Outbound::Close(CloseCode::ServerFault))),
            Command::Submit { reply, .. } => drop(reply.send(Err(LiveError::Open(error.clone())))),
            Command::Read { reply } => drop(reply.send(Err(LiveError::Open(error.clone())))),
            Command::Freeze { reply } => drop(reply.send(Err(LiveError::Open(error.clone())))),
            Command::Recorders { reply, .. } => drop(reply.send(Err(LiveError::Open(error.clone())))),
            _ => {}
        }
    }
}

impl Meeting {
    fn handle(&mut self, command: Command) -> Next {
        let event = match command {
            Command::Join { peer, writer, client, outbound } => {
                self.clients.insert(peer, Client { name: client, outbound });
                Event::Joined { peer, writer }
            }
            Command::Leave { peer } => {
                self.clients.remove(&peer);
                Event::Left { peer }
            }
            Command::Sync { peer, document, data } => Event::Sync { peer, document, data },
            Command::Presence { peer, document, data } => Event::Presence { peer, document, data },
            Command::Unknown { peer, document } => {
                self.send(peer, |to| wire::unavailable(to, &document));
                return Next::GoOn;
            }
            Command::Submit { writer, document, changes, reply } => {
                self.next_ticket += 1;
                self.submitted.insert(self.next_ticket, reply);
                Event::Submit { ticket: self.next_ticket, writer, document, changes }
            }
            Command::Recorders { documents, reply } => {
                let found = documents.into_iter().flat_map(|document| self.room.recorders(document)).collect();
                let _ = reply.send(Ok(found));
                return Next::GoOn;
            }
            Command::Read { reply } => {
                self.reading.push(reply);
                self.answer_readers();
                return Next::GoOn;
            }
            Command::Freeze { reply } if self.freezing.is_some() => {
                let _ = reply.send(Err(LiveError::Busy));
                return Next::GoOn;
            }
            Command::Freeze { reply } if self.room.is_locked() => {
                let locked = Refusal::NotAllowed(minutes::access::Refusal::Locked);
                let _ = reply.send(Err(locked.into()));
                return Next::GoOn;
            }
            Command::Freeze { reply } => {
                self.freezing = Some(reply);
                Event::Freeze
            }
            Command::Thaw => {
                self.freezing = None;
                Event::Thaw
            }
            Command::Locked => {
                self.freezing = None;
                Event::Locked
            }
            Command::Standing { person, standing } => Event::Standing { person, standing },
            Command::Stored(Ok(())) => Event::Stored,
            Command::Stored(Err(AppendError::NotOpen)) => Event::StoreFoundLocked,
            Command::Stored(Err(error)) => {
                tracing::error!(meeting.id = %self.id, error = &error as &dyn std::error::Error, "changes not stored");
                return Next::Reload(CloseCode::StorageFailing);
            }
        };
        self.feed(event)
    }

    /// A panic in the CRDT library costs this meeting a reload, nothing else.
    fn feed(&mut self, event: Event) -> Next {
        let room = &mut self.room;
        let effects = match std::panic::catch_unwind(AssertUnwindSafe(|| room.handle(event))) {
            Ok(effects) => effects,
            Err(_) => {
                tracing::error!(meeting.id = %self.id, "the document library panicked; reloading the meeting");
                return Next::Reload(CloseCode::ServerFault);
            }
        };
        let mut next = Next::GoOn;
        for effect in effects {
            if self.perform(effect) == Next::Reload(CloseCode::ServerFault) {
                next = Next::Reload(CloseCode::ServerFault);
            }
        }
        self.answer_readers();
        next
    }

    fn perform(&mut self, effect: Effect) -> Next {
        match effect {
            Effect::Send { peer, document, data } => {
                self.send(peer, |to| wire::sync(to, document, &data));
            }
            Effect::Unavailable { peer, document } => {
                self.send(peer, |to| wire::unavailable(to, &wire::document_id_text(document)));
            }
            Effect::Relay { to, from, person, document, data } => self.relay(&to, from, person, document, &data),
            Effect::Roster { people } => self.notify_all(&Notice::Roster(&people)),
            Effect::Store { actors, changes } => self.store(actors, changes),
            Effect::Submitted { ticket, outcome } => {
                if let Some(reply) = self.submitted.remove(&ticket) {
                    let _ = reply.send(Ok(outcome));
                }
            }
            Effect::Refuse { peer, document, refusal } => {
                tracing::warn!(meeting.id = %self.id, refusal.code = refusal.code(), "change refused");
                let reason = refusal.to_string();
                self.notify(peer, &Notice::Refused { document, code: refusal.code(), reason: &reason });
                self.close(peer, CloseCode::Refused);
            }
            Effect::KeepAside { writer, document, changes } => self.keep_aside(writer, document, changes),
            Effect::Close { peer, reason } => self.close(
                peer,
                match reason {
                    CloseReason::NotAllowed => CloseCode::NotAllowed,
                    CloseReason::Locked => CloseCode::Locked,
                    CloseReason::TooMany => CloseCode::TooMany,
                },
            ),
            Effect::Standing { peer, role } => self.notify(peer, &Notice::Role(role)),
            Effect::Announce(what) => {
                let url = format!("/meetings/{}", self.id);
                self.notify_all(&match what {
                    Announcement::Locking => Notice::Locking,
                    Announcement::Unlocked => Notice::Unlocked,
                    Announcement::Locked => Notice::Locked { url: &url },
                });
            }
            Effect::Frozen { parts, stored } => {
                if let Some(reply) = self.freezing.take() {
                    let _ = reply.send(Ok((parts, stored)));
                    // Kept as a marker that the meeting is held.
                    self.freezing = Some(oneshot::channel().0);
                }
            }
            Effect::Reload => return Next::Reload(CloseCode::ServerFault),
        }
        Next::GoOn
    }

    fn answer_readers(&mut self) {
        if self.room.is_storing() {
            return;
        }
        for reply in self.reading.drain(..) {
            let parts = self.room.read().map_err(|source| {
                let document = DocumentId(Uuid::nil());
                let source = open::OpenMeetingError::Document { document, source: Box::new(source) };
                LiveError::Open(Arc::new(source))
            });
            let _ = reply.send(parts);
        }
    }

    fn store(&self, actors: Vec<NewActor>, changes: Vec<NewChange>) {
        let (shared, commands) = (self.shared.clone(), self.commands.clone());
        let now = shared.clock.now();
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
        let changes = changes
            .into_iter()
            .map(|change| store::changes::NewChange {
                document: change.document,
                hash: change.hash,
                actor: change.actor,
                actor_seq: i64::try_from(change.actor_seq).unwrap_or(i64::MAX),
                person: Some(change.person),
                session: Some(change.session),
                received_at: now,
                bytes: change.bytes,
            })
            .collect();
        tokio::spawn(async move {
            let outcome = shared.store.append(actors, changes).await;
            let _ = commands.send(Command::Stored(outcome));
        });
    }

    /// What somebody wrote that came too late is theirs and the chair's to see: nothing anyone wrote is lost.
    fn keep_aside(&self, writer: Writer, document: DocumentId, changes: Vec<Vec<u8>>) {
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
                            person_id: Some(writer.person),
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

    fn relay(&mut self, to: &[PeerId], from: PeerId, person: PersonId, document: DocumentId, data: &[u8]) {
        self.presence_count += 1;
        let (count, sender) = (self.presence_count, format!("peer-{}", from.0));
        for peer in to {
            self.send(*peer, |target| wire::presence(target, &sender, count, document, person, data));
        }
    }

    fn send(&mut self, peer: PeerId, frame: impl FnOnce(&str) -> Vec<u8>) {
        let Some(client) = self.clients.get(&peer) else { return };
        if client.outbound.try_send(Outbound::Frame(frame(&client.name.peer_id))).is_err() {
            // Too slow, or gone. Its own reconnect brings it everything in one message.
            self.clients.remove(&peer);
            let _ = self.commands.send(Command::Leave { peer });
        }
    }

    fn notify(&mut self, peer: PeerId, notice: &Notice<'_>) {
        if self.clients.get(&peer).is_some_and(|client| client.name.ours) {
            self.send(peer, |to| wire::notice(to, notice));
        }
    }

    fn notify_all(&mut self, notice: &Notice<'_>) {
        let peers: Vec<PeerId> = self.clients.keys().copied().collect();
        for peer in peers {
            self.notify(peer, notice);
        }
    }

    fn close(&mut self, peer: PeerId, code: CloseCode) {
        if let Some(client) = self.clients.remove(&peer) {
            let _ = client.outbound.try_send(Outbound::Close(code));
        }
    }

    fn close_all(&mut self, code: CloseCode) {
        for (_, client) in self.clients.drain() {
            let _ = client.outbound.try_send(Outbound::Close(code));
        }
    }

    /// Takes the meeting off the registry if nobody needs it. Under the registry's lock, so that nobody can be
    /// sending to a task that is about to end.
    fn leaves_memory(&self, inbox: &mpsc::UnboundedReceiver<Command>) -> bool {
        let mut meetings = self.shared.meetings();
        let unused = self.room.is_idle() && self.clients.is_empty() && self.freezing.is_none() && inbox.is_empty();
        if unused {
            meetings.remove(&self.id);
        }
        unused
    }

    /// A shortcut for the next opening. The changes stay stored, so one that fails costs nothing but time.
    async fn save_snapshots(self) {
        let snapshots = self.room.snapshots();
        let saved = self
            .shared
            .store
            .write(move |conn| {
                for (document, bytes, count) in snapshots {
                    store::documents::save_snapshot(conn, document, &bytes, count)?;
                }
                Ok::<(), store::StoreError>(())
            })
            .await;
        if let Err(error) = saved {
            tracing::warn!(meeting.id = %self.id, error = &error as &dyn std::error::Error, "snapshot not saved");
        }
    }
}
