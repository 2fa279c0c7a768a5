//! Who sits at a meeting: taking a seat away, giving it back, changing what somebody is there.

use crate::access::{self, Deed, MeetingState, Standing};
use crate::ids::{AgencyId, PersonId};
use crate::record::Role;

/// A seat, in use or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub person: PersonId,
    pub role: Role,
    pub agency: Option<AgencyId>,
    pub removed: bool,
}

impl Place {
    pub const fn standing(self) -> Standing {
        if self.removed { Standing::Removed } else { Standing::Seated(self.role) }
    }

    fn is_chair(self) -> bool {
        self.standing() == Standing::Seated(Role::Chair)
    }
}

/// Why a seat stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeatRefusal {
    #[error("{0}")]
    NotAllowed(#[from] access::Refusal),
    #[error("There is no such seat at this meeting.")]
    NoSuchSeat,
    #[error("A meeting needs a chair. Make somebody else chair first.")]
    LastChair,
    #[error("Choose one of the roles that this person can have at this meeting.")]
    NotTheirRole,
}

/// Why somebody is not given a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InviteRefusal {
    #[error("{0}")]
    NotAllowed(#[from] access::Refusal),
    #[error("They have, or had, a seat at this meeting. Look under the people at the meeting.")]
    SeatedAlready,
    #[error(
        "Choose one of the roles that this person can have. Another chair is made under the people at the meeting."
    )]
    NotTheirRole,
    #[error(
        "This meeting was begun among professionals, and whoever comes now would read all they wrote. Create another \
         meeting for it."
    )]
    AmongProfessionals,
}

/// May `by` give somebody a seat at a meeting that has begun? `newcomer` is what they are in the partnership, with the role
/// they are to have here; `has_restricted` whether what professionals write among themselves is kept apart at this meeting.
pub fn invite(
    places: &[Place],
    by: PersonId,
    state: MeetingState,
    newcomer: Place,
    role: Role,
    has_restricted: bool,
) -> Result<(), InviteRefusal> {
    access::judge(standing_of(places, by), Deed::InvitePeople, state)?;
    if place_of(places, newcomer.person).is_some() {
        return Err(InviteRefusal::SeatedAlready);
    }
    let theirs = roles_for(newcomer).contains(&role) && role != Role::Chair;
    if !theirs || (role.is_worker() && newcomer.agency.is_none()) {
        return Err(InviteRefusal::NotTheirRole);
    }
    if !role.is_worker() && !has_restricted {
        return Err(InviteRefusal::AmongProfessionals);
    }
    Ok(())
}

/// What a change of role comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// They are that already.
    Nothing,
    Role {
        from: Role,
    },
    /// Their seat had been taken away.
    SeatedAgain {
        was: Role,
    },
}

/// May `by` take this person's seat away? Gives what they were.
pub fn withdraw(places: &[Place], by: PersonId, state: MeetingState, person: PersonId) -> Result<Role, SeatRefusal> {
    access::judge(standing_of(places, by), Deed::ManageSeats, state)?;
    let place = place_of(places, person).filter(|place| !place.removed).ok_or(SeatRefusal::NoSuchSeat)?;
    leaves_a_chair(places, person)?;
    Ok(place.role)
}

/// May `by` make this person `role`? Of somebody whose seat was taken away, it gives the seat back.
pub fn change(
    places: &[Place],
    by: PersonId,
    state: MeetingState,
    person: PersonId,
    role: Role,
) -> Result<Change, SeatRefusal> {
    access::judge(standing_of(places, by), Deed::ManageSeats, state)?;
    let place = place_of(places, person).ok_or(SeatRefusal::NoSuchSeat)?;
    if !roles_for(place).contains(&role) {
        return Err(SeatRefusal::NotTheirRole);
    }
    if place.removed {
        return Ok(Change::SeatedAgain { was: place.role });
    }
    if place.role == role {
        return Ok(Change::Nothing);
    }
    leaves_a_chair(places, person)?;
    Ok(Change::Role { from: place.role })
}

