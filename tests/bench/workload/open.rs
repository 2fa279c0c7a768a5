//! Many meetings are open, somebody in each: what one costs in memory, and whether it is given back when all have left.

use std::time::Duration;

use super::{ARRIVAL, Bench, echoes, everybody, rate};
use crate::Outcome;
use crate::accord::Comes;
use crate::generator::{Generator, Protocol};
use crate::report::{Finding, Verdict};
use crate::seed::{Partnership, Plan};
use crate::server::Server;
use crate::time::pause;

const MEETINGS: usize = 2_000;
/// Meetings that come and go before anything is measured: a server's threads, connections to its database and code
/// that has run once stay, whether one meeting was open or thousands.
const BEFORE: usize = 50;
const SETTLES: Duration = Duration::from_secs(8);
const AFTER: Duration = Duration::from_secs(60);

struct Memory {
    at_start: u64,
    /// With everybody there.
    each: f64,
    open: u64,
    /// A minute after the last has left.
    after: u64,
}

pub fn run(bench: &Bench) -> Outcome<Vec<Finding>> {
    let meetings = bench.size(MEETINGS);
    let (_folder, mut partnership) =
        bench.seed(Plan { meetings: meetings + BEFORE, seats: 1, tickets: 1, edits: 0 })?;
    let before = Partnership { meetings: partnership.meetings.split_off(meetings), folder: partnership.folder.clone() };
    let echo = {
        let (_folder, server) = bench.echo()?;
        memory("echo", echoes(BEFORE, 1)?, echoes(meetings, 1)?, &server, meetings)?
    };
    let accord = {
        let (_folder, server) = bench.accord(&partnership)?;
        let (before, then) = (everybody(&before, 0, Comes::Holding)?, everybody(&partnership, 0, Comes::Holding)?);
        memory("accord", before, then, &server, meetings)?
    };
    let above = accord.after as f64 / accord.at_start as f64 - 1.0;
    let back = |memory: &Memory| format!("{} → {} → {} MiB", mib(memory.at_start), mib(memory.open), mib(memory.after));
    Ok(vec![
        Finding {
            what: format!("{meetings} open meetings, memory each"),
            echo: format!("{:.1} KiB", echo.each),
            accord: format!("{:.1} KiB", accord.each),
            ratio: format!("{:.1}", accord.each / echo.each),
            target: "≤ 64 KiB".to_owned(),
            verdict: Verdict::of(accord.each <= 64.0),
        },
        Finding {
            what: format!(
                "… before (after {BEFORE} others came and went), open, {} s after all have left",
                AFTER.as_secs()
            ),
            echo: back(&echo),
            accord: format!("{} ({:+.0} %)", back(&accord), above * 100.0),
            ratio: String::new(),
            target: "within 10 % of the start".to_owned(),
            verdict: Verdict::of(above <= 0.1),
        },
    ])
}

fn memory<P: Protocol>(
    side: &str,
    before: Generator<P>,
    mut generator: Generator<P>,
    server: &Server,
    meetings: usize,
) -> Outcome<Memory> {
    come_and_go(before, server)?;
    let at_start = server.resident_kib()?;
    generator.connect_all(server.port, meetings, ARRIVAL)?;
    rate::begin(&mut generator)?;
    generator.listen_for(SETTLES)?;
    let open = server.resident_kib()?;
    let each = open.saturating_sub(at_start) as f64 / meetings as f64;
    drop(generator);
    pause(AFTER);
    let after = server.resident_kib()?;
    eprintln!(
        "    {side}: {} MiB, then {} MiB ({each:.1} KiB each), then {} MiB",
        mib(at_start),
        mib(open),
        mib(after)
    );
    Ok(Memory { at_start, each, open, after })
}

fn come_and_go<P: Protocol>(mut generator: Generator<P>, server: &Server) -> Outcome<()> {
    generator.connect_all(server.port, BEFORE, ARRIVAL)?;
    rate::begin(&mut generator)?;
    generator.listen_for(SETTLES)?;
    drop(generator);
    pause(AFTER);
    Ok(())
}

const fn mib(kib: u64) -> u64 {
    kib / 1024
}
