//! From a document to a typed record.

use automerge::{Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};

use super::DocumentError;
use crate::ids::DocumentId;
use crate::record::{
    Action, ActionStatus, Attendance, AttendanceStatus, Decision, Entry, Nature, Part, PartRecord, Position, Section,
    View,
};

/// The heads in hex, sorted.
pub fn heads_hex(doc: &Automerge) -> Vec<String> {
    let mut heads: Vec<String> = doc.get_heads().iter().map(ToString::to_string).collect();
    heads.sort();
    heads
}

/// Reads what the document holds now, tombstoned rows left out. `section_order` is the rule pack's: a map has none.
pub fn read(
    doc: &Automerge,
    part: &Part,
    document: DocumentId,
    section_order: &[String],
) -> Result<PartRecord, DocumentError> {
    let sections = child(doc, &ROOT, "sections").ok_or(DocumentError::Missing("sections"))?;
    let sections = section_order
        .iter()
        .filter_map(|key| child(doc, &sections, key).map(|section| (key, section)))
        .map(|(key, section)| Section {
            key: key.clone(),
            heading: scalar(doc, &section, "heading"),
            entries: sorted(rows(doc, child(doc, &section, "entries"), entry), |e| (e.pos.clone(), e.id)),
        })
        .collect();
    Ok(PartRecord {
        part: part.clone(),
        document,
        heads: heads_hex(doc),
        attendance: rows(doc, child(doc, &ROOT, "attendance"), attendance),
        sections,
        decisions: sorted(rows(doc, child(doc, &ROOT, "decisions"), decision), |d| (d.pos.clone(), d.id)),
        views: rows(doc, child(doc, &ROOT, "views"), view),
        actions: sorted(rows(doc, child(doc, &ROOT, "actions"), action), |a| (a.pos.clone(), a.id)),
    })
}

fn sorted<T, K: Ord>(mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    rows.sort_by_key(key);
    rows
}

/// Every row of a map that is whole and not tombstoned. The gate lets no other in.
fn rows<T>(doc: &Automerge, map: Option<ObjId>, read: impl Fn(&Automerge, &str, &ObjId) -> Option<T>) -> Vec<T> {
    let Some(map) = map else { return Vec::new() };
    doc.keys(&map)
        .filter_map(|key| {
            let row = child(doc, &map, &key)?;
            if child(doc, &row, "removed").is_some() { None } else { read(doc, &key, &row) }
        })
        .collect()
}

fn attendance(doc: &Automerge, key: &str, row: &ObjId) -> Option<Attendance> {
    Some(Attendance {
        person: key.parse().ok()?,
        status: AttendanceStatus::parse(&scalar(doc, row, "status"))?,
        arrived_at: scalar(doc, row, "arrivedAt"),
        left_at: scalar(doc, row, "leftAt"),
        note: text(doc, row, "note"),
    })
}

fn entry(doc: &Automerge, key: &str, row: &ObjId) -> Option<Entry> {
    Some(Entry {
        id: key.parse().ok()?,
        pos: scalar(doc, row, "pos"),
        text: text(doc, row, "text"),
        nature: Nature::parse(&scalar(doc, row, "nature"))?,
        source: scalar(doc, row, "source"),
        by: scalar(doc, row, "by").parse().ok()?,
        recorded_by: None, // not in the document: the server knows whose each actor is
        about: about(doc, row),
        tool: scalar(doc, row, "tool"),
        scale: scalar(doc, row, "scale"),
        attachment: scalar(doc, row, "attachment").parse().ok(),
    })
}

fn decision(doc: &Automerge, key: &str, row: &ObjId) -> Option<Decision> {
    Some(Decision {
        id: key.parse().ok()?,
        pos: scalar(doc, row, "pos"),
        child: scalar(doc, row, "child").parse().ok()?,
        text: text(doc, row, "text"),
        rationale: text(doc, row, "rationale"),
        category: scalar(doc, row, "category"),
        agreed: matches!(doc.get(row, "agreed"), Ok(Some((Value::Scalar(v), _))) if v.as_bool() == Some(true)),
        outcome: scalar(doc, row, "outcome"),
        threshold: scalar(doc, row, "threshold"),
    })
}

fn view(doc: &Automerge, key: &str, row: &ObjId) -> Option<View> {
    Some(View {
        id: key.parse().ok()?,
        decision: scalar(doc, row, "decision").parse().ok()?,
        agency: scalar(doc, row, "agency").parse().ok(),
        by: scalar(doc, row, "by").parse().ok()?,
        position: Position::parse(&scalar(doc, row, "position"))?,
        reason: text(doc, row, "reason"),
    })
}

fn action(doc: &Automerge, key: &str, row: &ObjId) -> Option<Action> {
    Some(Action {
        id: key.parse().ok()?,
        pos: scalar(doc, row, "pos"),
        outcome: text(doc, row, "outcome"),
        what: text(doc, row, "what"),
        owner: scalar(doc, row, "owner").parse().ok(),
        due: scalar(doc, row, "due"),
        measure: text(doc, row, "measure"),
        about: about(doc, row),
        status: ActionStatus::parse(&scalar(doc, row, "status"))?,
        carried_from: scalar(doc, row, "carriedFrom").parse().ok(),
    })
}

fn about(doc: &Automerge, row: &ObjId) -> Vec<crate::ids::ChildId> {
    let Some(map) = child(doc, row, "about") else { return Vec::new() };
    doc.keys(&map).filter_map(|key| key.parse().ok()).collect()
}

/// The object at `key`, if there is one.
pub(crate) fn child(doc: &Automerge, obj: &ObjId, key: &str) -> Option<ObjId> {
    match doc.get(obj, key) {
        Ok(Some((Value::Object(ObjType::Map | ObjType::Text), id))) => Some(id),
        _ => None,
    }
}

/// The string at `key`, or an empty one.
pub(super) fn scalar(doc: &Automerge, obj: &ObjId, key: &str) -> String {
    match doc.get(obj, key) {
        Ok(Some((Value::Scalar(value), _))) => match value.as_ref() {
            ScalarValue::Str(text) => text.to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

fn text(doc: &Automerge, obj: &ObjId, key: &str) -> String {
    child(doc, obj, key).and_then(|id| doc.text(&id).ok()).unwrap_or_default()
}
