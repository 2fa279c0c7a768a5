//! The task of one open meeting.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use minutes::access::Standing;
use minutes::change::{Refusal, Writer};
use minutes::document::Snapshot;
use minutes::ids::{DocumentId, MeetingId, PersonId, RowId};
use minutes::room::{Announcement, CloseReason, Effect, Event, LivePart, Material, PeerId, Room};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::limits::Share;
use super::open::{self, OpenMeetingError};
use super::outbox::Outbox;
use super::wire::{self, CloseCode, Notice};
use super::{ClientName, LiveError, Shared};
use crate::store::AppendError;

mod clients;
mod keeping;
mod parts;

use clients::Client;

/// How often, at most, it is reckoned how much memory the meeting takes.
const WEIGH_EVERY: Duration = Duration::from_secs(2);

/// The parts of a record as stored, and in which order their sections come.
pub(super) struct Answered {
    pub(super) parts: Vec<Material>,
    pub(super) section_order: Arc<[String]>,
}

/// Where the answer to a question goes.
type Reply<T> = oneshot::Sender<Result<T, LiveError>>;

pub(super) enum Command {
    Join {
        peer: PeerId,
        writer: Writer,
        client: ClientName,
        outbox: Outbox,
    },
    Leave {
        peer: PeerId,
    },
    Sync {
        peer: PeerId,
        document: DocumentId,
        data: Vec<u8>,
        _turn: OwnedSemaphorePermit,
    },
    Presence {
        peer: PeerId,
        document: DocumentId,
        data: Vec<u8>,
    },
    Unknown {
        peer: PeerId,
        document: String,
    },
    CaughtUp {
        peer: PeerId,
    },
    Submit {
        writer: Writer,
        document: DocumentId,
        changes: Vec<Vec<u8>>,
        reply: Reply<Result<(), Refusal>>,
    },
    Read {
        reply: Reply<Answered>,
    },
    Recorders {
        documents: Vec<DocumentId>,
        reply: Reply<Vec<(RowId, PersonId)>>,
    },
    Freeze {
        reply: Reply<Answered>,
    },
    Thaw,
    Locked,
    Standing {
        person: PersonId,
        standing: Standing,
    },
    /// Something about the closed sessions has changed in the store.
    PartsChanged,
    Parts(Result<Vec<LivePart>, OpenMeetingError>),
    /// Something that stands beside this document has changed: the pages of those who read it ask for it.
    Beside {
        document: DocumentId,
    },
    Stored(Result<(), AppendError>),
    Repaired {
        peer: PeerId,
        document: DocumentId,
        outcome: Result<Vec<Vec<u8>>, LiveError>,
    },
    TellRoster,
    Snapshots {
        taken: Vec<(DocumentId, Arc<Snapshot>)>,
        took: Duration,
    },
}

struct Meeting {
    shared: Arc<Shared>,
    id: MeetingId,
    room: Room,
    section_order: Arc<[String]>,
    commands: mpsc::UnboundedSender<Command>,
    clients: HashMap<PeerId, Client>,
    document_texts: HashMap<DocumentId, String>,
    submitted: HashMap<u64, Reply<Result<(), Refusal>>>,
    next_ticket: u64,
    freezing: Option<Reply<Answered>>,
    /// Held still since somebody is locking.
    frozen: bool,
    presence_count: u64,
    /// Who is here, to be told when nobody has come or gone for a moment.
    roster: Option<Vec<PersonId>>,
    keeping: keeping::Keeping,
    share: Share,
    weighed: Instant,
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
    // No span around it: what a subscriber keeps for one stays for ever, and a morning has thousands of meetings.
    tokio::spawn(run(shared, id, commands.clone(), inbox));
    commands
}

async fn run(
    shared: Arc<Shared>,
    id: MeetingId,
    commands: mpsc::UnboundedSender<Command>,
    mut inbox: mpsc::UnboundedReceiver<Command>,
) {
    let opened = {
        let _turn = shared.openings.acquire().await;
        let started = Instant::now();
        let opened = open::open(&shared.store, id).await;
        shared.metrics.open_seconds.observe(started.elapsed().as_secs_f64());
        tracing::debug!(meeting.id = %id, duration_us = started.elapsed().as_micros(), "meeting opened");
        opened
    };
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => {
            tracing::error!(meeting.id = %id, error = &error as &dyn std::error::Error, "meeting does not open");
            forget(&shared, id);
            return refuse_all(&mut inbox, &Arc::new(error));
        }
    };
    let share = shared.admission.share();
    let idle = shared.limits.idle;
    let mut meeting = Meeting {
        shared,
        id,
        room: opened.room,
        section_order: opened.section_order,
        commands,
        clients: HashMap::new(),
        document_texts: HashMap::new(),
        submitted: HashMap::new(),
        next_ticket: 0,
        freezing: None,
        frozen: false,
        presence_count: 0,
        roster: None,
        keeping: keeping::Keeping::default(),
        share,
        weighed: Instant::now(),
    };
    meeting.weigh();
    loop {
        let patience = meeting.keeping.patience().unwrap_or(idle).min(idle);
        let command = match tokio::time::timeout(patience, inbox.recv()).await {
            Ok(Some(command)) => command,
            Ok(None) => return,
            Err(_idle) if meeting.leaves_memory(&inbox) => return meeting.save_snapshots().await,
            Err(_idle) => {
                meeting.weigh();
                meeting.tell_if_late();
                continue;
            }
        };
        let (from, started) = (command.from(), Instant::now());
        let next = meeting.handle(command);
        if let Some(peer) = from {
            meeting.charge(peer, started);
        }
        if let Next::Reload(code) = next {
            meeting.shared.metrics.reloads.inc();
            forget(&meeting.shared, id);
            meeting.close_all(code);
            return;
        }
        if meeting.weighed.elapsed() >= WEIGH_EVERY {
            meeting.weigh();
            meeting.tell_if_late();
        }
    }
}

