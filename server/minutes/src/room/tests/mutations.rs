//! Honest changes, altered anyhow. Most are refused; what is let in harms nobody: the library applies it, alone and with the
//! rest, saves, loads and gives back the same bytes, and whoever goes on writing is let in.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use automerge::Change;
use automerge::legacy::OpId as AnyOpId;
use proptest::prelude::*;
use proptest::sample::Index as Pick;

use super::deeds::a_decision;
use super::forge::{actor, chunk, poison};
use super::mutation::{Mutation, mutation, settle};
use super::*;
use crate::document::Owners;

/// A record with a history, and what changes to it can name.
struct Base {
    log: Vec<Arc<[u8]>>,
    owners: Owners,
    /// As it is, and as somebody saw it who has been away for a while.
    now: Automerge,
    before: Automerge,
    changes: Vec<Change>,
    ids: Vec<AnyOpId>,
}

fn base() -> &'static Base {
    static BASE: OnceLock<Base> = OnceLock::new();
    BASE.get_or_init(|| {
        let mut meeting = meeting();
        let (mut police, mut mother) = (meeting.join(POLICE, MAIN), meeting.join(MOTHER, MAIN));
        let mut chair = meeting.join(CHAIR, MAIN);
        police.edit(|tx| draft::entry(tx, "worries", &entry(1, POLICE, Nature::Fact)));
        bring(&mut meeting, &mut police, POLICE);
        mother.edit(|tx| draft::entry(tx, "worries", &entry(2, MOTHER, Nature::View)));
        bring(&mut meeting, &mut mother, MOTHER);
        hear(&meeting, &mut chair);
        chair.edit(|tx| draft::decision(tx, &a_decision(3)));
        chair.edit(|tx| draft::entry(tx, "worries", &entry(5, CHAIR, Nature::Fact)));
        bring(&mut meeting, &mut chair, CHAIR);
        hear(&meeting, &mut police);
        // At the same time, in the same places.
        police.edit(|tx| edit(tx, 0, 1, "ab"));
        police.edit(|tx| edit(tx, 1, 0, "b"));
        chair.edit(|tx| edit(tx, 0, 1, "c"));
        chair.edit(|tx| edit(tx, 2, 2, ""));
        chair.edit(|tx| edit(tx, 1, 0, "c"));
        let before = police.doc.clone();
        bring(&mut meeting, &mut police, POLICE);
        bring(&mut meeting, &mut chair, CHAIR);
        for what in [3, 4, 5, 6, 0] {
            hear(&meeting, &mut chair);
            chair.edit(|tx| edit(tx, what, 0, "d"));
            bring(&mut meeting, &mut chair, CHAIR);
        }
        hear(&meeting, &mut police);
        police.edit(|tx| edit(tx, 2, 1, ""));
        bring(&mut meeting, &mut police, POLICE);
        let changes = meeting.log();
        let log: Vec<Arc<[u8]>> = changes.iter().map(|change| change.raw_bytes().into()).collect();
        let owned = [(&police, POLICE), (&mother, MOTHER), (&chair, CHAIR)];
        let owned = owned.map(|(tab, who)| (tab.doc.get_actor().to_bytes().to_vec(), owner(who)));
        let now = document::open(None, log.iter().map(AsRef::as_ref)).unwrap();
        let ids = changes.iter().flat_map(ids_of).collect();
        Base { log, owners: owned.into(), now, before, changes, ids }
    })
}

fn hear(meeting: &Meeting, tab: &mut Tab) {
    tab.doc.apply_changes(meeting.log()).unwrap();
}

fn bring(meeting: &mut Meeting, tab: &mut Tab, who: u128) {
    let changes = tab.doc.get_changes(&[]).iter().map(|change| change.raw_bytes().to_vec()).collect();
    meeting.submit(who, changes).unwrap();
}

fn ids_of(change: &Change) -> Vec<AnyOpId> {
    (change.start_op().get()..=change.max_op()).map(|n| AnyOpId(n, change.actor_id().clone())).collect()
}

