//! Storing changes: numbered without a gap, never twice, many callers to a commit, and nobody suffers for another.

use server::store::actors::NewActor;
use server::store::{AppendError, StoreError, actors, changes, documents, meetings};

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW};

on_both_databases! {
    changes_come_back_in_order_with_their_authors,
    many_at_once_are_all_stored_and_numbered_without_a_gap,
    one_refused_among_many_fails_alone,
    a_duplicate_is_refused_whole,
    an_actor_belongs_to_the_session_that_used_it_first,
    a_large_request_is_stored_whole,
    a_snapshot_is_only_ever_a_shortcut,
}

async fn changes_come_back_in_order_with_their_authors(database: Database) {
    let example = Example::set_up(&database).await;
    let first = example.change(example.main, 1, 1);
    database.write(move |conn| changes::append(conn, &[first])).await;
    let more = vec![example.change(example.main, 1, 2), example.change(example.main, 2, 1)];
    database.store.append(vec![example.actor(example.main, 2)], more).await.unwrap();

    let all = database.read(move |conn| changes::load_after(conn, example.main, 0)).await;
    assert_eq!(all, [b"change 1/1", b"change 1/2", b"change 2/1"]);
    let tail = database.read(move |conn| changes::load_after(conn, example.main, 2)).await;
    assert_eq!(tail, [b"change 2/1"]);
    let history = database.read(move |conn| changes::history(conn, example.main)).await;
    let seen: Vec<_> = history.iter().map(|c| (c.n, c.actor[0], c.actor_seq, c.person, c.received_at)).collect();
    let chair = Some(example.chair);
    assert_eq!(seen, [(1, 1, 1, chair, NOW + 1), (2, 1, 2, chair, NOW + 2), (3, 2, 1, chair, NOW + 1)]);
    let log = database.read(move |conn| changes::log(conn, example.main)).await;
    let seen: Vec<_> = log.iter().map(|c| (c.n, c.received_at, c.bytes.as_slice())).collect();
    assert_eq!(seen, [(1, NOW + 1, &b"change 1/1"[..]), (2, NOW + 2, b"change 1/2"), (3, NOW + 1, b"change 2/1")]);
    assert!(database.read(move |conn| changes::load_after(conn, example.professionals, 0)).await.is_empty());
    assert!(database.read(move |conn| changes::log(conn, example.professionals)).await.is_empty());
}

async fn many_at_once_are_all_stored_and_numbered_without_a_gap(database: Database) {
    let example = Example::set_up(&database).await;
    let (_, elsewhere) = example.another_meeting(&database).await;
    let requests = (1..=100_u8).map(|actor| {
        let (store, document) = (database.store.clone(), if actor % 3 == 0 { elsewhere } else { example.main });
        let pair = vec![example.change(document, actor, 1), example.change(document, actor, 2)];
        let actor = vec![example.actor(document, actor)];
        tokio::spawn(async move { store.append(actor, pair).await })
    });
    for request in requests.collect::<Vec<_>>() {
        request.await.unwrap().unwrap();
    }
    for (document, expected) in [(example.main, 67 * 2), (elsewhere, 33 * 2)] {
        let history = database.read(move |conn| changes::history(conn, document)).await;
        assert!(history.iter().map(|c| c.n).eq(1..=expected));
        assert!(history.chunks(2).all(|pair| pair[0].actor == pair[1].actor), "a request stays together");
        assert_eq!(database.read(move |c| documents::get(c, document)).await.unwrap().change_count, expected);
        let registered = database.read(move |conn| actors::list(conn, document)).await;
        assert_eq!(registered.len() * 2, history.len());
    }
}

