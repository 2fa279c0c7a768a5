//! The store, on both databases: every test body here runs once on SQLite and once on PostgreSQL.

mod appending;
mod beside;
mod blind_rounds;
mod clocks;
mod closed_sessions;
pub(crate) mod database;
pub(crate) mod example;
mod identity;
mod locking;
mod meetings;
mod migrations;
mod outbox;
mod record_log;
mod revocations;
mod sharing;
