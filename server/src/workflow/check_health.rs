//! Whether the store takes writes just now.

use super::{App, Error};
use crate::store;

pub async fn check_health(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    app.store.write(move |conn| Ok::<(), Error>(store::health::probe(conn, now)?)).await
}
