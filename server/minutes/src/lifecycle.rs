//! From open to locked: what the review finds, and who may lock on which conditions.

mod blocks;
mod warnings;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::access::{self, Deed, MeetingState, Standing};
use crate::ids::RowId;
use crate::leak;
use crate::protected::Contacts;
use crate::record::{ChildFacts, GoneOn, PartRecord, Seat, spelled};
use crate::rules::RulePack;
use crate::wording::Wording;

/// The words the chair confirms when locking; they stand in the signed record.
pub const APPROVAL: &str =
    "I chaired this meeting. I have reviewed this record and approve it as the one record of the meeting.";

/// The longest reason for going on, in UTF-16 code units.
pub const MAX_REASON: usize = 1000;

spelled! {
    /// What a finding means for the lock.
    Weight {
        /// Is put right, or the chair writes into the record why they go on without.
        Blocks = "blocks",
        /// The chair has seen it.
        Warns = "warns",
    }
}

/// Something the review found, and where on the page to put it right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: &'static str,
    pub weight: Weight,
    /// Names it among the others of this record: its code, and what it is about.
    pub key: String,
    /// The place on the live page: `section-<key>`, `decisions`, `actions` or `attendance`; empty for the whole record.
    pub place: String,
    /// The row there, if it is one.
    pub row: Option<RowId>,
    pub words: String,
    /// It was found in a closed session: for whoever was in it alone.
    pub closed: bool,
}

impl Finding {
    /// Something about the whole record, or a place of the page as a whole.
    pub fn warning(code: &'static str, place: &str, about: &str, words: &str) -> Self {
        let key = if about.is_empty() { code.to_owned() } else { format!("{code}:{about}") };
        Self {
            code,
            weight: Weight::Warns,
            key,
            place: place.to_owned(),
            row: None,
            words: words.to_owned(),
            closed: false,
        }
    }
}

/// All that a review looks at.
#[derive(Debug, Clone, Copy)]
pub struct Reviewed<'a> {
    pub parts: &'a [PartRecord],
    pub pack: &'a RulePack,
    pub children: &'a [ChildFacts],
    pub seats: &'a [Seat],
    /// What must stand in no part that the family reads.
    pub contacts: &'a Contacts,
    pub wording: &'a Wording,
    /// What is missing for a quorum, in words, where the meeting went on without one and nobody wrote down why.
    pub not_quorate: Option<&'a str>,
}

/// Why a record can't be locked now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockRefusal {
    #[error(transparent)]
    NotAllowed(#[from] access::Refusal),
    #[error("Some things stand in the way. Put them right, or write why you lock the record all the same.")]
    Incomplete(Vec<Finding>),
    #[error("A reason is too long. Say it in at most 1,000 characters.")]
    ReasonTooLong,
}

/// What the chair says to what the review found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// They have seen the warnings.
    pub warnings_seen: bool,
    /// Why they go on, by the finding's key.
    pub reasons: BTreeMap<String, String>,
    /// Why they go on where there is no reason of its own.
    pub reason_for_the_rest: String,
}

impl Answers {
    /// With the warnings seen, and one reason for whatever stands in the way.
    pub fn all_the_same(reason: &str) -> Self {
        Self { warnings_seen: true, reasons: BTreeMap::new(), reason_for_the_rest: reason.to_owned() }
    }

    fn reason(&self, finding: &Finding) -> &str {
        let own = self.reasons.get(&finding.key).map_or("", |reason| reason.trim());
        // What would leak is answered for one by one.
        if own.is_empty() && finding.code != leak::CODE { self.reason_for_the_rest.trim() } else { own }
    }
}

