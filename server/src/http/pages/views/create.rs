//! Creating a meeting.

use askama::Template;
use minutes::record::Role;
use minutes::rules::{QuorumRule, RulePack};
use minutes::words;

use super::create_form::CreateForm;
use super::form::Errors;
use super::frame::{Frame, count};

/// Up to this many people the directory stands open; a longer one is folded by agency.
const OPEN_UP_TO: usize = 30;

#[derive(Debug, Template)]
#[template(path = "create.html")]
pub struct CreatePage {
    pub frame: Frame,
    pub kinds: Vec<MeetingKind>,
    pub children: Vec<KnownChild>,
    pub directory: Vec<DirectoryAgency>,
    pub form: CreateForm,
    pub errors: Errors,
}

/// A kind of meeting to choose, and what the choice means.
#[derive(Debug, Clone)]
pub struct MeetingKind {
    pub key: String,
    pub name: String,
    pub usual_title: String,
    /// Who chairs; empty where the pack does not say.
    pub chair: String,
    /// Who must be there before it may decide; empty where the pack does not say.
    pub quorum: String,
    /// Whether the family sits at the table.
    pub family: &'static str,
    /// What the family is given.
    pub copies: &'static str,
    /// Where the rules come from.
    pub citation: String,
}

impl MeetingKind {
    pub fn of(pack: RulePack) -> Self {
        Self {
            key: pack.kind,
            name: pack.name,
            usual_title: pack.default_title,
            chair: pack.chair.map_or_else(String::new, |chair| chair.who),
            quorum: pack.quorum.as_ref().map_or_else(String::new, quorum),
            family: words::family_presence(pack.presence.family),
            copies: words::family_editions(pack.presence.family_editions),
            citation: pack.citation,
        }
    }
}

#[derive(Debug, Clone)]
pub struct KnownChild {
    pub id: String,
    pub name: String,
    /// ISO date, or empty.
    pub date_of_birth: String,
}

#[derive(Debug, Clone)]
pub struct DirectoryAgency {
    /// Empty for people of no agency.
    pub id: String,
    /// "Northmoor Police", or "Family and carers".
    pub name: String,
    pub people: Vec<DirectoryPerson>,
}

#[derive(Debug, Clone)]
pub struct DirectoryPerson {
    pub id: String,
    pub name: String,
    pub role: Role,
    /// Profession, or relation to the child.
    pub title: String,
    /// How copies reach them: an address, "by hand" …
    pub contact: String,
}

/// "social care, police, and at least 2 other agencies"
fn quorum(rule: &QuorumRule) -> String {
    let mut needed: Vec<String> = rule.agencies.iter().map(|kind| kind.replace('_', " ")).collect();
    match usize::try_from(rule.others_at_least).unwrap_or_default() {
        0 => {}
        others if needed.is_empty() => needed.push(count(others, "agency", "agencies")),
        others => needed.push(format!("and at least {}", count(others, "other agency", "other agencies"))),
    }
    needed.join(", ")
}

/// A choice in a list of roles.
struct RoleChoice {
    key: &'static str,
    words: &'static str,
    chosen: bool,
}

impl CreatePage {
    fn people(&self) -> usize {
        self.directory.iter().map(|agency| agency.people.len()).sum()
    }

    fn agencies(&self) -> impl Iterator<Item = &DirectoryAgency> {
        self.directory.iter().filter(|agency| !agency.id.is_empty())
    }

    /// Folded only when the list is long and nobody in it is chosen, so that a choice is never out of sight.
    fn stands_open(&self, agency: &DirectoryAgency) -> bool {
        self.people() <= OPEN_UP_TO || self.chosen(agency) > 0
    }

    fn chosen(&self, agency: &DirectoryAgency) -> usize {
        agency.people.iter().filter(|person| self.form.is_invited(&person.id)).count()
    }

    fn people_of(agency: &DirectoryAgency) -> String {
        count(agency.people.len(), "person", "people")
    }

    fn roles_for(&self, person: &DirectoryPerson) -> Vec<RoleChoice> {
        let typed = self.form.roles.get(&person.id).and_then(|role| Role::parse(role));
        choices(Some(typed.unwrap_or(person.role)))
    }

    fn roles_typed(typed: &str) -> Vec<RoleChoice> {
        choices(Role::parse(typed))
    }

    fn born(child: &KnownChild) -> String {
        match child.date_of_birth.as_str() {
            "" => "Date of birth not known".to_owned(),
            iso => format!("Born {}", words::date(iso)),
        }
    }
}

fn choices(chosen: Option<Role>) -> Vec<RoleChoice> {
    let choice =
        |role: &Role| RoleChoice { key: role.as_str(), words: words::role(*role), chosen: chosen == Some(*role) };
    Role::ALL.iter().map(choice).collect()
}
