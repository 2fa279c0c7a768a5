//! What a copy says that stands in no document: that the meeting was closed for a while, and what people answered blind to
//! each other.

use serde::{Deserialize, Serialize};

use super::{EditionKind, Named, Names};
use crate::ids::PersonId;
use crate::record::{ClosedSession, Ground, Part, Scaling};

/// That a part of the meeting was closed: when, to whom not open, on which ground. What was said stands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionClosedSession {
    /// RFC 3339, as is `ended_at`; that is empty if nobody ended it.
    pub opened_at: String,
    pub ended_at: String,
    pub ground: Ground,
    pub not_open_to: Vec<Named>,
    /// Who was in it; in its own copy alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readers: Vec<Named>,
    /// The chair's reason in words; in its own copy alone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// One question that people answered blind to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionScaling {
    pub child: String,
    pub question: String,
    /// RFC 3339.
    pub revealed_at: String,
    pub part: Part,
    pub answers: Vec<EditionAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionAnswer {
    pub by: Named,
    /// 0 to 10; none for somebody who was asked and did not answer.
    pub scale: Option<u8>,
    pub view: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<Named>,
}

/// Whether a kind of edition says that this session was. Everybody is told if the chair says so, professionals anyhow.
pub(super) const fn tells(kind: EditionKind, session: &ClosedSession) -> bool {
    match kind {
        EditionKind::Full => true,
        EditionKind::Family => session.told,
        EditionKind::PlanSummary | EditionKind::Closed => false,
    }
}

impl Names<'_> {
    pub(super) fn session(&self, session: &ClosedSession, kind: EditionKind) -> EditionClosedSession {
        let people = |ids: &[PersonId]| ids.iter().map(|id| self.person(*id)).collect();
        let own = kind == EditionKind::Closed;
        EditionClosedSession {
            opened_at: session.opened_at.clone(),
            ended_at: session.ended_at.clone(),
            ground: session.ground,
            not_open_to: people(&session.not_open_to),
            readers: if own { people(&session.readers) } else { Vec::new() },
            reason: if own { session.reason.clone() } else { String::new() },
        }
    }

    pub(super) fn scaling(&self, scaling: &Scaling) -> EditionScaling {
        let answers = scaling.answers.iter().map(|answer| EditionAnswer {
            by: self.person(answer.by),
            scale: answer.scale,
            view: answer.view.clone(),
            recorded_by: answer.recorded_by.map(|recorder| self.person(recorder)),
        });
        EditionScaling {
            child: self.child(scaling.child),
            question: scaling.question.clone(),
            revealed_at: scaling.revealed_at.clone(),
            part: scaling.part.clone(),
            answers: answers.collect(),
        }
    }
}
