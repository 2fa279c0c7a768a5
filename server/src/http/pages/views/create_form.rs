//! "Create a meeting" as typed, and what it says once it is complete.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use minutes::ids::{AgencyId, ChildId, PersonId};
use minutes::record::Role;

use super::form::{Errors, TypedDate, time};

/// Blank rows for people and children who are not known yet; a button adds as many again.
const BLANK_ROWS: usize = 3;
/// Rows beyond this are not read: nobody types so many, and a made-up form could.
const MOST_ROWS: usize = 60;

/// Everything as it was typed, so that a page with errors gives it all back.
#[derive(Debug, Clone, Default)]
pub struct CreateForm {
    pub kind: String,
    pub title: String,
    pub date: TypedDate,
    pub time: String,
    pub place: String,
    pub children: BTreeSet<String>,
    pub new_children: Vec<TypedChild>,
    pub invited: BTreeSet<String>,
    /// Role at this meeting by person, ticked or not.
    pub roles: BTreeMap<String, String>,
    pub guests: Vec<TypedGuest>,
    pub button: CreateButton,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CreateButton {
    #[default]
    Create,
    /// Show the page again with more blank rows; nothing is checked yet.
    MoreRows,
}

#[derive(Debug, Clone, Default)]
pub struct TypedChild {
    pub name: String,
    pub born: TypedDate,
}

/// Somebody who is not in the directory.
#[derive(Debug, Clone, Default)]
pub struct TypedGuest {
    pub name: String,
    pub role: String,
    pub title: String,
    pub agency: String,
    pub email: String,
    pub phone: String,
}

/// What a complete form asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMeeting {
    pub kind: String,
    /// Empty: what meetings of this kind are usually called.
    pub title: String,
    /// Local time of the partnership.
    pub starts_at: DateTime,
    pub place: String,
    pub children: Vec<ChildId>,
    pub new_children: Vec<NewChild>,
    pub invited: Vec<(PersonId, Role)>,
    pub guests: Vec<NewGuest>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChild {
    pub name: String,
    /// ISO date, or empty when not known.
    pub date_of_birth: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGuest {
    pub name: String,
    pub role: Role,
    /// Profession, or relation to the child.
    pub title: String,
    pub agency: Option<AgencyId>,
    pub email: String,
    pub phone: String,
}

impl CreateForm {
    /// As it first stands: myself at the table.
    pub fn blank(me: PersonId, my_role: Role) -> Self {
        let mut form = Self::default();
        form.invited.insert(me.to_string());
        form.roles.insert(me.to_string(), my_role.as_str().to_owned());
        form.add_blank_rows();
        form
    }

    /// From the fields of the request, in any order. Unknown names are passed over.
    pub fn read<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            form.put(name, value);
        }
        match form.button {
            CreateButton::MoreRows => form.add_blank_rows(),
            CreateButton::Create if form.guests.is_empty() || form.new_children.is_empty() => form.add_blank_rows(),
            CreateButton::Create => {}
        }
        form
    }

    /// The meeting asked for, or what is wrong. `names` are those of the children chosen, which a title may not hold.
    pub fn check(&self, names: &[String]) -> Result<NewMeeting, Errors> {
        let mut errors = Errors::none();
        let kind = required(&self.kind, "kind", "Choose what kind of meeting it is", &mut errors);
        let title = self.checked_title(names, &mut errors);
        let starts_at = self.checked_start(&mut errors);
        let children: Vec<ChildId> = self.children.iter().filter_map(|id| id.parse().ok()).collect();
        let new_children = self.checked_children(&mut errors);
        if children.is_empty() && new_children.is_empty() && self.new_children.iter().all(TypedChild::is_blank) {
            errors.add("children", "Choose or add at least one child");
        }
        let invited = self.checked_invited();
        let mut later = Errors::none();
        let guests = self.checked_guests(&mut later);
        let roles = || invited.iter().map(|(_, role)| *role).chain(guests.iter().map(|guest| guest.role));
        match roles().filter(|role| *role == Role::Chair).count() {
            1 => {}
            0 => errors.add("invited", "Choose who chairs the meeting: set one person’s role to chair"),
            _ => errors.add("invited", "Choose one chair. More than one person has the role of chair"),
        }
        errors.append(later);
        match (starts_at, errors.is_empty()) {
            (Some(starts_at), true) => {
                let place = self.place.trim().to_owned();
                Ok(NewMeeting { kind, title, starts_at, place, children, new_children, invited, guests })
            }
            _ => Err(errors),
        }
    }

