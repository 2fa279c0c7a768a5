//! A small partnership with one open meeting, for tests to begin with.

use minutes::edition::EditionKind;
use minutes::ids::{AgencyId, ChildId, DeliveryId, DocumentId, EditionId, MeetingId, PersonId, RecordId, SessionId};
use minutes::record::{Part, Role};
use minutes::room::{NewChange, NewChanges};
use minutes::rules::{RulePack, SectionRule};
use server::store::actors::NewActor;
use server::store::agencies::{Agency, FilingPolicy};
use server::store::children::Child;
use server::store::deliveries::{NewDelivery, Template};
use server::store::editions::NewEdition;
use server::store::meetings::{NewMeeting, NewSeat};
use server::store::people::{Channel, Person};
use server::store::records::Record;
use server::store::{Append, agencies, children, editions, meetings, people, records, sessions};
use uuid::Uuid;

use super::database::Database;

/// When everything in the example happened.
pub(crate) const NOW: i64 = 1_795_600_000_000;

#[derive(Clone, Copy)]
pub(crate) struct Example {
    pub(crate) social_care: AgencyId,
    pub(crate) police: AgencyId,
    pub(crate) chair: PersonId,
    pub(crate) officer: PersonId,
    pub(crate) mother: PersonId,
    pub(crate) child: ChildId,
    pub(crate) meeting: MeetingId,
    pub(crate) main: DocumentId,
    pub(crate) professionals: DocumentId,
    pub(crate) session: SessionId,
    pub(crate) other_session: SessionId,
}

impl Example {
    pub(crate) async fn set_up(database: &Database) -> Self {
        let example = Self {
            social_care: AgencyId(Uuid::new_v4()),
            police: AgencyId(Uuid::new_v4()),
            chair: PersonId(Uuid::new_v4()),
            officer: PersonId(Uuid::new_v4()),
            mother: PersonId(Uuid::new_v4()),
            child: ChildId(Uuid::new_v4()),
            meeting: MeetingId(Uuid::new_v4()),
            main: DocumentId(Uuid::new_v4()),
            professionals: DocumentId(Uuid::new_v4()),
            session: SessionId(Uuid::new_v4()),
            other_session: SessionId(Uuid::new_v4()),
        };
        database
            .write(move |conn| {
                agencies::insert_many(conn, example.agencies())?;
                people::insert_many(conn, example.people())?;
                children::insert_many(conn, vec![example.child()])?;
                meetings::create(conn, example.meeting(example.meeting, example.main, example.professionals))?;
                sessions::start(conn, example.session, example.chair, NOW, NOW + 1000)?;
                sessions::start(conn, example.other_session, example.officer, NOW, NOW + 1000)
            })
            .await;
        example
    }

    pub(crate) fn agencies(&self) -> Vec<Agency> {
        let agency = |id, name: &str, kind: &str, filing_policy| Agency {
            id,
            name: name.to_owned(),
            short_name: name[..3].to_owned(),
            kind: kind.to_owned(),
            secure_email: kind == "police",
            filing_policy,
        };
        vec![
            agency(self.social_care, "Children's services", "social_care", FilingPolicy::Full),
            agency(self.police, "Police", "police", FilingPolicy::PlanSummary),
        ]
    }

    pub(crate) fn people(&self) -> Vec<Person> {
        let person = |id, name: &str, role, agency_id, email: Option<&str>| Person {
            id,
            name: name.to_owned(),
            role,
            title: format!("{name}'s title"),
            agency_id,
            email: email.map(str::to_owned),
            phone: Some("0123".to_owned()),
            address: None,
            password_hash: Some("a hash".to_owned()),
            delivery: if email.is_some() { Channel::Email } else { Channel::ByHand },
            created_at: NOW,
        };
        vec![
            person(self.chair, "Chair", Role::Chair, Some(self.social_care), Some("chair@a.test")),
            person(self.officer, "Officer", Role::Professional, Some(self.police), Some("officer@p.test")),
            person(self.mother, "Mother", Role::Family, None, None),
        ]
    }

    pub(crate) fn child(&self) -> Child {
        Child {
            id: self.child,
            name: "Žofie 👧".to_owned(),
            date_of_birth: Some("2019-02-28".to_owned()),
            address: Some("1 High Street".to_owned()),
        }
    }

