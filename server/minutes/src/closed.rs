//! Closed sessions: a part of a meeting that some at the table stay for and the others do not. What is written in it is a
//! document of its own, with its readers named one by one; the chair alone says who.

use std::collections::BTreeSet;

use crate::access::{self, Deed, MeetingState, Standing};
use crate::ids::PersonId;
use crate::record::{MAX_CLOSED_SESSIONS, Part, Role};
use crate::seating::{Place, standing_of};

/// Room for a reason, not for what is to be said in the session.
pub const MAX_REASON: usize = 1000;

/// Why a closed session stays as it is, or is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClosedRefusal {
    #[error("{0}")]
    NotAllowed(#[from] access::Refusal),
    #[error("There is no such closed session.")]
    NoSuchSession,
    #[error("A closed session is going on. End it before you open another.")]
    OneIsGoingOn,
    #[error("This closed session has ended.")]
    HasEnded,
    #[error("This meeting has had as many closed sessions as one meeting may have.")]
    TooMany,
    #[error("Choose who stays from those at the table. Observers can't be in a closed session.")]
    NotAtTheTable,
    #[error("Leave somebody out, or write it for everyone: a session that all are in is not closed.")]
    ClosedToNobody,
    #[error("Say why the session is closed, in at most 1000 characters.")]
    NoReason,
    #[error("The chair is in every closed session.")]
    ChairStays,
    #[error("They are not in this closed session.")]
    NotInIt,
}

/// A closed session as far as the rules need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub number: u32,
    pub ended: bool,
}

/// May `by` open a closed session that these stay for? Gives its number and its readers, the chairs among them.
pub fn open(
    places: &[Place],
    by: PersonId,
    state: MeetingState,
    before: &[Known],
    stay: &[PersonId],
    reason: &str,
) -> Result<(u32, BTreeSet<PersonId>), ClosedRefusal> {
    access::judge(standing_of(places, by), Deed::ManageClosedSessions, state)?;
    if before.iter().any(|session| !session.ended) {
        return Err(ClosedRefusal::OneIsGoingOn);
    }
    let number = before.iter().map(|session| session.number).max().unwrap_or_default() + 1;
    if number > MAX_CLOSED_SESSIONS {
        return Err(ClosedRefusal::TooMany);
    }
    if reason.trim().is_empty() || reason.chars().count() > MAX_REASON {
        return Err(ClosedRefusal::NoReason);
    }
    if !stay.iter().all(|person| may_be_in(places, *person)) {
        return Err(ClosedRefusal::NotAtTheTable);
    }
    let chairs = places.iter().filter(|place| place.standing() == Standing::Seated(Role::Chair));
    let readers: BTreeSet<PersonId> = stay.iter().copied().chain(chairs.map(|place| place.person)).collect();
    if places.iter().filter(|place| !place.removed).all(|place| readers.contains(&place.person)) {
        return Err(ClosedRefusal::ClosedToNobody);
    }
    Ok((number, readers))
}

/// May `by` end it?
pub fn end(places: &[Place], by: PersonId, state: MeetingState, session: Option<Known>) -> Result<(), ClosedRefusal> {
    access::judge(standing_of(places, by), Deed::ManageClosedSessions, state)?;
    match session {
        None => Err(ClosedRefusal::NoSuchSession),
        Some(session) if session.ended => Err(ClosedRefusal::HasEnded),
        Some(_) => Ok(()),
    }
}

/// May `by` let this person into it, to read all that was written there and all that will be? It may have ended: whoever is
/// let in then reads what was said.
pub fn let_in(
    places: &[Place],
    by: PersonId,
    state: MeetingState,
    session: Option<Known>,
    person: PersonId,
) -> Result<(), ClosedRefusal> {
    access::judge(standing_of(places, by), Deed::ManageClosedSessions, state)?;
    session.ok_or(ClosedRefusal::NoSuchSession)?;
    if may_be_in(places, person) { Ok(()) } else { Err(ClosedRefusal::NotAtTheTable) }
}

