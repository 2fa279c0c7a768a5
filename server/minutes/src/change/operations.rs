//! Each operation of a change, resolved to its place in the document and put to the access table.

use std::collections::HashMap;

use automerge::legacy::{Key as AnyKey, ObjectId, Op, OpId as AnyOpId, OpType};
use automerge::{ObjType, ScalarValue};

use super::rows::NewRow;
use super::{Refusal, Table, Writer};
use crate::access::{self, Deed, MeetingState, Whose};
use crate::document::{Index, Node, OpId, RowFacts, Table as Rows};
use crate::ids::RowId;

/// One keystroke inserts one character; an emoji with its joiners is a handful. Anything longer is not typing.
const MAX_INSERT_BYTES: usize = 64;

/// A tombstone in the making: who and when, both in the one change.
#[derive(Debug, Default)]
pub(super) struct Removal {
    by: bool,
    at: bool,
}

/// Everything an operation is judged by.
pub(super) struct Judge<'a> {
    pub(super) writer: &'a Writer,
    pub(super) table: &'a Table,
    pub(super) index: &'a mut Index,
    pub(super) new_rows: HashMap<(Rows, RowId), NewRow>,
    removed: HashMap<(Rows, RowId), Removal>,
}

/// Judges the operations of one change, the first of which is `first`, and notes each that passes.
pub(super) fn judge(
    operations: &[Op],
    first: OpId,
    writer: &Writer,
    table: &Table,
    index: &mut Index,
) -> Result<(), Refusal> {
    let mut judge = Judge { writer, table, index, new_rows: HashMap::new(), removed: HashMap::new() };
    for (op, counter) in operations.iter().zip(first.counter..) {
        judge.operation(op, OpId { counter, ..first })?;
    }
    for ((rows, id), row) in &judge.new_rows {
        row.is_whole(*rows)?;
        judge.may_add(*rows, &judge.facts(*rows, *id)?)?;
    }
    if judge.removed.values().any(|removal| !removal.by || !removal.at) {
        return Err(Refusal::OutsideSchema("a removal says who and when"));
    }
    Ok(())
}

