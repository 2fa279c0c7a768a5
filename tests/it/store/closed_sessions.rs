//! Closed sessions and their readers.

use std::collections::BTreeSet;

use minutes::ids::DocumentId;
use minutes::record::{Ground, Part};
use server::store::closed_sessions::{self, Session};
use server::store::{documents, revocations};
use uuid::Uuid;

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW};

on_both_databases! {
    a_session_is_kept_with_its_readers,
    who_comes_and_goes_is_noticed_everywhere,
    a_session_ends_once,
    who_loses_their_seat_leaves_every_session,
}

/// Opened by the chair, with the officer in it.
async fn opened(database: &Database, example: Example, number: u32) -> DocumentId {
    let document = DocumentId(Uuid::new_v4());
    database
        .write(move |c| {
            documents::insert(c, example.meeting, document, &Part::closed(number), NOW)?;
            let session = Session {
                document_id: document,
                meeting_id: example.meeting,
                number: i32::try_from(number).unwrap_or_default(),
                ground: Ground::ConfidentialInformation,
                reason: "Legal advice 🙂".to_owned(),
                told: true,
                opened_at: NOW,
                opened_by: example.chair,
                ended_at: None,
                revision: 1,
                changed_at: NOW,
            };
            closed_sessions::open(c, session, &BTreeSet::from([example.chair, example.officer]))
        })
        .await;
    document
}

async fn a_session_is_kept_with_its_readers(database: Database) {
    let example = Example::set_up(&database).await;
    let second = opened(&database, example, 2).await;
    let first = opened(&database, example, 1).await;
    let sessions = database.read(move |c| closed_sessions::for_meeting(c, example.meeting)).await;
    let listed: Vec<_> = sessions.iter().map(|session| (session.number, session.document_id)).collect();
    assert_eq!(listed, [(1, first), (2, second)]);
    assert_eq!((sessions[0].ground, sessions[0].reason.as_str()), (Ground::ConfidentialInformation, "Legal advice 🙂"));
    assert!(sessions[0].told && sessions[0].ended_at.is_none());
    let readers = database.read(move |c| closed_sessions::readers(c, first)).await;
    assert_eq!(readers, BTreeSet::from([example.chair, example.officer]));
    let none = database.read(move |c| closed_sessions::readers(c, example.professionals)).await;
    assert!(none.is_empty(), "a part that names nobody");
}

async fn who_comes_and_goes_is_noticed_everywhere(database: Database) {
    let example = Example::set_up(&database).await;
    let document = opened(&database, example, 1).await;
    let (mother, chair) = (example.mother, example.chair);
    let let_in = async |at| database.write(move |c| closed_sessions::let_in(c, document, mother, chair, at)).await;
    let let_out = async |at| database.write(move |c| closed_sessions::let_out(c, document, mother, at)).await;
    let is_in = async || database.read(move |c| closed_sessions::readers(c, document)).await.contains(&mother);
    let news = async |since| database.read(move |c| revocations::since(c, since)).await.changed_sessions;

    assert!(!let_out(NOW + 1).await, "who was never in it does not leave");
    assert!(let_in(NOW + 2).await && is_in().await);
    assert!(!let_in(NOW + 3).await, "twice");
    assert!(let_out(NOW + 4).await && !is_in().await);
    assert!(!let_out(NOW + 5).await, "twice");
    assert!(let_in(NOW + 6).await && is_in().await, "back again");

    let told = news(NOW + 5).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].document, told[0].revision, told[0].changed_at), (document, 4, NOW + 6));
    assert_eq!(database.read(move |c| closed_sessions::revision(c, document)).await, 4);
    assert!(news(NOW + 6).await.is_empty());
}

async fn a_session_ends_once(database: Database) {
    let example = Example::set_up(&database).await;
    let document = opened(&database, example, 1).await;
    assert!(database.write(move |c| closed_sessions::end(c, document, NOW + 1)).await);
    assert!(!database.write(move |c| closed_sessions::end(c, document, NOW + 2)).await);
    let sessions = database.read(move |c| closed_sessions::for_meeting(c, example.meeting)).await;
    assert_eq!(sessions[0].ended_at, Some(NOW + 1));
}

async fn who_loses_their_seat_leaves_every_session(database: Database) {
    let example = Example::set_up(&database).await;
    let both = [opened(&database, example, 1).await, opened(&database, example, 2).await];
    let (meeting, officer) = (example.meeting, example.officer);
    database.write(move |c| closed_sessions::let_out_of_all(c, meeting, officer, NOW + 1)).await;
    for document in both {
        let readers = database.read(move |c| closed_sessions::readers(c, document)).await;
        assert_eq!(readers, BTreeSet::from([example.chair]));
    }
}
