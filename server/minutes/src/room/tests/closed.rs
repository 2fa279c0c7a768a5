//! Closed sessions in the room: who is given what, before, while and after their readers change.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::access::standings;

const CLOSED: u128 = 102;

/// The closed session as the store has it, read by these.
fn session(meeting: &mut Meeting, readers: &[u128], revision: i64) -> LivePart {
    let facts = MeetingFacts {
        id: MeetingId(Uuid::from_u128(9)),
        kind: "core_group".into(),
        kind_name: "Core group".into(),
        title: "Core group".into(),
        starts_at: "2026-11-23T10:00:00Z".into(),
        place: String::new(),
        rule_pack: "core_group version 1".into(),
    };
    let (part, sections) = (Part::closed(1), [SectionRule::plain("worries", "Worries")]);
    let first =
        FirstChange { document: document_id(CLOSED), part: &part, meeting: &facts, sections: &sections, seats: &[] };
    let bytes = document::create(&first).unwrap();
    let tail = vec![bytes.as_slice().into()];
    meeting.first.insert(CLOSED, bytes);
    let (document, owners) = (document_id(CLOSED), BTreeMap::new());
    let live = LivePart::open(StoredPart { document, part, snapshot: None, tail, owners }).unwrap();
    live.read_by(readers.iter().map(|n| person(*n)).collect(), revision)
}

fn have_read_by(meeting: &mut Meeting, readers: &[u128], revision: i64) -> Vec<Effect> {
    let part = session(meeting, readers, revision);
    meeting.room.handle(Event::Parts { parts: vec![part] })
}

fn asks(meeting: &mut Meeting, tab: &Tab) -> bool {
    let data = Automerge::new().generate_sync_message(&mut State::new()).unwrap().encode();
    let effects = meeting.room.handle(Event::Sync { peer: tab.peer, document: document_id(CLOSED), data });
    let given = effects.iter().any(|effect| matches!(effect, Effect::Send { .. }));
    let unknown = effects.iter().any(|effect| matches!(effect, Effect::Unavailable { .. }));
    assert_ne!(given, unknown, "{effects:?}");
    given
}

fn peers(effects: &[Effect], which: impl Fn(&Effect) -> Option<PeerId>) -> Vec<PeerId> {
    effects.iter().filter_map(which).collect()
}

fn told(effects: &[Effect]) -> Vec<PeerId> {
    peers(effects, |effect| match effect {
        Effect::PartsChanged { peer } => Some(*peer),
        _ => None,
    })
}

fn cut_off(effects: &[Effect]) -> Vec<PeerId> {
    peers(effects, |effect| match effect {
        Effect::Close { peer, reason: CloseReason::PartsChanged } => Some(*peer),
        _ => None,
    })
}

#[test]
fn to_whoever_is_not_named_it_does_not_exist_whatever_they_are() {
    let people = [CHAIR, POLICE, MOTHER, MINUTES, MANAGER, YOUNG, OBSERVER];
    for who in people {
        for named in [false, true] {
            let mut meeting = meeting();
            have_read_by(&mut meeting, if named { &people } else { &[] }, 1);
            let tab = meeting.join(who, MAIN);
            let expected = who == CHAIR || (named && who != OBSERVER);
            assert_eq!(asks(&mut meeting, &tab), expected, "{}, named: {named}", role(who));
        }
    }
    // Nor to whoever has no seat, by whatever name.
    for (name, standing) in standings().filter(|(_, standing)| !matches!(standing, Standing::Seated(_))) {
        let mut meeting = meeting();
        have_read_by(&mut meeting, &[POLICE], 1);
        let tab = meeting.join(POLICE, MAIN);
        meeting.room.handle(Event::Left { peer: tab.peer });
        meeting.room.handle(Event::Joined { peer: tab.peer, writer: Writer { standing, ..writer(POLICE) } });
        assert!(!asks(&mut meeting, &tab), "{name}");
    }
}

#[test]
fn opening_it_tells_its_readers_and_nobody_else() {
    let mut meeting = meeting();
    let tabs = [CHAIR, POLICE, MOTHER].map(|who| meeting.join(who, MAIN));
    let effects = have_read_by(&mut meeting, &[POLICE], 1);
    assert_eq!(told(&effects), [tabs[0].peer, tabs[1].peer]);
    assert_eq!(effects.len(), 2, "{effects:?}");
}

