//! What a running server counts, for whoever keeps it running: how long acknowledgements take, what is refused, how much is
//! open. Numbers alone; no name, no id, nothing of any record.

use std::sync::Arc;
use std::time::Duration;

use prometheus::{Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};

/// From a tenth of a millisecond to ten seconds.
const SECONDS: &[f64] =
    &[0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const COUNTS: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0];
const BYTES: &[f64] = &[4096.0, 16384.0, 65536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0, 67_108_864.0];

#[derive(Debug, thiserror::Error)]
#[error("a metric is not one")]
pub struct NotCountable(#[from] prometheus::Error);

#[derive(Clone)]
pub struct Metrics(Arc<Counted>);

pub struct Counted {
    registry: Registry,
    /// From taking the first waiting request to the end of the transaction.
    pub commit_seconds: Histogram,
    pub commit_changes: Histogram,
    pub commit_failures: IntCounter,
    /// 1 while changes can't be stored.
    pub storage_failing: IntGauge,
    /// From the arrival of a batch's first change to its acknowledgement.
    pub acknowledgement_seconds: Histogram,
    /// How many connections one message goes to.
    pub fan_out: Histogram,
    pub changes_admitted: IntCounter,
    /// By code.
    pub refusals: IntCounterVec,
    /// Connections the server closed, by code.
    pub closes: IntCounterVec,
    pub late_changes: IntCounter,
    /// Connections that were too slow for what was sent, and were told all at once later.
    pub catch_ups: IntCounter,
    /// Times the library had to be asked what somebody lacks.
    pub repairs: IntCounter,
    /// Meetings thrown out of memory and opened again, after a fault.
    pub reloads: IntCounter,
    pub open_meetings: IntGauge,
    pub connections: IntGauge,
    /// Bytes of memory that open meetings take, about.
    pub memory_bytes: IntGauge,
    /// The same for one meeting, seen from time to time.
    pub meeting_bytes: Histogram,
    /// Bytes waiting for connections to take them, of one meeting.
    pub queue_bytes: Histogram,
    pub open_seconds: Histogram,
    pub snapshot_seconds: Histogram,
    /// Asked to come back later, since the server was full.
    pub turned_away: IntCounter,
}

impl std::ops::Deref for Metrics {
    type Target = Counted;

    fn deref(&self) -> &Counted {
        &self.0
    }
}

impl Metrics {
    /// Fails only if two metrics had one name.
    pub fn new() -> Result<Self, NotCountable> {
        let registry = Registry::new_custom(Some("accord".to_owned()), None)?;
        let histogram = |name: &str, help: &str, buckets: &[f64]| {
            let histogram = Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec()))?;
            registry.register(Box::new(histogram.clone()))?;
            Ok::<_, prometheus::Error>(histogram)
        };
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let by_code = |name: &str, help: &str| {
            let counter = IntCounterVec::new(Opts::new(name, help), &["code"])?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let counted = Counted {
            commit_seconds: histogram("commit_seconds", "Time a commit of changes took", SECONDS)?,
            commit_changes: histogram("commit_changes", "Changes in one commit", COUNTS)?,
            commit_failures: counter("commit_failures_total", "Commits of changes that failed")?,
            storage_failing: gauge("storage_failing", "1 while changes can't be stored")?,
            acknowledgement_seconds: histogram(
                "acknowledgement_seconds",
                "Time from a change's arrival until its author was told that it is stored",
                SECONDS,
            )?,
            fan_out: histogram("fan_out_connections", "Connections one message went to", COUNTS)?,
            changes_admitted: counter("changes_admitted_total", "Changes stored")?,
            refusals: by_code("refusals_total", "Messages refused by the gate")?,
            closes: by_code("closes_total", "Connections closed by the server")?,
            late_changes: counter("late_changes_total", "Changes kept aside since the record was locked")?,
            catch_ups: counter("catch_ups_total", "Slow connections told all at once what they missed")?,
            repairs: counter("repairs_total", "Times a document was opened to see what a client lacks")?,
            reloads: counter("reloads_total", "Meetings opened again after a fault")?,
            open_meetings: gauge("open_meetings", "Meetings in memory")?,
            connections: gauge("connections", "Connections to open meetings")?,
            memory_bytes: gauge("memory_bytes", "Memory that open meetings take, about")?,
            meeting_bytes: histogram("meeting_bytes", "Memory one open meeting takes, about", BYTES)?,
            queue_bytes: histogram("queue_bytes", "Bytes waiting for the connections of one meeting", BYTES)?,
            open_seconds: histogram("open_seconds", "Time opening a meeting from the store took", SECONDS)?,
            snapshot_seconds: histogram("snapshot_seconds", "Time making a snapshot took", SECONDS)?,
            turned_away: counter("turned_away_total", "Connections asked to come back later")?,
            registry: registry.clone(),
        };
        Ok(Self(Arc::new(counted)))
    }

    /// In Prometheus' text format.
    pub fn text(&self) -> Result<Vec<u8>, NotCountable> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }

    pub fn commit(&self, took: Duration, changes: usize, failed: bool) {
        self.commit_seconds.observe(took.as_secs_f64());
        self.storage_failing.set(i64::from(failed));
        if failed {
            self.commit_failures.inc();
        } else {
            self.commit_changes.observe(changes as f64);
            self.changes_admitted.inc_by(changes as u64);
        }
    }
}
