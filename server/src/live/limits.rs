//! How much may be open at once. Whoever comes when the server is full is asked to come back, so that those who are at a
//! meeting can go on with it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use minutes::ids::PersonId;

use super::LiveError;

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes that open meetings may take; beyond it no further meeting is opened, and a quarter beyond nobody joins.
    pub memory: usize,
    /// Pages one person may have open.
    pub connections_per_person: usize,
    /// Messages one connection may send in a second, for long.
    pub messages_per_second: u32,
    /// How long a meeting nobody is connected to stays in memory.
    pub idle: Duration,
}

#[derive(Clone)]
pub(super) struct Admission {
    limits: Limits,
    taken: Arc<Taken>,
}

#[derive(Default)]
struct Taken {
    memory: AtomicUsize,
    connections: Mutex<HashMap<PersonId, usize>>,
}

/// One person's place for one connection.
pub struct Seat {
    person: PersonId,
    taken: Arc<Taken>,
}

/// A meeting's share of the memory, given back when dropped.
pub(super) struct Share {
    bytes: usize,
    taken: Arc<Taken>,
}

impl Admission {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, taken: Arc::default() }
    }

    pub(super) fn admit(&self, person: PersonId, meeting_is_open: bool) -> Result<Seat, LiveError> {
        let most = if meeting_is_open { self.limits.memory + self.limits.memory / 4 } else { self.limits.memory };
        if self.memory() > most {
            return Err(LiveError::Full);
        }
        let mut connections = self.taken.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let theirs = connections.entry(person).or_insert(0);
        if *theirs >= self.limits.connections_per_person {
            return Err(LiveError::TooManyConnections);
        }
        *theirs += 1;
        Ok(Seat { person, taken: self.taken.clone() })
    }

    pub(super) fn memory(&self) -> usize {
        self.taken.memory.load(Ordering::Relaxed)
    }

    pub(super) fn share(&self) -> Share {
        Share { bytes: 0, taken: self.taken.clone() }
    }
}

impl Share {
    pub(super) fn set(&mut self, bytes: usize) {
        self.taken.memory.fetch_add(bytes, Ordering::Relaxed);
        self.taken.memory.fetch_sub(self.bytes, Ordering::Relaxed);
        self.bytes = bytes;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.taken.memory.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut connections = self.taken.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(theirs) = connections.get_mut(&self.person) {
            *theirs -= 1;
            if *theirs == 0 {
                connections.remove(&self.person);
                super::give_back(&mut connections);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use uuid::Uuid;

    use super::*;

    #[test]
    fn who_comes_when_it_is_full_is_turned_away_and_let_in_when_it_is_not() {
        let limits = Limits { memory: 100, connections_per_person: 2, messages_per_second: 1, idle: Duration::ZERO };
        let admission = Admission::new(limits);
        let person = |n| PersonId(Uuid::from_u128(n));
        let mut share = admission.share();
        let first = admission.admit(person(1), false).unwrap();
        let _second = admission.admit(person(1), false).unwrap();
        assert!(matches!(admission.admit(person(1), false), Err(LiveError::TooManyConnections)));
        drop(first);
        drop(admission.admit(person(1), false).unwrap());

        share.set(101);
        assert!(matches!(admission.admit(person(2), false), Err(LiveError::Full)));
        drop(admission.admit(person(2), true).unwrap());
        share.set(126);
        assert!(matches!(admission.admit(person(2), true), Err(LiveError::Full)));
        share.set(50);
        drop(admission.admit(person(2), false).unwrap());
        drop(share);
        assert_eq!(admission.memory(), 0);
    }
}
