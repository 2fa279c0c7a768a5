//! England at ten on a Tuesday: as many meetings as one machine has sockets for, ten people in each, an edit a second in
//! each, the server on one core.

use std::time::Duration;

use super::Bench;
use super::rate::Rate;
use crate::Outcome;
use crate::report::{Finding, Verdict};
use crate::seed::Plan;

const MEETINGS: usize = 1_800;
const PEOPLE: usize = 10;

pub fn run(bench: &Bench) -> Outcome<Vec<Finding>> {
    let meetings = bench.size(MEETINGS);
    let (_folder, partnership) = bench.seed(Plan { meetings, seats: PEOPLE, tickets: 1, edits: 0 })?;
    let rate = Rate {
        per_second: meetings as f64,
        warm_up: Duration::from_secs(5),
        measured: Duration::from_secs(bench.size(30) as u64),
        patience: Duration::from_secs(5),
    };
    let accord = bench.accord_at(&partnership, &rate)?;
    eprintln!("    accord: {}", accord.in_words());
    let gib = accord.resident_kib as f64 / (1024.0 * 1024.0);
    let seen = accord.times.seen_by_all;
    Ok(vec![Finding {
        what: format!(
            "{meetings} meetings × {PEOPLE} ({} sockets), 1 edit/s in each meeting: p99; memory",
            meetings * PEOPLE
        ),
        echo: "–".to_owned(),
        accord: format!(
            "{:.1} ms (p50 {:.2} ms, {:.1} % arrived, server {:.0} %); {gib:.2} GiB",
            seen.p99,
            seen.p50,
            accord.arrived * 100.0,
            accord.server_share * 100.0
        ),
        ratio: String::new(),
        target: "≤ 250 ms; ≤ 4 GiB".to_owned(),
        verdict: Verdict::of(accord.is_sustained() && gib <= 4.0),
    }])
}
