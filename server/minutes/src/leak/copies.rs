//! What must not be in which copy of a record.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::fold::fold;
use super::{Guard, Protected, Secret};
use crate::edition::{self, EditionKind};
use crate::record::{Part, PartRecord, Record, Scaling};

/// Where somebody lives, or how to reach them, as the server keeps it beside the record.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    pub what: Protected,
    /// The person's or child's id.
    pub about: String,
    pub whose: String,
    pub text: String,
}

/// One copy, by what it is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy<'a> {
    pub kind: EditionKind,
    /// Of a closed session, which.
    pub session: Option<&'a Part>,
}

impl Copy<'_> {
    /// Whether this copy is made from that part.
    pub fn holds(&self, part: &Part) -> bool {
        match self.session {
            Some(session) => part == session,
            None => edition::holds(self.kind, part),
        }
    }

    /// Whether its readers may know what is written there, this copy or another.
    fn open(&self, part: &Part) -> bool {
        self.holds(part) || part.is_main()
    }

    /// Whether family reads it: with a closed session, if one of them was in it.
    fn is_for_family(&self, record: &Record) -> bool {
        let Some(session) = self.session else { return self.kind == EditionKind::Family };
        let readers = record.closed_sessions.iter().filter(|one| one.part == *session).flat_map(|one| &one.readers);
        let mut seats = readers.filter_map(|reader| record.seats.iter().find(|seat| seat.person == *reader));
        seats.any(|seat| seat.role.is_family())
    }
}

/// What must not be in this copy: text of the parts its readers do not get; where family reads it, every address and contact
/// of the family too, whoever wrote it down, and the numbers by which children are known elsewhere.
pub fn guard(record: &Record, copy: &Copy<'_>, contacts: &[Contact]) -> Guard {
    let family = copy.is_for_family(record);
    // Who live together have one address, and it is found once.
    let mut shared: BTreeMap<(Protected, Vec<char>), Secret> = BTreeMap::new();
    for contact in contacts.iter().filter(|_| family) {
        let Contact { what, about, whose, text } = contact.clone();
        match shared.entry((what, fold(&text).characters)) {
            Entry::Occupied(mut same) => same.get_mut().whose.extend([", ", &whose]),
            Entry::Vacant(first) => {
                first.insert(Secret { what, about, whose, text });
            }
        }
    }
    Guard::new(restricted(record, copy).into_iter().chain(shared.into_values()), family)
}

/// Everything written in parts that the readers of this copy do not get. What stands just so in an open part as an outcome
/// was said openly: several actions share one.
fn restricted(record: &Record, copy: &Copy<'_>) -> Vec<Secret> {
    let (open, restricted): (Vec<_>, Vec<_>) = record.parts.iter().partition(|part| copy.open(&part.part));
    let outcomes: BTreeSet<Vec<char>> =
        open.iter().flat_map(|part| &part.actions).map(|action| fold(&action.outcome).characters).collect();
    let secret = |about: String, text: &str| Secret {
        what: Protected::RestrictedText,
        about,
        whose: String::new(),
        text: text.to_owned(),
    };
    let mut secrets = Vec::new();
    for (place, text) in restricted.into_iter().flat_map(texts) {
        if !(place.is_outcome && outcomes.contains(&fold(text).characters)) {
            secrets.push(secret(place.about(), text));
        }
    }
    for scaling in record.scalings.iter().filter(|scaling| !copy.open(&scaling.part)) {
        secrets.extend(views(scaling).map(|view| secret("questions".to_owned(), view)));
    }
    for row in record.plan_review.iter().filter(|row| !copy.open(&row.part)) {
        secrets.extend([&row.what, &row.evidence].map(|text| secret(row.id.to_string(), text)));
    }
    for file in record.attachments.iter().filter(|file| !copy.open(&file.part)) {
        secrets.push(secret(file.id.to_string(), &file.title));
    }
    for session in record.closed_sessions.iter().filter(|session| !copy.holds(&session.part)) {
        secrets.push(secret(session.part.to_string(), &session.reason));
    }
    secrets
}

fn views(scaling: &Scaling) -> impl Iterator<Item = &str> {
    scaling.answers.iter().map(|answer| answer.view.as_str())
}

/// Where a text stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place<'a> {
    /// The section, with its heading.
    pub section: Option<(&'a str, &'a str)>,
    pub sheet: &'static str,
    pub row: Option<crate::ids::RowId>,
    is_outcome: bool,
}

impl Place<'_> {
    pub(super) fn about(&self) -> String {
        self.row.map_or_else(|| self.sheet.to_owned(), |row| row.to_string())
    }
}

/// Every text people wrote in a part.
pub(super) fn texts(part: &PartRecord) -> Vec<(Place<'_>, &str)> {
    let at = |sheet, row| Place { section: None, sheet, row, is_outcome: false };
    let mut texts: Vec<(Place<'_>, &str)> = Vec::new();
    for row in &part.attendance {
        texts.push((at("attendance", None), &row.note));
    }
    for section in &part.sections {
        for entry in &section.entries {
            let place = Place { section: Some((&section.key, &section.heading)), ..at("section", Some(entry.id)) };
            texts.extend([(place, entry.text.as_str()), (place, &entry.source), (place, &entry.tool)]);
        }
    }
    for one in &part.decisions {
        let place = at("decisions", Some(one.id));
        texts.extend([(place, one.text.as_str()), (place, &one.rationale)]);
    }
    for view in &part.views {
        texts.push((at("decisions", Some(view.decision)), &view.reason));
    }
    for action in &part.actions {
        let place = at("actions", Some(action.id));
        texts.push((Place { is_outcome: true, ..place }, &action.outcome));
        texts.extend([(place, action.what.as_str()), (place, &action.measure)]);
    }
    texts
}