#[test]
fn who_leaves_is_cut_off_and_given_nothing_more() {
    let mut meeting = meeting();
    have_read_by(&mut meeting, &[POLICE, MINUTES], 1);
    let mut police = meeting.join(POLICE, CLOSED);
    meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact))).unwrap();
    let mut minutes = meeting.join(MINUTES, CLOSED);

    let effects = have_read_by(&mut meeting, &[MINUTES], 2);
    assert_eq!((cut_off(&effects), told(&effects)), (vec![police.peer], vec![]));
    // Whoever stays goes on, and whoever comes back without it is sent nothing of what is written now.
    let back = meeting.join(POLICE, MAIN);
    assert!(!asks(&mut meeting, &back));
    minutes.edit(|tx| draft::append(tx, "worries", row(1), "!"));
    let seen = meeting.exchange(&mut minutes);
    let of_it = seen.iter().filter_map(|effect| match effect {
        Effect::Send { to, document, .. } if *document == document_id(CLOSED) => Some(to.clone()),
        _ => None,
    });
    assert!(of_it.flatten().all(|peer| peer == minutes.peer));
    let whisper = Event::Presence { peer: minutes.peer, document: document_id(CLOSED), data: vec![1] };
    let effects = meeting.room.handle(whisper);
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Relay { to, .. } if to.contains(&back.peer))));
    // Nor may they write into it.
    police.edit(|tx| draft::append(tx, "worries", row(1), "?"));
    let change = police.raw_change();
    assert_eq!(meeting.deliver(back.peer, CLOSED, vec![change]), super::every_cell::Outcome::Unavailable);
}

#[test]
fn who_is_let_in_later_is_told_and_gets_all_of_it() {
    let mut meeting = meeting();
    have_read_by(&mut meeting, &[POLICE], 1);
    let mut police = meeting.join(POLICE, CLOSED);
    meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact))).unwrap();
    let mother = meeting.join(MOTHER, MAIN);
    assert!(!asks(&mut meeting, &mother));
    assert_eq!(told(&have_read_by(&mut meeting, &[POLICE, MOTHER], 2)), [mother.peer]);
    assert!(asks(&mut meeting, &mother));
}

#[test]
fn news_that_comes_late_undoes_nothing() {
    let mut meeting = meeting();
    have_read_by(&mut meeting, &[POLICE], 3);
    let police = meeting.join(POLICE, MAIN);
    assert_eq!(have_read_by(&mut meeting, &[], 2).len(), 0);
    assert!(asks(&mut meeting, &police));
    assert_eq!(cut_off(&have_read_by(&mut meeting, &[], 4)), [police.peer]);
    assert_eq!(have_read_by(&mut meeting, &[POLICE], 3).len(), 0, "the older list");
}

#[test]
fn the_record_is_made_of_all_parts_closed_sessions_last() {
    let mut meeting = meeting();
    have_read_by(&mut meeting, &[POLICE], 1);
    let parts: Vec<Part> = meeting.room.materials().into_iter().map(|material| material.part).collect();
    assert_eq!(parts, [Part::main(), Part::professionals(), Part::closed(1)]);
}

proptest! {
    /// Whatever comes and goes, and in whatever order the news arrives: who may ask for it is who the newest list names.
    #[test]
    fn the_newest_list_counts(lists in prop::collection::vec((1..20_i64, any::<[bool; 4]>()), 1..12)) {
        let people = [POLICE, MOTHER, MINUTES, YOUNG];
        let mut meeting = meeting();
        let mut newest: (i64, BTreeSet<u128>) = (0, BTreeSet::new());
        for (revision, named) in lists {
            let readers: Vec<u128> = people.into_iter().zip(named).filter(|(_, named)| *named).map(|(who, _)| who).collect();
            if revision > newest.0 {
                newest = (revision, readers.iter().copied().collect());
            }
            have_read_by(&mut meeting, &readers, revision);
        }
        for who in people {
            let tab = meeting.join(who, MAIN);
            prop_assert_eq!(asks(&mut meeting, &tab), newest.1.contains(&who));
        }
    }
}
