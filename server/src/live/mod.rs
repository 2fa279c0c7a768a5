//! Open meetings. One task per meeting owns its [`Room`](minutes::room::Room), feeds it events and performs its
//! effects. Documents are made elsewhere ([`workshop`]), when somebody reads one.

mod limits;
mod meeting;
mod open;
mod outbox;
mod sessions;
pub mod watch;
pub mod wire;
mod workshop;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minutes::access::Standing;
use minutes::change::{Refusal, Writer};
use minutes::document::DocumentError;
use minutes::ids::{DocumentId, MeetingId, PersonId, RowId, SessionId};
use minutes::record::{PartRecord, Role};
use minutes::room::PeerId;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::store::Store;
use limits::Admission;
pub use limits::{Limits, Seat};
use meeting::{Answered, Command};
pub use open::OpenMeetingError;
pub use outbox::{Closing, Inbox, Taken};
pub use sessions::SessionWatch;
use sessions::Sessions;
use workshop::Workshop;

/// How many messages of one connection may wait for the meeting to look at them; more wait in the network.
const MESSAGES_AHEAD: usize = 128;
/// How many meetings are opened at a time when everybody comes back at once.
const OPENINGS: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    #[error("the meeting can't be opened")]
    Open(#[source] Arc<OpenMeetingError>),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the meeting is being locked by somebody else")]
    Busy,
    #[error("nothing can be stored just now")]
    NotStoring,
    /// So much is open that one more would endanger the rest.
    #[error("the server is full")]
    Full,
    #[error("too many connections of one person")]
    TooManyConnections,
    #[error("the meeting was closed while it was asked")]
    Gone,
    #[error("document {document} can't be read")]
    Unreadable {
        document: DocumentId,
        #[source]
        source: Box<DocumentError>,
    },
    #[error("the document library failed")]
    LibraryFailed,
}

/// The registry of open meetings.
#[derive(Clone)]
pub struct Live {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    clock: Clock,
    metrics: Metrics,
    limits: Limits,
    meetings: Mutex<HashMap<MeetingId, mpsc::UnboundedSender<Command>>>,
    admission: Admission,
    next_peer: AtomicU64,
    sessions: Sessions,
    openings: Semaphore,
    workshop: Workshop,
}

