//! Time as nanoseconds since this program began: what a latency is the difference of.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

pub type Nanos = u64;

pub fn now() -> Nanos {
    static START: OnceLock<Instant> = OnceLock::new();
    nanos(START.get_or_init(Instant::now).elapsed())
}

pub fn nanos(duration: Duration) -> Nanos {
    u64::try_from(duration.as_nanos()).unwrap_or(Nanos::MAX)
}

pub fn seconds(span: Nanos) -> f64 {
    Duration::from_nanos(span).as_secs_f64()
}

pub fn milliseconds(span: Nanos) -> f64 {
    seconds(span) * 1_000.0
}

/// Lets the other side alone for a while: memory is measured after a time, not after an event.
#[expect(clippy::disallowed_methods, reason = "here time itself is what is waited for")]
pub fn pause(duration: Duration) {
    std::thread::sleep(duration);
}
