//! Questions answered blind, and the race between an answer and the showing of all.

use minutes::blind::Given;
use minutes::ids::{BlindRoundId, MeetingId};
use server::store::blind_rounds::{self, Round};
use server::store::{Connection, StoreError};
use uuid::Uuid;

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW};

on_both_databases! {
    a_round_is_kept_with_what_was_answered,
    it_is_shown_once,
    of_an_answer_and_the_showing_one_comes_first,
}

async fn asked(database: &Database, example: Example) -> BlindRoundId {
    let id = BlindRoundId(Uuid::new_v4());
    database
        .write(move |c| {
            let round = Round {
                id,
                meeting_id: example.meeting,
                document_id: example.main,
                child_id: example.child,
                question: "How safe? 🙂".to_owned(),
                asked_at: NOW,
                asked_by: example.chair,
                revealed_at: None,
            };
            blind_rounds::ask(c, round, &[example.officer, example.mother])
        })
        .await;
    id
}

fn given(example: Example, scale: u8) -> Given {
    Given { person: example.mother, scale: Some(scale), view: "Better.".to_owned(), recorded_by: Some(example.chair) }
}

async fn a_round_is_kept_with_what_was_answered(database: Database) {
    let example = Example::set_up(&database).await;
    let round = asked(&database, example).await;
    let rounds = database.read(move |c| blind_rounds::for_meeting(c, example.meeting)).await;
    assert_eq!((rounds.len(), rounds[0].id, rounds[0].question.as_str()), (1, round, "How safe? 🙂"));
    assert!(database.write(move |c| blind_rounds::answer(c, round, &given(example, 4), NOW + 1)).await);
    assert!(database.write(move |c| blind_rounds::answer(c, round, &given(example, 0), NOW + 2)).await, "again");
    let not_asked = Given { person: example.chair, ..given(example, 1) };
    assert!(!database.write(move |c| blind_rounds::answer(c, round, &not_asked, NOW + 3)).await);
    let answers = database.read(move |c| blind_rounds::answers(c, round)).await;
    let silent = Given { person: example.officer, scale: None, view: String::new(), recorded_by: None };
    assert_eq!(answers, [silent, given(example, 0)]);
}

async fn it_is_shown_once(database: Database) {
    let example = Example::set_up(&database).await;
    let round = asked(&database, example).await;
    assert!(database.write(move |c| blind_rounds::reveal(c, round, NOW + 1)).await);
    assert!(!database.write(move |c| blind_rounds::reveal(c, round, NOW + 2)).await);
    let (meeting, other) = (example.meeting, MeetingId(Uuid::new_v4()));
    let held = database.write(move |c| blind_rounds::hold(c, meeting, round)).await;
    assert_eq!(held.unwrap().revealed_at, Some(NOW + 1));
    let none = database.write(move |c| blind_rounds::hold(c, other, round)).await;
    assert_eq!(none, None, "a round of another meeting");
}

/// As the workflow does it: what is decided on holds until the transaction ends.
fn answer_if_hidden(c: &mut Connection, example: Example, round: BlindRoundId) -> Result<(), StoreError> {
    let row = blind_rounds::hold(c, example.meeting, round)?.ok_or(StoreError::Damaged)?;
    if row.revealed_at.is_none() {
        blind_rounds::answer(c, round, &given(example, 7), NOW + 1)?;
    }
    Ok(())
}

/// Gives what everybody is shown.
fn show(c: &mut Connection, example: Example, round: BlindRoundId) -> Result<Vec<Given>, StoreError> {
    blind_rounds::hold(c, example.meeting, round)?;
    blind_rounds::reveal(c, round, NOW + 1)?;
    blind_rounds::answers(c, round)
}

async fn of_an_answer_and_the_showing_one_comes_first(database: Database) {
    let example = Example::set_up(&database).await;
    for turn in 0..20 {
        let round = asked(&database, example).await;
        let answering = database.store.write(move |c| answer_if_hidden(c, example, round));
        let showing = database.store.write(move |c| show(c, example, round));
        let shown = if turn % 2 == 0 {
            let (answered, shown) = tokio::join!(answering, showing);
            answered.unwrap();
            shown
        } else {
            let (shown, answered) = tokio::join!(showing, answering);
            answered.unwrap();
            shown
        };
        let now = database.read(move |c| blind_rounds::answers(c, round)).await;
        assert_eq!(shown.unwrap(), now, "what everybody was shown is what there is");
    }
}
