//! The server was restarted and everybody's page comes back at the same moment, to a record that is long: with what
//! they had of it, or with nothing.

use std::time::Duration;

use super::{Bench, arrivals, echoes, everybody, median};
use crate::Outcome;
use crate::accord::Comes;
use crate::generator::{Generator, Protocol};
use crate::report::{Finding, Verdict};
use crate::seed::{Partnership, Plan};
use crate::server::Server;
use crate::time::{now, pause};

const PEOPLE: usize = 200;
const EDITS: usize = 20_000;
const RUNS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(120);
/// The server is through with starting.
const STARTED: Duration = Duration::from_millis(500);

/// Milliseconds from the first connection until half of them, and all, are up to date.
struct Back {
    half: f64,
    all: f64,
    bytes: u64,
}

pub fn run(bench: &Bench) -> Outcome<Vec<Finding>> {
    let (people, edits) = (bench.size(PEOPLE), bench.size(EDITS));
    let (_folder, partnership) = bench.seed(Plan { meetings: 1, seats: people, tickets: 1, edits })?;
    let (mut echo, mut holding, mut fresh) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.times(RUNS) {
        let (_folder, server) = bench.echo()?;
        echo.push(come_back("echo", echoes(1, people)?, &server, people)?);
        holding.push(to_accord(bench, &partnership, Comes::Holding)?);
        fresh.push(to_accord(bench, &partnership, Comes::Fresh)?);
    }
    let finding = |what: &str, runs: &[Back], limit: f64| {
        let all = |runs: &[Back]| median(runs.iter().map(|run| run.all).collect());
        let half = median(runs.iter().map(|run| run.half).collect());
        let bytes = median(runs.iter().map(|run| run.bytes as f64).collect());
        Finding {
            what: format!("{people} people of a {edits}-edit meeting return at once after a restart, {what}"),
            echo: format!("{:.0} ms (connecting)", all(&echo)),
            accord: format!("{:.0} ms (half of them {half:.0} ms; {:.1} MB in all)", all(runs), bytes / 1e6),
            ratio: String::new(),
            target: format!("≤ {limit:.0} ms"),
            verdict: Verdict::of(all(runs) <= limit),
        }
    };
    Ok(vec![finding("holding the record", &holding, 200.0), finding("fresh", &fresh, 350.0)])
}

fn to_accord(bench: &Bench, partnership: &Partnership, comes: Comes) -> Outcome<Back> {
    let (_folder, server) = bench.accord(partnership)?;
    let people = partnership.meetings[0].seats.len();
    come_back(&format!("accord, {comes:?}"), everybody(partnership, 0, comes)?, &server, people)
}

fn come_back<P: Protocol>(side: &str, mut generator: Generator<P>, server: &Server, people: usize) -> Outcome<Back> {
    pause(STARTED);
    let from = now();
    for _ in 0..people {
        generator.connect(server.port)?;
    }
    if !generator.listen_until(PATIENCE, |generator| generator.here == people)? {
        return Err(format!("{} of {people} were back after {PATIENCE:?}", generator.here).into());
    }
    let times = arrivals(&generator.arrived, from);
    let bytes = (0..people).map(|client| generator.received(client)).sum();
    let back = Back { half: times[people / 2], all: times[people - 1], bytes };
    eprintln!("    {side}: half after {:.1} ms, all after {:.1} ms, {bytes} bytes", back.half, back.all);
    Ok(back)
}
