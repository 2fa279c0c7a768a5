//! A sync client of our own: the automerge-repo WebSocket protocol, a replica of each open document, and the means to
//! misbehave. It reads when it waits, so a test sees every frame in order.

use std::collections::BTreeMap;
use std::time::Instant;

use automerge::{AutoCommit, ChangeHash};
use futures_util::{FutureExt, SinkExt, StreamExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error as SocketError;
use tokio_tungstenite::tungstenite::http::header::COOKIE;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

use crate::replica::{Held, Replica};
use crate::wait::PATIENCE;
use crate::wire::{self, Message, Value};

/// Why a socket can't go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// The handshake was answered with this HTTP status.
    NotLetIn(u16),
    /// The server closed with this code and reason.
    Closed(u16, String),
    /// The connection broke without a goodbye.
    Broken,
    /// The server says there is no such document for us.
    Unavailable,
    /// What was waited for did not come.
    WaitedInVain(String),
}

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub peer_id: String,
    pub server_id: String,
    /// The server's stable storage id: "saved" is measured against it.
    pub storage_id: Option<String>,
    replicas: BTreeMap<String, Replica>,
    /// Everything that was no sync message, oldest first.
    pub heard: Vec<Message>,
    /// Every byte that came, once it is asked to be kept.
    traffic: Option<Vec<u8>>,
}

impl Socket {
    /// Connects and says nothing yet.
    pub async fn connect(url: &str) -> Result<Self, Lost> {
        Self::connect_with_cookie(url, None).await
    }

    pub async fn connect_with_cookie(url: &str, cookie: Option<&str>) -> Result<Self, Lost> {
        let mut request = url.into_client_request().unwrap_or_else(|error| panic!("{url}: {error}"));
        if let Some(cookie) = cookie {
            request.headers_mut().insert(COOKIE, cookie.parse().expect("a cookie is a header value"));
        }
        Self::connected(connect_async(request).await)
    }

    /// Connects with room for few bytes that were not read yet, so that the server soon notices who does not read.
    pub async fn connect_narrow(url: &str, receive_buffer: u32) -> Result<Self, Lost> {
        let request = url.into_client_request().unwrap_or_else(|error| panic!("{url}: {error}"));
        let address = request.uri().authority().expect("an address to connect to").as_str().parse();
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(receive_buffer).expect("a small buffer");
        let stream = socket.connect(address.expect("an IP address and a port")).await.map_err(|_| Lost::Broken)?;
        Self::connected(client_async(request, MaybeTlsStream::Plain(stream)).await)
    }

    fn connected<T>(
        outcome: Result<(WebSocketStream<MaybeTlsStream<TcpStream>>, T), SocketError>,
    ) -> Result<Self, Lost> {
        match outcome {
            Ok((stream, _)) => Ok(Self {
                stream,
                peer_id: format!("peer-{}", uuid::Uuid::new_v4()),
                server_id: String::new(),
                storage_id: None,
                replicas: BTreeMap::new(),
                heard: Vec::new(),
                traffic: None,
            }),
            Err(SocketError::Http(response)) => Err(Lost::NotLetIn(response.status().as_u16())),
            Err(_) => Err(Lost::Broken),
        }
    }

    /// Connects and is greeted.
    pub async fn join(url: &str) -> Result<Self, Lost> {
        Self::connect(url).await?.joined().await
    }

    /// Says who we are and is greeted.
    pub async fn joined(mut self) -> Result<Self, Lost> {
        let join = wire::join(&self.peer_id);
        self.send(&join).await?;
        self.greeted().await?;
        Ok(self)
    }

    /// Waits for the server's `peer` message.
    pub async fn greeted(&mut self) -> Result<(), Lost> {
        let greeting = self.hear("a greeting", |message| message.kind() == "peer").await?;
        self.server_id = greeting.text("senderId").unwrap_or("").to_owned();
        let metadata = greeting.get("peerMetadata").and_then(Value::as_map);
        let storage = metadata.and_then(|map| map.iter().find(|(key, _)| key.as_text() == Some("storageId")));
        self.storage_id = storage.and_then(|(_, id)| id.as_text()).map(str::to_owned);
        Ok(())
    }

    /// Keeps every byte that comes from here on.
    pub fn keep_traffic(&mut self) {
        self.traffic = Some(Vec::new());
    }

    /// Whether these bytes have come, whatever they were part of.
    #[track_caller]
    pub fn was_sent(&self, bytes: &[u8]) -> bool {
        let traffic = self.traffic.as_ref().expect("traffic that was kept");
        traffic.windows(bytes.len()).any(|window| window == bytes)
    }

    /// Asks for a document and waits until it is here.
    pub async fn open(&mut self, document: &str) -> Result<(), Lost> {
        self.replicas.insert(document.to_owned(), Replica::new());
        self.sync(document).await?;
        self.wait_open(document).await
    }

