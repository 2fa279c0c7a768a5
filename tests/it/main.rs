//! The one integration binary: its modules mirror the features.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod bad_input;
mod before_the_meeting;
mod browser;
mod cast;
mod co_editing;
mod create_meeting;
mod delivery;
mod history;
mod journey;
mod kill;
mod limits;
mod pages;
mod return_at_once;
mod revocation;
mod routes;
mod scrub;
mod seats;
mod slow_reader;
mod snapshot;
mod storage_lost;
mod store;
mod tidy;
mod time;