impl Shared {
    fn meetings(&self) -> MutexGuard<'_, HashMap<MeetingId, mpsc::UnboundedSender<Command>>> {
        self.meetings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection to one meeting, as the socket sees it.
pub struct Connection {
    meeting: mpsc::UnboundedSender<Command>,
    peer: PeerId,
    /// What the client calls itself.
    name: String,
    /// One for each message that may still be sent ahead.
    ahead: Arc<Semaphore>,
    pub inbox: Inbox,
    /// Held as long as the connection lasts.
    _seat: Seat,
}

impl Live {
    pub fn new(store: Store, clock: Clock, metrics: Metrics, limits: Limits) -> Self {
        let admission = Admission::new(limits);
        let shared = Shared {
            store,
            clock,
            metrics,
            limits,
            meetings: Mutex::default(),
            admission,
            next_peer: AtomicU64::new(1),
            sessions: Sessions::default(),
            openings: Semaphore::new(OPENINGS),
            workshop: Workshop::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// A place for one more connection of somebody at a meeting, to be asked for before the socket is opened.
    pub fn admit(&self, meeting: MeetingId, person: PersonId) -> Result<Seat, LiveError> {
        let is_open = self.shared.meetings().contains_key(&meeting);
        self.shared.admission.admit(person, is_open).inspect_err(|_| self.shared.metrics.turned_away.inc())
    }

    /// Joins a meeting as `writer`, whatever the client calls itself.
    pub fn connect(
        &self,
        meeting: MeetingId,
        writer: Writer,
        client: ClientName,
        seat: Seat,
    ) -> Result<Connection, LiveError> {
        let peer = PeerId(self.shared.next_peer.fetch_add(1, Ordering::Relaxed));
        let (outbox, inbox) = outbox::outbox();
        let name = client.peer_id.clone();
        let meeting = self.send(meeting, Command::Join { peer, writer, client, outbox })?;
        let ahead = Arc::new(Semaphore::new(MESSAGES_AHEAD));
        Ok(Connection { meeting, peer, name, ahead, inbox, _seat: seat })
    }

    /// Puts changes made by the server on somebody's behalf through the gate and waits until they are stored.
    pub async fn submit(
        &self,
        meeting: MeetingId,
        writer: Writer,
        document: DocumentId,
        changes: Vec<Vec<u8>>,
    ) -> Result<(), LiveError> {
        Ok(self.ask(meeting, |reply| Command::Submit { writer, document, changes, reply }).await??)
    }

    /// What the record holds, stored changes alone.
    pub async fn read(&self, meeting: MeetingId) -> Result<Vec<PartRecord>, LiveError> {
        let Answered { parts, section_order } = self.ask(meeting, |reply| Command::Read { reply }).await?;
        self.shared.workshop.read(parts, section_order).await
    }

    /// Who put in the rows of these documents that are not their own statements.
    pub async fn recorders(
        &self,
        meeting: MeetingId,
        documents: Vec<DocumentId>,
    ) -> Result<Vec<(RowId, PersonId)>, LiveError> {
        self.ask(meeting, |reply| Command::Recorders { documents, reply }).await
    }

    /// Stops the meeting for locking. Until [`Frozen`] is resolved or dropped, whatever arrives waits.
    pub async fn freeze(&self, meeting: MeetingId) -> Result<Frozen, LiveError> {
        let Answered { parts, section_order } = self.ask(meeting, |reply| Command::Freeze { reply }).await?;
        let stored = parts.iter().map(|part| (part.document, i64::try_from(part.count).unwrap_or(i64::MAX))).collect();
        let mut frozen = Frozen { live: self.clone(), meeting, parts: Vec::new(), stored, locked: false };
        frozen.parts = self.shared.workshop.read(parts, section_order).await?;
        Ok(frozen)
    }

    /// Somebody's seat was changed or taken away.
    pub fn change_standing(&self, meeting: MeetingId, person: PersonId, standing: Standing) {
        if let Some(task) = self.shared.meetings().get(&meeting) {
            let _ = task.send(Command::Standing { person, standing });
        }
    }

    /// A closed session was opened or ended, or somebody was let in or out.
    pub fn parts_changed(&self, meeting: MeetingId) {
        if let Some(task) = self.shared.meetings().get(&meeting) {
            let _ = task.send(Command::PartsChanged);
        }
    }

    /// Something that stands beside a document has changed: the pages of those who read it are told to ask for it.
    pub fn changed_beside(&self, meeting: MeetingId, document: DocumentId) {
        if let Some(task) = self.shared.meetings().get(&meeting) {
            let _ = task.send(Command::Beside { document });
        }
    }

    /// Somebody was given a seat after the meeting was made: a meeting that is not open is opened for it.
    pub fn seat(&self, meeting: MeetingId, person: PersonId, role: Role) {
        // If nobody takes it, the next opening gives them their row.
        let _ = self.send(meeting, Command::Standing { person, standing: Standing::Seated(role) });
    }

    /// Closes every socket of a session that ended.
    pub fn end_session(&self, session: SessionId) {
        self.shared.sessions.end(session);
    }

    /// For a socket to learn of the end of its session.
    pub fn watch_session(&self, session: SessionId) -> SessionWatch {
        self.shared.sessions.watch(session)
    }

    /// Whether changes can't be stored just now.
    pub fn is_storage_failing(&self) -> bool {
        self.shared.store.is_failing()
    }

    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// Sends to the meeting's task, starting one if there is none.
    fn send(&self, meeting: MeetingId, command: Command) -> Result<mpsc::UnboundedSender<Command>, LiveError> {
        let mut meetings = self.shared.meetings();
        let command = match meetings.get(&meeting) {
            Some(task) => match task.send(command) {
                Ok(()) => return Ok(task.clone()),
                // The task has ended meanwhile; the command came back.
                Err(mpsc::error::SendError(command)) => command,
            },
            None => command,
        };
        let task = meeting::start(self.shared.clone(), meeting);
        task.send(command).map_err(|_| LiveError::Gone)?;
        meetings.insert(meeting, task.clone());
        self.shared.metrics.open_meetings.set(i64::try_from(meetings.len()).unwrap_or(i64::MAX));
        Ok(task)
    }

    async fn ask<T>(
        &self,
        meeting: MeetingId,
        command: impl FnOnce(oneshot::Sender<Result<T, LiveError>>) -> Command,
    ) -> Result<T, LiveError> {
        let (reply, answer) = oneshot::channel();
        self.send(meeting, command(reply))?;
        answer.await.map_err(|_| LiveError::Gone)?
    }
}

/// What a client calls itself, and whether it is ours: used for addressing its frames, never to believe it.
#[derive(Debug, Clone)]
pub struct ClientName {
    pub peer_id: String,
    pub ours: bool,
}

impl Connection {
    /// Waits while too many of its messages lie unread.
    pub async fn sync(&self, document: DocumentId, data: Vec<u8>) {
        let Ok(turn) = self.ahead.clone().acquire_owned().await else { return };
        let _ = self.meeting.send(Command::Sync { peer: self.peer, document, data, _turn: turn });
    }

    /// A document id that is none of ours: answered like one that may not be read.
    pub fn unknown(&self, document: &str) {
        let _ = self.meeting.send(Command::Unknown { peer: self.peer, document: document.to_owned() });
    }

    /// Passed on if it is the client's own; what it merely echoes of others would be stamped with the wrong name.
    pub fn presence(&self, sender: &str, document: DocumentId, data: Vec<u8>) {
        if sender != self.name {
            return;
        }
        let _ = self.meeting.send(Command::Presence { peer: self.peer, document, data });
    }

    /// All that waited for it has been taken, after it was behind.
    pub fn caught_up(&self) {
        let _ = self.meeting.send(Command::CaughtUp { peer: self.peer });
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let _ = self.meeting.send(Command::Leave { peer: self.peer });
    }
}

/// A meeting held still while its chair locks it. Dropped without [`Frozen::locked`], the meeting goes on.
pub struct Frozen {
    live: Live,
    meeting: MeetingId,
    pub parts: Vec<PartRecord>,
    /// How many stored changes of each document that is. Another node may have stored more meanwhile.
    pub stored: BTreeMap<DocumentId, i64>,
    locked: bool,
}

impl Frozen {
    /// The lock is committed: tell everyone.
    pub fn locked(mut self) {
        self.locked = true;
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        let command = if self.locked { Command::Locked } else { Command::Thaw };
        let _ = self.live.send(self.meeting, command);
    }
}

/// A map that held a morning's thousands gives their room back when they have gone.
fn give_back<K: Eq + std::hash::Hash, V>(map: &mut HashMap<K, V>) {
    if map.capacity() > 64 && map.len() < map.capacity() / 8 {
        map.shrink_to(map.len() * 2);
    }
}
