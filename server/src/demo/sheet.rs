//! What a newcomer, or a program, needs to know of the made-up partnership.

use std::fmt::Write;
use std::path::Path;

use serde::Serialize;

use super::people::{MadeUpPerson, PASSWORD, PEOPLE, email};
use super::record::{BEFORE, NOW};
use crate::live::wire::document_id_text;
use crate::store;
use crate::workflow::{App, Error};

#[derive(Serialize)]
pub(super) struct Sheet {
    base_url: String,
    people: Vec<Person>,
    children: Vec<Child>,
    meetings: Vec<Meeting>,
    mail_dir: String,
    /// Path of the PEM file.
    root_certificate: String,
    /// What must never reach a reader, in any form.
    protected: Vec<Protected>,
}

#[derive(Serialize)]
struct Person {
    id: String,
    name: String,
    role: String,
    agency: String,
    agency_id: Option<String>,
    email: String,
    password: String,
}

#[derive(Serialize)]
struct Child {
    id: String,
    name: String,
}

#[derive(Serialize)]
struct Meeting {
    id: String,
    kind: String,
    title: String,
    locked: bool,
    documents: Vec<Document>,
}

#[derive(Serialize)]
struct Document {
    id: String,
    part: String,
}

#[derive(Serialize)]
struct Protected {
    reader: String,
    strings: Vec<String>,
}

pub(super) async fn sheet(app: &App, base_url: &str, data: &Path) -> Result<Sheet, Error> {
    let data = std::path::absolute(data).map_err(|_| Error::Broken("the data folder has no path"))?;
    let (people, agencies, children, meetings) = app
        .store
        .read(|conn| {
            let people = store::people::list(conn)?;
            let mut meetings = Vec::new();
            let chair = people.iter().find(|person| person.email.as_deref() == Some(&email(&PEOPLE[0])));
            for own in store::meetings::list_for_person(conn, chair.ok_or(Error::NotFound)?.id)? {
                let documents = store::documents::for_meeting(conn, own.meeting.id)?;
                meetings.push((own.meeting, documents));
            }
            Ok::<_, Error>((people, store::agencies::list(conn)?, store::children::list(conn)?, meetings))
        })
        .await?;
    let id_of = |made_up: &MadeUpPerson| {
        let found = people.iter().find(|person| person.email.as_deref() == Some(&email(made_up)));
        found.map(|person| person.id.to_string()).unwrap_or_default()
    };
    Ok(Sheet {
        base_url: base_url.to_owned(),
        people: PEOPLE
            .iter()
            .map(|made_up| {
                let row = people.iter().find(|person| person.email.as_deref() == Some(&email(made_up)));
                let agency = row.and_then(|row| row.agency_id);
                Person {
                    id: id_of(made_up),
                    name: made_up.name.to_owned(),
                    role: made_up.role.to_string(),
                    agency: agencies.iter().find(|a| Some(a.id) == agency).map(|a| a.name.clone()).unwrap_or_default(),
                    agency_id: agency.map(|id| id.to_string()),
                    email: email(made_up),
                    password: PASSWORD.to_owned(),
                }
            })
            .collect(),
        children: children.into_iter().map(|child| Child { id: child.id.to_string(), name: child.name }).collect(),
        meetings: meetings
            .into_iter()
            .map(|(meeting, documents)| Meeting {
                id: meeting.id.to_string(),
                kind: meeting.kind,
                title: meeting.title,
                locked: meeting.state == store::meetings::MeetingState::Locked,
                documents: documents
                    .into_iter()
                    .map(|document| Document {
                        id: document_id_text(document.id),
                        part: document.part.as_str().to_owned(),
                    })
                    .collect(),
            })
            .collect(),
        mail_dir: data.join("mail").display().to_string(),
        root_certificate: data.join("keys").join("root.pem").display().to_string(),
        protected: PEOPLE
            .iter()
            .filter(|person| person.role.is_family())
            .map(|reader| Protected { reader: id_of(reader), strings: kept_from(reader) })
            .collect(),
    })
}

/// What the professionals wrote among themselves, and everybody else's address and telephone.
fn kept_from(reader: &MadeUpPerson) -> Vec<String> {
    let restricted = NOW.iter().chain(BEFORE).filter(|said| said.restricted).map(|said| said.text);
    let contacts = PEOPLE
        .iter()
        .filter(|person| person.role.is_family() && person.key != reader.key)
        .flat_map(|person| [person.address, person.phone]);
    restricted.chain(contacts).map(str::to_owned).collect()
}

/// The same for people.
pub(super) fn in_words(sheet: &Sheet) -> String {
    let mut words =
        format!("\nAccord is at {}\n\nSign in as any of these, with the password  {PASSWORD}\n", sheet.base_url);
    for person in &sheet.people {
        let role = person.role.replace('_', " ");
        let _ = writeln!(words, "  {:<38} {}, {role}{}", person.email, person.name, of(&person.agency));
    }
    let _ = write!(
        words,
        "\nTwo browsers side by side show it best: sign in to one as the chair, to the other as the police officer.\n\
         Mails are written to {}\nStop with Ctrl+C; what you wrote stays.\n",
        sheet.mail_dir
    );
    words
}

fn of(agency: &str) -> String {
    if agency.is_empty() { String::new() } else { format!(", {agency}") }
}