/// What people do to the first entry and elsewhere.
fn edit(tx: &mut Transaction<'_>, what: u8, place: usize, word: &str) -> Result<(), AutomergeError> {
    let first = object(tx, &["sections", "worries", "entries", &row(1).to_string()]);
    let text = object(tx, &["sections", "worries", "entries", &row(1).to_string(), "text"]);
    let about = object(tx, &["sections", "worries", "entries", &row(1).to_string(), "about"]);
    let length = tx.length(&text);
    let place = place.min(length);
    let child = Uuid::from_u128(CHILD).to_string();
    match what {
        0 => tx.splice_text(&text, place, 0, word),
        1 => tx.put(&first, "pos", word.chars().filter(char::is_ascii_alphanumeric).collect::<String>() + "x"),
        2 => tx.splice_text(&text, place, 2.min(length - place).cast_signed(), word),
        3 => tx.delete(&about, child.as_str()),
        4 => tx.put(&about, child.as_str(), true),
        5 => draft::attendance(tx, person(MOTHER), AttendanceStatus::Present, "10:05"),
        6 => {
            let row = object(tx, &["sections", "worries", "entries", &row(5).to_string()]);
            if tx.get(&row, "removed")?.is_some() {
                return Ok(());
            }
            let removed = tx.put_object(&row, "removed", ObjType::Map)?;
            tx.put(&removed, "by", person(CHAIR).to_string())?;
            tx.put(&removed, "at", "2026-11-23T10:00:00Z")
        }
        7 => {
            let id = u128::from(word.as_bytes().first().copied().unwrap_or_default()) + 1000;
            draft::entry(tx, "worries", &entry(id, CHAIR, Nature::Opinion))
        }
        _ => {
            tx.splice_text(&text, place, 0, word)?;
            tx.put(&first, "source", word)?;
            tx.splice_text(&text, 0, 1.min(length).cast_signed(), "")
        }
    }
}

fn owner(who: u128) -> (PersonId, SessionId) {
    (writer(who).person, writer(who).session)
}

/// One change: what it was, from where it was seen, and what has been done to it.
#[derive(Debug, Clone)]
struct Mutant {
    edits: Vec<(u8, usize, &'static str)>,
    away: bool,
    mutations: Vec<Mutation>,
    settled: bool,
    bytes: Vec<(Pick, u8)>,
}

fn mutant() -> impl Strategy<Value = Mutant> {
    let word = prop::sample::select(vec!["x", "yz", "🙂", "words"]);
    let edits = prop::collection::vec((0..9_u8, 0..6_usize, word), 1..3);
    let mutations = prop::collection::vec(mutation(), 0..4);
    let bytes = prop::collection::vec((any::<Pick>(), any::<u8>()), 0..3);
    let bytes = prop_oneof![6 => Just(vec![]), 1 => bytes];
    (edits, any::<bool>(), mutations, prop::bool::weighted(0.8), bytes)
        .prop_map(|(edits, away, mutations, settled, bytes)| Mutant { edits, away, mutations, settled, bytes })
}

/// A room over the base, and what the chair's two tabs hold.
struct Play {
    meeting: Meeting,
    base: &'static Base,
    let_in: Vec<Change>,
    tabs: [Automerge; 2],
}

impl Play {
    fn new() -> Self {
        let base = base();
        let (tail, owners) = (base.log.clone(), base.owners.clone());
        let stored = StoredPart { document: document_id(MAIN), part: Part::main(), snapshot: None, tail, owners };
        let table = Table {
            seats: [CHAIR, POLICE, MOTHER, MINUTES, MANAGER].map(|n| (person(n), role(n))).into(),
            children: vec![ChildId(Uuid::from_u128(CHILD))],
        };
        let room = Room::new(vec![LivePart::open(stored).unwrap()], table, MeetingState::Open);
        let chair = actor(CHAIR * 1_000_000 + MAIN);
        let tabs = [base.now.clone().with_actor(chair), base.before.clone().with_actor(actor(77))];
        Self { meeting: Meeting { room, first: HashMap::new() }, base, let_in: Vec::new(), tabs }
    }

