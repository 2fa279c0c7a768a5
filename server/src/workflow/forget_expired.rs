//! Throwing away what is of no more use: tickets past their minute, wrong passwords past their quarter of an hour.

use super::{App, Error};
use crate::store;

/// Failures are counted over a window far shorter than this.
const DAY: i64 = 24 * 60 * 60 * 1000;

pub async fn forget_expired(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    app.store
        .write(move |conn| {
            store::sync_tickets::forget_expired(conn, now)?;
            store::sign_in_failures::forget_before(conn, now - DAY)?;
            Ok(())
        })
        .await
}
