//! What the gate must know of a document to judge a change without applying it: which object is which, whose each
//! row is, and how far each actor has come.

use std::collections::{BTreeMap, HashMap, HashSet};

use automerge::{ActorId, Automerge, ObjId, ROOT, ReadDoc};

use super::DocumentError;
use super::read::{child, scalar};
use super::schema::{Node, Table};
use crate::ids::{PersonId, RowId, SessionId};
use crate::record::Nature;

/// An object by the operation that made it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ObjectKey {
    Root,
    Made { counter: u64, actor: ActorId },
}

impl ObjectKey {
    fn of(id: &ObjId) -> Self {
        match id {
            ObjId::Root => Self::Root,
            ObjId::Id(counter, actor, _) => Self::Made { counter: *counter, actor: actor.clone() },
        }
    }
}

/// Whose a row is, fixed when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFacts {
    /// Whose statement it is; nobody's for decisions and actions.
    pub by: Option<PersonId>,
    /// Who put it in; None for what the server made.
    pub recorded_by: Option<PersonId>,
    /// An entry in somebody's own words.
    pub own_words: bool,
    pub removed: bool,
}

/// Whose an actor is and how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActorFacts {
    pub session: SessionId,
    pub person: PersonId,
    pub last_seq: u64,
    pub last_op: u64,
}

#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(crate) nodes: HashMap<ObjectKey, Node>,
    pub(crate) rows: HashMap<(Table, RowId), RowFacts>,
    pub(crate) actors: HashMap<ActorId, ActorFacts>,
    /// Actors that have changes but no owner: the document's maker. Nobody may write as them.
    pub(crate) reserved: HashSet<ActorId>,
}

impl Index {
    /// Builds the index of a stored document, given who owns which actor.
    pub fn build(doc: &Automerge, owners: &BTreeMap<Vec<u8>, (PersonId, SessionId)>) -> Result<Self, DocumentError> {
        let mut index = Self::default();
        index.note_actors(doc, owners);
        index.note(&ROOT, Node::Root);
        let part = |key: &'static str| child(doc, &ROOT, key).ok_or(DocumentError::Missing(key));
        index.note(&part("meeting")?, Node::Meeting);
        let attendance = part("attendance")?;
        index.note(&attendance, Node::Attendance);
        for key in doc.keys(&attendance) {
            let Some(row) = child(doc, &attendance, &key) else { continue };
            index.note(&row, Node::AttendanceRow);
            if let Some(note) = child(doc, &row, "note") {
                index.note(&note, Node::AttendanceNote);
            }
        }
        let sections = part("sections")?;
        index.note(&sections, Node::Sections);
        for key in doc.keys(&sections) {
            let Some(section) = child(doc, &sections, &key) else { continue };
            index.note(&section, Node::Section);
            if let Some(entries) = child(doc, &section, "entries") {
                index.note_rows(doc, Table::Entries, &entries);
            }
        }
        for (table, key) in [(Table::Decisions, "decisions"), (Table::Views, "views"), (Table::Actions, "actions")] {
            index.note_rows(doc, table, &part(key)?);
        }
        Ok(index)
    }

    /// Who wrote an entry down, if not the one whose statement it is.
    pub(crate) fn recorded_for_other(&self, entry: RowId) -> Option<PersonId> {
        let facts = self.rows.get(&(Table::Entries, entry))?;
        facts.recorded_by.filter(|recorder| facts.by != Some(*recorder))
    }

    /// Rows that somebody put in who is not the one they speak for, actions and decisions among them.
    pub(crate) fn recorders(&self) -> impl Iterator<Item = (RowId, PersonId)> {
        self.rows.iter().filter_map(|((_, row), facts)| {
            facts.recorded_by.filter(|recorder| facts.by != Some(*recorder)).map(|recorder| (*row, recorder))
        })
    }

    fn note(&mut self, object: &ObjId, node: Node) {
        self.nodes.insert(ObjectKey::of(object), node);
    }

    fn note_actors(&mut self, doc: &Automerge, owners: &BTreeMap<Vec<u8>, (PersonId, SessionId)>) {
        for meta in doc.get_changes_meta(&[]) {
            let actor: ActorId = meta.actor.into_owned();
            let Some((person, session)) = owners.get(actor.to_bytes()).copied() else {
                self.reserved.insert(actor);
                continue;
            };
            let facts = self.actors.entry(actor).or_insert(ActorFacts { session, person, last_seq: 0, last_op: 0 });
            facts.last_seq = facts.last_seq.max(meta.seq);
            facts.last_op = facts.last_op.max(meta.max_op);
        }
    }

    fn note_rows(&mut self, doc: &Automerge, table: Table, map: &ObjId) {
        self.note(map, Node::Rows(table));
        for key in doc.keys(map) {
            let (Some(row), Ok(id)) = (child(doc, map, &key), key.parse::<RowId>()) else { continue };
            self.note_row(doc, table, id, &row);
        }
    }

    fn note_row(&mut self, doc: &Automerge, table: Table, id: RowId, row: &ObjId) {
        self.note(row, Node::Row(table, id));
        for (field, rule) in table.fields() {
            let Some(object) = child(doc, row, field) else { continue };
            let node = match rule {
                super::FieldRule::Text => Node::Text(table, id),
                super::FieldRule::About => Node::About(table, id),
                super::FieldRule::Removed => Node::Removed(table, id),
                super::FieldRule::Scalar(_) | super::FieldRule::Once(_) => continue,
            };
            self.note(&object, node);
        }
        let recorded_by = match row {
            ObjId::Id(_, actor, _) => self.actors.get(actor).map(|facts| facts.person),
            ObjId::Root => None,
        };
        let facts = RowFacts {
            by: scalar(doc, row, "by").parse().ok(),
            recorded_by,
            own_words: scalar(doc, row, "nature") == Nature::View.as_str(),
            removed: child(doc, row, "removed").is_some(),
        };
        self.rows.insert((table, id), facts);
    }
}
