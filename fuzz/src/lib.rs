//! The meeting that the targets attack: small, and the same every time.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use automerge::transaction::Transaction;
use automerge::{ActorId, Automerge, AutomergeError, ReadDoc};
use minutes::access::{MeetingState, Standing};
use minutes::change::{Table, Writer};
use minutes::document::{self, FirstChange, Snapshot, draft};
use minutes::ids::{ChildId, DocumentId, MeetingId, PersonId, RowId, SessionId};
use minutes::record::{Action, ActionStatus, Decision, Entry, MeetingFacts, Nature, Part, Role};
use minutes::room::{Effect, Event, LivePart, NewChanges, PeerId, Room, StoredPart};
use minutes::rules::SectionRule;
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub const PEER: PeerId = PeerId(1);
const SECTION: &str = "worries";
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

pub fn document_id() -> DocumentId {
    DocumentId(Uuid::from_u128(100))
}

/// The gate catches the library's panics: those are no findings. One that nobody catches still ends the target.
pub fn caught_panics_are_fine() {
    std::panic::set_hook(Box::new(|_| {}));
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

/// The chair, who may do nearly everything: what stops them is the schema, not their role.
pub fn writer() -> Writer {
    Writer {
        person: person(1),
        session: SessionId(Uuid::from_u128(1001)),
        standing: Standing::Seated(Role::Chair),
        agency: None,
    }
}

fn table() -> Table {
    Table {
        seats: HashMap::from([(person(1), Role::Chair), (person(2), Role::Professional)]),
        children: vec![ChildId(Uuid::from_u128(50))],
    }
}

pub fn first_change() -> Vec<u8> {
    let meeting = MeetingFacts {
        id: MeetingId(Uuid::from_u128(9)),
        kind: "core_group".into(),
        kind_name: "Core group".into(),
        title: "Core group".into(),
        starts_at: "2026-11-23T10:00:00Z".into(),
        place: String::new(),
        rule_pack: "core_group version 1".into(),
    };
    let sections = [SectionRule::plain(SECTION, "Worries")];
    let seats = [person(1), person(2)];
    let part = Part::main();
    let first =
        FirstChange { document: document_id(), part: &part, meeting: &meeting, sections: &sections, seats: &seats };
    document::create(&first).expect("the first change is made")
}

fn entry(n: u128, nature: Nature, text: &str) -> Entry {
    Entry {
        id: RowId(Uuid::from_u128(n)),
        pos: "a0".into(),
        text: text.into(),
        nature,
        source: "seen".into(),
        by: person(1),
        recorded_by: None,
        about: vec![ChildId(Uuid::from_u128(50))],
        tool: String::new(),
        scale: String::new(),
        attachment: None,
    }
}

/// The record's log, and changes that the room would let in next, each on its own: made once, since making them takes
/// longer than trying an input.
pub static LOG: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| Tab::open().log);
pub static HONEST: LazyLock<Vec<Vec<u8>>> = LazyLock::new(Tab::honest);

/// A tab of the chair's, with what was written in it so far.
struct Tab {
    doc: Automerge,
    log: Vec<Vec<u8>>,
}

impl Tab {
    /// A record with an entry, a decision and an action.
    fn open() -> Self {
        let first = first_change();
        let actor = ActorId::from(Uuid::from_u128(7).as_bytes().as_slice());
        let doc = document::open(None, [first.as_slice()]).expect("the first change opens").with_actor(actor);
        let mut tab = Self { doc, log: vec![first] };
        tab.edit(|tx| draft::entry(tx, SECTION, &entry(1, Nature::Fact, "Words")));
        tab.edit(|tx| {
            draft::decision(
                tx,
                &Decision {
                    id: RowId(Uuid::from_u128(2)),
                    pos: "a".into(),
                    child: ChildId(Uuid::from_u128(50)),
                    text: "Goes on".into(),
                    rationale: "Because".into(),
                    category: String::new(),
                    agreed: false,
                    outcome: String::new(),
                    threshold: String::new(),
                },
            )
        });
        tab.edit(|tx| draft::append(tx, SECTION, RowId(Uuid::from_u128(1)), " more"));
        tab
    }

