//! Somebody else's client, in a process of its own: the stock JavaScript automerge-repo, at the version that our protocol
//! promises to work with.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

use crate::browser;

pub struct StockClient {
    _node: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl StockClient {
    /// Connects and opens a document. Each address has a ticket in it, and is used once.
    pub async fn open(urls: &[String], document: &str) -> Self {
        let mut node = browser::node(&["stock-client.mjs"]);
        node.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut node = node.spawn().expect("node runs");
        let commands = node.stdin.take().expect("a piped input");
        let answers = BufReader::new(node.stdout.take().expect("a piped output")).lines();
        let mut client = Self { _node: node, commands, answers };
        let greeted = client.tell(&json!({ "command": "open", "document": document, "urls": urls })).await;
        assert!(greeted["storage"].is_string(), "a client can't know what is saved without the server's storage id");
        client
    }

    /// Adds an entry in somebody's name and gives its id.
    pub async fn add_entry(&mut self, section: &str, by: &str, text: &str) -> String {
        let id = self.tell(&json!({ "command": "add", "section": section, "by": by, "text": text })).await;
        id.as_str().expect("an entry has an id").to_owned()
    }

    /// Types at the end of an entry.
    pub async fn append(&mut self, section: &str, entry: &str, text: &str) {
        self.tell(&json!({ "command": "append", "section": section, "entry": entry, "text": text })).await;
    }

    /// Waits for the event by which a stock client learns that all it has written is stored.
    pub async fn wait_saved(&mut self) {
        self.tell(&json!({ "command": "saved" })).await;
    }

    pub async fn wait_until_it_reads(&mut self, text: &str) {
        self.tell(&json!({ "command": "reads", "text": text })).await;
    }

    /// The document as the stock client sees it.
    pub async fn record(&mut self) -> Value {
        self.tell(&json!({ "command": "record" })).await
    }

    /// Waits until its connection has ended; the code it ended with.
    pub async fn ended(&mut self) -> u16 {
        let code = self.tell(&json!({ "command": "ended" })).await;
        code.as_u64().and_then(|code| u16::try_from(code).ok()).expect("a close code")
    }

    /// Addresses for the connections to come: it goes on trying by itself.
    pub async fn come_back_by(&mut self, urls: &[String]) {
        self.tell(&json!({ "command": "urls", "urls": urls })).await;
    }

    async fn tell(&mut self, command: &Value) -> Value {
        let line = format!("{command}\n");
        self.commands.write_all(line.as_bytes()).await.expect("the stock client listens");
        let answer = self.answers.next_line().await.expect("its output can be read").expect("it answers");
        let mut answer: Value = serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
        assert!(answer["error"].is_null(), "the stock client, told {command}: {}", answer["error"]);
        answer["answer"].take()
    }
}
