//! Actors as values: whoever is signed in asks, and gets an answer to look at.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::demo::{Meeting, Person};
use crate::socket::{Lost, Socket};

/// A server that can be asked, wherever it runs.
pub trait Host {
    fn base_url(&self) -> &str;
}

/// Somebody at the door: signed in with a token, or nobody in particular.
#[derive(Clone)]
pub struct Actor {
    base_url: String,
    client: Client,
    token: Option<String>,
    cookie: Option<String>,
    person: Option<Person>,
}

impl Actor {
    /// Nobody in particular: what the whole world may do.
    pub fn anonymous(server: &impl Host) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().expect("an HTTP client");
        Self { base_url: server.base_url().to_owned(), client, token: None, cookie: None, person: None }
    }

    pub async fn sign_in(server: &impl Host, person: &Person) -> Self {
        let nobody = Self::anonymous(server);
        let credentials = json!({ "email": person.email, "password": person.password });
        let answer = nobody.post_json("/api/v1/session", &credentials).await;
        let token = answer.expect_success().json()["token"].as_str().expect("a token").to_owned();
        let cookie = answer.headers.get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        Self { token: Some(token), cookie, person: Some(person.clone()), ..nobody }
    }

    #[track_caller]
    pub fn person(&self) -> &Person {
        self.person.as_ref().expect("an actor who is signed in")
    }

    pub fn id(&self) -> &str {
        &self.person().id
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Any method; with a JSON body where the method has one.
    pub async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        let has_body = !matches!(method, Method::GET | Method::HEAD | Method::DELETE);
        let request = self.request(method, path);
        self.send(if has_body { request.json(body) } else { request }).await
    }

    pub async fn post_bytes(&self, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        self.send(self.request(Method::POST, path).header(CONTENT_TYPE, content_type).body(body)).await
    }

    /// A page, asked for as a browser does: with the cookie and without the token.
    pub async fn page(&self, path: &str) -> Answer {
        let mut request = self.client.get(self.address(path)).header("accept", "text/html");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        self.send(request).await
    }

    /// A form sent as a browser does: with the cookie, if there is one, and the page it came from.
    pub async fn form(&self, path: &str, origin: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = self.client.post(self.address(path)).header("origin", origin).header("accept", "text/html");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.send(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(fields.join("&"))).await
    }

    /// The same, carrying another cookie: what a browser was given for one address.
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..self.clone() }
    }

    /// A socket to the meeting, joined, by a one-use ticket.
    pub async fn join(&self, meeting: &Meeting) -> Socket {
        let url = self.ticket(meeting).await;
        Socket::join(&url).await.expect("whoever has a ticket may join")
    }

    /// The same by the cookie, as a page does; nothing is asked or written before. Fails if the server is away.
    pub async fn come(&self, meeting: &Meeting) -> Result<Socket, Lost> {
        let url = self.address(&format!("/sync/{}", meeting.id)).replacen("http", "ws", 1);
        Socket::connect_with_cookie(&url, self.cookie.as_deref()).await?.joined().await
    }

    /// The WebSocket address with a one-use ticket in it.
    pub async fn ticket(&self, meeting: &Meeting) -> String {
        let answer = self.post(&format!("/api/v1/meetings/{}/sync-ticket", meeting.id)).await;
        let url = answer.expect_success().json()["url"].as_str().expect("a ticket's url").to_owned();
        let url = if url.starts_with('/') { self.address(&url) } else { url };
        url.replacen("http", "ws", usize::from(url.starts_with("http")))
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base_url.trim_end_matches('/'))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, self.address(path));
        match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("a request that can be sent");
        let asked = format!("{} {}", request.method(), request.url().path());
        let response = self.client.execute(request).await.unwrap_or_else(|error| panic!("{asked}: {error}"));
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap_or_else(|error| panic!("{asked}: {error}")).to_vec();
        Answer { asked, status, headers, body }
    }
}

pub struct Answer {
    asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn expect_success(&self) -> &Self {
        assert!((200..300).contains(&self.status), "{} answered {}: {}", self.asked, self.status, self.text());
        self
    }

    #[track_caller]
    pub fn expect(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{} answered: {}", self.asked, self.text());
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}
