//! A world around the room: people with real documents, a store that may fail to hear that it has stored, connections that
//! break with what is on its way, slow ones, snapshots and repairs that come late. What must hold at every moment is
//! checked where it happens.

use std::collections::HashSet;

use automerge::Change;

use super::deeds::{Deed, perform};
use super::forge::actor;
use super::*;
use crate::document::{Owners, Snapshot};

pub(super) const PEOPLE: [u128; 5] = [CHAIR, POLICE, MOTHER, MINUTES, MANAGER];

pub(super) struct World {
    pub(super) tabs: Vec<Page>,
    pub(super) store: Store,
    /// None while the server is down.
    room: Option<Room>,
    storing: Option<Storing>,
    repairs: VecDeque<(PeerId, Material, Vec<u8>)>,
    snapshots: VecDeque<Material>,
    frozen: bool,
    /// Peers, actors and rows are named by counting.
    named: u64,
}

/// What outlives a crash.
pub(super) struct Store {
    pub(super) log: Vec<Arc<[u8]>>,
    hashes: HashSet<automerge::ChangeHash>,
    pub(super) owners: Owners,
    pub(super) snapshot: Option<Arc<Snapshot>>,
}

struct Storing {
    actors: Vec<NewActor>,
    changes: Vec<NewChanges>,
    durable: bool,
}

/// Somebody's page.
pub(super) struct Page {
    who: u128,
    pub(super) doc: Automerge,
    state: State,
    line: Option<Line>,
    /// Sent last, perhaps to be sent again.
    last: Option<Vec<u8>>,
}

/// A connection: what is on its way.
struct Line {
    peer: PeerId,
    up: VecDeque<Vec<u8>>,
    down: VecDeque<Arc<[u8]>>,
    /// How many messages wait before no more are taken.
    room: usize,
    behind: bool,
}

/// One thing that happens.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Do {
        page: usize,
        deed: Deed,
    },
    /// The oldest message of a page reaches the server; the other way round.
    Up(usize),
    Down(usize),
    /// All that is on its way arrives, as far as it does.
    Calm,
    Break(usize),
    /// What the page remembers of the exchange so far is kept, as far as the library keeps it, or not.
    Connect {
        page: usize,
        kept: bool,
        room: usize,
    },
    /// The page is loaded anew: what was not stored is lost.
    Reload(usize),
    SendAgain(usize),
    Commit,
    Heard,
    Crash,
    Open {
        with_snapshot: bool,
    },
    BeginSnapshot,
    FinishSnapshot,
    Repair,
    Freeze,
    Thaw,
}

impl World {
    pub(super) fn new(people: usize) -> Self {
        let meeting = meeting();
        let first: Arc<[u8]> = meeting.first[&MAIN].as_slice().into();
        let hashes = HashSet::from([Change::try_from(first.as_ref()).unwrap().hash()]);
        let store = Store { log: vec![first], hashes, owners: Owners::new(), snapshot: None };
        let mut world = Self {
            tabs: Vec::new(),
            store,
            room: None,
            storing: None,
            repairs: VecDeque::new(),
            snapshots: VecDeque::new(),
            frozen: false,
            named: 1000,
        };
        world.open(false);
        for who in &PEOPLE[..people] {
            let doc = world.empty();
            world.tabs.push(Page { who: *who, doc, state: State::new(), line: None, last: None });
            world.step(&Step::Connect { page: world.tabs.len() - 1, kept: false, room: 256 });
        }
        world.step(&Step::Calm);
        world
    }

    fn name(&mut self) -> u64 {
        self.named += 1;
        self.named
    }

    fn empty(&mut self) -> Automerge {
        document::open(None, []).unwrap().with_actor(actor(self.name().into()))
    }

    pub(super) fn step(&mut self, step: &Step) {
        match step {
            Step::Do { page, deed } => {
                let fresh = self.name().into();
                if let Some(page) = self.page(*page)
                    && perform(&mut page.doc, page.who, *deed, fresh)
                {
                    page.say();
                }
            }
            Step::Up(page) => drop(self.up(*page)),
            Step::Down(page) => drop(self.down(*page)),
            Step::Calm => assert!((0..500).any(|_| !self.something_arrives()), "they never come to rest"),
            Step::Break(page) => self.hang_up(*page),
            Step::Connect { page, kept, room } => self.connect(*page, *kept, *room),
            Step::Reload(page) => self.reload(*page),
            Step::SendAgain(page) => {
                if let Some(page) = self.page(*page)
                    && let (Some(line), Some(last)) = (&mut page.line, &page.last)
                {
                    line.up.push_back(last.clone());
                }
            }
            Step::Commit => self.commit(),
            Step::Heard => drop(self.heard()),
            Step::Crash => self.crash(),
            Step::Open { with_snapshot } => {
                if self.room.is_none() {
                    self.open(*with_snapshot);
                }
            }
            Step::BeginSnapshot => {
                if let Some(room) = &self.room {
                    self.snapshots.extend(room.tails(1));
                }
            }
            Step::FinishSnapshot => self.finish_snapshot(),
            Step::Repair => drop(self.repair()),
            Step::Freeze => {
                self.frozen |= self.room.is_some();
                self.tell(Event::Freeze);
            }
            Step::Thaw => {
                self.frozen = false;
                self.tell(Event::Thaw);
            }
        }
    }