/// May this person lock this record now? Gives what was found and gone past, for the approval.
pub fn lock(
    standing: Standing,
    state: MeetingState,
    found: Vec<Finding>,
    answers: &Answers,
) -> Result<Vec<GoneOn>, LockRefusal> {
    access::judge(standing, Deed::ReviewAndLock, state)?;
    if answers
        .reasons
        .values()
        .chain([&answers.reason_for_the_rest])
        .any(|text| text.encode_utf16().count() > MAX_REASON)
    {
        return Err(LockRefusal::ReasonTooLong);
    }
    let open = |finding: &&Finding| match finding.weight {
        Weight::Blocks => answers.reason(finding).is_empty(),
        Weight::Warns => !answers.warnings_seen,
    };
    let in_the_way: Vec<Finding> = found.iter().filter(open).cloned().collect();
    if !in_the_way.is_empty() {
        return Err(LockRefusal::Incomplete(in_the_way));
    }
    // What would leak is told by what the finished copies hold.
    let gone_on = found.into_iter().filter(|finding| finding.code != leak::CODE).map(|finding| {
        let reason = if finding.weight == Weight::Blocks { answers.reason(&finding).to_owned() } else { String::new() };
        GoneOn { missing: finding.words, reason, closed: finding.closed }
    });
    Ok(gone_on.collect())
}

/// What a reader would miss in this record, or stumble over: first what blocks, then what warns. What was said in a closed
/// session makes up for nothing, and nothing of it is told here: it is in no copy but its own.
pub fn review(record: &Reviewed<'_>) -> Vec<Finding> {
    let parts: Vec<PartRecord> = record.parts.iter().filter(|part| !part.part.is_closed()).cloned().collect();
    let record = &Reviewed { parts: &parts, ..*record };
    let mut notes = Notes { record, found: Vec::new() };
    blocks::find(&mut notes);
    warnings::find(&mut notes);
    let mut found = notes.found;
    let closed: BTreeSet<RowId> = record.parts.iter().filter(|part| part.part.is_closed()).flat_map(rows).collect();
    for finding in &mut found {
        finding.closed = finding.row.is_some_and(|row| closed.contains(&row));
    }
    found.sort_by_key(|finding| finding.weight);
    found
}

fn rows(part: &PartRecord) -> impl Iterator<Item = RowId> {
    let entries = part.sections.iter().flat_map(|section| &section.entries).map(|entry| entry.id);
    let decisions = part.decisions.iter().map(|decision| decision.id);
    entries.chain(decisions).chain(part.actions.iter().map(|action| action.id))
}

/// What has been found so far.
struct Notes<'a> {
    record: &'a Reviewed<'a>,
    found: Vec<Finding>,
}

/// Where something was found.
#[derive(Clone, Copy)]
struct Place<'a> {
    place: &'a str,
    row: Option<RowId>,
    /// What tells it from others of its code.
    about: &'a str,
}

impl<'a> Place<'a> {
    const fn of(place: &'a str, about: &'a str) -> Self {
        Self { place, row: None, about }
    }

    const fn row(place: &'a str, row: RowId, about: &'a str) -> Self {
        Self { place, row: Some(row), about }
    }
}

impl Notes<'_> {
    fn add(&mut self, weight: Weight, code: &'static str, at: Place<'_>, words: String) {
        let row = at.row.map(|row| format!(":{row}")).unwrap_or_default();
        let about = if at.about.is_empty() { String::new() } else { format!(":{}", at.about) };
        let key = format!("{code}{row}{about}");
        self.found.push(Finding { code, weight, key, place: at.place.to_owned(), row: at.row, words, closed: false });
    }

    fn name(&self, person: crate::ids::PersonId) -> &str {
        self.record.seats.iter().find(|seat| seat.person == person).map_or("somebody", |seat| &seat.name)
    }

    fn child(&self, id: crate::ids::ChildId) -> String {
        let children = self.record.children;
        children.iter().find(|child| child.id == id).map_or_else(|| "a child".to_owned(), |child| child.label(children))
    }
}

fn first_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(8).collect();
    if words.is_empty() { "an action without words".to_owned() } else { words.join(" ") }
}

fn section_place(key: &str) -> String {
    format!("section-{key}")
}

#[cfg(test)]
mod tests;
