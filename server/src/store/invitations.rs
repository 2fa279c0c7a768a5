//! What somebody invited was asked and answered: one row each, the latest of both.

use diesel::prelude::*;
use minutes::ids::{MeetingId, PersonId};
use minutes::preparation::Answer;

use super::schema::invitations;
use super::{Connection, StoreError};

#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Invitation {
    pub person: PersonId,
    /// When a letter was last enqueued.
    pub sent_at: Option<i64>,
    pub answer: Option<Answer>,
    /// Why not, or who comes instead.
    pub note: String,
    pub answered_at: Option<i64>,
    /// They themselves, or who runs the meeting for them.
    pub answered_by: Option<PersonId>,
}

/// An answer as somebody gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnswer {
    pub answer: Answer,
    pub note: String,
    pub by: PersonId,
    pub at: i64,
}

pub fn list(conn: &mut Connection, meeting: MeetingId) -> Result<Vec<Invitation>, StoreError> {
    let found = invitations::table
        .filter(invitations::meeting_id.eq(meeting.to_string()))
        .order(invitations::person_id)
        .select((
            invitations::person_id,
            invitations::sent_at,
            invitations::answer,
            invitations::note,
            invitations::answered_at,
            invitations::answered_by,
        ))
        .load(conn)?;
    Ok(found)
}

pub fn mark_sent(conn: &mut Connection, meeting: MeetingId, person: PersonId, now: i64) -> Result<(), StoreError> {
    let row = invitations::table.find((meeting.to_string(), person.to_string()));
    if diesel::update(row).set(invitations::sent_at.eq(now)).execute(conn)? == 0 {
        insert(conn, meeting, person, Some(now))?;
    }
    Ok(())
}

/// Keeps the latest answer.
pub fn answer(conn: &mut Connection, meeting: MeetingId, person: PersonId, new: NewAnswer) -> Result<(), StoreError> {
    let row = || invitations::table.find((meeting.to_string(), person.to_string()));
    let set = (
        invitations::answer.eq(new.answer.as_str()),
        invitations::note.eq(new.note),
        invitations::answered_at.eq(new.at),
        invitations::answered_by.eq(new.by.to_string()),
    );
    if diesel::update(row()).set(set.clone()).execute(conn)? == 0 {
        insert(conn, meeting, person, None)?;
        diesel::update(row()).set(set).execute(conn)?;
    }
    Ok(())
}

fn insert(conn: &mut Connection, meeting: MeetingId, person: PersonId, sent_at: Option<i64>) -> Result<(), StoreError> {
    let row = (
        invitations::meeting_id.eq(meeting.to_string()),
        invitations::person_id.eq(person.to_string()),
        invitations::sent_at.eq(sent_at),
        invitations::note.eq(""),
    );
    diesel::insert_into(invitations::table).values(row).execute(conn)?;
    Ok(())
}
