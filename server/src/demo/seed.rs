//! Making up the partnership and its meetings, through the same doors everybody else uses.

use std::collections::BTreeMap;
use std::str::FromStr;

use automerge::{ActorId, Automerge};
use jiff::ToSpan;
use jiff::tz::TimeZone;
use minutes::change::Writer;
use minutes::document::{self, draft};
use minutes::ids::{AgencyId, ChildId, DocumentId, MeetingId, PersonId, RowId};
use minutes::lifecycle::Answers;
use minutes::record::{Action, ActionStatus, AttendanceStatus, Decision, Entry, Part};
use uuid::Uuid;

use super::people::{AGENCIES, CHILDREN, MadeUpPerson, PASSWORD, PEOPLE, email};
use super::record::{ACTIONS, BEFORE, DECISIONS, NOW, Said};
use crate::store;
use crate::workflow::create_meeting::{Draft, Invitee, create_meeting};
use crate::workflow::{Actor, App, Error, lock_record, seat, sign_in, sign_out};

/// Agencies, people with their passwords, and children.
pub(super) async fn people(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let agencies: BTreeMap<&str, AgencyId> =
        AGENCIES.iter().map(|agency| (agency.key, AgencyId(Uuid::new_v4()))).collect();
    let rows: Vec<store::agencies::Agency> = AGENCIES
        .iter()
        .map(|agency| store::agencies::Agency {
            id: agencies[agency.key],
            name: agency.name.to_owned(),
            short_name: agency.short_name.to_owned(),
            kind: agency.kind.to_owned(),
            secure_email: agency.secure_email,
            filing_policy: store::agencies::FilingPolicy::parse(agency.policy)
                .unwrap_or(store::agencies::FilingPolicy::Full),
        })
        .collect();
    let mut people = Vec::new();
    for person in PEOPLE {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        people.push(store::people::Person {
            id: PersonId(Uuid::new_v4()),
            name: person.name.to_owned(),
            role: person.role,
            title: person.title.to_owned(),
            agency_id: agencies.get(person.agency).copied(),
            email: Some(email(person)),
            phone: some(person.phone),
            address: some(person.address),
            password_hash: Some(sign_in::hash_password(PASSWORD)?),
            delivery: if person.by_hand { store::people::Channel::ByHand } else { store::people::Channel::Email },
            created_at: now,
        });
    }
    let children = CHILDREN.iter().map(|(name, born)| store::children::Child {
        id: ChildId(Uuid::new_v4()),
        name: (*name).to_owned(),
        date_of_birth: Some((*born).to_owned()),
        address: Some(PEOPLE[7].address.to_owned()),
    });
    let children: Vec<_> = children.collect();
    app.store
        .write(move |conn| {
            store::agencies::insert_many(conn, rows)?;
            store::people::insert_many(conn, people)?;
            Ok::<(), Error>(store::children::insert_many(conn, children)?)
        })
        .await
}

/// The core group four weeks ago: written, locked, sent and filed.
pub(super) async fn finished_meeting(app: &App) -> Result<(), Error> {
    let mut table = Table::set(app, "Core group 2").await?;
    table.everybody_arrives().await?;
    table.say(BEFORE).await?;
    table.decide_and_plan().await?;
    let chair = seat::take(app, table.actor("ruth").clone(), table.meeting).await?;
    lock_record::lock_record(app, &chair, &Answers { warnings_seen: true, ..Answers::default() }).await?;
    table.leave().await
}

/// The core group of today: most of it written, not yet locked.
pub(super) async fn meeting_under_way(app: &App) -> Result<(), Error> {
    let mut table = Table::set(app, "Core group 3").await?;
    table.everybody_arrives().await?;
    table.say(NOW).await?;
    table.decide_and_plan().await?;
    table.leave().await
}

/// A meeting with everybody signed in, each with a device of their own.
struct Table<'a> {
    app: &'a App,
    meeting: MeetingId,
    actors: BTreeMap<&'static str, Actor>,
    children: Vec<ChildId>,
    documents: BTreeMap<Part, (DocumentId, Automerge)>,
    devices: BTreeMap<(&'static str, Part), ActorId>,
    rows: u32,
}

impl<'a> Table<'a> {
    async fn set(app: &'a App, title: &str) -> Result<Self, Error> {
        let mut actors = BTreeMap::new();
        for person in seated() {
            actors.insert(person.key, sign_in::sign_in(app, email(person), PASSWORD.to_owned()).await?);
        }
        let (known, zone) = (app.store.read(|conn| Ok::<_, Error>(store::children::list(conn)?)).await?, london()?);
        // In the order of the list above, not of the alphabet.
        let of_name = |name: &str| known.iter().find(|child| child.name == name).map(|child| child.id);
        let children: Vec<ChildId> = CHILDREN.iter().filter_map(|(name, _)| of_name(name)).collect();
        let today = moment(app)?.to_zoned_datetime(zone).date();
        let draft = Draft {
            kind: "core_group".to_owned(),
            title: title.to_owned(),
            date: today.to_string(),
            time: "10:00".to_owned(),
            place: "Family room, Hillside Primary School".to_owned(),
            children: children.clone(),
            invitees: seated().map(|person| Invitee { person: actors[person.key].person, role: person.role }).collect(),
            ..Draft::default()
        };
        let meeting = create_meeting(app, &actors["ruth"], draft).await?;
        let documents = app
            .store
            .read(move |conn| {
                let mut documents = BTreeMap::new();
                for stored in store::documents::for_meeting(conn, meeting)? {
                    let changes = store::changes::load_after(conn, stored.id, 0)?;
                    let doc = document::open(None, changes.iter().map(Vec::as_slice))
                        .map_err(|_| Error::Broken("a new document does not open"))?;
                    documents.insert(stored.part, (stored.id, doc));
                }
                Ok::<_, Error>(documents)
            })
            .await?;
        Ok(Self { app, meeting, actors, children, documents, devices: BTreeMap::new(), rows: 0 })
    }

