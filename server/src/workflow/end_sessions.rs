//! Signing somebody out everywhere at once: a lost telephone, a password that is no longer theirs alone. Done by whoever
//! runs the server, who needs nothing for it but the database; the running servers see it there and close the sockets.

use super::Error;
use crate::clock::Clock;
use crate::store::{self, Store};

/// How many sessions there were. Nobody has that address: [`Error::NotFound`].
pub async fn end_sessions(store: &Store, clock: &Clock, email: String) -> Result<usize, Error> {
    let now = clock.now();
    store
        .write(move |conn| {
            let person = store::people::by_email(conn, &email)?.ok_or(Error::NotFound)?.id;
            let ended = store::sessions::end_all_of_person(conn, person, now)?;
            let row = store::audit::NewEntry {
                at: now,
                person: None,
                session: None,
                action: "sessions.ended_by_operator".to_owned(),
                subject: format!("person:{person}"),
                detail_json: serde_json::json!({ "ended": ended }).to_string(),
            };
            store::audit::append(conn, row)?;
            Ok(ended)
        })
        .await
}
