//! Rule packs: dated, cited data that says what a meeting of one kind needs in one area. Data, not code: a partnership adds
//! or overrides packs without a build. This file is the shape; `check` says what is wrong with a pack, `in_force` which one
//! holds on a day.

mod check;
mod in_force;

use serde::{Deserialize, Serialize};

pub use self::check::{AGENCY_KINDS, Fault, NATIONS, Step, check, check_beside};
pub use self::in_force::Rules;
use crate::access::{self, Standing};
use crate::edition::EditionKind;
use crate::record::{Role, spelled};

/// What a meeting of one kind needs, as a file in `config/rules/` says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePack {
    /// `core_group`; also the file's name.
    pub kind: String,
    pub name: String,
    /// Where it holds: `england`, `wales`, `scotland`, `northern_ireland`; decides which bank holidays count.
    #[serde(default = "england")]
    pub nation: String,
    /// Where the pack as a whole comes from.
    pub citation: String,
    /// ISO date from which this version is in force.
    pub in_force_from: String,
    /// ISO date of the last day it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force_until: Option<String>,
    pub version: u32,
    /// Whom the meeting is about. A child's own voice comes first wherever it is a child.
    #[serde(default = "child")]
    pub subject: Subject,
    /// What a new meeting is called when nobody says otherwise.
    pub default_title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chair: Option<ChairRule>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<QuorumRule>,
    #[serde(default)]
    pub presence: PresenceRule,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing: Option<FilingRule>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionRule>,
    pub sections: Vec<SectionRule>,
    #[serde(default)]
    pub clocks: Vec<ClockRule>,
    #[serde(default)]
    pub retention: Vec<RetentionRule>,
    #[serde(default)]
    pub words: Vec<WordRule>,
}

impl RulePack {
    /// "core_group version 1", as the record names it.
    pub fn label(&self) -> String {
        format!("{} version {}", self.kind, self.version)
    }

    /// Of a meeting older than the keeping of whole packs: its sections, and nothing that it was not created with.
    pub fn of_sections(kind: &str, sections: Vec<SectionRule>) -> Self {
        Self {
            kind: kind.to_owned(),
            name: kind.to_owned(),
            nation: england(),
            citation: String::new(),
            in_force_from: String::new(),
            in_force_until: None,
            version: 1,
            subject: Subject::Child,
            default_title: String::new(),
            chair: None,
            quorum: None,
            presence: PresenceRule::default(),
            filing: None,
            decision: None,
            sections,
            clocks: Vec::new(),
            retention: Vec::new(),
            words: Vec::new(),
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's shape
const fn is_false(value: &bool) -> bool {
    !*value
}

fn england() -> String {
    "england".to_owned()
}

const fn child() -> Subject {
    Subject::Child
}

spelled! {
    Subject {
        Child = "child",
        /// A victim, or somebody who may do harm; children are spoken of.
        Adult = "adult",
    }
}

/// Who chairs, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChairRule {
    pub who: String,
    pub source: String,
}

/// Who must be there before the meeting may decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuorumRule {
    /// Kinds of agency (`social_care`, `police`, `health` …), each of which must be present.
    #[serde(default)]
    pub agencies: Vec<String>,
    /// How many agencies besides those.
    #[serde(default)]
    pub others_at_least: u32,
    /// The chair speaks for their agency; otherwise whoever chairs is counted for none.
    #[serde(default, skip_serializing_if = "is_false")]
    pub chair_counts: bool,
    /// Working days within which an inquorate meeting is held again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset_working_days: Option<u32>,
    /// Two meetings in a row may not both go on without it.
    #[serde(default)]
    pub never_twice_in_a_row: bool,
    pub source: String,
}

spelled! {
    /// Whether the family sits at the table.
    FamilyPresence {
        Expected = "expected",
        WithConsent = "with_consent",
        Never = "never",
    }
}

spelled! {
    /// What the family is given of the record.
    FamilyEditions {
        /// Their editions of the record.
        Record = "record",
        /// The plan alone.
        PlanSummary = "plan_summary",
        None = "none",
    }
}

/// Who may be present, and what the family gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PresenceRule {
    pub family: FamilyPresence,
    pub family_editions: FamilyEditions,
    #[serde(default)]
    pub source: String,
}

impl Default for PresenceRule {
    fn default() -> Self {
        Self { family: FamilyPresence::Expected, family_editions: FamilyEditions::Record, source: String::new() }
    }
}

impl PresenceRule {
    /// Whether somebody may have a seat as this. Where the family has none, nobody sits who comes for no agency and only
    /// listens: they might as well be family.
    pub const fn admits(&self, role: Role, comes_for_an_agency: bool) -> bool {
        match (self.family, role) {
            (FamilyPresence::Expected | FamilyPresence::WithConsent, _) => true,
            (FamilyPresence::Never, Role::Family | Role::YoungPerson) => false,
            (FamilyPresence::Never, Role::Observer) => comes_for_an_agency,
            (FamilyPresence::Never, _) => true,
        }
    }

    /// The copy that somebody of this role is sent, if any.
    pub fn copy_for(&self, role: Role) -> Option<EditionKind> {
        [EditionKind::Full, EditionKind::Family, EditionKind::PlanSummary]
            .into_iter()
            .find(|kind| self.gives(role, *kind, false))
    }

