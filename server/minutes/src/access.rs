//! Who may do what, in one table.

use crate::edition::EditionKind;
use crate::record::{Part, Role, spelled};

spelled! {
    /// Whether the record of a meeting may still change.
    MeetingState {
        Open = "open",
        Locked = "locked",
    }
}

/// Somebody's standing at one meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Seated(Role),
    /// Had a seat, and it was taken away.
    Removed,
    /// Never had one.
    Stranger,
}

/// Whose a statement is, as seen by the person acting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    /// Somebody else's, put in by the person acting on their behalf.
    RecordedForOther,
    Others,
}

/// One thing a person may want to do at a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    ReadMain,
    ReadRestricted,
    /// Read a closed session, as one of those the chair named for it or as somebody else.
    ReadClosed {
        reader: bool,
    },
    AddEntry(Whose),
    AddOwnWords(Whose),
    EditEntry,
    EditOwnWords(Whose),
    RemoveEntry(Whose),
    SetAbout(Whose),
    WriteDecision,
    AddView(Whose),
    EditView(Whose),
    WriteAction,
    RemoveAction(Whose),
    SetAttendance,
    /// Put a file with a part one reads.
    AddAttachment,
    RemoveAttachment(Whose),
    /// Take somebody's seat away, give it back, or change what somebody is at the meeting.
    ManageSeats,
    ReviewAndLock,
    SeeDeliveries,
    /// Answer an invitation, and say what one needs to take part.
    AnswerInvitation,
    /// Give more people a seat, write to those invited, answer for those who can't.
    InvitePeople,
    /// See what everybody answered and needs, what was proposed and asked for.
    SeePreparation,
    ProposeItem,
    /// Ask that somebody be kept out, or to speak in confidence.
    AskInPrivate,
    /// Rule on what was proposed or asked for.
    RuleOnRequests,
    /// Ask somebody for a report.
    RequestReport,
    /// Give the report one was asked for, and say whether the family has it.
    GiveReport,
    /// Be sent a signed copy, or open one as a file.
    HaveCopy,
    /// Who wrote which words, and earlier states, of the parts one reads.
    ReadHistory,
    /// The meeting's deadlines, and how each stands.
    SeeDeadlines,
    /// Say what was done by when, and why something is late: before the lock and after it, since neither is in the record.
    KeepDeadlines,
    /// Say what became of the plan before, until this record is locked.
    JudgeLastPlan,
    /// Say what became of this record's own plan, ask for its end, set up the next meeting: after the lock.
    FollowUp,
    /// Open and end closed sessions, and say who is in them.
    ManageClosedSessions,
    /// Put a question that people answer blind to each other, and show all answers to all.
    ManageBlindRounds,
    AnswerBlind(Whose),
    /// Say where everybody should look, mark sections as agreed, go on without a quorum, have the decisions read back.
    RunRoom,
    /// Say whether one agrees with a decision that was read back.
    AnswerReadBack(Whose),
}

impl Deed {
    /// Whether it leaves the record as it is. Whatever changes something in it ends with the lock.
    pub const fn only_looks(self) -> bool {
        matches!(
            self,
            Self::ReadMain
                | Self::ReadRestricted
                | Self::ReadClosed { .. }
                | Self::SeeDeliveries
                | Self::SeePreparation
                | Self::HaveCopy
                | Self::ReadHistory
                | Self::SeeDeadlines
                | Self::KeepDeadlines
                | Self::FollowUp
        )
    }
}

/// Why something is refused: a stable code for programs, words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("You have no seat at this meeting.")]
    NoSeat,
    #[error(
        "Your seat at this meeting was taken away. What you wrote stays in the record. Ask the chair if this is wrong."
    )]
    SeatWithdrawn,
    #[error("This record is locked. Propose a correction to the chair instead.")]
    Locked,
    #[error("Your role at this meeting does not include this.")]
    NotYourRole,
    #[error("These are somebody else's own words. Only they, or the minute taker for them, may change them.")]
    NotYourWords,
}

impl Refusal {
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoSeat => "no_seat",
            Self::SeatWithdrawn => "seat_withdrawn",
            Self::Locked => "locked",
            Self::NotYourRole => "not_your_role",
            Self::NotYourWords => "not_your_words",
        }
    }
}

/// The deed of reading a part. `reader`: whether the chair has named them for it, which counts in a closed session alone.
pub fn reading(part: &Part, reader: bool) -> Deed {
    if part.is_main() {
        Deed::ReadMain
    } else if part.is_closed() {
        Deed::ReadClosed { reader }
    } else {
        Deed::ReadRestricted
    }
}

