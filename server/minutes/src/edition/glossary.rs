//! The short forms of a copy, explained at its end: those that stand in this copy, and no other.

use serde::{Deserialize, Serialize};

use super::Edition;
use crate::record::PartRecord;
use crate::wording::{self, Term};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionTerm {
    /// As the copy writes it.
    pub term: String,
    pub means: String,
}

/// Everything somebody wrote in a part.
pub fn texts_of(part: &PartRecord) -> impl Iterator<Item = &str> {
    let entries = part.sections.iter().flat_map(|section| &section.entries);
    let said = entries.flat_map(|entry| [entry.text.as_str(), &entry.source, &entry.tool]);
    let decided =
        part.decisions.iter().flat_map(|one| [one.text.as_str(), &one.rationale, &one.category, &one.outcome]);
    let views = part.views.iter().map(|view| view.reason.as_str());
    let planned = part.actions.iter().flat_map(|action| [action.what.as_str(), &action.outcome, &action.measure]);
    let notes = part.attendance.iter().map(|row| row.note.as_str());
    said.chain(decided).chain(views).chain(planned).chain(notes)
}

pub(super) fn explain(edition: &Edition, glossary: &[Term]) -> Vec<EditionTerm> {
    if glossary.is_empty() {
        return Vec::new();
    }
    let entries = edition.sections.iter().flat_map(|section| &section.entries);
    let said = entries.flat_map(|entry| [entry.text.as_str(), &entry.source, &entry.tool]);
    let decided = edition.decisions.iter().flat_map(|one| {
        let views = one.views.iter().map(|view| view.reason.as_str());
        [one.text.as_str(), &one.rationale, &one.category, &one.outcome].into_iter().chain(views)
    });
    let planned = edition.actions.iter().flat_map(|action| [action.what.as_str(), &action.outcome, &action.measure]);
    let notes = edition.attendance.iter().map(|row| row.note.as_str());
    let text: Vec<&str> = said.chain(decided).chain(planned).chain(notes).collect();
    wording::found_in(glossary, &text.join("\n"))
        .into_iter()
        .map(|found| EditionTerm { term: found.term.to_owned(), means: found.say.to_owned() })
        .collect()
}
