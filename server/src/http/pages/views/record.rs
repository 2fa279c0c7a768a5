//! The record to read: an edition put into the words a page prints.

use askama::Template;
use jiff::tz::TimeZone;
use minutes::edition::{
    Edition, EditionAction, EditionAttendance, EditionClosedSession, EditionDecision, EditionEntry,
    EditionReadDecision, EditionScaling, EditionTerm, EditionView, Named,
};
use minutes::record::{ActionStatus, AttendanceStatus, GoneOn, Part, Position};
use minutes::words;

use super::frame::{Frame, listed};

#[derive(Debug, Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    pub frame: Frame,
    pub meeting_id: String,
    /// None for those who may not read it.
    pub history_href: Option<String>,
    pub record: RecordView,
}

/// Whether the record may still change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    BeingWritten,
    Locked,
}

#[derive(Debug, Clone)]
pub struct RecordView {
    pub stage: Stage,
    pub partnership: String,
    pub kind_name: String,
    pub title: String,
    pub when: String,
    pub place: String,
    pub children: Vec<ChildView>,
    pub attendance: Vec<AttendanceView>,
    pub sections: Vec<SectionView>,
    pub decisions: Vec<DecisionView>,
    pub actions: Vec<ActionView>,
    pub scalings: Vec<ScalingView>,
    pub closed_sessions: Vec<ClosedView>,
    /// Sentences; none where the meeting needed no quorum.
    pub quorum: Vec<String>,
    pub quorum_reason: String,
    pub read_back: Vec<ReadBackView>,
    /// None while the record is being written.
    pub approval: Option<ApprovalView>,
    pub glossary: Vec<EditionTerm>,
    pub version: u32,
    pub sha256: String,
    pub edition: String,
}

#[derive(Debug, Clone)]
pub struct ChildView {
    pub name: String,
    /// "born 3 May 2019", or empty.
    pub born: String,
}

#[derive(Debug, Clone)]
pub struct AttendanceView {
    pub who: Named,
    pub status: String,
    /// "from 10:12", "until 11:00", "10:12 to 11:00", or empty.
    pub times: String,
    pub note: String,
}

#[derive(Debug, Clone)]
pub struct SectionView {
    pub key: String,
    pub heading: String,
    /// "Agreed in the meeting at 10:42", or empty.
    pub agreed: String,
    pub entries: Vec<EntryView>,
}

#[derive(Debug, Clone)]
pub struct EntryView {
    pub by: Named,
    /// Who wrote it down, where that is somebody else; otherwise empty.
    pub recorded_by: String,
    pub nature: &'static str,
    pub source: String,
    pub about: String,
    /// How somebody was asked, or empty.
    pub tool: String,
    /// "0" to "10", or empty.
    pub scale: String,
    pub text: String,
    /// Who may read it, when that isn't everyone; otherwise empty.
    pub readers: &'static str,
}

#[derive(Debug, Clone)]
pub struct DecisionView {
    pub child: String,
    pub text: String,
    pub rationale: String,
    pub category: String,
    pub outcome: String,
    pub threshold: String,
    pub agreed: &'static str,
    pub readers: &'static str,
    pub views: Vec<PositionView>,
}

#[derive(Debug, Clone)]
pub struct PositionView {
    pub by: Named,
    pub position: String,
    pub reason: String,
}

#[derive(Debug, Clone)]
pub struct ActionView {
    pub what: String,
    pub outcome: String,
    /// Both empty when nobody is named.
    pub owner: Named,
    pub due: String,
    pub measure: String,
    pub about: String,
    pub status: String,
    pub carried_over: bool,
    pub readers: &'static str,
}

/// One question that people answered blind to each other.
#[derive(Debug, Clone)]
pub struct ScalingView {
    pub child: String,
    pub question: String,
    pub readers: &'static str,
    pub answers: Vec<AnswerView>,
}

#[derive(Debug, Clone)]
pub struct AnswerView {
    pub by: Named,
    /// "7 of 10" or "did not answer".
    pub scale: String,
    pub view: String,
    pub recorded_by: String,
}

/// That a part of the meeting was closed.
#[derive(Debug, Clone)]
pub struct ClosedView {
    /// "23 November 2026, 10:05 to 23 November 2026, 10:20"
    pub when: String,
    pub ground: &'static str,
    pub reason: String,
    pub not_open_to: String,
    pub readers: String,
}

#[derive(Debug, Clone)]
pub struct ApprovalView {
    pub by: Named,
    pub at: String,
    pub statement: String,
    pub went_on: Vec<GoneOn>,
}

impl RecordView {
    pub fn of(edition: &Edition, zone: &TimeZone, stage: Stage) -> Self {
        let approval = match stage {
            Stage::BeingWritten => None,
            Stage::Locked => Some(ApprovalView {
                by: edition.approval.by.clone(),
                at: words::date_and_time(&edition.approval.at, zone),
                statement: edition.approval.statement.clone(),
                went_on: edition.approval.went_on.clone(),
            }),
        };
        let born = |iso: &str| if iso.is_empty() { String::new() } else { format!("born {}", words::date(iso)) };
        let children = edition
            .children
            .iter()
            .map(|child| ChildView { name: child.name.clone(), born: born(&child.date_of_birth) });
        let sections = edition.sections.iter().map(|section| SectionView {
            key: section.key.clone(),
            heading: section.heading.clone(),
            agreed: words::agreed_at(&section.agreed_at, zone),
            entries: section.entries.iter().map(entry).collect(),
        });
        Self {
            stage,
            partnership: edition.partnership.clone(),
            kind_name: edition.meeting.kind_name.clone(),
            title: edition.meeting.title.clone(),
            when: words::date_and_time(&edition.meeting.starts_at, zone),
            place: edition.meeting.place.clone(),
            children: children.collect(),
            attendance: edition.attendance.iter().map(attendance).collect(),
            sections: sections.collect(),
            decisions: edition.decisions.iter().map(decision).collect(),
            actions: edition.actions.iter().map(action).collect(),
            scalings: edition.scalings.iter().map(scaling).collect(),
            quorum: edition.quorum.as_ref().map(words::quorum).unwrap_or_default(),
            quorum_reason: edition.quorum.as_ref().map(|quorum| quorum.reason.clone()).unwrap_or_default(),
            read_back: edition.read_back.iter().map(|one| read_back(one, zone)).collect(),
            closed_sessions: edition.closed_sessions.iter().map(|session| closed(session, zone)).collect(),
            approval,
            glossary: edition.glossary.clone(),
            version: edition.record.version,
            sha256: edition.record.sha256.clone(),
            edition: edition.id.to_string(),
        }
    }

