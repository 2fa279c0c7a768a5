//! What stands in a record and in no document: that the meeting was closed for a while, and what people answered blind to
//! each other.

use serde::{Deserialize, Serialize};

use super::Part;
use crate::ids::{ChildId, PersonId};

spelled! {
    /// Why a part of a meeting is closed to somebody.
    Ground {
        PrejudiceToChild = "prejudice_to_child",
        Disruption = "disruption_or_violence",
        ChildAsks = "child_asks",
        PreventsContribution = "prevents_contribution",
        ConfidentialInformation = "confidential_information",
        ConflictInFamily = "conflict_in_family",
    }
}

/// That a part of the meeting was closed: never what was said in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedSession {
    pub part: Part,
    pub ground: Ground,
    /// The chair's reason in words. It may say what the session was about, so it is for those who were in it.
    pub reason: String,
    /// RFC 3339, as every time here.
    pub opened_at: String,
    /// Empty when the chair locked the record without ending it.
    pub ended_at: String,
    /// Who was in it when the record was locked, the chair included.
    pub readers: Vec<PersonId>,
    /// Who sat at the table and was not.
    pub not_open_to: Vec<PersonId>,
    /// Whether the chair has it said to everybody, the family too; otherwise professionals alone are told.
    pub told: bool,
}

/// One question that people answered blind to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scaling {
    /// Who may read it: the readers of this part.
    pub part: Part,
    pub child: ChildId,
    pub question: String,
    /// RFC 3339: when all answers were shown to all.
    pub revealed_at: String,
    pub answers: Vec<ScalingAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingAnswer {
    pub by: PersonId,
    /// 0 to 10; none for somebody who was asked and did not answer.
    pub scale: Option<u8>,
    pub view: String,
    /// Who took it down, where that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<PersonId>,
}
