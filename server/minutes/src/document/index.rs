//! What the gate must know of a document to judge a change without the document itself: which object is which, whose
//! each row is, which operations there are to refer to, how far each actor has come.
//!
//! The index is made of the changes alone, one after the other, so it can be made again from the log at any time. A
//! change is noted operation by operation while it is judged; if it is refused, all that its message noted is taken
//! back.

use std::collections::{BTreeMap, HashMap};

use automerge::legacy::{ElementId, Key as AnyKey, ObjectId, Op, OpType};
use automerge::{ActorId, Change, ChangeHash, ScalarValue};
use serde::{Deserialize, Serialize};

use super::DocumentError;
use super::graph::Graph;
use super::operations::Operations;
use super::schema::{Key, Node, Table};
use crate::ids::{PersonId, RowId, SessionId};
use crate::record::Nature;

/// Who writes under which actor id, as registered by the server.
pub type Owners = BTreeMap<Vec<u8>, (PersonId, SessionId)>;

/// An operation, its actor by number. Counters stay below 2³²: a change that would pass it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct OpId {
    pub(crate) counter: u32,
    pub(crate) actor: u32,
}

/// The root object, which no operation makes. Counters begin at 1.
const ROOT: OpId = OpId { counter: 0, actor: 0 };

/// Whose a row is, fixed when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowFacts {
    /// Whose statement it is; nobody's for decisions and actions.
    pub(crate) by: Option<PersonId>,
    /// Who put it in; None for what the server made.
    pub(crate) recorded_by: Option<PersonId>,
    /// An entry in somebody's own words.
    pub(crate) own_words: bool,
    pub(crate) removed: bool,
}

/// Whose an actor is and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ActorFacts {
    pub(super) id: ActorId,
    /// None for the document's maker, under whose id nobody may write.
    pub(crate) owner: Option<(PersonId, SessionId)>,
    pub(crate) last_seq: u64,
    /// The number of its last change in the log.
    pub(crate) last_change: u32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    pub(super) actors: Vec<ActorFacts>,
    pub(super) numbers: HashMap<ActorId, u32>,
    pub(super) nodes: HashMap<OpId, Node>,
    pub(super) rows: HashMap<(Table, RowId), RowFacts>,
    pub(super) elements: HashMap<OpId, Operations>,
    /// The operations that ever set a field, those overwritten too: a late change may still name them.
    pub(super) values: HashMap<(OpId, Key), Operations>,
    pub(super) graph: Graph,
    /// How many there have been in all.
    pub(super) operations: u64,
    pub(super) journal: Vec<Undo>,
}

/// How to take back one step.
#[derive(Debug, Clone)]
pub(super) enum Undo {
    NewActor,
    Actor { number: u32, last_seq: u64, last_change: u32 },
    Change { hash: ChangeHash, replaced: Vec<ChangeHash>, operations: u64 },
    Node(OpId),
    Row((Table, RowId)),
    Facts((Table, RowId), RowFacts),
    Element { text: OpId, id: OpId },
    Value((OpId, Key), OpId),
}

impl Index {
    /// An index of nothing: of a document before its first change.
    pub(super) fn new() -> Self {
        Self { nodes: HashMap::from([(ROOT, Node::Root)]), ..Self::default() }
    }

    pub(super) fn number_actors(&mut self) {
        self.numbers = self.actors.iter().zip(0..).map(|(actor, number)| (actor.id.clone(), number)).collect();
    }

    /// How many operations the document is made of.
    pub(crate) const fn operations(&self) -> u64 {
        self.operations
    }

    pub(crate) const fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(super) const fn graph_mut(&mut self) -> &mut Graph {
        &mut self.graph
    }

    pub(crate) fn actor(&self, id: &ActorId) -> Option<&ActorFacts> {
        self.actors.get(*self.numbers.get(id)? as usize)
    }

    /// The object an operation is about, and what it is.
    pub(crate) fn place(&self, object: &ObjectId) -> Option<(OpId, Node)> {
        let id = match object {
            ObjectId::Root => ROOT,
            ObjectId::Id(id) => self.number(id)?,
        };
        Some((id, *self.nodes.get(&id)?))
    }

