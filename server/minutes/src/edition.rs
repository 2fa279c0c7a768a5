//! Editions: copies compiled from the signed record for one kind of reader.
//!
//! An edition is built by naming what goes in (an allow-list), never by taking things out, and holds names and words
//! ready to print, so that a renderer decides nothing.

mod beside;
mod glossary;
mod in_the_room;

use serde::{Deserialize, Serialize};

use crate::ids::{ChildId, EditionId, MeetingId, PersonId, RowId};
use crate::record::{
    Action, Attendance, AttendanceStatus, ClosedSession, Decision, Entry, GoneOn, Nature, Part, PartRecord, Record,
    spelled,
};
pub use glossary::{EditionTerm, texts_of};

use beside::tells;
pub use beside::{EditionAnswer, EditionClosedSession, EditionScaling};
pub use in_the_room::{EditionQuorum, EditionReadAnswer, EditionReadDecision};

spelled! {
    EditionKind {
        /// Every part but closed sessions: for the professionals at the table and their agencies' case records.
        Full = "full",
        /// `main` alone: for family members and young people.
        Family = "family",
        /// Decisions and plan of `main`: for agencies whose policy is to hold only those.
        PlanSummary = "plan_summary",
        /// One closed session: for those who were in it. A copy of its own, so that no other copy ever has to be cut to fit
        /// a reader, and filed in no case record unless somebody decides to.
        Closed = "closed",
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
    /// That parts of the meeting were closed; in the copy of a closed session, that one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_sessions: Vec<EditionClosedSession>,
    /// What people said blind to each other, once all of it was shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scalings: Vec<EditionScaling>,
    /// None where the meeting needed no quorum, and in a copy that holds the plan alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<EditionQuorum>,
    /// The decisions as they were read back, and what each said to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read_back: Vec<EditionReadDecision>,
    pub approval: EditionApproval,
    /// The short forms that stand in this copy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub glossary: Vec<EditionTerm>,
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
    /// RFC 3339: when it was agreed in the meeting; empty if nobody said so.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub agreed_at: String,
    pub entries: Vec<EditionEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionEntry {
    pub text: String,
    pub nature: Nature,
    pub source: String,
    pub by: Named,
    /// Who wrote it down, where that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<Named>,
    /// Names of the children it is about; empty for all of them.
    pub about: Vec<String>,
    /// How somebody was asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tool: String,
    /// "0" to "10", or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scale: String,
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
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outcome: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub threshold: String,
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
    /// "open", "done", "partly_done", "not_done", "could_not_be_done"
    pub status: String,
    /// It carries on an action of an earlier meeting.
    #[serde(default, skip_serializing_if = "is_false")]
    pub carried_over: bool,
    pub part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionApproval {
    pub by: Named,
    /// RFC 3339, UTC.
    pub at: String,
    pub statement: String,
    /// What the chair went past, and why. In the full copy alone: it may speak of what only some may read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub went_on: Vec<GoneOn>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's shape
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Compiles the copy of `record` that one kind of reader gets. A copy of a closed session says which: [`compile_closed`].
pub fn compile(record: &Record, sha256: &str, kind: EditionKind, id: EditionId) -> Edition {
    let sessions = record.closed_sessions.iter().filter(|session| tells(kind, session)).collect();
    compiled(record, sha256, kind, id, |part| holds(kind, part), sessions)
}

/// Compiles the copy of one closed session, for those who were in it: that session and nothing else of the meeting but what
/// the meeting was.
pub fn compile_closed(record: &Record, sha256: &str, session: &Part, id: EditionId) -> Edition {
    let its_own = |part: &Part| part.is_closed() && part == session;
    let sessions = record.closed_sessions.iter().filter(|one| its_own(&one.part)).collect();
    compiled(record, sha256, EditionKind::Closed, id, its_own, sessions)
}

/// All of a record that holds nothing its reader may not read, closed sessions too: to look at while it is written, and to
/// print in trial. Never to hand to anybody.
pub fn compile_draft(record: &Record, id: EditionId) -> Edition {
    compiled(record, "", EditionKind::Full, id, |_| true, Vec::new())
}

fn compiled(
    record: &Record,
    sha256: &str,
    kind: EditionKind,
    id: EditionId,
    holds: impl Fn(&Part) -> bool,
    sessions: Vec<&ClosedSession>,
) -> Edition {
    let parts = record.parts.iter().filter(|part| holds(&part.part)).collect::<Vec<_>>();
    let names = Names { record };
    let whole = kind != EditionKind::PlanSummary;
    let mut edition = Edition {
        format: Edition::FORMAT.to_owned(),
        id,
        kind,
        record: RecordReference { meeting: record.meeting.id, version: record.version, sha256: sha256.to_owned() },
        partnership: record.partnership.clone(),
        meeting: EditionMeeting {
            kind_name: record.meeting.kind_name.clone(),
            title: record.meeting.title.clone(),
            starts_at: record.meeting.starts_at.clone(),
            place: if whole { record.meeting.place.clone() } else { String::new() },
        },
        children: record
            .children
            .iter()
            .map(|child| EditionChild { name: child.name.clone(), date_of_birth: child.date_of_birth.clone() })
            .collect(),
        attendance: attendance(&parts, &names),
        sections: if whole { sections(&parts, &names) } else { Vec::new() },
        decisions: decisions(&parts, &names),
        actions: actions(&parts, &names),
        closed_sessions: sessions.into_iter().map(|session| names.session(session, kind)).collect(),
        scalings: record
            .scalings
            .iter()
            .filter(|scaling| whole && holds(&scaling.part))
            .map(|scaling| names.scaling(scaling))
            .collect(),
        quorum: if whole && holds(&Part::main()) { names.quorum() } else { None },
        read_back: if whole && holds(&Part::main()) { names.read_back() } else { Vec::new() },
        approval: EditionApproval {
            by: names.person(record.approval.by),
            at: record.approval.at.clone(),
            statement: record.approval.statement.clone(),
            went_on: if kind == EditionKind::Full { record.approval.went_on.clone() } else { Vec::new() },
        },
        glossary: Vec::new(),
    };
    edition.glossary = glossary::explain(&edition, &record.glossary);
    edition
}

/// The allow-list: which parts a kind of edition is made from.
fn holds(kind: EditionKind, part: &Part) -> bool {
    match kind {
        EditionKind::Full => part.is_main() || *part == Part::professionals(),
        EditionKind::Family | EditionKind::PlanSummary => part.is_main(),
        EditionKind::Closed => false,
    }
}

/// The parts woven into one: section by section, entries by position whatever part they were written in.
fn sections(parts: &[&PartRecord], names: &Names<'_>) -> Vec<EditionSection> {
    let Some(first) = parts.first() else { return Vec::new() };
    first
        .sections
        .iter()
        .map(|section| EditionSection {
            key: section.key.clone(),
            heading: section.heading.clone(),
            agreed_at: names.agreed_at(&section.key),
            entries: woven(parts, |part| {
                part.sections.iter().filter(|s| s.key == section.key).flat_map(|s| &s.entries).collect()
            })
            .into_iter()
            .map(|(part, entry)| EditionEntry {
                text: entry.text.clone(),
                nature: entry.nature,
                source: entry.source.clone(),
                by: names.person(entry.by),
                recorded_by: entry.recorded_by.map(|recorder| names.person(recorder)),
                about: names.children(&entry.about),
                tool: entry.tool.clone(),
                scale: entry.scale.clone(),
                part: part.part.clone(),
            })
            .collect(),
        })
        .collect()
}

/// In the order of the seats, the chair first; a map has none of its own.
fn attendance(parts: &[&PartRecord], names: &Names<'_>) -> Vec<EditionAttendance> {
    let mut rows: Vec<&Attendance> =
        parts.iter().flat_map(|part| &part.attendance).filter(|row| !names.never_came(row)).collect();
    rows.sort_by_key(|row| names.record.seats.iter().position(|seat| seat.person == row.person));
    rows.into_iter().map(|row| names.attendance(row)).collect()
}

fn decisions(parts: &[&PartRecord], names: &Names<'_>) -> Vec<EditionDecision> {
    woven(parts, |part| part.decisions.iter().collect())
        .into_iter()
        .map(|(part, decision)| EditionDecision {
            child: names.child(decision.child),
            text: decision.text.clone(),
            rationale: decision.rationale.clone(),
            category: decision.category.clone(),
            agreed: decision.agreed,
            outcome: decision.outcome.clone(),
            threshold: decision.threshold.clone(),
            part: part.part.clone(),
            views: part
                .views
                .iter()
                .filter(|view| view.decision == decision.id)
                .map(|view| EditionView {
                    by: names.person(view.by),
                    position: view.position.as_str().to_owned(),
                    reason: view.reason.clone(),
                })
                .collect(),
        })
        .collect()
}

fn actions(parts: &[&PartRecord], names: &Names<'_>) -> Vec<EditionAction> {
    woven(parts, |part| part.actions.iter().collect())
        .into_iter()
        .map(|(part, action)| EditionAction {
            outcome: action.outcome.clone(),
            what: action.what.clone(),
            owner: action.owner.map(|owner| names.person(owner)),
            due: action.due.clone(),
            measure: action.measure.clone(),
            about: names.children(&action.about),
            status: action.status.as_str().to_owned(),
            carried_over: action.carried_from.is_some(),
            part: part.part.clone(),
        })
        .collect()
}

/// A row that stands somewhere in reading order.
trait Placed {
    fn place(&self) -> (&str, RowId);
}

impl Placed for Entry {
    fn place(&self) -> (&str, RowId) {
        (&self.pos, self.id)
    }
}

impl Placed for Decision {
    fn place(&self) -> (&str, RowId) {
        (&self.pos, self.id)
    }
}

impl Placed for Action {
    fn place(&self) -> (&str, RowId) {
        (&self.pos, self.id)
    }
}

fn woven<'a, T: Placed>(
    parts: &[&'a PartRecord],
    rows: impl Fn(&'a PartRecord) -> Vec<&'a T>,
) -> Vec<(&'a PartRecord, &'a T)> {
    let mut woven: Vec<_> = parts.iter().flat_map(|part| rows(part).into_iter().map(|row| (*part, row))).collect();
    woven.sort_by(|(_, a), (_, b)| a.place().cmp(&b.place()));
    woven
}

/// Ids to names, from the record itself and nothing else.
struct Names<'a> {
    record: &'a Record,
}

impl Names<'_> {
    fn person(&self, id: PersonId) -> Named {
        let Some(seat) = self.record.seats.iter().find(|seat| seat.person == id) else {
            return Named { name: "somebody no longer at this meeting".to_owned(), standing: String::new() };
        };
        let standing = [seat.title.as_str(), seat.agency_name.as_str()];
        let standing: Vec<&str> = standing.into_iter().filter(|text| !text.is_empty()).collect();
        Named { name: seat.name.clone(), standing: standing.join(", ") }
    }

    /// Invited by mistake, say, and gone from the table before they came to it: no copy names them as invited.
    fn never_came(&self, row: &Attendance) -> bool {
        let removed = self.record.seats.iter().any(|seat| seat.person == row.person && seat.removed_at.is_some());
        removed && row.status == AttendanceStatus::Invited && row.arrived_at.is_empty()
    }

    fn child(&self, id: ChildId) -> String {
        let children = &self.record.children;
        children.iter().find(|child| child.id == id).map(|child| child.label(children)).unwrap_or_default()
    }

    /// In the meeting's own order. A statement about every child names none.
    fn children(&self, about: &[ChildId]) -> Vec<String> {
        if about.len() >= self.record.children.len() {
            return Vec::new();
        }
        let children = &self.record.children;
        children.iter().filter(|child| about.contains(&child.id)).map(|child| child.label(children)).collect()
    }

    fn attendance(&self, row: &Attendance) -> EditionAttendance {
        EditionAttendance {
            person: self.person(row.person),
            status: row.status.as_str().to_owned(),
            arrived_at: row.arrived_at.clone(),
            left_at: row.left_at.clone(),
            note: row.note.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
