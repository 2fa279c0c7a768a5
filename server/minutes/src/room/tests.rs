//! The gate and the room, tried by honest clients and by others.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod attacks;
mod closed;
mod decisions;
mod deeds;
mod every_cell;
mod every_field;
mod forge;
mod forgeries;
mod mutation;
mod mutations;
mod newcomers;
mod optional;
mod summaries;
mod world;
mod worlds;

use std::collections::HashMap;

use automerge::sync::{ChunkList, Message, MessageVersion, State, SyncDoc};
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, AutomergeError, ObjId, ObjType, ROOT, ReadDoc, Value};
use uuid::Uuid;

use super::*;
use crate::document::{self, FirstChange, draft};
use crate::ids::{AgencyId, ChildId, MeetingId, RowId, SessionId};
use crate::record::{
    Action, ActionStatus, AttendanceStatus, Decision, Entry, MeetingFacts, Nature, Part, PartRecord, Role,
};
use crate::rules::SectionRule;

const CHAIR: u128 = 1;
const POLICE: u128 = 2;
const MOTHER: u128 = 3;
const MINUTES: u128 = 4;
const MANAGER: u128 = 5;
const YOUNG: u128 = 6;
const OBSERVER: u128 = 7;
/// A professional until the seat was taken away.
const REMOVED: u128 = 8;
const CHILD: u128 = 50;
const MAIN: u128 = 100;
const RESTRICTED: u128 = 101;

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn document_id(n: u128) -> DocumentId {
    DocumentId(Uuid::from_u128(n))
}

fn row(n: u128) -> RowId {
    RowId(Uuid::from_u128(n))
}

fn role(n: u128) -> Role {
    match n {
        CHAIR => Role::Chair,
        MOTHER => Role::Family,
        MINUTES => Role::MinuteTaker,
        MANAGER => Role::Manager,
        YOUNG => Role::YoungPerson,
        OBSERVER => Role::Observer,
        _ => Role::Professional,
    }
}

fn writer(n: u128) -> Writer {
    Writer {
        person: person(n),
        session: SessionId(Uuid::from_u128(n + 1000)),
        standing: Standing::Seated(role(n)),
        agency: (n == POLICE).then(|| AgencyId(Uuid::from_u128(70))),
    }
}

/// A room, and what its two documents began with.
struct Meeting {
    room: Room,
    first: HashMap<u128, Vec<u8>>,
}

fn meeting() -> Meeting {
    let facts = MeetingFacts {
        id: MeetingId(Uuid::from_u128(9)),
        kind: "core_group".into(),
        kind_name: "Core group".into(),
        title: "Core group".into(),
        starts_at: "2026-11-23T10:00:00Z".into(),
        place: String::new(),
        rule_pack: "core_group version 1".into(),
    };
    let sections = [SectionRule::plain("worries", "Worries")];
    let people = [CHAIR, POLICE, MOTHER, MINUTES, MANAGER, YOUNG, OBSERVER, REMOVED];
    let seats: Vec<PersonId> = people.iter().map(|n| person(*n)).collect();
    let mut first = HashMap::new();
    let parts = [(MAIN, Part::main()), (RESTRICTED, Part::professionals())]
        .into_iter()
        .map(|(n, part)| {
            let change = FirstChange {
                document: document_id(n),
                part: &part,
                meeting: &facts,
                sections: &sections,
                seats: &seats,
            };
            let bytes = document::create(&change).unwrap();
            let tail = vec![bytes.as_slice().into()];
            first.insert(n, bytes);
            let (document, owners) = (document_id(n), BTreeMap::new());
            LivePart::open(StoredPart { document, part, snapshot: None, tail, owners }).unwrap()
        })
        .collect();
    let table = Table {
        seats: people.iter().map(|n| (person(*n), role(*n))).collect(),
        children: vec![ChildId(Uuid::from_u128(CHILD))],
    };
    Meeting { room: Room::new(parts, table, MeetingState::Open), first }
}

/// Somebody's tab with one document open.
struct Tab {
    peer: PeerId,
    document: DocumentId,
    doc: Automerge,
    state: State,
}

impl Meeting {
    fn join(&mut self, who: u128, document: u128) -> Tab {
        let peer = PeerId(u64::try_from(who * 10 + document % 100).unwrap());
        self.room.handle(Event::Joined { peer, writer: writer(who) });
        let doc = document::open(None, [self.first[&document].as_slice()]).unwrap();
        let actor = ActorId::from(Uuid::from_u128(who * 1_000_000 + document).as_bytes().as_slice());
        let mut tab = Tab { peer, document: document_id(document), doc: doc.with_actor(actor), state: State::new() };
        self.exchange(&mut tab);
        tab
    }

