//! Questions that people answer blind to each other. The answers are in these rows and in no document.

use diesel::prelude::*;
use minutes::blind::Given;
use minutes::ids::{BlindRoundId, ChildId, DocumentId, MeetingId, PersonId};

use super::columns::Plain;
use super::portable::insert_rows;
use super::schema::{blind_answers, blind_rounds};
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = blind_rounds)]
pub struct Round {
    #[diesel(serialize_as = Plain)]
    pub id: BlindRoundId,
    #[diesel(serialize_as = Plain)]
    pub meeting_id: MeetingId,
    /// Whoever reads this part sees the question.
    #[diesel(serialize_as = Plain)]
    pub document_id: DocumentId,
    #[diesel(serialize_as = Plain)]
    pub child_id: ChildId,
    pub question: String,
    pub asked_at: i64,
    #[diesel(serialize_as = Plain)]
    pub asked_by: PersonId,
    pub revealed_at: Option<i64>,
}

/// Puts a question to these, in this order.
pub fn ask(conn: &mut Connection, round: Round, asked: &[PersonId]) -> Result<(), StoreError> {
    let id = round.id;
    diesel::insert_into(blind_rounds::table).values(round).execute(conn)?;
    let rows: Vec<_> = (0..)
        .zip(asked)
        .map(|(pos, person): (i32, &PersonId)| {
            (
                blind_answers::round_id.eq(id.to_string()),
                blind_answers::person_id.eq(person.to_string()),
                blind_answers::pos.eq(pos),
                blind_answers::view.eq(""),
            )
        })
        .collect();
    insert_rows!(conn, blind_answers::table, rows)
}

/// In the order they were put.
pub fn for_meeting(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Round>, StoreError> {
    let found = blind_rounds::table
        .filter(blind_rounds::meeting_id.eq(meeting.to_string()))
        .order((blind_rounds::asked_at, blind_rounds::id))
        .select(Round::as_select())
        .load(conn)?;
    Ok(found)
}

/// A round of this meeting. Until this transaction ends nobody else shows it or answers it: of an answer and the showing
/// of all, one comes first.
pub fn hold(conn: &mut Connection, meeting: MeetingId, id: BlindRoundId) -> Result<Option<Round>, StoreError> {
    // It sets what is set already: on PostgreSQL the row is then ours until the end, on SQLite everything is as it is.
    let row = blind_rounds::table.find(id.to_string()).filter(blind_rounds::meeting_id.eq(meeting.to_string()));
    if diesel::update(row).set(blind_rounds::meeting_id.eq(meeting.to_string())).execute(conn)? == 0 {
        return Ok(None);
    }
    Ok(Some(blind_rounds::table.find(id.to_string()).select(Round::as_select()).first(conn)?))
}

/// Everybody who was asked, with what they have said.
pub fn answers(conn: &mut Connection, round: BlindRoundId) -> Result<Vec<Given>, StoreError> {
    let found: Vec<(PersonId, Option<i32>, String, Option<PersonId>)> = blind_answers::table
        .filter(blind_answers::round_id.eq(round.to_string()))
        .order((blind_answers::pos, blind_answers::person_id))
        .select((blind_answers::person_id, blind_answers::scale, blind_answers::view, blind_answers::recorded_by))
        .load(conn)?;
    found
        .into_iter()
        .map(|(person, scale, view, recorded_by)| {
            let scale = scale.map(u8::try_from).transpose().map_err(|_| StoreError::Damaged)?;
            Ok(Given { person, scale, view, recorded_by })
        })
        .collect()
}

/// Whether they were asked.
pub fn answer(conn: &mut Connection, round: BlindRoundId, given: &Given, now: i64) -> Result<bool, StoreError> {
    let row = blind_answers::table.find((round.to_string(), given.person.to_string()));
    let said = (
        blind_answers::scale.eq(given.scale.map(i32::from)),
        blind_answers::view.eq(given.view.as_str()),
        blind_answers::recorded_by.eq(given.recorded_by.map(|person| person.to_string())),
        blind_answers::answered_at.eq(now),
    );
    Ok(diesel::update(row).set(said).execute(conn)? == 1)
}

/// Whether it was not shown before.
pub fn reveal(conn: &mut Connection, round: BlindRoundId, now: i64) -> Result<bool, StoreError> {
    let hidden = blind_rounds::table.find(round.to_string()).filter(blind_rounds::revealed_at.is_null());
    Ok(diesel::update(hidden).set(blind_rounds::revealed_at.eq(now)).execute(conn)? == 1)
}