/// The deed of reading a copy: one made from `main` alone is for everyone at the table, the full one for those who read
/// what professionals write among themselves, that of a closed session for who was in it.
pub const fn reading_edition(kind: EditionKind, reader: bool) -> Deed {
    match kind {
        EditionKind::Full => Deed::ReadRestricted,
        EditionKind::Closed => Deed::ReadClosed { reader },
        EditionKind::Family | EditionKind::PlanSummary => Deed::ReadMain,
    }
}

/// May somebody of this standing have a copy of this kind, once the record is locked? Of what they may not read, no.
/// `reader`: of the closed session, where it is a copy of one.
pub fn may_have_copy(standing: Standing, kind: EditionKind, reader: bool) -> Result<(), Refusal> {
    judge(standing, Deed::HaveCopy, MeetingState::Locked)?;
    judge(standing, reading_edition(kind, reader), MeetingState::Locked)
}

/// Setting a meeting up comes before anybody has a seat: those who run meetings, and the professionals of whom one will.
pub const fn may_create_meetings(role: Role) -> bool {
    matches!(role, Role::Chair | Role::MinuteTaker | Role::Professional)
}

/// An agency's case records are for those who work there, and for nobody who only visits.
pub const fn may_open_case_records(role: Role) -> bool {
    role.is_worker()
}

/// The board of deadlines is for those who work here, and for nobody who only visits.
pub const fn may_see_board(role: Role) -> bool {
    role.is_worker()
}

/// Whether somebody sees the deadlines of a meeting without a seat at it: managers and chairs those of meetings that their
/// agency sits at. What they see is what is due and when, nothing of the record.
pub const fn oversees(role: Role, agency_at_table: bool) -> bool {
    agency_at_table && matches!(role, Role::Manager | Role::Chair)
}

/// And whether they may say why something is late: managers answer for it.
pub const fn oversees_and_keeps(role: Role, agency_at_table: bool) -> bool {
    agency_at_table && matches!(role, Role::Manager)
}

/// The one table: may somebody of this standing do this at a meeting in this state?
pub fn judge(standing: Standing, deed: Deed, state: MeetingState) -> Result<(), Refusal> {
    let role = match standing {
        Standing::Seated(role) => role,
        Standing::Removed => return Err(Refusal::SeatWithdrawn),
        Standing::Stranger => return Err(Refusal::NoSeat),
    };
    if !deed.only_looks() && state == MeetingState::Locked {
        return Err(Refusal::Locked);
    }
    if allows(role, deed) {
        return Ok(());
    }
    let own_words = matches!(
        deed,
        Deed::EditOwnWords(_)
            | Deed::EditView(_)
            | Deed::AddOwnWords(_)
            | Deed::AddView(_)
            | Deed::AnswerBlind(_)
            | Deed::AnswerReadBack(_)
    );
    Err(if own_words && role.writes() { Refusal::NotYourWords } else { Refusal::NotYourRole })
}

const fn allows(role: Role, deed: Deed) -> bool {
    let runs_meeting = matches!(role, Role::Chair | Role::MinuteTaker);
    match deed {
        Deed::ReadMain => true,
        // The working history is the professionals' working material; what the family gets is the record.
        Deed::ReadRestricted | Deed::ReadHistory | Deed::SeeDeadlines => role.is_worker(),
        // Family too: a session may be closed to one parent alone. The chair is in all of them, since
        // nobody else could say who is in one, or sign for it.
        Deed::ReadClosed { reader: true } => !matches!(role, Role::Observer),
        Deed::ReadClosed { reader: false } => matches!(role, Role::Chair),
        Deed::AddEntry(Whose::Own)
        | Deed::AddOwnWords(Whose::Own)
        | Deed::EditEntry
        | Deed::WriteAction
        | Deed::AddAttachment
        | Deed::RemoveAttachment(Whose::Own) => role.writes(),
        Deed::RemoveAttachment(_) => matches!(role, Role::Chair),
        Deed::AddEntry(_) | Deed::AddOwnWords(_) => runs_meeting,
        Deed::EditOwnWords(Whose::Own) => role.writes(),
        // The chair may mend what they took down for somebody themselves, never what somebody wrote.
        Deed::EditOwnWords(Whose::RecordedForOther) => runs_meeting,
        Deed::EditOwnWords(Whose::Others) => matches!(role, Role::MinuteTaker),
        Deed::RemoveEntry(Whose::Own | Whose::RecordedForOther)
        | Deed::RemoveAction(Whose::Own | Whose::RecordedForOther) => role.writes(),
        Deed::RemoveEntry(Whose::Others) | Deed::RemoveAction(Whose::Others) => matches!(role, Role::Chair),
        Deed::SetAbout(Whose::Own | Whose::RecordedForOther) => role.writes(),
        Deed::SetAbout(Whose::Others) => runs_meeting,
        Deed::WriteDecision
        | Deed::SetAttendance
        | Deed::SeeDeliveries
        | Deed::JudgeLastPlan
        | Deed::FollowUp
        | Deed::InvitePeople
        | Deed::SeePreparation
        | Deed::RequestReport => runs_meeting,
        Deed::KeepDeadlines => runs_meeting || matches!(role, Role::Manager),
        Deed::AnswerInvitation => true,
        Deed::ProposeItem => !matches!(role, Role::Observer),
        Deed::AskInPrivate => role.writes(),
        Deed::GiveReport => role.is_worker() && role.writes(),
        Deed::AddView(Whose::Own) | Deed::EditView(Whose::Own) => role.writes(),
        Deed::AddView(_) | Deed::EditView(_) => false,
        Deed::ReviewAndLock
        | Deed::ManageSeats
        | Deed::RuleOnRequests
        | Deed::ManageClosedSessions
        | Deed::ManageBlindRounds
        | Deed::RunRoom => {
            matches!(role, Role::Chair)
        }
        Deed::AnswerBlind(Whose::Own) | Deed::AnswerReadBack(Whose::Own) => role.writes(),
        // The chair sees nobody's answer before all do, and so takes none down.
        Deed::AnswerBlind(Whose::RecordedForOther) | Deed::AnswerReadBack(Whose::RecordedForOther) => {
            matches!(role, Role::MinuteTaker)
        }
        Deed::AnswerBlind(Whose::Others) | Deed::AnswerReadBack(Whose::Others) => false,
        Deed::HaveCopy => !matches!(role, Role::Observer),
    }
}

