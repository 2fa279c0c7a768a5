//! Coming to the table: a ticket for clients that can't send cookies, and the connection itself.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use minutes::canonical::sha256_hex;
use minutes::ids::MeetingId;

use super::seat::{self, AtMeeting};
use super::{App, Error, sign_in};
use crate::live::{ClientName, Connection, Seat};
use crate::store;

/// A ticket is fetched just before it is used.
const TICKET_LIFE: i64 = 60 * 1000;

/// A one-use ticket for this meeting's socket, as text for a URL.
pub async fn issue_ticket(app: &App, at: &AtMeeting) -> Result<String, Error> {
    let token = BASE64_URL_SAFE_NO_PAD.encode(crate::secrets::random());
    let ticket = store::sync_tickets::Ticket {
        token_sha256: sha256_hex(token.as_bytes()),
        session_id: at.actor.session,
        meeting_id: at.meeting.id,
        expires_at: app.clock.now() + TICKET_LIFE,
    };
    app.store.write(move |conn| Ok::<(), Error>(store::sync_tickets::issue(conn, ticket)?)).await?;
    Ok(token)
}

/// Whoever holds an unused ticket for this meeting is who fetched it.
pub async fn redeem_ticket(app: &App, meeting: MeetingId, token: &str) -> Result<AtMeeting, Error> {
    let (token, now) = (sha256_hex(token.as_bytes()), app.clock.now());
    let ticket = app
        .store
        .redeem_ticket(token, now)
        .await?
        .filter(|ticket| ticket.meeting_id == meeting)
        .ok_or(Error::NotSignedIn)?;
    let actor = sign_in::resume(app, ticket.session_id).await?;
    seat::take(app, actor, meeting).await
}

/// A place for one more connection, before the socket is opened.
pub fn reserve(app: &App, at: &AtMeeting) -> Result<Seat, Error> {
    Ok(app.live.admit(at.meeting.id, at.actor.person)?)
}

pub async fn connect(app: &App, at: &AtMeeting, client: ClientName, seat: Seat) -> Result<Connection, Error> {
    let connection = app.live.connect(at.meeting.id, at.writer(), client, seat)?;
    // Since the handshake, which may be long ago, the session may have ended or the seat have changed. Who was told of
    // that then did not include this connection; of what comes from here on, it is.
    let now = seat::take_again(app, at).await?;
    if now.standing() != at.standing() {
        app.live.change_standing(now.meeting.id, now.actor.person, now.standing());
    }
    Ok(connection)
}
