//! Wrong passwords, counted to slow down guessing. Kept by the digest of the address tried.

use diesel::prelude::*;

use super::schema::sign_in_failures;
use super::{Connection, StoreError};

pub fn record(conn: &mut Connection, email_sha256: &str, now: i64) -> Result<(), StoreError> {
    let row = (sign_in_failures::email_sha256.eq(email_sha256), sign_in_failures::at.eq(now));
    diesel::insert_into(sign_in_failures::table).values(row).execute(conn)?;
    Ok(())
}

pub fn count_since(conn: &mut Connection, email_sha256: &str, since: i64) -> Result<i64, StoreError> {
    let recent = sign_in_failures::table
        .filter(sign_in_failures::email_sha256.eq(email_sha256))
        .filter(sign_in_failures::at.ge(since));
    Ok(recent.count().get_result(conn)?)
}

pub fn clear(conn: &mut Connection, email_sha256: &str) -> Result<(), StoreError> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::email_sha256.eq(email_sha256))).execute(conn)?;
    Ok(())
}

pub fn forget_before(conn: &mut Connection, before: i64) -> Result<usize, StoreError> {
    Ok(diesel::delete(sign_in_failures::table.filter(sign_in_failures::at.lt(before))).execute(conn)?)
}