    pub(crate) fn meeting(&self, id: MeetingId, main: DocumentId, professionals: DocumentId) -> NewMeeting {
        let seat = |person, role, agency| NewSeat { person, role, title: "as seated".to_owned(), agency };
        NewMeeting {
            id,
            kind: "core_group".to_owned(),
            title: "Core group".to_owned(),
            starts_at: NOW,
            place: "Room 1".to_owned(),
            pack: pack(),
            created_at: NOW,
            created_by: self.chair,
            children: vec![self.child],
            seats: vec![
                seat(self.chair, Role::Chair, Some(self.social_care)),
                seat(self.officer, Role::Professional, Some(self.police)),
                seat(self.mother, Role::Family, None),
            ],
            documents: vec![(main, Part::main()), (professionals, Part::professionals())],
        }
    }

    /// A second meeting of the same people; its main document.
    pub(crate) async fn another_meeting(&self, database: &Database) -> (MeetingId, DocumentId) {
        let (id, main) = (MeetingId(Uuid::new_v4()), DocumentId(Uuid::new_v4()));
        let new = self.meeting(id, main, DocumentId(Uuid::new_v4()));
        database.write(move |conn| meetings::create(conn, new)).await;
        (id, main)
    }

    /// Changes by the chair's session that say what is given, to come after the first `after` of a document.
    pub(crate) fn changes(&self, document: DocumentId, after: u64, said: &[&str]) -> NewChanges {
        let change = |words: &&str| NewChange { person: self.chair, session: self.session, bytes: chunk(words).into() };
        NewChanges { document, after, changes: said.iter().map(change).collect() }
    }

    /// The same as a request to the writer.
    pub(crate) fn append(&self, document: DocumentId, after: u64, said: &[&str]) -> Append {
        Append { actors: vec![], changes: vec![self.changes(document, after, said)], received_at: NOW + 1 }
    }

    pub(crate) fn actor(&self, document: DocumentId, actor: u8) -> NewActor {
        NewActor { document, actor: vec![actor; 16], person: self.chair, session: self.session, first_seen: NOW }
    }

    /// A signed record with one edition.
    pub(crate) async fn edition(&self, database: &Database) -> EditionId {
        let (record, edition, meeting) = (RecordId(Uuid::new_v4()), EditionId(Uuid::new_v4()), self.meeting);
        database
            .write(move |conn| {
                records::insert(conn, a_record(record, meeting, 1))?;
                editions::insert(conn, an_edition(edition, record, meeting))
            })
            .await;
        edition
    }

    pub(crate) fn delivery(&self, edition: EditionId, person: PersonId, channel: Channel) -> NewDelivery {
        NewDelivery {
            id: DeliveryId(Uuid::new_v4()),
            meeting_id: self.meeting,
            edition_id: Some(edition),
            person_id: person,
            channel,
            template: Template::EditionAttached,
            created_at: NOW,
        }
    }
}

/// Not what `RulePack::of_sections` would make of its sections alone.
pub(crate) fn pack() -> RulePack {
    let section = SectionRule::plain("worries", "What we are worried about");
    let pack = RulePack::of_sections("core_group", vec![section]);
    RulePack { name: "Core group".to_owned(), version: 3, ..pack }
}

/// Something framed as a change is: the store looks no further.
pub(crate) fn chunk(words: &str) -> Vec<u8> {
    let mut bytes = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1, u8::try_from(words.len()).unwrap()];
    bytes.extend(words.as_bytes());
    bytes
}

pub(crate) fn a_record(id: RecordId, meeting: MeetingId, version: i32) -> Record {
    Record {
        id,
        meeting_id: meeting,
        version,
        canonical: b"{}".to_vec(),
        sha256: "ab".repeat(32),
        signature: "a.b.c".to_owned(),
        created_at: NOW,
    }
}

pub(crate) fn an_edition(id: EditionId, record: RecordId, meeting: MeetingId) -> NewEdition {
    NewEdition {
        id,
        record_id: record,
        meeting_id: meeting,
        kind: EditionKind::Family,
        part: None,
        signed_json: b"{\"json\":0}".to_vec(),
        pdf: vec![0, 159, 146, 150],
        pdf_sha256: "cd".repeat(32),
        json_sha256: "ef".repeat(32),
        created_at: NOW,
    }
}