    /// Makes a change; gives its bytes.
    fn edit(&mut self, edit: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>) -> Vec<u8> {
        let mut tx = self.doc.transaction();
        edit(&mut tx).expect("an honest edit");
        tx.commit();
        let bytes = self.doc.get_last_local_change().expect("a change").raw_bytes().to_vec();
        self.log.push(bytes.clone());
        bytes
    }

    fn honest() -> Vec<Vec<u8>> {
        let edits: [fn(&mut Transaction<'_>) -> Result<(), AutomergeError>; 4] = [
            |tx| draft::append(tx, SECTION, RowId(Uuid::from_u128(1)), "x"),
            |tx| draft::entry(tx, SECTION, &entry(5, Nature::View, "Own words 🙂")),
            |tx| {
                draft::action(
                    tx,
                    &Action {
                        id: RowId(Uuid::from_u128(6)),
                        pos: "b".into(),
                        outcome: "Calm".into(),
                        what: "Ring".into(),
                        owner: Some(person(2)),
                        due: "2026-12-01".into(),
                        measure: String::new(),
                        about: vec![],
                        status: ActionStatus::Open,
                        carried_from: None,
                    },
                )
            },
            |tx| draft::attendance(tx, person(2), minutes::record::AttendanceStatus::Present, "10:05"),
        ];
        edits.into_iter().map(|edit| Self::open().edit(edit)).collect()
    }
}

/// A room that holds the record, with the chair connected.
pub fn room(snapshot: Option<Snapshot>) -> Option<Room> {
    let held = snapshot.as_ref().map_or(0, |snapshot| usize::try_from(snapshot.count).unwrap_or(usize::MAX));
    let stored = StoredPart {
        document: document_id(),
        part: Part::main(),
        snapshot: snapshot.map(Arc::new),
        tail: LOG.iter().skip(held).map(|bytes| bytes.as_slice().into()).collect(),
        owners: owners(),
    };
    let part = LivePart::open(stored).ok()?;
    let mut room = Room::new(vec![part], table(), MeetingState::Open);
    room.handle(Event::Joined { peer: PEER, writer: writer() });
    Some(room)
}

fn owners() -> document::Owners {
    let actor = Uuid::from_u128(7).as_bytes().to_vec();
    BTreeMap::from([(actor, (writer().person, writer().session))])
}

/// What the room wanted stored.
pub fn stored(effects: Vec<Effect>) -> Vec<NewChanges> {
    effects
        .into_iter()
        .flat_map(|effect| if let Effect::Store { changes, .. } = effect { changes } else { Vec::new() })
        .collect()
}

/// Whatever was let in must make a document that can be saved and loaded, with every change as it came.
pub fn must_not_poison(room: &Room) {
    let material = &room.materials()[0];
    let doc = material.open().expect("what was let in applies");
    let saved = doc.save();
    let loaded = Automerge::load(&saved).expect("what was let in loads again");
    assert_eq!(loaded.get_heads(), doc.get_heads());
    for change in loaded.get_changes(&[]) {
        assert!(doc.get_change_by_hash(&change.hash()).is_some());
    }
    material.snapshot().expect("what was let in makes a snapshot");
}

/// A change chunk around a body, with its length and its checksum right: the fuzzer need not guess those.
pub fn framed(body: &[u8]) -> Vec<u8> {
    let mut rest = vec![1];
    let mut length = body.len();
    while length >= 0x80 {
        rest.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    rest.push(length as u8);
    rest.extend_from_slice(body);
    let checksum = Sha256::digest(&rest);
    [&MAGIC[..], &checksum[..4], &rest].concat()
}

/// The body of a change chunk.
pub fn body(chunk: &[u8]) -> &[u8] {
    let after_kind = &chunk[9..];
    let length_bytes = after_kind.iter().position(|byte| byte & 0x80 == 0).expect("a length") + 1;
    &after_kind[length_bytes..]
}
