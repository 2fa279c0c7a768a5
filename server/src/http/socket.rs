//! The sync socket: frames in and out, nothing decided here.

use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, CloseReason, Session};
use futures_util::{FutureExt, StreamExt};
use minutes::ids::MeetingId;

use super::identity::{self, path_id};
use super::problem::Problem;
use crate::live::wire::{self, CloseCode, Inbound};
use crate::live::{ClientName, Closing, Connection, Seat, SessionWatch, Taken};
use crate::workflow::seat::{self, AtMeeting};
use crate::workflow::{App, Error, join_meeting};

const PING_EVERY: Duration = Duration::from_secs(20);
/// Two pings unanswered: the other side is gone.
const SILENCE: Duration = Duration::from_secs(50);
/// How many seconds' worth of messages may come at once, after a pause.
const BURST: f64 = 5.0;
/// Nobody pastes more than this.
const BYTES_A_SECOND: f64 = 1024.0 * 1024.0;
const BURST_BYTES: f64 = 4.0 * 1024.0 * 1024.0;
/// How long a connection may take to let go of what stands in the way of its last words.
const LAST_WORDS: Duration = Duration::from_millis(500);

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
    let seat = join_meeting::reserve(&app, &at)?;
    let ended = app.live.watch_session(at.actor.session);
    let (response, session, stream) =
        actix_ws::handle(&request, body).map_err(|_| Error::Broken("not a WebSocket request"))?;
    let stream = stream
        .max_frame_size(wire::MAX_INBOUND_BYTES)
        .aggregate_continuations()
        .max_continuation_size(wire::MAX_INBOUND_BYTES);
    actix_web::rt::spawn(async move {
        let budget = Budget::full(f64::from(app.live.limits().messages_per_second));
        let socket = Socket { app, at, session: session.clone(), ended, budget, seat: Some(seat) };
        let code = socket.run(stream).await;
        let reason =
            code.map(|code| CloseReason { code: (code as u16).into(), description: Some(code.reason().to_owned()) });
        let _ = tokio::time::timeout(LAST_WORDS, session.close(reason)).await;
    });
    Ok(response)
}

struct Socket {
    app: web::Data<App>,
    at: AtMeeting,
    session: Session,
    ended: SessionWatch,
    budget: Budget,
    /// Taken up by the connection when the client has said who it is.
    seat: Option<Seat>,
}

/// Why the socket's work is over: the code to close with, if the other side is still there to be told.
type End = Option<CloseCode>;

impl Socket {
    async fn run(mut self, mut stream: actix_ws::AggregatedMessageStream) -> End {
        let mut connection: Option<Connection> = None;
        let mut heard = Instant::now();
        let mut ping = tokio::time::interval(PING_EVERY);
        loop {
            let outbound = async {
                match &mut connection {
                    Some(connection) => connection.inbox.take().await,
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
                taken = outbound => if let Some(end) = self.outbound(taken, &mut connection).await { return end },
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
    async fn outbound(&mut self, taken: Option<Taken>, connection: &mut Option<Connection>) -> Option<End> {
        let connection = connection.as_mut()?;
        match taken {
            Some(Taken::Frame(frame)) => {
                let frame = web::Bytes::from(frame);
                // Nearly always there is room at once, and nothing to wait for meanwhile.
                match self.session.binary(frame.clone()).now_or_never() {
                    Some(sent) => sent.is_err().then_some(None),
                    None => self.send_when_there_is_room(frame, connection).await,
                }
            }
            Some(Taken::CaughtUp) => {
                connection.caught_up();
                None
            }
            Some(Taken::Close(closing)) => Some(self.close(Some(closing)).await),
            None => Some(Some(CloseCode::ServerFault)),
        }
    }

    /// A connection that takes nothing must not keep itself open.
    async fn send_when_there_is_room(&mut self, frame: web::Bytes, connection: &mut Connection) -> Option<End> {
        tokio::select! {
            sent = self.session.binary(frame) => sent.is_err().then_some(None),
            closing = connection.inbox.closing() => Some(self.close(closing).await),
            () = self.ended.ended() => Some(Some(CloseCode::SignedOut)),
            () = tokio::time::sleep(SILENCE) => Some(None),
        }
    }

    async fn close(&mut self, closing: Option<Closing>) -> End {
        let Some(Closing { code, last_words }) = closing else { return Some(CloseCode::ServerFault) };
        if let Some(frame) = last_words {
            let _ = tokio::time::timeout(LAST_WORDS, self.session.binary(frame)).await;
        }
        Some(code)
    }

    /// `Some` ends the socket.
    async fn message(&mut self, message: AggregatedMessage, connection: &mut Option<Connection>) -> Option<End> {
        let frame = match message {
            AggregatedMessage::Binary(frame) => frame,
            AggregatedMessage::Ping(bytes) => return self.session.pong(&bytes).await.is_err().then_some(None),
            AggregatedMessage::Pong(_) => return None,
            AggregatedMessage::Text(_) => return Some(Some(CloseCode::Malformed)),
            AggregatedMessage::Close(_) => return Some(None),
        };
        if !self.budget.spend(frame.len()) {
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
                // The seat is taken once: a second `join` on one connection is no part of the protocol.
                let Some(seat) = self.seat.take() else { return Some(Some(CloseCode::Malformed)) };
                let hello = wire::peer(&peer_id, &self.app.settings.storage_id);
                if self.session.binary(hello).await.is_err() {
                    return Some(None);
                }
                match join_meeting::connect(&self.app, &self.at, ClientName { peer_id, ours }, seat).await {
                    Ok(joined) => *connection = Some(joined),
                    Err(error) => return Some(Some(not_let_in(&error))),
                }
            }
            (Inbound::Sync { document, data }, Some(connection)) => connection.sync(document, data).await,
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

/// Two token buckets over what one connection sends: messages, and bytes.
struct Budget {
    /// Messages in a second.
    rate: f64,
    messages: f64,
    bytes: f64,
    filled: Instant,
}

impl Budget {
    fn full(rate: f64) -> Self {
        Self { rate, messages: rate * BURST, bytes: BURST_BYTES, filled: Instant::now() }
    }

    fn spend(&mut self, bytes: usize) -> bool {
        let now = Instant::now();
        let passed = now.duration_since(self.filled).as_secs_f64();
        self.filled = now;
        self.messages = (self.messages + passed * self.rate).min(self.rate * BURST) - 1.0;
        self.bytes = (self.bytes + passed * BYTES_A_SECOND).min(BURST_BYTES) - bytes as f64;
        self.messages >= 0.0 && self.bytes >= 0.0
    }
}