    /// Sends what the tab has and takes what comes back, storing whatever is asked, until both are quiet.
    fn exchange(&mut self, tab: &mut Tab) -> Vec<Effect> {
        let mut seen = Vec::new();
        for turn in 0.. {
            assert!(turn < 50, "the two sides never come to rest");
            let Some(message) = tab.doc.generate_sync_message(&mut tab.state) else { break };
            let data = message.encode();
            let mut effects = self.room.handle(Event::Sync { peer: tab.peer, document: tab.document, data });
            if effects.iter().any(|effect| matches!(effect, Effect::Store { .. })) {
                effects.extend(self.room.handle(Event::Stored));
            }
            let repairs: Vec<Event> = effects.iter().filter_map(repaired).collect();
            effects.extend(repairs.into_iter().flat_map(|event| self.room.handle(event)));
            for effect in &effects {
                if let Effect::Send { to, document, data, .. } = effect
                    && to.contains(&tab.peer)
                    && *document == tab.document
                {
                    tab.doc.receive_sync_message(&mut tab.state, Message::decode(data).unwrap()).unwrap();
                }
            }
            let ended = effects.iter().any(|e| matches!(e, Effect::Refuse { .. } | Effect::Close { .. }));
            seen.extend(effects);
            if ended {
                break;
            }
        }
        seen
    }

    /// The refusal that an edit meets, if any.
    fn try_edit(
        &mut self,
        tab: &mut Tab,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
    ) -> Result<(), Refusal> {
        tab.edit(edit);
        let refused = self.exchange(tab).into_iter().find_map(|effect| match effect {
            Effect::Refuse { refusal, .. } => Some(refusal),
            _ => None,
        });
        refused.map_or(Ok(()), Err)
    }

    fn read(&self) -> Vec<PartRecord> {
        let sections = ["worries".to_owned()];
        self.room.materials().iter().map(|material| material.read(&sections).unwrap()).collect()
    }

    fn text(&self, entry: RowId) -> String {
        let parts = self.read();
        let found = parts.iter().flat_map(|p| &p.sections).flat_map(|s| &s.entries).find(|e| e.id == entry);
        found.map(|entry| entry.text.clone()).unwrap_or_default()
    }
}

/// What the shell does when the library has to be asked.
fn repaired(effect: &Effect) -> Option<Event> {
    let Effect::Repair { peer, material, message } = effect else { return None };
    let changes = material.repair(message).unwrap();
    Some(Event::Repaired { peer: *peer, document: material.document, changes })
}

impl Tab {
    fn edit(&mut self, edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>) {
        let mut tx = self.doc.transaction();
        edit(&mut tx).unwrap();
        tx.commit();
    }

    fn raw_change(&mut self) -> Vec<u8> {
        self.doc.get_last_local_change().unwrap().raw_bytes().to_vec()
    }
}

fn entry(n: u128, by: u128, nature: Nature) -> Entry {
    Entry {
        tool: String::new(),
        scale: String::new(),
        attachment: None,
        id: row(n),
        pos: "a0".into(),
        text: "Words".into(),
        nature,
        source: "seen".into(),
        by: person(by),
        recorded_by: None,
        about: vec![ChildId(Uuid::from_u128(CHILD))],
    }
}

fn object(tx: &Transaction<'_>, path: &[&str]) -> ObjId {
    path.iter().fold(ROOT, |obj, key| match tx.get(&obj, *key).unwrap() {
        Some((Value::Object(_), id)) => id,
        other => panic!("{key}: {other:?}"),
    })
}

fn entry_object(tx: &Transaction<'_>, id: RowId, field: &str) -> ObjId {
    object(tx, &["sections", "worries", "entries", &id.to_string(), field])
}

#[test]
fn what_one_writes_the_other_reads_once_it_is_stored() {
    let mut meeting = meeting();
    let (mut police, mut mother) = (meeting.join(POLICE, MAIN), meeting.join(MOTHER, MAIN));
    police.edit(|tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact)));
    let data = police.doc.generate_sync_message(&mut police.state).unwrap().encode();
    let before = meeting.room.handle(Event::Sync { peer: police.peer, document: police.document, data });
    assert!(before.iter().any(|effect| matches!(effect, Effect::Store { .. })));
    assert!(!before.iter().any(|effect| matches!(effect, Effect::Send { .. })), "nothing is told before it is stored");
    let after = meeting.room.handle(Event::Stored);
    let told: Vec<PeerId> =
        after.iter().flat_map(|e| if let Effect::Send { to, .. } = e { to.clone() } else { vec![] }).collect();
    assert!(told.contains(&police.peer) && told.contains(&mother.peer), "{told:?} {after:?}");
    for effect in after {
        if let Effect::Send { to, data, .. } = effect
            && to.contains(&mother.peer)
        {
            mother.doc.receive_sync_message(&mut mother.state, Message::decode(&data).unwrap()).unwrap();
        }
    }
    assert_eq!(mother.doc.get_heads(), police.doc.get_heads());
}