fn forget(shared: &Shared, id: MeetingId) {
    let mut meetings = shared.meetings();
    meetings.remove(&id);
    super::give_back(&mut meetings);
    shared.metrics.open_meetings.set(i64::try_from(meetings.len()).unwrap_or(i64::MAX));
}

/// Nobody gets an answer that isn't true: everyone who waits is told it can't be opened.
fn refuse_all(inbox: &mut mpsc::UnboundedReceiver<Command>, error: &Arc<OpenMeetingError>) {
    inbox.close();
    while let Ok(command) = inbox.try_recv() {
        match command {
            Command::Join { outbox, .. } => outbox.close(CloseCode::ServerFault, None),
            Command::Submit { reply, .. } => drop(reply.send(Err(LiveError::Open(error.clone())))),
            Command::Read { reply } | Command::Freeze { reply } => {
                drop(reply.send(Err(LiveError::Open(error.clone()))));
            }
            Command::Recorders { reply, .. } => drop(reply.send(Err(LiveError::Open(error.clone())))),
            _ => {}
        }
    }
}

impl Command {
    /// Whose message it is, if it is one.
    const fn from(&self) -> Option<PeerId> {
        match self {
            Self::Sync { peer, .. } | Self::Presence { peer, .. } | Self::Unknown { peer, .. } => Some(*peer),
            _ => None,
        }
    }
}

impl Meeting {
    fn handle(&mut self, command: Command) -> Next {
        let event = match command {
            Command::Join { peer, writer, client, outbox } => {
                tracing::debug!(meeting.id = %self.id, peer = peer.0, client.ours = client.ours, "joined");
                self.shared.metrics.connections.inc();
                self.clients.insert(peer, Client::new(client, outbox));
                if self.keeping.is_failing() {
                    self.notify(peer, &Notice::Storage { ok: false });
                }
                Event::Joined { peer, writer }
            }
            Command::Leave { peer } => {
                tracing::debug!(meeting.id = %self.id, peer = peer.0, "left");
                self.forget_client(peer);
                Event::Left { peer }
            }
            Command::Sync { peer, document, data, _turn } => {
                self.keeping.something_came();
                Event::Sync { peer, document, data }
            }
            Command::Presence { peer, document, data } => Event::Presence { peer, document, data },
            Command::CaughtUp { peer } => return self.catch_up(peer),
            Command::Repaired { peer, document, outcome: Ok(changes) } => Event::Repaired { peer, document, changes },
            Command::Submit { writer, document, changes, reply } => {
                self.next_ticket += 1;
                self.submitted.insert(self.next_ticket, reply);
                Event::Submit { ticket: self.next_ticket, writer, document, changes }
            }
            Command::Freeze { reply } => match self.may_freeze() {
                Ok(()) => {
                    (self.freezing, self.frozen) = (Some(reply), true);
                    Event::Freeze
                }
                Err(error) => {
                    let _ = reply.send(Err(error));
                    return Next::GoOn;
                }
            },
            Command::Thaw => {
                (self.freezing, self.frozen) = (None, false);
                Event::Thaw
            }
            Command::Locked => {
                (self.freezing, self.frozen) = (None, false);
                Event::Locked
            }
            Command::Standing { person, standing } => Event::Standing { person, standing },
            Command::Parts(parts) => return self.take_parts(parts),
            Command::Stored(outcome) => return self.stored(outcome),
            Command::Snapshots { taken, took } => return self.snapshots_taken(taken, took),
            other => {
                self.answer(other);
                return Next::GoOn;
            }
        };
        self.feed(event)
    }

    /// What needs no decision of the room.
    fn answer(&mut self, command: Command) {
        match command {
            Command::Unknown { peer, document } => {
                self.send(peer, |to| wire::unavailable(to, &document));
            }
            Command::PartsChanged => self.fetch_parts(),
            Command::Beside { document } => self.tell_readers(document),
            Command::Recorders { documents, reply } => {
                let found = documents.into_iter().flat_map(|document| self.room.recorders(document)).collect();
                let _ = reply.send(Ok(found));
            }
            Command::TellRoster => {
                if let Some(people) = self.roster.take() {
                    self.notify_all(&Notice::Roster(&people));
                }
            }
            Command::Read { reply } => {
                let _ = reply.send(Ok(self.as_stored(self.room.materials())));
            }
            Command::Repaired { peer, outcome: Err(error), .. } => {
                tracing::error!(meeting.id = %self.id, error = &error as &dyn std::error::Error, "no repair");
                self.close(peer, CloseCode::ServerFault);
                let _ = self.commands.send(Command::Leave { peer });
            }
            _ => {}
        }
    }