/// What somebody may become. Nobody crosses from the family's side of the table to the professionals': a slip would
/// show them, once and for all, what professionals wrote among themselves.
pub const fn roles_for(place: Place) -> &'static [Role] {
    const WORKERS: &[Role] = &[Role::Chair, Role::MinuteTaker, Role::Professional, Role::Manager, Role::Observer];
    const FAMILY: &[Role] = &[Role::Family, Role::YoungPerson, Role::Observer];
    match (place.role, place.agency) {
        (Role::Family | Role::YoungPerson, _) | (Role::Observer, None) => FAMILY,
        (Role::Chair | Role::MinuteTaker | Role::Professional | Role::Manager, _) | (Role::Observer, Some(_)) => {
            WORKERS
        }
    }
}

pub fn standing_of(places: &[Place], person: PersonId) -> Standing {
    place_of(places, person).map_or(Standing::Stranger, Place::standing)
}

fn place_of(places: &[Place], person: PersonId) -> Option<Place> {
    places.iter().copied().find(|place| place.person == person)
}

/// Whether there is a chair at the table besides this person, or they are none.
fn leaves_a_chair(places: &[Place], person: PersonId) -> Result<(), SeatRefusal> {
    let is_chair = place_of(places, person).is_some_and(Place::is_chair);
    let another = places.iter().any(|place| place.person != person && place.is_chair());
    if is_chair && !another { Err(SeatRefusal::LastChair) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::access::Refusal;

    const CHAIR: PersonId = PersonId(Uuid::from_u128(1));
    const OTHER: PersonId = PersonId(Uuid::from_u128(2));
    const NOBODY: PersonId = PersonId(Uuid::from_u128(3));
    const OPEN: MeetingState = MeetingState::Open;

    fn place(person: PersonId, role: Role) -> Place {
        Place { person, role, agency: None, removed: false }
    }

    fn table(other: Role) -> [Place; 2] {
        [place(CHAIR, Role::Chair), place(OTHER, other)]
    }

    #[test]
    fn only_the_chair_and_only_while_the_record_is_open() {
        for &role in Role::ALL {
            let places = table(role);
            let as_other = withdraw(&places, OTHER, OPEN, CHAIR);
            let expected = if role == Role::Chair { Ok(Role::Chair) } else { Err(Refusal::NotYourRole.into()) };
            assert_eq!(as_other, expected, "{role}");
            assert_eq!(withdraw(&places, CHAIR, OPEN, OTHER), Ok(role));
            let locked = MeetingState::Locked;
            assert_eq!(withdraw(&places, CHAIR, locked, OTHER), Err(Refusal::Locked.into()));
            assert_eq!(change(&places, CHAIR, locked, OTHER, Role::Observer), Err(Refusal::Locked.into()));
        }
        let places = table(Role::Professional);
        assert_eq!(withdraw(&places, NOBODY, OPEN, OTHER), Err(Refusal::NoSeat.into()));
        assert_eq!(withdraw(&places, CHAIR, OPEN, NOBODY), Err(SeatRefusal::NoSuchSeat));
        assert_eq!(change(&places, CHAIR, OPEN, NOBODY, Role::Observer), Err(SeatRefusal::NoSuchSeat));
    }

    #[test]
    fn a_meeting_is_never_left_without_a_chair() {
        let alone = table(Role::Professional);
        assert_eq!(withdraw(&alone, CHAIR, OPEN, CHAIR), Err(SeatRefusal::LastChair));
        assert_eq!(change(&alone, CHAIR, OPEN, CHAIR, Role::Observer), Err(SeatRefusal::LastChair));
        assert_eq!(change(&alone, CHAIR, OPEN, CHAIR, Role::Chair), Ok(Change::Nothing));

        let two = table(Role::Chair);
        assert_eq!(withdraw(&two, CHAIR, OPEN, CHAIR), Ok(Role::Chair));
        assert_eq!(change(&two, CHAIR, OPEN, CHAIR, Role::Observer), Ok(Change::Role { from: Role::Chair }));

        let mut gone = table(Role::Chair);
        gone[1].removed = true;
        assert_eq!(withdraw(&gone, CHAIR, OPEN, CHAIR), Err(SeatRefusal::LastChair), "the other one has no seat");
    }

    #[test]
    fn a_seat_taken_away_does_nothing_until_it_is_given_back() {
        let mut places = table(Role::Chair);
        places[1].removed = true;
        assert_eq!(withdraw(&places, OTHER, OPEN, CHAIR), Err(Refusal::SeatWithdrawn.into()));
        assert_eq!(withdraw(&places, CHAIR, OPEN, OTHER), Err(SeatRefusal::NoSuchSeat), "twice");
        let again = change(&places, CHAIR, OPEN, OTHER, Role::Chair);
        assert_eq!(again, Ok(Change::SeatedAgain { was: Role::Chair }));
    }

    #[test]
    fn who_runs_an_open_meeting_invites_whoever_has_no_seat_as_what_they_can_be() {
        let agency = Some(AgencyId(Uuid::from_u128(9)));
        let worker = Place { agency, ..place(NOBODY, Role::Professional) };
        let mother = place(NOBODY, Role::Family);
        let invited = |by, state, newcomer, role, restricted| {
            let places = [place(CHAIR, by), place(OTHER, Role::Professional)];
            invite(&places, CHAIR, state, newcomer, role, restricted)
        };
        for &by in Role::ALL {
            let expected = if matches!(by, Role::Chair | Role::MinuteTaker) {
                Ok(())
            } else {
                Err(InviteRefusal::NotAllowed(Refusal::NotYourRole))
            };
            assert_eq!(invited(by, OPEN, worker, Role::Professional, true), expected, "{by}");
        }
        let by_chair = |newcomer, role, restricted| invited(Role::Chair, OPEN, newcomer, role, restricted);
        assert_eq!(by_chair(mother, Role::Family, true), Ok(()));
        assert_eq!(by_chair(worker, Role::Manager, false), Ok(()));
        for (newcomer, role) in [(worker, Role::Chair), (worker, Role::Family), (mother, Role::Professional)] {
            assert_eq!(by_chair(newcomer, role, true), Err(InviteRefusal::NotTheirRole), "{role}");
        }
        let of_no_agency = place(NOBODY, Role::Professional);
        assert_eq!(by_chair(of_no_agency, Role::Professional, true), Err(InviteRefusal::NotTheirRole));
        for (newcomer, role) in [(mother, Role::Family), (worker, Role::Observer)] {
            assert_eq!(by_chair(newcomer, role, false), Err(InviteRefusal::AmongProfessionals), "{role}");
        }
        let seated = Place { person: OTHER, ..worker };
        assert_eq!(by_chair(seated, Role::Professional, true), Err(InviteRefusal::SeatedAlready));
        let locked = invited(Role::Chair, MeetingState::Locked, worker, Role::Professional, true);
        assert_eq!(locked, Err(InviteRefusal::NotAllowed(Refusal::Locked)));
    }

    #[test]
    fn nobody_crosses_from_the_familys_side_to_the_professionals() {
        let agency = Some(AgencyId(Uuid::from_u128(9)));
        for &from in Role::ALL {
            for agency in [None, agency] {
                let place = Place { agency, ..place(OTHER, from) };
                let reads = |role| access::judge(Standing::Seated(role), Deed::ReadRestricted, OPEN).is_ok();
                let may_read_more = roles_for(place).iter().any(|role| reads(*role));
                assert_eq!(may_read_more, reads(from) || (from == Role::Observer && agency.is_some()), "{from}");
                assert!(roles_for(place).contains(&from), "{from} may stay what they are");
            }
        }
        let places = table(Role::Family);
        let crossing = change(&places, CHAIR, OPEN, OTHER, Role::Professional);
        assert_eq!(crossing, Err(SeatRefusal::NotTheirRole));
    }
}
