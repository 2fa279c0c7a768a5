//! Where in the record an operation writes: the objects of a document, followed as the log makes them.

use std::collections::HashMap;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType};
use automerge::{ObjType, ScalarValue};

use crate::document::{FieldRule, Table};
use crate::ids::{PersonId, RowId};

/// A part of the page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    Attendance,
    /// By its key.
    Section(String),
    Decisions,
    /// A view on a decision.
    Views,
    Actions,
}

/// The place, and which row there; attendance is one whole.
pub(super) type Spot = (Place, Option<RowId>);

/// What one operation did.
#[derive(Debug)]
pub(super) enum Deed<'a> {
    MadeRow,
    RemovedRow,
    Set(&'static str),
    /// A character, put after another or at the beginning.
    Typed {
        text: &'a str,
        after: Option<&'a OpId>,
    },
    Deleted(&'a OpId),
}

#[derive(Debug, Clone)]
enum Object {
    /// The map of sections.
    Sections,
    /// One section, by its key.
    Section(String),
    /// The map of rows of one table.
    Rows(Place, Table),
    Row(Place, Table, RowId),
    Text(Spot),
    About(Spot),
    Attendance,
    AttendanceRow,
}

#[derive(Default)]
pub(super) struct Places {
    objects: HashMap<OpId, Object>,
    /// Whose statement a row is; said once, when it is made.
    speakers: HashMap<Spot, PersonId>,
}

impl Places {
    pub(super) fn speaker(&self, spot: &Spot) -> Option<PersonId> {
        self.speakers.get(spot).copied()
    }

    /// What `op`, whose own id is `id`, did where; nothing for what only the server does. Operations come in the order
    /// of the log, so that what one writes to is known.
    pub(super) fn follow<'a>(&mut self, op: &'a Op, id: &OpId) -> Option<(Spot, Deed<'a>)> {
        let object = match &op.obj {
            ObjectId::Root => None,
            ObjectId::Id(made) => Some(self.objects.get(made)?),
        };
        match &op.key {
            Key::Map(key) => {
                let (made, told) = in_map(object, key.as_str(), &op.action);
                if let Some(made) = made {
                    self.objects.insert(id.clone(), made);
                }
                if let (Some((spot, Deed::Set("by"))), OpType::Put(ScalarValue::Str(by))) = (&told, &op.action)
                    && let Ok(speaker) = by.parse()
                {
                    self.speakers.insert(spot.clone(), speaker);
                }
                told
            }
            Key::Seq(element) => {
                let Some(Object::Text(spot)) = object else { return None };
                let deed = match (&op.action, element) {
                    (OpType::Put(ScalarValue::Str(text)), ElementId::Id(after)) if op.insert => {
                        Deed::Typed { text, after: Some(after) }
                    }
                    (OpType::Put(ScalarValue::Str(text)), ElementId::Head) if op.insert => {
                        Deed::Typed { text, after: None }
                    }
                    (OpType::Delete, ElementId::Id(character)) => Deed::Deleted(character),
                    _ => return None,
                };
                Some((spot.clone(), deed))
            }
        }
    }
}

/// The object that an operation on a map makes, and what it did.
fn in_map<'a>(object: Option<&Object>, key: &str, action: &OpType) -> (Option<Object>, Option<(Spot, Deed<'a>)>) {
    let makes = matches!(action, OpType::Make(ObjType::Map | ObjType::Text));
    match object {
        None if makes => (top(key), None),
        Some(Object::Sections) if makes => (Some(Object::Section(key.to_owned())), None),
        Some(Object::Section(section)) if makes && key == "entries" => {
            (Some(Object::Rows(Place::Section(section.clone()), Table::Entries)), None)
        }
        Some(Object::Rows(place, table)) if makes => match key.parse() {
            Ok(row) => {
                (Some(Object::Row(place.clone(), *table, row)), Some(((place.clone(), Some(row)), Deed::MadeRow)))
            }
            Err(_) => (None, None),
        },
        Some(Object::Row(place, table, row)) => {
            let spot = (place.clone(), Some(*row));
            match table.fields().iter().find(|(name, _)| *name == key) {
                Some((_, FieldRule::Text)) => (Some(Object::Text(spot)), None),
                Some((_, FieldRule::About)) => (Some(Object::About(spot)), None),
                Some((_, FieldRule::Removed)) => (None, Some((spot, Deed::RemovedRow))),
                Some((name, FieldRule::Scalar(_) | FieldRule::Once(_) | FieldRule::Optional(_))) => {
                    (None, Some((spot, Deed::Set(name))))
                }
                None => (None, None),
            }
        }
        Some(Object::About(spot)) => (None, Some((spot.clone(), Deed::Set("about")))),
        Some(Object::Attendance) if makes => (Some(Object::AttendanceRow), None),
        Some(Object::AttendanceRow) if makes => (Some(Object::Text((Place::Attendance, None))), None),
        Some(Object::AttendanceRow) => {
            let name = ["status", "arrivedAt", "leftAt"].into_iter().find(|name| *name == key);
            (None, name.map(|name| ((Place::Attendance, None), Deed::Set(name))))
        }
        _ => (None, None),
    }
}

fn top(key: &str) -> Option<Object> {
    match key {
        "attendance" => Some(Object::Attendance),
        "sections" => Some(Object::Sections),
        "decisions" => Some(Object::Rows(Place::Decisions, Table::Decisions)),
        "views" => Some(Object::Rows(Place::Views, Table::Views)),
        "actions" => Some(Object::Rows(Place::Actions, Table::Actions)),
        _ => None,
    }
}
