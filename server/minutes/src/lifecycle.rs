//! From open to locked: what the review finds missing, and who may lock.

use serde::Serialize;

use crate::access::{self, Deed, MeetingState, Standing};
use crate::record::{AttendanceStatus, ChildFacts, PartRecord};
use crate::rules::SectionRule;

/// The words the chair confirms when locking; they stand in the signed record.
pub const APPROVAL: &str =
    "I chaired this meeting. I have reviewed this record and approve it as the one record of the meeting.";

/// Something the review found missing, and where on the page to put it right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    pub code: &'static str,
    /// The place on the live page: `section-<key>`, `decisions`, `actions` or `attendance`.
    pub place: String,
    pub words: String,
}

/// Why a record can't be locked now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockRefusal {
    #[error(transparent)]
    NotAllowed(#[from] access::Refusal),
    #[error("Some things are missing from this record. Put them right, or confirm that you lock it as it is.")]
    Incomplete(Vec<Missing>),
}

/// Whether the chair has confirmed locking with something missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    Nothing,
    WhatIsMissing,
}

/// May this person lock this record now? Gives what is missing and was acknowledged, for the approval.
pub fn lock(
    standing: Standing,
    state: MeetingState,
    missing: Vec<Missing>,
    acknowledged: Acknowledged,
) -> Result<Vec<Missing>, LockRefusal> {
    access::judge(standing, Deed::ReviewAndLock, state)?;
    if !missing.is_empty() && acknowledged == Acknowledged::Nothing {
        return Err(LockRefusal::Incomplete(missing));
    }
    Ok(missing)
}

/// What a reader would miss in this record. What was said in a closed session makes up for nothing: it is in no copy but its
/// own.
pub fn review(parts: &[PartRecord], sections: &[SectionRule], children: &[ChildFacts]) -> Vec<Missing> {
    let parts: Vec<&PartRecord> = parts.iter().filter(|part| !part.part.is_closed()).collect();
    let mut missing = Vec::new();
    let mut add = |code, place: &str, words: String| missing.push(Missing { code, place: place.to_owned(), words });

    if !parts.iter().flat_map(|part| &part.attendance).any(|row| row.status == AttendanceStatus::Present) {
        add("nobody_present", "attendance", "Nobody is marked as present.".to_owned());
    }
    for rule in sections.iter().filter(|rule| rule.mandatory) {
        let empty = parts
            .iter()
            .flat_map(|part| &part.sections)
            .filter(|section| section.key == rule.key)
            .all(|section| section.entries.iter().all(|entry| entry.text.trim().is_empty()));
        if empty {
            add("section_empty", &format!("section-{}", rule.key), format!("“{}” is empty.", rule.heading));
        }
    }
    for child in children {
        let decided = parts
            .iter()
            .flat_map(|part| &part.decisions)
            .any(|decision| decision.child == child.id && !decision.text.trim().is_empty());
        if !decided {
            add("no_decision", "decisions", format!("There is no decision for {}.", child.label(children)));
        }
    }
    for decision in parts.iter().flat_map(|part| &part.decisions).filter(|d| d.rationale.trim().is_empty()) {
        let child = children.iter().find(|child| child.id == decision.child);
        let name = child.map_or_else(|| "a child".to_owned(), |child| child.label(children));
        add("no_reason", "decisions", format!("A decision for {name} has no reason."));
    }
    for action in parts.iter().flat_map(|part| &part.actions) {
        let what = first_words(&action.what);
        if action.owner.is_none() {
            add("no_owner", "actions", format!("Nobody is named to do “{what}”."));
        }
        if action.due.is_empty() {
            add("no_date", "actions", format!("“{what}” has no date."));
        }
    }
    missing
}

fn first_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(8).collect();
    if words.is_empty() { "an action without words".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Refusal;
    use crate::record::Role;

    #[test]
    fn only_the_chair_locks_and_only_once() {
        let lock_as = |role, state| lock(Standing::Seated(role), state, vec![], Acknowledged::Nothing);
        assert_eq!(lock_as(Role::Chair, MeetingState::Open), Ok(vec![]));
        assert_eq!(lock_as(Role::Chair, MeetingState::Locked), Err(Refusal::Locked.into()));
        for &role in Role::ALL.iter().filter(|role| **role != Role::Chair) {
            assert_eq!(lock_as(role, MeetingState::Open), Err(Refusal::NotYourRole.into()), "{role}");
        }
    }

    #[test]
    fn missing_things_must_be_acknowledged_and_are_kept() {
        let child = ChildFacts {
            id: crate::ids::ChildId(uuid::Uuid::from_u128(7)),
            name: "A".into(),
            date_of_birth: String::new(),
        };
        let missing = review(&[], &[], std::slice::from_ref(&child));
        assert_eq!(missing.iter().map(|m| m.code).collect::<Vec<_>>(), ["nobody_present", "no_decision"]);
        let chair = Standing::Seated(Role::Chair);
        let refused = lock(chair, MeetingState::Open, missing.clone(), Acknowledged::Nothing);
        assert_eq!(refused, Err(LockRefusal::Incomplete(missing.clone())));
        assert_eq!(lock(chair, MeetingState::Open, missing.clone(), Acknowledged::WhatIsMissing), Ok(missing));
    }
}
