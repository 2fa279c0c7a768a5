//! Cells of the access table that are decided without a room.

use super::*;
use crate::access;
use crate::blind::{self, BlindRefusal};
use crate::closed::{self, ClosedRefusal};
use crate::in_the_room::{self, RoomRefusal};
use crate::lifecycle::{self, Answers, LockRefusal};
use crate::seating::{self, Place, SeatRefusal};

/// Somebody of this standing and a professional at one table: the places, the one and the other.
fn two(standing: Standing) -> (Vec<Place>, PersonId, PersonId) {
    let (me, other) = (person(90), person(91));
    let place = |person, role, removed| Place { person, role, agency: None, removed };
    let mut places = vec![place(other, Role::Professional, false)];
    match standing {
        Standing::Seated(role) => places.push(place(me, role, false)),
        Standing::Removed => places.push(place(me, Role::Professional, true)),
        Standing::Stranger => {}
    }
    (places, me, other)
}

pub(super) fn opens_a_session(standing: Standing, state: MeetingState) -> Result<(), access::Refusal> {
    let (places, me, _) = two(standing);
    match closed::open(&places, me, state, &[], &[], "why") {
        Err(ClosedRefusal::NotAllowed(refusal)) => Err(refusal),
        other => other.map(|_| ()).map_err(|refusal| unreachable!("{refusal}")),
    }
}

pub(super) fn asks_blind(standing: Standing, state: MeetingState) -> Result<(), access::Refusal> {
    let (places, me, other) = two(standing);
    match blind::ask(&places, me, state, &[other], &[other], "How safe?") {
        Err(BlindRefusal::NotAllowed(refusal)) => Err(refusal),
        asked => asked.map_err(|refusal| unreachable!("{refusal}")),
    }
}

pub(super) fn answers_blind(standing: Standing, state: MeetingState) -> Result<(), access::Refusal> {
    let (places, me, _) = two(standing);
    let asked = [blind::Given { person: me, scale: None, view: String::new(), recorded_by: None }];
    let round = blind::Round { shown: false, answers: &asked };
    match blind::answer(&places, me, state, round, me, (5, "")) {
        Err(BlindRefusal::NotAllowed(refusal)) => Err(refusal),
        answered => answered.map(|_| ()).map_err(|refusal| unreachable!("{refusal}")),
    }
}

pub(super) fn runs_the_room(standing: Standing, state: MeetingState) -> Result<(), access::Refusal> {
    let (places, me, _) = two(standing);
    match in_the_room::run(&places, me, state) {
        Err(RoomRefusal::NotAllowed(refusal)) => Err(refusal),
        run => run.map_err(|refusal| unreachable!("{refusal}")),
    }
}

pub(super) fn answers_a_read_back(standing: Standing, state: MeetingState) -> Result<(), access::Refusal> {
    let (places, me, _) = two(standing);
    match in_the_room::answer(&places, me, state, None, me, (crate::record::Position::Agree, "")) {
        Err(RoomRefusal::NotAllowed(refusal)) => Err(refusal),
        answered => answered.map(|_| ()).map_err(|refusal| unreachable!("{refusal}")),
    }
}

pub(super) fn takes_a_seat_away(standing: Standing, state: MeetingState) -> Result<(), access::Refusal> {
    let (me, other) = (person(90), person(91));
    let place = |person, role| Place { person, role, agency: None, removed: false };
    let mine = match standing {
        Standing::Seated(role) => vec![place(me, role)],
        Standing::Removed => vec![Place { removed: true, ..place(me, Role::Chair) }],
        Standing::Stranger => vec![],
    };
    let places = [mine, vec![place(other, Role::Professional)]].concat();
    seating::withdraw(&places, me, state, other).map(drop).map_err(|refusal| match refusal {
        SeatRefusal::NotAllowed(refusal) => refusal,
        other => panic!("{other}"),
    })
}

pub(super) fn locks(standing: Standing, state: MeetingState) -> Result<(), access::Refusal> {
    lifecycle::lock(standing, state, vec![], &Answers::default()).map(drop).map_err(|refusal| match refusal {
        LockRefusal::NotAllowed(refusal) => refusal,
        other => panic!("{other}"),
    })
}
