//! A very long record, the server just started, somebody who has nothing of it: from the connection to the last byte.

use std::time::{Duration, Instant};

use automerge::Automerge;

use super::{Bench, everybody, median};
use crate::Outcome;
use crate::accord::Comes;
use crate::record;
use crate::report::{Finding, Verdict};
use crate::seed::{Partnership, Plan};
use crate::time::{Nanos, milliseconds, now, pause};

const EDITS: usize = 260_000;
const RUNS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(120);
/// The server is through with starting.
const STARTED: Duration = Duration::from_millis(500);

struct Opened {
    last_byte: f64,
    bytes: u64,
    /// What the client then needs to make a document of it.
    load: f64,
}

pub fn run(bench: &Bench) -> Outcome<Vec<Finding>> {
    let edits = bench.size(EDITS);
    let (_folder, partnership) = bench.seed(Plan { meetings: 1, seats: 8, tickets: 1, edits })?;
    let mut opened = Vec::new();
    for _ in 0..bench.times(RUNS) {
        opened.push(open(bench, &partnership)?);
    }
    let middle = |of: fn(&Opened) -> f64| median(opened.iter().map(of).collect());
    let (last_byte, bytes) = (middle(|run| run.last_byte), middle(|run| run.bytes as f64));
    Ok(vec![Finding {
        what: format!("a record of {edits} edits after a restart: connect → last byte; bytes"),
        echo: "–".to_owned(),
        accord: format!(
            "{last_byte:.0} ms; {:.0} KB (the client then loads for {:.0} ms)",
            bytes / 1000.0,
            middle(|run| run.load)
        ),
        ratio: String::new(),
        target: "≤ 60 ms; ≤ 150 KB".to_owned(),
        verdict: Verdict::of(last_byte <= 60.0 && bytes <= 150_000.0),
    }])
}

fn open(bench: &Bench, partnership: &Partnership) -> Outcome<Opened> {
    let (_folder, server) = bench.accord(partnership)?;
    pause(STARTED);
    let mut generator = everybody(partnership, 0, Comes::FreshAndKeeps)?;
    let from = now();
    generator.connect(server.port)?;
    if !generator.listen_until(PATIENCE, |generator| generator.here == 1)? {
        return Err(format!("the record had not come after {PATIENCE:?}").into());
    }
    let last_byte = milliseconds(generator.arrived[0].unwrap_or(Nanos::MAX) - from);
    let bytes = generator.received(0);
    let started = Instant::now();
    let mut doc = Automerge::new();
    doc.load_incremental(generator.protocol.kept(0))?;
    let load = started.elapsed().as_secs_f64() * 1000.0;
    if record::heads(&doc) != partnership.meetings[0].heads {
        return Err("what came is not the record that was stored".into());
    }
    eprintln!("    accord: last byte after {last_byte:.1} ms, {bytes} bytes, loaded in {load:.0} ms");
    Ok(Opened { last_byte, bytes, load })
}
