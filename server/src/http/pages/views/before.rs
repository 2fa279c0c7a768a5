//! Before the meeting: what each of those at the table is asked, and what they ask for.

use std::collections::BTreeMap;

use askama::Template;

use super::form::{Errors, TypedDate};
use super::frame::Frame;

#[derive(Debug, Template)]
#[template(path = "before.html")]
pub struct BeforePage {
    pub frame: Frame,
    pub meeting_id: String,
    pub title: String,
    pub when: String,
    pub place: String,
    /// Whether anything may still be answered or asked.
    pub open: bool,
    pub may: May,
    pub answers: Vec<Choice>,
    pub answered: String,
    /// Everybody at the table, the reader first.
    pub people: Vec<Guest>,
    pub agenda: Vec<Item>,
    pub requests: Vec<Request>,
    pub kinds: Vec<Choice>,
    pub grounds: Vec<Choice>,
    pub carried: Vec<CarriedLine>,
    pub reports: Vec<Report>,
    pub sections: Vec<Choice>,
    pub natures: Vec<Choice>,
    pub typed: Typed,
    pub errors: Errors,
}

#[derive(Debug, Clone, Copy)]
pub struct May {
    /// Invite, answer for others, ask for reports; sees everybody's answers.
    pub runs: bool,
    pub rules: bool,
    pub proposes: bool,
    pub asks: bool,
    pub reports: bool,
}

#[derive(Debug, Clone)]
pub struct Choice {
    pub key: String,
    pub words: String,
}

#[derive(Debug, Clone, Default)]
pub struct Guest {
    pub id: String,
    pub name: String,
    pub who: String,
    pub own: bool,
    /// In words; empty while there is none.
    pub answer: String,
    pub note: String,
    pub letter: String,
    pub needs: String,
    pub interpreter: String,
    pub advocate: String,
    pub asked_needs: bool,
    /// May be asked for a report.
    pub reports: bool,
}

#[derive(Debug, Clone)]
pub struct Item {
    pub id: String,
    pub item: String,
    pub by: String,
    /// In words; empty until the chair has ruled.
    pub ruling: String,
    pub reason: String,
}

#[derive(Debug, Clone)]
pub struct Request {
    pub id: String,
    pub kind: String,
    pub concerns: String,
    pub ground: String,
    pub words: String,
    pub by: String,
    pub ruling: String,
    pub reason: String,
}

#[derive(Debug, Clone)]
pub struct CarriedLine {
    pub what: String,
    pub outcome: String,
    pub owner: String,
    pub due: String,
    pub status: String,
    pub from: String,
}

#[derive(Debug, Clone)]
pub struct Report {
    pub id: String,
    pub author: String,
    pub own: bool,
    pub section: String,
    pub due: String,
    pub late: bool,
    pub nature: String,
    pub words: String,
    pub received: String,
    pub sharings: Vec<String>,
}

/// What somebody typed that could not be taken, so that nothing is lost.
#[derive(Debug, Clone, Default)]
pub struct Typed(pub BTreeMap<String, String>);

impl Typed {
    pub fn get(&self, field: impl AsRef<str>) -> &str {
        self.0.get(field.as_ref()).map_or("", String::as_str)
    }

    pub fn is(&self, field: &str, value: &str) -> bool {
        self.get(field) == value
    }

    fn date(&self, id: impl AsRef<str>) -> TypedDate {
        let part = |part: &str| self.get(format!("{}-{part}", id.as_ref())).to_owned();
        TypedDate { day: part("day"), month: part("month"), year: part("year") }
    }
}

impl BeforePage {
    fn me(&self) -> Guest {
        self.people.iter().find(|guest| guest.own).cloned().unwrap_or_default()
    }

    /// What stands in a field: what was typed in vain, or what is known.
    fn own(&self, field: &str) -> String {
        if !self.errors.is_empty() {
            return self.typed.get(field).to_owned();
        }
        let me = self.me();
        match field {
            "note" => me.note,
            "needs" => me.needs,
            "interpreter" => me.interpreter,
            "advocate" => me.advocate,
            _ => String::new(),
        }
    }

    /// What of an answer is chosen.
    fn chosen(&self, key: &str) -> bool {
        if self.errors.is_empty() { self.answered == key } else { self.typed.is("answer", key) }
    }
}

#[derive(Debug, Template)]
#[template(path = "invite.html")]
pub struct InvitePage {
    pub frame: Frame,
    pub meeting_id: String,
    pub people: Vec<Choice>,
    pub roles: Vec<Choice>,
    pub agencies: Vec<Choice>,
    pub typed: Typed,
    pub errors: Errors,
}
