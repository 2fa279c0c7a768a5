//! What blocks the lock: the record would not say what it must, or would tell somebody what they must not know.

use super::{Notes, Place, Weight, first_words, section_place};
use crate::record::AttendanceStatus;

pub(super) fn find(notes: &mut Notes<'_>) {
    attendance(notes);
    sections(notes);
    decisions(notes);
    actions(notes);
    contacts(notes);
}

fn attendance(notes: &mut Notes<'_>) {
    let record = notes.record;
    if !record.parts.iter().flat_map(|part| &part.attendance).any(|row| row.status == AttendanceStatus::Present) {
        let words = "Nobody is marked as present.".to_owned();
        notes.add(Weight::Blocks, "nobody_present", Place::of("attendance", ""), words);
    }
    if let Some(words) = record.not_quorate {
        let words = format!("The meeting was not quorate, and nobody wrote down why it went on: {words}");
        notes.add(Weight::Blocks, "not_quorate", Place::of("attendance", ""), words);
    }
}

fn sections(notes: &mut Notes<'_>) {
    let record = notes.record;
    for rule in record.pack.sections.iter().filter(|rule| rule.mandatory) {
        let mut sections = record.parts.iter().flat_map(|part| &part.sections).filter(|one| one.key == rule.key);
        if sections.all(|section| section.entries.iter().all(|entry| entry.text.trim().is_empty())) {
            let words = format!("“{}” is empty.", rule.heading);
            notes.add(Weight::Blocks, "section_empty", Place::of(&section_place(&rule.key), &rule.key), words);
        }
    }
}

fn decisions(notes: &mut Notes<'_>) {
    let record = notes.record;
    let mandatory = record.pack.decision.as_ref().is_some_and(|rule| rule.mandatory);
    for child in record.children {
        let decided = record.parts.iter().flat_map(|part| &part.decisions).any(|decision| {
            decision.child == child.id && !(decision.text.trim().is_empty() && decision.outcome.is_empty())
        });
        if !decided {
            let weight = if mandatory { Weight::Blocks } else { Weight::Warns };
            let words = format!("There is no decision for {}.", child.label(record.children));
            notes.add(weight, "no_decision", Place::of("decisions", &child.id.to_string()), words);
        }
    }
    for decision in record.parts.iter().flat_map(|part| &part.decisions) {
        if decision.rationale.trim().is_empty() {
            let words = format!("A decision for {} has no reason.", notes.child(decision.child));
            notes.add(Weight::Blocks, "no_reason", Place::row("decisions", decision.id, ""), words);
        }
    }
}

fn actions(notes: &mut Notes<'_>) {
    let record = notes.record;
    for action in record.parts.iter().flat_map(|part| &part.actions) {
        let what = first_words(&action.what);
        if action.owner.is_none() {
            let words = format!("Nobody is named to do “{what}”.");
            notes.add(Weight::Blocks, "no_owner", Place::row("actions", action.id, ""), words);
        }
        if action.due.is_empty() {
            let words = format!("“{what}” has no date.");
            notes.add(Weight::Blocks, "no_date", Place::row("actions", action.id, ""), words);
        }
    }
}

/// Addresses and numbers in what the family reads too: both parents read it, and whoever one of them shows it to.
fn contacts(notes: &mut Notes<'_>) {
    let record = notes.record;
    for part in record.parts.iter().filter(|part| part.part.is_main()) {
        for section in &part.sections {
            for entry in &section.entries {
                let texts = [&entry.text, &entry.source, &entry.tool];
                let place = section_place(&section.key);
                let whose = format!("What {} said in “{}”", notes.name(entry.by), section.heading);
                leak(notes, Place::row(&place, entry.id, ""), &whose, texts);
            }
        }
        for decision in &part.decisions {
            let whose = format!("A decision for {}", notes.child(decision.child));
            leak(notes, Place::row("decisions", decision.id, ""), &whose, [&decision.text, &decision.rationale]);
        }
        for view in &part.views {
            let whose = format!("What {} says to a decision", notes.name(view.by));
            leak(notes, Place::row("decisions", view.decision, &view.id.to_string()), &whose, [&view.reason]);
        }
        for action in &part.actions {
            let texts = [&action.what, &action.outcome, &action.measure];
            leak(notes, Place::row("actions", action.id, ""), "An action", texts);
        }
        for row in &part.attendance {
            let whose = format!("The note on {}", notes.name(row.person));
            leak(notes, Place::of("attendance", &row.person.to_string()), &whose, [&row.note]);
        }
    }
}

fn leak<'t>(notes: &mut Notes<'_>, at: Place<'_>, whose: &str, texts: impl IntoIterator<Item = &'t String>) {
    let found = texts.into_iter().find_map(|text| notes.record.contacts.leak(text));
    if let Some(leak) = found {
        let words = format!("{whose} holds {}, and the family reads it.", leak.words());
        notes.add(Weight::Blocks, "contact", at, words);
    }
}
