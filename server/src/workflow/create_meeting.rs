//! Creating a meeting from a rule pack, with its documents.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use minutes::access;
use minutes::document::{self, FirstChange};
use minutes::ids::{AgencyId, ChildId, DocumentId, MeetingId, PersonId};
use minutes::plan;
use minutes::record::{MeetingFacts, Part, Role};
use minutes::room::{NewChange, NewChanges};
use minutes::rules::{RulePack, Rules};
use minutes::seating::{self, Place};
use uuid::Uuid;

use super::next_meeting::{self, Before};
use super::{Actor, App, Error, FieldError, audited};
use crate::clock::rfc3339;
use crate::store;

/// More seats than any conference has had, and few enough to print.
const MAX_SEATS: usize = 300;
const MAX_CHILDREN: usize = 20;
/// Long enough for any real one; a limit all the same.
const MAX_NAME: usize = 200;
/// A meeting may be set up after it began, for the first hour of a late start, or to write up yesterday's.
const MAX_PAST: i64 = 7 * 24 * 60 * 60 * 1000;

/// A meeting as somebody fills the form in.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub kind: String,
    pub title: String,
    /// ISO date.
    pub date: String,
    /// `HH:MM`, local.
    pub time: String,
    pub place: String,
    pub children: Vec<ChildId>,
    pub new_children: Vec<NewChild>,
    pub invitees: Vec<Invitee>,
    pub new_people: Vec<NewPerson>,
    /// The locked meeting it follows: what is not done of its plan comes over.
    pub after: Option<MeetingId>,
}

#[derive(Debug, Clone, Default)]
pub struct NewChild {
    pub name: String,
    /// ISO date, or empty.
    pub date_of_birth: String,
}

#[derive(Debug, Clone)]
pub struct Invitee {
    pub person: PersonId,
    pub role: Role,
}

/// Somebody who is not in the directory yet.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub name: String,
    pub role: Role,
    /// Profession, or relation to the child.
    pub title: String,
    pub agency: Option<AgencyId>,
    /// Empty: copies are handed over.
    pub email: String,
    pub phone: String,
}

/// What the form offers to choose from.
#[derive(Debug, Clone)]
pub struct Choices {
    pub packs: Vec<RulePack>,
    pub children: Vec<store::children::Child>,
    pub people: Vec<store::people::Person>,
    pub agencies: Vec<store::agencies::Agency>,
}

pub async fn choices(app: &App, actor: &Actor) -> Result<Choices, Error> {
    let packs = kinds(app, actor)?;
    app.store
        .read(move |conn| {
            Ok(Choices {
                packs,
                children: store::children::list(conn)?,
                people: store::people::list(conn)?,
                agencies: store::agencies::list(conn)?,
            })
        })
        .await
}

/// The kinds of meeting that can be set up from today on, by the packs that say what they need.
pub fn kinds(app: &App, actor: &Actor) -> Result<Vec<RulePack>, Error> {
    if !access::may_create_meetings(actor.role) {
        return Err(access::Refusal::NotYourRole.into());
    }
    let today = day(app.clock.now()).ok_or(Error::Broken("the clock is beyond all dates"))?;
    Ok(app.rules.offered(today).into_iter().cloned().collect())
}

pub async fn create_meeting(app: &App, actor: &Actor, draft: Draft) -> Result<MeetingId, Error> {
    let choices = choices(app, actor).await?;
    let now = app.clock.now();
    let (starts_at, pack) = check(&draft, &choices, &app.rules, actor, now).map_err(Error::Invalid)?;
    let id = MeetingId(Uuid::new_v4());
    let (person, session) = (actor.person, actor.session);

    let new_children: Vec<store::children::Child> = draft.new_children.iter().map(child_row).collect();
    let new_people: Vec<store::people::Person> = draft.new_people.iter().map(|new| person_row(new, now)).collect();
    let seats = seats(&draft, &choices, &new_people);
    let meeting = facts(id, &draft, &pack, starts_at);
    let children = draft.children.iter().copied().chain(new_children.iter().map(|child| child.id)).collect::<Vec<_>>();
    let before = next_meeting::before(app, actor, draft.after).await?;
    let documents = documents(&meeting, &pack, &seats, before.as_ref(), &children)?;
    let new_documents = documents.iter().map(|(id, part, _)| (*id, part.clone())).collect();
    let first_changes = first_changes(documents, actor);
    let new = store::meetings::NewMeeting {
        id,
        kind: meeting.kind,
        title: meeting.title,
        starts_at,
        place: meeting.place,
        pack,
        created_at: now,
        created_by: person,
        children,
        seats,
        documents: new_documents,
    };
    app.store
        .write(move |conn| {
            if !new_children.is_empty() {
                store::children::insert_many(conn, new_children)?;
            }
            if !new_people.is_empty() {
                store::people::insert_many(conn, new_people)?;
            }
            store::meetings::create(conn, new)?;
            if let Some(before) = before {
                next_meeting::join(conn, before.meeting, id, now)?;
            }
            let first = store::changes::Batch { actors: &[], changes: &first_changes, received_at: now };
            store::changes::append(conn, first)?;
            store::audit::append(conn, audited((person, session), now, "meeting.created", format!("meeting:{id}")))?;
            Ok::<(), Error>(())
        })
        .await?;
    Ok(id)
}

