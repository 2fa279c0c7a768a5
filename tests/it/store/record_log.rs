//! The log of records grows in one line, whoever appends.

use std::sync::Arc;

use diesel::RunQueryDsl;
use minutes::ids::RecordId;
use server::signing::log::{leaf_of, read_checkpoint};
use server::signing::merkle::root;
use server::signing::{Keys, TrustedRoot};
use server::store::{Store, StoreError, log_leaves, records};
use server::workflow::append_to_log::{Log, append, take_in};
use server::workflow::check_log::{self, Checked, LogFault};
use server::workflow::{self};
use tempfile::TempDir;
use uuid::Uuid;

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW, a_record};

on_both_databases! {
    nodes_that_append_at_once_make_one_line,
    what_was_locked_before_the_log_is_taken_in_once,
    what_is_not_committed_is_not_in_the_log,
}

struct Node {
    log: Log,
    root: TrustedRoot,
    _folder: TempDir,
}

fn node() -> Node {
    let folder = tempfile::tempdir().unwrap();
    // Keys have no time but that of the tests.
    let keys = Keys::open_or_create(folder.path(), "Northmoor Safeguarding Partnership", NOW).unwrap();
    let root = keys.trusted_root().unwrap();
    Node { log: Log::new(&[7; 32], Arc::new(keys)), root, _folder: folder }
}

async fn check(store: &Store, node: &Node) -> Checked {
    check_log::check_log(store, &node.log.key, node.root.clone()).await.unwrap()
}

fn digest(n: i32) -> String {
    minutes::canonical::sha256_hex(&n.to_le_bytes())
}

async fn lock(store: &Store, log: &Log, example: Example, n: i32) -> Result<(), workflow::Error> {
    let (log, id) = (log.clone(), RecordId(Uuid::new_v4()));
    store
        .write(move |conn| {
            records::insert(conn, records::Record { sha256: digest(n), ..a_record(id, example.meeting, n) })?;
            append(conn, &log, id, &digest(n), NOW).map(drop)
        })
        .await
}

async fn nodes_that_append_at_once_make_one_line(database: Database) {
    const EACH: i32 = 12;
    let (example, node) = (Example::set_up(&database).await, node());
    take_in(&database.store, &node.log, NOW).await.unwrap();
    let other = Store::open(&database.url).unwrap();
    let appending = (1..=2 * EACH).map(|n| {
        let store = if n % 2 == 0 { database.store.clone() } else { other.clone() };
        let log = node.log.clone();
        tokio::spawn(async move { lock(&store, &log, example, n).await })
    });
    for one in appending.collect::<Vec<_>>() {
        one.await.unwrap().unwrap();
    }
    let checked = check(&database.store, &node).await;
    assert_eq!((checked.leaves, checked.faults), (24, vec![]));
    let rows = database.read(log_leaves::all).await;
    let leaves: Vec<_> = rows.iter().map(|(_, sha256)| leaf_of(sha256)).collect();
    let last = read_checkpoint(&rows.last().unwrap().0.checkpoint);
    assert_eq!(last, Some((24, root(&leaves))));
}

async fn what_was_locked_before_the_log_is_taken_in_once(database: Database) {
    let (example, node) = (Example::set_up(&database).await, node());
    for n in 1..=5 {
        let record = records::Record { sha256: digest(n), ..a_record(RecordId(Uuid::new_v4()), example.meeting, n) };
        database.write(move |conn| records::insert(conn, record)).await;
    }
    let both = tokio::join!(take_in(&database.store, &node.log, NOW), take_in(&database.store, &node.log, NOW));
    assert_eq!(both.0.unwrap() + both.1.unwrap(), 5);
    assert_eq!(check(&database.store, &node).await.faults, []);

    // A leaf that was taken out is a fault, and no start puts it back.
    let last = database.read(log_leaves::last).await.unwrap();
    let cut = |conn: &mut _| Ok(diesel::sql_query("DELETE FROM log_leaves WHERE n = 4").execute(conn).map(drop)?);
    database.write::<()>(cut).await;
    assert_eq!(take_in(&database.store, &node.log, NOW).await.unwrap(), 0);
    assert_eq!(check(&database.store, &node).await.faults, [LogFault::Missing(last.record_id)]);
}

async fn what_is_not_committed_is_not_in_the_log(database: Database) {
    let (example, node) = (Example::set_up(&database).await, node());
    take_in(&database.store, &node.log, NOW).await.unwrap();
    lock(&database.store, &node.log, example, 1).await.unwrap();
    let log = node.log.clone();
    let given_up = database.store.write(move |conn| {
        let id = RecordId(Uuid::new_v4());
        records::insert(conn, records::Record { sha256: digest(2), ..a_record(id, example.meeting, 2) })?;
        append(conn, &log, id, &digest(2), NOW)?;
        Err::<(), workflow::Error>(StoreError::Interrupted.into())
    });
    assert!(given_up.await.is_err());
    lock(&database.store, &node.log, example, 3).await.unwrap();
    let checked = check(&database.store, &node).await;
    assert_eq!((checked.leaves, checked.faults), (2, vec![]));
}
