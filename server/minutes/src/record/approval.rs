//! The chair's approval: what stands in the record about how it came to be locked.

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;

/// The chair's recorded approval: who, when, how confirmed. Part of what is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub by: PersonId,
    /// RFC 3339, UTC.
    pub at: String,
    /// The words confirmed.
    pub statement: String,
    /// How the chair's identity was confirmed.
    pub method: String,
    /// What the review found when the chair chose to lock all the same.
    pub missing: Vec<String>,
    /// Those of them that stood in the way, each with why the chair went on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub went_on: Vec<GoneOn>,
    /// What the leak check found in a copy and the chair let through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
}

/// Something the leak check found that the chair let through. Never the protected words themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// What was found, in which copy and where in the record.
    pub found: String,
    pub by: PersonId,
    pub why: String,
    /// It was found in the copy of a closed session.
    #[serde(default, skip_serializing_if = "is_false")]
    pub closed: bool,
}

/// Something the review found, and why the chair locked the record all the same; a warning needs no reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneOn {
    pub missing: String,
    pub reason: String,
    /// It was found in a closed session.
    #[serde(default, skip_serializing_if = "is_false")]
    pub closed: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's shape
const fn is_false(value: &bool) -> bool {
    !*value
}
