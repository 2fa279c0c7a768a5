//! Open meetings. One task per meeting owns its [`Room`](minutes::room::Room), feeds it events and performs its
//! effects; nothing else holds a document.

mod meeting;
mod open;
mod sessions;
pub mod watch;
pub mod wire;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minutes::access::Standing;
use minutes::change::{Refusal, Writer};
use minutes::ids::{DocumentId, MeetingId, PersonId, RowId, SessionId};
use minutes::record::PartRecord;
use minutes::room::PeerId;
use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::store::Store;
use meeting::Command;
pub use meeting::Outbound;
pub use open::OpenMeetingError;
pub use sessions::SessionWatch;
use sessions::Sessions;

/// How many frames may wait for one slow client before its connection is closed; it catches up when it returns.
const OUTBOUND_FRAMES: usize = 512;

#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    #[error("the meeting can't be opened")]
    Open(#[source] Arc<OpenMeetingError>),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the meeting is being locked by somebody else")]
    Busy,
    #[error("the meeting was closed while it was asked")]
    Gone,
}

/// The registry of open meetings.
#[derive(Clone)]
pub struct Live {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    clock: Clock,
    meetings: Mutex<HashMap<MeetingId, mpsc::UnboundedSender<Command>>>,
    next_peer: AtomicU64,
    sessions: Sessions,
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
    pub outbound: mpsc::Receiver<Outbound>,
}

impl Live {
    pub fn new(store: Store, clock: Clock) -> Self {
        let meetings = Mutex::default();
        let sessions = Sessions::default();
        Self { shared: Arc::new(Shared { store, clock, meetings, next_peer: AtomicU64::new(1), sessions }) }
    }

    /// Joins a meeting as `writer`, whatever the client calls itself.
    pub async fn connect(
        &self,
        meeting: MeetingId,
        writer: Writer,
        client: ClientName,
    ) -> Result<Connection, LiveError> {
        let peer = PeerId(self.shared.next_peer.fetch_add(1, Ordering::Relaxed));
        let (outbound, inbox) = mpsc::channel(OUTBOUND_FRAMES);
        let meeting =
            self.send(meeting, || Command::Join { peer, writer, client: client.clone(), outbound: outbound.clone() })?;
        Ok(Connection { meeting, peer, name: client.peer_id, outbound: inbox })
    }

    /// Puts changes made by the server on somebody's behalf through the gate and waits until they are stored.
    pub async fn submit(
        &self,
        meeting: MeetingId,
        writer: Writer,
        document: DocumentId,
        changes: Vec<Vec<u8>>,
    ) -> Result<(), LiveError> {
        let outcome =
            self.ask(meeting, |reply| Command::Submit { writer, document, changes: changes.clone(), reply }).await??;
        Ok(outcome?)
    }

    /// What the record holds, committed changes alone.
    pub async fn read(&self, meeting: MeetingId) -> Result<Vec<PartRecord>, LiveError> {
        self.ask(meeting, |reply| Command::Read { reply }).await?
    }

    /// Who put in the rows of these documents that are not their own statements.
    pub async fn recorders(
        &self,
        meeting: MeetingId,
        documents: Vec<DocumentId>,
    ) -> Result<Vec<(RowId, PersonId)>, LiveError> {
        self.ask(meeting, |reply| Command::Recorders { documents: documents.clone(), reply }).await?
    }

    /// Stops the meeting for locking. Until [`Frozen`] is resolved or dropped, whatever arrives waits.
    pub async fn freeze(&self, meeting: MeetingId) -> Result<Frozen, LiveError> {
        let (parts, stored) = self.ask(meeting, |reply| Command::Freeze { reply }).await??;
        Ok(Frozen { live: self.clone(), meeting, parts, stored, locked: false })
    }

    /// Somebody's seat was changed or taken away.
    pub fn change_standing(&self, meeting: MeetingId, person: PersonId, standing: Standing) {
        if let Some(task) = self.shared.meetings().get(&meeting) {
            let _ = task.send(Command::Standing { person, standing });
        }
    }

    /// Closes every socket of a session that ended.
    pub fn end_session(&self, session: SessionId) {
        self.shared.sessions.end(session);
    }

    /// For a socket to learn of the end of its session.
    pub fn watch_session(&self, session: SessionId) -> SessionWatch {
        self.shared.sessions.watch(session)
    }

    pub fn open_meetings(&self) -> usize {
        self.shared.meetings().len()
    }

    /// Sends to the meeting's task, starting one if there is none.
    fn send(
        &self,
        meeting: MeetingId,
        command: impl Fn() -> Command,
    ) -> Result<mpsc::UnboundedSender<Command>, LiveError> {
        let mut meetings = self.shared.meetings();
        if let Some(task) = meetings.get(&meeting)
            && task.send(command()).is_ok()
        {
            return Ok(task.clone());
        }
        let task = meeting::start(self.shared.clone(), meeting);
        task.send(command()).map_err(|_| LiveError::Gone)?;
        meetings.insert(meeting, task.clone());
        Ok(task)
    }

    async fn ask<T>(
        &self,
        meeting: MeetingId,
        command: impl Fn(oneshot::Sender<T>) -> Command,
    ) -> Result<T, LiveError> {
        let (reply, answer) = oneshot::channel();
        let reply = Mutex::new(Some(reply));
        self.send(meeting, || {
            let taken = reply.lock().unwrap_or_else(PoisonError::into_inner).take();
            // A send that failed dropped the first one; the retry's answer then comes as `Gone`.
            command(taken.unwrap_or_else(|| oneshot::channel().0))
        })?;
        answer.await.map_err(|_| LiveError::Gone)
    }
}

/// What a client calls itself, and whether it is ours: used for addressing its frames, never to believe it.
#[derive(Debug, Clone)]
pub struct ClientName {
    pub peer_id: String,
    pub ours: bool,
}

impl Connection {
    pub fn sync(&self, document: DocumentId, data: Vec<u8>) {
        let _ = self.meeting.send(Command::Sync { peer: self.peer, document, data });
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
        let locked = self.locked;
        let _ = self.live.send(self.meeting, || if locked { Command::Locked } else { Command::Thaw });
    }
}