    fn page(&mut self, n: usize) -> Option<&mut Page> {
        let among = self.tabs.len();
        self.tabs.get_mut(n % among)
    }

    /// Everything that can happen without anybody doing anything happens, one after the other.
    fn something_arrives(&mut self) -> bool {
        let pages = 0..self.tabs.len();
        let (mut up, mut down) = (false, false);
        for page in pages {
            up |= self.up(page);
            down |= self.down(page);
        }
        self.commit();
        up | down | self.heard() | self.repair()
    }

    fn up(&mut self, page: usize) -> bool {
        let Some((peer, data)) = self
            .page(page)
            .and_then(|page| page.line.as_mut())
            .and_then(|line| Some((line.peer, line.up.pop_front()?)))
        else {
            return false;
        };
        self.tell(Event::Sync { peer, document: document_id(MAIN), data });
        true
    }

    fn down(&mut self, page: usize) -> bool {
        let Some(page) = self.page(page) else { return false };
        let Some(line) = &mut page.line else { return false };
        let Some(data) = line.down.pop_front() else { return false };
        let caught_up = line.behind && line.down.is_empty();
        line.behind &= !caught_up;
        let peer = line.peer;
        page.doc.receive_sync_message(&mut page.state, Message::decode(&data).unwrap()).unwrap();
        page.say();
        if caught_up {
            self.tell(Event::Drained { peer });
        }
        true
    }

    fn hang_up(&mut self, page: usize) {
        if let Some(line) = self.page(page).and_then(|page| page.line.take()) {
            self.tell(Event::Left { peer: line.peer });
        }
    }

    fn connect(&mut self, page: usize, kept: bool, room: usize) {
        if self.room.is_none() {
            return;
        }
        let peer = PeerId(self.name());
        self.hang_up(page);
        let Some(page) = self.page(page) else { return };
        page.state = if kept { State::decode(&page.state.encode()).unwrap() } else { State::new() };
        page.line = Some(Line { peer, up: VecDeque::new(), down: VecDeque::new(), room, behind: false });
        let joined = Event::Joined { peer, writer: writer(page.who) };
        page.say();
        self.tell(joined);
    }

    fn reload(&mut self, page: usize) {
        self.hang_up(page);
        let doc = self.empty();
        if let Some(page) = self.page(page) {
            (page.doc, page.state, page.last) = (doc, State::new(), None);
        }
    }

    fn commit(&mut self) {
        let Some(storing) = self.storing.as_mut().filter(|storing| !storing.durable) else { return };
        storing.durable = true;
        for new in &storing.actors {
            let known = self.store.owners.insert(new.actor.clone(), (new.person, new.session));
            assert_eq!(known, None, "an actor is registered once");
        }
        for new in &storing.changes {
            assert_eq!(new.after, self.store.log.len() as u64, "a batch follows on what is stored");
            for change in &new.changes {
                let read = Change::try_from(change.bytes.as_ref()).unwrap();
                assert!(
                    read.deps().iter().all(|dep| self.store.hashes.contains(dep)),
                    "stored before what it builds on"
                );
                assert!(self.store.hashes.insert(read.hash()), "stored twice");
                let owner = self.store.owners.get(read.actor_id().to_bytes());
                assert_eq!(owner, Some(&(change.person, change.session)), "stored as somebody else's");
                self.store.log.push(change.bytes.clone());
            }
        }
    }

    /// The room hears that its batch is durable.
    fn heard(&mut self) -> bool {
        let durable = self.storing.as_ref().is_some_and(|storing| storing.durable);
        if durable {
            self.storing = None;
            self.tell(Event::Stored);
        }
        durable
    }

    fn crash(&mut self) {
        (self.room, self.storing, self.frozen) = (None, None, false);
        self.repairs.clear();
        for page in &mut self.tabs {
            page.line = None;
        }
    }

    fn open(&mut self, with_snapshot: bool) {
        self.room = Some(self.store.room(with_snapshot));
    }

    fn finish_snapshot(&mut self) {
        let Some(material) = self.snapshots.pop_front() else { return };
        let snapshot = Arc::new(material.snapshot().unwrap());
        if self.store.snapshot.as_ref().is_none_or(|kept| kept.count < snapshot.count) {
            self.store.snapshot = Some(snapshot.clone());
        }
        self.tell(Event::Compacted { document: document_id(MAIN), snapshot });
    }

