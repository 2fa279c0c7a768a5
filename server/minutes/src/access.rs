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
    /// No seat, or a seat taken away.
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
    ReviewAndLock,
    SeeDeliveries,
    /// Who wrote which words, and earlier states, of the parts one reads.
    ReadHistory,
}

impl Deed {
    /// What changes nothing in the record, and so does not end with the lock.
    const fn only_reads(self) -> bool {
        matches!(self, Self::ReadMain | Self::ReadRestricted | Self::SeeDeliveries | Self::ReadHistory)
    }
}

/// Why something is refused: a stable code for programs, words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("You have no seat at this meeting.")]
    NoSeat,
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
            Self::Locked => "locked",
            Self::NotYourRole => "not_your_role",
            Self::NotYourWords => "not_your_words",
        }
    }
}

/// The deed of reading a part.
pub fn reading(part: &Part) -> Deed {
    if part.is_main() { Deed::ReadMain } else { Deed::ReadRestricted }
}

/// The deed of reading a copy: one made from `main` alone is for everyone at the table, the full one for those who read
/// the restricted parts.
pub const fn reading_edition(kind: EditionKind) -> Deed {
    match kind {
        EditionKind::Full => Deed::ReadRestricted,
        EditionKind::Family | EditionKind::PlanSummary => Deed::ReadMain,
    }
}

/// Setting a meeting up comes before anybody has a seat: those who run meetings, and the professionals of whom one will.
pub const fn may_create_meetings(role: Role) -> bool {
    matches!(role, Role::Chair | Role::MinuteTaker | Role::Professional)
}

/// The one table: may somebody of this standing do this at a meeting in this state?
pub fn judge(standing: Standing, deed: Deed, state: MeetingState) -> Result<(), Refusal> {
    let Standing::Seated(role) = standing else { return Err(Refusal::NoSeat) };
    if !deed.only_reads() && state == MeetingState::Locked {
        return Err(Refusal::Locked);
    }
    if allows(role, deed) {
        return Ok(());
    }
    let own_words = matches!(deed, Deed::EditOwnWords(_) | Deed::EditView(_) | Deed::AddOwnWords(_) | Deed::AddView(_));
    Err(if own_words && role != Role::Manager { Refusal::NotYourWords } else { Refusal::NotYourRole })
}

const fn allows(role: Role, deed: Deed) -> bool {
    let runs_meeting = matches!(role, Role::Chair | Role::MinuteTaker);
    let at_table = !matches!(role, Role::Manager);
    match deed {
        Deed::ReadMain => true,
        // The working history is the professionals' working material; what the family gets is the record.
        Deed::ReadRestricted | Deed::ReadHistory => !role.is_family(),
        Deed::AddEntry(Whose::Own) | Deed::AddOwnWords(Whose::Own) | Deed::EditEntry | Deed::WriteAction => at_table,
        Deed::AddEntry(_) | Deed::AddOwnWords(_) => runs_meeting,
        Deed::EditOwnWords(Whose::Own) => at_table,
        // The chair may mend what they took down for somebody themselves, never what somebody wrote.
        Deed::EditOwnWords(Whose::RecordedForOther) => runs_meeting,
        Deed::EditOwnWords(Whose::Others) => matches!(role, Role::MinuteTaker),
        Deed::RemoveEntry(Whose::Own | Whose::RecordedForOther)
        | Deed::RemoveAction(Whose::Own | Whose::RecordedForOther) => at_table,
        Deed::RemoveEntry(Whose::Others) | Deed::RemoveAction(Whose::Others) => matches!(role, Role::Chair),
        Deed::SetAbout(Whose::Own | Whose::RecordedForOther) => at_table,
        Deed::SetAbout(Whose::Others) => runs_meeting,
        Deed::WriteDecision | Deed::SetAttendance | Deed::SeeDeliveries => runs_meeting,
        Deed::AddView(Whose::Own) | Deed::EditView(Whose::Own) => at_table,
        Deed::AddView(_) | Deed::EditView(_) => false,
        Deed::ReviewAndLock => matches!(role, Role::Chair),
    }
}

/// Every deed, for the table printed to the golden file.
pub const DEEDS: &[(&str, Deed)] = &[
    ("read main", Deed::ReadMain),
    ("read a restricted part", Deed::ReadRestricted),
    ("add an entry as oneself", Deed::AddEntry(Whose::Own)),
    ("add an entry for somebody else", Deed::AddEntry(Whose::RecordedForOther)),
    ("add own words", Deed::AddOwnWords(Whose::Own)),
    ("take down somebody's own words", Deed::AddOwnWords(Whose::RecordedForOther)),
    ("edit a fact, opinion or allegation", Deed::EditEntry),
    ("edit one's own words", Deed::EditOwnWords(Whose::Own)),
    ("edit own words one took down for somebody", Deed::EditOwnWords(Whose::RecordedForOther)),
    ("edit somebody else's own words", Deed::EditOwnWords(Whose::Others)),
    ("remove one's own entry", Deed::RemoveEntry(Whose::Own)),
    ("remove somebody else's entry", Deed::RemoveEntry(Whose::Others)),
    ("say which children one's own entry is about", Deed::SetAbout(Whose::Own)),
    ("say which children another's entry is about", Deed::SetAbout(Whose::Others)),
    ("write a decision", Deed::WriteDecision),
    ("give one's own view on a decision", Deed::AddView(Whose::Own)),
    ("give another's view on a decision", Deed::AddView(Whose::Others)),
    ("edit another's view on a decision", Deed::EditView(Whose::Others)),
    ("write an action", Deed::WriteAction),
    ("remove one's own action", Deed::RemoveAction(Whose::Own)),
    ("remove another's action", Deed::RemoveAction(Whose::Others)),
    ("mark attendance", Deed::SetAttendance),
    ("review and lock", Deed::ReviewAndLock),
    ("see who was sent what", Deed::SeeDeliveries),
    ("read the working history", Deed::ReadHistory),
];

/// The table in text, one line per deed and state, a column per standing: kept in `golden/access.txt`.
pub fn table() -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for &state in MeetingState::ALL {
        let _ = write!(out, "{:<45}", format!("meeting {state}"));
        for role in Role::ALL {
            let _ = write!(out, " {:<13}", role.as_str());
        }
        out.push_str(" stranger\n");
        for (name, deed) in DEEDS {
            let _ = write!(out, "{name:<45}");
            for &role in Role::ALL {
                let _ = write!(out, " {:<13}", verdict(Standing::Seated(role), *deed, state));
            }
            let _ = writeln!(out, " {}", verdict(Standing::Stranger, *deed, state));
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
    fn nobody_writes_in_a_locked_record_and_strangers_do_nothing() {
        for (name, deed) in DEEDS {
            assert_eq!(judge(Standing::Stranger, *deed, MeetingState::Open), Err(Refusal::NoSeat), "{name}");
            for &role in Role::ALL {
                let locked = judge(Standing::Seated(role), *deed, MeetingState::Locked);
                let reads =
                    matches!(deed, Deed::ReadMain | Deed::ReadRestricted | Deed::SeeDeliveries | Deed::ReadHistory);
                assert!(reads || locked == Err(Refusal::Locked), "{role} may {name} after the lock");
            }
        }
    }
}
