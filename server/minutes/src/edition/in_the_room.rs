//! What a copy says of the meeting as it went: whether it was quorate, which sections were agreed, what people said when the
//! decisions were read back. Everybody in the room heard it, so that every copy of what they read may say it.

use serde::{Deserialize, Serialize};

use super::{Named, Names};
use crate::in_the_room::Course;
use crate::record::Position;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionQuorum {
    /// In words; nothing when the meeting was quorate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course: Option<Course>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// ISO date, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reset_on: String,
}

/// A decision as it was read out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionReadDecision {
    pub child: String,
    pub words: String,
    /// RFC 3339.
    pub at: String,
    pub answers: Vec<EditionReadAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionReadAnswer {
    pub by: Named,
    pub position: Position,
    pub note: String,
    /// Who took it down, where that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<Named>,
}

impl Names<'_> {
    pub(super) fn agreed_at(&self, section: &str) -> String {
        let agreed = self.record.agreed_sections.iter().find(|one| one.section == section);
        agreed.map(|one| one.at.clone()).unwrap_or_default()
    }

    pub(super) fn quorum(&self) -> Option<EditionQuorum> {
        let quorum = self.record.quorum.as_ref()?;
        let without = quorum.without.as_ref();
        Some(EditionQuorum {
            missing: quorum.missing.clone(),
            course: without.map(|one| one.course),
            reason: without.map(|one| one.reason.clone()).unwrap_or_default(),
            reset_on: without.map(|one| one.reset_on.clone()).unwrap_or_default(),
        })
    }

    pub(super) fn read_back(&self) -> Vec<EditionReadDecision> {
        let read = self.record.read_back.iter().map(|one| EditionReadDecision {
            child: self.child(one.child),
            words: one.words.clone(),
            at: one.at.clone(),
            answers: one
                .answers
                .iter()
                .map(|answer| EditionReadAnswer {
                    by: self.person(answer.by),
                    position: answer.position,
                    note: answer.note.clone(),
                    recorded_by: answer.recorded_by.map(|recorder| self.person(recorder)),
                })
                .collect(),
        });
        read.collect()
    }
}
