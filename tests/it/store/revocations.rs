//! What was taken from somebody lately.

use minutes::record::Role;
use server::store::revocations::{self, ChangedSeat, EndedSession, Lately};
use server::store::{meetings, sessions};

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW};

on_both_databases! {
    ended_sessions_and_changed_seats_are_found_from_an_instant_on,
}

async fn ended_sessions_and_changed_seats_are_found_from_an_instant_on(database: Database) {
    let example = Example::set_up(&database).await;
    let since = async |instant| database.read(move |c| revocations::since(c, instant)).await;
    assert_eq!(since(0).await, Lately::default(), "nothing has ended, and seats as first given are no change");

    let (meeting, mother, officer) = (example.meeting, example.mother, example.officer);
    database
        .write(move |c| {
            sessions::end(c, example.session, NOW + 1)?;
            meetings::remove_seat(c, meeting, mother, NOW + 2)?;
            meetings::change_role(c, meeting, officer, (Role::Professional, Role::Observer), NOW + 3)
        })
        .await;
    let removed =
        ChangedSeat { meeting, person: mother, role: Role::Family, removed_at: Some(NOW + 2), changed_at: NOW + 2 };
    let observing =
        ChangedSeat { meeting, person: officer, role: Role::Observer, removed_at: None, changed_at: NOW + 3 };
    let mut all = since(NOW).await;
    all.changed_seats.sort_by_key(|seat| seat.changed_at);
    assert_eq!(all.ended_sessions, [EndedSession { id: example.session, ended_at: NOW + 1 }]);
    assert_eq!(all.changed_seats, [removed, observing]);
    assert_eq!(since(NOW + 2).await, Lately { changed_seats: vec![observing], ..Lately::default() });

    database.write(move |c| meetings::give_seat_back(c, meeting, mother, Role::Family, NOW + 4)).await;
    let back = since(NOW + 3).await.changed_seats;
    assert_eq!(back, [ChangedSeat { removed_at: None, changed_at: NOW + 4, ..removed }]);
}
