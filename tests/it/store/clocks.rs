//! What is said of deadlines, reminders, series and the ends of plans.

use minutes::ids::{DeliveryId, MeetingId, PlanEndId, RowId, SeriesId};
use minutes::plan::RowResult;
use server::store::clock_notes::{NewReason, Tick};
use server::store::deadlines::{Found, Which};
use server::store::deliveries::{DeliveryState, Outcome};
use server::store::people::Channel;
use server::store::plan_ends::{EndState, PlanEnd};
use server::store::plan_evaluations::Evaluation;
use server::store::reminders::NewLetter;
use server::store::series::SeriesState;
use server::store::{clock_notes, deadlines, deliveries, meetings, plan_ends, plan_evaluations, reminders, series};
use uuid::Uuid;

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW};

on_both_databases! {
    a_tick_is_said_once_and_reasons_stay,
    a_reminder_is_claimed_by_one,
    a_reminder_letter_is_leased_and_recorded_like_any,
    clocks_are_read_of_many_meetings_at_once,
    a_series_begins_with_its_first_meeting_and_closes_once,
    a_row_is_judged_and_judged_anew,
    a_plan_end_is_answered_by_one,
}

fn tick(example: Example, day: &str) -> Tick {
    Tick {
        meeting_id: example.meeting,
        clock: "other".to_owned(),
        done_on: day.to_owned(),
        by_person: example.chair,
        at: NOW,
    }
}

async fn a_tick_is_said_once_and_reasons_stay(database: Database) {
    let example = Example::set_up(&database).await;
    let say = async |day: &'static str| database.write(move |c| clock_notes::tick(c, tick(example, day))).await;
    assert!(say("2026-12-01").await);
    assert!(!say("2026-12-02").await, "what was said first stands");
    let said = database.read(move |c| clock_notes::ticks(c, example.meeting)).await;
    assert_eq!(said, [(tick(example, "2026-12-01"), "Chair".to_owned())]);
    let take_back = async || database.write(move |c| clock_notes::take_back(c, example.meeting, "other")).await;
    assert!(take_back().await && !take_back().await);

    for (reason, at) in [("Ill", NOW + 1), ("No cover", NOW + 2)] {
        let new = NewReason {
            meeting: example.meeting,
            clock: "record".to_owned(),
            reason: reason.to_owned(),
            by: example.chair,
            at,
        };
        database.write(move |c| clock_notes::give_reason(c, new)).await;
    }
    let reasons = database.read(move |c| clock_notes::reasons(c, example.meeting)).await;
    let seen: Vec<(&str, &str, i64)> = reasons.iter().map(|r| (r.reason.as_str(), r.by_name.as_str(), r.at)).collect();
    assert_eq!(seen, [("Ill", "Chair", NOW + 1), ("No cover", "Chair", NOW + 2)]);
    let newest = database.read(|c| clock_notes::newest_reasons(c, NOW)).await;
    assert_eq!(newest, [(example.meeting, "record".to_owned(), "No cover".to_owned())]);
    assert!(database.read(|c| clock_notes::newest_reasons(c, NOW + 3)).await.is_empty());
}

async fn a_reminder_is_claimed_by_one(database: Database) {
    let example = Example::set_up(&database).await;
    let claim =
        |stage: &'static str| database.write(move |c| reminders::claim(c, example.meeting, "record", stage, NOW));
    let (one, other) = tokio::join!(claim("late_0"), claim("late_0"));
    assert!(one != other, "{one} {other}");
    assert!(claim("late_1").await && !claim("late_1").await);
}

