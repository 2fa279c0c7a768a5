//! The outbox: leases, attempts, family links.

use minutes::ids::DeliveryId;
use server::store::deliveries::{DeliveryState, Leased, Outcome};
use server::store::family_links::FamilyLink;
use server::store::people::Channel;
use server::store::{StoreError, deliveries, family_links};

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW};

const LEASE: i64 = 60_000;

on_both_databases! {
    a_leased_mail_is_nobody_elses_until_the_lease_runs_out,
    of_two_workers_each_mail_has_one,
    an_attempt_is_recorded_and_decides_what_follows,
    a_worker_that_lost_its_lease_does_not_undo_what_came_after,
    what_is_by_hand_is_handed_over_once,
    a_copy_goes_to_somebody_once_by_each_way,
    a_family_link_counts_tries_and_opens_once,
}

async fn lease(database: &Database, now: i64) -> Vec<Leased> {
    database.write(move |conn| deliveries::lease_due(conn, "a.test", now, LEASE, 10)).await
}

async fn enqueue(database: &Database, example: Example) -> DeliveryId {
    let edition = example.edition(database).await;
    let new = example.delivery(edition, example.chair, Channel::Email);
    let id = new.id;
    database.write(move |conn| deliveries::enqueue_many(conn, vec![new])).await;
    id
}

async fn record(database: &Database, id: DeliveryId, attempt: i32, outcome: Outcome, now: i64) {
    database.write(move |conn| deliveries::record_attempt(conn, id, attempt, outcome, now)).await;
}

async fn state(database: &Database, example: Example) -> (DeliveryState, i32) {
    let listed = database.read(move |conn| deliveries::list_for_meeting(conn, example.meeting)).await;
    (listed[0].state, listed[0].attempts)
}

fn accepted() -> Outcome {
    Outcome::Accepted { detail: "taken".to_owned() }
}

async fn a_leased_mail_is_nobody_elses_until_the_lease_runs_out(database: Database) {
    let example = Example::set_up(&database).await;
    let id = enqueue(&database, example).await;
    assert!(lease(&database, NOW - 1).await.is_empty(), "not due");
    let first = lease(&database, NOW).await;
    assert_eq!((first.len(), first[0].id, first[0].attempt), (1, id, 1));
    assert_eq!(first[0].message_id, format!("{id}@a.test"));
    assert!(lease(&database, NOW + LEASE - 1).await.is_empty(), "leased");
    assert_eq!(database.read(deliveries::next_due).await, Some(NOW + LEASE));
    let again = database.write(|conn| deliveries::lease_due(conn, "moved.test", NOW + LEASE, LEASE, 10)).await;
    assert_eq!((again.len(), again[0].attempt), (1, 2));
    assert_eq!(again[0].message_id, first[0].message_id, "a retry is not a second letter");
}

async fn of_two_workers_each_mail_has_one(database: Database) {
    let example = Example::set_up(&database).await;
    let edition = example.edition(&database).await;
    let people = [example.chair, example.officer, example.mother];
    let new = people.map(|person| example.delivery(edition, person, Channel::Email)).to_vec();
    database.write(move |conn| deliveries::enqueue_many(conn, new)).await;
    let (one, other) = tokio::join!(lease(&database, NOW), lease(&database, NOW));
    let mut ids: Vec<_> = one.iter().chain(&other).map(|leased| leased.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), one.len() + other.len()), (3, 3));
}

async fn an_attempt_is_recorded_and_decides_what_follows(database: Database) {
    let example = Example::set_up(&database).await;
    let id = enqueue(&database, example).await;
    lease(&database, NOW).await;
    let later = Outcome::Delayed { next_attempt_at: NOW + 500, detail: "busy".to_owned() };
    record(&database, id, 1, later, NOW + 1).await;
    assert_eq!(state(&database, example).await, (DeliveryState::Delayed, 1));
    assert!(lease(&database, NOW + 499).await.is_empty());
    assert_eq!(lease(&database, NOW + 500).await[0].attempt, 2);
    record(&database, id, 2, accepted(), NOW + 501).await;
    assert_eq!(state(&database, example).await, (DeliveryState::AcceptedByRelay, 2));
    assert!(lease(&database, NOW + LEASE * 100).await.is_empty());
    assert_eq!(database.read(deliveries::next_due).await, None);

    let attempts = database.read(move |conn| deliveries::attempts(conn, id)).await;
    let seen: Vec<_> = attempts.iter().map(|a| (a.attempt, a.at, a.outcome.as_str(), a.detail.as_str())).collect();
    assert_eq!(seen, [(1, NOW + 1, "delayed", "busy"), (2, NOW + 501, "accepted_by_relay", "taken")]);
    let listed = database.read(move |conn| deliveries::list_for_meeting(conn, example.meeting)).await;
    assert_eq!((listed[0].person_name.as_str(), listed[0].finished_at), ("Chair", Some(NOW + 501)));
}