/// May `by` have this person leave it? From then on they are given nothing more of it; what they have read, they have.
pub fn let_out(
    places: &[Place],
    by: PersonId,
    state: MeetingState,
    session: Option<Known>,
    readers: &BTreeSet<PersonId>,
    person: PersonId,
) -> Result<(), ClosedRefusal> {
    access::judge(standing_of(places, by), Deed::ManageClosedSessions, state)?;
    session.ok_or(ClosedRefusal::NoSuchSession)?;
    if standing_of(places, person) == Standing::Seated(Role::Chair) {
        return Err(ClosedRefusal::ChairStays);
    }
    if readers.contains(&person) { Ok(()) } else { Err(ClosedRefusal::NotInIt) }
}

/// Who reads a part: whoever sits at the table and is allowed to by role and, of a closed session, by name.
pub fn who_reads(places: &[Place], part: &Part, named: &BTreeSet<PersonId>) -> Vec<PersonId> {
    let reads = |place: &&Place| {
        let deed = access::reading(part, named.contains(&place.person));
        access::judge(place.standing(), deed, MeetingState::Locked).is_ok()
    };
    places.iter().filter(reads).map(|place| place.person).collect()
}

fn may_be_in(places: &[Place], person: PersonId) -> bool {
    access::judge(standing_of(places, person), Deed::ReadClosed { reader: true }, MeetingState::Open).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::access::Refusal;

    const OPEN: MeetingState = MeetingState::Open;

    fn person(n: usize) -> PersonId {
        PersonId(Uuid::from_u128(n as u128 + 1))
    }

    /// One of each role, in the order of `Role::ALL`: the chair is person 0.
    fn table() -> Vec<Place> {
        let place = |(n, role): (usize, &Role)| Place { person: person(n), role: *role, agency: None, removed: false };
        Role::ALL.iter().enumerate().map(place).collect()
    }

    fn of(role: Role) -> PersonId {
        person(Role::ALL.iter().position(|one| *one == role).unwrap())
    }

    #[test]
    fn opening_case_by_case() {
        use ClosedRefusal as No;
        let (chair, family, observer) = (of(Role::Chair), of(Role::Family), of(Role::Observer));
        let police = of(Role::Professional);
        let ended = |number| Known { number, ended: true };
        let going_on = Known { number: 1, ended: false };
        let all: Vec<PersonId> = table().iter().map(|place| place.person).collect();
        let most: Vec<Known> = (1..=MAX_CLOSED_SESSIONS).map(ended).collect();
        let long = "x".repeat(MAX_REASON + 1);
        type Case<'a> = (&'a str, PersonId, &'a [Known], &'a [PersonId], &'a str, Result<u32, ClosedRefusal>);
        let cases: &[Case<'_>] = &[
            ("professionals", chair, &[], &[police], "why", Ok(1)),
            ("a parent, closed to the other", chair, &[], &[police, family], "why", Ok(1)),
            ("the chair alone", chair, &[], &[], "why", Ok(1)),
            ("another, after the first has ended", chair, &[ended(1)], &[police], "why", Ok(2)),
            ("another, while one goes on", chair, &[going_on], &[police], "why", Err(No::OneIsGoingOn)),
            ("one too many", chair, &most, &[police], "why", Err(No::TooMany)),
            ("no reason", chair, &[], &[police], "  ", Err(No::NoReason)),
            ("a speech", chair, &[], &[police], &long, Err(No::NoReason)),
            ("an observer stays", chair, &[], &[observer], "why", Err(No::NotAtTheTable)),
            ("a stranger stays", chair, &[], &[person(99)], "why", Err(No::NotAtTheTable)),
            ("a professional opens it", police, &[], &[police], "why", Err(Refusal::NotYourRole.into())),
            ("a stranger opens it", person(99), &[], &[police], "why", Err(Refusal::NoSeat.into())),
        ];
        for (what, by, before, stay, reason, expected) in cases {
            let opened = open(&table(), *by, OPEN, before, stay, reason);
            assert_eq!(opened.as_ref().map(|(number, _)| *number).map_err(|refusal| *refusal), *expected, "{what}");
            if let Ok((_, readers)) = opened {
                assert!(readers.contains(&chair), "{what}: without the chair");
            }
        }
        let locked = open(&table(), chair, MeetingState::Locked, &[], &[police], "why");
        assert_eq!(locked, Err(Refusal::Locked.into()));
        let places: Vec<Place> = table().into_iter().filter(|place| place.role != Role::Observer).collect();
        let everybody: Vec<PersonId> = all.into_iter().filter(|one| *one != observer).collect();
        assert_eq!(open(&places, chair, OPEN, &[], &everybody, "why"), Err(No::ClosedToNobody));
    }

    #[test]
    fn going_and_coming_case_by_case() {
        use ClosedRefusal as No;
        let places = table();
        let (chair, police, mother) = (of(Role::Chair), of(Role::Professional), of(Role::Family));
        let session = Some(Known { number: 1, ended: false });
        let over = Some(Known { number: 1, ended: true });
        let readers = BTreeSet::from([chair, police]);
        assert_eq!(let_in(&places, chair, OPEN, session, mother), Ok(()));
        assert_eq!(let_in(&places, chair, OPEN, over, mother), Ok(()), "to read what was said");
        assert_eq!(let_in(&places, chair, OPEN, None, mother), Err(No::NoSuchSession));
        assert_eq!(let_in(&places, chair, OPEN, session, of(Role::Observer)), Err(No::NotAtTheTable));
        assert_eq!(let_in(&places, police, OPEN, session, police), Err(Refusal::NotYourRole.into()));
        assert_eq!(let_in(&places, chair, MeetingState::Locked, session, mother), Err(Refusal::Locked.into()));
        assert_eq!(let_out(&places, chair, OPEN, session, &readers, police), Ok(()));
        assert_eq!(let_out(&places, chair, OPEN, session, &readers, mother), Err(No::NotInIt));
        assert_eq!(let_out(&places, chair, OPEN, session, &readers, chair), Err(No::ChairStays));
        assert_eq!(let_out(&places, police, OPEN, session, &readers, police), Err(Refusal::NotYourRole.into()));
        assert_eq!(end(&places, chair, OPEN, session), Ok(()));
        assert_eq!(end(&places, chair, OPEN, over), Err(No::HasEnded));
        assert_eq!(end(&places, police, OPEN, session), Err(Refusal::NotYourRole.into()));
    }

    proptest! {
        /// Whoever is named, whatever they are: they read a closed session if they sit at the table, are no observer and
        /// are named, or if they are the chair. Nobody else does.
        #[test]
        fn a_closed_session_is_for_those_named_and_the_chair(named in any::<[bool; 7]>(), removed in any::<[bool; 7]>()) {
            let places: Vec<Place> =
                table().into_iter().zip(removed).map(|(place, removed)| Place { removed, ..place }).collect();
            let readers: BTreeSet<PersonId> =
                places.iter().zip(named).filter(|(_, named)| *named).map(|(place, _)| place.person).collect();
            let reads = who_reads(&places, &Part::closed(1), &readers);
            for (n, place) in places.iter().enumerate() {
                let expected = !removed[n]
                    && (place.role == Role::Chair || (named[n] && place.role != Role::Observer));
                prop_assert_eq!(reads.contains(&place.person), expected, "{}", place.role);
            }
            // Being named counts in a closed session alone.
            let workers = who_reads(&places, &Part::professionals(), &readers);
            prop_assert_eq!(workers, who_reads(&places, &Part::professionals(), &BTreeSet::new()));
        }
    }
}
