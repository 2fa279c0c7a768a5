//! The log of locked records: one row a leaf, never changed. What the hashes mean is decided elsewhere; here they are kept,
//! in an order that two nodes can't both continue.

use diesel::prelude::*;
use minutes::ids::RecordId;

use super::columns::Plain;
use super::schema::{log_leaves, records};
use super::{Connection, StoreError, portable};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = log_leaves)]
pub struct Leaf {
    pub n: i64,
    #[diesel(serialize_as = Plain)]
    pub record_id: RecordId,
    pub leaf_hash: String,
    pub peaks: String,
    pub checkpoint: String,
    pub seal: String,
    pub added_at: i64,
}

/// The last leaf. Nobody else appends until this transaction ends.
pub fn hold_last(conn: &mut Connection) -> Result<Option<Leaf>, StoreError> {
    portable::hold_log(conn)?;
    last(conn)
}

pub fn append(conn: &mut Connection, leaf: Leaf) -> Result<(), StoreError> {
    diesel::insert_into(log_leaves::table).values(leaf).execute(conn)?;
    Ok(())
}

pub fn last(conn: &mut Connection) -> Result<Option<Leaf>, StoreError> {
    Ok(log_leaves::table.order(log_leaves::n.desc()).select(Leaf::as_select()).first(conn).optional()?)
}

pub fn find(conn: &mut Connection, leaf_hash: &str) -> Result<Option<Leaf>, StoreError> {
    let found = log_leaves::table.filter(log_leaves::leaf_hash.eq(leaf_hash)).select(Leaf::as_select()).first(conn);
    Ok(found.optional()?)
}

/// In order.
pub fn hashes(conn: &mut Connection) -> Result<Vec<String>, StoreError> {
    Ok(log_leaves::table.order(log_leaves::n).select(log_leaves::leaf_hash).load(conn)?)
}

/// In order, each with its record's digest.
pub fn all(conn: &mut Connection) -> Result<Vec<(Leaf, String)>, StoreError> {
    let found = log_leaves::table.inner_join(records::table).order(log_leaves::n);
    Ok(found.select((Leaf::as_select(), records::sha256)).load(conn)?)
}

/// Records that are in no leaf, each with its digest, the oldest first.
pub fn missing(conn: &mut Connection) -> Result<Vec<(RecordId, String)>, StoreError> {
    let logged = log_leaves::table.select(log_leaves::record_id);
    let found = records::table.filter(records::id.ne_all(logged)).order((records::created_at, records::id));
    Ok(found.select((records::id, records::sha256)).load(conn)?)
}