fn facts(id: MeetingId, draft: &Draft, pack: &RulePack, starts_at: i64) -> MeetingFacts {
    let title = draft.title.trim();
    MeetingFacts {
        id,
        kind: pack.kind.clone(),
        kind_name: pack.name.clone(),
        title: if title.is_empty() { pack.default_title.clone() } else { title.to_owned() },
        starts_at: rfc3339(starts_at),
        place: draft.place.trim().to_owned(),
        rule_pack: pack.label(),
    }
}

/// The chair first, as roles are listed.
fn seats(draft: &Draft, choices: &Choices, new_people: &[store::people::Person]) -> Vec<store::meetings::NewSeat> {
    let seat = |person: &store::people::Person, role: Role| store::meetings::NewSeat {
        person: person.id,
        role,
        title: person.title.clone(),
        agency: person.agency_id,
    };
    let known: BTreeMap<PersonId, &store::people::Person> = choices.people.iter().map(|p| (p.id, p)).collect();
    let invited = draft.invitees.iter().filter_map(|one| Some(seat(known.get(&one.person)?, one.role)));
    let mut seats: Vec<_> = invited.chain(new_people.iter().map(|person| seat(person, person.role))).collect();
    seats.sort_by_key(|seat| seat.role);
    seats
}

fn child_row(new: &NewChild) -> store::children::Child {
    store::children::Child {
        id: ChildId(Uuid::new_v4()),
        name: new.name.trim().to_owned(),
        date_of_birth: Some(new.date_of_birth.clone()).filter(|date| !date.is_empty()),
        address: None,
    }
}

pub(super) fn person_row(new: &NewPerson, now: i64) -> store::people::Person {
    let email = Some(new.email.trim().to_owned()).filter(|email| !email.is_empty());
    store::people::Person {
        id: PersonId(Uuid::new_v4()),
        name: new.name.trim().to_owned(),
        role: new.role,
        title: new.title.trim().to_owned(),
        agency_id: new.agency,
        delivery: if email.is_some() { store::people::Channel::Email } else { store::people::Channel::ByHand },
        email,
        phone: Some(new.phone.trim().to_owned()).filter(|phone| !phone.is_empty()),
        address: None,
        password_hash: None,
        created_at: now,
    }
}

/// `main` for everyone; `professionals` wherever somebody is at the table who is not to read everything: family, or an
/// observer.
fn documents(
    meeting: &MeetingFacts,
    pack: &RulePack,
    seats: &[store::meetings::NewSeat],
    before: Option<&Before>,
    children: &[ChildId],
) -> Result<Vec<(DocumentId, Part, Vec<u8>)>, Error> {
    let seated: Vec<PersonId> = seats.iter().map(|seat| seat.person).collect();
    let mut parts = vec![Part::main()];
    if !seats.iter().all(|seat| seat.role.is_worker()) {
        parts.push(Part::professionals());
    }
    parts
        .into_iter()
        .map(|part| {
            let document = DocumentId(Uuid::new_v4());
            let first = FirstChange { document, part: &part, meeting, sections: &pack.sections, seats: &seated };
            let carried =
                before.map(|before| plan::carried(&before.rows, &part, children, &seated)).unwrap_or_default();
            let bytes = document::create_with(&first, &carried);
            Ok((document, part, bytes.map_err(|_| Error::Broken("a document can't be made"))?))
        })
        .collect()
}

