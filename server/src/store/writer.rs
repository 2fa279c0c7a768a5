//! The group-commit writer: one thread, one connection, one commit for everybody who is waiting.
//!
//! A commit costs a flush to disk whatever it holds; while one is under way the next requests gather, so that a busy
//! server commits more at a time rather than more often. Who is refused alone is told so; the others don't notice.

use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use diesel::r2d2::R2D2Connection;

use super::actors::NewActor;
use super::changes::{self, Batch, NewChange, Verdict};
use super::connection::Connector;
use super::{Connection, StoreError, WriteTurn, portable};

/// How many requests may wait before the next has to wait for a place.
const WAITING: usize = 1024;
/// A transaction takes no further request once it has this many changes.
const CHANGES_PER_COMMIT: usize = 5000;

#[derive(Debug, Error)]
pub enum AppendError {
    #[error("the meeting is not open")]
    NotOpen,
    #[error("stored before, or under another session's actor")]
    Conflict,
    /// Whether the changes are stored is not known; read again before trying again.
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

#[derive(Clone)]
pub(super) struct Writer {
    requests: mpsc::Sender<Request>,
}

struct Request {
    actors: Vec<NewActor>,
    changes: Vec<NewChange>,
    answer: oneshot::Sender<Result<(), AppendError>>,
}

impl Writer {
    /// Starts the thread; it ends when the last clone of the writer is gone and everything is stored.
    pub(super) fn start(connector: Connector, turn: WriteTurn) -> std::io::Result<Self> {
        let (requests, waiting) = mpsc::channel(WAITING);
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || WriterThread { connector, turn, conn: None, waiting }.run())?;
        Ok(Self { requests })
    }

    pub(super) async fn append(&self, actors: Vec<NewActor>, changes: Vec<NewChange>) -> Result<(), AppendError> {
        let gone = || AppendError::Failed(Failure::WriterGone);
        let (answer, answered) = oneshot::channel();
        self.requests.send(Request { actors, changes, answer }).await.map_err(|_| gone())?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}

struct WriterThread {
    connector: Connector,
    turn: WriteTurn,
    /// None before the first request, and after the database was lost.
    conn: Option<Connection>,
    waiting: mpsc::Receiver<Request>,
}

impl WriterThread {
    fn run(mut self) {
        while let Some(first) = self.waiting.blocking_recv() {
            let mut requests = vec![first];
            let mut changes = requests[0].changes.len();
            while changes < CHANGES_PER_COMMIT
                && let Ok(next) = self.waiting.try_recv()
            {
                changes += next.changes.len();
                requests.push(next);
            }
            let batches: Vec<Batch<'_>> = requests.iter().map(Request::batch).collect();
            let outcomes = self.commit(&batches);
            for (request, outcome) in requests.into_iter().zip(outcomes) {
                // Whoever asked may have gone meanwhile; what is stored is stored.
                let _ = request.answer.send(outcome);
            }
        }
    }

    /// One outcome per batch.
    fn commit(&mut self, batches: &[Batch<'_>]) -> Vec<Result<(), AppendError>> {
        match self.try_commit(batches) {
            Ok(verdicts) => verdicts.into_iter().map(outcome).collect(),
            Err(failure) if batches.len() == 1 => vec![Err(refusal_or(failure))],
            // One of them failed all; without a connection they would only fail one after the other.
            Err(_) if self.conn.is_some() => batches.iter().flat_map(|batch| self.commit(&[*batch])).collect(),
            Err(_) => batches.iter().map(|_| Err(AppendError::Failed(Failure::ConnectionLost))).collect(),
        }
    }

    fn try_commit(&mut self, batches: &[Batch<'_>]) -> Result<Vec<Verdict>, Failure> {
        let _mine = self.turn.take();
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.connector.establish().map_err(Failure::Connect)?,
        };
        let committed = portable::write_transaction(&mut conn, |conn| changes::append_batches(conn, batches));
        // A connection that can't go on is not kept: the next request begins with a new one.
        if committed.is_ok() || (!conn.is_broken() && conn.ping().is_ok()) {
            self.conn = Some(conn);
        }
        committed.map_err(Failure::Store)
    }
}

impl Request {
    fn batch(&self) -> Batch<'_> {
        Batch { actors: &self.actors, changes: &self.changes }
    }
}

const fn outcome(verdict: Verdict) -> Result<(), AppendError> {
    match verdict {
        Verdict::Stored => Ok(()),
        Verdict::NotOpen => Err(AppendError::NotOpen),
        Verdict::Conflict => Err(AppendError::Conflict),
    }
}

/// Another node may have stored the same after we looked: then the tables' unique keys refuse.
fn refusal_or(failure: Failure) -> AppendError {
    match failure {
        Failure::Store(error) if error.is_duplicate() => AppendError::Conflict,
        other => AppendError::Failed(other),
    }
}
