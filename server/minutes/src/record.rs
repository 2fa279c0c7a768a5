//! The record of one meeting as typed values: its parts, and what is in them.

use serde::{Deserialize, Serialize};

use crate::ids::{AgencyId, AttachmentId, ChildId, DocumentId, MeetingId, PersonId, RowId};
use crate::in_the_room::{AgreedSection, Quorum, ReadDecision};
use crate::wording::Term;

/// Gives an enum its one spelling, shared by the document, the database and the API.
macro_rules! spelled {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant),+
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use spelled;

mod beside;

pub use beside::{ClosedSession, Ground, Scaling, ScalingAnswer};

spelled! {
    /// What somebody is at a meeting, or in the partnership when they sign in.
    Role {
        Chair = "chair",
        MinuteTaker = "minute_taker",
        Professional = "professional",
        /// Answers for an agency's case records; may read, not write.
        Manager = "manager",
        Family = "family",
        YoungPerson = "young_person",
        /// Sits in to watch: a student, an inspector. Reads `main` alone, writes nothing, gets no copy.
        Observer = "observer",
    }
}

impl Role {
    /// Family members and young people read `main` alone and get the family edition.
    pub const fn is_family(self) -> bool {
        matches!(self, Self::Family | Self::YoungPerson)
    }

    /// Comes to the table for an agency, to work with the others: reads what professionals write among themselves.
    pub const fn is_worker(self) -> bool {
        matches!(self, Self::Chair | Self::MinuteTaker | Self::Professional | Self::Manager)
    }

    /// Whether they take part in writing the record.
    pub const fn writes(self) -> bool {
        match self {
            Self::Chair | Self::MinuteTaker | Self::Professional | Self::Family | Self::YoungPerson => true,
            Self::Manager | Self::Observer => false,
        }
    }
}

spelled! {
    /// What kind of statement an entry is (policy rule 6: fact and opinion apart; rule 16: own words).
    Nature {
        Fact = "fact",
        Opinion = "opinion",
        /// Somebody's own words; only they, or the minute taker for somebody without a device, may change them.
        View = "view",
        Allegation = "allegation",
    }
}

spelled! {
    AttendanceStatus {
        Invited = "invited",
        Present = "present",
        Apologies = "apologies",
        Absent = "absent",
        /// Did not come and was not asked to: sent a written report.
        ReportOnly = "report_only",
    }
}

spelled! {
    ActionStatus {
        Open = "open",
        Done = "done",
        PartlyDone = "partly_done",
        NotDone = "not_done",
        /// Apart from "was not done": nobody could have, and the plan has to change.
        CouldNotBeDone = "could_not_be_done",
    }
}

spelled! {
    /// A position on a decision.
    Position {
        Agree = "agree",
        AgreeWithNote = "agree_with_note",
        NotAgree = "not_agree",
    }
}

/// One of a record's documents, with its own readers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Part(String);

impl Part {
    /// Everyone at the table, the family too.
    pub fn main() -> Self {
        Self("main".to_owned())
    }

    /// Everyone at the table but the family.
    pub fn professionals() -> Self {
        Self("professionals".to_owned())
    }

    /// A closed session of the meeting, numbered from 1 as they were opened. Its readers are named one by one.
    pub fn closed(number: u32) -> Self {
        Self(format!("closed-{number}"))
    }