fn first_changes(documents: Vec<(DocumentId, Part, Vec<u8>)>, actor: &Actor) -> Vec<NewChanges> {
    let first = |(document, _, bytes): (DocumentId, Part, Vec<u8>)| {
        let change = NewChange { person: actor.person, session: actor.session, bytes: bytes.into() };
        NewChanges { document, after: 0, changes: vec![change] }
    };
    documents.into_iter().map(first).collect()
}

/// Everything wrong with the form at once, or the moment the meeting starts and the rules that hold on that day.
fn check(
    draft: &Draft,
    choices: &Choices,
    rules: &Rules,
    actor: &Actor,
    now: i64,
) -> Result<(i64, RulePack), Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong =
        |field: &str, words: &str| errors.push(FieldError { field: field.to_owned(), words: words.to_owned() });

    let pack = draft.date.parse::<Date>().ok().and_then(|day| rules.in_force(&draft.kind, day));
    if !choices.packs.iter().any(|pack| pack.kind == draft.kind) {
        wrong("kind", "Choose what kind of meeting it is.");
    } else if pack.is_none() && draft.date.parse::<Date>().is_ok() {
        wrong("kind", "This kind of meeting has no rules for that day. Choose another date, or another kind.");
    }
    if draft.title.chars().count() > MAX_NAME || draft.title.contains(['\n', '\r']) {
        wrong("title", "The title must be one line of at most 200 characters.");
    }
    if draft.place.chars().count() > MAX_NAME || draft.place.contains(['\n', '\r']) {
        wrong("place", "The place must be one line of at most 200 characters.");
    }
    let starts_at = starts_at(&draft.date, &draft.time);
    match starts_at {
        None => wrong("date", "Enter a real date and time, such as 27 11 2026 and 10:00."),
        Some(at) if at < now - MAX_PAST => {
            wrong("date", "The date is more than a week ago. Check the year, or write the record where it belongs.");
        }
        Some(_) => {}
    }
    check_children(draft, choices, &mut wrong);
    check_people(draft, choices, actor, &mut wrong);
    if let Some(pack) = pack {
        check_presence(draft, choices, pack, &mut wrong);
    }
    match (starts_at, pack) {
        (Some(at), Some(pack)) if errors.is_empty() => Ok((at, pack.clone())),
        _ => Err(errors),
    }
}

fn check_children(draft: &Draft, choices: &Choices, wrong: &mut impl FnMut(&str, &str)) {
    let chosen: BTreeSet<ChildId> = draft.children.iter().copied().collect();
    let count = draft.children.len() + draft.new_children.len();
    if count == 0 {
        wrong("children", "Choose the child or children the meeting is about.");
    }
    if count > MAX_CHILDREN || chosen.len() != draft.children.len() {
        wrong("children", "Choose each child once, and at most 20.");
    }
    if !chosen.iter().all(|id| choices.children.iter().any(|child| child.id == *id)) {
        wrong("children", "One of the children is not known here.");
    }
    for child in &draft.new_children {
        let known = |name: &str, born: &str| {
            choices.children.iter().any(|c| c.name == name && c.date_of_birth.as_deref().unwrap_or_default() == born)
        };
        if !is_name(&child.name) {
            wrong("new_children", "Give each new child a name of at most 200 characters.");
        } else if !child.date_of_birth.is_empty() && child.date_of_birth.parse::<jiff::civil::Date>().is_err() {
            wrong("new_children", "Enter a real date of birth, such as 31 3 2019, or none.");
        } else if known(child.name.trim(), &child.date_of_birth) {
            wrong("new_children", "A child of that name and date of birth is known already. Choose them above.");
        }
    }
}

