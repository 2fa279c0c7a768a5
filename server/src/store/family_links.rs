//! The links in family letters. The token itself is stored nowhere, and no member of staff ever sees it.

use diesel::prelude::*;
use minutes::ids::{DeliveryId, EditionId, PersonId};

use super::columns::Plain;
use super::schema::family_links;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = family_links)]
pub struct FamilyLink {
    pub token_sha256: String,
    #[diesel(serialize_as = Plain)]
    pub delivery_id: DeliveryId,
    #[diesel(serialize_as = Plain)]
    pub person_id: PersonId,
    #[diesel(serialize_as = Plain)]
    pub edition_id: EditionId,
    pub expires_at: i64,
    /// Wrong codes given.
    pub failed_tries: i32,
    pub opened_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

pub fn insert(conn: &mut Connection, link: FamilyLink) -> Result<(), StoreError> {
    diesel::insert_into(family_links::table).values(link).execute(conn)?;
    Ok(())
}

pub fn get(conn: &mut Connection, token_sha256: &str) -> Result<Option<FamilyLink>, StoreError> {
    Ok(family_links::table.find(token_sha256).select(FamilyLink::as_select()).first(conn).optional()?)
}

pub fn count_failure(conn: &mut Connection, token_sha256: &str) -> Result<(), StoreError> {
    diesel::update(family_links::table.find(token_sha256))
        .set(family_links::failed_tries.eq(family_links::failed_tries + 1))
        .execute(conn)?;
    Ok(())
}

/// Whether this was the first time.
pub fn mark_opened(conn: &mut Connection, token_sha256: &str, now: i64) -> Result<bool, StoreError> {
    let unopened = family_links::table.find(token_sha256).filter(family_links::opened_at.is_null());
    Ok(diesel::update(unopened).set(family_links::opened_at.eq(now)).execute(conn)? == 1)
}

/// Whether there was a link to take back.
pub fn revoke(conn: &mut Connection, delivery: DeliveryId, now: i64) -> Result<bool, StoreError> {
    let live = family_links::table
        .filter(family_links::delivery_id.eq(delivery.to_string()))
        .filter(family_links::revoked_at.is_null());
    Ok(diesel::update(live).set(family_links::revoked_at.eq(now)).execute(conn)? == 1)
}