#[test]
fn a_restricted_part_does_not_exist_for_the_family() {
    let mut meeting = meeting();
    let mother = meeting.join(MOTHER, MAIN);
    let document = document_id(RESTRICTED);
    let mut state = State::new();
    let data = Automerge::new().generate_sync_message(&mut state).unwrap().encode();
    let effects = meeting.room.handle(Event::Sync { peer: mother.peer, document, data });
    assert!(matches!(effects[..], [Effect::Unavailable { .. }]), "{effects:?}");
    // Nor does she hear who is writing there, nor can she whisper into it.
    let police = meeting.join(POLICE, RESTRICTED);
    let relayed = meeting.room.handle(Event::Presence { peer: police.peer, document, data: vec![0xf6] });
    assert!(!relayed.iter().any(|e| matches!(e, Effect::Relay { to, .. } if to.contains(&mother.peer))));
    let whispered = meeting.room.handle(Event::Presence { peer: mother.peer, document, data: vec![0xf6] });
    assert!(!whispered.iter().any(|e| matches!(e, Effect::Relay { .. })));
}

#[test]
fn own_words_belong_to_their_speaker_and_the_minute_taker() {
    for (who, may) in [(MOTHER, true), (MINUTES, true), (CHAIR, false), (POLICE, false), (MANAGER, false)] {
        let mut meeting = meeting();
        let mut mother = meeting.join(MOTHER, MAIN);
        meeting.try_edit(&mut mother, |tx| draft::entry(tx, "worries", &entry(1, MOTHER, Nature::View))).unwrap();
        let mut tab = if who == MOTHER { mother } else { meeting.join(who, MAIN) };
        let outcome = meeting.try_edit(&mut tab, |tx| draft::append(tx, "worries", row(1), "!"));
        assert_eq!(outcome.is_ok(), may, "{who}: {outcome:?}");
        assert_eq!(meeting.text(row(1)), if may { "Words!" } else { "Words" });
    }
}

#[test]
fn nobody_speaks_as_somebody_else_but_those_who_take_the_minutes() {
    for (who, may) in [(CHAIR, true), (MINUTES, true), (POLICE, false), (MOTHER, false), (MANAGER, false)] {
        let mut meeting = meeting();
        let mut tab = meeting.join(who, MAIN);
        let other = if who == POLICE { MOTHER } else { POLICE };
        let outcome = meeting.try_edit(&mut tab, |tx| draft::entry(tx, "worries", &entry(1, other, Nature::Fact)));
        assert_eq!(outcome.is_ok(), may, "{who}: {outcome:?}");
    }
}

#[test]
fn decisions_and_attendance_are_for_chair_and_minute_taker() {
    for (who, may) in [(CHAIR, true), (MINUTES, true), (POLICE, false), (MOTHER, false)] {
        let decision = Decision {
            outcome: String::new(),
            threshold: String::new(),
            id: row(7),
            pos: "a".into(),
            child: ChildId(Uuid::from_u128(CHILD)),
            text: "Goes on".into(),
            rationale: "Because".into(),
            category: String::new(),
            agreed: false,
        };
        let mut tab_meeting = meeting();
        let mut tab = tab_meeting.join(who, MAIN);
        assert_eq!(tab_meeting.try_edit(&mut tab, |tx| draft::decision(tx, &decision)).is_ok(), may, "{who} decision");
        let mut tab_meeting = meeting();
        let mut tab = tab_meeting.join(who, MAIN);
        let marks =
            |tx: &mut Transaction<'_>| draft::attendance(tx, person(MOTHER), AttendanceStatus::Present, "10:05");
        assert_eq!(tab_meeting.try_edit(&mut tab, marks).is_ok(), may, "{who} attendance");
    }
}

#[test]
fn anyone_at_the_table_writes_actions_and_the_manager_only_reads() {
    let action = Action {
        carried_from: None,
        id: row(8),
        pos: "a".into(),
        outcome: "Calm mornings".into(),
        what: "Ring at six".into(),
        owner: Some(person(MOTHER)),
        due: "2026-12-01".into(),
        measure: String::new(),
        about: vec![],
        status: ActionStatus::Open,
    };
    for (who, may) in [(POLICE, true), (MOTHER, true), (MANAGER, false)] {
        let mut meeting = meeting();
        let mut tab = meeting.join(who, MAIN);
        assert_eq!(meeting.try_edit(&mut tab, |tx| draft::action(tx, &action)).is_ok(), may, "{who}");
    }
}

