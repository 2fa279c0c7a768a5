//! The database: SQLite, or PostgreSQL when a deployment grows. Diesel is named nowhere else.
//!
//! One module per noun with plain functions that take a [`Connection`] first; `Store` hands the connection out, for
//! reading ([`Store::read`]: one consistent snapshot) or for writing ([`Store::write`]: one transaction, all or nothing).
//! Changes to live records go through [`Store::append`], which commits everybody's together ([`writer`]).
//! What the two databases do differently stands in [`portable`]. There is no clock here: `now` is passed in.

pub mod actors;
pub mod agencies;
pub mod agenda_items;
pub mod attachments;
pub mod audit;
pub mod blind_rounds;
pub mod case_records;
pub mod changes;
mod checkpoints;
pub mod child_statuses;
pub mod children;
pub mod clock_notes;
pub mod closed_sessions;
mod columns;
pub mod communication_needs;
mod connection;
pub mod deadlines;
pub mod deliveries;
pub mod disclosures;
pub mod documents;
pub mod editions;
pub mod family_links;
pub mod filings;
pub mod health;
pub mod installation;
pub mod invitations;
pub mod late_contributions;
pub mod log_leaves;
pub mod meetings;
pub mod people;
pub mod plan_ends;
pub mod plan_evaluations;
mod portable;
pub mod private_requests;
pub mod read_backs;
pub mod records;
pub mod reminders;
pub mod reports;
pub mod revocations;
pub mod rooms;
mod schema;
pub mod series;
pub mod sessions;
pub mod sign_in_failures;
pub mod snapshots;
pub mod sync_tickets;
mod together;
pub mod writer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::r2d2;
use thiserror::Error;

use self::checkpoints::Checkpoints;
pub use self::connection::AnyConnection as Connection;
use self::connection::{Connector, Location};
use self::together::Redemptions;
use self::writer::Writer;
pub use self::writer::{Append, AppendError, Commit};

/// How long a request waits for a connection before it fails.
const CONNECTION_WAIT: Duration = Duration::from_secs(10);

const IDLE_CONNECTION: Duration = Duration::from_secs(30);

