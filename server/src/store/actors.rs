//! Who writes under which Automerge actor id. An actor belongs to the session that used it first, for good.

use diesel::prelude::*;
use minutes::document::Owners;
use minutes::ids::{DocumentId, PersonId, SessionId};

use super::columns::Plain;
use super::schema::actors;
use super::{Connection, StoreError, portable};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActor {
    pub document: DocumentId,
    pub actor: Vec<u8>,
    pub person: PersonId,
    pub session: SessionId,
    pub first_seen: i64,
}

/// An actor and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Owner {
    pub actor: Vec<u8>,
    pub person: PersonId,
    pub session: SessionId,
}

#[derive(Insertable)]
#[diesel(table_name = actors)]
pub(super) struct ActorRow {
    #[diesel(serialize_as = Plain)]
    document_id: DocumentId,
    actor: Vec<u8>,
    #[diesel(serialize_as = Plain)]
    person_id: PersonId,
    #[diesel(serialize_as = Plain)]
    session_id: SessionId,
    first_seen: i64,
}

/// Whose each actor of a document is.
pub fn owners(conn: &mut Connection, document: DocumentId) -> Result<Owners, StoreError> {
    let owners = list(conn, document)?.into_iter();
    Ok(owners.map(|owner| (owner.actor, (owner.person, owner.session))).collect())
}

pub fn list(conn: &mut Connection, document: DocumentId) -> Result<Vec<Owner>, StoreError> {
    let found = actors::table
        .filter(actors::document_id.eq(document.to_string()))
        .order((actors::first_seen, actors::actor))
        .select((actors::actor, actors::person_id, actors::session_id))
        .load(conn)?;
    Ok(found)
}

pub(super) fn insert_absent(conn: &mut Connection, new: &[NewActor]) -> Result<(), StoreError> {
    let rows: Vec<ActorRow> = new
        .iter()
        .map(|new| ActorRow {
            document_id: new.document,
            actor: new.actor.clone(),
            person_id: new.person,
            session_id: new.session,
            first_seen: new.first_seen,
        })
        .collect();
    if !rows.is_empty() {
        portable::insert_actors_if_absent(conn, rows)?;
    }
    Ok(())
}
