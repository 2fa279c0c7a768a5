//! A meeting everybody has left goes out of memory; whoever comes back gets a snapshot and what came after it.

use tests::server::Settings;
use tests::service::Service;
use tests::stock_client::StockClient;
use tests::wait;
use tests::writing::{Entry, add_entry, append};

/// More than makes a snapshot worth while.
const KEYSTROKES: usize = 150;

#[tokio::test]
async fn after_a_snapshot_the_stock_client_and_ours_go_on_from_where_it_was() {
    let settings = Settings::from([("ACCORD__LIVE__IDLE_SECONDS".to_owned(), "1".to_owned())]);
    let mut server = Service::with_settings(2, settings).await;
    let (chair, police) = (server.sign_in(0).await, server.sign_in(1).await);
    let meeting = server.meet(&chair).await;
    let document = meeting.document("main").to_owned();

    let mut writing = chair.join(&meeting).await;
    writing.open(&document).await.unwrap();
    let entry = writing.edit(&document, |record| add_entry(record, &Entry::fact(chair.id(), ""))).await.unwrap();
    for _ in 0..KEYSTROKES {
        writing.edit(&document, |record| append(record, "since_last_met", &entry, "a")).await.unwrap();
    }
    writing.wait_saved(&document).await.unwrap();
    // Somebody whose tab holds all of it so far, and writes on while away.
    let mut away = police.join(&meeting).await;
    away.open(&document).await.unwrap();
    let offline = away.replica_taken(&document);
    drop((writing, away));
    wait::until("the meeting leaves memory with a snapshot", async || {
        let metrics = chair.get("/metrics").await.text();
        let left = metrics.contains("accord_open_meetings 0\n");
        let taken = metrics
            .lines()
            .any(|line| line.strip_prefix("accord_snapshot_seconds_count ").is_some_and(|count| count != "0"));
        (left && taken).then_some(())
    })
    .await;

    // Fresh: the snapshot in one piece.
    let typed = "a".repeat(KEYSTROKES);
    let mut stock = StockClient::open(&[police.ticket(&meeting).await], &document).await;
    stock.wait_until_it_reads(&typed).await;
    stock.add_entry("since_last_met", police.id(), "Written after the snapshot.").await;
    stock.wait_saved().await;

    // Holding it, with something unsent that builds on what is in the snapshot; and after a restart as well.
    for round in ["first", "second"] {
        if round == "second" {
            server.kill().await;
            server.start_again().await;
        }
        let back = server.sign_in(1).await;
        let mut socket = back.join(&meeting).await;
        socket.replica_given(&document, offline.clone());
        let words = format!(" Written away, {round}.");
        let row = Entry::fact(back.id(), &words);
        socket.edit(&document, |record| add_entry(record, &row)).await.unwrap();
        socket.wait_saved(&document).await.unwrap();
        let record = socket.record(&document).to_string();
        for expected in [typed.as_str(), "Written after the snapshot.", &words] {
            assert!(record.contains(expected), "{expected} is not in {record}");
        }
    }
}
