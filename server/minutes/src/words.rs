//! Dates and terms in the words the pages and copies print.

use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::edition::{EditionKind, EditionQuorum};
use crate::in_the_room::Course;
use crate::record::{ActionStatus, AttendanceStatus, Ground, Nature, Part, Position, Role};
use crate::rules::{FamilyEditions, FamilyPresence};

/// `2026-11-23` → `23 November 2026`; anything else comes back as it was.
pub fn date(iso: &str) -> String {
    iso.parse::<Date>().map_or_else(|_| iso.to_owned(), |date| date.strftime("%-d %B %Y").to_string())
}

/// RFC 3339 → `23 November 2026, 10:00` in the time zone given; anything else comes back as it was.
pub fn date_and_time(rfc3339: &str, zone: &TimeZone) -> String {
    rfc3339.parse::<jiff::Timestamp>().map_or_else(
        |_| rfc3339.to_owned(),
        |at| ZonedDateTime::new(at, zone.clone()).strftime("%-d %B %Y, %H:%M").to_string(),
    )
}

/// From one instant to another, in the time zone given; "from" alone while it has not ended.
pub fn period(from: &str, until: &str, zone: &TimeZone) -> String {
    if until.is_empty() {
        return format!("from {}", date_and_time(from, zone));
    }
    format!("{} to {}", date_and_time(from, zone), date_and_time(until, zone))
}

/// Whether the meeting was quorate, in the sentences a copy prints.
pub fn quorum(quorum: &EditionQuorum) -> Vec<String> {
    if quorum.missing.is_empty() {
        return vec!["The meeting was quorate.".to_owned()];
    }
    let mut said = vec![format!("The meeting was not quorate: {}.", quorum.missing.join(", "))];
    match quorum.course {
        Some(Course::Proceed) => said.push("The chair went on without a quorum.".to_owned()),
        Some(Course::InterimPlan) => {
            let day = date(&quorum.reset_on);
            said.push(format!("An interim plan was made. The meeting is to be held again on {day}."));
        }
        None => {}
    }
    said
}

/// "Agreed in the meeting at 10:42", or nothing.
pub fn agreed_at(rfc3339: &str, zone: &TimeZone) -> String {
    rfc3339.parse::<jiff::Timestamp>().map_or_else(
        |_| String::new(),
        |at| ZonedDateTime::new(at, zone.clone()).strftime("Agreed in the meeting at %H:%M").to_string(),
    )
}

/// Where somebody stands on a scale from 0 to 10, or that they were asked and did not say.
pub fn scale(scale: Option<u8>) -> String {
    scale.map_or_else(|| "did not answer".to_owned(), |scale| format!("{scale} of 10"))
}

pub const fn nature(nature: Nature) -> &'static str {
    match nature {
        Nature::Fact => "Fact",
        Nature::Opinion => "Opinion",
        Nature::View => "View, own words",
        Nature::Allegation => "Allegation",
    }
}

pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Chair => "chair",
        Role::MinuteTaker => "minute taker",
        Role::Professional => "professional",
        Role::Manager => "manager",
        Role::Family => "family",
        Role::YoungPerson => "young person",
        Role::Observer => "observer",
    }
}

/// What somebody of a role may do at a meeting, to choose by.
pub const fn role_means(role: Role) -> &'static str {
    match role {
        Role::Chair => {
            "Runs the meeting: decides who sits at it, may remove what others wrote, locks and signs the record."
        }
        Role::MinuteTaker => "Writes for others too: takes down their words, marks who is here, records decisions.",
        Role::Professional => "Reads everything and writes, also what is for professionals only.",
        Role::Manager => "Reads everything, writes nothing.",
        Role::Family | Role::YoungPerson => "Reads and writes what everybody at the table reads.",
        Role::Observer => "Reads what everybody at the table reads, writes nothing and gets no copy.",
    }
}

pub const fn attendance(status: AttendanceStatus) -> &'static str {
    match status {
        AttendanceStatus::Invited => "invited",
        AttendanceStatus::Present => "present",
        AttendanceStatus::Apologies => "sent apologies",
        AttendanceStatus::Absent => "did not attend",
        AttendanceStatus::ReportOnly => "sent a report",
    }
}

pub const fn action(status: ActionStatus) -> &'static str {
    match status {
        ActionStatus::Open => "to do",
        ActionStatus::Done => "done",
        ActionStatus::PartlyDone => "partly done",
        ActionStatus::NotDone => "not done",
        ActionStatus::CouldNotBeDone => "could not be done",
    }
}

pub const fn position(position: Position) -> &'static str {
    match position {
        Position::Agree => "agrees",
        Position::AgreeWithNote => "agrees, with a note",
        Position::NotAgree => "does not agree",
    }
}

pub const fn edition(kind: EditionKind) -> &'static str {
    match kind {
        EditionKind::Full => "Full record",
        EditionKind::Family => "Family copy",
        EditionKind::PlanSummary => "Decisions and plan",
        EditionKind::Closed => "Closed session",
    }
}

/// Whether the family sits at a meeting, to choose its kind by.
pub const fn family_presence(presence: FamilyPresence) -> &'static str {
    match presence {
        FamilyPresence::Expected => "at the table",
        FamilyPresence::WithConsent => "at the table, if they agree to the meeting",
        FamilyPresence::Never => "not at this meeting",
    }
}

pub const fn family_editions(editions: FamilyEditions) -> &'static str {
    match editions {
        FamilyEditions::Record => "a copy of what everybody at the table reads",
        FamilyEditions::PlanSummary => "the decisions and the plan",
        FamilyEditions::None => "no copy",
    }
}

/// Who may read what is written in a part.
pub fn readers(part: &Part) -> &'static str {
    if part.is_main() {
        "Everyone, the family too"
    } else if part.is_closed() {
        "Only those in the closed session"
    } else {
        "Professionals only"
    }
}

/// Why a part of a meeting is closed, as the chair chooses it and as copies print it.
pub const fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::PrejudiceToChild => "It could harm the child’s interests",
        Ground::Disruption => "Disruption, or risk of violence",
        Ground::ChildAsks => "The child asks for it",
        Ground::PreventsContribution => "It would keep somebody from contributing",
        Ground::ConfidentialInformation => "Confidential information, such as legal advice or a criminal investigation",
        Ground::ConflictInFamily => "Conflict between family members",
    }
}
