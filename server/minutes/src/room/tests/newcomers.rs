//! Who is invited after the record was begun gets a row of attendance from the server, once.

use super::*;
use crate::document::{Owners, Snapshot};

const LATE: u128 = 60;

fn seated() -> Event {
    Event::Standing { person: person(LATE), standing: Standing::Seated(Role::Professional) }
}

fn rows_of(meeting: &Meeting) -> usize {
    meeting.read()[0].attendance.iter().filter(|row| row.person == person(LATE)).count()
}

fn stores(effects: &[Effect]) -> usize {
    let changes =
        effects.iter().filter_map(|e| if let Effect::Store { changes, .. } = e { Some(changes) } else { None });
    changes.flatten().map(|new| new.changes.len()).sum()
}

#[test]
fn everybody_at_the_table_sees_the_newcomer_who_can_then_be_marked_and_spoken_for() {
    let mut meeting = meeting();
    let (mut chair, mother) = (meeting.join(CHAIR, MAIN), meeting.join(MOTHER, MAIN));
    let effects = meeting.room.handle(seated());
    assert_eq!(stores(&effects), 1, "{effects:?}");
    let told = meeting.room.handle(Event::Stored);
    let hears = |tab: &Tab| told.iter().any(|e| matches!(e, Effect::Send { to, .. } if to.contains(&tab.peer)));
    assert!(hears(&chair) && hears(&mother), "{told:?}");
    for effect in told {
        if let Effect::Send { to, data, .. } = effect
            && to.contains(&chair.peer)
        {
            chair.doc.receive_sync_message(&mut chair.state, Message::decode(&data).unwrap()).unwrap();
        }
    }
    assert_eq!(
        meeting.read()[0].attendance.iter().find(|r| r.person == person(LATE)).unwrap().status,
        AttendanceStatus::Invited
    );

    let arrives = |tx: &mut Transaction<'_>| draft::attendance(tx, person(LATE), AttendanceStatus::Present, "10:05");
    assert_eq!(meeting.try_edit(&mut chair, arrives), Ok(()));
    assert_eq!(meeting.try_edit(&mut chair, |tx| draft::entry(tx, "worries", &entry(1, LATE, Nature::Fact))), Ok(()));
    assert_eq!(meeting.text(row(1)), "Words");
    // The newcomer's own page takes what the server and the chair have written.
    let mut late = meeting.join(LATE, MAIN);
    assert_eq!(late.doc.get_heads(), chair.doc.get_heads());
    assert_eq!(meeting.try_edit(&mut late, |tx| draft::append(tx, "worries", row(1), "!")), Ok(()));
}

#[test]
fn nobody_gets_a_second_row_however_often_the_room_is_told() {
    let mut meeting = meeting();
    assert_eq!(stores(&meeting.room.handle(seated())), 1);
    assert_eq!(stores(&meeting.room.handle(seated())), 0, "while the first is being stored");
    meeting.room.handle(Event::Stored);
    assert_eq!(stores(&meeting.room.handle(seated())), 0);
    let known = Event::Standing { person: person(POLICE), standing: Standing::Seated(Role::Manager) };
    assert_eq!(stores(&meeting.room.handle(known)), 0, "whoever was invited from the start has one");
    assert_eq!(rows_of(&meeting), 1);
}

#[test]
fn while_the_chair_locks_they_wait_and_after_the_lock_nothing_is_written() {
    let mut meeting = meeting();
    meeting.room.handle(Event::Freeze);
    assert_eq!(stores(&meeting.room.handle(seated())), 0);
    assert_eq!(stores(&meeting.room.handle(Event::Thaw)), 1, "the lock came to nothing");
    meeting.room.handle(Event::Stored);
    assert_eq!(rows_of(&meeting), 1);

    let mut meeting = super::meeting();
    meeting.room.handle(Event::Freeze);
    meeting.room.handle(seated());
    assert_eq!(stores(&meeting.room.handle(Event::Locked)), 0);
    assert_eq!(rows_of(&meeting), 0);
}

#[test]
fn what_the_server_wrote_too_late_is_nobodys_late_contribution() {
    let mut meeting = meeting();
    meeting.room.handle(seated());
    let effects = meeting.room.handle(Event::StoreFoundLocked);
    assert!(effects.iter().any(|e| matches!(e, Effect::Reload)));
    assert!(!effects.iter().any(|e| matches!(e, Effect::KeepAside { .. })), "{effects:?}");
}

/// A server that stopped after the seat was given and before the row was: the next opening makes up for it, with a
/// snapshot or without, and numbers its change after the last of its own.
#[test]
fn a_room_opened_again_gives_the_rows_that_are_lacking() {
    let first = meeting().first.remove(&MAIN).unwrap();
    let mut log: Vec<Arc<[u8]>> = vec![first.as_slice().into()];
    for (n, with_snapshot) in [(LATE, false), (LATE + 1, true), (LATE + 2, false)] {
        let snapshot = with_snapshot.then(|| Arc::new(Snapshot::take(None, &log, &Owners::new()).unwrap()));
        let tail = if with_snapshot { vec![] } else { log.clone() };
        let stored =
            StoredPart { document: document_id(MAIN), part: Part::main(), snapshot, tail, owners: BTreeMap::new() };
        let seats = (LATE..=n).map(|n| (person(n), Role::Professional)).collect();
        let table = Table { seats, children: vec![] };
        let mut room = Room::new(vec![LivePart::open(stored).unwrap()], table, MeetingState::Open);
        let effects = room.handle(Event::Joined { peer: PeerId(1), writer: writer(CHAIR) });
        let new = effects.iter().find_map(|e| if let Effect::Store { changes, .. } = e { Some(changes) } else { None });
        let new = &new.unwrap()[0];
        assert_eq!((new.after, new.changes.len()), (log.len() as u64, 1), "only who lacks one");
        log.push(new.changes[0].bytes.clone());
    }
    let document = document::open(None, log.iter().map(AsRef::as_ref)).unwrap();
    let read = document::read(&document, &Part::main(), document_id(MAIN), &[]).unwrap();
    for n in LATE..=LATE + 2 {
        assert_eq!(read.attendance.iter().filter(|row| row.person == person(n)).count(), 1);
    }
    assert!(crate::document::scrub(&log, None, &Owners::new()).is_ok());
    assert!(automerge::Automerge::load(&document.save()).is_ok(), "it can be saved and loaded again");
}
