//! Closed sessions of a meeting, and who may read each.

use std::collections::BTreeSet;

use diesel::prelude::*;
use minutes::ids::{DocumentId, MeetingId, PersonId};
use minutes::record::Ground;

use super::columns::Plain;
use super::portable::insert_rows;
use super::schema::{closed_sessions, part_readers};
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = closed_sessions)]
pub struct Session {
    #[diesel(serialize_as = Plain)]
    pub document_id: DocumentId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    pub number: i32,
    #[diesel(serialize_as = Plain)]
    pub ground: Ground,
    pub reason: String,
    pub told: bool,
    pub opened_at: i64,
    #[diesel(serialize_as = Plain)]
    pub opened_by: PersonId,
    pub ended_at: Option<i64>,
    pub revision: i64,
    pub changed_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = part_readers)]
struct Reader {
    #[diesel(serialize_as = Plain)]
    document_id: DocumentId,
    #[diesel(serialize_as = Plain)]
    person_id: PersonId,
    named_at: i64,
    #[diesel(serialize_as = Plain)]
    named_by: PersonId,
}

/// Opens a session whose document there is already, with those who read it.
pub fn open(conn: &mut Connection, session: Session, readers: &BTreeSet<PersonId>) -> Result<(), StoreError> {
    let (document_id, named_at, named_by) = (session.document_id, session.opened_at, session.opened_by);
    diesel::insert_into(closed_sessions::table).values(session).execute(conn)?;
    let rows: Vec<Reader> =
        readers.iter().map(|person| Reader { document_id, person_id: *person, named_at, named_by }).collect();
    insert_rows!(conn, part_readers::table, rows)
}

/// In the order they were opened.
pub fn for_meeting(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Session>, StoreError> {
    let found = closed_sessions::table
        .filter(closed_sessions::meeting_id.eq(meeting.to_string()))
        .order(closed_sessions::number)
        .select(Session::as_select())
        .load(conn)?;
    Ok(found)
}

/// Those named for a part, in no order; of one that is no closed session, nobody.
pub fn readers(conn: &mut Connection, document: DocumentId) -> Result<BTreeSet<PersonId>, StoreError> {
    let named: Vec<PersonId> = part_readers::table
        .filter(part_readers::document_id.eq(document.to_string()))
        .filter(part_readers::left_at.is_null())
        .select(part_readers::person_id)
        .load(conn)?;
    Ok(named.into_iter().collect())
}

/// How often the readers of a closed session have changed.
pub fn revision(conn: &mut Connection, document: DocumentId) -> Result<i64, StoreError> {
    let found = closed_sessions::table.find(document.to_string()).select(closed_sessions::revision).first(conn);
    found.optional()?.ok_or(StoreError::Damaged)
}

/// Whether it was still going on.
pub fn end(conn: &mut Connection, document: DocumentId, now: i64) -> Result<bool, StoreError> {
    let going_on = closed_sessions::table.find(document.to_string()).filter(closed_sessions::ended_at.is_null());
    Ok(diesel::update(going_on).set(closed_sessions::ended_at.eq(now)).execute(conn)? == 1
        && touch(conn, document, now)?)
}

/// Whether they were not in it already.
pub fn let_in(
    conn: &mut Connection,
    document: DocumentId,
    person: PersonId,
    by: PersonId,
    now: i64,
) -> Result<bool, StoreError> {
    let row = || part_readers::table.find((document.to_string(), person.to_string()));
    let known: Option<Option<i64>> = row().select(part_readers::left_at).first(conn).optional()?;
    match known {
        Some(None) => return Ok(false),
        Some(Some(_)) => {
            let named = (
                part_readers::left_at.eq(None::<i64>),
                part_readers::named_at.eq(now),
                part_readers::named_by.eq(by.to_string()),
            );
            diesel::update(row()).set(named).execute(conn)?;
        }
        None => {
            let row = Reader { document_id: document, person_id: person, named_at: now, named_by: by };
            diesel::insert_into(part_readers::table).values(row).execute(conn)?;
        }
    }
    touch(conn, document, now)
}

/// Whether they were in it.
pub fn let_out(conn: &mut Connection, document: DocumentId, person: PersonId, now: i64) -> Result<bool, StoreError> {
    let row =
        part_readers::table.find((document.to_string(), person.to_string())).filter(part_readers::left_at.is_null());
    Ok(diesel::update(row).set(part_readers::left_at.eq(now)).execute(conn)? == 1 && touch(conn, document, now)?)
}

/// Whoever loses their seat leaves every closed session with it: given the seat back, they are not in it unless the chair
/// says so.
pub fn let_out_of_all(conn: &mut Connection, meeting: MeetingId, person: PersonId, now: i64) -> Result<(), StoreError> {
    for session in for_meeting(conn, meeting)? {
        let_out(conn, session.document_id, person, now)?;
    }
    Ok(())
}

/// Every process that holds the meeting hears of it by this.
fn touch(conn: &mut Connection, document: DocumentId, now: i64) -> Result<bool, StoreError> {
    let session = closed_sessions::table.find(document.to_string());
    let changed = (closed_sessions::revision.eq(closed_sessions::revision + 1), closed_sessions::changed_at.eq(now));
    Ok(diesel::update(session).set(changed).execute(conn)? == 1)
}