async fn a_worker_that_lost_its_lease_does_not_undo_what_came_after(database: Database) {
    let example = Example::set_up(&database).await;
    let id = enqueue(&database, example).await;
    lease(&database, NOW).await;
    lease(&database, NOW + LEASE).await;
    record(&database, id, 1, Outcome::Refused { detail: "late".to_owned() }, NOW + LEASE + 1).await;
    assert_eq!(state(&database, example).await, (DeliveryState::Queued, 2), "the second worker has it");
    record(&database, id, 2, accepted(), NOW + LEASE + 2).await;
    assert_eq!(state(&database, example).await.0, DeliveryState::AcceptedByRelay);
}

async fn what_is_by_hand_is_handed_over_once(database: Database) {
    let example = Example::set_up(&database).await;
    let edition = example.edition(&database).await;
    let new = example.delivery(edition, example.mother, Channel::ByHand);
    let id = new.id;
    database.write(move |conn| deliveries::enqueue_many(conn, vec![new])).await;
    assert!(lease(&database, NOW).await.is_empty(), "no mail");
    assert_eq!(state(&database, example).await.0, DeliveryState::ToHandOver);
    assert!(database.write(move |conn| deliveries::mark_handed_over(conn, id, NOW)).await);
    assert!(!database.write(move |conn| deliveries::mark_handed_over(conn, id, NOW)).await);
    assert_eq!(state(&database, example).await.0, DeliveryState::HandedOver);
}

async fn a_copy_goes_to_somebody_once_by_each_way(database: Database) {
    let example = Example::set_up(&database).await;
    let edition = example.edition(&database).await;
    let twice = vec![
        example.delivery(edition, example.chair, Channel::Email),
        example.delivery(edition, example.chair, Channel::Email),
    ];
    let refused = database.store.write(move |conn| deliveries::enqueue_many(conn, twice)).await;
    assert!(refused.is_err_and(|error: StoreError| error.is_duplicate()));
    assert!(lease(&database, NOW).await.is_empty());
}

async fn a_family_link_counts_tries_and_opens_once(database: Database) {
    let example = Example::set_up(&database).await;
    let delivery_id = enqueue(&database, example).await;
    let edition_id = database.read(move |conn| deliveries::list_for_meeting(conn, example.meeting)).await[0].edition_id;
    let link = FamilyLink {
        token_sha256: "a".repeat(64),
        delivery_id,
        person_id: example.mother,
        edition_id,
        expires_at: NOW + 1,
        failed_tries: 0,
        opened_at: None,
        revoked_at: None,
    };
    let (inserted, token) = (link.clone(), link.token_sha256.clone());
    database.write(move |conn| family_links::insert(conn, inserted)).await;
    let opened = database
        .write(move |conn| {
            assert_eq!(family_links::get(conn, &token)?, Some(link.clone()));
            family_links::count_failure(conn, &token)?;
            family_links::count_failure(conn, &token)?;
            assert!(family_links::mark_opened(conn, &token, NOW)?);
            assert!(!family_links::mark_opened(conn, &token, NOW + 1)?);
            assert!(family_links::revoke(conn, link.delivery_id, NOW + 2)?);
            assert!(!family_links::revoke(conn, link.delivery_id, NOW + 3)?);
            family_links::get(conn, &token)
        })
        .await
        .unwrap();
    assert_eq!((opened.failed_tries, opened.opened_at, opened.revoked_at), (2, Some(NOW), Some(NOW + 2)));
    assert_eq!(database.read(|conn| family_links::get(conn, "b")).await, None);
}