    pub fn parse(text: &str) -> Option<Self> {
        let known = matches!(text, "main" | "professionals") || closed_number(text).is_some();
        known.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_main(&self) -> bool {
        self.0 == "main"
    }

    /// Where it stands among a record's parts: `main`, `professionals`, then the closed sessions as they were opened.
    pub fn place(&self) -> (bool, u32) {
        (!self.is_main(), self.closed_number().unwrap_or_default())
    }

    /// Which closed session it is, if it is one.
    pub fn closed_number(&self) -> Option<u32> {
        closed_number(&self.0)
    }

    pub fn is_closed(&self) -> bool {
        self.closed_number().is_some()
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The most closed sessions one meeting may have: beyond any real one.
pub const MAX_CLOSED_SESSIONS: u32 = 20;

/// One spelling for each: `closed-01` is no part.
fn closed_number(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("closed-")?;
    let number = digits.parse().ok().filter(|number| (1..=MAX_CLOSED_SESSIONS).contains(number))?;
    (number.to_string() == digits).then_some(number)
}

/// What one document holds, in reading order, tombstoned rows left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    pub part: Part,
    pub document: DocumentId,
    /// Automerge heads this was read at, in hex, sorted.
    pub heads: Vec<String>,
    pub attendance: Vec<Attendance>,
    pub sections: Vec<Section>,
    pub decisions: Vec<Decision>,
    pub views: Vec<View>,
    pub actions: Vec<Action>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub person: PersonId,
    pub status: AttendanceStatus,
    /// `HH:MM`, local time, as the chair or minute taker entered it; empty when not said.
    pub arrived_at: String,
    pub left_at: String,
    pub note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub key: String,
    pub heading: String,
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: RowId,
    /// Fractional index; rows sort by it, then by id.
    pub pos: String,
    pub text: String,
    pub nature: Nature,
    pub source: String,
    pub by: PersonId,
    /// Who wrote it down, where that is somebody else: the minute taker for a person without a device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<PersonId>,
    pub about: Vec<ChildId>,
    /// How somebody was asked: "Three Houses", "drawing", through an interpreter.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tool: String,
    /// "0" to "10", or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scale: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<AttachmentId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub id: RowId,
    pub pos: String,
    pub child: ChildId,
    pub text: String,
    pub rationale: String,
    pub category: String,
    /// Whether those present agreed, as the chair marked it.
    pub agreed: bool,
    /// What was decided, in the rule pack's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outcome: String,
    /// The threshold it was measured against.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub threshold: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub id: RowId,
    pub decision: RowId,
    pub agency: Option<AgencyId>,
    pub by: PersonId,
    pub position: Position,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    pub id: RowId,
    pub pos: String,
    pub outcome: String,
    pub what: String,
    /// Empty until somebody is named.
    pub owner: Option<PersonId>,
    /// ISO date, or empty.
    pub due: String,
    pub measure: String,
    pub about: Vec<ChildId>,
    pub status: ActionStatus,
    /// The action of an earlier meeting that this one carries on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_from: Option<RowId>,
}

/// The facts about a meeting that the server holds beside the documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingFacts {
    pub id: MeetingId,
    /// Key of the rule pack, such as `core_group`.
    pub kind: String,
    pub kind_name: String,
    pub title: String,
    /// RFC 3339 with offset.
    pub starts_at: String,
    pub place: String,
    pub rule_pack: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildFacts {
    pub id: ChildId,
    pub name: String,
    /// ISO date, or empty when not known.
    pub date_of_birth: String,
}

impl ChildFacts {
    /// The name to print: two children of one name are told apart by their dates of birth.
    pub fn label(&self, among: &[Self]) -> String {
        let shared = among.iter().any(|other| other.id != self.id && other.name == self.name);
        if shared && !self.date_of_birth.is_empty() {
            format!("{} (born {})", self.name, crate::words::date(&self.date_of_birth))
        } else {
            self.name.clone()
        }
    }
}

/// Somebody's seat at one meeting. No contact and no address: those are in no part and no copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    /// Profession, or relation to the child.
    pub title: String,
    pub agency: Option<AgencyId>,
    /// Empty for family members.
    pub agency_name: String,
    /// RFC 3339: since when they have no seat any more. What they wrote stays, and their name with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<String>,
}

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
}

/// Something the review found, and why the chair locked the record all the same; a warning needs no reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneOn {
    pub missing: String,
    pub reason: String,
}

/// The signed record: the one value every edition is compiled from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// `accord-record/1`
    pub format: String,
    pub version: u32,
    pub partnership: String,
    pub meeting: MeetingFacts,
    pub children: Vec<ChildFacts>,
    pub seats: Vec<Seat>,
    pub parts: Vec<PartRecord>,
    /// That parts of the meeting were closed; what was said there is in `parts`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_sessions: Vec<ClosedSession>,
    /// What people said blind to each other, once the chair had shown it to all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scalings: Vec<Scaling>,
    /// None where this kind of meeting needs no quorum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<Quorum>,
    /// Sections agreed in the meeting, each with when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreed_sections: Vec<AgreedSection>,
    /// The decisions as they were read back, and what each said to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read_back: Vec<ReadDecision>,
    pub approval: Approval,
    /// The short forms used in it, with what they mean, as the partnership explained them then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub glossary: Vec<Term>,
}

impl Record {
    pub const FORMAT: &'static str = "accord-record/1";
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_closed_part_has_one_spelling() {
        for number in [1, 2, 10, MAX_CLOSED_SESSIONS] {
            let part = Part::closed(number);
            assert_eq!(Part::parse(part.as_str()), Some(part.clone()));
            assert_eq!((part.closed_number(), part.is_main()), (Some(number), false));
        }
        for none in [
            "closed",
            "closed-",
            "closed-0",
            "closed-01",
            "closed-+1",
            "closed-21",
            "closed--1",
            "Closed-1",
            "closed-1 ",
        ] {
            assert_eq!(Part::parse(none), None, "{none}");
        }
        assert_eq!(Part::professionals().closed_number(), None);
    }

    #[test]
    fn two_children_of_one_name_are_told_apart() {
        let child = |n, name: &str, born: &str| ChildFacts {
            id: ChildId(Uuid::from_u128(n)),
            name: name.into(),
            date_of_birth: born.into(),
        };
        let children = [child(1, "Sam", "2018-05-03"), child(2, "Sam", "2020-01-31"), child(3, "Lee", "2019-02-02")];
        let labels: Vec<String> = children.iter().map(|child| child.label(&children)).collect();
        assert_eq!(labels, ["Sam (born 3 May 2018)", "Sam (born 31 January 2020)", "Lee"]);
    }
}
