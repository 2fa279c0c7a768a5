//! Whether the store takes writes just now.

use super::{App, Error};
use crate::store;

/// On a full disk one small row may still find room where changes find none, and a database that is away is waited for:
/// what is known from those who write comes first.
pub async fn check_health(app: &App) -> Result<(), Error> {
    if app.live.is_storage_failing() {
        return Err(Error::NotStoring);
    }
    if !app.log_is_whole {
        return Err(Error::LogBroken);
    }
    let now = app.clock.now();
    app.store.write(move |conn| Ok::<(), Error>(store::health::probe(conn, now)?)).await
}
