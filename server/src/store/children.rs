//! The children that meetings are about.

use diesel::prelude::*;
use minutes::ids::ChildId;

use super::columns::Plain;
use super::portable::insert_rows;
use super::schema::children;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = children)]
pub struct Child {
    #[diesel(serialize_as = Plain)]
    pub id: ChildId,
    pub name: String,
    /// ISO date.
    pub date_of_birth: Option<String>,
    /// In no document and no copy.
    pub address: Option<String>,
}

pub fn insert(conn: &mut Connection, child: Child) -> Result<(), StoreError> {
    insert_many(conn, vec![child])
}

pub fn insert_many(conn: &mut Connection, rows: Vec<Child>) -> Result<(), StoreError> {
    insert_rows!(conn, children::table, rows)
}

pub fn get(conn: &mut Connection, id: ChildId) -> Result<Option<Child>, StoreError> {
    Ok(children::table.find(id.to_string()).select(Child::as_select()).first(conn).optional()?)
}

pub fn list(conn: &mut Connection) -> Result<Vec<Child>, StoreError> {
    Ok(children::table.order((children::name, children::id)).select(Child::as_select()).load(conn)?)
}
