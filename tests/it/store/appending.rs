//! Storing changes: numbered without a gap, never twice, many callers to a commit, and nobody suffers for another.

use std::sync::Arc;

use minutes::document::Snapshot;
use minutes::ids::DocumentId;
use server::store::actors::NewActor;
use server::store::{Append, AppendError, actors, changes, snapshots};

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW, chunk};

on_both_databases! {
    changes_come_back_in_order,
    many_at_once_are_all_stored_and_numbered_without_a_gap,
    one_refused_among_many_fails_alone,
    of_two_who_write_what_comes_next_one_does,
    the_same_request_again_is_stored_once,
    an_actor_belongs_to_the_session_that_used_it_first,
    a_large_request_is_stored_whole,
    a_snapshot_is_only_ever_a_shortcut,
}

async fn stored(database: &Database, document: DocumentId) -> Vec<Vec<u8>> {
    database.read(move |conn| changes::load_after(conn, document, 0)).await
}

async fn changes_come_back_in_order(database: Database) {
    let example = Example::set_up(&database).await;
    let first = example.changes(example.main, 0, &["one"]);
    database
        .write(move |conn| changes::append(conn, changes::Batch { actors: &[], changes: &[first], received_at: NOW }))
        .await;
    let mut more = example.append(example.main, 1, &["two", "three"]);
    more.actors = vec![example.actor(example.main, 2)];
    database.store.append(more).await.unwrap();

    assert_eq!(stored(&database, example.main).await, ["one", "two", "three"].map(chunk));
    let tail = database.read(move |conn| changes::load_after(conn, example.main, 2)).await;
    assert_eq!(tail, [chunk("three")], "also from the middle of what was stored together");
    let log = database.read(move |conn| changes::log(conn, example.main)).await;
    let seen: Vec<_> = log.iter().map(|change| (change.n, change.received_at)).collect();
    assert_eq!(seen, [(1, NOW), (2, NOW + 1), (3, NOW + 1)]);
    assert_eq!(database.read(move |conn| changes::count(conn, example.main)).await, 3);
    assert!(stored(&database, example.professionals).await.is_empty());
    assert_eq!(database.read(move |conn| changes::count(conn, example.professionals)).await, 0);
}

async fn many_at_once_are_all_stored_and_numbered_without_a_gap(database: Database) {
    let example = Arc::new(Example::set_up(&database).await);
    let mut writers = Vec::new();
    for _ in 0..12 {
        let (_, document) = example.another_meeting(&database).await;
        let (store, example) = (database.store.clone(), example.clone());
        let writer = tokio::spawn(async move {
            for round in 0..10 {
                store.append(example.append(document, 2 * round, &["a", "b"])).await.unwrap();
            }
        });
        writers.push((document, writer));
    }
    for (document, writer) in writers {
        writer.await.unwrap();
        let log = database.read(move |conn| changes::log(conn, document)).await;
        assert!(log.iter().map(|change| change.n).eq(1..=20));
    }
}

async fn one_refused_among_many_fails_alone(database: Database) {
    let example = Example::set_up(&database).await;
    let (locked_meeting, locked) = example.another_meeting(&database).await;
    database.write(move |conn| server::store::meetings::lock(conn, locked_meeting, example.chair, NOW)).await;
    let (_, outrun) = example.another_meeting(&database).await;
    database.store.append(example.append(outrun, 0, &["here first"])).await.unwrap();
    let mut requests = Vec::new();
    for n in 0..30 {
        let (_, own) = example.another_meeting(&database).await;
        let document = [own, locked, outrun][n % 3];
        let (store, append) = (database.store.clone(), example.append(document, 0, &["new"]));
        requests.push((n, own, tokio::spawn(async move { store.append(append).await })));
    }
    for (n, own, request) in requests {
        match (n % 3, request.await.unwrap()) {
            (0, Ok(())) => assert_eq!(stored(&database, own).await, [chunk("new")]),
            (1, Err(AppendError::NotOpen)) | (2, Err(AppendError::Outrun)) => {}
            (_, other) => panic!("{n}: {other:?}"),
        }
    }
    assert!(stored(&database, locked).await.is_empty());
    assert_eq!(stored(&database, outrun).await, [chunk("here first")]);
}

