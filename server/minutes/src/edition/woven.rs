//! The rows of several parts as one, in reading order.

use crate::ids::RowId;
use crate::record::{Action, Decision, Entry, PartRecord};

/// A row that stands somewhere in reading order.
pub(super) trait Placed {
    fn place(&self) -> (&str, RowId);
}

impl Placed for Entry {
    fn place(&self) -> (&str, RowId) {
        (&self.pos, self.id)
    }
}

impl Placed for Decision {
    fn place(&self) -> (&str, RowId) {
        (&self.pos, self.id)
    }
}

impl Placed for Action {
    fn place(&self) -> (&str, RowId) {
        (&self.pos, self.id)
    }
}

pub(super) fn woven<'a, T: Placed>(
    parts: &[&'a PartRecord],
    rows: impl Fn(&'a PartRecord) -> Vec<&'a T>,
) -> Vec<(&'a PartRecord, &'a T)> {
    let mut woven: Vec<_> = parts.iter().flat_map(|part| rows(part).into_iter().map(|row| (*part, row))).collect();
    woven.sort_by(|(_, a), (_, b)| a.place().cmp(&b.place()));
    woven
}