/// Every deed, for the table printed to the golden file.
pub const DEEDS: &[(&str, Deed)] = &[
    ("read main", Deed::ReadMain),
    ("read a restricted part", Deed::ReadRestricted),
    ("read a closed session one is in", Deed::ReadClosed { reader: true }),
    ("read a closed session one is not in", Deed::ReadClosed { reader: false }),
    ("add an entry as oneself", Deed::AddEntry(Whose::Own)),
    ("add an entry for somebody else", Deed::AddEntry(Whose::RecordedForOther)),
    ("add own words", Deed::AddOwnWords(Whose::Own)),
    ("take down somebody's own words", Deed::AddOwnWords(Whose::RecordedForOther)),
    ("edit a fact, opinion or allegation", Deed::EditEntry),
    ("edit one's own words", Deed::EditOwnWords(Whose::Own)),
    ("edit own words one took down for somebody", Deed::EditOwnWords(Whose::RecordedForOther)),
    ("edit somebody else's own words", Deed::EditOwnWords(Whose::Others)),
    ("remove one's own entry", Deed::RemoveEntry(Whose::Own)),
    ("remove an entry one took down for somebody", Deed::RemoveEntry(Whose::RecordedForOther)),
    ("remove somebody else's entry", Deed::RemoveEntry(Whose::Others)),
    ("say which children one's own entry is about", Deed::SetAbout(Whose::Own)),
    ("say it of an entry one took down for another", Deed::SetAbout(Whose::RecordedForOther)),
    ("say which children another's entry is about", Deed::SetAbout(Whose::Others)),
    ("write a decision", Deed::WriteDecision),
    ("give one's own view on a decision", Deed::AddView(Whose::Own)),
    ("give another's view on a decision", Deed::AddView(Whose::RecordedForOther)),
    ("edit one's own view on a decision", Deed::EditView(Whose::Own)),
    ("edit another's view on a decision", Deed::EditView(Whose::Others)),
    ("write an action", Deed::WriteAction),
    ("remove one's own action", Deed::RemoveAction(Whose::Own)),
    ("remove another's action", Deed::RemoveAction(Whose::Others)),
    ("mark attendance", Deed::SetAttendance),
    ("put a file with a part", Deed::AddAttachment),
    ("take one's own file off", Deed::RemoveAttachment(Whose::Own)),
    ("take another's file off", Deed::RemoveAttachment(Whose::Others)),
    ("take seats away and change roles", Deed::ManageSeats),
    ("review and lock", Deed::ReviewAndLock),
    ("see who was sent what", Deed::SeeDeliveries),
    ("answer an invitation", Deed::AnswerInvitation),
    ("invite people", Deed::InvitePeople),
    ("see who answered what and needs what", Deed::SeePreparation),
    ("propose an agenda item", Deed::ProposeItem),
    ("ask for somebody's exclusion or in confidence", Deed::AskInPrivate),
    ("rule on what was proposed or asked for", Deed::RuleOnRequests),
    ("ask somebody for a report", Deed::RequestReport),
    ("give a report one was asked for", Deed::GiveReport),
    ("have a signed copy", Deed::HaveCopy),
    ("read the working history", Deed::ReadHistory),
    ("see the deadlines", Deed::SeeDeadlines),
    ("say what was done and why it is late", Deed::KeepDeadlines),
    ("say what became of the plan before", Deed::JudgeLastPlan),
    ("judge, end or carry on this plan", Deed::FollowUp),
    ("open and end closed sessions", Deed::ManageClosedSessions),
    ("put a question to be answered blind", Deed::ManageBlindRounds),
    ("answer blind as oneself", Deed::AnswerBlind(Whose::Own)),
    ("take down somebody's blind answer", Deed::AnswerBlind(Whose::RecordedForOther)),
    ("change another's blind answer", Deed::AnswerBlind(Whose::Others)),
    ("run the meeting in the room", Deed::RunRoom),
    ("say to a decision read back what one thinks", Deed::AnswerReadBack(Whose::Own)),
    ("take down what another says to it", Deed::AnswerReadBack(Whose::RecordedForOther)),
    ("change what another said to it", Deed::AnswerReadBack(Whose::Others)),
];

