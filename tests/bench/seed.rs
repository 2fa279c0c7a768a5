//! A partnership with meetings, people signed in and tickets made out, put straight into a database: thousands of sign-ins
//! over HTTP would take longer than what is measured. This file alone touches the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use minutes::canonical::sha256_hex;
use minutes::document::{self, FirstChange, Owners, Snapshot};
use minutes::ids::{AgencyId, ChildId, DocumentId, MeetingId, PersonId, SessionId};
use minutes::record::{MeetingFacts, Part, Role};
use minutes::room::{NewChange, NewChanges};
use minutes::rules::RulePack;
use server::store::actors::NewActor;
use server::store::{self, Store, StoreError};
use uuid::Uuid;

use crate::Outcome;
use crate::keystroke::Hash;
use crate::record::{self, Row};
use crate::time::pause;
use crate::typist::{self, Made, Writer};

const RULES: &str = include_str!("../../config/rules/core_group.toml");
const DAY: i64 = 24 * 60 * 60 * 1000;
/// How many of a meeting's people wrote what is there already.
const WRITERS: usize = 8;
/// Changes to a transaction, so that a long record is not one.
const AT_A_TIME: usize = 20_000;
/// Changes that were stored together, while it was written.
const TOGETHER: usize = 4;

/// What a workload needs.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub meetings: usize,
    /// In each meeting; everybody sits in one meeting only.
    pub seats: usize,
    pub tickets: usize,
    /// How many changes each record holds beside the first.
    pub edits: usize,
}

pub struct Partnership {
    pub folder: PathBuf,
    pub meetings: Vec<Meeting>,
}

pub struct Meeting {
    pub id: MeetingId,
    pub document: DocumentId,
    pub seats: Vec<Seat>,
    /// Where the record as seeded ends.
    pub heads: Vec<Hash>,
    pub highest: u64,
}

pub struct Seat {
    person: PersonId,
    session: SessionId,
    /// One-use.
    pub tickets: Vec<String>,
    /// The entry this person is going to add.
    pub row: Row,
}

/// Makes up a partnership in an empty folder.
pub fn seed(folder: &Path, plan: Plan) -> Outcome<Partnership> {
    std::fs::create_dir_all(folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let meetings = runtime.block_on(async {
        let store = Store::open(&url(folder))?;
        let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
        let (agency, child) = (AgencyId(Uuid::new_v4()), ChildId(Uuid::new_v4()));
        write(&store, move |conn| agency_and_child(conn, agency, child)).await?;
        let mut meetings = Vec::new();
        for _ in 0..plan.meetings {
            meetings.push(meeting(&store, plan, agency, child, now).await?);
        }
        Ok::<_, Box<dyn std::error::Error>>(meetings)
    })?;
    drop(runtime);
    settle(folder)?;
    Ok(Partnership { folder: folder.to_owned(), meetings })
}

pub fn url(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("accord.db").display())
}

/// The last connection folds SQLite's log into the database when it closes, on a thread of its own.
fn settle(folder: &Path) -> Outcome<()> {
    let log = folder.join("accord.db-wal");
    for _ in 0..1_000 {
        if !log.exists() {
            return Ok(());
        }
        pause(Duration::from_millis(10));
    }
    Err("the seeded database was not closed".into())
}

async fn write(
    store: &Store,
    work: impl FnOnce(&mut store::Connection) -> Result<(), StoreError> + Send + 'static,
) -> Outcome<()> {
    store.write(work).await.map_err(Into::into)
}

fn agency_and_child(conn: &mut store::Connection, agency: AgencyId, child: ChildId) -> Result<(), StoreError> {
    let agency = store::agencies::Agency {
        id: agency,
        name: "Northmoor Children's Social Care".to_owned(),
        short_name: "Social care".to_owned(),
        kind: "social_care".to_owned(),
        secure_email: true,
        filing_policy: store::agencies::FilingPolicy::Full,
    };
    store::agencies::insert_many(conn, vec![agency])?;
    let child = store::children::Child { id: child, name: "Child One".to_owned(), date_of_birth: None, address: None };
    store::children::insert(conn, child)
}

/// One meeting with its people, and its record written.
async fn meeting(store: &Store, plan: Plan, agency: AgencyId, child: ChildId, now: i64) -> Outcome<Meeting> {
    let pack: RulePack = toml::from_str(RULES)?;
    let (id, document) = (MeetingId(Uuid::new_v4()), DocumentId(Uuid::new_v4()));
    let people: Vec<(PersonId, SessionId)> =
        (0..plan.seats).map(|_| (PersonId(Uuid::new_v4()), SessionId(Uuid::new_v4()))).collect();
    let facts = MeetingFacts {
        id,
        kind: pack.kind.clone(),
        kind_name: pack.name.clone(),
        title: pack.default_title.clone(),
        starts_at: server::clock::rfc3339(now),
        place: String::new(),
        rule_pack: format!("{} version {}", pack.kind, pack.version),
    };
    let seated: Vec<PersonId> = people.iter().map(|(person, _)| *person).collect();
    let part = Part::main();
    let first = FirstChange { document, part: &part, meeting: &facts, sections: &pack.sections, seats: &seated };
    let first = document::create(&first)?;
    let mut doc = document::open(None, [first.as_slice()])?;

    let writers: Vec<Writer> = people
        .iter()
        .take(WRITERS)
        .map(|(person, session)| Writer { person: *person, session: *session, actor: *Uuid::new_v4().as_bytes() })
        .collect();
    let seconds = now / 1000;
    let made = typist::type_record(&mut doc, &writers, plan.edits, seconds - DAY / 1000)?;
    let seats = people
        .iter()
        .map(|(person, session)| {
            let tickets = (0..plan.tickets).map(|_| Uuid::new_v4().simple().to_string()).collect();
            Ok(Seat { person: *person, session: *session, tickets, row: record::row(&doc, *person, seconds)? })
        })
        .collect::<Outcome<Vec<Seat>>>()?;

    let new = new_meeting(&facts, &pack, document, child, &seats, agency, now)?;
    let tickets = tickets(id, &seats, now);
    let (maker, made_first) = (Writer { person: people[0].0, session: people[0].1, actor: [0; 16] }, first.clone());
    write(store, move |conn| {
        people_with_sessions(conn, &people, agency, now)?;
        store::meetings::create(conn, new)?;
        let changes = [stretch(document, 0, std::iter::once((maker, made_first)))];
        store::changes::append(conn, store::changes::Batch { actors: &[], changes: &changes, received_at: now })?;
        tickets.into_iter().try_for_each(|ticket| store::sync_tickets::issue(conn, ticket))
    })
    .await?;
    let (heads, highest) = (record::heads(&doc), record::highest(&doc));
    if plan.edits > 0 {
        store_record(store, document, first, writers, made, now).await?;
    }
    Ok(Meeting { id, document, seats, heads, highest })
}

