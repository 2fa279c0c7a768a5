//! What the chair is told before locking: nothing that stands in the way, much that somebody may be glad to have mended.

use std::collections::BTreeSet;

use super::{Notes, Place, Weight, first_words, section_place};
use crate::record::{Entry, Nature, PartRecord, Position};
use crate::rules::SectionHolds;
use crate::wording::{Found, births, names, reading_age};

/// Grown people read with ease what a child of this age can.
const READING_AGE: u32 = 13;

pub(super) fn find(notes: &mut Notes<'_>) {
    childs_voice(notes);
    actions(notes);
    dissent(notes);
    words(notes);
    reading(notes);
}

/// A child speaks for themselves, or somebody says how they were asked and writes down their words.
fn childs_voice(notes: &mut Notes<'_>) {
    let record = notes.record;
    let family: BTreeSet<_> =
        record.seats.iter().filter(|seat| seat.role.is_family()).map(|seat| seat.person).collect();
    for rule in &record.pack.sections {
        if rule.holds != SectionHolds::ChildsVoice && rule.key != "childrens_views" {
            continue;
        }
        let sections = record.parts.iter().flat_map(|part| &part.sections).filter(|one| one.key == rule.key);
        let entries: Vec<&Entry> = sections.flat_map(|section| &section.entries).collect();
        let heard = |entry: &&Entry| {
            family.contains(&entry.by) || (entry.nature == Nature::View && !entry.tool.trim().is_empty())
        };
        if !entries.is_empty() && !entries.iter().any(heard) {
            let words = format!(
                "In “{}” only professionals speak. Are these a child’s own words, and how was the child asked?",
                rule.heading
            );
            notes.add(Weight::Warns, "no_childs_words", Place::of(&section_place(&rule.key), &rule.key), words);
        }
    }
}

fn actions(notes: &mut Notes<'_>) {
    let record = notes.record;
    for action in record.parts.iter().flat_map(|part| &part.actions) {
        let (what, at) = (first_words(&action.what), Place::row("actions", action.id, ""));
        if let Some(found) = record.wording.vague_verb(&action.what) {
            let words = format!("“{what}” leaves open what will be done (“{}”). {}", found.term, found.say);
            notes.add(Weight::Warns, "vague_verb", at, words);
        }
        if action.outcome.trim().is_empty() {
            notes.add(Weight::Warns, "no_outcome", at, format!("“{what}” does not say what it is for."));
        }
        if action.measure.trim().is_empty() {
            let words = format!("“{what}” does not say how we will know that it worked.");
            notes.add(Weight::Warns, "no_measure", at, words);
        }
    }
}

fn dissent(notes: &mut Notes<'_>) {
    let record = notes.record;
    for view in record.parts.iter().flat_map(|part| &part.views) {
        if view.position != Position::Agree && view.reason.trim().is_empty() {
            let position = crate::words::position(view.position);
            let words = format!("{} {position} and gives no reason.", notes.name(view.by));
            notes.add(
                Weight::Warns,
                "no_dissent_reason",
                Place::row("decisions", view.decision, &view.id.to_string()),
                words,
            );
        }
    }
}

/// A piece of what was written, and where.
struct Piece<'a> {
    place: String,
    row: Option<crate::ids::RowId>,
    whose: String,
    text: &'a str,
    /// The dates of birth it may tell: those of the children it is about.
    about: Vec<crate::ids::ChildId>,
}

fn words(notes: &mut Notes<'_>) {
    let record = notes.record;
    let seats = record.seats.iter().map(|seat| seat.name.as_str());
    let everybody: Vec<&str> = seats.chain(record.children.iter().map(|child| child.name.as_str())).collect();
    for part in record.parts {
        for piece in pieces(notes, part) {
            let at = Place { place: &piece.place, row: piece.row, about: "" };
            let whose = &piece.whose;
            if let Some(found) = record.wording.disrespectful_in(piece.text).first() {
                let words = format!("{whose}: “{}” may hurt whoever reads it. {}", found.term, found.say);
                notes.add(Weight::Warns, "disrespectful", at, words);
            }
            // What professionals write among themselves nobody else has to understand.
            let jargon = if part.part.is_main() { record.wording.jargon_in(piece.text) } else { Vec::new() };
            if !jargon.is_empty() {
                notes.add(Weight::Warns, "jargon", at, format!("{whose}: {}", explained(&jargon)));
            }
            for (written, name) in names::misspelt(piece.text, &everybody) {
                let words = format!("{whose}: is “{written}” meant to be {name}?");
                notes.add(Weight::Warns, "name", Place { about: &written, ..at }, words);
            }
            birth(notes, &piece, at);
        }
    }
}

fn birth(notes: &mut Notes<'_>, piece: &Piece<'_>, at: Place<'_>) {
    let children = notes.record.children;
    let about = children.iter().filter(|child| piece.about.is_empty() || piece.about.contains(&child.id));
    let known: Vec<_> = about.filter_map(|child| child.date_of_birth.parse().ok()).collect();
    if known.is_empty() {
        return;
    }
    for date in births::unknown(piece.text, &known) {
        let words = format!(
            "{}: {} is not the date of birth that is known.",
            piece.whose,
            crate::words::date(&date.to_string())
        );
        notes.add(Weight::Warns, "date_of_birth", Place { about: &date.to_string(), ..at }, words);
    }
}

fn explained(found: &[Found<'_>]) -> String {
    let terms: Vec<String> = found.iter().map(|found| format!("“{}” ({})", found.term, found.say)).collect();
    format!("not everybody knows {}.", terms.join(", "))
}

fn pieces<'p>(notes: &Notes<'_>, part: &'p PartRecord) -> Vec<Piece<'p>> {
    let mut pieces = Vec::new();
    for section in &part.sections {
        pieces.extend(section.entries.iter().map(|entry| Piece {
            place: section_place(&section.key),
            row: Some(entry.id),
            whose: format!("What {} said in “{}”", notes.name(entry.by), section.heading),
            text: &entry.text,
            about: entry.about.clone(),
        }));
    }
    for decision in &part.decisions {
        for text in [&decision.text, &decision.rationale] {
            let whose = format!("A decision for {}", notes.child(decision.child));
            let about = vec![decision.child];
            pieces.push(Piece { place: "decisions".to_owned(), row: Some(decision.id), whose, text, about });
        }
    }
    for action in &part.actions {
        for text in [&action.what, &action.outcome, &action.measure] {
            let (whose, about) = ("An action".to_owned(), action.about.clone());
            pieces.push(Piece { place: "actions".to_owned(), row: Some(action.id), whose, text, about });
        }
    }
    pieces
}

/// Of what the family reads, as a whole.
fn reading(notes: &mut Notes<'_>) {
    let record = notes.record;
    let main: Vec<Piece<'_>> =
        record.parts.iter().filter(|part| part.part.is_main()).flat_map(|part| pieces(notes, part)).collect();
    let text = main.iter().map(|piece| piece.text).collect::<Vec<_>>().join("\n");
    if let Some(age) = reading_age::estimate(&text).filter(|age| *age > READING_AGE) {
        let words = format!(
            "What the family reads is written for people who read like a {age}-year-old or older. Shorter sentences and \
             shorter words help."
        );
        notes.add(Weight::Warns, "reading_age", Place::of("", ""), words);
    }
}
