//! Agencies, children, case records, meetings with their seats and documents.

use diesel::RunQueryDsl;
use minutes::ids::CaseRecordId;
use minutes::record::{Part, Role};
use minutes::rules::RulePack;
use server::store::meetings::MeetingState;
use server::store::{StoreError, agencies, case_records, children, documents, meetings, people};
use uuid::Uuid;

use super::database::{Database, on_both_databases};
use super::example::{self, Example, NOW};

on_both_databases! {
    what_is_created_is_read_back,
    a_meeting_keeps_its_rule_pack_and_an_older_one_its_sections,
    who_lost_their_seat_is_not_at_the_table,
    a_role_changes_only_from_what_it_was_seen_to_be,
    the_seats_of_a_locked_meeting_can_not_be_held,
    of_two_who_change_the_seats_at_once_the_second_sees_what_the_first_did,
    a_case_record_is_opened_once,
    nothing_of_a_failed_transaction_stays,
    a_row_must_belong_to_something,
}

async fn what_is_created_is_read_back(database: Database) {
    let example = Example::set_up(&database).await;
    assert_eq!(database.read(agencies::list).await, example.agencies());
    assert_eq!(database.read(move |c| agencies::get(c, example.police)).await, example.agencies().pop());
    let [chair, officer, mother] = example.people().try_into().unwrap();
    assert_eq!(database.read(people::list).await, [chair, mother, officer], "by name");
    assert_eq!(database.read(children::list).await, [example.child()]);
    assert_eq!(database.read(move |c| children::get(c, example.child)).await, Some(example.child()));

    let meeting = database.read(move |c| meetings::get(c, example.meeting)).await.unwrap();
    assert_eq!((meeting.state, meeting.starts_at, meeting.created_by), (MeetingState::Open, NOW, example.chair));
    assert_eq!((meeting.locked_at, meeting.locked_by), (None, None));
    assert_eq!(database.read(move |c| meetings::children(c, example.meeting)).await, [example.child()]);
    let seats = database.read(move |c| meetings::seats(c, example.meeting)).await;
    let seen: Vec<_> = seats.iter().map(|s| (s.name.as_str(), s.role, s.agency_kind.as_deref())).collect();
    assert_eq!(
        seen,
        [
            ("Chair", Role::Chair, Some("social_care")),
            ("Officer", Role::Professional, Some("police")),
            ("Mother", Role::Family, None)
        ]
    );
    assert!(seats.iter().all(|seat| seat.title == "as seated" && seat.removed_at.is_none()));
    let parts = database.read(move |c| documents::for_meeting(c, example.meeting)).await;
    let parts: Vec<_> = parts.into_iter().map(|d| (d.id, d.part)).collect();
    assert_eq!(parts, [(example.main, Part::main()), (example.professionals, Part::professionals())]);
}

async fn a_meeting_keeps_its_rule_pack_and_an_older_one_its_sections(database: Database) {
    let example = Example::set_up(&database).await;
    let kept = async || database.read(move |c| meetings::rule_pack(c, example.meeting)).await;
    assert_eq!(kept().await, Some(example::pack()));
    let meeting = database.read(move |c| meetings::get(c, example.meeting)).await.unwrap();
    assert_eq!(meeting.rule_pack, "core_group version 3");

    // What the version before leaves in the new column.
    let older = |c: &mut _| Ok(diesel::sql_query("UPDATE meetings SET rule_pack_json = ''").execute(c)?);
    assert_eq!(database.write(older).await, 1);
    let sections = example::pack().sections;
    assert_eq!(kept().await, Some(RulePack::of_sections("core_group", sections)));

    let nowhere = minutes::ids::MeetingId(Uuid::new_v4());
    assert_eq!(database.read(move |c| meetings::rule_pack(c, nowhere)).await, None);
}

async fn who_lost_their_seat_is_not_at_the_table(database: Database) {
    let example = Example::set_up(&database).await;
    let (meeting, mother) = (example.meeting, example.mother);
    let list = async || database.read(move |c| meetings::list_for_person(c, mother)).await;
    let seat = async || database.read(move |c| meetings::seat_of(c, meeting, mother)).await;
    assert_eq!(list().await.len(), 1);
    assert_eq!(seat().await.unwrap().role, Role::Family);

    assert!(database.write(move |c| meetings::remove_seat(c, meeting, mother, NOW + 1)).await);
    assert!(!database.write(move |c| meetings::remove_seat(c, meeting, mother, NOW + 2)).await, "twice");
    assert!(list().await.is_empty() && seat().await.is_none());
    let seats = database.read(move |c| meetings::seats(c, meeting)).await;
    assert_eq!(seats[2].removed_at, Some(NOW + 1), "the record of it stays");

    let former = database.read(move |c| meetings::seat_or_former_seat_of(c, meeting, mother)).await.unwrap();
    assert_eq!((former.role, former.removed_at), (Role::Family, Some(NOW + 1)));

    let give_back = async || {
        database.write(move |c| meetings::give_seat_back(c, meeting, mother, Role::YoungPerson, NOW + 3)).await
    };
    assert!(give_back().await);
    assert!(!give_back().await, "twice");
    assert_eq!(list().await[0].role, Role::YoungPerson);
    assert_eq!(seat().await.unwrap().title, "as seated");
}

