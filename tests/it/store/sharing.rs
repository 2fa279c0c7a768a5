//! What is kept of a locked record and of sharing it: records, editions, filings, the ledger, the audit trail.

use minutes::ids::{CaseRecordId, EditionId, FilingId, LateContributionId, RecordId};
use server::store::audit::NewEntry;
use server::store::disclosures::NewDisclosure;
use server::store::filings::NewFiling;
use server::store::late_contributions::LateContribution;
use server::store::{
    StoreError, audit, case_records, disclosures, editions, filings, health, late_contributions, records,
};
use uuid::Uuid;

use super::database::{Database, on_both_databases};
use super::example::{Example, NOW, a_record, an_edition};

on_both_databases! {
    records_and_editions_come_back_as_they_went_in,
    a_version_is_kept_once,
    an_edition_is_filed_once_in_a_case_record_and_seen_by_its_agency,
    the_ledgers_keep_their_order,
    the_database_can_be_written_to,
}

async fn records_and_editions_come_back_as_they_went_in(database: Database) {
    let example = Example::set_up(&database).await;
    let (record, edition, meeting) = (RecordId(Uuid::new_v4()), EditionId(Uuid::new_v4()), example.meeting);
    let second = RecordId(Uuid::new_v4());
    database
        .write(move |conn| {
            records::insert(conn, a_record(record, meeting, 1))?;
            records::insert(conn, a_record(second, meeting, 2))?;
            editions::insert(conn, an_edition(edition, record, meeting))
        })
        .await;
    assert_eq!(database.read(move |c| records::get(c, record)).await, Some(a_record(record, meeting, 1)));
    assert_eq!(database.read(move |c| records::latest(c, meeting)).await, Some(a_record(second, meeting, 2)));
    let expected = an_edition(edition, record, meeting);
    assert_eq!(database.read(move |c| editions::get_pdf(c, edition)).await, Some(expected.pdf));
    assert_eq!(database.read(move |c| editions::get_json(c, edition)).await, Some(expected.signed_json));
    let listed = database.read(move |c| editions::list_for_meeting(c, meeting)).await;
    assert_eq!(database.read(move |c| editions::get(c, edition)).await.as_ref(), Some(&listed[0]));
    assert_eq!((listed.len(), listed[0].id, listed[0].kind), (1, edition, expected.kind));
    assert_eq!(database.read(move |c| editions::get_pdf(c, EditionId(Uuid::nil()))).await, None);
}

async fn a_version_is_kept_once(database: Database) {
    let example = Example::set_up(&database).await;
    let insert = async || {
        let record = a_record(RecordId(Uuid::new_v4()), example.meeting, 1);
        database.store.write(move |conn| records::insert(conn, record)).await
    };
    insert().await.unwrap();
    assert!(insert().await.is_err_and(|error: StoreError| error.is_duplicate()));
}

async fn an_edition_is_filed_once_in_a_case_record_and_seen_by_its_agency(database: Database) {
    let example = Example::set_up(&database).await;
    let edition = example.edition(&database).await;
    let new_id = CaseRecordId(Uuid::new_v4());
    let case_record =
        database.write(move |c| case_records::get_or_open(c, example.police, example.child, new_id, NOW)).await;
    let filing = NewFiling {
        id: FilingId(Uuid::new_v4()),
        case_record_id: case_record.id,
        edition_id: edition,
        meeting_id: example.meeting,
        sha256: "cd".repeat(32),
        receipt_json: "{}".to_owned(),
        filed_at: NOW,
    };
    let filed = filing.clone();
    database.write(move |conn| filings::insert_many(conn, vec![filed])).await;
    let twice = NewFiling { id: FilingId(Uuid::new_v4()), ..filing.clone() };
    let refused = database.store.write(move |conn| filings::insert_many(conn, vec![twice])).await;
    assert!(refused.is_err_and(|error: StoreError| error.is_duplicate()));

    let seen = database.read(move |conn| filings::list_for_case_record(conn, case_record.id)).await;
    assert_eq!((seen.len(), seen[0].id, seen[0].meeting_title.as_str()), (1, filing.id, "Core group"));
    assert_eq!(seen[0].edition_id, edition);
    let seen = database.read(move |conn| filings::list_for_meeting(conn, example.meeting)).await;
    assert_eq!((seen[0].agency_name.as_str(), seen[0].child_name.as_str()), ("Police", "Žofie 👧"));
    assert!(database.read(move |conn| filings::is_filed_at(conn, edition, example.police)).await);
    assert!(!database.read(move |conn| filings::is_filed_at(conn, edition, example.social_care)).await);
}

async fn the_ledgers_keep_their_order(database: Database) {
    let example = Example::set_up(&database).await;
    let edition = example.edition(&database).await;
    let shared = |how: &str, person_id| NewDisclosure {
        meeting_id: example.meeting,
        edition_id: edition,
        person_id,
        how: how.to_owned(),
        at: NOW,
    };
    let ledger = vec![shared("handed over", Some(example.mother)), shared("filed", None)];
    let entry = |action: &str| NewEntry {
        at: NOW,
        person: Some(example.chair),
        session: Some(example.session),
        action: action.to_owned(),
        subject: "meeting:1".to_owned(),
        detail_json: "{}".to_owned(),
    };
    let late = LateContribution {
        id: LateContributionId(Uuid::new_v4()),
        meeting_id: example.meeting,
        document_id: example.main,
        person_id: Some(example.mother),
        received_at: NOW,
        bytes: vec![0, 255],
    };
    let (rows, entries, kept) = (ledger.clone(), [entry("b"), entry("a")], late.clone());
    database
        .write(move |conn| {
            for row in rows {
                disclosures::record(conn, row)?;
            }
            for entry in entries {
                audit::append(conn, entry)?;
            }
            late_contributions::insert(conn, kept)
        })
        .await;
    assert_eq!(database.read(move |c| disclosures::list_for_meeting(c, example.meeting)).await, ledger);
    assert_eq!(database.read(move |c| late_contributions::list(c, example.meeting)).await, [late]);
    let trail = database.read(|conn| audit::list_for_subject(conn, "meeting:1")).await;
    assert_eq!(trail.iter().map(|e| e.action.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert!(trail[0].n < trail[1].n && trail[0].session == Some(example.session));
}

async fn the_database_can_be_written_to(database: Database) {
    database.write(|conn| health::probe(conn, NOW)).await;
}