/// Two nodes have the meeting open and don't know of each other.
async fn of_two_who_write_what_comes_next_one_does(database: Database) {
    let example = Example::set_up(&database).await;
    let (one, other) = tokio::join!(
        database.store.append(example.append(example.main, 0, &["mine"])),
        database.store.append(example.append(example.main, 0, &["theirs", "too"])),
    );
    let outcomes = [one, other];
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(AppendError::Outrun))).count();
    let accepted = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((accepted, refused), (1, 1), "{outcomes:?}");
    let log = stored(&database, example.main).await;
    assert!(log == [chunk("mine")] || log == ["theirs", "too"].map(chunk));
}

/// As after an answer that was not heard.
async fn the_same_request_again_is_stored_once(database: Database) {
    let example = Example::set_up(&database).await;
    let append = example.append(example.main, 0, &["once"]);
    for _ in 0..3 {
        database.store.append(append.clone()).await.unwrap();
    }
    assert_eq!(stored(&database, example.main).await, [chunk("once")]);
    assert!(!database.store.is_failing());
}

async fn an_actor_belongs_to_the_session_that_used_it_first(database: Database) {
    let example = Example::set_up(&database).await;
    let mine = example.actor(example.main, 1);
    let theirs = NewActor { session: example.other_session, person: example.officer, ..mine.clone() };
    for (after, actor) in [(0, &mine), (1, &mine), (2, &theirs)] {
        let append = Append { actors: vec![actor.clone()], ..example.append(example.main, after, &["words"]) };
        database.store.append(append).await.unwrap();
    }
    let owners = database.read(move |conn| actors::owners(conn, example.main)).await;
    assert_eq!(owners.into_iter().collect::<Vec<_>>(), [(mine.actor, (example.chair, example.session))]);
}

/// More rows than fit into one statement.
async fn a_large_request_is_stored_whole(database: Database) {
    let example = Example::set_up(&database).await;
    let words: Vec<String> = (1..=2500).map(|n| format!("word {n}")).collect();
    let said: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut append = example.append(example.main, 0, &said);
    append.actors =
        (0..2500_u32).map(|n| NewActor { actor: n.to_be_bytes().to_vec(), ..example.actor(example.main, 1) }).collect();
    database.store.append(append).await.unwrap();
    assert!(
        stored(&database, example.main).await.iter().eq(said
            .iter()
            .map(|words| chunk(words))
            .collect::<Vec<_>>()
            .iter())
    );
    assert_eq!(database.read(move |conn| actors::list(conn, example.main)).await.len(), 2500);
}

async fn a_snapshot_is_only_ever_a_shortcut(database: Database) {
    let example = Example::set_up(&database).await;
    database.store.append(example.append(example.main, 0, &["one", "two"])).await.unwrap();
    let snapshot = |count, document: &[u8]| Snapshot {
        count,
        heads: vec![],
        document: document.into(),
        index: b"index".as_slice().into(),
        hashes: b"".as_slice().into(),
    };
    let save = async |snapshot: Snapshot| {
        database.write(move |conn| snapshots::save(conn, example.main, &snapshot, NOW)).await;
    };
    let read = async || database.read(move |conn| snapshots::get(conn, example.main)).await;
    assert_eq!(read().await, None);
    save(snapshot(2, b"two")).await;
    save(snapshot(1, b"older")).await;
    save(snapshot(2, b"no newer")).await;
    assert_eq!(read().await, Some(snapshot(2, b"two")));
    save(snapshot(3, b"three")).await;
    assert_eq!(read().await, Some(snapshot(3, b"three")));
    assert_eq!(stored(&database, example.main).await, ["one", "two"].map(chunk), "all are kept");
    database.write(move |conn| snapshots::forget(conn, example.main)).await;
    assert_eq!(read().await, None);
}
