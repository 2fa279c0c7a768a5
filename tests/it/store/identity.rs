//! People, sessions, one-use tickets, wrong passwords.

use minutes::ids::{PersonId, SessionId};
use server::store::sync_tickets::Ticket;
use server::store::{StoreError, installation, people, sessions, sign_in_failures, sync_tickets};
use uuid::Uuid;

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW};

on_both_databases! {
    a_person_is_found_whatever_the_case_of_the_address,
    an_address_belongs_to_one_person,
    a_session_lives_until_it_ends_or_expires,
    a_ticket_is_used_once,
    of_two_who_redeem_a_ticket_at_once_one_gets_it,
    wrong_passwords_are_counted_and_forgotten,
    an_installation_keeps_its_first_answer,
}

async fn a_person_is_found_whatever_the_case_of_the_address(database: Database) {
    let example = Example::set_up(&database).await;
    let mut person = example.people().remove(0);
    person.id = PersonId(Uuid::new_v4());
    person.email = Some(" Zoë.Ünal@A.Test ".to_owned());
    let inserted = person.clone();
    database.write(move |conn| people::insert(conn, inserted)).await;

    let found = database.read(|conn| people::by_email(conn, "zoË.üNAL@a.test")).await.unwrap();
    person.email = Some("zoë.ünal@a.test".to_owned());
    assert_eq!(found, person);
    assert_eq!(database.read(move |conn| people::get(conn, found.id)).await, Some(person));
    assert_eq!(database.read(|conn| people::by_email(conn, "nobody@a.test")).await, None);
}

async fn an_address_belongs_to_one_person(database: Database) {
    let example = Example::set_up(&database).await;
    let mut twin = example.people().remove(0);
    twin.id = PersonId(Uuid::new_v4());
    twin.email = Some("CHAIR@a.test".to_owned());
    let refused = database.store.write(move |conn| people::insert(conn, twin)).await;
    assert!(refused.is_err_and(|error: StoreError| error.is_duplicate()));
}

async fn a_session_lives_until_it_ends_or_expires(database: Database) {
    let example = Example::set_up(&database).await;
    let live = async |at| database.read(move |conn| sessions::get_live(conn, example.session, at)).await;
    let (session, person) = live(NOW + 999).await.unwrap();
    assert_eq!((session.person_id, person.id, session.expires_at), (example.chair, example.chair, NOW + 1000));
    assert!(live(NOW + 1000).await.is_none(), "expired");

    assert!(database.write(move |conn| sessions::end(conn, example.session, NOW + 1)).await);
    assert!(live(NOW + 2).await.is_none(), "signed out");
    assert!(!database.write(move |conn| sessions::end(conn, example.session, NOW + 2)).await, "twice");

    let more = SessionId(Uuid::new_v4());
    let ended = database
        .write(move |conn| {
            sessions::start(conn, more, example.officer, NOW, NOW + 1000)?;
            sessions::end_all_of_person(conn, example.officer, NOW + 1)
        })
        .await;
    assert_eq!(ended, 2);
}

async fn a_ticket_is_used_once(database: Database) {
    let example = Example::set_up(&database).await;
    let ticket = issue(&database, example, "a").await;
    let redeem =
        async |token: &'static str, at| database.write(move |conn| sync_tickets::redeem(conn, token, at)).await;
    assert_eq!(redeem("b", NOW).await, None, "unknown");
    assert_eq!(redeem("a", NOW + 60).await, None, "expired");
    assert_eq!(redeem("a", NOW + 59).await, Some(ticket));
    assert_eq!(redeem("a", NOW + 59).await, None, "used");
    assert_eq!(database.write(|conn| sync_tickets::forget_expired(conn, NOW + 60)).await, 1);
}

async fn of_two_who_redeem_a_ticket_at_once_one_gets_it(database: Database) {
    let example = Example::set_up(&database).await;
    for token in ["a", "b", "c", "d"] {
        issue(&database, example, token).await;
        let redeem = || database.write(move |conn| sync_tickets::redeem(conn, token, NOW));
        let (one, other) = tokio::join!(redeem(), redeem());
        assert!(one.is_some() != other.is_some());
    }
}

async fn issue(database: &Database, example: Example, token: &str) -> Ticket {
    let ticket = Ticket {
        token_sha256: token.to_owned(),
        session_id: example.session,
        meeting_id: example.meeting,
        expires_at: NOW + 60,
    };
    let issued = ticket.clone();
    database.write(move |conn| sync_tickets::issue(conn, issued)).await;
    ticket
}

async fn wrong_passwords_are_counted_and_forgotten(database: Database) {
    let count = async |since| database.read(move |conn| sign_in_failures::count_since(conn, "x", since)).await;
    database
        .write(|conn| {
            sign_in_failures::record(conn, "x", NOW)?;
            sign_in_failures::record(conn, "x", NOW)?;
            sign_in_failures::record(conn, "x", NOW + 5)?;
            sign_in_failures::record(conn, "y", NOW)
        })
        .await;
    assert_eq!((count(NOW).await, count(NOW + 1).await, count(NOW + 6).await), (3, 1, 0));
    assert_eq!(database.write(|conn| sign_in_failures::forget_before(conn, NOW + 1)).await, 3);
    assert_eq!(count(0).await, 1);
    database.write(|conn| sign_in_failures::clear(conn, "x")).await;
    assert_eq!(count(0).await, 0);
}

async fn an_installation_keeps_its_first_answer(database: Database) {
    let set = async |value: &'static str| {
        database.write(move |conn| installation::get_or_set(conn, "storage_id", value)).await
    };
    assert_eq!(database.read(|conn| installation::get(conn, "storage_id")).await, None);
    assert_eq!(set("one").await, "one");
    assert_eq!(set("two").await, "one");
    assert_eq!(database.read(|conn| installation::get(conn, "storage_id")).await.as_deref(), Some("one"));
}
