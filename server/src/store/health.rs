//! Whether the database can be written to.

use diesel::prelude::*;

use super::schema::health_probe;
use super::{Connection, StoreError};

/// Writes one row. To be called through `Store::write`: only the commit proves anything.
pub fn probe(conn: &mut Connection, now: i64) -> Result<(), StoreError> {
    let written = diesel::update(health_probe::table.find(1)).set(health_probe::at.eq(now)).execute(conn)?;
    if written == 1 { Ok(()) } else { Err(diesel::result::Error::NotFound.into()) }
}
