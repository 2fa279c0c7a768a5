//! What comes before a meeting: who comes and what they need, what is on the agenda, reports, requests that only few may
//! know of, and what earlier meetings left to do.

use jiff::civil::Date;

use crate::access::{self, Deed, MeetingState, Standing};
use crate::calendar::Calendar;
use crate::deadline::{self, Direction, Length, NotKnown};
use crate::ids::{ChildId, MeetingId, PersonId};
use crate::record::{Action, ActionStatus, Part, Record, Role, spelled};
use crate::rules::{ClockRule, Due, RulePack, Unit};

spelled! {
    /// What somebody answers to an invitation.
    Answer {
        Coming = "coming",
        CannotCome = "cannot_come",
        SendsReport = "sends_report",
        SendsSomebody = "sends_somebody",
    }
}

impl Answer {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Coming => "Coming",
            Self::CannotCome => "Can’t come",
            Self::SendsReport => "Sends a report instead",
            Self::SendsSomebody => "Sends somebody instead",
        }
    }

    /// What has to be said with it, if anything.
    pub const fn asks(self) -> Option<&'static str> {
        match self {
            Self::CannotCome => Some("Say why you can’t come"),
            Self::SendsSomebody => Some("Say who comes instead of you"),
            Self::Coming | Self::SendsReport => None,
        }
    }
}

spelled! {
    /// What the chair makes of a request or a proposal.
    Ruling {
        Granted = "granted",
        Refused = "refused",
    }
}

spelled! {
    RequestKind {
        /// Somebody is to be kept out of a part of the meeting.
        Exclude = "exclude",
        /// Something is to be said without everybody hearing it.
        InConfidence = "in_confidence",
    }
}

impl RequestKind {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Exclude => "To keep somebody out of a part of the meeting",
            Self::InConfidence => "To say something in confidence",
        }
    }
}

spelled! {
    /// The grounds local procedures know for keeping somebody out.
    Ground {
        PrejudiceToChild = "prejudice_to_child",
        Disruption = "disruption_or_violence",
        ChildAsks = "child_asks",
        PreventsContribution = "prevents_contribution",
        Confidential = "confidential_information",
        FamilyConflict = "family_conflict",
    }
}

impl Ground {
    pub const fn words(self) -> &'static str {
        match self {
            Self::PrejudiceToChild => "The child’s interests would suffer",
            Self::Disruption => "Violence, or disruption of the meeting, is likely",
            Self::ChildAsks => "The child asks for it",
            Self::PreventsContribution => "Somebody could not speak freely otherwise",
            Self::Confidential => "Confidential information: legal advice, or a criminal investigation",
            Self::FamilyConflict => "Members of the family are in conflict with each other",
        }
    }
}

/// Whether somebody may know of a request that `asked_by` made: they themselves, and who runs the meeting. Whoever else
/// it concerns does not learn of it here.
pub fn may_see_request(reader: PersonId, standing: Standing, asked_by: PersonId) -> bool {
    let runs_meeting = access::judge(standing, Deed::SeePreparation, MeetingState::Locked).is_ok();
    let seated = matches!(standing, Standing::Seated(_));
    seated && (reader == asked_by || runs_meeting)
}

/// Whether somebody may know of an item proposed for the agenda: once the chair has taken it, everybody. Until then it may
/// say what not everybody is to read.
pub fn may_see_item(reader: PersonId, standing: Standing, proposed_by: PersonId, ruling: Option<Ruling>) -> bool {
    (ruling == Some(Ruling::Granted) && matches!(standing, Standing::Seated(_)))
        || may_see_request(reader, standing, proposed_by)
}

/// How long before the meeting a report is due where no rule says otherwise.
const REPORT_DUE: Length = Length { count: 3, unit: Unit::WorkingDays };

/// The last day on which a report is in time.
pub fn report_due(pack: &RulePack, meeting: Date, calendar: Option<&Calendar>) -> Result<Date, NotKnown> {
    let of_reports = |clock: &&ClockRule| clock.due == Due::ReportToFamily && clock.before;
    let clock = pack.clocks.iter().find(of_reports);
    let length = clock.map_or(REPORT_DUE, |clock| Length { count: clock.within, unit: clock.unit });
    deadline::day(calendar, meeting, length, Direction::Before)
}

/// Something an earlier meeting decided that is not known to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    pub from: MeetingId,
    pub title: String,
    /// RFC 3339.
    pub held: String,
    pub action: Action,
    /// Empty: nobody's.
    pub owner: String,
}

/// Somebody at a meeting who reads what earlier ones left to do.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub person: PersonId,
    pub role: Role,
    /// Whom this meeting is about.
    pub children: &'a [ChildId],
}

/// The unfinished actions of earlier records about these children, the latest meeting first. Somebody of the family sees those
/// of meetings they sat at themselves, in what everybody there read, and about nobody but the children of this meeting. What
/// was decided in a closed session is for those who were in it, and is nobody's here.
pub fn carried(earlier: &[Record], reader: Reader<'_>) -> Vec<Carried> {
    let mut found = Vec::new();
    for record in earlier {
        let sat_there = record.seats.iter().any(|seat| seat.person == reader.person && seat.removed_at.is_none());
        if !reader.role.is_worker() && !sat_there {
            continue;
        }
        let reads = |part: &Part| part.is_main() || reader.role.is_worker() && *part == Part::professionals();
        for part in record.parts.iter().filter(|part| reads(&part.part)) {
            for action in &part.actions {
                let unfinished = action.status != ActionStatus::Done;
                if unfinished && concerns(record, action, reader) {
                    found.push(carried_from(record, action));
                }
            }
        }
    }
    found.sort_by(|one, other| other.held.cmp(&one.held));
    found
}

/// An action about nobody in particular is about all whom its meeting was about.
fn concerns(record: &Record, action: &Action, reader: Reader<'_>) -> bool {
    let all: Vec<ChildId> = record.children.iter().map(|child| child.id).collect();
    let about = if action.about.is_empty() { &all } else { &action.about };
    if reader.role.is_worker() {
        about.iter().any(|child| reader.children.contains(child))
    } else {
        about.iter().all(|child| reader.children.contains(child))
    }
}

fn carried_from(record: &Record, action: &Action) -> Carried {
    let owner = record.seats.iter().find(|seat| Some(seat.person) == action.owner);
    Carried {
        from: record.meeting.id,
        title: record.meeting.title.clone(),
        held: record.meeting.starts_at.clone(),
        action: action.clone(),
        owner: owner.map(|seat| seat.name.clone()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;
