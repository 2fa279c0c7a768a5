//! Editions: copies compiled from the signed record for one kind of reader.
//!
//! An edition is built by naming what goes in (an allow-list), never by taking things out, and holds names and words
//! ready to print, so that a renderer decides nothing.

use serde::{Deserialize, Serialize};

use crate::ids::{EditionId, MeetingId};
use crate::record::{Nature, Part, spelled};

spelled! {
    EditionKind {
        /// Every part: for the professionals at the table and their agencies' case records.
        Full = "full",
        /// `main` alone: for family members and young people.
        Family = "family",
        /// Decisions and plan of `main`: for agencies whose policy is to hold only those.
        PlanSummary = "plan_summary",
    }
}

/// One copy, ready to print. This value, in canonical form, is what an edition's signature covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// `accord-edition/1`
    pub format: String,
    pub id: EditionId,
    pub kind: EditionKind,
    pub record: RecordReference,
    pub partnership: String,
    pub meeting: EditionMeeting,
    pub children: Vec<EditionChild>,
    pub attendance: Vec<EditionAttendance>,
    pub sections: Vec<EditionSection>,
    pub decisions: Vec<EditionDecision>,
    pub actions: Vec<EditionAction>,
    pub approval: EditionApproval,
}

impl Edition {
    pub const FORMAT: &'static str = "accord-edition/1";
}

/// Which signed record this copy comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordReference {
    pub meeting: MeetingId,
    pub version: u32,
    /// SHA-256 of the record's canonical bytes, hex.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionMeeting {
    pub kind_name: String,
    pub title: String,
    /// RFC 3339 with offset.
    pub starts_at: String,
    pub place: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionChild {
    pub name: String,
    /// ISO date, or empty.
    pub date_of_birth: String,
}

/// Somebody as an edition names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub name: String,
    /// Profession or relation, then agency: "health visitor, Northmoor NHS Trust".
    pub standing: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionAttendance {
    pub person: Named,
    /// "present", "apologies" …
    pub status: String,
    pub arrived_at: String,
    pub left_at: String,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionSection {
    pub key: String,
    pub heading: String,
    pub entries: Vec<EditionEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionEntry {
    pub text: String,
    pub nature: Nature,
    pub source: String,
    pub by: Named,
    /// Names of the children it is about; empty for all of them.
    pub about: Vec<String>,
    /// The part it was written in: who may read it.
    pub part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionDecision {
    pub child: String,
    pub text: String,
    pub rationale: String,
    pub category: String,
    pub agreed: bool,
    pub part: Part,
    pub views: Vec<EditionView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionView {
    pub by: Named,
    /// "agree", "agree_with_note", "not_agree"
    pub position: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionAction {
    pub outcome: String,
    pub what: String,
    /// None while nobody is named.
    pub owner: Option<Named>,
    /// ISO date, or empty.
    pub due: String,
    pub measure: String,
    pub about: Vec<String>,
    /// "open", "done", "partly_done", "not_done"
    pub status: String,
    pub part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionApproval {
    pub by: Named,
    /// RFC 3339, UTC.
    pub at: String,
    pub statement: String,
}
