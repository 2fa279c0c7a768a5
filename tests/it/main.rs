//! The one integration binary: its modules mirror the features.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod bad_input;
mod before_the_meeting;
mod blind_rounds;
mod browser;
mod cast;
mod closed_sessions;
mod co_editing;
mod create_meeting;
mod deadlines;
mod delivery;
mod files;
mod history;
mod in_the_room;
mod journey;
mod kill;
mod leak;
mod limits;
mod pages;
mod plans;
mod record_log;
mod return_at_once;
mod review;
mod revocation;
mod routes;
mod rule_packs;
mod scrub;
mod seats;
mod slow_reader;
mod snapshot;
mod storage_lost;
mod store;
mod tidy;
mod time;
