//! What SQLite and PostgreSQL do differently: each difference once, in a named function, and nowhere else.

use std::collections::{BTreeSet, HashSet};
use std::error::Error;

use diesel::connection::{AnsiTransactionManager, Connection as _, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{ConnectionError, PgConnection, QueryResult, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::actors::ActorRow;
use super::case_records::CaseRecord;
use super::clock_notes::Tick;
use super::plan_evaluations::Evaluation;
use super::reminders::Claim;
use super::schema::{
    actors, case_records, clock_ticks, installation, meetings, plan_evaluations, reminders, series_meetings, snapshots,
};
use super::series::MemberRow;
use super::snapshots::SnapshotRow;
use super::{Connection, StoreError};
use minutes::ids::MeetingId;

type BoxError = Box<dyn Error + Send + Sync>;

const SQLITE_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/sqlite");
const POSTGRES_MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/postgres");

/// Any number will do, as long as every node asks for the same one.
const MIGRATION_LOCK: i64 = 0x00ac_c04d;

pub(super) fn establish_sqlite(path: &str) -> Result<SqliteConnection, ConnectionError> {
    let mut conn = SqliteConnection::establish(path)?;
    // busy_timeout first: turning WAL on needs the file to itself. FULL, since an acknowledged change must outlive a
    // power cut. The cache, in KiB, is each connection's own. All but WAL hold for this connection only.
    conn.batch_execute(
        "PRAGMA busy_timeout = 10000;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -256;
         PRAGMA wal_autocheckpoint = 20000;",
    )
    .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Folds what can be folded without making anybody wait; gives the connection back if it can go on. A commit does it
/// itself only when the log has grown to some 80 MB all the same.
pub(super) fn checkpoint(mut conn: Connection) -> Option<Connection> {
    match &mut conn {
        Connection::Sqlite(sqlite) => sqlite.batch_execute("PRAGMA wal_checkpoint(PASSIVE);").ok()?,
        Connection::Postgres(_) => {}
    }
    Some(conn)
}

/// A machine that is cut off says nothing for ever; these bound how long it is waited for, in seconds and milliseconds. The
/// system's own bounds are minutes and hours.
const POSTGRES_PATIENCE: &[(&str, &str)] = &[
    ("connect_timeout", "5"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
];

pub(super) fn establish_postgres(url: &str) -> Result<PgConnection, ConnectionError> {
    let mut conn = PgConnection::establish(&with_patience(url))?;
    conn.batch_execute("SET lock_timeout = '10s'; SET statement_timeout = '60s';")
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// What the URL says itself stays as it is.
fn with_patience(url: &str) -> String {
    let mut patient = url.to_owned();
    for (name, value) in POSTGRES_PATIENCE.iter().filter(|(name, _)| !url.contains(name)) {
        patient.push(if patient.contains('?') { '&' } else { '?' });
        patient.push_str(&format!("{name}={value}"));
    }
    patient
}

pub(super) fn run_pending_migrations(conn: &mut Connection) -> Result<(), BoxError> {
    match conn {
        Connection::Sqlite(conn) => conn.run_pending_migrations(SQLITE_MIGRATIONS).map(|_| ()),
        Connection::Postgres(conn) => {
            // Several nodes may start at once. The lock goes with the connection at the latest.
            diesel::select(pg_advisory_lock(MIGRATION_LOCK)).execute(conn)?;
            let outcome = conn.run_pending_migrations(POSTGRES_MIGRATIONS).map(|_| ());
            diesel::select(pg_advisory_unlock(MIGRATION_LOCK)).execute(conn)?;
            outcome
        }
    }
}

pub(super) fn revert_all_migrations(conn: &mut Connection) -> Result<(), BoxError> {
    match conn {
        Connection::Sqlite(conn) => conn.revert_all_migrations(SQLITE_MIGRATIONS).map(|_| ()),
        Connection::Postgres(conn) => conn.revert_all_migrations(POSTGRES_MIGRATIONS).map(|_| ()),
    }
}

/// Runs some work in a transaction that may write.
///
/// SQLite takes the write lock at once: a transaction that reads first and writes later fails, without waiting, when
/// another wrote in between.
pub(super) fn write_transaction<T, E>(
    conn: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    begin(conn, "BEGIN IMMEDIATE", "BEGIN").map_err(StoreError::Query)?;
    finish(conn, work)
}

/// Runs some work that sees the database as it was when it began to read.
pub(super) fn read_transaction<T, E>(
    conn: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    begin(conn, "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").map_err(StoreError::Query)?;
    finish(conn, work)
}

fn begin(conn: &mut Connection, sqlite: &str, postgres: &str) -> QueryResult<()> {
    match conn {
        Connection::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, sqlite),
        Connection::Postgres(conn) => AnsiTransactionManager::begin_transaction_sql(conn, postgres),
    }
}

fn finish<T, E>(conn: &mut Connection, work: impl FnOnce(&mut Connection) -> Result<T, E>) -> Result<T, E>
where
    E: From<StoreError>,
{
    match work(conn) {
        Ok(value) => {
            Connection::commit_transaction(conn).map_err(StoreError::Query)?;
            Ok(value)
        }
        Err(error) => {
            // The first error is the one worth telling; a connection that can't roll back is not used again.
            let _ = Connection::rollback_transaction(conn);
            Err(error)
        }
    }
}

/// Values in one IN, or rows in one INSERT: both databases bound the number of parameters, SQLite at 32,766.
pub(super) const MOST_VALUES: usize = 1000;

/// Up to so many are asked for one by one: such a statement is prepared once and kept, one with an IN each time anew, and
/// somebody's keystroke waits for it.
pub(super) const ONE_BY_ONE: usize = 8;

/// Which of these meetings are open, and sees to it that they stay so until this transaction ends.
///
/// On SQLite the transaction keeps every other writer out as it is. On PostgreSQL a share lock on the row makes a lock
/// of the meeting wait for us, or us for it; asking again without the lock would be answered from a snapshot. Sorted,
/// so that two nodes take their locks in the same order.
pub(super) fn hold_open(
    conn: &mut Connection,
    asked: impl IntoIterator<Item = MeetingId>,
) -> QueryResult<HashSet<MeetingId>> {
    let asked: BTreeSet<String> = asked.into_iter().map(|meeting| meeting.to_string()).collect();
    let asked: Vec<String> = asked.into_iter().collect();
    let mut open = HashSet::new();
    if asked.len() <= ONE_BY_ONE {
        for id in &asked {
            let query = meetings::table.find(id).filter(meetings::state.eq("open")).select(meetings::id);
            let found: Option<String> = match conn {
                Connection::Sqlite(conn) => query.first(conn).optional()?,
                Connection::Postgres(conn) => query.for_share().first(conn).optional()?,
            };
            open.extend(found.and_then(|id| id.parse::<MeetingId>().ok()));
        }
        return Ok(open);
    }
    for chunk in asked.chunks(MOST_VALUES) {
        let query = meetings::table
            .filter(meetings::id.eq_any(chunk))
            .filter(meetings::state.eq("open"))
            .order(meetings::id)
            .select(meetings::id);
        let found: Vec<String> = match conn {
            Connection::Sqlite(conn) => query.load(conn)?,
            Connection::Postgres(conn) => query.for_share().load(conn)?,
        };
        open.extend(found.iter().filter_map(|id| id.parse::<MeetingId>().ok()));
    }
    Ok(open)
}

/// Any number but the one above, the same on every node.
const LOG_LOCK: i64 = 0x00ac_c10e;

/// Sees to it that nobody else appends to the log of records until this transaction ends. On SQLite the transaction keeps
/// every other writer out as it is.
pub(super) fn hold_log(conn: &mut Connection) -> QueryResult<()> {
    match conn {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgres(conn) => diesel::select(pg_advisory_xact_lock(LOG_LOCK)).execute(conn).map(|_| ()),
    }
}

/// Inserts any number of rows. SQLite has no `DEFAULT` among values, which rules the enum out: Diesel writes one statement
/// for PostgreSQL and, in a loop, one per row for SQLite, where it costs next to nothing.
macro_rules! insert_rows {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            $crate::store::Connection::Sqlite(conn) => diesel::insert_into($table).values($rows).execute(conn),
            $crate::store::Connection::Postgres(conn) => diesel::insert_into($table).values($rows).execute(conn),
        }
        .map(|_inserted| ())
        .map_err($crate::store::StoreError::Query)
    };
}
pub(super) use insert_rows;

/// Inserts what has no row yet. `ON CONFLICT` exists in both databases, but not through the enum.
macro_rules! insert_if_absent {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            Connection::Sqlite(conn) => {
                let mut inserted = 0;
                for row in $rows {
                    inserted += diesel::insert_into($table).values(row).on_conflict_do_nothing().execute(conn)?;
                }
                Ok(inserted)
            }
            Connection::Postgres(conn) => {
                diesel::insert_into($table).values($rows).on_conflict_do_nothing().execute(conn)
            }
        }
    };
}