    fn actor(&self, key: &str) -> &Actor {
        &self.actors[key]
    }

    fn person(&self, key: &str) -> PersonId {
        self.actors[key].person
    }

    async fn everybody_arrives(&mut self) -> Result<(), Error> {
        let arrivals: Vec<PersonId> = seated().map(|person| self.person(person.key)).collect();
        self.edit("alan", Part::main(), |tx| {
            arrivals.iter().try_for_each(|person| draft::attendance(tx, *person, AttendanceStatus::Present, "10:00"))
        })
        .await
    }

    async fn say(&mut self, statements: &[Said]) -> Result<(), Error> {
        for said in statements {
            let entry = Entry {
                tool: said.tool.to_owned(),
                scale: String::new(),
                attachment: None,
                id: RowId(Uuid::new_v4()),
                pos: self.next_place(),
                text: said.text.to_owned(),
                nature: said.nature,
                source: said.source.to_owned(),
                by: self.person(said.by),
                recorded_by: None,
                about: self.some(said.about),
            };
            self.edit(said.by, said.part(), |tx| draft::entry(tx, said.section, &entry)).await?;
        }
        Ok(())
    }

    async fn decide_and_plan(&mut self) -> Result<(), Error> {
        for (child, text, rationale) in DECISIONS {
            let decision = Decision {
                outcome: String::new(),
                threshold: String::new(),
                id: RowId(Uuid::new_v4()),
                pos: self.next_place(),
                child: self.children[*child],
                text: (*text).to_owned(),
                rationale: (*rationale).to_owned(),
                category: "Emotional abuse".to_owned(),
                agreed: true,
            };
            self.edit("ruth", Part::main(), |tx| draft::decision(tx, &decision)).await?;
        }
        let today = moment(self.app)?.to_zoned_datetime(london()?).date();
        for to_do in ACTIONS {
            let due = today.checked_add(to_do.due.days()).map_err(|_| Error::Broken("a date"))?;
            let action = Action {
                carried_from: None,
                id: RowId(Uuid::new_v4()),
                pos: self.next_place(),
                outcome: to_do.outcome.to_owned(),
                what: to_do.what.to_owned(),
                owner: Some(self.person(to_do.owner)),
                due: due.to_string(),
                measure: to_do.measure.to_owned(),
                about: self.some(to_do.about),
                status: ActionStatus::Open,
            };
            self.edit("sam", Part::main(), |tx| draft::action(tx, &action)).await?;
        }
        Ok(())
    }

    fn some(&self, about: &[usize]) -> Vec<ChildId> {
        about.iter().map(|at| self.children[*at]).collect()
    }

    fn next_place(&mut self) -> String {
        self.rows += 1;
        format!("a{:03}V", self.rows)
    }

    /// One change by one person on their own device, through the gate like any other.
    async fn edit(
        &mut self,
        who: &'static str,
        part: Part,
        write: impl FnOnce(&mut automerge::transaction::Transaction<'_>) -> Result<(), automerge::AutomergeError>,
    ) -> Result<(), Error> {
        let device = self
            .devices
            .entry((who, part.clone()))
            .or_insert_with(|| ActorId::from(Uuid::new_v4().as_bytes().as_slice()))
            .clone();
        let made_up = seated().find(|person| person.key == who).ok_or(Error::Broken("nobody of that name"))?;
        let actor = &self.actors[who];
        let writer = Writer {
            person: actor.person,
            session: actor.session,
            standing: minutes::access::Standing::Seated(made_up.role),
            agency: actor.agency,
        };
        let (document, doc) = self.documents.get_mut(&part).ok_or(Error::Broken("no such part"))?;
        doc.set_actor(device);
        let mut tx = doc.transaction();
        write(&mut tx).map_err(|_| Error::Broken("a made-up change can't be made"))?;
        tx.commit();
        let change = doc.get_last_local_change().ok_or(Error::Broken("a made-up change is empty"))?;
        let bytes = change.raw_bytes().to_vec();
        Ok(self.app.live.submit(self.meeting, writer, *document, vec![bytes]).await?)
    }

    async fn leave(self) -> Result<(), Error> {
        for actor in self.actors.values() {
            sign_out::sign_out(self.app, actor).await?;
        }
        Ok(())
    }
}

fn seated() -> impl Iterator<Item = &'static MadeUpPerson> {
    PEOPLE.iter().filter(|person| person.seated)
}

fn london() -> Result<TimeZone, Error> {
    TimeZone::get("Europe/London").map_err(|_| Error::Broken("no time zone data"))
}

fn moment(app: &App) -> Result<jiff::Timestamp, Error> {
    jiff::Timestamp::from_str(&crate::clock::rfc3339(app.clock.now())).map_err(|_| Error::Broken("the clock"))
}
