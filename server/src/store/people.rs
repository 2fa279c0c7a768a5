//! People: those who sign in, and those who are only named.

use diesel::prelude::*;
use minutes::ids::{AgencyId, PersonId};
use minutes::record::Role;

use super::columns::{Plain, PlainOrNull, text_enum};
use super::portable::insert_rows;
use super::schema::people;
use super::{Connection, StoreError};

text_enum! {
    /// How a copy may safely reach somebody.
    Channel {
        Email = "email",
        /// Given to them by the worker who explains it.
        ByHand = "by_hand",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = people)]
pub struct Person {
    #[diesel(serialize_as = Plain)]
    pub id: PersonId,
    pub name: String,
    #[diesel(serialize_as = Plain)]
    pub role: Role,
    /// Profession, or relation to the child.
    pub title: String,
    #[diesel(serialize_as = PlainOrNull)]
    pub agency_id: Option<AgencyId>,
    /// Unique whatever its case: stored in lower case.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// None: can't sign in.
    pub password_hash: Option<String>,
    #[diesel(serialize_as = Plain)]
    pub delivery: Channel,
    pub created_at: i64,
}

pub fn insert(conn: &mut Connection, person: Person) -> Result<(), StoreError> {
    insert_many(conn, vec![person])
}

pub fn insert_many(conn: &mut Connection, mut rows: Vec<Person>) -> Result<(), StoreError> {
    for person in &mut rows {
        person.email = person.email.as_deref().map(as_stored);
    }
    insert_rows!(conn, people::table, rows)
}

pub fn get(conn: &mut Connection, id: PersonId) -> Result<Option<Person>, StoreError> {
    Ok(people::table.find(id.to_string()).select(Person::as_select()).first(conn).optional()?)
}

pub fn by_email(conn: &mut Connection, email: &str) -> Result<Option<Person>, StoreError> {
    let found = people::table.filter(people::email.eq(as_stored(email))).select(Person::as_select()).first(conn);
    Ok(found.optional()?)
}

pub fn list(conn: &mut Connection) -> Result<Vec<Person>, StoreError> {
    Ok(people::table.order((people::name, people::id)).select(Person::as_select()).load(conn)?)
}

pub fn set_password_hash(conn: &mut Connection, id: PersonId, hash: &str) -> Result<bool, StoreError> {
    let changed =
        diesel::update(people::table.find(id.to_string())).set(people::password_hash.eq(hash)).execute(conn)?;
    Ok(changed == 1)
}

/// The two databases fold case differently, and SQLite ASCII alone: so it is done here.
fn as_stored(email: &str) -> String {
    email.trim().to_lowercase()
}
