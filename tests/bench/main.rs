//! The load bench: Accord and a bare echo, side by side in one run.
//!
//! `cargo xtask bench` builds this in release mode and runs it; `cargo xtask bench latency` runs one workload.
//! Where things are: [`workload`] has a file for each thing measured; [`generator`] plays all clients on one thread and
//! one core, [`ledger`] keeps the time; [`accord`] and [`echo`] are what a client says to either server; [`seed`] alone
//! touches the store; [`floor`] is the bare echo's other end; [`report`] writes the page in `docs/`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking"))]

mod accord;
mod arrivals;
mod bytes;
mod command;
mod connection;
mod echo;
mod floor;
mod generator;
mod keystroke;
mod ledger;
mod machine;
mod record;
mod report;
mod seed;
mod server;
mod time;
mod typist;
mod websocket;
mod wire;
mod workload;

use std::process::ExitCode;

/// Nothing here goes on after a failure: it is told, and the run ends.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match command::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}