    async fn wait_open(&mut self, document: &str) -> Result<(), Lost> {
        self.wait_for(document, "the document", |replica| replica.answered && replica.has_all_of_theirs()).await
    }

    /// Lets the connection go, and keeps what it had.
    pub fn hold(self) -> Held {
        Held(self.replicas)
    }

    /// Goes on with what an earlier connection had; what was not saved goes out now and with the server's answers.
    pub async fn take_up(&mut self, held: Held) -> Result<(), Lost> {
        self.replicas = held.renewed();
        let documents: Vec<String> = self.replicas.keys().cloned().collect();
        for document in &documents {
            self.sync(document).await?;
        }
        for document in &documents {
            self.wait_open(document).await?;
        }
        Ok(())
    }

    /// A copy of a replica, as a tab that goes away keeps it.
    pub fn replica_taken(&mut self, document: &str) -> AutoCommit {
        self.replica(document).document.clone()
    }

    /// Goes on from such a copy, under a new actor; nothing is said to the server yet.
    pub fn replica_given(&mut self, document: &str, copy: AutoCommit) {
        self.replicas.insert(document.to_owned(), Replica::holding(copy));
    }

    /// Makes one change and sends what the server can take now; the rest follows its answers.
    pub async fn edit<T>(&mut self, document: &str, change: impl FnOnce(&mut AutoCommit) -> T) -> Result<T, Lost> {
        let replica = self.replica(document);
        let made = change(&mut replica.document);
        replica.document.commit();
        self.sync(document).await?;
        Ok(made)
    }

    /// The document as it stands here, as JSON.
    pub fn record(&self, document: &str) -> serde_json::Value {
        self.replicas.get(document).expect("a document that was opened").record()
    }

    /// Where the document ends as it stands here.
    pub fn heads(&mut self, document: &str) -> Vec<ChangeHash> {
        self.replica(document).document.get_heads()
    }

    /// Waits until everything is here that these heads stand for.
    pub async fn wait_heads(&mut self, document: &str, heads: &[ChangeHash]) -> Result<(), Lost> {
        self.wait_for(document, "what others have", |replica| replica.knows(heads)).await
    }

    /// Waits until the document here satisfies `expected`.
    pub async fn wait_until(
        &mut self,
        document: &str,
        what: &str,
        mut expected: impl FnMut(&serde_json::Value) -> bool,
    ) -> Result<(), Lost> {
        let deadline = Instant::now() + PATIENCE;
        while !expected(&self.record(document)) {
            if let Err(lost) = self.receive(deadline, what).await {
                return Err(match lost {
                    Lost::WaitedInVain(what) => Lost::WaitedInVain(format!("{what}, in {}", self.record(document))),
                    other => other,
                });
            }
        }
        Ok(())
    }

    /// Waits until the server has said that it holds everything written here.
    pub async fn wait_saved(&mut self, document: &str) -> Result<(), Lost> {
        self.wait_for(document, "word that all is saved", Replica::is_saved).await
    }

    /// Whether the server has said that it holds everything written here, as far as was read.
    pub fn is_saved(&mut self, document: &str) -> bool {
        self.replica(document).is_saved()
    }

    /// Reads until it is as expected.
    pub async fn wait(&mut self, what: &str, mut expected: impl FnMut(&mut Self) -> bool) -> Result<(), Lost> {
        let deadline = Instant::now() + PATIENCE;
        while !expected(self) {
            self.receive(deadline, what).await?;
        }
        self.answer().await
    }

    /// Says something that is passed on to everybody and forgotten.
    pub async fn whisper(&mut self, document: &str, words: &str) -> Result<(), Lost> {
        let body = wire::encode(&wire::map([("said", Value::from(words))]));
        let whisper = self.addressed("ephemeral", document).with("count", 1).with("sessionId", "s");
        self.send(&whisper.with("data", Value::Bytes(body))).await
    }

    /// Waits until these words come that somebody else whispered: then everything sent here before has been read.
    pub async fn hear_whisper(&mut self, words: &str) -> Result<(), Lost> {
        let says_so = |data: &[u8]| {
            let Value::Map(body) = Message::decode(data)?.get("body")?.clone() else { return None };
            Some(body.iter().any(|(key, value)| key.as_text() == Some("said") && value.as_text() == Some(words)))
        };
        let is_it =
            |message: &Message| message.kind() == "ephemeral" && message.bytes("data").and_then(says_so) == Some(true);
        self.hear("a whisper", is_it).await.map(drop)
    }

