//! Writing rows from Rust: for made-up records and tests. What is written here still goes through the gate.

use automerge::transaction::Transactable;
use automerge::{AutomergeError, ObjId, ObjType, ROOT, Value};

use crate::ids::{ChildId, PersonId, RowId};
use crate::record::{Action, AttendanceStatus, Decision, Entry, View};

/// Adds an entry to a section.
pub fn entry(tx: &mut impl Transactable, section: &str, entry: &Entry) -> Result<(), AutomergeError> {
    let sections = object(tx, &ROOT, "sections")?;
    let section = object(tx, &sections, section)?;
    let entries = object(tx, &section, "entries")?;
    let row = tx.put_object(&entries, entry.id.to_string(), ObjType::Map)?;
    tx.put(&row, "pos", entry.pos.as_str())?;
    text(tx, &row, "text", &entry.text)?;
    tx.put(&row, "nature", entry.nature.as_str())?;
    tx.put(&row, "source", entry.source.as_str())?;
    tx.put(&row, "by", entry.by.to_string())?;
    optional(tx, &row, "tool", &entry.tool)?;
    optional(tx, &row, "scale", &entry.scale)?;
    optional(tx, &row, "attachment", &entry.attachment.map(|id| id.to_string()).unwrap_or_default())?;
    about(tx, &row, &entry.about)
}

/// Appends to an entry's text, as somebody typing at its end does.
pub fn append(tx: &mut impl Transactable, section: &str, id: RowId, words: &str) -> Result<(), AutomergeError> {
    let sections = object(tx, &ROOT, "sections")?;
    let section = object(tx, &sections, section)?;
    let entries = object(tx, &section, "entries")?;
    let row = object(tx, &entries, &id.to_string())?;
    let text = object(tx, &row, "text")?;
    let end = tx.length(&text);
    tx.splice_text(&text, end, 0, words)
}

pub fn decision(tx: &mut impl Transactable, decision: &Decision) -> Result<(), AutomergeError> {
    let decisions = object(tx, &ROOT, "decisions")?;
    let row = tx.put_object(&decisions, decision.id.to_string(), ObjType::Map)?;
    tx.put(&row, "pos", decision.pos.as_str())?;
    tx.put(&row, "child", decision.child.to_string())?;
    text(tx, &row, "text", &decision.text)?;
    text(tx, &row, "rationale", &decision.rationale)?;
    tx.put(&row, "category", decision.category.as_str())?;
    optional(tx, &row, "outcome", &decision.outcome)?;
    optional(tx, &row, "threshold", &decision.threshold)?;
    tx.put(&row, "agreed", decision.agreed)
}

pub fn view(tx: &mut impl Transactable, view: &View) -> Result<(), AutomergeError> {
    let views = object(tx, &ROOT, "views")?;
    let row = tx.put_object(&views, view.id.to_string(), ObjType::Map)?;
    tx.put(&row, "decision", view.decision.to_string())?;
    tx.put(&row, "agency", view.agency.map(|agency| agency.to_string()).unwrap_or_default())?;
    tx.put(&row, "by", view.by.to_string())?;
    tx.put(&row, "position", view.position.as_str())?;
    text(tx, &row, "reason", &view.reason)
}

pub fn action(tx: &mut impl Transactable, action: &Action) -> Result<(), AutomergeError> {
    let actions = object(tx, &ROOT, "actions")?;
    let row = tx.put_object(&actions, action.id.to_string(), ObjType::Map)?;
    tx.put(&row, "pos", action.pos.as_str())?;
    text(tx, &row, "outcome", &action.outcome)?;
    text(tx, &row, "what", &action.what)?;
    tx.put(&row, "owner", action.owner.map(|owner| owner.to_string()).unwrap_or_default())?;
    tx.put(&row, "due", action.due.as_str())?;
    text(tx, &row, "measure", &action.measure)?;
    about(tx, &row, &action.about)?;
    optional(tx, &row, "carriedFrom", &action.carried_from.map(|id| id.to_string()).unwrap_or_default())?;
    tx.put(&row, "status", action.status.as_str())
}

pub fn attendance(
    tx: &mut impl Transactable,
    person: PersonId,
    status: AttendanceStatus,
    arrived_at: &str,
) -> Result<(), AutomergeError> {
    let attendance = object(tx, &ROOT, "attendance")?;
    let row = object(tx, &attendance, &person.to_string())?;
    tx.put(&row, "status", status.as_str())?;
    tx.put(&row, "arrivedAt", arrived_at)
}

/// Written only where it says something.
fn optional(tx: &mut impl Transactable, row: &ObjId, key: &str, value: &str) -> Result<(), AutomergeError> {
    if value.is_empty() { Ok(()) } else { tx.put(row, key, value) }
}

fn text(tx: &mut impl Transactable, row: &ObjId, key: &str, words: &str) -> Result<(), AutomergeError> {
    let text = tx.put_object(row, key, ObjType::Text)?;
    tx.splice_text(&text, 0, 0, words)
}

fn about(tx: &mut impl Transactable, row: &ObjId, children: &[ChildId]) -> Result<(), AutomergeError> {
    let about = tx.put_object(row, "about", ObjType::Map)?;
    for child in children {
        tx.put(&about, child.to_string(), true)?;
    }
    Ok(())
}

fn object(tx: &impl Transactable, parent: &ObjId, key: &str) -> Result<ObjId, AutomergeError> {
    match tx.get(parent, key)? {
        Some((Value::Object(_), id)) => Ok(id),
        _ => Err(AutomergeError::InvalidObjId(key.to_owned())),
    }
}
