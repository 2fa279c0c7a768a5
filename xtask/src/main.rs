//! `cargo xtask`: everything a fresh machine needs, then the work.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to its terminal")]

mod artefacts;
mod bench;
mod checks;
mod demo;
mod fuzz;
mod setup;
mod step;
mod tools;
mod workspace;

use std::process::ExitCode;

use tools::Purpose;
use workspace::Workspace;

const USAGE: &str = "\
cargo xtask <command>

  demo [--listen ADDR] [--data DIR] [--json FILE]   build all and start Accord with a made-up partnership
  test [FILTER]                                     every check and every test; with FILTER, only the tests so named
  bench [WORKLOAD …] [--quick]                      the load bench; without a workload all of them, and docs/benchmarks.md
  fuzz [SECONDS]                                    attack every decoder and the gate, so long each
  lint                                              formatting, clippy and the client's own checks
  setup [demo|test]                                 install what the demo or the tests need, and no more

A fresh Debian machine needs git, a C compiler and a Rust toolchain; the commands install the rest (as root) or say how.";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    match run(&command, &rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(problem)) => {
            eprintln!("{problem}\n\n{USAGE}");
            ExitCode::from(2)
        }
        Err(Failure::Task(problem)) => {
            eprintln!("\nxtask: {problem}");
            ExitCode::FAILURE
        }
    }
}

enum Failure {
    Usage(String),
    Task(String),
}

impl From<String> for Failure {
    fn from(problem: String) -> Self {
        Self::Task(problem)
    }
}

fn run(command: &str, rest: &[String]) -> Result<(), Failure> {
    let workspace = Workspace::locate()?;
    match (command, rest) {
        ("demo", _) => demo::run(&workspace, rest)?,
        ("test", []) => checks::test_everything(&workspace)?,
        ("test", [filter]) => checks::test_some(&workspace, filter)?,
        ("fuzz", []) => fuzz::run(&workspace, fuzz::Effort { seconds: 60, repeatable: false })?,
        ("fuzz", [seconds]) => {
            let seconds = seconds.parse().map_err(|_| Failure::Usage(format!("fuzz for {seconds} seconds?")))?;
            fuzz::run(&workspace, fuzz::Effort { seconds, repeatable: false })?;
        }
        ("lint", []) => checks::lint(&workspace)?,
        ("setup", []) => setup::run(&workspace, Purpose::Test)?,
        ("setup", [purpose]) => {
            let purpose = Purpose::parse(purpose).ok_or_else(|| Failure::Usage(format!("setup for {purpose}?")))?;
            setup::run(&workspace, purpose)?;
        }
        ("bench", _) => bench::run(&workspace, rest)?,
        ("help" | "--help" | "-h", _) => println!("{USAGE}"),
        ("", _) => return Err(Failure::Usage("which command?".to_owned())),
        (other, _) => return Err(Failure::Usage(format!("`{other}` with {} argument(s)?", rest.len()))),
    }
    Ok(())
}
