//! From an operation's id to who made it: the actor says whose it is, the change it came in says when.

use std::collections::HashMap;

use automerge::{ActorId, Change, ObjId};

use super::{Logged, Owners, Stamp};
use crate::document::DocumentError;

/// A log with its changes read.
pub(super) struct ReadLog {
    pub(super) changes: Vec<(Stamp, Change)>,
}

impl ReadLog {
    pub(super) fn read(log: &[Logged<'_>], owners: &Owners) -> Result<Self, DocumentError> {
        let mut changes = Vec::with_capacity(log.len());
        for logged in log {
            let change = Change::try_from(logged.bytes).map_err(DocumentError::Change)?;
            let by = owners.get(change.actor_id().to_bytes()).map(|(person, _)| *person);
            changes.push((Stamp { by, n: logged.n, at: logged.received_at }, change));
        }
        Ok(Self { changes })
    }

    pub(super) fn authorship(&self) -> Authorship {
        let mut made: HashMap<ActorId, Vec<Made>> = HashMap::new();
        for (stamp, change) in self.changes.iter().filter(|(_, change)| !change.is_empty()) {
            let one = Made { first: change.start_op().get(), last: change.max_op(), stamp: *stamp };
            made.entry(change.actor_id().clone()).or_default().push(one);
        }
        for of_actor in made.values_mut() {
            of_actor.sort_by_key(|one| one.first);
        }
        Authorship { made }
    }
}

/// The operations of one change, by their counters.
struct Made {
    first: u64,
    last: u64,
    stamp: Stamp,
}

pub(super) struct Authorship {
    made: HashMap<ActorId, Vec<Made>>,
}

impl Authorship {
    /// Who made the operation of this id. Every one that is in the document came in a change of its log.
    pub(super) fn of(&self, id: &ObjId) -> Result<Stamp, DocumentError> {
        let ObjId::Id(counter, actor, _) = id else { return Err(DocumentError::Missing("the change of an operation")) };
        let of_actor = self.made.get(actor).map(Vec::as_slice).unwrap_or_default();
        let after = of_actor.partition_point(|one| one.first <= *counter);
        let found = after.checked_sub(1).map(|index| &of_actor[index]).filter(|one| *counter <= one.last);
        found.map(|one| one.stamp).ok_or(DocumentError::Missing("the change of an operation"))
    }
}