async fn a_role_changes_only_from_what_it_was_seen_to_be(database: Database) {
    let example = Example::set_up(&database).await;
    let (meeting, officer) = (example.meeting, example.officer);
    let change =
        async |from, to| database.write(move |c| meetings::change_role(c, meeting, officer, (from, to), NOW)).await;
    assert!(!change(Role::Chair, Role::Observer).await, "they are no chair");
    assert!(change(Role::Professional, Role::Observer).await);
    assert!(!change(Role::Professional, Role::Observer).await, "twice");
    let seat = database.read(move |c| meetings::seat_of(c, meeting, officer)).await.unwrap();
    assert_eq!((seat.role, seat.title.as_str()), (Role::Observer, "as seated"));
    assert!(database.write(move |c| meetings::remove_seat(c, meeting, officer, NOW)).await);
    assert!(!change(Role::Observer, Role::Professional).await, "there is no seat");
}

async fn the_seats_of_a_locked_meeting_can_not_be_held(database: Database) {
    let example = Example::set_up(&database).await;
    let hold = async || database.write(move |c| meetings::hold_seats(c, example.meeting)).await;
    assert!(hold().await);
    assert!(hold().await, "holding leaves it open");
    assert!(database.write(move |c| meetings::lock(c, example.meeting, example.chair, NOW)).await);
    assert!(!hold().await);
    let meeting = database.read(move |c| meetings::get(c, example.meeting)).await.unwrap();
    assert_eq!(meeting.state, MeetingState::Locked);
}

/// Two who each see two chairs and each take one away would leave none.
async fn of_two_who_change_the_seats_at_once_the_second_sees_what_the_first_did(database: Database) {
    let example = Example::set_up(&database).await;
    let (meeting, officer) = (example.meeting, example.officer);
    let roles = (Role::Professional, Role::Chair);
    assert!(database.write(move |c| meetings::change_role(c, meeting, officer, roles, NOW)).await);
    let take_away = |person| {
        database.write(move |c| {
            meetings::hold_seats(c, meeting)?;
            let seats = meetings::seats(c, meeting)?;
            let chairs = seats.iter().filter(|seat| seat.role == Role::Chair && seat.removed_at.is_none()).count();
            if chairs == 2 { meetings::remove_seat(c, meeting, person, NOW) } else { Ok(false) }
        })
    };
    let (one, other) = tokio::join!(take_away(example.chair), take_away(officer));
    assert!(one != other, "{one} {other}");
}

async fn a_case_record_is_opened_once(database: Database) {
    let example = Example::set_up(&database).await;
    let open = async |now| {
        let id = CaseRecordId(Uuid::new_v4());
        database.write(move |c| case_records::get_or_open(c, example.police, example.child, id, now)).await
    };
    let first = open(NOW).await;
    assert_eq!(open(NOW + 1).await, first);
    assert_eq!(database.read(move |c| case_records::get(c, first.id)).await, Some(first));
    let listed = database.read(move |c| case_records::list_for_agency(c, example.police)).await;
    assert_eq!((listed.len(), listed[0].case_record, listed[0].child_name.as_str()), (1, first, "Žofie 👧"));
    assert!(database.read(move |c| case_records::list_for_agency(c, example.social_care)).await.is_empty());
}

async fn nothing_of_a_failed_transaction_stays(database: Database) {
    let example = Example::set_up(&database).await;
    let failed: Result<(), StoreError> = database
        .store
        .write(move |conn| {
            meetings::remove_seat(conn, example.meeting, example.mother, NOW)?;
            Err(StoreError::Damaged)
        })
        .await;
    assert!(matches!(failed, Err(StoreError::Damaged)));
    let panicked: Result<(), StoreError> = database
        .store
        .write(move |conn| {
            meetings::remove_seat(conn, example.meeting, example.mother, NOW)?;
            panic!("as a bug would")
        })
        .await;
    assert!(matches!(panicked, Err(StoreError::Interrupted)));
    assert!(database.read(move |c| meetings::seat_of(c, example.meeting, example.mother)).await.is_some());
    // And writing goes on.
    assert!(database.write(move |c| meetings::remove_seat(c, example.meeting, example.mother, NOW)).await);
}

async fn a_row_must_belong_to_something(database: Database) {
    let example = Example::set_up(&database).await;
    let mut orphan = example.people().remove(0);
    orphan.id = minutes::ids::PersonId(Uuid::new_v4());
    orphan.email = None;
    orphan.agency_id = Some(minutes::ids::AgencyId(Uuid::new_v4()));
    let refused: Result<(), StoreError> = database.store.write(move |conn| people::insert(conn, orphan)).await;
    assert!(refused.is_err(), "foreign keys are on");
}
