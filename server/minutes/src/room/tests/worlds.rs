//! Whatever happens, in whatever order: nothing is lost, nothing is told too early, and in the end all hold the same.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::deeds::{Deed, Kind, perform};
use super::forge::actor;

use super::world::{PEOPLE, Step, World};
use super::*;

fn deed() -> impl Strategy<Value = Deed> {
    let kinds = prop_oneof![
        6 => Just(Kind::Type),
        3 => Just(Kind::TypeOver),
        2 => Just(Kind::Erase),
        2 => prop::sample::select(vec![Kind::AddEntry, Kind::AddOwnWords]),
        2 => prop::sample::select(vec![Kind::Move, Kind::Retype, Kind::About, Kind::Attendance]),
        1 => prop::sample::select(vec![Kind::Decide, Kind::View, Kind::Act, Kind::Remove]),
    ];
    let words = prop::sample::select(vec!["x", "yz", "🙂", "e\u{301}", "a line"]);
    let places = prop_oneof![Just(0), Just(255), any::<u8>()];
    (kinds, 0..3_u8, places, words).prop_map(|(kind, row, place, word)| Deed { kind, row, place, word })
}

fn step() -> impl Strategy<Value = Step> {
    let page = 0..5_usize;
    prop_oneof![
        12 => (page.clone(), deed()).prop_map(|(page, deed)| Step::Do { page, deed }),
        8 => page.clone().prop_map(Step::Up),
        8 => page.clone().prop_map(Step::Down),
        3 => Just(Step::Calm),
        5 => Just(Step::Commit),
        5 => Just(Step::Heard),
        2 => page.clone().prop_map(Step::Break),
        5 => (page.clone(), any::<bool>(), 1..4_usize).prop_map(|(page, kept, room)| Step::Connect { page, kept, room }),
        1 => page.clone().prop_map(Step::Reload),
        2 => page.prop_map(Step::SendAgain),
        1 => Just(Step::Crash),
        3 => any::<bool>().prop_map(|with_snapshot| Step::Open { with_snapshot }),
        2 => Just(Step::BeginSnapshot),
        2 => Just(Step::FinishSnapshot),
        2 => Just(Step::Repair),
        1 => Just(Step::Freeze),
        1 => Just(Step::Thaw),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_all_hold_the_same(people in 3..=PEOPLE.len(), steps in prop::collection::vec(step(), 1..120)) {
        let mut world = World::new(people);
        for step in &steps {
            world.step(step);
        }
        world.heal();

        let replayed = document::open(None, world.store.log.iter().map(AsRef::as_ref)).unwrap();
        let heads = document::sorted(replayed.get_heads());
        for page in &world.tabs {
            prop_assert_eq!(document::sorted(page.doc.get_heads()), heads.clone());
            prop_assert_eq!(page.doc.hydrate(None), replayed.hydrate(None));
        }
        let (room, store) = world.into_room();
        let material = &room.materials()[0];
        let held = material.open().unwrap();
        prop_assert_eq!(document::sorted(held.get_heads()), heads);
        prop_assert_eq!(held.hydrate(None), replayed.hydrate(None));

        // However the index was come by, it is the same and says the same.
        let snapshot = material.snapshot().unwrap();
        document::scrub(&store.log, Some(&snapshot), &store.owners).unwrap();
        let verdicts = judged(room, &replayed);
        prop_assert_eq!(&judged(store.room(false), &replayed), &verdicts);
        prop_assert_eq!(&judged(store.room(true), &replayed), &verdicts);
    }
}

/// What a room says to everybody's writing, typing and removing, each on top of all there is.
fn judged(room: Room, all: &Automerge) -> Vec<Result<(), Refusal>> {
    let mut meeting = Meeting { room, first: HashMap::new() };
    let mut verdicts = Vec::new();
    for (n, who) in (0..).zip(PEOPLE) {
        let kinds = [Kind::AddEntry, Kind::AddOwnWords, Kind::Type, Kind::Move, Kind::About, Kind::Remove];
        for (m, kind) in (0..).zip(kinds) {
            for entitled in BTreeSet::from([who, MINUTES]) {
                let fresh = 10 * n + m + 100 * entitled;
                let mut doc = all.clone().with_actor(actor(7_000_000 + fresh + 1000 * who));
                // What one may do, brought by another.
                if perform(&mut doc, entitled, Deed { kind, row: 0, place: 100, word: "x" }, 9_000_000 + fresh) {
                    let change = doc.get_last_local_change().unwrap();
                    verdicts.push(meeting.submit(who, vec![change.raw_bytes().to_vec()]));
                }
            }
        }
    }
    verdicts
}

#[test]
fn an_index_rebuilt_from_the_store_judges_as_before() {
    let mut meeting = meeting();
    let mut mother = meeting.join(MOTHER, MAIN);
    meeting.try_edit(&mut mother, |tx| draft::entry(tx, "worries", &entry(1, MOTHER, Nature::View))).unwrap();
    let owners =
        BTreeMap::from([(mother.doc.get_actor().to_bytes().to_vec(), (person(MOTHER), writer(MOTHER).session))]);
    let snapshot = Some(Arc::new(meeting.room.materials()[0].snapshot().unwrap()));
    let stored = StoredPart { document: document_id(MAIN), part: Part::main(), snapshot, tail: vec![], owners };
    let part = LivePart::open(stored).unwrap();
    let restored = Room::new(vec![part], meeting.room.table.clone(), MeetingState::Open);
    meeting.room = restored;
    let mut chair = meeting.join(CHAIR, MAIN);
    let outcome = meeting.try_edit(&mut chair, |tx| draft::append(tx, "worries", row(1), "!"));
    assert_eq!(outcome, Err(Refusal::NotAllowed(crate::access::Refusal::NotYourWords)));
    meeting.room.handle(Event::Joined { peer: mother.peer, writer: writer(MOTHER) });
    mother.state = State::new();
    meeting.try_edit(&mut mother, |tx| draft::append(tx, "worries", row(1), "!")).unwrap();
    assert_eq!(meeting.text(row(1)), "Words!");
}
