//! The lock is a fact of the database: of two who lock, or of a lock and a change, one comes first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;
use server::store::meetings::MeetingState;
use server::store::{Append, AppendError, Connection, StoreError, changes, meetings};
use tests::wait::PATIENCE;
use tokio::sync::oneshot;

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW};

on_both_databases! {
    a_meeting_locks_once,
    of_two_who_lock_at_once_one_does,
    nothing_is_appended_after_the_lock,
    what_is_appended_while_locking_is_in_the_record_or_refused,
    a_change_waits_for_a_lock_that_is_not_committed_yet,
}

async fn a_meeting_locks_once(database: Database) {
    let example = Example::set_up(&database).await;
    let lock = async |by, at| database.write(move |conn| meetings::lock(conn, example.meeting, by, at)).await;
    assert!(lock(example.chair, NOW + 1).await);
    assert!(!lock(example.officer, NOW + 2).await);
    let meeting = database.read(move |conn| meetings::get(conn, example.meeting)).await.unwrap();
    assert_eq!(
        (meeting.state, meeting.locked_at, meeting.locked_by),
        (MeetingState::Locked, Some(NOW + 1), Some(example.chair))
    );
}

async fn of_two_who_lock_at_once_one_does(database: Database) {
    let example = Example::set_up(&database).await;
    let lock = |by| database.write(move |conn| meetings::lock(conn, example.meeting, by, NOW));
    let (one, other) = tokio::join!(lock(example.chair), lock(example.officer));
    assert!(one != other);
}

async fn nothing_is_appended_after_the_lock(database: Database) {
    let example = Example::set_up(&database).await;
    let (_, elsewhere) = example.another_meeting(&database).await;
    database.write(move |conn| meetings::lock(conn, example.meeting, example.chair, NOW)).await;

    let refused = database.store.append(example.append(example.main, 0, &["late"])).await;
    assert!(matches!(refused, Err(AppendError::NotOpen)));
    let actor_alone = Append { actors: vec![example.actor(example.main, 1)], changes: vec![], received_at: NOW };
    let refused = database.store.append(actor_alone).await;
    assert!(matches!(refused, Err(AppendError::NotOpen)), "no actor either");
    let late = [example.changes(example.main, 0, &["late"])];
    let refused = database
        .store
        .write(move |conn| changes::append(conn, changes::Batch { actors: &[], changes: &late, received_at: NOW }))
        .await;
    assert!(matches!(refused, Err(StoreError::MeetingNotOpen)));
    // Half of it might be written; then all of it must be refused.
    let both = vec![example.changes(elsewhere, 0, &["late"]), example.changes(example.main, 0, &["late"])];
    let both = Append { actors: vec![], changes: both, received_at: NOW };
    assert!(matches!(database.store.append(both).await, Err(AppendError::NotOpen)));

    assert!(database.read(move |conn| changes::load_after(conn, example.main, 0)).await.is_empty());
    assert!(database.read(move |conn| changes::load_after(conn, elsewhere, 0)).await.is_empty());
}

/// What the locking transaction reads is what is there for good.
async fn what_is_appended_while_locking_is_in_the_record_or_refused(database: Database) {
    let example = Example::set_up(&database).await;
    let count = move |conn: &mut _| Ok::<_, StoreError>(changes::load_after(conn, example.main, 0)?.len());
    // One after the other, as a meeting's task does.
    let requests: Vec<Append> = (0..40).map(|after| example.append(example.main, after, &["words"])).collect();
    let store = database.store.clone();
    let writer = tokio::spawn(async move {
        let mut accepted = 0;
        for request in requests {
            accepted += usize::from(store.append(request).await.is_ok());
        }
        accepted
    });
    let locked = database
        .write(move |conn| {
            assert!(meetings::lock(conn, example.meeting, example.chair, NOW)?);
            count(conn)
        })
        .await;
    assert_eq!(writer.await.unwrap(), locked);
    assert_eq!(database.read(count).await, locked);
}

/// The change arrives when the meeting is locked and nobody else can see it yet: it must not slip through.
async fn a_change_waits_for_a_lock_that_is_not_committed_yet(database: Database) {
    let example = Example::set_up(&database).await;
    let (locked, is_locked) = oneshot::channel();
    let answered = Arc::new(AtomicBool::new(false));
    let (store, answer) = (database.store.clone(), answered.clone());
    let append = tokio::spawn(async move {
        is_locked.await.unwrap();
        let outcome = store.append(example.append(example.main, 0, &["late"])).await;
        answer.store(true, Ordering::SeqCst);
        outcome
    });
    database
        .write(move |conn| {
            assert!(meetings::lock(conn, example.meeting, example.chair, NOW)?);
            locked.send(()).unwrap();
            let deadline = Instant::now() + PATIENCE;
            while !answered.load(Ordering::SeqCst) && !somebody_waits_for(conn)? {
                assert!(Instant::now() < deadline, "the change neither waits nor is answered");
            }
            Ok(())
        })
        .await;
    assert!(matches!(append.await.unwrap(), Err(AppendError::NotOpen)));
    assert!(database.read(move |conn| changes::load_after(conn, example.main, 0)).await.is_empty());
}

#[derive(diesel::QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    sessions: i64,
}

/// Whether another session waits for this one. On SQLite, whoever writes waits for this one, always.
fn somebody_waits_for(conn: &mut Connection) -> Result<bool, StoreError> {
    let Connection::Postgres(conn) = conn else { return Ok(true) };
    let waiting = "SELECT count(*) AS sessions FROM pg_locks
        WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))";
    let waiting: Waiting = diesel::sql_query(waiting).get_result(conn)?;
    Ok(waiting.sessions > 0)
}