    pub fn is_locked(&self) -> bool {
        self.stage == Stage::Locked
    }

    /// A kind that only repeats the title is not said twice.
    pub fn kind_beside_title(&self) -> &str {
        if self.title.to_lowercase().contains(&self.kind_name.to_lowercase()) { "" } else { &self.kind_name }
    }
}

/// Said only where it narrows: what everyone may read needs no mark.
fn restricted(part: &Part) -> &'static str {
    if part.is_main() { "" } else { words::readers(part) }
}

fn attendance(seat: &EditionAttendance) -> AttendanceView {
    let times = match (seat.arrived_at.as_str(), seat.left_at.as_str()) {
        ("", "") => String::new(),
        (from, "") => format!("from {from}"),
        ("", until) => format!("until {until}"),
        (from, until) => format!("{from} to {until}"),
    };
    let status = AttendanceStatus::parse(&seat.status).map(words::attendance).unwrap_or(&seat.status);
    AttendanceView { who: seat.person.clone(), status: status.to_owned(), times, note: seat.note.clone() }
}

fn entry(entry: &EditionEntry) -> EntryView {
    EntryView {
        by: entry.by.clone(),
        recorded_by: entry.recorded_by.as_ref().map(|recorder| recorder.name.clone()).unwrap_or_default(),
        nature: words::nature(entry.nature),
        source: entry.source.clone(),
        about: listed(&entry.about),
        tool: entry.tool.clone(),
        scale: entry.scale.clone(),
        text: entry.text.clone(),
        readers: restricted(&entry.part),
    }
}

fn decision(decision: &EditionDecision) -> DecisionView {
    DecisionView {
        child: decision.child.clone(),
        text: decision.text.clone(),
        rationale: decision.rationale.clone(),
        category: decision.category.clone(),
        outcome: decision.outcome.clone(),
        threshold: decision.threshold.clone(),
        agreed: if decision.agreed { "Agreed at the meeting" } else { "Not marked as agreed" },
        readers: restricted(&decision.part),
        views: decision.views.iter().map(position).collect(),
    }
}

fn position(view: &EditionView) -> PositionView {
    let position = Position::parse(&view.position).map(words::position).unwrap_or(&view.position);
    PositionView { by: view.by.clone(), position: position.to_owned(), reason: view.reason.clone() }
}

fn action(action: &EditionAction) -> ActionView {
    let status = ActionStatus::parse(&action.status).map(words::action).unwrap_or(&action.status);
    let nobody = Named { name: String::new(), standing: String::new() };
    ActionView {
        what: action.what.clone(),
        outcome: action.outcome.clone(),
        owner: action.owner.clone().unwrap_or(nobody),
        due: words::date(&action.due),
        measure: action.measure.clone(),
        about: listed(&action.about),
        status: status.to_owned(),
        carried_over: action.carried_over,
        readers: restricted(&action.part),
    }
}

fn scaling(scaling: &EditionScaling) -> ScalingView {
    let answers = scaling.answers.iter().map(|answer| AnswerView {
        by: answer.by.clone(),
        scale: words::scale(answer.scale),
        view: answer.view.clone(),
        recorded_by: answer.recorded_by.as_ref().map(|recorder| recorder.name.clone()).unwrap_or_default(),
    });
    ScalingView {
        child: scaling.child.clone(),
        question: scaling.question.clone(),
        readers: restricted(&scaling.part),
        answers: answers.collect(),
    }
}

fn closed(session: &EditionClosedSession, zone: &TimeZone) -> ClosedView {
    let names = |people: &[Named]| listed(&people.iter().map(|person| person.name.clone()).collect::<Vec<_>>());
    ClosedView {
        when: words::period(&session.opened_at, &session.ended_at, zone),
        ground: words::ground(session.ground),
        reason: session.reason.clone(),
        not_open_to: names(&session.not_open_to),
        readers: names(&session.readers),
    }
}

/// A decision as it was read back.
#[derive(Debug, Clone)]
pub struct ReadBackView {
    pub child: String,
    pub words: String,
    pub when: String,
    pub answers: Vec<ReadAnswerView>,
}

#[derive(Debug, Clone)]
pub struct ReadAnswerView {
    pub by: Named,
    pub position: &'static str,
    pub note: String,
    pub recorded_by: String,
}

fn read_back(one: &EditionReadDecision, zone: &TimeZone) -> ReadBackView {
    let answers = one.answers.iter().map(|answer| ReadAnswerView {
        by: answer.by.clone(),
        position: words::position(answer.position),
        note: answer.note.clone(),
        recorded_by: answer.recorded_by.as_ref().map(|recorder| recorder.name.clone()).unwrap_or_default(),
    });
    ReadBackView {
        child: one.child.clone(),
        words: one.words.clone(),
        when: words::date_and_time(&one.at, zone),
        answers: answers.collect(),
    }
}
