//! What `accord demo --json FILE` says about the made-up partnership.

use std::path::PathBuf;

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
pub struct Demo {
    pub base_url: String,
    pub people: Vec<Person>,
    pub children: Vec<Child>,
    pub meetings: Vec<Meeting>,
    pub mail_dir: PathBuf,
    pub root_certificate: PathBuf,
    pub protected: Vec<Protected>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub role: String,
    pub agency: String,
    /// None for family members.
    pub agency_id: Option<String>,
    pub email: String,
    pub password: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Child {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Meeting {
    pub id: String,
    pub kind: String,
    pub title: String,
    pub locked: bool,
    pub documents: Vec<Document>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Document {
    /// The automerge-repo documentId.
    pub id: String,
    /// `main`, or the restricted part's name.
    pub part: String,
}

/// What must never reach this reader, in any form.
#[derive(Debug, Clone, Deserialize)]
pub struct Protected {
    pub reader: String,
    pub strings: Vec<String>,
}

impl Demo {
    /// The first person of this role.
    pub fn role(&self, role: &str) -> &Person {
        self.people
            .iter()
            .find(|person| person.role == role)
            .unwrap_or_else(|| panic!("nobody in the demo is a {role}"))
    }

    /// The first professional whose agency's name holds this word, in any case.
    pub fn professional_of(&self, agency: &str) -> &Person {
        let agency = agency.to_lowercase();
        self.people
            .iter()
            .find(|person| person.role == "professional" && person.agency.to_lowercase().contains(&agency))
            .unwrap_or_else(|| panic!("no professional in the demo is of an agency named like {agency}"))
    }

    /// The first meeting that is still open.
    pub fn open_meeting(&self) -> &Meeting {
        self.meetings.iter().find(|meeting| !meeting.locked).expect("the demo has an open meeting")
    }
}

impl Person {
    /// Of somebody who works for one.
    pub fn agency_id(&self) -> &str {
        self.agency_id.as_deref().expect("somebody of an agency")
    }
}

impl Meeting {
    pub fn document(&self, part: &str) -> &str {
        self.documents
            .iter()
            .find(|document| document.part == part)
            .map_or_else(|| panic!("the meeting has no part {part}"), |document| &document.id)
    }
}