    fn changes(&self) -> Vec<Change> {
        self.base.changes.iter().chain(&self.let_in).cloned().collect()
    }

    /// The bytes of an honest change, altered.
    fn bytes(&mut self, mutant: &Mutant) -> Option<Vec<u8>> {
        let mut doc = self.tabs[usize::from(mutant.away)].clone();
        let mut tx = doc.transaction();
        for (what, place, word) in &mutant.edits {
            edit(&mut tx, *what, *place, word).unwrap();
        }
        tx.commit_with(CommitOptions::default().with_time(7));
        let change = doc.get_last_local_change()?;
        let log = self.changes();
        let ids: Vec<AnyOpId> = self.base.ids.iter().cloned().chain(self.let_in.iter().flat_map(ids_of)).collect();
        let mut expanded = change.decode();
        for mutation in &mutant.mutations {
            mutation.apply(&mut expanded, &ids, &log);
        }
        if mutant.settled {
            settle(&mut expanded, &log);
        }
        // The library refuses to write down some of it.
        let change = catch_unwind(AssertUnwindSafe(|| Change::from(expanded))).ok()?;
        if mutant.bytes.is_empty() {
            return Some(change.raw_bytes().to_vec());
        }
        let start = 10 + change.raw_bytes()[9..].iter().position(|byte| byte & 0x80 == 0)?;
        let mut body = change.raw_bytes()[start..].to_vec();
        for (at, byte) in &mutant.bytes {
            let at = at.index(body.len());
            body[at] = *byte;
        }
        Some(chunk(&body))
    }

    /// Whether it was let in.
    fn bring(&mut self, mutant: &Mutant) -> bool {
        let Some(bytes) = self.bytes(mutant) else { return false };
        if self.meeting.submit(CHAIR, vec![bytes.clone()]).is_err() {
            return false;
        }
        let change = Change::try_from(bytes.as_slice()).unwrap();
        if !self.let_in.contains(&change) && !self.base.changes.contains(&change) {
            self.let_in.push(change.clone());
            let tab = &mut self.tabs[usize::from(mutant.away)];
            catch_unwind(AssertUnwindSafe(|| tab.apply_changes([change]))).ok();
        }
        true
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_let_in_harms_nobody(mutants in prop::collection::vec(mutant(), 1..5)) {
        let mut play = Play::new();
        for mutant in &mutants {
            if play.bring(mutant) {
                prop_assert_eq!(poison(&play.base.now, &play.let_in), None, "{:?}", play.let_in.last().unwrap().decode());
            }
        }
        if play.let_in.is_empty() {
            return Ok(());
        }
        // The next who writes is let in, whoever was there before.
        let log = play.changes();
        prop_assert_eq!(play.meeting.log(), log.clone());
        let mut next = play.base.now.clone().with_actor(actor(78));
        next.apply_changes(play.let_in.clone()).unwrap();
        let mut tx = next.transaction();
        edit(&mut tx, 8, 3, "honest").unwrap();
        tx.commit();
        let honest = next.get_last_local_change().unwrap();
        prop_assert_eq!(play.meeting.submit(POLICE, vec![honest.raw_bytes().to_vec()]), Ok(()));
        play.let_in.push(honest);
        prop_assert_eq!(poison(&play.base.now, &play.let_in), None);
        let snapshot = play.meeting.room.materials()[0].snapshot().unwrap();
        let log: Vec<Arc<[u8]>> = play.changes().iter().map(|change| change.raw_bytes().into()).collect();
        let mut owners = play.base.owners.clone();
        owners.insert(actor(78).to_bytes().to_vec(), owner(POLICE));
        for change in &play.let_in {
            owners.entry(change.actor_id().to_bytes().to_vec()).or_insert(owner(CHAIR));
        }
        document::scrub(&log, Some(&snapshot), &owners).unwrap();
    }
}
