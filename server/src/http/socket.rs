//! The sync socket: frames in and out, nothing decided here.

use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, CloseReason, Session};
use futures_util::StreamExt;
use minutes::ids::MeetingId;

use super::identity::{self, path_id};
use super::problem::Problem;
use crate::live::wire::{self, CloseCode, Inbound};
use crate::live::{ClientName, Connection, Outbound, SessionWatch};
use crate::workflow::seat::{self, AtMeeting};
use crate::workflow::{App, Error, join_meeting};

const PING_EVERY: Duration = Duration::from_secs(20);
/// Two pings unanswered: the other side is gone.
const SILENCE: Duration = Duration::from_secs(50);
/// Nobody types faster than this; a client that does is ended, and can come back.
const MESSAGES_A_SECOND: f64 = 400.0;
const BURST: f64 = 2_000.0;

#[derive(serde::Deserialize)]
struct Ticket {
    ticket: Option<String>,
}

pub async fn sync(request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Problem> {
    let app = identity::app(&request)?;
    let meeting = path_id::<MeetingId>(&request, "meeting")?;
    let query = web::Query::<Ticket>::from_query(request.query_string()).map_err(|_| Error::NotSignedIn)?;
    let at = match query.into_inner().ticket {
        Some(ticket) => join_meeting::redeem_ticket(&app, meeting, &ticket).await?,
        None => seat::take(&app, identity::identify(&request).await?, meeting).await?,
    };
    let ended = app.live.watch_session(at.actor.session);
    let (response, session, stream) =
        actix_ws::handle(&request, body).map_err(|_| Error::Broken("not a WebSocket request"))?;
    let stream = stream
        .max_frame_size(wire::MAX_INBOUND_BYTES)
        .aggregate_continuations()
        .max_continuation_size(wire::MAX_INBOUND_BYTES);
    actix_web::rt::spawn(async move {
        let code = Socket { app, at, session: session.clone(), ended, budget: Budget::full() }.run(stream).await;
        let reason =
            code.map(|code| CloseReason { code: (code as u16).into(), description: Some(code.reason().to_owned()) });
        let _ = session.close(reason).await;
    });
    Ok(response)
}

struct Socket {
    app: web::Data<App>,
    at: AtMeeting,
    session: Session,
    ended: SessionWatch,
    budget: Budget,
}

impl Socket {
    /// Runs until somebody ends it; gives the code to close with, if the other side is still there to be told.
    async fn run(mut self, mut stream: actix_ws::AggregatedMessageStream) -> Option<CloseCode> {
        let mut connection: Option<Connection> = None;
        let mut heard = Instant::now();
        let mut ping = tokio::time::interval(PING_EVERY);
        loop {
            let outbound = async {
                match &mut connection {
                    Some(connection) => connection.outbound.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                message = stream.next() => {
                    heard = Instant::now();
                    match message {
                        Some(Ok(message)) => if let Some(end) = self.message(message, &mut connection).await { return end },
                        Some(Err(_)) => return Some(CloseCode::TooLarge),
                        None => return None,
                    }
                }
                next = outbound => match next {
                    Some(Outbound::Frame(frame)) => self.session.binary(frame).await.ok()?,
                    Some(Outbound::Close(code)) => return Some(code),
                    None => return Some(CloseCode::ServerFault),
                },
                _ = ping.tick() => {
                    if heard.elapsed() > SILENCE { return None }
                    if self.app.clock.now() >= self.at.actor.expires_at { return Some(CloseCode::SignedOut) }
                    self.session.ping(b"").await.ok()?;
                }
                () = self.ended.ended() => return Some(CloseCode::SignedOut),
            }
        }
    }

    /// `Some` ends the socket.
    async fn message(
        &mut self,
        message: AggregatedMessage,
        connection: &mut Option<Connection>,
    ) -> Option<Option<CloseCode>> {
        let frame = match message {
            AggregatedMessage::Binary(frame) => frame,
            AggregatedMessage::Ping(bytes) => return self.session.pong(&bytes).await.is_err().then_some(None),
            AggregatedMessage::Pong(_) => return None,
            AggregatedMessage::Text(_) => return Some(Some(CloseCode::Malformed)),
            AggregatedMessage::Close(_) => return Some(None),
        };
        if !self.budget.spend() {
            return Some(Some(CloseCode::TooMany));
        }
        let Ok(inbound) = wire::decode(&frame) else { return Some(Some(CloseCode::Malformed)) };
        match (inbound, connection) {
            (Inbound::Join { peer_id, ours, speaks_version_1 }, connection) => {
                if !speaks_version_1 {
                    let words = wire::error(&peer_id, "this server speaks version 1 of the protocol");
                    let _ = self.session.binary(words).await;
                    return Some(Some(CloseCode::Malformed));
                }
                if connection.is_some() {
                    return Some(Some(CloseCode::Malformed));
                }
                let hello = wire::peer(&peer_id, &self.app.settings.storage_id);
                self.session.binary(hello).await.ok()?;
                match join_meeting::connect(&self.app, &self.at, ClientName { peer_id, ours }).await {
                    Ok(joined) => *connection = Some(joined),
                    Err(error) => return Some(Some(not_let_in(&error))),
                }
            }
            (Inbound::Sync { document, data }, Some(connection)) => connection.sync(document, data),
            (Inbound::Presence { sender, document, data }, Some(connection)) => {
                connection.presence(&sender, document, data);
            }
            (Inbound::UnknownDocument { document }, Some(connection)) => connection.unknown(&document),
            (Inbound::Leave, _) => return Some(None),
            (Inbound::Ignored, _) => {}
            (_, None) => return Some(Some(CloseCode::Malformed)),
        }
        None
    }
}

/// Why somebody who was let in at the door is not let in at the table.
const fn not_let_in(error: &Error) -> CloseCode {
    match error {
        Error::NotSignedIn => CloseCode::SignedOut,
        Error::NotFound | Error::NotAllowed(_) => CloseCode::NotAllowed,
        _ => CloseCode::ServerFault,
    }
}

/// A token bucket over one connection's messages.
struct Budget {
    left: f64,
    filled: Instant,
}

impl Budget {
    fn full() -> Self {
        Self { left: BURST, filled: Instant::now() }
    }

    fn spend(&mut self) -> bool {
        let now = Instant::now();
        self.left = (self.left + now.duration_since(self.filled).as_secs_f64() * MESSAGES_A_SECOND).min(BURST);
        self.filled = now;
        self.left -= 1.0;
        self.left >= 0.0
    }
}