    /// Waits for a message that is no sync message. What was heard before counts, once.
    pub async fn hear(&mut self, what: &str, expected: impl Fn(&Message) -> bool) -> Result<Message, Lost> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(index) = self.heard.iter().position(&expected) {
                return Ok(self.heard.remove(index));
            }
            self.receive(deadline, what).await?;
        }
    }

    /// Reads until the server closes; the code it gives.
    pub async fn closing(&mut self) -> Lost {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Err(lost) = self.receive(deadline, "the server's goodbye").await {
                return lost;
            }
        }
    }

    pub async fn send(&mut self, message: &Message) -> Result<(), Lost> {
        self.send_frame(Frame::binary(message.encode())).await
    }

    /// Any frame at all, for input that no honest client sends.
    pub async fn send_frame(&mut self, frame: Frame) -> Result<(), Lost> {
        match self.stream.send(frame).await {
            Ok(()) => Ok(()),
            // It has closed on us; what it said is still to be read.
            Err(_) => Err(self.closing_words().await),
        }
    }

    /// A sync message with these bytes, whatever they are.
    pub async fn send_sync(&mut self, document: &str, data: Vec<u8>) -> Result<(), Lost> {
        let message = self.addressed("sync", document).with("data", Value::Bytes(data));
        self.send(&message).await
    }

    fn addressed(&self, kind: &str, document: &str) -> Message {
        Message::new(kind)
            .with("senderId", self.peer_id.as_str())
            .with("targetId", self.server_id.as_str())
            .with("documentId", document)
    }

    fn replica(&mut self, document: &str) -> &mut Replica {
        self.replicas.get_mut(document).expect("a document that was opened")
    }

    async fn wait_for(
        &mut self,
        document: &str,
        what: &str,
        mut expected: impl FnMut(&mut Replica) -> bool,
    ) -> Result<(), Lost> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let replica = self.replica(document);
            if replica.unavailable {
                return Err(Lost::Unavailable);
            }
            if expected(replica) {
                return self.answer().await;
            }
            self.receive(deadline, what).await?;
        }
    }

    /// Sends what the sync protocol has to say about a document, if anything.
    async fn sync(&mut self, document: &str) -> Result<(), Lost> {
        let replica = self.replica(document);
        // `request` is what a peer says that has nothing.
        let kind = if replica.is_empty() { "request" } else { "sync" };
        let Some(said) = replica.say() else { return Ok(()) };
        let message = self.addressed(kind, document).with("data", Value::Bytes(said));
        self.send(&message).await
    }

    /// Takes in one frame. Before it waits for one, it answers those that came; answering each would be most of the work
    /// of a hundred clients.
    async fn receive(&mut self, deadline: Instant, what: &str) -> Result<(), Lost> {
        let next = match self.stream.next().now_or_never() {
            Some(next) => next,
            None => {
                self.answer().await?;
                let next = tokio::time::timeout_at(deadline.into(), self.stream.next()).await;
                next.map_err(|_| Lost::WaitedInVain(what.to_owned()))?
            }
        };
        let Some(Ok(frame)) = next else { return Err(Lost::Broken) };
        match frame {
            Frame::Binary(bytes) => {
                if let Some(traffic) = &mut self.traffic {
                    traffic.extend_from_slice(&bytes);
                }
                let message = Message::decode(&bytes).unwrap_or_else(|| panic!("no message: {bytes:02x?}"));
                self.take_in(message);
                Ok(())
            }
            Frame::Close(closing) => {
                let (code, reason) = closing.map_or((1005, String::new()), |c| (c.code.into(), c.reason.to_string()));
                Err(Lost::Closed(code, reason))
            }
            Frame::Text(text) => panic!("the protocol has no text frames: {text}"),
            Frame::Ping(_) | Frame::Pong(_) | Frame::Frame(_) => Ok(()),
        }
    }

    fn take_in(&mut self, message: Message) {
        let document = message.text("documentId").unwrap_or("").to_owned();
        match (message.kind(), self.replicas.get_mut(&document)) {
            ("sync", Some(replica)) => replica.receive(message.bytes("data").expect("a sync message has data")),
            ("doc-unavailable", Some(replica)) => replica.unavailable = true,
            _ => self.heard.push(message),
        }
    }

    /// Says what there is to say to what was received.
    async fn answer(&mut self) -> Result<(), Lost> {
        let owed: Vec<String> =
            self.replicas.iter().filter(|(_, replica)| replica.owes).map(|(document, _)| document.clone()).collect();
        for document in owed {
            self.sync(&document).await?;
        }
        Ok(())
    }

    async fn closing_words(&mut self) -> Lost {
        while let Some(Ok(frame)) = self.stream.next().await {
            if let Frame::Close(Some(closing)) = frame {
                return Lost::Closed(closing.code.into(), closing.reason.to_string());
            }
        }
        Lost::Broken
    }
}