    pub fn is_invited(&self, person: &str) -> bool {
        self.invited.contains(person)
    }

    pub fn has_child(&self, child: &str) -> bool {
        self.children.contains(child)
    }

    /// Whether the "add a child" part has something in it and so stands open.
    pub fn adds_children(&self) -> bool {
        self.new_children.iter().any(|child| !child.is_blank())
    }

    pub fn adds_guests(&self) -> bool {
        self.guests.iter().any(|guest| !guest.is_blank())
    }

    fn add_blank_rows(&mut self) {
        self.new_children.resize_with((self.new_children.len() + BLANK_ROWS).min(MOST_ROWS), TypedChild::default);
        self.guests.resize_with((self.guests.len() + BLANK_ROWS).min(MOST_ROWS), TypedGuest::default);
    }

    fn put(&mut self, name: &str, value: &str) {
        let text = value.to_owned();
        match name {
            "kind" => self.kind = text,
            "title" => self.title = text,
            "date-day" => self.date.day = text,
            "date-month" => self.date.month = text,
            "date-year" => self.date.year = text,
            "time" => self.time = text,
            "place" => self.place = text,
            "child" => drop(self.children.insert(text)),
            "invite" => drop(self.invited.insert(text)),
            "more-rows" => self.button = CreateButton::MoreRows,
            _ => self.put_row(name, text),
        }
    }

    /// `role-<person>`, `new-child-<n>-<field>`, `guest-<n>-<field>`, counted from 1.
    fn put_row(&mut self, name: &str, text: String) {
        if let Some(person) = name.strip_prefix("role-") {
            self.roles.insert(person.to_owned(), text);
        } else if let Some((row, field)) = name.strip_prefix("new-child-").and_then(row_and_field) {
            put_child(row_of(&mut self.new_children, row), field, text);
        } else if let Some((row, field)) = name.strip_prefix("guest-").and_then(row_and_field) {
            put_guest(row_of(&mut self.guests, row), field, text);
        }
    }

    fn checked_title(&self, names: &[String], errors: &mut Errors) -> String {
        let title = self.title.trim().to_owned();
        let added = self.new_children.iter().map(|child| &child.name);
        if names.iter().chain(added).any(|name| holds_name(&title, name)) {
            errors.add("title", "Use a title without a child’s name. Titles are seen in emails and calendars");
        }
        title
    }

    fn checked_start(&self, errors: &mut Errors) -> Option<DateTime> {
        let date = self.date.date();
        if self.date.is_blank() {
            errors.add("date-day", "Enter the date of the meeting");
        } else if date.is_none() {
            errors.add("date-day", "The date must be a real date, such as 23 11 2026");
        }
        let time = time(&self.time);
        if self.time.trim().is_empty() {
            errors.add("time", "Enter the time the meeting starts");
        } else if time.is_none() {
            errors.add("time", "The time must be a time of day, such as 10:00 or 2:30pm");
        }
        Some(date?.to_datetime(time?))
    }

    fn checked_children(&self, errors: &mut Errors) -> Vec<NewChild> {
        let mut children = Vec::new();
        for (index, typed) in self.new_children.iter().enumerate().filter(|(_, typed)| !typed.is_blank()) {
            let row = index + 1;
            if typed.name.trim().is_empty() {
                errors.add(&format!("new-child-{row}-name"), "Enter the child’s name");
            }
            let date_of_birth = typed.born.date().map_or_else(String::new, |date| date.to_string());
            if date_of_birth.is_empty() && !typed.born.is_blank() {
                errors.add(&format!("new-child-{row}-day"), "The date of birth must be a real date, such as 3 5 2019");
            }
            children.push(NewChild { name: typed.name.trim().to_owned(), date_of_birth });
        }
        children
    }

