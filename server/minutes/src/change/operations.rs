//! Each operation of a change, resolved to its place in the document and put to the access table.

use std::collections::HashMap;

use automerge::legacy::{Key, ObjectId, Op, OpType};
use automerge::{ActorId, Change, ObjType, ScalarValue};

use super::rows::NewRow;
use super::{Refusal, Table, Writer};
use crate::access::{self, Deed, MeetingState, Whose};
use crate::document::{Index, Node, ObjectKey, RowFacts, Table as Rows};
use crate::ids::RowId;

/// One keystroke inserts one character; an emoji with its joiners is a handful. Anything longer is not typing.
const MAX_INSERT_BYTES: usize = 64;

/// What a change adds to the index once all of it has passed.
#[derive(Debug, Default)]
pub(super) struct Added {
    pub(super) nodes: HashMap<ObjectKey, Node>,
    pub(super) new_rows: HashMap<(Rows, RowId), NewRow>,
    pub(super) removed: HashMap<(Rows, RowId), Removal>,
}

/// A tombstone in the making: who and when, both in the one change.
#[derive(Debug, Default)]
pub(super) struct Removal {
    by: bool,
    at: bool,
}

impl Added {
    pub(super) fn into_index(self, index: &mut Index) {
        index.nodes.extend(self.nodes);
        for (key, row) in self.new_rows {
            index.rows.insert(key, row.facts);
        }
        for key in self.removed.keys() {
            if let Some(facts) = index.rows.get_mut(key) {
                facts.removed = true;
            }
        }
    }
}

/// Everything an operation is judged by.
pub(super) struct Judge<'a> {
    pub(super) writer: &'a Writer,
    pub(super) table: &'a Table,
    pub(super) index: &'a Index,
    pub(super) added: Added,
}

pub(super) fn judge(change: &Change, writer: &Writer, table: &Table, index: &Index) -> Result<Added, Refusal> {
    let expanded = change.decode();
    let mut judge = Judge { writer, table, index, added: Added::default() };
    for (offset, op) in expanded.operations.iter().enumerate() {
        let counter = change.start_op().get() + offset as u64;
        judge.operation(op, counter, change.actor_id())?;
    }
    for ((rows, _), row) in &judge.added.new_rows {
        row.is_whole(*rows)?;
        judge.may_add(*rows, &row.facts)?;
    }
    if judge.added.removed.values().any(|removal| !removal.by || !removal.at) {
        return Err(Refusal::OutsideSchema("a removal says who and when"));
    }
    Ok(judge.added)
}

impl Judge<'_> {
    fn operation(&mut self, op: &Op, counter: u64, actor: &ActorId) -> Result<(), Refusal> {
        let key = match &op.obj {
            ObjectId::Root => ObjectKey::Root,
            ObjectId::Id(id) => ObjectKey::Made { counter: id.0, actor: id.1.clone() },
        };
        let node = self
            .added
            .nodes
            .get(&key)
            .or_else(|| self.index.nodes.get(&key))
            .cloned()
            .ok_or(Refusal::OutsideSchema("it changes something that is not there"))?;
        let made = ObjectKey::Made { counter, actor: actor.clone() };
        match (&node, &op.key) {
            (Node::Text(rows, row), Key::Seq(_)) => {
                typing(op)?;
                self.may_edit(*rows, *row)
            }
            (Node::AttendanceNote, Key::Seq(_)) => {
                typing(op)?;
                self.may(Deed::SetAttendance)
            }
            (_, Key::Map(key)) if !op.insert => self.map_operation(&node, key, &op.action, made),
            _ => Err(Refusal::OutsideSchema("text belongs in a text")),
        }
    }

    fn map_operation(&mut self, node: &Node, key: &str, action: &OpType, made: ObjectKey) -> Result<(), Refusal> {
        match node {
            Node::Rows(rows) => self.make_row(*rows, key, action, made),
            Node::Row(rows, row) if self.added.new_rows.contains_key(&(*rows, *row)) => {
                self.fill_row(*rows, *row, key, action, made)
            }
            Node::Row(rows, row) => self.edit_row(*rows, *row, key, action, made),
            Node::About(rows, row) => self.set_about(*rows, *row, key, action),
            Node::Removed(rows, row) => self.fill_removal(*rows, *row, key, action),
            Node::AttendanceRow => self.set_attendance(key, action),
            Node::Root | Node::Meeting | Node::Sections | Node::Section | Node::Attendance => {
                Err(Refusal::OutsideSchema("only the server changes this"))
            }
            Node::Text(..) | Node::AttendanceNote => Err(Refusal::OutsideSchema("a text has no fields")),
        }
    }

    /// A `removed` map on a row that was there before; its two fields follow in the same change.
    pub(super) fn remove_row(
        &mut self,
        rows: Rows,
        row: RowId,
        action: &OpType,
        made: ObjectKey,
    ) -> Result<(), Refusal> {
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
        self.added.nodes.insert(made, Node::Removed(rows, row));
        self.added.removed.insert((rows, row), Removal::default());
        Ok(())
    }

    fn fill_removal(&mut self, rows: Rows, row: RowId, key: &str, action: &OpType) -> Result<(), Refusal> {
        let removal =
            self.added.removed.get_mut(&(rows, row)).ok_or(Refusal::OutsideSchema("a removal is not changed"))?;
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
        if self.added.new_rows.contains_key(&(rows, row)) {
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
        self.index.rows.get(&(rows, row)).cloned().ok_or(Refusal::OutsideSchema("there is no such row"))
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

/// Inserting and deleting characters is all that may be done to a text: no marks, no blocks, no counters.
fn typing(op: &Op) -> Result<(), Refusal> {
    match &op.action {
        OpType::Delete if !op.insert => Ok(()),
        OpType::Put(ScalarValue::Str(text)) if op.insert && (1..=MAX_INSERT_BYTES).contains(&text.len()) => Ok(()),
        _ => Err(Refusal::OutsideSchema("a text holds characters only")),
    }
}