pub(super) fn insert_actors_if_absent(conn: &mut Connection, rows: Vec<ActorRow>) -> QueryResult<usize> {
    insert_if_absent!(conn, actors::table, rows)
}

pub(super) fn insert_snapshot_if_absent(conn: &mut Connection, row: SnapshotRow) -> QueryResult<usize> {
    insert_if_absent!(conn, snapshots::table, vec![row])
}

pub(super) fn insert_case_record_if_absent(conn: &mut Connection, row: CaseRecord) -> QueryResult<usize> {
    insert_if_absent!(conn, case_records::table, vec![row])
}

pub(super) fn insert_clock_tick_if_absent(conn: &mut Connection, row: Tick) -> QueryResult<usize> {
    insert_if_absent!(conn, clock_ticks::table, vec![row])
}

pub(super) fn insert_reminder_if_absent(conn: &mut Connection, row: Claim) -> QueryResult<usize> {
    insert_if_absent!(conn, reminders::table, vec![row])
}

pub(super) fn insert_series_meeting_if_absent(conn: &mut Connection, row: MemberRow) -> QueryResult<usize> {
    insert_if_absent!(conn, series_meetings::table, vec![row])
}

pub(super) fn insert_plan_evaluation_if_absent(conn: &mut Connection, row: Evaluation) -> QueryResult<usize> {
    insert_if_absent!(conn, plan_evaluations::table, vec![row])
}

pub(super) fn insert_installation_if_absent(conn: &mut Connection, name: &str, value: &str) -> QueryResult<usize> {
    let row = (installation::name.eq(name.to_owned()), installation::value.eq(value.to_owned()));
    insert_if_absent!(conn, installation::table, vec![row])
}

diesel::define_sql_function! { fn pg_advisory_lock(key: BigInt); }
diesel::define_sql_function! { fn pg_advisory_unlock(key: BigInt) -> diesel::sql_types::Bool; }
diesel::define_sql_function! { fn pg_advisory_xact_lock(key: BigInt); }