    pub(crate) fn number(&self, id: &automerge::legacy::OpId) -> Option<OpId> {
        Some(OpId { counter: u32::try_from(id.0).ok()?, actor: *self.numbers.get(&id.1)? })
    }

    pub(crate) fn row(&self, table: Table, row: RowId) -> Option<RowFacts> {
        self.rows.get(&(table, row)).copied()
    }

    /// Whether a text has, or had, this character; every text begins with a place before the first.
    pub(crate) fn has_element(&self, text: OpId, element: &ElementId) -> bool {
        match element {
            ElementId::Head => true,
            ElementId::Id(id) => match (self.number(id), self.elements.get(&text)) {
                (Some(id), Some(elements)) => elements.contains(id),
                _ => false,
            },
        }
    }

    /// Whether each of these operations set this field.
    pub(crate) fn have_set<'a>(
        &self,
        object: OpId,
        key: Key,
        operations: impl IntoIterator<Item = &'a automerge::legacy::OpId>,
    ) -> bool {
        let there = self.values.get(&(object, key));
        operations.into_iter().all(|id| match (self.number(id), there) {
            (Some(id), Some(there)) => there.contains(id),
            _ => false,
        })
    }

    /// Whose each actor is, as far as it is anybody's.
    pub(crate) fn owners(&self) -> Owners {
        self.actors.iter().filter_map(|actor| Some((actor.id.to_bytes().to_vec(), actor.owner?))).collect()
    }

    /// Rows that somebody put in who is not the one they speak for, actions and decisions among them.
    pub(crate) fn recorders(&self) -> impl Iterator<Item = (RowId, PersonId)> {
        self.rows.iter().filter_map(|((_, row), facts)| {
            facts.recorded_by.filter(|recorder| facts.by != Some(*recorder)).map(|recorder| (*row, recorder))
        })
    }

    /// Begins a change: its actor moves on, the heads change. Gives the actor's number.
    pub(crate) fn begin(&mut self, change: &Change, owner: Option<(PersonId, SessionId)>, max_op: u32) -> u32 {
        let number = match self.numbers.get(change.actor_id()) {
            Some(number) => *number,
            None => self.register(change.actor_id(), owner),
        };
        let replaced = self.graph.add(change, max_op);
        let operations = change.len() as u64;
        self.operations = self.operations.saturating_add(operations);
        self.journal.push(Undo::Change { hash: change.hash(), replaced, operations });
        if let Some(actor) = self.actors.get_mut(number as usize) {
            self.journal.push(Undo::Actor { number, last_seq: actor.last_seq, last_change: actor.last_change });
            actor.last_seq = change.seq();
            actor.last_change = u32::try_from(self.graph.count()).unwrap_or(u32::MAX);
        }
        number
    }

    fn register(&mut self, id: &ActorId, owner: Option<(PersonId, SessionId)>) -> u32 {
        let number = u32::try_from(self.actors.len()).unwrap_or(u32::MAX);
        self.actors.push(ActorFacts { id: id.clone(), owner, last_seq: 0, last_change: 0 });
        self.numbers.insert(id.clone(), number);
        self.journal.push(Undo::NewActor);
        number
    }

    /// Notes what one operation made or set. `recorder` is who puts it in.
    pub(crate) fn note(&mut self, op: &Op, id: OpId, place: (OpId, Node), recorder: Option<PersonId>) {
        let (object, node) = place;
        match (&op.key, &op.action) {
            (AnyKey::Seq(_), OpType::Put(_)) if op.insert && node.is_text() => self.note_element(object, id),
            (AnyKey::Map(key), OpType::Make(_)) => {
                if let Some(made) = node.child(key) {
                    self.note_object(id, made, recorder);
                }
            }
            (AnyKey::Map(key), OpType::Put(value)) => {
                if let Some(key) = node.key(key) {
                    self.values.entry((object, key)).or_default().insert(id);
                    self.journal.push(Undo::Value((object, key), id));
                }
                if let Node::Row(table, row) = node {
                    self.note_facts(table, row, key, value);
                }
            }
            _ => {}
        }
    }

    fn note_element(&mut self, text: OpId, id: OpId) {
        self.elements.entry(text).or_default().insert(id);
        self.journal.push(Undo::Element { text, id });
    }

    fn note_object(&mut self, id: OpId, node: Node, recorder: Option<PersonId>) {
        self.nodes.insert(id, node);
        self.journal.push(Undo::Node(id));
        match node {
            Node::Row(table, row) => {
                let facts = RowFacts { by: None, recorded_by: recorder, own_words: false, removed: false };
                self.rows.insert((table, row), facts);
                self.journal.push(Undo::Row((table, row)));
            }
            Node::Removed(table, row) => self.set_facts(table, row, |facts| facts.removed = true),
            _ => {}
        }
    }

    fn note_facts(&mut self, table: Table, row: RowId, key: &str, value: &ScalarValue) {
        let ScalarValue::Str(text) = value else { return };
        match key {
            "by" => self.set_facts(table, row, |facts| facts.by = text.parse().ok()),
            "nature" => self.set_facts(table, row, |facts| facts.own_words = text == Nature::View.as_str()),
            _ => {}
        }
    }

    fn set_facts(&mut self, table: Table, row: RowId, set: impl FnOnce(&mut RowFacts)) {
        if let Some(facts) = self.rows.get_mut(&(table, row)) {
            self.journal.push(Undo::Facts((table, row), *facts));
            set(facts);
        }
    }

    /// What has been noted since the last time stays.
    pub(crate) fn keep(&mut self) {
        self.journal.clear();
    }

    /// What has been noted since the last time was never there.
    pub(crate) fn take_back(&mut self) {
        while let Some(step) = self.journal.pop() {
            match step {
                Undo::NewActor => {
                    if let Some(actor) = self.actors.pop() {
                        self.numbers.remove(&actor.id);
                    }
                }
                Undo::Actor { number, last_seq, last_change } => {
                    if let Some(actor) = self.actors.get_mut(number as usize) {
                        actor.last_seq = last_seq;
                        actor.last_change = last_change;
                    }
                }
                Undo::Change { hash, replaced, operations } => {
                    self.graph.take_back(&hash, replaced);
                    self.operations -= operations;
                }
                Undo::Node(id) => drop(self.nodes.remove(&id)),
                Undo::Row(key) => drop(self.rows.remove(&key)),
                Undo::Facts(key, facts) => drop(self.rows.insert(key, facts)),
                Undo::Element { text, id } => {
                    if let Some(elements) = self.elements.get_mut(&text) {
                        elements.remove(id);
                    }
                }
                Undo::Value(key, id) => {
                    if let Some(operations) = self.values.get_mut(&key) {
                        operations.remove(id);
                    }
                }
            }
        }
    }

    /// Notes a stored change, which was judged when it came in.
    pub(crate) fn absorb(&mut self, change: &Change, owners: &Owners) -> Result<(), DocumentError> {
        if !change.deps().iter().all(|dep| self.graph.contains(dep)) {
            return Err(DocumentError::Missing("a change that another builds on"));
        }
        let max_op = u32::try_from(change.max_op()).map_err(|_| DocumentError::Missing("room for its counters"))?;
        let owner = owners.get(change.actor_id().to_bytes()).copied();
        let actor = self.begin(change, owner, max_op);
        for (op, counter) in change.decode().operations.iter().zip(max_op + 1 - op_count(change)..) {
            let place = self.place(&op.obj).ok_or(DocumentError::Missing("an object that a change is about"))?;
            self.note(op, OpId { counter, actor }, place, owner.map(|(person, _)| person));
        }
        self.keep();
        Ok(())
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        let elements: usize = self.elements.values().map(Operations::weight).sum();
        self.graph.weight()
            + elements
            + self.actors.capacity() * (2 * size_of::<ActorFacts>())
            + self.nodes.capacity() * size_of::<(OpId, Node)>()
            + self.rows.capacity() * size_of::<((Table, RowId), RowFacts)>()
            + self.elements.capacity() * size_of::<(OpId, Operations)>()
            + self.values.values().map(Operations::weight).sum::<usize>()
            + self.values.capacity() * size_of::<((OpId, Key), Operations)>()
    }
}

fn op_count(change: &Change) -> u32 {
    u32::try_from(change.len()).unwrap_or(u32::MAX)
}