    /// Whether somebody of this role may have a copy of this kind: never more than the access table lets them read.
    /// `reader`: of the closed session, where it is a copy of one.
    pub fn gives(&self, role: Role, kind: EditionKind, reader: bool) -> bool {
        let to_family = match self.family_editions {
            FamilyEditions::Record => true,
            FamilyEditions::PlanSummary => kind == EditionKind::PlanSummary,
            FamilyEditions::None => false,
        };
        access::may_have_copy(Standing::Seated(role), kind, reader).is_ok() && (to_family || !role.is_family())
    }
}

spelled! {
    /// What of a record may stand in the children's case records.
    CaseRecords {
        Full = "full",
        PlanSummary = "plan_summary",
        None = "none",
    }
}

/// What agencies may file at most; each keeps less if that is its policy. Without this rule they file what they will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilingRule {
    pub case_records: CaseRecords,
    pub source: String,
}

impl FilingRule {
    /// What is filed where the agency would keep `policy`.
    pub fn filed(&self, policy: EditionKind) -> Option<EditionKind> {
        match self.case_records {
            CaseRecords::Full => Some(policy),
            CaseRecords::PlanSummary => Some(EditionKind::PlanSummary),
            CaseRecords::None => None,
        }
    }
}

/// What is decided, for each child.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRule {
    /// The question put to the meeting: "Is a child protection plan needed?"
    pub question: String,
    /// What may be decided. Empty: in words of the meeting's own.
    #[serde(default)]
    pub outcomes: Vec<String>,
    /// Categories of harm or need to choose from.
    #[serde(default)]
    pub categories: Vec<String>,
    /// The threshold the decision is measured against, in words.
    #[serde(default)]
    pub threshold: String,
    /// The review blocks when a child has no decision.
    #[serde(default)]
    pub mandatory: bool,
    pub source: String,
}

spelled! {
    /// What a section is for; the page and the review treat some of them in their own way.
    SectionHolds {
        Entries = "entries",
        /// The child's own words, with how they were asked. Comes first.
        ChildsVoice = "childs_voice",
        ParentsWords = "parents_words",
        Risk = "risk",
        Protective = "protective",
        DangerStatement = "danger_statement",
        SafetyGoal = "safety_goal",
        /// 0 to 10, with why.
        Scaling = "scaling",
        Contingency = "contingency",
        /// How identity and needs were taken into account.
        Equality = "equality",
        /// Other files and records, and where they are.
        CrossReferences = "cross_references",
        Chronology = "chronology",
        /// Core-group members and when they meet.
        CoreGroup = "core_group",
        NextMeeting = "next_meeting",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionRule {
    /// Stable key: `childrens_views`.
    pub key: String,
    pub heading: String,
    /// One sentence under the heading, for the people writing.
    pub hint: String,
    /// The review blocks when a mandatory section is empty.
    #[serde(default)]
    pub mandatory: bool,
    #[serde(default = "entries")]
    pub holds: SectionHolds,
    /// Where the rule comes from.
    #[serde(default)]
    pub source: String,
}

impl SectionRule {
    /// A section of plain entries, as a made-up record needs it.
    pub fn plain(key: &str, heading: &str) -> Self {
        Self {
            key: key.to_owned(),
            heading: heading.to_owned(),
            hint: String::new(),
            mandatory: false,
            holds: SectionHolds::Entries,
            source: String::new(),
        }
    }
}

const fn entries() -> SectionHolds {
    SectionHolds::Entries
}

spelled! {
    Unit {
        Hours = "hours",
        WorkingDays = "working_days",
        Days = "days",
        Weeks = "weeks",
        Months = "months",
    }
}

spelled! {
    /// What a clock counts from.
    ClockStart {
        /// The day of the meeting.
        Meeting = "meeting",
        /// The strategy discussion that led to it.
        StrategyDiscussion = "strategy_discussion",
        /// The day the record was locked and sent.
        Locked = "locked",
        /// The day a copy was received.
        Received = "received",
        /// The day of whatever else led to the meeting, as `what` says: a notification, or when a child came into care.
        WhatLedToIt = "what_led_to_it",
    }
}

spelled! {
    /// What must have happened by then; the server knows by itself whether it has.
    Due {
        /// The record is locked, signed and sent.
        Record = "record",
        /// The decisions are with everybody.
        Decisions = "decisions",
        /// Corrections are proposed.
        Corrections = "corrections",
        /// An agency's report is with the family; counted backwards from the meeting.
        ReportToFamily = "report_to_family",
        /// A request to exclude somebody is made; counted backwards from the meeting.
        ExclusionRequest = "exclusion_request",
        FirstCoreGroup = "first_core_group",
        NextCoreGroup = "next_core_group",
        Review = "review",
        Meeting = "meeting",
        /// Something only people can say was done, as `what` says.
        Other = "other",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRule {
    pub due: Due,
    /// What must happen, in words.
    pub what: String,
    pub within: u32,
    pub unit: Unit,
    pub from: ClockStart,
    /// Counted backwards: so long before, not after.
    #[serde(default)]
    pub before: bool,
    pub source: String,
}

/// How long something is kept, in words a records manager can act on and numbers a program can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// `record` or `working_history`.
    pub of: String,
    pub years: u32,
    /// `birth` (of the youngest child), `last_contact` or `locked`.
    pub from: String,
    /// Where it depends, on what: "where a child protection plan was made". Empty: always.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub when: String,
    pub source: String,
}

/// A word this kind of meeting uses, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordRule {
    /// What somebody may write.
    pub instead_of: String,
    /// What to write.
    pub say: String,
    pub source: String,
}