fn check_people(draft: &Draft, choices: &Choices, actor: &Actor, wrong: &mut impl FnMut(&str, &str)) {
    let invited: BTreeSet<PersonId> = draft.invitees.iter().map(|invitee| invitee.person).collect();
    if draft.invitees.len() + draft.new_people.len() > MAX_SEATS || invited.len() != draft.invitees.len() {
        wrong("invitees", "Invite each person once, and at most 300.");
    }
    if !invited.iter().all(|id| choices.people.iter().any(|person| person.id == *id)) {
        wrong("invitees", "One of the people is not known here.");
    }
    if !invited.contains(&actor.person) {
        wrong("invitees", "Invite yourself too: whoever sets a meeting up sits at it.");
    }
    let roles = draft.invitees.iter().map(|i| i.role).chain(draft.new_people.iter().map(|p| p.role));
    if roles.filter(|role| *role == Role::Chair).count() != 1 {
        wrong("invitees", "Choose one chair.");
    }
    let mut addresses = BTreeSet::new();
    for person in &draft.new_people {
        let email = person.email.trim().to_lowercase();
        if !is_name(&person.name) || person.title.chars().count() > MAX_NAME || person.phone.chars().count() > 50 {
            wrong("new_people", "Give each new person a name, and keep every line under 200 characters.");
        }
        if person.agency.is_some_and(|id| !choices.agencies.iter().any(|agency| agency.id == id)) {
            wrong("new_people", "One of the agencies is not known here.");
        }
        if person.agency.is_none() && person.role.is_worker() {
            wrong("new_people", "Say which agency each professional works for.");
        }
        if email.is_empty() {
            continue;
        }
        if !is_email(person.email.trim()) {
            wrong("new_people", "Enter an e-mail address such as name@example.org, on one line, or none.");
        } else if !addresses.insert(email.clone())
            || choices.people.iter().any(|known| known.email.as_deref() == Some(email.as_str()))
        {
            wrong("new_people", "Somebody with that e-mail address is in the directory. Choose them above.");
        }
    }
}

/// Nobody sits at a meeting that is closed to them; nobody of the family sits with the professionals.
fn check_presence(draft: &Draft, choices: &Choices, pack: &RulePack, wrong: &mut impl FnMut(&str, &str)) {
    let closed = "The family has no seat at this kind of meeting. Take out family members, young people, and observers who \
                  come for no agency; or choose another kind.";
    let known = |invitee: &Invitee| choices.people.iter().find(|person| person.id == invitee.person);
    let invited = || draft.invitees.iter().filter_map(|invitee| Some((known(invitee)?, invitee.role)));
    let family = |person: &store::people::Person| person.role.is_family();
    let admits = |role: Role, agency: Option<AgencyId>| pack.presence.admits(role, agency.is_some());
    if invited().any(|(person, role)| !admits(role, person.agency_id) || !admits(person.role, person.agency_id)) {
        wrong("invitees", closed);
    }
    if draft.new_people.iter().any(|new| !admits(new.role, new.agency)) {
        wrong("new_people", closed);
    }
    let place = |person: &store::people::Person| Place {
        person: person.id,
        role: person.role,
        agency: person.agency_id,
        removed: false,
    };
    if invited().any(|(person, role)| family(person) && !seating::roles_for(place(person)).contains(&role)) {
        wrong("invitees", "Somebody of the family can be family, young person or observer at a meeting, nothing else.");
    }
}

pub(super) fn is_name(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty() && name.chars().count() <= MAX_NAME && !name.chars().any(char::is_control)
}

/// What the mail library will take as an address, so that a bad one is found here and not in the outbox.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[],;:\\\"".contains(c);
    text.len() <= 254 && !local.is_empty() && domain.contains('.') && text.chars().all(plain) && !local.contains('@')
}

/// Local time in the United Kingdom, whatever the server's own zone is.
fn starts_at(date: &str, time: &str) -> Option<i64> {
    let local: DateTime = format!("{date}T{time}:00").parse().ok()?;
    let zone = TimeZone::get("Europe/London").ok()?;
    Some(zone.to_timestamp(local).ok()?.as_millisecond())
}

/// The day in the United Kingdom at an instant.
fn day(at: i64) -> Option<Date> {
    let zone = TimeZone::get("Europe/London").ok()?;
    Some(zone.to_datetime(jiff::Timestamp::from_millisecond(at).ok()?).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_line_break_is_no_address() {
        for bad in ["a@b\r\nBcc: c@d.e", "a b@c.d", "@c.d", "a@b", "a@b@c.d", "", "<a@b.c>", "a@b.c\n"] {
            assert!(!is_email(bad), "{bad:?}");
        }
        for good in ["a@b.c", "zoë.o'neil+x@example.org", "a@münchen.example"] {
            assert!(is_email(good), "{good}");
        }
    }

    #[test]
    fn meetings_start_in_local_time() {
        assert_eq!(starts_at("2026-07-01", "10:00"), Some(1_782_896_400_000)); // 09:00 UTC
        assert_eq!(starts_at("2026-02-30", "10:00"), None);
        assert_eq!(starts_at("2026-07-01", "25:00"), None);
    }
}
