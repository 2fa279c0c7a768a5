//! What the chair does in the room beside the documents: asks everybody to look at a section, sets a timer, marks sections
//! as agreed, says why the meeting goes on without a quorum, and has the decisions read back.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::access::{self, Deed, MeetingState, Whose};
use crate::ids::{ChildId, PersonId, RowId};
use crate::record::{Decision, PartRecord, Position, spelled};
use crate::seating::{Place, standing_of};

/// Room for a reason and for a note, not for what belongs in the record itself.
pub const MAX_WORDS: usize = 1000;
pub const LONGEST_TIMER: i64 = 180;
/// The longest a meeting without a quorum may be put off; its own rule is stricter.
const MAX_RESET_DAYS: i32 = 92;

/// Places of the live page that are no sections of the record.
const PLACES: &[&str] = &["attendance", "decisions", "plan"];

spelled! {
    /// What a meeting without a quorum does.
    Course {
        Proceed = "proceed",
        InterimPlan = "interim_plan",
    }
}

/// How the meeting stood with its quorum, in the signed record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quorum {
    /// What was missing, in words; nothing when it was quorate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<WithoutQuorum>,
}

/// What the chair chose without a quorum, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithoutQuorum {
    pub course: Course,
    pub reason: String,
    /// ISO date on which the meeting is held again; empty when it went on.
    pub reset_on: String,
    pub by: PersonId,
    /// RFC 3339, as every time here.
    pub at: String,
}

/// A section that the chair marked as agreed by those in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedSection {
    pub section: String,
    pub by: PersonId,
    pub at: String,
}

/// A decision as it was read out, and what people said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadDecision {
    pub decision: RowId,
    pub child: ChildId,
    pub words: String,
    pub at: String,
    pub answers: Vec<ReadAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAnswer {
    pub by: PersonId,
    pub position: Position,
    pub note: String,
    /// Who took it down, where that is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<PersonId>,
    pub at: String,
}

/// Why something in the room stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomRefusal {
    #[error("{0}")]
    NotAllowed(#[from] access::Refusal),
    #[error("There is no such section in this record.")]
    NoSuchSection,
    #[error("Set the timer to between 1 and 180 minutes.")]
    NotATime,
    #[error("Say why, in at most 1000 characters.")]
    NoReason,
    #[error("Say on which day the meeting will be held again: after this meeting, and within three months of it.")]
    NoResetDate,
    #[error("There is no decision to read back. Write one first, for everyone to read.")]
    NothingToRead,
    #[error("This decision has not been read back.")]
    NotRead,
    #[error("A note has at most 1000 characters.")]
    NoteTooLong,
    #[error("Say in the note what you agree with, or what not.")]
    NoNote,
    #[error("They have answered for themselves. Nobody can change that for them.")]
    AnsweredThemselves,
}

/// May `by` run the meeting in the room?
pub fn run(places: &[Place], by: PersonId, state: MeetingState) -> Result<(), RoomRefusal> {
    Ok(access::judge(standing_of(places, by), Deed::RunRoom, state)?)
}

/// May everybody be asked to look there? Empty: nowhere any more.
pub fn point<'a>(sections: impl IntoIterator<Item = &'a str>, place: &str) -> Result<(), RoomRefusal> {
    let known = place.is_empty() || PLACES.contains(&place) || sections.into_iter().any(|key| key == place);
    if known { Ok(()) } else { Err(RoomRefusal::NoSuchSection) }
}

/// A section to mark as agreed.
pub fn agree<'a>(sections: impl IntoIterator<Item = &'a str>, section: &str) -> Result<(), RoomRefusal> {
    if sections.into_iter().any(|key| key == section) { Ok(()) } else { Err(RoomRefusal::NoSuchSection) }
}

/// For how many minutes the timer runs; none stops it.
pub const fn timer(minutes: i64) -> Result<Option<i64>, RoomRefusal> {
    match minutes {
        0 => Ok(None),
        1..=LONGEST_TIMER => Ok(Some(minutes)),
        _ => Err(RoomRefusal::NotATime),
    }
}

/// What the chair chose without a quorum: the reason always, and for an interim plan when the meeting is held again.
pub fn without_quorum(course: Course, reason: &str, reset_on: &str, meeting_on: Date) -> Result<(), RoomRefusal> {
    if reason.trim().is_empty() || reason.chars().count() > MAX_WORDS {
        return Err(RoomRefusal::NoReason);
    }
    match course {
        Course::Proceed if reset_on.is_empty() => Ok(()),
        Course::Proceed => Err(RoomRefusal::NoResetDate),
        Course::InterimPlan => {
            let day: Date = reset_on.parse().map_err(|_| RoomRefusal::NoResetDate)?;
            let days = (day - meeting_on).get_days();
            if (1..=MAX_RESET_DAYS).contains(&days) { Ok(()) } else { Err(RoomRefusal::NoResetDate) }
        }
    }
}

/// The decisions to read out: those that everybody reads, in their order, as they stand.
pub fn to_read(parts: &[PartRecord]) -> Result<Vec<(RowId, ChildId, String)>, RoomRefusal> {
    let main = parts.iter().filter(|part| part.part.is_main()).flat_map(|part| &part.decisions);
    let read: Vec<_> = main
        .map(|decision| (decision.id, decision.child, words(decision)))
        .filter(|(_, _, words)| !words.is_empty())
        .collect();
    if read.is_empty() { Err(RoomRefusal::NothingToRead) } else { Ok(read) }
}

