//! Who sits at a meeting; changing a role; taking a seat away.

use askama::Template;

use super::form::Errors;
use super::frame::{Frame, count};

#[derive(Debug, Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    pub frame: Frame,
    pub meeting_id: String,
    pub title: String,
    pub when: String,
    pub people: Vec<PersonLine>,
    /// Whose seat was taken away; empty for those who may not give it back.
    pub gone: Vec<PersonLine>,
    /// Whether the reader may change any of it.
    pub manages: bool,
}

#[derive(Debug, Clone)]
pub struct PersonLine {
    pub id: String,
    pub name: String,
    /// Profession, or relation to the child.
    pub title: String,
    /// Empty for family members.
    pub agency: String,
    pub role: String,
    /// The reader's own seat.
    pub own: bool,
    /// The only chair there is: the seat stays until there is another.
    pub only_chair: bool,
    /// Since when the seat is taken away, in words; empty while it is not.
    pub since: String,
}

#[derive(Debug, Template)]
#[template(path = "seat_role.html")]
pub struct RolePage {
    pub frame: Frame,
    pub meeting_id: String,
    pub person: PersonLine,
    pub roles: Vec<RoleChoice>,
    pub errors: Errors,
}

#[derive(Debug, Clone)]
pub struct RoleChoice {
    pub key: &'static str,
    pub words: &'static str,
    /// What somebody of this role may do, in a sentence.
    pub means: &'static str,
    pub chosen: bool,
}

#[derive(Debug, Template)]
#[template(path = "seat_withdraw.html")]
pub struct WithdrawPage {
    pub frame: Frame,
    pub meeting_id: String,
    pub person: PersonLine,
    pub whose: Whose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    Others,
}

impl PeoplePage {
    fn counted(&self) -> String {
        count(self.people.len(), "person has a seat", "people have a seat")
    }
}

impl PersonLine {
    fn role_label(&self) -> String {
        capital(&self.role)
    }
}

impl RoleChoice {
    fn label(&self) -> String {
        capital(self.words)
    }
}

impl RolePage {
    fn gives_back(&self) -> bool {
        !self.person.since.is_empty()
    }

    /// What is wrong with the choice; empty while nothing is.
    fn wrong(&self) -> &str {
        self.errors.list().first().map_or("", |error| &error.message)
    }
}

/// "Chair", as the beginning of a line has it.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
