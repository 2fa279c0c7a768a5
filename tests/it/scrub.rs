//! `accord scrub` goes through all that is stored and names what is damaged.

use std::process::Output;

use diesel::sql_types::{Binary, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use tests::server::{Accord, program};
use tests::writing::{Entry, add_entry};

use crate::cast::Cast;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

#[tokio::test]
async fn a_scrub_finds_nothing_in_a_whole_store_and_each_damage_in_another() {
    let mut cast = Cast::assemble().await;
    let document = cast.main_document().to_owned();
    let mut chair = cast.chair.join(&cast.meeting).await;
    chair.open(&document).await.unwrap();
    let entry = Entry::fact(cast.chair.id(), "Written by the chair.");
    chair.edit(&document, |record| add_entry(record, &entry)).await.unwrap();
    chair.wait_saved(&document).await.unwrap();

    // On a running server, as an operator does at night.
    let whole = scrub(&cast.server).await;
    assert_eq!(whole.status.code(), Some(0), "{whole:?}");
    let said = String::from_utf8_lossy(&whole.stdout).into_owned();
    assert!(said.contains("all whole"), "{said}");
    assert!(!said.contains(" 0 changes"), "{said}");

    cast.server.stop().await;
    let mut database = SqliteConnection::establish(cast.server.data().join("accord.db").to_str().unwrap()).unwrap();
    let last = "SELECT document_id AS id, bytes FROM changes ORDER BY rowid DESC LIMIT 1";
    let row: Row = sql_query(last).get_result(&mut database).unwrap();
    let mut damaged = row.bytes.clone();
    let end = damaged.len() - 1;
    damaged[end] ^= 1;
    let set = "UPDATE changes SET bytes = ? WHERE rowid = (SELECT max(rowid) FROM changes)";
    sql_query(set).bind::<Binary, _>(damaged).execute(&mut database).unwrap();
    let found = scrub(&cast.server).await;
    assert_eq!(found.status.code(), Some(1), "{found:?}");
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(said.contains(&row.id) && said.contains("1 faults"), "{said}");

    sql_query(set).bind::<Binary, _>(row.bytes).execute(&mut database).unwrap();
    assert_eq!(scrub(&cast.server).await.status.code(), Some(0));
    sql_query("DELETE FROM changes WHERE rowid = (SELECT min(rowid) FROM changes)").execute(&mut database).unwrap();
    assert_eq!(scrub(&cast.server).await.status.code(), Some(1), "a log that lacks its beginning");
}

#[tokio::test]
async fn a_scrub_that_can_not_look_says_so() {
    let output = scrub_at("sqlite:/nowhere/at/all.db").await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

async fn scrub(server: &Accord) -> Output {
    scrub_at(&format!("sqlite:{}", server.data().join("accord.db").display())).await
}

async fn scrub_at(url: &str) -> Output {
    let mut command = tokio::process::Command::new(program());
    command.arg("scrub").env("ACCORD__STORAGE__URL", url).output().await.expect("the program runs")
}
