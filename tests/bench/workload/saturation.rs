//! How many edits a second a server keeps up with: the rate is doubled until a step fails, narrowed down between the
//! last that held and the first that did not, and the best one is run again to see that it was no accident.

use std::time::Duration;

use super::Bench;
use super::rate::{Measured, Rate};
use crate::Outcome;
use crate::report::{Finding, Verdict};
use crate::seed::Plan;

/// Steps between the last rate that held and the first that did not; each halves their distance, as ratios go.
const NARROWINGS: usize = 4;
const REPEATS: usize = 2;
/// At this share of the most it keeps up for long, and is killed while it does.
const OF_MOST: f64 = 0.8;
/// Under this nobody can work.
const LOWEST: f64 = 10.0;

/// The most that was sustained.
struct Best {
    rate: f64,
    measured: Measured,
    /// How often of how many times.
    held: (usize, usize),
}

pub fn one_meeting(bench: &Bench) -> Outcome<Vec<Finding>> {
    let (finding, best) = most(
        bench,
        (1, 20),
        (16_000.0, 2_000.0),
        (0.35, "≥ 0.35 of the echo; ≥ 12,600/s, twice every peer", 12_600.0),
    )?;
    bench.speed.set(bench.speed.get().or(best.map(|most| most * OF_MOST)));
    Ok(vec![finding])
}

pub fn many_meetings(bench: &Bench) -> Outcome<Vec<Finding>> {
    let target = (0.3, "≥ 0.3 of the echo; ≥ 20,000/s, twice every peer", 20_000.0);
    Ok(vec![most(bench, (50, 8), (24_000.0, 4_000.0), target)?.0])
}

fn most(
    bench: &Bench,
    (meetings, seats): (usize, usize),
    (echo_from, accord_from): (f64, f64),
    (share, target, floor): (f64, &str, f64),
) -> Outcome<(Finding, Option<f64>)> {
    let (_folder, partnership) = bench.seed(Plan { meetings, seats, tickets: 1, edits: 0 })?;
    let echo = find(bench, "echo", echo_from, |rate| bench.echo_at(meetings, seats, rate));
    let accord = find(bench, "accord", accord_from, |rate| bench.accord_at(&partnership, rate));
    let rate = |best: &Option<Best>| best.as_ref().map_or(0.0, |best| best.rate);
    let ratio = rate(&accord) / rate(&echo);
    let finding = Finding {
        what: format!("most edits/s, {meetings} meeting(s) × {seats}"),
        echo: echo.as_ref().map_or_else(none, Best::in_words),
        accord: accord.as_ref().map_or_else(none, Best::in_words),
        ratio: format!("{ratio:.3}"),
        target: target.to_owned(),
        verdict: Verdict::of(ratio >= share && rate(&accord) >= floor),
    };
    Ok((finding, accord.map(|best| best.rate)))
}

fn none() -> String {
    format!("less than {LOWEST:.0}/s")
}

impl Best {
    fn in_words(&self) -> String {
        // Where the generator has little to spare, the server may have more to give.
        let bound = if self.measured.generator_share > 0.85 { ", generator-bound" } else { "" };
        format!(
            "{:.0}/s = {:.0} deliveries/s, p50 / p99 {:.1} / {:.0} ms, server {:.0} % (held {} of {}{bound})",
            self.rate,
            self.measured.deliveries_per_second,
            self.measured.times.seen_by_all.p50,
            self.measured.times.seen_by_all.p99,
            self.measured.server_share * 100.0,
            self.held.0,
            self.held.1
        )
    }
}

fn find(bench: &Bench, side: &str, from: f64, mut step: impl FnMut(&Rate) -> Outcome<Measured>) -> Option<Best> {
    let mut holds = |per_second: f64| {
        let rate = Rate {
            per_second,
            warm_up: Duration::from_millis(700),
            measured: Duration::from_millis(2_500),
            patience: Duration::from_secs(1),
        };
        // A server that closes on somebody does not keep up either.
        match step(&rate) {
            Ok(measured) => {
                let word = if measured.is_sustained() { "holds" } else { "fails" };
                eprintln!("    {side} at {per_second:.0}/s {word}: {}", measured.in_words());
                Some(measured).filter(Measured::is_sustained)
            }
            Err(error) => {
                eprintln!("    {side} at {per_second:.0}/s fails: {error}");
                None
            }
        }
    };
    let (mut best, mut too_much) = (None, None);
    let mut rate = from;
    while (best.is_none() || too_much.is_none()) && rate >= LOWEST {
        match holds(rate) {
            Some(measured) => best = Some((rate, measured)),
            None => too_much = Some(rate),
        }
        rate = if best.is_none() { rate / 2.0 } else { rate * 2.0 };
    }
    let (mut rate, mut measured) = best?;
    let mut limit = too_much?;
    for _ in 0..bench.times(NARROWINGS) {
        let between = (rate * limit).sqrt();
        match holds(between) {
            Some(held) => (rate, measured) = (between, held),
            None => limit = between,
        }
    }
    let repeats = bench.times(REPEATS + 1) - 1;
    let held = (0..repeats).filter(|_| holds(rate).is_some()).count();
    Some(Best { rate, measured, held: (held + 1, repeats + 1) })
}
