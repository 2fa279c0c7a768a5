//! Who has seen which edit when. Latency is counted from the moment an edit was *due*: a generator that comes late is
//! charged for it, not forgiven.

use hdrhistogram::Histogram;

use crate::Outcome;
use crate::time::{Nanos, milliseconds};

/// An edit's beginning.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    pub at: Nanos,
    /// False while warming up.
    pub measured: bool,
}

struct Edit {
    due: Due,
    /// How many of the others have not got it yet.
    unseen_by: u32,
}

pub struct Ledger {
    /// Per client, in the order made.
    edits: Vec<Vec<Edit>>,
    room: u32,
    /// From due until the last of the others had it.
    seen_by_all: Histogram<u64>,
    /// From due until the server said that it is stored.
    saved: Histogram<u64>,
    /// Measured edits.
    pub sent: u64,
    /// Edits that somebody still has to see.
    pub outstanding: u64,
    pub unsaved: u64,
    pub deliveries: u64,
}

/// Microseconds to the top of ten minutes, three digits.
const LONGEST: u64 = 600_000_000;

impl Ledger {
    /// For clients who sit `room` to a room.
    pub fn new(clients: usize, room: usize) -> Outcome<Self> {
        Ok(Self {
            edits: (0..clients).map(|_| Vec::new()).collect(),
            room: u32::try_from(room)?,
            seen_by_all: Histogram::new_with_bounds(1, LONGEST, 3)?,
            saved: Histogram::new_with_bounds(1, LONGEST, 3)?,
            sent: 0,
            outstanding: 0,
            unsaved: 0,
            deliveries: 0,
        })
    }

    pub fn sent(&mut self, author: usize, due: Due) {
        let unseen_by = self.room - 1;
        self.edits[author].push(Edit { due, unseen_by });
        self.sent += u64::from(due.measured);
        self.outstanding += u64::from(unseen_by > 0);
        self.unsaved += 1;
    }

    /// One of the others got an author's edit, numbered from nought.
    pub fn seen(&mut self, author: usize, number: usize, now: Nanos) {
        let Some(edit) = self.edits.get_mut(author).and_then(|edits| edits.get_mut(number)) else { return };
        if edit.unseen_by == 0 {
            return;
        }
        edit.unseen_by -= 1;
        self.deliveries += 1;
        if edit.unseen_by == 0 {
            self.outstanding -= 1;
            record(&mut self.seen_by_all, edit.due, now);
        }
    }

    /// The author was told that it is stored.
    pub fn saved(&mut self, author: usize, number: usize, now: Nanos) {
        let Some(edit) = self.edits.get(author).and_then(|edits| edits.get(number)) else { return };
        self.unsaved -= 1;
        record(&mut self.saved, edit.due, now);
    }

    /// How many of an author's edits, from the first on, anybody else has seen.
    pub fn seen_by_anybody(&self, author: usize) -> usize {
        self.edits[author].iter().take_while(|edit| edit.unseen_by < self.room - 1).count()
    }

    pub fn times(&self) -> Times {
        Times { seen_by_all: Quantiles::of(&self.seen_by_all), saved: Quantiles::of(&self.saved) }
    }
}

fn record(histogram: &mut Histogram<u64>, due: Due, now: Nanos) {
    if due.measured {
        histogram.saturating_record((now.saturating_sub(due.at) / 1_000).max(1));
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub seen_by_all: Quantiles,
    pub saved: Quantiles,
}

/// Milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Quantiles {
    pub count: u64,
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

impl Quantiles {
    fn of(histogram: &Histogram<u64>) -> Self {
        let at = |quantile: f64| milliseconds(histogram.value_at_quantile(quantile) * 1_000);
        let max = milliseconds(histogram.max() * 1_000);
        Self { count: histogram.len(), p50: at(0.5), p99: at(0.99), max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Nanos = 1_000_000;

    #[test]
    fn an_edit_is_seen_by_all_when_the_last_of_the_others_has_it() {
        let mut ledger = Ledger::new(3, 3).unwrap();
        ledger.sent(0, Due { at: 10 * MS, measured: true });
        ledger.seen(0, 0, 12 * MS);
        assert_eq!((ledger.outstanding, ledger.times().seen_by_all.count), (1, 0));
        ledger.seen(0, 0, 15 * MS);
        // A third time is the server's repetition, and no news.
        ledger.seen(0, 0, 90 * MS);
        ledger.saved(0, 0, 11 * MS);
        let times = ledger.times();
        assert_eq!((ledger.outstanding, ledger.unsaved, ledger.deliveries), (0, 0, 2));
        assert_eq!((times.seen_by_all.count, times.seen_by_all.p50.round(), times.saved.p99.round()), (1, 5.0, 1.0));
    }

    #[test]
    fn what_is_sent_to_warm_up_is_not_measured() {
        let mut ledger = Ledger::new(2, 2).unwrap();
        ledger.sent(1, Due { at: 0, measured: false });
        ledger.seen(1, 0, MS);
        assert_eq!((ledger.sent, ledger.outstanding, ledger.times().seen_by_all.count), (0, 0, 0));
        assert_eq!((ledger.seen_by_anybody(1), ledger.seen_by_anybody(0)), (1, 0));
    }
}