#[derive(Debug, Error)]
pub enum OpenError {
    #[error("the database URL must begin with sqlite: or postgres://")]
    UnknownScheme,
    #[error("a SQLite database needs a file, as in sqlite:/var/lib/accord/accord.db")]
    NoFile,
    #[error("the database can't be reached")]
    Connect(#[source] diesel::ConnectionError),
    #[error("no connection to the database within {} seconds", CONNECTION_WAIT.as_secs())]
    Pool(#[source] r2d2::PoolError),
    #[error("a migration failed")]
    Migrate(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("a thread of the store can't be started")]
    Writer(#[source] std::io::Error),
}

#[derive(Debug, Error)]
pub enum StoreError {
    #[error("no connection to the database within {} seconds", CONNECTION_WAIT.as_secs())]
    Pool(#[source] r2d2::PoolError),
    #[error("the database refused")]
    Query(#[from] diesel::result::Error),
    #[error("the meeting is not open")]
    MeetingNotOpen,
    #[error("what is stored can't be read")]
    Damaged,
    #[error("work on the database was cut short")]
    Interrupted,
}

impl StoreError {
    /// Whether a row with the same key is there already.
    pub const fn is_duplicate(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        matches!(self, Self::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

#[derive(Clone)]
pub struct Store {
    pool: r2d2::Pool<Connector>,
    turn: WriteTurn,
    writer: Writer,
    redemptions: Redemptions,
    _checkpoints: Option<Checkpoints>,
}

impl Store {
    /// Opens the database at a URL (`sqlite:PATH` or `postgres://…`) and runs the migrations it lacks.
    pub fn open(url: &str) -> Result<Self, OpenError> {
        Self::open_observed(url, |_| {})
    }

    /// The same; `observe` is told of each commit of changes.
    pub fn open_observed(url: &str, observe: impl Fn(Commit) + Send + 'static) -> Result<Self, OpenError> {
        let location = Location::parse(url)?;
        Self::migrate(url)?;
        let connector = Connector::new(location);
        let pool = r2d2::Pool::builder()
            .max_size(connector.pool_size())
            .min_idle(Some(1))
            // Each keeps pages of the database in memory.
            .idle_timeout(Some(IDLE_CONNECTION))
            .connection_timeout(CONNECTION_WAIT)
            .test_on_check_out(connector.may_lose_connections())
            .build(connector.clone())
            .map_err(OpenError::Pool)?;
        let turn = WriteTurn::new(&connector);
        let checkpoints = connector.has_one_writer().then(|| Checkpoints::start(connector.clone()));
        let checkpoints = checkpoints.transpose().map_err(OpenError::Writer)?;
        let writer = Writer::start(connector, turn.clone(), Box::new(observe)).map_err(OpenError::Writer)?;
        Ok(Self { pool, turn, writer, redemptions: Redemptions::default(), _checkpoints: checkpoints })
    }

    /// Runs the migrations the database lacks.
    pub fn migrate(url: &str) -> Result<(), OpenError> {
        let mut conn = Connector::new(Location::parse(url)?).establish().map_err(OpenError::Connect)?;
        portable::run_pending_migrations(&mut conn).map_err(OpenError::Migrate)
    }

    /// Undoes every migration: drops all there is.
    pub fn revert_migrations(url: &str) -> Result<(), OpenError> {
        let mut conn = Connector::new(Location::parse(url)?).establish().map_err(OpenError::Connect)?;
        portable::revert_all_migrations(&mut conn).map_err(OpenError::Migrate)
    }

    /// Reads from one consistent snapshot of the database.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let pool = self.pool.clone();
        blocking(move || {
            let mut conn = pool.get().map_err(StoreError::Pool)?;
            portable::read_transaction(&mut conn, work)
        })
        .await
    }

    /// Does some work in one transaction: all of it is kept when it returns `Ok`, nothing otherwise.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (pool, turn) = (self.pool.clone(), self.turn.clone());
        blocking(move || {
            let _mine = turn.take();
            let mut conn = pool.get().map_err(StoreError::Pool)?;
            portable::write_transaction(&mut conn, work)
        })
        .await
    }

    /// Stores accepted changes durably, together with whatever else is waiting, and calls `done` when they are on disk or
    /// can't be.
    pub fn append_then(&self, new: Append, done: impl FnOnce(Result<(), AppendError>) + Send + 'static) {
        self.writer.append(new, Box::new(done));
    }

    /// Stores accepted changes durably, together with whatever else is waiting. When it returns `Ok`, they are on disk.
    pub async fn append(&self, new: Append) -> Result<(), AppendError> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.append_then(new, |outcome| drop(answer.send(outcome)));
        answered.await.unwrap_or(Err(AppendError::Failed(writer::Failure::WriterGone)))
    }

    /// Whether changes can't be stored just now, as far as is known from those that were to be.
    pub fn is_failing(&self) -> bool {
        self.writer.is_failing()
    }
}

/// The one place where synchronous Diesel meets the asynchronous server.
async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_panicked| Err(StoreError::Interrupted.into()))
}

/// SQLite lets one writer in at a time and makes the others sleep and try again, the unlucky ones for long. Waiting
/// for one's turn here is fair, and costs no sleep.
#[derive(Clone)]
struct WriteTurn(Option<Arc<Mutex<()>>>);

impl WriteTurn {
    fn new(connector: &Connector) -> Self {
        Self(connector.has_one_writer().then(Arc::default))
    }

    fn take(&self) -> Option<MutexGuard<'_, ()>> {
        // A panic while writing rolled its transaction back: nothing is left half done.
        self.0.as_ref().map(|turn| turn.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