    fn as_stored(&self, parts: Vec<Material>) -> Answered {
        Answered { parts, section_order: self.section_order.clone() }
    }

    fn may_freeze(&self) -> Result<(), LiveError> {
        if self.frozen {
            Err(LiveError::Busy)
        } else if self.room.is_locked() {
            Err(Refusal::NotAllowed(minutes::access::Refusal::Locked).into())
        } else if self.keeping.is_failing() {
            Err(LiveError::NotStoring)
        } else {
            Ok(())
        }
    }

    /// A panic in a library costs this meeting a reload, nothing else.
    fn feed(&mut self, event: Event) -> Next {
        let room = &mut self.room;
        let effects = match std::panic::catch_unwind(AssertUnwindSafe(|| room.handle(event))) {
            Ok(effects) => effects,
            Err(_) => {
                tracing::error!(meeting.id = %self.id, "a library panicked; reloading the meeting");
                return Next::Reload(CloseCode::ServerFault);
            }
        };
        let mut next = Next::GoOn;
        for effect in effects {
            if self.perform(effect) == Next::Reload(CloseCode::ServerFault) {
                next = Next::Reload(CloseCode::ServerFault);
            }
        }
        next
    }

    fn perform(&mut self, effect: Effect) -> Next {
        match effect {
            Effect::Send { to, document, since, data } => self.send_sync(&to, document, since, &data),
            Effect::Unavailable { peer, document } => {
                self.send(peer, |to| wire::unavailable(to, &wire::document_id_text(document)));
            }
            Effect::Relay { to, from, person, document, data } => self.relay(&to, from, person, document, &data),
            Effect::Roster { people } => self.tell_roster_soon(people),
            Effect::Store { actors, changes } => self.store(actors, changes),
            Effect::Repair { peer, material, message } => self.repair(peer, material, message),
            Effect::Submitted { ticket, outcome } => {
                if let Some(reply) = self.submitted.remove(&ticket) {
                    let _ = reply.send(Ok(outcome));
                }
            }
            Effect::Refuse { peer, document, refusal } => self.refuse(peer, document, &refusal),
            Effect::KeepAside { person, document, changes } => self.keep_aside(person, document, changes),
            Effect::Close { peer, reason } => self.close(
                peer,
                match reason {
                    CloseReason::NotAllowed => CloseCode::NotAllowed,
                    CloseReason::Locked => CloseCode::Locked,
                    CloseReason::TooMany => CloseCode::TooMany,
                    CloseReason::NotStoring => CloseCode::StorageFailing,
                    CloseReason::PartsChanged => CloseCode::PartsChanged,
                },
            ),
            Effect::PartsChanged { peer } => self.notify(peer, &Notice::Beside),
            Effect::Standing { peer, role } => self.notify(peer, &Notice::Role(role)),
            Effect::Announce(what) => {
                let url = format!("/meetings/{}", self.id);
                self.notify_all(&match what {
                    Announcement::Locking => Notice::Locking,
                    Announcement::Unlocked => Notice::Unlocked,
                    Announcement::Locked => Notice::Locked { url: &url },
                });
            }
            Effect::Frozen { parts } => {
                if let Some(reply) = self.freezing.take() {
                    let _ = reply.send(Ok(self.as_stored(parts)));
                }
            }
            Effect::Reload => return Next::Reload(CloseCode::ServerFault),
        }
        Next::GoOn
    }

    fn refuse(&mut self, peer: PeerId, document: DocumentId, refusal: &Refusal) {
        tracing::warn!(meeting.id = %self.id, refusal.code = refusal.code(), "change refused");
        self.shared.metrics.refusals.with_label_values(&[refusal.code()]).inc();
        let reason = refusal.to_string();
        let last_words = self.clients.get(&peer).filter(|client| client.name.ours).map(|client| {
            let notice = Notice::Refused { document, code: refusal.code(), reason: &reason };
            wire::notice(&client.name.peer_id, &notice)
        });
        self.close_with(peer, CloseCode::Refused, last_words);
    }

    /// Takes the meeting off the registry if nobody needs it. Under the registry's lock, so that nobody can be
    /// sending to a task that is about to end.
    fn leaves_memory(&self, inbox: &mpsc::UnboundedReceiver<Command>) -> bool {
        let mut meetings = self.shared.meetings();
        let unused = self.room.is_idle()
            && self.clients.is_empty()
            && !self.frozen
            && !self.keeping.is_taking_snapshots()
            && inbox.is_empty();
        if unused {
            tracing::debug!(meeting.id = %self.id, "meeting leaves memory");
            meetings.remove(&self.id);
            super::give_back(&mut meetings);
            self.shared.metrics.open_meetings.set(i64::try_from(meetings.len()).unwrap_or(i64::MAX));
        }
        unused
    }
}
