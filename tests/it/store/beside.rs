//! What stands beside a record: files put with its parts, and how the children stand.

use minutes::attachment::Form;
use minutes::child_status::ChildStatus;
use minutes::ids::AttachmentId;
use server::store::attachments::{self, NewAttachment};
use server::store::child_statuses;
use uuid::Uuid;

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW};

on_both_databases! {
    files_come_back_as_they_went_in_and_are_taken_off_once,
    how_a_child_stands_is_said_and_said_anew,
}

async fn files_come_back_as_they_went_in_and_are_taken_off_once(database: Database) {
    let example = Example::set_up(&database).await;
    let file = |n: u128, bytes: &[u8]| NewAttachment {
        id: AttachmentId(Uuid::from_u128(n)),
        meeting_id: example.meeting,
        document_id: example.main,
        title: "Žofie's drawing 🏠".to_owned(),
        form: Form::Png,
        size: i64::try_from(bytes.len()).unwrap(),
        sha256: format!("{n}"),
        bytes: bytes.to_vec(),
        added_by: example.officer,
        added_at: NOW + i64::try_from(n).unwrap(),
    };
    let (first, second) = (file(1, b"\x89PNG\0"), file(2, b""));
    database
        .write(move |conn| {
            attachments::insert(conn, second)?;
            attachments::insert(conn, first)
        })
        .await;
    let meeting = example.meeting;
    let listed = database.read(move |conn| attachments::list(conn, meeting)).await;
    let told: Vec<_> = listed.iter().map(|one| (one.id.0.as_u128(), one.form, one.title.as_str(), one.size)).collect();
    assert_eq!(told, [(1, Form::Png, "Žofie's drawing 🏠", 5), (2, Form::Png, "Žofie's drawing 🏠", 0)]);
    let id = AttachmentId(Uuid::from_u128(1));
    assert_eq!(database.read(move |conn| attachments::bytes(conn, id)).await, Some(b"\x89PNG\0".to_vec()));
    let elsewhere = minutes::ids::MeetingId(Uuid::nil());
    assert!(!database.write(move |conn| attachments::remove(conn, elsewhere, id)).await);
    assert!(database.write(move |conn| attachments::remove(conn, meeting, id)).await);
    assert!(!database.write(move |conn| attachments::remove(conn, meeting, id)).await);
    assert_eq!(database.read(move |conn| attachments::bytes(conn, id)).await, None);
}

async fn how_a_child_stands_is_said_and_said_anew(database: Database) {
    let example = Example::set_up(&database).await;
    let (meeting, chair, child) = (example.meeting, example.chair, example.child);
    assert_eq!(database.read(move |conn| child_statuses::for_meeting(conn, meeting)).await, []);
    for (plan, closed) in [("2026-05-03", ""), ("", "2026-11-01")] {
        let status = ChildStatus {
            child,
            plan_since: plan.to_owned(),
            looked_after_since: String::new(),
            closed_since: closed.to_owned(),
        };
        let said = status.clone();
        database.write(move |conn| child_statuses::set(conn, &said, chair, NOW)).await;
        assert_eq!(database.read(move |conn| child_statuses::for_meeting(conn, meeting)).await, [status]);
    }
}
