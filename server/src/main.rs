//! `accord`: serve, demonstrate, migrate, administer, verify.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command line speaks on its output

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::clock::Clock;
use server::config::Config;
use server::workflow::{check_log, end_sessions, scrub_records};
use server::{demo, rule_packs, signing, start, store, workflow};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// One record of a multi-agency meeting: written together, locked, signed, given to everyone.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server with the settings of this machine (see config/default.toml).
    Serve,
    /// Run with a made-up partnership, to look around.
    Demo(demo::Options),
    /// Bring the database up to date and stop.
    Migrate,
    /// Go through every stored record: logs, snapshots, signatures, copies. Changes nothing. Ends with 0 if all is
    /// whole, 1 if not, 2 if it could not be looked through.
    Scrub,
    /// The log of locked records.
    #[command(subcommand)]
    Log(Log),
    /// What whoever runs the server may have to do by hand.
    #[command(subcommand)]
    Admin(Admin),
    /// The rule packs: what a meeting of each kind needs.
    #[command(subcommand)]
    Rules(Rules),
    /// Check a copy, PDF or JSON. Ends with 0 if it is whole, 1 if not, 2 if it could not be checked.
    Verify {
        file: PathBuf,
        /// The partnership's root certificate (PEM). Without it only alteration is checked, not who sealed the copy.
        #[arg(long)]
        root: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum Rules {
    /// Check rule packs and explain each fault, as FILE:LINE: WORDS. Ends with 0 if all are well, 1 if not, 2 if they could
    /// not be read.
    Check {
        /// A rule pack, or a folder of them. Without it: what this installation would work with.
        place: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum Log {
    /// Check that the log is what it was: every leaf, checkpoint and seal. Changes nothing. Ends with 0 if so, 1 if not, 2
    /// if it could not be looked through.
    Check,
}

#[derive(Subcommand)]
enum Admin {
    /// Sign somebody out everywhere at once: a lost telephone, a password that others know. Running servers close the
    /// connections within a second; the audit trail says that it was done.
    EndSessions {
        /// The address they sign in with.
        #[arg(long)]
        email: String,
    },
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    if let Command::Verify { file, root } = &command {
        let (report, code) = signing::check_file(file, root.as_deref());
        println!("{report}");
        return ExitCode::from(code);
    }
    if let Command::Rules(Rules::Check { place }) = &command {
        return check_rules(place.as_deref());
    }
    log_to_stderr();
    log_panics();
    // A scrub that found nothing wrong and one that could not look must not end alike.
    let could_not = if matches!(command, Command::Scrub | Command::Log(_)) { 2 } else { 1 };
    let outcome = actix_web::rt::System::with_tokio_rt(runtime).block_on(run(command));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("accord: {}", with_causes(error.as_ref()));
            ExitCode::from(could_not)
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match command {
        Command::Serve => {
            let config = Config::load()?;
            let app = start::build(&config, Clock::default()).await?;
            let running = start::start(&config, app)?;
            println!("Accord is at {}", running.base_url);
            running.serve().await?;
        }
        Command::Demo(options) => demo::run(options).await?,
        Command::Migrate => {
            store::Store::migrate(&Config::load()?.storage.url)?;
            println!("The database is up to date.");
        }
        Command::Scrub => return scrub().await,
        Command::Log(Log::Check) => return check_record_log().await,
        Command::Admin(Admin::EndSessions { email }) => {
            let store = store::Store::open(&Config::load()?.storage.url)?;
            match end_sessions::end_sessions(&store, &Clock::default(), email).await {
                Ok(ended) => println!("Signed out. Sessions ended: {ended}"),
                Err(workflow::Error::NotFound) => return Err("nobody signs in with that address".into()),
                Err(error) => return Err(error.into()),
            }
        }
        Command::Verify { .. } | Command::Rules(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Each fault on a line of its own, then the count.
async fn scrub() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let config = Config::load()?;
    let store = store::Store::open(&config.storage.url)?;
    let scrubbed = scrub_records::scrub_records(&store, |fault| println!("{fault}")).await?;
    println!("{scrubbed}");
    Ok(if scrubbed.faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Each fault on a line of its own, then the count.
async fn check_record_log() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let config = Config::load()?;
    let (key, root) = start::log_key(&config.storage.keys)?;
    let store = store::Store::open(&config.storage.url)?;
    let checked = check_log::check_log(&store, &key, root).await?;
    checked.faults.iter().for_each(|fault| println!("{fault}"));
    let outcome =
        if checked.faults.is_empty() { "all as it was".to_owned() } else { format!("{} faults", checked.faults.len()) };
    println!("{} leaves: {outcome}", checked.leaves);
    Ok(if checked.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check_rules(place: Option<&Path>) -> ExitCode {
    let checked = match (place, Config::load()) {
        (Some(place), _) => rule_packs::check(place),
        (None, Ok(config)) => rule_packs::check_all(&config.rules),
        (None, Err(error)) => {
            eprintln!("accord: {}", with_causes(&error));
            return ExitCode::from(2);
        }
    };
    match checked {
        Ok(packs) => {
            println!("Rule packs without a fault: {packs}");
            ExitCode::SUCCESS
        }
        Err(rule_packs::BadPacks::Faults(faults)) => {
            faults.iter().for_each(|fault| println!("{fault}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("accord: {}", with_causes(&error));
            ExitCode::from(2)
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    // Without a runtime there is no server to report through.
    #[allow(clippy::expect_used)]
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(start::BLOCKING_THREADS)
        .build()
        .expect("a runtime starts")
}

/// Named fields, no personal data. `ACCORD_LOG` takes a filter such as `info,server=debug`.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ACCORD_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,server=info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// Where it happened, never with what: the words of a panic may quote a record.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(panic.location = place, "a part of the server panicked");
    }));
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        words.push_str(": ");
        words.push_str(&next.to_string());
        cause = next.source();
    }
    words
}