async fn one_refused_among_many_fails_alone(database: Database) {
    let example = Example::set_up(&database).await;
    let (locked_meeting, locked) = example.another_meeting(&database).await;
    database.write(move |conn| meetings::lock(conn, locked_meeting, example.chair, NOW)).await;
    database.store.append(vec![], vec![example.change(example.main, 1, 1)]).await.unwrap();

    let requests = (1..=60_u8).map(|actor| {
        // Every third goes to a locked meeting; number one repeats what is there.
        let document = if actor % 3 == 0 { locked } else { example.main };
        let (store, change) = (database.store.clone(), example.change(document, actor, 1));
        (actor, tokio::spawn(async move { store.append(vec![], vec![change]).await }))
    });
    for (actor, request) in requests.collect::<Vec<_>>() {
        match request.await.unwrap() {
            Ok(()) => assert!(actor != 1 && actor % 3 != 0, "{actor}"),
            Err(AppendError::Conflict) => assert_eq!(actor, 1),
            Err(AppendError::NotOpen) => assert_eq!(actor % 3, 0),
            Err(other @ AppendError::Failed(_)) => panic!("{other:?}"),
        }
    }
    let history = database.read(move |conn| changes::history(conn, example.main)).await;
    assert!(history.iter().map(|c| c.n).eq(1..=40));
    assert!(database.read(move |conn| changes::load_after(conn, locked, 0)).await.is_empty());
}

async fn a_duplicate_is_refused_whole(database: Database) {
    let example = Example::set_up(&database).await;
    let there = example.change(example.main, 1, 1);
    database.store.append(vec![], vec![there.clone()]).await.unwrap();
    let other_hash = server::store::changes::NewChange { hash: "f".repeat(64), ..there.clone() };
    let new = example.change(example.main, 1, 2);
    for duplicate in [there, other_hash, new.clone()] {
        // The last is in the same request twice.
        let refused = database.store.append(vec![], vec![new.clone(), duplicate.clone()]).await;
        assert!(matches!(refused, Err(AppendError::Conflict)));
        let both = [new.clone(), duplicate];
        let refused = database.store.write(move |conn| changes::append(conn, &both)).await;
        assert!(matches!(refused, Err(StoreError::Conflict)));
    }
    assert_eq!(database.read(move |conn| changes::load_after(conn, example.main, 0)).await.len(), 1);
    // The same change in another document is another change.
    database.store.append(vec![], vec![example.change(example.professionals, 1, 1)]).await.unwrap();
}

async fn an_actor_belongs_to_the_session_that_used_it_first(database: Database) {
    let example = Example::set_up(&database).await;
    let mine = example.actor(example.main, 1);
    let theirs = NewActor { session: example.other_session, person: example.officer, ..mine.clone() };
    let change = |seq| vec![example.change(example.main, 1, seq)];
    database.store.append(vec![mine.clone()], change(1)).await.unwrap();
    database.store.append(vec![mine.clone()], change(2)).await.unwrap();
    let poached = database.store.append(vec![theirs.clone()], change(3)).await;
    assert!(matches!(poached, Err(AppendError::Conflict)));

    let owner = database.write(move |conn| actors::register(conn, &theirs)).await;
    assert_eq!((owner.actor, owner.person, owner.session), (mine.actor, example.chair, example.session));
    assert_eq!(database.read(move |conn| changes::load_after(conn, example.main, 0)).await.len(), 2);
}

/// More rows than fit into one statement.
async fn a_large_request_is_stored_whole(database: Database) {
    let example = Example::set_up(&database).await;
    let many = (1..=2500).map(|seq| example.change(example.main, 1, seq)).collect();
    database.store.append(vec![], many).await.unwrap();
    let history = database.read(move |conn| changes::history(conn, example.main)).await;
    assert!(history.iter().map(|c| (c.n, c.actor_seq)).eq((1..=2500).map(|n| (n, n))));
}

async fn a_snapshot_is_only_ever_a_shortcut(database: Database) {
    let example = Example::set_up(&database).await;
    let pair = vec![example.change(example.main, 1, 1), example.change(example.main, 1, 2)];
    database.store.append(vec![], pair).await.unwrap();
    let save = async |bytes: &'static [u8], count| {
        database.write(move |conn| documents::save_snapshot(conn, example.main, bytes, count)).await
    };
    let read = async || database.read(move |conn| documents::snapshot(conn, example.main)).await;
    assert_eq!(read().await, None);
    assert!(!save(b"future", 3).await, "more than is stored");
    assert!(save(b"two", 2).await);
    assert!(!save(b"one", 1).await, "older");
    assert_eq!(read().await, Some((b"two".to_vec(), 2)));
    assert_eq!(database.read(move |conn| changes::load_after(conn, example.main, 0)).await.len(), 2, "all are kept");
}
