//! A row of attendance for somebody who was invited after the document was made: all that the server writes by itself
//! once a meeting has begun.

use std::collections::HashSet;
use std::num::NonZeroU64;

use automerge::legacy::{Key, ObjectId, Op, OpId as AnyOpId, OpType};
use automerge::{ActorId, Change, ExpandedChange, ObjType, ScalarValue};

use super::index::Index;
use super::schema::Node;
use crate::ids::{DocumentId, PersonId};
use crate::record::AttendanceStatus;

/// Who has a row already. A second one would stand in the first one's place, with what was marked there.
pub(crate) fn seated(index: &Index) -> HashSet<PersonId> {
    let row = |node: &Node| if let Node::AttendanceRow(person) = node { Some(*person) } else { None };
    index.nodes.values().filter_map(row).collect()
}

/// The change that gives these people a row each, under the document's own name, after everything there is. None where
/// the document has no attendance.
pub(crate) fn seat(index: &Index, document: DocumentId, people: &[PersonId]) -> Option<Change> {
    let maker = ActorId::from(document.0.as_bytes().as_slice());
    let seq = index.actor(&maker)?.last_seq.checked_add(1)?;
    let (attendance, _) = index.nodes.iter().find(|(_, node)| **node == Node::Attendance)?;
    let made_by = index.actors.get(attendance.actor as usize)?.id.clone();
    let attendance = ObjectId::Id(AnyOpId(attendance.counter.into(), made_by));
    let deps = index.graph().heads();
    let newest = deps.iter().filter_map(|hash| index.graph().get(hash)).map(|known| known.max_op).max()?;
    let first = u64::from(newest) + 1;
    let mut operations = Vec::new();
    for person in people {
        let row = AnyOpId(first + operations.len() as u64, maker.clone());
        operations.push(put(&attendance, &person.to_string(), OpType::Make(ObjType::Map)));
        let row = ObjectId::Id(row);
        operations.push(put(&row, "status", string(AttendanceStatus::Invited.as_str())));
        operations.push(put(&row, "arrivedAt", string("")));
        operations.push(put(&row, "leftAt", string("")));
        operations.push(put(&row, "note", OpType::Make(ObjType::Text)));
    }
    Some(Change::from(ExpandedChange {
        operations,
        actor_id: maker,
        author: None,
        hash: None,
        seq,
        start_op: NonZeroU64::new(first)?,
        time: 0,
        message: None,
        deps,
        extra_bytes: Vec::new(),
    }))
}

fn put(object: &ObjectId, key: &str, action: OpType) -> Op {
    Op { action, obj: object.clone(), key: Key::Map(key.into()), pred: [].into_iter().collect(), insert: false }
}

fn string(value: &str) -> OpType {
    OpType::Put(ScalarValue::Str(value.into()))
}
