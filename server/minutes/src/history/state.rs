//! The record as it stood after some changes, with who wrote and set what.

use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValueRef, ValueRef};

use super::authorship::{Authorship, ReadLog};
use super::spans::{self, Span};
use super::{Logged, Owners, Stamp};
use crate::document::{self, DocumentError, FieldRule, Table, child};
use crate::ids::{ChildId, PersonId, RowId};

/// One document as it stood. Rows are in reading order, the removed among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// After which change.
    pub n: i64,
    /// When the server received that change.
    pub at: i64,
    pub attendance: Vec<AttendanceRow>,
    pub sections: Vec<Section>,
    pub decisions: Vec<Row>,
    pub views: Vec<Row>,
    pub actions: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub key: String,
    pub entries: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: RowId,
    pub added: Stamp,
    /// In the order of the schema, the tombstone left out.
    pub fields: Vec<Field>,
    pub removed: Option<Stamp>,
}

/// The server makes these rows; what is set in them is somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttendanceRow {
    pub person: PersonId,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As the document calls it: `text`, `due` …
    pub name: &'static str,
    pub content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Words(Vec<Span>),
    /// A scalar as text, and who set it last.
    Value(String, Stamp),
    /// The children named, each with who named them.
    Children(Vec<(ChildId, Stamp)>),
}

const ATTENDANCE: &[(&str, Form)] =
    &[("status", Form::Value), ("arrivedAt", Form::Value), ("leftAt", Form::Value), ("note", Form::Words)];

/// How a field is read.
#[derive(Clone, Copy)]
enum Form {
    Words,
    Value,
    Children,
}

impl Row {
    /// The spans of a text; none for anything else.
    pub fn words(&self, field: &str) -> &[Span] {
        words(&self.fields, field)
    }

    /// A scalar; empty for anything else.
    pub fn value(&self, field: &str) -> &str {
        value(&self.fields, field)
    }

    /// Who set a scalar last.
    pub fn set(&self, field: &str) -> Option<Stamp> {
        set(&self.fields, field)
    }

    /// The children it is about.
    pub fn children(&self) -> &[(ChildId, Stamp)] {
        let found = self.fields.iter().find_map(|field| match &field.content {
            Content::Children(children) => Some(children.as_slice()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    fn place(&self) -> (String, RowId) {
        (self.value("pos").to_owned(), self.id)
    }
}

impl AttendanceRow {
    pub fn words(&self, field: &str) -> &[Span] {
        words(&self.fields, field)
    }

    pub fn value(&self, field: &str) -> &str {
        value(&self.fields, field)
    }

    pub fn set(&self, field: &str) -> Option<Stamp> {
        set(&self.fields, field)
    }
}

fn content<'a>(fields: &'a [Field], name: &str) -> Option<&'a Content> {
    fields.iter().find(|field| field.name == name).map(|field| &field.content)
}

fn words<'a>(fields: &'a [Field], name: &str) -> &'a [Span] {
    match content(fields, name) {
        Some(Content::Words(spans)) => spans,
        _ => &[],
    }
}

fn value<'a>(fields: &'a [Field], name: &str) -> &'a str {
    match content(fields, name) {
        Some(Content::Value(value, _)) => value,
        _ => "",
    }
}

fn set(fields: &[Field], name: &str) -> Option<Stamp> {
    match content(fields, name) {
        Some(Content::Value(_, stamp)) => Some(*stamp),
        _ => None,
    }
}

/// The document after the changes of `log`: all of it, or its first ones. `section_order` is the rule pack's.
pub fn state(log: &[Logged<'_>], owners: &Owners, section_order: &[String]) -> Result<State, DocumentError> {
    let last = log.last().ok_or(DocumentError::Missing("a first change"))?;
    let doc = document::open(None, log.iter().map(|logged| logged.bytes))?;
    let reading = Reading { doc: &doc, authorship: ReadLog::read(log, owners)?.authorship() };
    let top = |key: &'static str| child(&doc, &ROOT, key).ok_or(DocumentError::Missing(key));
    let sections = top("sections")?;
    let mut read = Vec::new();
    for key in section_order {
        let Some(section) = child(&doc, &sections, key) else { continue };
        let entries = child(&doc, &section, "entries").ok_or(DocumentError::Missing("entries"))?;
        read.push(Section { key: key.clone(), entries: reading.rows(Table::Entries, &entries)? });
    }
    Ok(State {
        n: last.n,
        at: last.received_at,
        attendance: reading.attendance(&top("attendance")?)?,
        sections: read,
        decisions: reading.rows(Table::Decisions, &top("decisions")?)?,
        views: reading.rows(Table::Views, &top("views")?)?,
        actions: reading.rows(Table::Actions, &top("actions")?)?,
    })
}

struct Reading<'a> {
    doc: &'a Automerge,
    authorship: Authorship,
}

