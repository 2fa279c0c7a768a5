//! What people do to a record on their own page: only what they may, as far as they have heard.

use automerge::transaction::{CommitOptions, Transactable};

use super::*;
use crate::record::{Entry, Position};

/// One thing somebody does, and numbers to choose by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed {
    pub(super) kind: Kind,
    /// Which row, of those there are.
    pub(super) row: u8,
    /// Where in its text, of 256 parts.
    pub(super) place: u8,
    pub(super) word: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    AddEntry,
    AddOwnWords,
    Type,
    Erase,
    TypeOver,
    Move,
    Retype,
    About,
    Remove,
    Decide,
    View,
    Act,
    Attendance,
}

/// Does it on `doc`, if this person may and there is something to do it to. `fresh` names a row that is made.
pub(super) fn perform(doc: &mut Automerge, who: u128, deed: Deed, fresh: u128) -> bool {
    let sections = ["worries".to_owned()];
    // Somebody who has just come has nothing to write in yet.
    let Ok(record) = document::read(doc, &Part::main(), document_id(MAIN), &sections) else { return false };
    if doc.get(ROOT, "views").is_ok_and(|found| found.is_none()) {
        return false;
    }
    let entries = record.sections.iter().flat_map(|section| &section.entries);
    let mine = |entry: &&Entry| entry.by == person(who);
    let runs = matches!(who, CHAIR | MINUTES);
    // Facts are anybody's to edit; own words, their speaker's and the minute taker's.
    let editable: Vec<&Entry> =
        entries.clone().filter(|entry| entry.nature != Nature::View || mine(entry) || who == MINUTES).collect();
    let removable: Vec<&Entry> = entries.filter(|entry| mine(entry) || who == CHAIR).collect();
    let target = |among: &[&Entry]| among.get(usize::from(deed.row) % among.len().max(1)).map(|entry| entry.id);
    let mut tx = doc.transaction();
    let done = match deed.kind {
        _ if who == MANAGER => false,
        Kind::AddEntry => draft::entry(&mut tx, "worries", &entry(fresh, who, Nature::Fact)).is_ok(),
        Kind::AddOwnWords => {
            let speaker = if who == MINUTES { MOTHER } else { who };
            draft::entry(&mut tx, "worries", &entry(fresh, speaker, Nature::View)).is_ok()
        }
        Kind::Type | Kind::Erase | Kind::TypeOver | Kind::Move | Kind::Retype => {
            target(&editable).is_some_and(|row| edit_entry(&mut tx, row, deed))
        }
        Kind::About => target(&removable).is_some_and(|row| {
            let about = entry_object(&tx, row, "about");
            let child = Uuid::from_u128(CHILD).to_string();
            let named = tx.get(&about, child.as_str()).unwrap().is_some();
            if named { tx.delete(&about, child.as_str()).is_ok() } else { tx.put(&about, child.as_str(), true).is_ok() }
        }),
        Kind::Remove => target(&removable).is_some_and(|row| remove(&mut tx, row, who)),
        Kind::Decide => runs && draft::decision(&mut tx, &a_decision(fresh)).is_ok(),
        Kind::View => record.decisions.first().is_some_and(|decision| view(&mut tx, decision.id, who, fresh)),
        Kind::Act => draft::action(&mut tx, &an_action(fresh, who)).is_ok(),
        Kind::Attendance => {
            runs && draft::attendance(&mut tx, person(MOTHER), AttendanceStatus::Present, "10:05").is_ok()
        }
    };
    if done {
        tx.commit_with(CommitOptions::default().with_time(i64::from(deed.place)));
    } else {
        tx.rollback();
    }
    done
}

fn edit_entry(tx: &mut Transaction<'_>, row: RowId, deed: Deed) -> bool {
    let entry = object(tx, &["sections", "worries", "entries", &row.to_string()]);
    let text = entry_object(tx, row, "text");
    let length = tx.length(&text);
    let place = usize::from(deed.place) * (length + 1) / 256;
    let taken = 3.min(length - place).cast_signed();
    match deed.kind {
        Kind::Erase => tx.splice_text(&text, place, taken, ""),
        Kind::TypeOver => tx.splice_text(&text, place, taken, deed.word),
        Kind::Move => tx.put(&entry, "pos", format!("a{}", deed.place)),
        Kind::Retype => tx.put(&entry, "source", deed.word),
        _ => tx.splice_text(&text, place, 0, deed.word),
    }
    .unwrap();
    true
}

fn remove(tx: &mut Transaction<'_>, row: RowId, who: u128) -> bool {
    let entry = object(tx, &["sections", "worries", "entries", &row.to_string()]);
    let removed = tx.put_object(&entry, "removed", ObjType::Map).unwrap();
    tx.put(&removed, "by", person(who).to_string()).unwrap();
    tx.put(&removed, "at", "2026-11-23T10:00:00Z").unwrap();
    true
}

fn view(tx: &mut Transaction<'_>, decision: RowId, who: u128, fresh: u128) -> bool {
    let views = object(tx, &["views"]);
    let view = tx.put_object(&views, row(fresh).to_string(), ObjType::Map).unwrap();
    let agency = writer(who).agency.map(|agency| agency.to_string()).unwrap_or_default();
    tx.put(&view, "decision", decision.to_string()).unwrap();
    tx.put(&view, "agency", agency).unwrap();
    tx.put(&view, "by", person(who).to_string()).unwrap();
    tx.put(&view, "position", Position::NotAgree.as_str()).unwrap();
    let reason = tx.put_object(&view, "reason", ObjType::Text).unwrap();
    tx.splice_text(&reason, 0, 0, "Too soon").unwrap();
    true
}

pub(super) fn a_decision(n: u128) -> Decision {
    Decision {
        outcome: String::new(),
        threshold: String::new(),
        id: row(n),
        pos: "a".into(),
        child: ChildId(Uuid::from_u128(CHILD)),
        text: "Goes on".into(),
        rationale: "Because".into(),
        category: String::new(),
        agreed: false,
    }
}

pub(super) fn an_action(n: u128, owner: u128) -> Action {
    Action {
        carried_from: None,
        id: row(n),
        pos: "a".into(),
        outcome: "Calm mornings".into(),
        what: "Ring at six".into(),
        owner: Some(person(owner)),
        due: "2026-12-01".into(),
        measure: String::new(),
        about: vec![],
        status: ActionStatus::Open,
    }
}
