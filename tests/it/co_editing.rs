//! Two people edit one record: with our client, with the stock automerge-repo, each in a process of its own, and with one
//! of each. The same tests for all.

use futures_util::future::join_all;
use serde_json::Value;
use tests::demo::Meeting;
use tests::http::Actor;
use tests::replica::Held;
use tests::service::Service;
use tests::socket::{Lost, Socket};
use tests::stock_client::StockClient;
use tests::writing::{Entry, add_entry, append, words};

const SECTION: &str = "since_last_met";
/// How much each types at once.
const WORDS: usize = 20;
const ROWS: usize = 8;
/// Enough for a client that tries again every second until the server is there.
const TICKETS: usize = 30;

#[derive(Clone, Copy)]
enum Kind {
    Ours,
    Stock,
}

/// Somebody who edits, with whichever client.
struct Editor {
    name: char,
    actor: Actor,
    meeting: Meeting,
    client: Client,
}

enum Client {
    Ours(Socket),
    Away(Held),
    Stock(StockClient),
}

struct Table {
    server: Service,
    meeting: Meeting,
    chair: Actor,
    one: Editor,
    other: Editor,
}

/// Registers test bodies (`async fn(Table)`), each to run with every pair of clients.
macro_rules! with_each_pair {
    ($($body:ident),+ $(,)?) => {$(
        mod $body {
            use super::{Kind, Table};

            #[tokio::test(flavor = "multi_thread")]
            async fn ours_and_ours() {
                super::$body(Table::set(Kind::Ours, Kind::Ours).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn stock_and_stock() {
                super::$body(Table::set(Kind::Stock, Kind::Stock).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn ours_and_stock() {
                super::$body(Table::set(Kind::Ours, Kind::Stock).await).await;
            }
        }
    )+};
}

with_each_pair!(
    both_type_in_one_text_at_once,
    both_add_rows_at_once,
    both_write_on_while_the_server_is_away,
    a_forbidden_edit_ends_the_connection_and_harms_nothing,
);

async fn both_type_in_one_text_at_once(mut table: Table) {
    let (one, other) = (&mut table.one, &mut table.other);
    let entry = one.add("word-first").await;
    other.reads("word-first").await;
    tokio::join!(one.type_words(&entry, 0..WORDS), other.type_words(&entry, 0..WORDS));
    tokio::join!(one.saved(), other.saved());
    table.all_read_the_same(1 + 2 * WORDS).await;
}

async fn both_add_rows_at_once(mut table: Table) {
    let (one, other) = (&mut table.one, &mut table.other);
    let add = async |editor: &mut Editor| {
        for number in 0..ROWS {
            let word = editor.word(number);
            editor.add(&word).await;
        }
        editor.saved().await;
    };
    tokio::join!(add(one), add(other));
    table.all_read_the_same(2 * ROWS).await;
}

async fn both_write_on_while_the_server_is_away(mut table: Table) {
    let (one, other) = (&mut table.one, &mut table.other);
    let entry = one.add("word-first").await;
    one.saved().await;
    other.reads("word-first").await;
    tokio::join!(one.prepare_to_come_back(), other.prepare_to_come_back());
    table.server.kill().await;
    for editor in [&mut *one, &mut *other] {
        editor.away().await;
        // In one text, and a row of their own.
        editor.type_words(&entry, 0..WORDS).await;
        let word = editor.word(WORDS);
        editor.add(&word).await;
    }
    table.server.start_again().await;
    tokio::join!(one.back(), other.back());
    tokio::join!(one.saved(), other.saved());
    table.all_read_the_same(1 + 2 * (WORDS + 1)).await;
}

async fn a_forbidden_edit_ends_the_connection_and_harms_nothing(mut table: Table) {
    let (one, other) = (&mut table.one, &mut table.other);
    let entry = one.add("word-first").await;
    one.saved().await;
    other.reads("word-first").await;
    other.add_as(table.chair.id(), "word-forged").await;
    assert_eq!(other.ended().await, 4409);
    // Whoever made no such thing goes on.
    one.type_words(&entry, 0..1).await;
    one.saved().await;
    let found = words(&table.as_stored().await);
    assert_eq!((found.len(), found.get("word-forged")), (2, None), "{found:?}");
}

impl Table {
    async fn set(one: Kind, other: Kind) -> Self {
        let server = Service::start(3).await;
        let mut actors = server.sign_in_all().await;
        let chair = actors.remove(0);
        let meeting = server.meet(&chair).await;
        let editors = actors.into_iter().zip(['a', 'b']).zip([one, other]);
        let editors = editors.map(|((actor, name), kind)| Editor::come(kind, name, actor, meeting.clone()));
        let [one, other] = <[Editor; 2]>::try_from(join_all(editors).await).unwrap_or_else(|_| unreachable!("two"));
        Self { server, meeting, chair, one, other }
    }

    /// Both end with the record as it is stored, and each of so many words is in it once.
    async fn all_read_the_same(&mut self, count: usize) {
        let stored = self.as_stored().await;
        let found = words(&stored);
        assert_eq!(found.len(), count, "{found:?}");
        assert!(found.values().all(|count| *count == 1), "{found:?}");
        for editor in [&mut self.one, &mut self.other] {
            for word in found.keys() {
                editor.reads(&format!("{word} ")).await;
            }
            let theirs = editor.record().await;
            assert_eq!(theirs["sections"], stored["sections"], "{} sees another record", editor.name);
        }
    }

    /// As somebody sees it who had nothing.
    async fn as_stored(&self) -> Value {
        let mut socket = self.chair.come(&self.meeting).await.unwrap();
        socket.open(self.meeting.document("main")).await.unwrap();
        socket.record(self.meeting.document("main"))
    }
}

impl Editor {
    async fn come(kind: Kind, name: char, actor: Actor, meeting: Meeting) -> Self {
        let document = meeting.document("main");
        let client = match kind {
            Kind::Ours => {
                let mut socket = actor.come(&meeting).await.unwrap();
                socket.open(document).await.unwrap();
                Client::Ours(socket)
            }
            Kind::Stock => Client::Stock(StockClient::open(&tickets(&actor, &meeting).await, document).await),
        };
        Self { name, actor, meeting, client }
    }

    fn word(&self, number: usize) -> String {
        format!("word-{}-{number}", self.name)
    }

    async fn add(&mut self, word: &str) -> String {
        let own = self.actor.id().to_owned();
        self.add_as(&own, word).await
    }

    /// Adds an entry as what somebody said.
    async fn add_as(&mut self, by: &str, word: &str) -> String {
        let (document, text) = (self.meeting.document("main"), format!("{word} "));
        let entry = Entry::fact(by, &text);
        match &mut self.client {
            Client::Ours(socket) => socket.edit(document, |record| add_entry(record, &entry)).await.unwrap(),
            Client::Away(held) => held.edit(document, |record| add_entry(record, &entry)),
            Client::Stock(stock) => stock.add_entry(SECTION, by, &text).await,
        }
    }

    /// Types at the end of an entry, word by word.
    async fn type_words(&mut self, entry: &str, numbers: std::ops::Range<usize>) {
        let document = self.meeting.document("main");
        for number in numbers {
            let text = format!("{} ", self.word(number));
            match &mut self.client {
                Client::Ours(socket) => {
                    socket.edit(document, |record| append(record, SECTION, entry, &text)).await.unwrap();
                }
                Client::Away(held) => held.edit(document, |record| append(record, SECTION, entry, &text)),
                Client::Stock(stock) => stock.append(SECTION, entry, &text).await,
            }
        }
    }

    async fn saved(&mut self) {
        match &mut self.client {
            Client::Ours(socket) => socket.wait_saved(self.meeting.document("main")).await.unwrap(),
            Client::Stock(stock) => stock.wait_saved().await,
            Client::Away(_) => panic!("who is away is told nothing"),
        }
    }

    async fn reads(&mut self, text: &str) {
        let document = self.meeting.document("main");
        match &mut self.client {
            Client::Ours(socket) => {
                socket.wait_until(document, text, |record| record.to_string().contains(text)).await.unwrap();
            }
            Client::Stock(stock) => stock.wait_until_it_reads(text).await,
            Client::Away(_) => panic!("who is away is told nothing"),
        }
    }

    async fn record(&mut self) -> Value {
        match &mut self.client {
            Client::Ours(socket) => socket.record(self.meeting.document("main")),
            Client::Stock(stock) => stock.record().await,
            Client::Away(_) => panic!("who is away is not asked"),
        }
    }

    /// The code with which the server has ended the connection.
    async fn ended(&mut self) -> u16 {
        match &mut self.client {
            Client::Ours(socket) => match socket.closing().await {
                Lost::Closed(code, _) => code,
                other => panic!("{other:?}"),
            },
            Client::Stock(stock) => stock.ended().await,
            Client::Away(_) => panic!("who is away has no connection"),
        }
    }

    /// The stock client tries to come back by itself: its tickets must be there before the server goes.
    async fn prepare_to_come_back(&mut self) {
        if let Client::Stock(stock) = &mut self.client {
            stock.come_back_by(&tickets(&self.actor, &self.meeting).await).await;
        }
    }

    /// Has noticed that the server is away.
    async fn away(&mut self) {
        self.client = match std::mem::replace(&mut self.client, Client::Away(Held::default())) {
            Client::Ours(socket) => Client::Away(socket.hold()),
            Client::Stock(mut stock) => {
                assert_eq!(stock.ended().await, 1006, "a server that is killed says no goodbye");
                Client::Stock(stock)
            }
            away @ Client::Away(_) => away,
        };
    }

    async fn back(&mut self) {
        if let Client::Away(held) = &mut self.client {
            let held = std::mem::take(held);
            let mut socket = self.actor.come(&self.meeting).await.unwrap();
            socket.take_up(held).await.unwrap();
            self.client = Client::Ours(socket);
        }
    }
}

async fn tickets(actor: &Actor, meeting: &Meeting) -> Vec<String> {
    join_all((0..TICKETS).map(|_| actor.ticket(meeting))).await
}