async fn a_reminder_letter_is_leased_and_recorded_like_any(database: Database) {
    let example = Example::set_up(&database).await;
    let letter = NewLetter { id: DeliveryId(Uuid::new_v4()), person_id: example.chair, due_tomorrow: 2, late: 1 };
    let id = letter.id;
    database.write(move |c| reminders::enqueue(c, letter, NOW)).await;
    let lease = |now: i64| database.write(move |c| reminders::lease_due(c, "a.test", now, 1000, 10));
    assert!(lease(NOW - 1).await.is_empty(), "not due");
    let first = lease(NOW).await;
    assert_eq!((first[0].due_tomorrow, first[0].late, first[0].attempt), (2, 1, 1));
    assert_eq!(first[0].message_id, format!("{id}@a.test"));
    assert!(lease(NOW + 999).await.is_empty(), "leased");
    let record = |attempt: i32, outcome: Outcome| {
        database.write(move |c| reminders::record_attempt(c, id, attempt, outcome, NOW + 1))
    };
    record(1, Outcome::Delayed { next_attempt_at: NOW + 5000, detail: "busy".to_owned() }).await;
    assert!(lease(NOW + 4999).await.is_empty());
    let again = lease(NOW + 5000).await;
    assert_eq!((again[0].attempt, &again[0].message_id), (2, &first[0].message_id));
    // Whoever lost the lease doesn't undo what came after, but what was accepted is accepted.
    record(1, Outcome::Refused { detail: "no".to_owned() }).await;
    record(2, Outcome::Accepted { detail: "taken".to_owned() }).await;
    let letters = database.read(reminders::letters).await;
    assert_eq!((letters[0].state, letters[0].attempts), (DeliveryState::AcceptedByRelay, 2));
    assert!(lease(NOW + 100_000).await.is_empty());
}

async fn clocks_are_read_of_many_meetings_at_once(database: Database) {
    let example = Example::set_up(&database).await;
    let (second, _) = example.another_meeting(&database).await;
    database.write(move |c| clock_notes::tick(c, tick(example, "2026-12-01"))).await;
    let found = database.read(|c| deadlines::find(c, Which::Since(NOW))).await;
    assert_eq!(found.len(), 2);
    let of = |found: &[Found], id: MeetingId| found.iter().find(|one| one.meeting.id == id).cloned().unwrap();
    let first = of(&found, example.meeting);
    assert_eq!((first.seats.len(), first.ticks.len()), (3, 1));
    assert!(first.rule_pack_json.contains("core_group") && first.series.is_empty());
    assert!(of(&found, second).ticks.is_empty());

    // One that is locked is looked at for a while after it began, an open one for ever.
    database.write(move |c| meetings::lock(c, second, example.chair, NOW)).await;
    let found = database.read(|c| deadlines::find(c, Which::Since(NOW + 1))).await;
    assert_eq!(found.iter().map(|one| one.meeting.id).collect::<Vec<_>>(), [example.meeting]);

    // A copy that waits keeps the clock of what is received from starting.
    let edition = example.edition(&database).await;
    let by_mail = example.delivery(edition, example.chair, Channel::Email);
    let by_hand = example.delivery(edition, example.mother, Channel::ByHand);
    let (mailed, handed) = (by_mail.id, by_hand.id);
    database.write(move |c| deliveries::enqueue_many(c, vec![by_mail, by_hand])).await;
    let received = async || {
        let found = database.read(move |c| deadlines::find(c, Which::One(example.meeting))).await;
        found[0].received_at
    };
    assert_eq!(received().await, None);
    database.write(move |c| deliveries::mark_handed_over(c, handed, NOW + 5)).await;
    assert_eq!(received().await, None, "the mail waits still");
    database.write(|c| deliveries::lease_due(c, "a.test", NOW, 1000, 10)).await;
    let accepted = Outcome::Accepted { detail: "taken".to_owned() };
    database.write(move |c| deliveries::record_attempt(c, mailed, 1, accepted, NOW + 9)).await;
    assert_eq!(received().await, Some(NOW + 9));
}