    fn repair(&mut self) -> bool {
        let Some((peer, material, message)) = self.repairs.pop_front() else { return false };
        let changes = material.repair(&message).unwrap();
        self.tell(Event::Repaired { peer, document: document_id(MAIN), changes });
        true
    }

    /// Lets the room know, and does what it asks.
    fn tell(&mut self, event: Event) {
        let Some(room) = &mut self.room else { return };
        for effect in room.handle(event) {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Send { to, since, data, .. } => {
                self.is_stored(&data);
                to.iter().for_each(|peer| self.send(*peer, since, &data));
            }
            Effect::Store { actors, changes } => {
                assert!(self.storing.is_none(), "one batch at a time");
                self.storing = Some(Storing { actors, changes, durable: false });
            }
            Effect::Repair { peer, material, message } => self.repairs.push_back((peer, material, message)),
            // Two people removed one entry, or one wrote in what the other removed: the page is loaded anew.
            Effect::Refuse { peer, refusal, .. } => {
                let removed =
                    [Refusal::OutsideSchema("it has been removed"), Refusal::OutsideSchema("it is removed already")];
                assert!(removed.contains(&refusal), "{refusal:?}");
                let at = self.tabs.iter().position(|page| page.line.as_ref().is_some_and(|line| line.peer == peer));
                let at = at.unwrap();
                self.tabs[at].line = None;
                self.reload(at);
            }
            Effect::Frozen { parts } => {
                assert!(self.storing.is_none() && self.frozen, "frozen while something is on its way");
                assert_eq!(parts[0].count, self.store.log.len() as u64);
            }
            Effect::Roster { .. } | Effect::Announce(_) => {}
            other => panic!("{other:?}"),
        }
    }

    fn send(&mut self, peer: PeerId, since: u64, data: &Arc<[u8]>) {
        let line = self.tabs.iter_mut().filter_map(|page| page.line.as_mut()).find(|line| line.peer == peer);
        let Some(line) = line else { return };
        if !line.behind && line.down.len() < line.room {
            return line.down.push_back(data.clone());
        }
        line.behind = true;
        let room = self.room.as_mut().unwrap();
        let effects = room.handle(Event::Undelivered { peer, document: document_id(MAIN), since });
        assert!(effects.is_empty(), "nobody would perform {effects:?}");
    }

    /// Nothing that is not stored is told to anybody.
    fn is_stored(&self, data: &[u8]) {
        let message = Message::decode(data).unwrap();
        assert!(message.heads.iter().all(|head| self.store.hashes.contains(head)), "heads that are not stored");
        for bytes in message.changes.iter() {
            match Change::try_from(bytes) {
                Ok(change) => assert!(self.store.hashes.contains(&change.hash()), "a change that is not stored"),
                Err(_) => {
                    let told = document::open(Some(bytes), []).unwrap().get_heads();
                    assert!(told.iter().all(|head| self.store.hashes.contains(head)), "a document that is not stored");
                }
            }
        }
    }

    /// Everybody comes back who is gone, and all that is on its way arrives.
    pub(super) fn heal(&mut self) {
        self.step(&Step::Open { with_snapshot: true });
        self.step(&Step::Thaw);
        loop {
            for page in 0..self.tabs.len() {
                if self.tabs[page].line.is_none() {
                    self.connect(page, true, 256);
                }
            }
            self.step(&Step::Calm);
            // Whose change was refused is gone again, and comes back with nothing.
            if self.tabs.iter().all(|page| page.line.is_some()) {
                return;
            }
        }
    }

    /// The room, when all is done.
    pub(super) fn into_room(self) -> (Room, Store) {
        (self.room.unwrap(), self.store)
    }
}

impl Store {
    pub(super) fn room(&self, with_snapshot: bool) -> Room {
        let snapshot = self.snapshot.clone().filter(|_| with_snapshot);
        let held = snapshot.as_ref().map_or(0, |snapshot| usize::try_from(snapshot.count).unwrap());
        let (tail, owners) = (self.log[held..].to_vec(), self.owners.clone());
        let stored = StoredPart { document: document_id(MAIN), part: Part::main(), snapshot, tail, owners };
        let table = Table {
            seats: PEOPLE.map(|n| (person(n), role(n))).into(),
            children: vec![ChildId(Uuid::from_u128(CHILD))],
        };
        Room::new(vec![LivePart::open(stored).unwrap()], table, MeetingState::Open)
    }
}

impl Page {
    /// What the library has to say, once for each thing that happens, as the stock client does.
    fn say(&mut self) {
        let Some(line) = &mut self.line else { return };
        if let Some(message) = self.doc.generate_sync_message(&mut self.state) {
            let data = message.encode();
            self.last = Some(data.clone());
            line.up.push_back(data);
        }
    }
}
