//! A partnership of a test's own: people of one agency who can sign in, and a child. It goes straight into the database
//! before a server starts on it; meetings are set up by the chair as everybody sets them up.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use minutes::ids::{AgencyId, ChildId, PersonId};
use minutes::record::Role;
use serde_json::{Value, json};
use server::store::agencies::{Agency, FilingPolicy};
use server::store::people::Channel;
use server::store::{Store, agencies, children, people};
use server::workflow::sign_in;
use uuid::Uuid;

use crate::demo::{Meeting, Person};
use crate::http::Actor;
use crate::wait;

const PASSWORD: &str = "a password for tests";

pub struct Partnership {
    /// The chair first; everybody else is a professional.
    pub people: Vec<Person>,
    child: ChildId,
}

impl Partnership {
    /// Makes the database if there is none, with so many people in it.
    pub async fn found(url: &str, people: usize) -> Self {
        let (agency, child) = (AgencyId(Uuid::new_v4()), ChildId(Uuid::new_v4()));
        let password = sign_in::hash_password(PASSWORD).expect("a password can be hashed");
        let rows: Vec<people::Person> = (0..people).map(|number| person(number, agency, &password)).collect();
        let known = rows.iter().map(as_told).collect();
        let store = Store::open(url).expect("a database");
        let made = store.write(move |conn| {
            agencies::insert_many(conn, vec![social_care(agency)])?;
            people::insert_many(conn, rows)?;
            let child = children::Child { id: child, name: "Child One".to_owned(), date_of_birth: None, address: None };
            children::insert(conn, child)
        });
        made.await.expect("a partnership that can be stored");
        drop(store);
        closed(url).await;
        Self { people: known, child }
    }

    /// A meeting of everybody.
    pub async fn meet(&self, chair: &Actor) -> Meeting {
        let role = |number: usize| if number == 0 { "chair" } else { "professional" };
        let invitees: Vec<Value> = (self.people.iter().enumerate())
            .map(|(number, person)| json!({ "person": person.id, "role": role(number) }))
            .collect();
        let today = Timestamp::now().to_zoned_datetime(TimeZone::UTC).date().to_string();
        let draft = json!({
            "kind": "core_group", "title": "Core group", "date": today, "time": "10:00", "place": "Here",
            "children": [self.child.to_string()], "invitees": invitees,
        });
        let created = chair.post_json("/api/v1/meetings", &draft).await;
        let id = created.expect(201).json()["id"].as_str().expect("a meeting has an id").to_owned();
        let found = chair.get(&format!("/api/v1/meetings/{id}")).await;
        serde_json::from_value(found.expect(200).json()).expect("a meeting as the API shows it")
    }
}

/// SQLite folds its log into the database when the last connection is closed, on a thread of its own. A server that
/// started before would find the file in use; whoever copies it would lose what is in the log.
async fn closed(url: &str) {
    if let Some(path) = url.strip_prefix("sqlite:") {
        let log = format!("{path}-wal");
        wait::until("the database is closed", async || (!Path::new(&log).exists()).then_some(())).await;
    }
}

fn social_care(id: AgencyId) -> Agency {
    Agency {
        id,
        name: "Northmoor Children's Social Care".to_owned(),
        short_name: "Social care".to_owned(),
        kind: "social_care".to_owned(),
        secure_email: true,
        filing_policy: FilingPolicy::Full,
    }
}

fn person(number: usize, agency: AgencyId, password_hash: &str) -> people::Person {
    people::Person {
        id: PersonId(Uuid::new_v4()),
        name: format!("Person {number}"),
        role: if number == 0 { Role::Chair } else { Role::Professional },
        title: "social worker".to_owned(),
        agency_id: Some(agency),
        email: Some(format!("person-{number}@agency.test")),
        phone: None,
        address: None,
        password_hash: Some(password_hash.to_owned()),
        delivery: Channel::ByHand,
        created_at: 0,
    }
}

fn as_told(row: &people::Person) -> Person {
    Person {
        id: row.id.to_string(),
        name: row.name.clone(),
        role: row.role.to_string(),
        agency: "Northmoor Children's Social Care".to_owned(),
        agency_id: row.agency_id.map(|id| id.to_string()),
        email: row.email.clone().unwrap_or_default(),
        password: PASSWORD.to_owned(),
    }
}
