//! What was found, in words for the chair, with the place where it can be put right; and what the chair says to it.

use std::collections::{BTreeMap, BTreeSet};

use super::copies::{Copy, Place, texts};
use super::{Guard, Hit, Protected};
use crate::ids::{PersonId, RowId};
use crate::lifecycle::{Answers, Finding, Weight};
use crate::record::{Override, Record};
use crate::words;

/// Of a [`Finding`] of what a copy would give away.
pub const CODE: &str = "leak";

/// What the guard found in the finished copy, one for each place it comes from: every one stands in the way of the lock.
pub fn findings(record: &Record, copy: &Copy<'_>, guard: &Guard, hits: &BTreeSet<Hit>) -> Vec<Finding> {
    let mut places: BTreeMap<&Hit, BTreeMap<(&str, Option<RowId>), Place<'_>>> = BTreeMap::new();
    if !hits.is_empty() {
        let parts = record.parts.iter().filter(|part| copy.holds(&part.part));
        for (place, text) in parts.flat_map(texts) {
            for hit in guard.search(text) {
                if let Some(hit) = hits.get(&hit) {
                    places.entry(hit).or_default().insert((place.sheet, place.row), place);
                }
            }
        }
    }
    let mut found = Vec::new();
    for hit in hits {
        match places.get(hit) {
            Some(places) => found.extend(places.values().map(|place| finding(copy, hit, Some(place)))),
            None => found.push(finding(copy, hit, None)),
        }
    }
    found
}

fn finding(copy: &Copy<'_>, hit: &Hit, place: Option<&Place<'_>>) -> Finding {
    let session = copy.session.map(|session| format!(":{session}")).unwrap_or_default();
    let at = place.map(|place| format!(":{}", place.about())).unwrap_or_default();
    let about = if hit.about.is_empty() { String::new() } else { format!(":{}", hit.about) };
    let whose = if hit.whose.is_empty() { String::new() } else { format!(" of {}", hit.whose) };
    let edition = words::edition(copy.kind);
    let (sheet, stands) = match place {
        None => {
            (String::new(), "a name, the title or place of the meeting, or what the file says of itself".to_owned())
        }
        Some(Place { section: Some((key, heading)), .. }) => {
            (format!("section-{key}"), format!("an entry under “{heading}”"))
        }
        Some(place) => {
            let words = match place.sheet {
                "decisions" => "a decision",
                "actions" => "the plan",
                _ => "a note on attendance",
            };
            (place.sheet.to_owned(), words.to_owned())
        }
    };
    Finding {
        code: CODE,
        weight: Weight::Blocks,
        key: format!("leak:{}{session}:{}{about}{at}", copy.kind, hit.what),
        place: sheet,
        row: place.and_then(|place| place.row),
        closed: copy.session.is_some(),
        words: format!("{}: {}{whose} would be in it, from {stands}.", edition, hit.what.words()),
    }
}

/// The review's own warning of an address or a number in a row says the same as what was found there, with less in it.
pub fn instead_of_contacts(found: &mut Vec<Finding>) {
    let rows: BTreeSet<RowId> = found.iter().filter(|one| one.code == CODE).filter_map(|one| one.row).collect();
    found.retain(|one| one.code != "contact" || one.row.is_none_or(|row| !rows.contains(&row)));
}

/// Lets through what the chair gave a reason for, each by itself: a reason for everything at once is none for this. The
/// others stand in the way.
pub fn weigh(found: Vec<Finding>, by: PersonId, answers: &Answers) -> Result<Vec<Override>, Vec<Finding>> {
    let why = |finding: &Finding| answers.reasons.get(&finding.key).map_or("", |why| why.trim()).to_owned();
    let open: Vec<Finding> = found.iter().filter(|finding| why(finding).is_empty()).cloned().collect();
    if !open.is_empty() {
        return Err(open);
    }
    let overrides = found.into_iter().map(|finding| Override {
        why: why(&finding),
        closed: finding.closed,
        found: finding.words,
        by,
    });
    Ok(overrides.collect())
}

impl Protected {
    /// What it is, for the chair.
    const fn words(self) -> &'static str {
        match self {
            Self::Address => "the address",
            Self::Telephone => "the telephone number",
            Self::Email => "the e-mail address",
            Self::OtherChild => "the name of another child",
            Self::RestrictedText => "words of a part that its readers do not get",
            Self::NhsNumber => "an NHS number",
            Self::PupilNumber => "a unique pupil number",
        }
    }
}
