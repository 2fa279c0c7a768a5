//! Operations there are to refer to: the characters of one text, by the operations that inserted them, those deleted since
//! among them; the values a field ever had.

use serde::{Deserialize, Serialize};

use super::index::OpId;

/// Kept as runs, since somebody typing makes one operation after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Operations {
    /// Sorted by actor, then by counter; no two of them touch.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Run {
    actor: u32,
    first: u32,
    last: u32,
}

impl Operations {
    pub(crate) fn contains(&self, id: OpId) -> bool {
        let next = self.after(id);
        next > 0 && self.runs[next - 1].holds(id)
    }

    pub(crate) fn insert(&mut self, id: OpId) {
        let next = self.after(id);
        if next > 0 && self.runs[next - 1].holds(id) {
            return;
        }
        let joins_previous = next > 0 && self.runs[next - 1].ends_before(id);
        let joins_next = self.runs.get(next).is_some_and(|run| run.begins_after(id));
        match (joins_previous, joins_next) {
            (true, true) => {
                self.runs[next - 1].last = self.runs[next].last;
                self.runs.remove(next);
            }
            (true, false) => self.runs[next - 1].last = id.counter,
            (false, true) => self.runs[next].first = id.counter,
            (false, false) => self.runs.insert(next, Run { actor: id.actor, first: id.counter, last: id.counter }),
        }
    }

    /// Takes back what was inserted last.
    pub(crate) fn remove(&mut self, id: OpId) {
        let next = self.after(id);
        if next == 0 || !self.runs[next - 1].holds(id) {
            return;
        }
        let run = self.runs[next - 1];
        let before = Run { last: id.counter.wrapping_sub(1), ..run };
        let after = Run { first: id.counter.wrapping_add(1), ..run };
        let left = [(run.first < id.counter).then_some(before), (id.counter < run.last).then_some(after)];
        self.runs.splice(next - 1..next, left.into_iter().flatten());
    }

    pub(crate) fn weight(&self) -> usize {
        self.runs.capacity() * size_of::<Run>()
    }

    /// The first run that begins after `id`.
    fn after(&self, id: OpId) -> usize {
        self.runs.partition_point(|run| (run.actor, run.first) <= (id.actor, id.counter))
    }
}

impl Run {
    const fn holds(&self, id: OpId) -> bool {
        self.actor == id.actor && self.first <= id.counter && id.counter <= self.last
    }

    fn ends_before(&self, id: OpId) -> bool {
        self.actor == id.actor && self.last.checked_add(1) == Some(id.counter)
    }

    fn begins_after(&self, id: OpId) -> bool {
        self.actor == id.actor && id.counter.checked_add(1) == Some(self.first)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn ids() -> impl Strategy<Value = Vec<(u32, u32, bool)>> {
        prop::collection::vec((0..3_u32, 1..40_u32, prop::bool::weighted(0.8)), 0..200)
    }

    proptest! {
        #[test]
        fn runs_hold_what_a_set_would(steps in ids()) {
            let (mut operations, mut set) = (Operations::default(), BTreeSet::new());
            for (actor, counter, add) in steps {
                let id = OpId { counter, actor };
                if add {
                    operations.insert(id);
                    set.insert((actor, counter));
                } else {
                    operations.remove(id);
                    set.remove(&(actor, counter));
                }
            }
            for actor in 0..3 {
                for counter in 0..42 {
                    prop_assert_eq!(operations.contains(OpId { counter, actor }), set.contains(&(actor, counter)));
                }
            }
            let touching = operations.runs.windows(2).any(|w| w[0].actor == w[1].actor && w[0].last + 1 >= w[1].first);
            prop_assert!(!touching, "runs that touch are one: {:?}", operations.runs);
        }
    }
}
