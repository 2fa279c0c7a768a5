//! The group-commit writer: one thread, one connection, one commit for everybody who is waiting.
//!
//! A commit costs a flush to disk whatever it holds; while one is under way the next requests gather, so that a busy
//! server commits more at a time rather than more often. Who is refused alone is told so; the others don't notice.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use diesel::r2d2::R2D2Connection;
use minutes::room::NewChanges;
use thiserror::Error;
use tokio::sync::watch;

use super::actors::NewActor;
use super::changes::{self, Batch, Verdict};
use super::connection::Connector;
use super::{Connection, StoreError, WriteTurn, portable};

/// A transaction takes no further request once it has this many changes.
const CHANGES_PER_COMMIT: usize = 5000;

/// So many meetings in one commit, and the next waits a moment for more: each meeting then has more to tell its people
/// at a time, which is what costs a busy server most.
const BUSY: usize = 12;
const GATHER: Duration = Duration::from_millis(8);

/// What one caller wants stored, all of it or nothing.
#[derive(Debug, Clone)]
pub struct Append {
    pub actors: Vec<NewActor>,
    pub changes: Vec<NewChanges>,
    pub received_at: i64,
}

#[derive(Debug, Error)]
pub enum AppendError {
    #[error("the meeting is not open")]
    NotOpen,
    /// Somebody else has written to the document since its log was read.
    #[error("the changes do not follow on what is stored")]
    Outrun,
    /// Whether the changes are stored is not known. The same request may be made again: if they are, it says so.
    #[error("the changes could not be stored")]
    Failed(#[source] Failure),
}

/// What kept changes from being stored.
#[derive(Debug, Error)]
pub enum Failure {
    #[error("the database can't be reached")]
    Connect(#[source] diesel::ConnectionError),
    #[error("the database refused")]
    Store(#[source] StoreError),
    /// Another request's failure took the connection with it.
    #[error("the connection to the database was lost")]
    ConnectionLost,
    #[error("the thread that stores changes has stopped")]
    WriterGone,
}

/// How commits have gone, for whoever counts them.
#[derive(Debug, Clone, Copy)]
pub struct Commit {
    pub took: Duration,
    pub requests: usize,
    pub changes: usize,
    pub failed: bool,
}

type Done = Box<dyn FnOnce(Result<(), AppendError>) + Send>;

/// A commit takes milliseconds. After so long something is wrong, even if the database has not said so.
pub const LATE: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub(super) struct Writer {
    requests: mpsc::Sender<Request>,
    failed: watch::Receiver<bool>,
    under_way: UnderWay,
}

/// When the commit began that has not come to an end.
type UnderWay = Arc<Mutex<Option<Instant>>>;

struct Request {
    new: Append,
    done: Done,
}

impl Writer {
    /// Starts the thread; it ends when the last clone of the writer is gone and everything is stored.
    pub(super) fn start(
        connector: Connector,
        turn: WriteTurn,
        observe: Box<dyn Fn(Commit) + Send>,
    ) -> std::io::Result<Self> {
        let (requests, waiting) = mpsc::channel();
        let (fails, failed) = watch::channel(false);
        let under_way = UnderWay::default();
        let thread =
            WriterThread { connector, turn, conn: None, waiting, fails, under_way: under_way.clone(), observe };
        std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || thread.run())?;
        Ok(Self { requests, failed, under_way })
    }

    /// Requests queue without a bound of their own: a meeting has one under way at a time, and gathers within bounds.
    pub(super) fn append(&self, new: Append, done: Done) {
        if let Err(mpsc::SendError(request)) = self.requests.send(Request { new, done }) {
            (request.done)(Err(AppendError::Failed(Failure::WriterGone)));
        }
    }

    /// Whether the last commit failed, or one is under way and does not come to an end.
    pub(super) fn is_failing(&self) -> bool {
        let since = *self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        *self.failed.borrow() || since.is_some_and(|since| since.elapsed() > LATE)
    }
}

struct WriterThread {
    connector: Connector,
    turn: WriteTurn,
    /// None before the first request, and after the database was lost.
    conn: Option<Connection>,
    waiting: mpsc::Receiver<Request>,
    fails: watch::Sender<bool>,
    under_way: UnderWay,
    observe: Box<dyn Fn(Commit) + Send>,
}

impl WriterThread {
    fn run(mut self) {
        let mut busy = false;
        while let Ok(first) = self.waiting.recv() {
            let started = Instant::now();
            let until = if busy { started + GATHER } else { started };
            let mut changes = first.count();
            let mut requests = vec![first];
            while changes < CHANGES_PER_COMMIT
                && let Ok(next) = self.waiting.recv_timeout(until.saturating_duration_since(Instant::now()))
            {
                changes += next.count();
                requests.push(next);
            }
            busy = requests.len() >= BUSY;
            let batches: Vec<Batch<'_>> = requests.iter().map(Request::batch).collect();
            self.set_under_way(Some(Instant::now()));
            let outcomes = self.commit(&batches);
            self.set_under_way(None);
            let failed = outcomes.iter().any(|outcome| matches!(outcome, Err(AppendError::Failed(_))));
            self.fails.send_if_modified(|before| std::mem::replace(before, failed) != failed);
            (self.observe)(Commit { took: started.elapsed(), requests: requests.len(), changes, failed });
            for (request, outcome) in requests.into_iter().zip(outcomes) {
                (request.done)(outcome);
            }
        }
    }