async fn a_series_begins_with_its_first_meeting_and_closes_once(database: Database) {
    let example = Example::set_up(&database).await;
    let (second, _) = example.another_meeting(&database).await;
    assert_eq!(database.read(move |c| series::place(c, example.meeting)).await, None);
    let hold = |proposed: u128| {
        database.write(move |c| series::hold(c, example.meeting, SeriesId(Uuid::from_u128(proposed)), NOW))
    };
    let (one, other) = tokio::join!(hold(1), hold(2));
    assert_eq!(one.series, other.series, "of two who begin one, one does");
    assert_eq!((one.state, one.previous), (SeriesState::Open, None));
    database.write(move |c| series::add(c, one.series, second, example.meeting)).await;
    let members = database.read(move |c| series::members(c, one.series)).await;
    let seen: Vec<_> = members.iter().map(|member| (member.meeting, member.previous)).collect();
    assert_eq!(seen.len(), 2);
    assert!(seen.contains(&(example.meeting, None)) && seen.contains(&(second, Some(example.meeting))));
    let found = database.read(move |c| deadlines::find(c, Which::One(second))).await;
    assert_eq!(found[0].series, [("core_group".to_owned(), NOW)]);

    let set = async |to| database.write(move |c| series::set_state(c, one.series, to, NOW)).await;
    assert!(!set(SeriesState::Open).await);
    assert!(set(SeriesState::Closed).await && !set(SeriesState::Closed).await);
    let place = database.read(move |c| series::place(c, second)).await.unwrap();
    assert_eq!((place.state, place.previous), (SeriesState::Closed, Some(example.meeting)));
}

async fn a_row_is_judged_and_judged_anew(database: Database) {
    let example = Example::set_up(&database).await;
    let row = RowId(Uuid::new_v4());
    let judged = move |result, evidence: &str, at| Evaluation {
        meeting_id: example.meeting,
        action_id: row,
        result,
        evidence: evidence.to_owned(),
        judged_at_meeting: example.meeting,
        by_person: example.chair,
        at,
    };
    for judged in [
        judged(RowResult::NotDone, "Nobody went", NOW),
        judged(RowResult::CouldNotBeDone, "The clinic has closed", NOW + 1),
    ] {
        let new = judged.clone();
        database.write(move |c| plan_evaluations::judge(c, new)).await;
        let listed = database.read(move |c| plan_evaluations::list(c, example.meeting)).await;
        assert_eq!(listed, [(judged, "Chair".to_owned())]);
    }
}

async fn a_plan_end_is_answered_by_one(database: Database) {
    let example = Example::set_up(&database).await;
    let place = database.write(move |c| series::hold(c, example.meeting, SeriesId(Uuid::new_v4()), NOW)).await;
    let end = PlanEnd {
        id: PlanEndId(Uuid::new_v4()),
        series_id: place.series,
        meeting_id: example.meeting,
        agency_id: example.social_care,
        state: EndState::Asked,
        reason: "All is well".to_owned(),
        asked_by: example.chair,
        asked_at: NOW,
        answer: String::new(),
        answered_by: None,
        answered_at: None,
    };
    let (id, new) = (end.id, end.clone());
    database.write(move |c| plan_ends::insert(c, new)).await;
    assert_eq!(database.read(move |c| plan_ends::of_agency(c, example.social_care)).await, [end]);
    assert!(database.read(move |c| plan_ends::of_agency(c, example.police)).await.is_empty());
    let answer =
        |to| database.write(move |c| plan_ends::answer(c, id, (EndState::Asked, to), "Why", example.officer, NOW + 1));
    let (one, other) = tokio::join!(answer(EndState::Approved), answer(EndState::SentBack));
    assert!(one != other, "{one} {other}");
    let answered = database.read(move |c| plan_ends::get(c, id)).await.unwrap();
    assert_eq!(answered.state, if one { EndState::Approved } else { EndState::SentBack });
    assert_eq!((answered.answered_by, answered.answer.as_str()), (Some(example.officer), "Why"));
    assert_eq!(database.read(move |c| plan_ends::of_series(c, place.series)).await, [answered]);
}