/// Every standing there is, with the words the golden file heads its columns with.
pub fn standings() -> impl Iterator<Item = (&'static str, Standing)> {
    let seated = Role::ALL.iter().map(|role| (role.as_str(), Standing::Seated(*role)));
    seated.chain([("removed", Standing::Removed), ("stranger", Standing::Stranger)])
}

/// The table in text, one line per deed and state, a column per standing: kept in `golden/access.txt`.
pub fn table() -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for &state in MeetingState::ALL {
        let mut line = format!("{:<46}", format!("meeting {state}"));
        for (name, _) in standings() {
            let _ = write!(line, " {name:<14}");
        }
        let _ = writeln!(out, "{}", line.trim_end());
        for (name, deed) in DEEDS {
            let mut line = format!("{name:<46}");
            for (_, standing) in standings() {
                let _ = write!(line, " {:<14}", verdict(standing, *deed, state));
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out.push('\n');
    }
    out
}

fn verdict(standing: Standing, deed: Deed, state: MeetingState) -> &'static str {
    match judge(standing, deed, state) {
        Ok(()) => "yes",
        Err(refusal) => refusal.code(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods)] // a test may read and write its golden file
    fn the_table_is_the_one_agreed() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/access.txt");
        if std::env::var_os("ACCORD_UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, table()).unwrap();
        }
        let agreed = std::fs::read_to_string(&path).unwrap();
        assert_eq!(table(), agreed, "who may do what has changed; if that is meant, run with ACCORD_UPDATE_GOLDEN=1");
    }

    #[test]
    fn nobody_writes_in_a_locked_record_and_who_has_no_seat_does_nothing() {
        for (name, deed) in DEEDS {
            for &state in MeetingState::ALL {
                assert_eq!(judge(Standing::Stranger, *deed, state), Err(Refusal::NoSeat), "{name}");
                assert_eq!(judge(Standing::Removed, *deed, state), Err(Refusal::SeatWithdrawn), "{name}");
            }
            for &role in Role::ALL {
                let locked = judge(Standing::Seated(role), *deed, MeetingState::Locked);
                assert!(deed.only_looks() || locked == Err(Refusal::Locked), "{role} may {name} after the lock");
            }
        }
    }

    #[test]
    fn an_observer_says_whether_they_come_reads_what_everybody_reads_and_does_nothing_else() {
        let observer = Standing::Seated(Role::Observer);
        for (name, deed) in DEEDS {
            let outcome = judge(observer, *deed, MeetingState::Open);
            let may = matches!(deed, Deed::ReadMain | Deed::AnswerInvitation);
            assert_eq!(outcome.is_ok(), may, "{name}");
        }
        assert!(!may_create_meetings(Role::Observer) && !may_open_case_records(Role::Observer));
    }

    #[test]
    fn a_copy_is_for_who_may_read_what_is_in_it() {
        use EditionKind::{Closed, Family, Full, PlanSummary};
        let kinds = |standing, reader| -> Vec<EditionKind> {
            EditionKind::ALL.iter().copied().filter(|kind| may_have_copy(standing, *kind, reader).is_ok()).collect()
        };
        let seated = Standing::Seated;
        assert_eq!(kinds(seated(Role::Professional), true), EditionKind::ALL);
        assert_eq!(kinds(seated(Role::Professional), false), [Full, Family, PlanSummary]);
        assert_eq!(kinds(seated(Role::Chair), false), EditionKind::ALL);
        assert_eq!(kinds(seated(Role::Family), false), [Family, PlanSummary]);
        assert_eq!(kinds(seated(Role::Family), true), [Family, PlanSummary, Closed]);
        for none in [seated(Role::Observer), Standing::Removed, Standing::Stranger] {
            assert_eq!(kinds(none, true), []);
        }
    }
}