    fn set_under_way(&self, since: Option<Instant>) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    /// One outcome per batch.
    fn commit(&mut self, batches: &[Batch<'_>]) -> Vec<Result<(), AppendError>> {
        match self.try_commit(batches) {
            Ok(verdicts) => verdicts.into_iter().map(outcome).collect(),
            Err(failure) if batches.len() == 1 => vec![self.stored_before_or(batches[0], failure)],
            // One of them failed all; without a connection they would only fail one after the other.
            Err(_) if self.conn.is_some() => batches.iter().flat_map(|batch| self.commit(&[*batch])).collect(),
            Err(_) => batches.iter().map(|_| Err(AppendError::Failed(Failure::ConnectionLost))).collect(),
        }
    }

    fn try_commit(&mut self, batches: &[Batch<'_>]) -> Result<Vec<Verdict>, Failure> {
        self.transact(|conn| changes::append_batches(conn, batches))
    }

    /// The log has something where the changes were to go: these very changes, or somebody else's.
    fn stored_before_or(&mut self, batch: Batch<'_>, failure: Failure) -> Result<(), AppendError> {
        match failure {
            Failure::Store(error) if error.is_duplicate() => {
                match self.transact(|conn| changes::are_stored(conn, batch)) {
                    Ok(true) => Ok(()),
                    Ok(false) => Err(AppendError::Outrun),
                    Err(failure) => Err(AppendError::Failed(failure)),
                }
            }
            other => Err(AppendError::Failed(other)),
        }
    }

    fn transact<T>(&mut self, work: impl FnOnce(&mut Connection) -> Result<T, StoreError>) -> Result<T, Failure> {
        let _mine = self.turn.take();
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.connector.establish().map_err(Failure::Connect)?,
        };
        let committed = portable::write_transaction(&mut conn, work);
        // A connection that can't go on is not kept: the next request begins with a new one.
        if committed.is_ok() || (!conn.is_broken() && conn.ping().is_ok()) {
            self.conn = Some(conn);
        }
        committed.map_err(Failure::Store)
    }
}

impl Request {
    fn batch(&self) -> Batch<'_> {
        Batch { actors: &self.new.actors, changes: &self.new.changes, received_at: self.new.received_at }
    }

    fn count(&self) -> usize {
        self.new.changes.iter().map(|new| new.changes.len()).sum()
    }
}

const fn outcome(verdict: Verdict) -> Result<(), AppendError> {
    match verdict {
        Verdict::Stored => Ok(()),
        Verdict::NotOpen => Err(AppendError::NotOpen),
    }
}
