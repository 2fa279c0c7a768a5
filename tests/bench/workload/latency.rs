//! Twenty people, five keystrokes a second each, in a meeting whose record is long already: how long until everybody
//! else sees a letter, and what it costs the server.

use std::time::Duration;

use super::rate::{Measured, Rate};
use super::{Bench, median};
use crate::Outcome;
use crate::report::{Finding, Verdict};
use crate::seed::Plan;

const PEOPLE: usize = 20;
const EDITS_A_SECOND: f64 = 100.0;
const RECORD: usize = 20_000;
const RUNS: usize = 3;

pub fn run(bench: &Bench) -> Outcome<Vec<Finding>> {
    let plan = Plan { meetings: 1, seats: PEOPLE, tickets: 1, edits: bench.size(RECORD) };
    let (_folder, partnership) = bench.seed(plan)?;
    let rate = Rate {
        per_second: EDITS_A_SECOND,
        warm_up: Duration::from_secs(1),
        measured: Duration::from_secs(bench.size(10) as u64),
        patience: Duration::from_secs(5),
    };
    let (mut echo, mut accord) = (Vec::new(), Vec::new());
    // In turn, so that whatever else the machine does meets both.
    for _ in 0..bench.times(RUNS) {
        echo.push(bench.echo_at(1, PEOPLE, &rate)?);
        eprintln!("    echo:   {}", echo[echo.len() - 1].in_words());
        accord.push(bench.accord_at(&partnership, &rate)?);
        eprintln!("    accord: {}", accord[accord.len() - 1].in_words());
    }
    let middle = |runs: &[Measured], of: fn(&Measured) -> f64| median(runs.iter().map(of).collect());
    let p50 = |runs: &[Measured]| middle(runs, |run| run.times.seen_by_all.p50);
    let p99 = |runs: &[Measured]| middle(runs, |run| run.times.seen_by_all.p99);
    let saved = |runs: &[Measured]| middle(runs, |run| run.times.saved.p50);
    let share = |runs: &[Measured]| middle(runs, |run| run.server_share) * 100.0;
    let all_arrived = accord.iter().all(Measured::is_sustained);
    let (ratio_50, ratio_99) = (p50(&accord) / p50(&echo), p99(&accord) / p99(&echo));
    let in_ms = |runs: &[Measured]| format!("{:.2} / {:.2} ms", p50(runs), p99(runs));
    Ok(vec![
        Finding {
            what: format!(
                "{PEOPLE} people × 5 edits/s in a meeting of {} edits: edit → seen by all, p50 / p99",
                bench.size(RECORD)
            ),
            echo: in_ms(&echo),
            accord: format!("{} (saved {:.2} ms at p50)", in_ms(&accord), saved(&accord)),
            ratio: format!("{ratio_50:.2} / {ratio_99:.2}"),
            target: "≤ 1.5 × / ≤ 3 × the echo".to_owned(),
            verdict: Verdict::of(all_arrived && ratio_50 <= 1.5 && ratio_99 <= 3.0),
        },
        Finding {
            what: "… the server's share of a core".to_owned(),
            echo: format!("{:.1} %", share(&echo)),
            accord: format!("{:.1} %", share(&accord)),
            ratio: format!("{:.1}", share(&accord) / share(&echo)),
            target: "≤ 15 %".to_owned(),
            verdict: Verdict::of(share(&accord) <= 15.0),
        },
    ])
}