impl Judge<'_> {
    fn operation(&mut self, op: &Op, id: OpId) -> Result<(), Refusal> {
        if !refers_to_what_is_older(op, id.counter) {
            return Err(Refusal::OutsideSchema("it builds on what came after it"));
        }
        let place =
            self.index.place(&op.obj).ok_or(Refusal::OutsideSchema("it changes something that is not there"))?;
        match (place.1, &op.key) {
            (node @ (Node::Text(..) | Node::AttendanceNote), AnyKey::Seq(_)) => {
                self.typing(op, place.0)?;
                match node {
                    Node::Text(rows, row) => self.may_edit(rows, row)?,
                    _ => self.may(Deed::SetAttendance)?,
                }
            }
            (node, AnyKey::Map(key)) if !op.insert => {
                self.overwrites_what_is_there(op, place, key)?;
                self.map_operation(node, key, &op.action)?;
            }
            _ => return Err(Refusal::OutsideSchema("text belongs in a text")),
        }
        self.index.note(op, id, place, Some(self.writer.person));
        Ok(())
    }

    /// Inserting and deleting characters is all that may be done to a text: no marks, no blocks, no counters. What is
    /// typed comes after a character that is there, what is deleted is one.
    fn typing(&self, op: &Op, text: OpId) -> Result<(), Refusal> {
        let AnyKey::Seq(element) = &op.key else { return Err(Refusal::OutsideSchema("text belongs in a text")) };
        let fits = match &op.action {
            OpType::Put(ScalarValue::Str(typed)) => {
                op.insert && op.pred.is_empty() && (1..=MAX_INSERT_BYTES).contains(&typed.len())
            }
            OpType::Delete => !op.insert && op.pred.len() == 1 && op.pred.iter().eq(element.as_opid()),
            _ => false,
        };
        if !fits {
            return Err(Refusal::OutsideSchema("a text holds characters only"));
        }
        if !self.index.has_element(text, element) {
            return Err(Refusal::OutsideSchema("it types beside a character that is not there"));
        }
        Ok(())
    }

    /// What a value takes the place of must have stood there. Automerge keeps an operation that names another nowhere, and
    /// the saved document does not load.
    fn overwrites_what_is_there(&self, op: &Op, (object, node): (OpId, Node), key: &str) -> Result<(), Refusal> {
        let known = match node.key(key) {
            Some(key) => self.index.have_set(object, key, op.pred.iter()),
            None => op.pred.is_empty(),
        };
        let deletes_nothing = op.action == OpType::Delete && op.pred.is_empty();
        if known && !deletes_nothing {
            Ok(())
        } else {
            Err(Refusal::OutsideSchema("it takes the place of something that is not there"))
        }
    }

    fn map_operation(&mut self, node: Node, key: &str, action: &OpType) -> Result<(), Refusal> {
        match node {
            Node::Rows(rows) => self.make_row(rows, key, action),
            Node::Row(rows, row) if self.new_rows.contains_key(&(rows, row)) => self.fill_row(rows, row, key, action),
            Node::Row(rows, row) => self.edit_row(rows, row, key, action),
            Node::About(rows, row) => self.set_about(rows, row, key, action),
            Node::Removed(rows, row) => self.fill_removal(rows, row, key, action),
            Node::AttendanceRow(_) => self.set_attendance(key, action),
            Node::Root | Node::Meeting | Node::Sections | Node::Section | Node::Attendance => {
                Err(Refusal::OutsideSchema("only the server changes this"))
            }
            Node::Text(..) | Node::AttendanceNote => Err(Refusal::OutsideSchema("a text has no fields")),
        }
    }

    /// A `removed` map on a row that was there before; its two fields follow in the same change.
    pub(super) fn remove_row(&mut self, rows: Rows, row: RowId, action: &OpType) -> Result<(), Refusal> {
        let facts = self.facts(rows, row)?;
        let whose = self.whose(&facts);
        self.may(match rows {
            Rows::Entries => Deed::RemoveEntry(whose),
            Rows::Actions => Deed::RemoveAction(whose),
            Rows::Decisions => Deed::WriteDecision,
            Rows::Views => return Err(Refusal::OutsideSchema("a view is not removed, only changed")),
        })?;
        if facts.removed {
            return Err(Refusal::OutsideSchema("it is removed already"));
        }
        if *action != OpType::Make(ObjType::Map) {
            return Err(Refusal::OutsideSchema("a removal is a map"));
        }
        self.removed.insert((rows, row), Removal::default());
        Ok(())
    }

    fn fill_removal(&mut self, rows: Rows, row: RowId, key: &str, action: &OpType) -> Result<(), Refusal> {
        let removal = self.removed.get_mut(&(rows, row)).ok_or(Refusal::OutsideSchema("a removal is not changed"))?;
        let OpType::Put(ScalarValue::Str(value)) = action else {
            return Err(Refusal::OutsideSchema("a removal holds two strings"));
        };
        match key {
            "by" if value == self.writer.person.to_string().as_str() => removal.by = true,
            "at" if value.len() <= 40 && value.parse::<jiff::Timestamp>().is_ok() => removal.at = true,
            _ => return Err(Refusal::OutsideSchema("a removal says by whom and when")),
        }
        Ok(())
    }

    fn set_attendance(&self, key: &str, action: &OpType) -> Result<(), Refusal> {
        let OpType::Put(ScalarValue::Str(value)) = action else {
            return Err(Refusal::OutsideSchema("attendance holds strings"));
        };
        let rule = crate::document::attendance_field(key).ok_or(Refusal::OutsideSchema("no such field"))?;
        if !rule.accepts(value) {
            return Err(Refusal::OutsideSchema("attendance has another form"));
        }
        self.may(Deed::SetAttendance)
    }

    /// Whether the writer may change the content of a row: one being made in this change, or one already there.
    pub(super) fn may_edit(&self, rows: Rows, row: RowId) -> Result<(), Refusal> {
        if self.new_rows.contains_key(&(rows, row)) {
            return Ok(()); // judged as a whole at the end, by `may_add`
        }
        let facts = self.facts(rows, row)?;
        if facts.removed {
            return Err(Refusal::OutsideSchema("it has been removed"));
        }
        let whose = self.whose(&facts);
        self.may(match rows {
            Rows::Entries if facts.own_words => Deed::EditOwnWords(whose),
            Rows::Entries => Deed::EditEntry,
            Rows::Decisions => Deed::WriteDecision,
            Rows::Views => {
                Deed::EditView(if facts.by == Some(self.writer.person) { Whose::Own } else { Whose::Others })
            }
            Rows::Actions => Deed::WriteAction,
        })
    }

    fn may_add(&self, rows: Rows, facts: &RowFacts) -> Result<(), Refusal> {
        let whose = if facts.by == Some(self.writer.person) { Whose::Own } else { Whose::RecordedForOther };
        self.may(match rows {
            Rows::Entries if facts.own_words => Deed::AddOwnWords(whose),
            Rows::Entries => Deed::AddEntry(whose),
            Rows::Decisions => Deed::WriteDecision,
            Rows::Views => Deed::AddView(whose),
            Rows::Actions => Deed::WriteAction,
        })
    }

    pub(super) fn may(&self, deed: Deed) -> Result<(), Refusal> {
        // A change is judged only while the meeting is open; the transaction that stores it asks again.
        Ok(access::judge(self.writer.standing, deed, MeetingState::Open)?)
    }

    pub(super) fn facts(&self, rows: Rows, row: RowId) -> Result<RowFacts, Refusal> {
        self.index.row(rows, row).ok_or(Refusal::OutsideSchema("there is no such row"))
    }

    pub(super) fn whose(&self, facts: &RowFacts) -> Whose {
        let me = Some(self.writer.person);
        if facts.by == me || (facts.by.is_none() && facts.recorded_by == me) {
            Whose::Own
        } else if facts.recorded_by == me {
            Whose::RecordedForOther
        } else {
            Whose::Others
        }
    }
}

/// Whether all that an operation names is older than itself, and named once. Automerge applies the older operations
/// first: it would look in vain for what this one builds on, or write the change down with a hole in it.
fn refers_to_what_is_older(op: &Op, counter: u32) -> bool {
    let is_older = |id: &AnyOpId| id.0 < u64::from(counter);
    let object = match &op.obj {
        ObjectId::Root => true,
        ObjectId::Id(id) => is_older(id),
    };
    let element = match &op.key {
        AnyKey::Map(_) => true,
        AnyKey::Seq(element) => element.as_opid().is_none_or(is_older),
    };
    let once = op.pred.iter().zip(op.pred.iter().skip(1)).all(|(one, next)| one != next);
    object && element && once && op.pred.iter().all(is_older)
}