    fn checked_invited(&self) -> Vec<(PersonId, Role)> {
        let role = |id: &String| self.roles.get(id).and_then(|role| Role::parse(role)).unwrap_or(Role::Professional);
        self.invited.iter().filter_map(|id| Some((id.parse().ok()?, role(id)))).collect()
    }

    fn checked_guests(&self, errors: &mut Errors) -> Vec<NewGuest> {
        let mut guests = Vec::new();
        for (index, typed) in self.guests.iter().enumerate().filter(|(_, typed)| !typed.is_blank()) {
            let row = index + 1;
            if typed.name.trim().is_empty() {
                errors.add(&format!("guest-{row}-name"), "Enter the person’s name");
            }
            let role = Role::parse(&typed.role);
            if role.is_none() {
                errors.add(&format!("guest-{row}-role"), "Choose the person’s role at this meeting");
            }
            let email = typed.email.trim();
            if !email.is_empty() && !looks_like_an_address(email) {
                let message = "The email address must look like name@example.org. Leave it empty if there is none";
                errors.add(&format!("guest-{row}-email"), message);
            }
            guests.push(NewGuest {
                name: typed.name.trim().to_owned(),
                role: role.unwrap_or(Role::Professional),
                title: typed.title.trim().to_owned(),
                agency: typed.agency.parse().ok(),
                email: email.to_owned(),
                phone: typed.phone.trim().to_owned(),
            });
        }
        guests
    }
}

impl TypedChild {
    fn is_blank(&self) -> bool {
        self.name.trim().is_empty() && self.born.is_blank()
    }
}

impl TypedGuest {
    /// Role and agency come from lists and always have a value; they alone are nobody.
    fn is_blank(&self) -> bool {
        [&self.name, &self.title, &self.email, &self.phone].iter().all(|field| field.trim().is_empty())
    }
}

fn required(typed: &str, field: &str, message: &str, errors: &mut Errors) -> String {
    let text = typed.trim();
    if text.is_empty() {
        errors.add(field, message);
    }
    text.to_owned()
}

fn row_and_field(rest: &str) -> Option<(usize, &str)> {
    let (row, field) = rest.split_once('-')?;
    let row = row.parse::<usize>().ok()?;
    (1..=MOST_ROWS).contains(&row).then(|| (row - 1, field))
}

fn row_of<T: Default>(rows: &mut Vec<T>, row: usize) -> &mut T {
    if rows.len() <= row {
        rows.resize_with(row + 1, T::default);
    }
    &mut rows[row]
}

fn put_child(child: &mut TypedChild, field: &str, text: String) {
    match field {
        "name" => child.name = text,
        "day" => child.born.day = text,
        "month" => child.born.month = text,
        "year" => child.born.year = text,
        _ => {}
    }
}

fn put_guest(guest: &mut TypedGuest, field: &str, text: String) {
    match field {
        "name" => guest.name = text,
        "role" => guest.role = text,
        "title" => guest.title = text,
        "agency" => guest.agency = text,
        "email" => guest.email = text,
        "phone" => guest.phone = text,
        _ => {}
    }
}

/// Whether a title holds a word of somebody's name. Words of one or two letters name nobody.
fn holds_name(title: &str, name: &str) -> bool {
    let words = |text: &str| -> BTreeSet<String> {
        let parts = text.split(|character: char| !character.is_alphanumeric());
        parts.filter(|part| part.chars().count() > 2).map(str::to_lowercase).collect()
    };
    !words(title).is_disjoint(&words(name))
}

/// Enough to catch a slip; whether an address works is for the mail server to say.
fn looks_like_an_address(email: &str) -> bool {
    let dotted = |host: &str| host.split('.').count() > 1 && host.split('.').all(|label| !label.is_empty());
    !email.contains(char::is_whitespace)
        && email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.contains('@') && dotted(host))
}