type Vandalism = fn(&mut Transaction<'_>) -> Result<(), AutomergeError>;

#[test]
fn what_comes_after_the_lock_is_kept_aside_and_not_in_the_record() {
    let mut meeting = meeting();
    let mut police = meeting.join(POLICE, MAIN);
    let frozen = meeting.room.handle(Event::Freeze);
    assert!(frozen.iter().any(|e| matches!(e, Effect::Frozen { .. })));
    police.edit(|tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact)));
    let data = police.doc.generate_sync_message(&mut police.state).unwrap().encode();
    let waiting = meeting.room.handle(Event::Sync { peer: police.peer, document: police.document, data });
    assert!(waiting.is_empty(), "it waits while the chair locks: {waiting:?}");
    let effects = meeting.room.handle(Event::Locked);
    assert!(effects.iter().any(|e| matches!(e, Effect::KeepAside { .. })), "{effects:?}");
    assert!(effects.iter().any(|e| matches!(e, Effect::Close { reason: CloseReason::Locked, .. })));
    assert!(!effects.iter().any(|e| matches!(e, Effect::Store { .. })));
    assert_eq!(meeting.text(row(1)), "");
}

#[test]
fn what_waited_while_locking_failed_is_let_in() {
    let mut meeting = meeting();
    let mut police = meeting.join(POLICE, MAIN);
    meeting.room.handle(Event::Freeze);
    police.edit(|tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact)));
    let data = police.doc.generate_sync_message(&mut police.state).unwrap().encode();
    meeting.room.handle(Event::Sync { peer: police.peer, document: police.document, data });
    let effects = meeting.room.handle(Event::Thaw);
    assert!(effects.iter().any(|e| matches!(e, Effect::Store { .. })), "{effects:?}");
    meeting.room.handle(Event::Stored);
    assert_eq!(meeting.text(row(1)), "Words");
}

#[test]
fn a_seat_taken_away_ends_the_connection() {
    let mut meeting = meeting();
    let police = meeting.join(POLICE, MAIN);
    let effects = meeting.room.handle(Event::Standing { person: person(POLICE), standing: Standing::Removed });
    assert!(effects.iter().any(|e| matches!(e, Effect::Close { peer, .. } if *peer == police.peer)));
}

#[test]
fn who_becomes_an_observer_is_told_writes_no_more_and_hears_no_more_of_what_is_not_theirs() {
    let mut meeting = meeting();
    let mut police = meeting.join(POLICE, MAIN);
    let observing = meeting.join(POLICE, RESTRICTED);
    let observer = Standing::Seated(Role::Observer);
    let effects = meeting.room.handle(Event::Standing { person: person(POLICE), standing: observer });
    for peer in [police.peer, observing.peer] {
        assert!(
            effects.iter().any(|e| matches!(e, Effect::Standing { peer: told, .. } if *told == peer)),
            "{effects:?}"
        );
    }
    let mut chair = meeting.join(CHAIR, RESTRICTED);
    chair.edit(|tx| draft::entry(tx, "worries", &entry(2, CHAIR, Nature::Fact)));
    let after = meeting.exchange(&mut chair);
    assert!(after.iter().any(|e| matches!(e, Effect::Store { .. })));
    assert!(!after.iter().any(|e| matches!(e, Effect::Send { to, .. } if to.contains(&observing.peer))), "{after:?}");
    let outcome = meeting.try_edit(&mut police, |tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact)));
    assert_eq!(outcome, Err(Refusal::NotAllowed(crate::access::Refusal::NotYourRole)));
}

#[test]
fn time_in_a_change_is_the_clients_and_changes_nothing() {
    let mut meeting = meeting();
    let mut police = meeting.join(POLICE, MAIN);
    let mut tx = police.doc.transaction();
    draft::entry(&mut tx, "worries", &entry(1, POLICE, Nature::Fact)).unwrap();
    tx.commit_with(CommitOptions::default().with_time(1));
    meeting.exchange(&mut police);
    assert_eq!(meeting.text(row(1)), "Words");
}

#[test]
fn the_record_says_who_wrote_somebodys_words_down() {
    let mut meeting = meeting();
    let mut minutes = meeting.join(MINUTES, MAIN);
    meeting.try_edit(&mut minutes, |tx| draft::entry(tx, "worries", &entry(1, MOTHER, Nature::View))).unwrap();
    let mut mother = meeting.join(MOTHER, MAIN);
    meeting.try_edit(&mut mother, |tx| draft::entry(tx, "worries", &entry(2, MOTHER, Nature::View))).unwrap();
    let parts = meeting.read();
    let recorder = |id| {
        let entries = &parts[0].sections[0].entries;
        entries.iter().find(|entry| entry.id == row(id)).unwrap().recorded_by
    };
    assert_eq!((recorder(1), recorder(2)), (Some(person(MINUTES)), None));
    assert_eq!(meeting.room.recorders(document_id(MAIN)), [(row(1), person(MINUTES))]);
}
