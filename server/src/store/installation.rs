//! Facts about this installation that must never change once set, such as the storage id clients know it by.

use diesel::prelude::*;

use super::schema::installation;
use super::{Connection, StoreError, portable};

pub fn get(conn: &mut Connection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(installation::table.find(name).select(installation::value).first(conn).optional()?)
}

/// The value of a name: the one proposed, unless one was set before.
pub fn get_or_set(conn: &mut Connection, name: &str, proposed: &str) -> Result<String, StoreError> {
    portable::insert_installation_if_absent(conn, name, proposed)?;
    Ok(installation::table.find(name).select(installation::value).first(conn)?)
}
