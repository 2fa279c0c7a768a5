//! Edits at a steady rate, each due at a moment fixed beforehand, and what became of them.

use std::time::Duration;

use crate::Outcome;
use crate::arrivals::Arrivals;
use crate::generator::{Generator, Protocol};
use crate::ledger::{Due, Times};
use crate::server::Server;
use crate::time::{Nanos, milliseconds, nanos, now, seconds};
use crate::{ledger::Quantiles, machine};

/// Slower than this, or fewer than this arriving, is not keeping up.
const SLOWEST: f64 = 250.0;
const FEWEST: f64 = 0.99;
/// Edits made in a row when late, before anybody is heard.
const IN_A_ROW: usize = 64;

#[derive(Debug, Clone, Copy)]
pub struct Rate {
    pub per_second: f64,
    pub warm_up: Duration,
    pub measured: Duration,
    /// For what is still on its way at the end.
    pub patience: Duration,
}

#[derive(Debug, Clone, Copy)]
pub struct Measured {
    pub sent: u64,
    /// Of those sent, how many everybody has seen.
    pub arrived: f64,
    pub times: Times,
    pub deliveries_per_second: f64,
    /// Of one core.
    pub server_share: f64,
    pub generator_share: f64,
    /// How late the generator was for one edit in a hundred, in milliseconds.
    pub late: f64,
    pub resident_kib: u64,
}

impl Measured {
    pub fn is_sustained(&self) -> bool {
        self.arrived >= FEWEST && self.times.seen_by_all.p99 < SLOWEST
    }

    pub fn in_words(&self) -> String {
        let Times { seen_by_all, saved } = self.times;
        let quantiles = |of: Quantiles| format!("{:.2} / {:.2} / {:.1}", of.p50, of.p99, of.max);
        format!(
            "{:.1} % of {} seen by all after {} ms, saved after {} ms (p50 / p99 / max); {:.0} deliveries/s; \
             server {:.0} % of a core, {} MiB; generator {:.0} %, {:.2} ms late",
            self.arrived * 100.0,
            self.sent,
            quantiles(seen_by_all),
            quantiles(saved),
            self.deliveries_per_second,
            self.server_share * 100.0,
            self.resident_kib / 1024,
            self.generator_share * 100.0,
            self.late
        )
    }
}

/// Every client makes its first edit, and all see all of them.
pub fn begin<P: Protocol>(generator: &mut Generator<P>) -> Outcome<()> {
    const PATIENCE: Duration = Duration::from_secs(120);
    for client in 0..generator.here {
        generator.edit(client, Due { at: now(), measured: false })?;
        if client % 16 == 15 {
            generator.turn(now())?;
        }
    }
    let done = |generator: &Generator<P>| generator.ledger.outstanding + generator.ledger.unsaved == 0;
    if generator.listen_until(PATIENCE, done)? {
        return Ok(());
    }
    let ledger = &generator.ledger;
    Err(format!("{} first edits were not seen by all, {} not saved", ledger.outstanding, ledger.unsaved).into())
}

/// Edits by anybody, each due when it is due, until `end` or until enough is seen.
pub fn drive<P: Protocol>(
    generator: &mut Generator<P>,
    arrivals: &mut Arrivals,
    end: Nanos,
    mut due: impl FnMut(Nanos) -> Due,
    mut enough: impl FnMut(&Generator<P>) -> bool,
) -> Outcome<()> {
    while now() < end && !enough(generator) {
        for _ in 0..IN_A_ROW {
            let at = arrivals.next();
            if at > now() || at >= end {
                break;
            }
            let client = arrivals.dice().below(generator.here);
            generator.edit(client, due(at))?;
            arrivals.advance();
        }
        generator.turn(arrivals.next().min(end))?;
    }
    Ok(())
}

pub fn measure<P: Protocol>(generator: &mut Generator<P>, server: &Server, rate: &Rate) -> Outcome<Measured> {
    begin(generator)?;
    let from = now();
    let measured_from = from + nanos(rate.warm_up);
    let end = measured_from + nanos(rate.measured);
    let mut arrivals = Arrivals::new(from, rate.per_second, 1);
    drive(generator, &mut arrivals, measured_from, |at| Due { at, measured: false }, |_| false)?;

    let own = || machine::processor_seconds(std::process::id());
    let before = (now(), server.processor_seconds()?, own()?, generator.ledger.deliveries);
    let mut late = hdrhistogram::Histogram::<u64>::new_with_bounds(1, nanos(Duration::from_secs(60)), 3)?;
    let measuring = |at| {
        late.saturating_record(now().saturating_sub(at));
        Due { at, measured: true }
    };
    drive(generator, &mut arrivals, end, measuring, |_| false)?;
    let after = (now(), server.processor_seconds()?, own()?, generator.ledger.deliveries);
    let resident_kib = server.resident_kib()?;
    generator.listen_until(rate.patience, |generator| generator.ledger.outstanding + generator.ledger.unsaved == 0)?;

    let took = seconds(after.0 - before.0);
    let times = generator.ledger.times();
    Ok(Measured {
        sent: generator.ledger.sent,
        arrived: times.seen_by_all.count as f64 / generator.ledger.sent.max(1) as f64,
        times,
        deliveries_per_second: (after.3 - before.3) as f64 / took,
        server_share: (after.1 - before.1) / took,
        generator_share: (after.2 - before.2) / took,
        late: milliseconds(late.value_at_quantile(0.99)),
        resident_kib,
    })
}