impl Reading<'_> {
    fn rows(&self, table: Table, map: &ObjId) -> Result<Vec<Row>, DocumentError> {
        let fields: Vec<(&'static str, Form)> =
            table.fields().iter().filter_map(|(name, rule)| Some((*name, form(*rule)?))).collect();
        let mut rows = Vec::new();
        for item in self.doc.map_range(map, ..) {
            let Ok(id) = item.key.parse::<RowId>() else { continue };
            let row = item.id();
            rows.push(Row {
                id,
                added: self.authorship.of(&row)?,
                fields: self.fields(&row, &fields)?,
                removed: child(self.doc, &row, "removed").map(|made| self.authorship.of(&made)).transpose()?,
            });
        }
        rows.sort_by_cached_key(Row::place);
        Ok(rows)
    }

    fn attendance(&self, map: &ObjId) -> Result<Vec<AttendanceRow>, DocumentError> {
        let mut rows = Vec::new();
        for item in self.doc.map_range(map, ..) {
            let Ok(person) = item.key.parse() else { continue };
            rows.push(AttendanceRow { person, fields: self.fields(&item.id(), ATTENDANCE)? });
        }
        Ok(rows)
    }

    fn fields(&self, row: &ObjId, wanted: &[(&'static str, Form)]) -> Result<Vec<Field>, DocumentError> {
        let mut found = vec![None; wanted.len()];
        for item in self.doc.map_range(row, ..) {
            let Some(index) = wanted.iter().position(|(name, _)| *name == item.key) else { continue };
            let (name, form) = wanted[index];
            let content = match (form, &item.value) {
                (Form::Words, ValueRef::Object(ObjType::Text)) => Content::Words(self.spans(&item.id())?),
                (Form::Children, ValueRef::Object(ObjType::Map)) => Content::Children(self.children(&item.id())?),
                (Form::Value, ValueRef::Scalar(value)) => {
                    Content::Value(as_text(value), self.authorship.of(&item.id())?)
                }
                _ => continue, // of another form than the schema's, which the gate lets nobody write
            };
            found[index] = Some(Field { name, content });
        }
        Ok(found.into_iter().flatten().collect())
    }

    fn spans(&self, text: &ObjId) -> Result<Vec<Span>, DocumentError> {
        let mut pieces = Vec::new();
        for item in self.doc.list_range(text, ..) {
            if let ValueRef::Scalar(ScalarValueRef::Str(piece)) = &item.value {
                pieces.push((piece.to_string(), self.authorship.of(&item.id())?));
            }
        }
        Ok(spans::join(pieces.iter().map(|(piece, stamp)| (piece.as_str(), *stamp))))
    }

    fn children(&self, about: &ObjId) -> Result<Vec<(ChildId, Stamp)>, DocumentError> {
        let mut children = Vec::new();
        for item in self.doc.map_range(about, ..) {
            let Ok(child) = item.key.parse() else { continue };
            children.push((child, self.authorship.of(&item.id())?));
        }
        Ok(children)
    }
}

const fn form(rule: FieldRule) -> Option<Form> {
    match rule {
        FieldRule::Text => Some(Form::Words),
        FieldRule::About => Some(Form::Children),
        FieldRule::Scalar(_) | FieldRule::Once(_) | FieldRule::Optional(_) => Some(Form::Value),
        FieldRule::Removed => None,
    }
}

fn as_text(value: &ScalarValueRef<'_>) -> String {
    match value {
        ScalarValueRef::Str(text) => text.to_string(),
        ScalarValueRef::Boolean(yes) => yes.to_string(),
        _ => String::new(),
    }
}
