//! A record on a desk, with people who write in it, each on a device of their own.

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, AutomergeError, ObjId, ObjType, ROOT, ReadDoc};
use uuid::Uuid;

use crate::document::{self, FirstChange};
use crate::history::{Logged, Owners, State, state};
use crate::ids::{ChildId, DocumentId, MeetingId, PersonId, RowId, SessionId};
use crate::record::{Entry, MeetingFacts, Nature, Part};
use crate::rules::SectionRule;

pub(super) const CHAIR: u128 = 1;
pub(super) const POLICE: u128 = 2;
pub(super) const HEALTH: u128 = 3;
pub(super) const CHILD: ChildId = ChildId(Uuid::from_u128(50));

pub(super) const START: i64 = 1_795_428_000_000;
pub(super) const MINUTE: i64 = 60_000;

pub(super) fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

pub(super) fn row(n: u128) -> RowId {
    RowId(Uuid::from_u128(1000 + n))
}

pub(super) fn entry(n: u128, by: u128, text: &str) -> Entry {
    Entry {
        tool: String::new(),
        scale: String::new(),
        attachment: None,
        id: row(n),
        pos: format!("a{n}"),
        text: text.to_owned(),
        nature: Nature::Fact,
        source: String::new(),
        by: person(by),
        recorded_by: None,
        about: vec![CHILD],
    }
}

fn actor(who: u128) -> ActorId {
    ActorId::from(Uuid::from_u128(who * 1_000_000).as_bytes().as_slice())
}

pub(super) struct Desk {
    pub(super) owners: Owners,
    log: Vec<(i64, Vec<u8>)>,
    devices: Vec<(u128, Automerge)>,
    /// How much of the log each device has.
    seen: Vec<usize>,
}

impl Desk {
    pub(super) fn new() -> Self {
        let meeting = MeetingFacts {
            id: MeetingId(Uuid::from_u128(9)),
            kind: "core_group".into(),
            kind_name: "Core group".into(),
            title: "Core group".into(),
            starts_at: "2026-11-23T10:00:00Z".into(),
            place: String::new(),
            rule_pack: "core_group version 1".into(),
        };
        let sections = [SectionRule::plain("worries", "Worries")];
        let first = FirstChange {
            document: DocumentId(Uuid::from_u128(100)),
            part: &Part::main(),
            meeting: &meeting,
            sections: &sections,
            seats: &[person(CHAIR), person(POLICE), person(HEALTH)],
        };
        let first = document::create(&first).unwrap();
        let people = [CHAIR, POLICE, HEALTH];
        let device = |who| (who, document::open(None, [first.as_slice()]).unwrap().with_actor(actor(who)));
        let owner = |who: u128| (actor(who).to_bytes().to_vec(), (person(who), SessionId(Uuid::from_u128(who + 500))));
        Self {
            owners: people.into_iter().map(owner).collect(),
            devices: people.into_iter().map(device).collect(),
            seen: vec![1; people.len()],
            log: vec![(START, first)],
        }
    }

    /// Somebody who has seen everything makes one change, received so many minutes after the start.
    pub(super) fn write(
        &mut self,
        who: u128,
        minute: i64,
        change: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
    ) {
        self.catch_up(who);
        self.write_unseen(who, START + minute * MINUTE, change);
    }

    /// Somebody makes one change without having heard of the others' latest; nothing comes of it if it changes nothing.
    pub(super) fn write_unseen(
        &mut self,
        who: u128,
        at: i64,
        change: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
    ) {
        let doc = self.device(who);
        let mut tx = doc.transaction();
        change(&mut tx).unwrap();
        if tx.commit_with(CommitOptions::default().with_time(0)).0.is_none() {
            return;
        }
        let bytes = doc.get_last_local_change().unwrap().raw_bytes().to_vec();
        self.log.push((at, bytes));
    }

    /// Somebody hears of all that was received.
    pub(super) fn catch_up(&mut self, who: u128) {
        let index = self.devices.iter().position(|(of, _)| *of == who).unwrap();
        let news = self.log[self.seen[index]..].iter().map(|(_, bytes)| automerge::Change::try_from(bytes.as_slice()));
        let news: Vec<_> = news.map(Result::unwrap).collect();
        self.devices[index].1.apply_changes(news).unwrap();
        self.seen[index] = self.log.len();
    }

    fn device(&mut self, who: u128) -> &mut Automerge {
        &mut self.devices.iter_mut().find(|(of, _)| *of == who).unwrap().1
    }

    pub(super) fn put(&mut self, who: u128, minute: i64, path: &[&str], key: &str, value: &str) {
        self.write(who, minute, |tx| {
            let object = at(tx, path);
            tx.put(&object, key, value)
        });
    }

    pub(super) fn delete(&mut self, who: u128, minute: i64, section: &str, id: RowId, from: usize, count: usize) {
        self.write(who, minute, |tx| {
            let text = at(tx, &["sections", section, "entries", &id.to_string(), "text"]);
            tx.splice_text(&text, from, isize::try_from(count).unwrap(), "")
        });
    }

    pub(super) fn remove(&mut self, who: u128, minute: i64, section: &str, id: RowId) {
        self.write(who, minute, |tx| {
            let row = at(tx, &["sections", section, "entries", &id.to_string()]);
            let removed = tx.put_object(&row, "removed", ObjType::Map)?;
            tx.put(&removed, "by", person(who).to_string())?;
            tx.put(&removed, "at", "1999-01-01T00:00:00Z")
        });
    }

    /// The table of actors says that somebody's device is somebody else's.
    pub(super) fn give_away(&mut self, of: u128, to: u128) {
        self.owners.get_mut(actor(of).to_bytes()).unwrap().0 = person(to);
    }

    pub(super) fn disown(&mut self, of: u128) {
        self.owners.remove(actor(of).to_bytes());
    }

    pub(super) fn log(&self) -> Vec<Logged<'_>> {
        (1..).zip(&self.log).map(|(n, (received_at, bytes))| Logged { n, received_at: *received_at, bytes }).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.log.len()
    }

    /// The state after the first `n` changes.
    pub(super) fn state(&self, n: usize) -> State {
        state(&self.log()[..n], &self.owners, &["worries".to_owned()]).unwrap()
    }

    /// What somebody's device shows of an entry.
    pub(super) fn text(&self, who: u128, id: RowId) -> String {
        let (_, doc) = self.devices.iter().find(|(of, _)| *of == who).unwrap();
        text_of(doc, id)
    }
}

/// The text of an entry in the one section there is.
pub(super) fn text_of(doc: &impl ReadDoc, id: RowId) -> String {
    doc.text(at(doc, &["sections", "worries", "entries", &id.to_string(), "text"])).unwrap()
}

/// The object at a path of map keys.
pub(super) fn at(doc: &impl ReadDoc, path: &[&str]) -> ObjId {
    path.iter().fold(ROOT, |object, key| doc.get(&object, *key).unwrap().unwrap().1)
}