fn new_meeting(
    facts: &MeetingFacts,
    pack: &RulePack,
    document: DocumentId,
    child: ChildId,
    seats: &[Seat],
    agency: AgencyId,
    now: i64,
) -> Outcome<store::meetings::NewMeeting> {
    let chair = seats.first().ok_or("a meeting of nobody")?.person;
    let role = |person: PersonId| if person == chair { Role::Chair } else { Role::Professional };
    let seats = seats.iter().map(|seat| store::meetings::NewSeat {
        person: seat.person,
        role: role(seat.person),
        title: "Social worker".to_owned(),
        agency: Some(agency),
    });
    Ok(store::meetings::NewMeeting {
        id: facts.id,
        kind: facts.kind.clone(),
        title: facts.title.clone(),
        starts_at: now,
        place: facts.place.clone(),
        pack: pack.clone(),
        created_at: now,
        created_by: chair,
        children: vec![child],
        seats: seats.collect(),
        documents: vec![(document, Part::main())],
    })
}

fn people_with_sessions(
    conn: &mut store::Connection,
    people: &[(PersonId, SessionId)],
    agency: AgencyId,
    now: i64,
) -> Result<(), StoreError> {
    let rows = people.iter().map(|(id, _)| store::people::Person {
        id: *id,
        name: "Some Body".to_owned(),
        role: Role::Professional,
        title: "Social worker".to_owned(),
        agency_id: Some(agency),
        email: None,
        phone: None,
        address: None,
        password_hash: None,
        delivery: store::people::Channel::ByHand,
        created_at: now,
    });
    store::people::insert_many(conn, rows.collect())?;
    people.iter().try_for_each(|(person, session)| store::sessions::start(conn, *session, *person, now, now + DAY))
}

fn tickets(meeting: MeetingId, seats: &[Seat], now: i64) -> Vec<store::sync_tickets::Ticket> {
    let ticket = |session: SessionId, token: &String| store::sync_tickets::Ticket {
        token_sha256: sha256_hex(token.as_bytes()),
        session_id: session,
        meeting_id: meeting,
        expires_at: now + DAY,
    };
    seats.iter().flat_map(|seat| seat.tickets.iter().map(|token| ticket(seat.session, token))).collect()
}

/// A stretch of a record's log.
fn stretch(document: DocumentId, after: u64, made: impl Iterator<Item = (Writer, Vec<u8>)>) -> NewChanges {
    let change = |(writer, bytes): (Writer, Vec<u8>)| NewChange {
        person: writer.person,
        session: writer.session,
        bytes: bytes.into(),
    };
    NewChanges { document, after, changes: made.map(change).collect() }
}

async fn append(store: &Store, actors: Vec<NewActor>, changes: Vec<NewChanges>, now: i64) -> Outcome<()> {
    write(store, move |conn| {
        let batch = store::changes::Batch { actors: &actors, changes: &changes, received_at: now };
        store::changes::append(conn, batch)
    })
    .await
}

/// The log of a record and, as a server that nobody writes on for a while leaves it, the snapshot.
async fn store_record(
    store: &Store,
    document: DocumentId,
    first: Vec<u8>,
    writers: Vec<Writer>,
    made: Vec<Made>,
    now: i64,
) -> Outcome<()> {
    let owners: Owners = writers.iter().map(|one| (one.actor.to_vec(), (one.person, one.session))).collect();
    let actors = writers.into_iter().map(|Writer { person, session, actor }| NewActor {
        document,
        actor: actor.to_vec(),
        person,
        session,
        first_seen: now,
    });
    append(store, actors.collect(), Vec::new(), now).await?;
    let log: Vec<Arc<[u8]>> =
        std::iter::once(first.into()).chain(made.iter().map(|made| made.bytes.as_slice().into())).collect();
    let mut stretches = Vec::new();
    let mut after = 1;
    let mut made = made.into_iter().peekable();
    while made.peek().is_some() {
        let some = made.by_ref().take(TOGETHER).map(|made| (made.writer, made.bytes));
        let stretch = stretch(document, after, some);
        after += stretch.changes.len() as u64;
        stretches.push(stretch);
    }
    for some in stretches.chunks(AT_A_TIME / TOGETHER) {
        append(store, Vec::new(), some.to_vec(), now).await?;
    }
    let snapshot = Snapshot::take(None, &log, &owners)?;
    write(store, move |conn| store::snapshots::save(conn, document, &snapshot, now)).await
}
