//! Decisions as they were read back, and what each person said to them.

use diesel::prelude::*;
use minutes::ids::{ChildId, MeetingId, PersonId, RowId};
use minutes::record::Position;

use super::columns::{Plain, PlainOrNull};
use super::portable::insert_rows;
use super::schema::{read_answers, read_decisions};
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = read_decisions)]
pub struct Read {
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub decision_id: RowId,
    pub pos: i32,
    #[diesel(serialize_as = Plain)]
    pub child_id: ChildId,
    pub words: String,
    pub read_at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = read_answers)]
pub struct Answer {
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    #[diesel(serialize_as = Plain)]
    pub decision_id: RowId,
    #[diesel(serialize_as = Plain)]
    pub person_id: PersonId,
    #[diesel(serialize_as = Plain)]
    pub position: Position,
    pub note: String,
    #[diesel(serialize_as = PlainOrNull)]
    pub recorded_by: Option<PersonId>,
    pub answered_at: i64,
}

/// Puts what is read out now in place of what was read out before. An answer stands only if its decision says what it said.
pub fn start(conn: &mut Connection, meeting: MeetingId, rows: Vec<Read>) -> Result<(), StoreError> {
    let before = decisions(conn, meeting)?;
    for old in &before {
        let same = rows.iter().any(|row| row.decision_id == old.decision_id && row.words == old.words);
        if !same {
            let answers = read_answers::table
                .filter(read_answers::meeting_id.eq(meeting.to_string()))
                .filter(read_answers::decision_id.eq(old.decision_id.to_string()));
            diesel::delete(answers).execute(conn)?;
        }
    }
    diesel::delete(read_decisions::table.filter(read_decisions::meeting_id.eq(meeting.to_string()))).execute(conn)?;
    insert_rows!(conn, read_decisions::table, rows)
}

/// In the order they were read out.
pub fn decisions(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Read>, StoreError> {
    let found = read_decisions::table
        .filter(read_decisions::meeting_id.eq(meeting.to_string()))
        .order((read_decisions::pos, read_decisions::decision_id))
        .select(Read::as_select())
        .load(conn)?;
    Ok(found)
}

/// What was said to all of them, the first first.
pub fn answers(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Answer>, StoreError> {
    let found = read_answers::table
        .filter(read_answers::meeting_id.eq(meeting.to_string()))
        .order((read_answers::answered_at, read_answers::person_id))
        .select(Answer::as_select())
        .load(conn)?;
    Ok(found)
}

/// Puts an answer in place of the one its person gave before.
pub fn answer(conn: &mut Connection, row: Answer) -> Result<(), StoreError> {
    let key = (row.meeting_id.to_string(), row.decision_id.to_string(), row.person_id.to_string());
    diesel::delete(read_answers::table.find(key)).execute(conn)?;
    diesel::insert_into(read_answers::table).values(row).execute(conn)?;
    Ok(())
}
