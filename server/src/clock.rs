//! The one clock of the shell, which tests can turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Unix milliseconds, plus whatever a test has turned it by.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    turned_by: Arc<AtomicI64>,
}

impl Clock {
    pub fn now(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX) + self.turned_by.load(Ordering::Relaxed)
    }

    pub fn turn(&self, milliseconds: i64) {
        self.turned_by.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

/// Unix milliseconds as RFC 3339, UTC.
pub fn rfc3339(milliseconds: i64) -> String {
    jiff::Timestamp::from_millisecond(milliseconds).map(|at| at.to_string()).unwrap_or_default()
}