/// A decision as it is read out.
pub fn words(decision: &Decision) -> String {
    let words = [decision.outcome.trim(), decision.text.trim()];
    words.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(". ")
}

/// May `by` give this answer of `person` to a decision that was read out? Gives who took it down, if that is not the person.
pub fn answer(
    places: &[Place],
    by: PersonId,
    state: MeetingState,
    before: Option<&ReadAnswer>,
    person: PersonId,
    (position, note): (Position, &str),
) -> Result<Option<PersonId>, RoomRefusal> {
    let own = by == person;
    let whose = if own { Whose::Own } else { Whose::RecordedForOther };
    access::judge(standing_of(places, by), Deed::AnswerReadBack(whose), state)?;
    // Whoever has no seat, or may not say it themselves, says nothing through somebody else either.
    access::judge(standing_of(places, person), Deed::AnswerReadBack(Whose::Own), state)?;
    if note.chars().count() > MAX_WORDS {
        return Err(RoomRefusal::NoteTooLong);
    }
    if position == Position::AgreeWithNote && note.trim().is_empty() {
        return Err(RoomRefusal::NoNote);
    }
    if !own && before.is_some_and(|before| before.recorded_by.is_none()) {
        return Err(RoomRefusal::AnsweredThemselves);
    }
    Ok((!own).then_some(by))
}

/// Decisions that say something else by now than what was read out.
pub fn changed_since<'a>(read: &'a [ReadDecision], parts: &[PartRecord]) -> Vec<&'a ReadDecision> {
    let now: Vec<&Decision> = parts.iter().flat_map(|part| &part.decisions).collect();
    let same = |one: &ReadDecision| now.iter().any(|it| it.id == one.decision && words(it) == one.words);
    read.iter().filter(|one| !same(one)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::record::Role;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn places() -> Vec<Place> {
        let place = |n, role| Place { person: person(n), role, agency: None, removed: false };
        vec![
            place(1, Role::Chair),
            place(2, Role::MinuteTaker),
            place(3, Role::Professional),
            place(4, Role::Family),
            place(5, Role::Observer),
        ]
    }

    #[test]
    fn everybody_may_be_asked_to_look_at_what_there_is() {
        for (place, expected) in [("", true), ("plan", true), ("worries", true), ("elsewhere", false)] {
            assert_eq!(point(["worries"], place).is_ok(), expected, "{place}");
        }
        assert_eq!(agree(["worries"], "plan"), Err(RoomRefusal::NoSuchSection));
        assert_eq!((timer(0), timer(10), timer(181)), (Ok(None), Ok(Some(10)), Err(RoomRefusal::NotATime)));
        assert_eq!(timer(-1), Err(RoomRefusal::NotATime));
    }

    #[test]
    fn without_a_quorum_the_chair_says_why_and_when_again() {
        let on = "2026-11-25".parse().unwrap();
        for (course, reason, reset, expected) in [
            (Course::Proceed, "The child is at risk today.", "", Ok(())),
            (Course::Proceed, " ", "", Err(RoomRefusal::NoReason)),
            (Course::Proceed, "Why", "2026-12-01", Err(RoomRefusal::NoResetDate)),
            (Course::InterimPlan, "Why", "2026-12-01", Ok(())),
            (Course::InterimPlan, "Why", "2026-11-25", Err(RoomRefusal::NoResetDate)),
            (Course::InterimPlan, "Why", "2027-11-25", Err(RoomRefusal::NoResetDate)),
            (Course::InterimPlan, "Why", "soon", Err(RoomRefusal::NoResetDate)),
        ] {
            assert_eq!(without_quorum(course, reason, reset, on), expected, "{course} {reset}");
        }
        assert_eq!(without_quorum(Course::Proceed, &"x".repeat(MAX_WORDS + 1), "", on), Err(RoomRefusal::NoReason));
    }

    #[test]
    fn each_answers_for_themselves_or_through_the_minute_taker() {
        let open = MeetingState::Open;
        let say = |by, whom, before: Option<&ReadAnswer>, position, note| {
            answer(&places(), person(by), open, before, person(whom), (position, note))
        };
        assert_eq!(say(4, 4, None, Position::Agree, ""), Ok(None));
        assert_eq!(say(2, 4, None, Position::NotAgree, "No."), Ok(Some(person(2))));
        assert_eq!(say(4, 4, None, Position::AgreeWithNote, " "), Err(RoomRefusal::NoNote));
        for (by, whom) in [(1, 4), (3, 4), (4, 3), (5, 5), (2, 5), (2, 9)] {
            assert!(matches!(say(by, whom, None, Position::Agree, ""), Err(RoomRefusal::NotAllowed(_))), "{by} {whom}");
        }
        let own =
            ReadAnswer { by: person(4), position: Position::Agree, note: "".into(), recorded_by: None, at: "".into() };
        assert_eq!(say(2, 4, Some(&own), Position::NotAgree, ""), Err(RoomRefusal::AnsweredThemselves));
        let taken_down = ReadAnswer { recorded_by: Some(person(2)), ..own };
        assert_eq!(say(4, 4, Some(&taken_down), Position::NotAgree, ""), Ok(None));
    }
}
