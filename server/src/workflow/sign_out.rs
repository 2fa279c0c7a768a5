//! Signing out: the session ends at once, its open sockets with it.

use super::{Actor, App, Error, audited};
use crate::store;

pub async fn sign_out(app: &App, actor: &Actor) -> Result<(), Error> {
    let (session, person, now) = (actor.session, actor.person, app.clock.now());
    app.store
        .write(move |conn| {
            if store::sessions::end(conn, session, now)? {
                store::audit::append(
                    conn,
                    audited((person, session), now, "session.ended", format!("session:{session}")),
                )?;
            }
            Ok::<(), Error>(())
        })
        .await?;
    app.live.end_session(session);
    Ok(())
}
