//! Opening a meeting from the store: snapshots, the changes since, whose each actor is.

use std::collections::BTreeMap;

use minutes::access::MeetingState;
use minutes::change::Table;
use minutes::document::{self, DocumentError};
use minutes::ids::{DocumentId, MeetingId, PersonId, SessionId};
use minutes::record::{Part, Role};
use minutes::room::{LivePart, Room};
use minutes::rules::SectionRule;

use crate::store::{self, Store, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum OpenMeetingError {
    #[error("the store could not be read")]
    Store(#[from] StoreError),
    #[error("there is no such meeting")]
    NotFound,
    #[error("the meeting's sections can't be read")]
    Sections(#[source] serde_json::Error),
    #[error("document {document} can't be opened")]
    Document {
        document: DocumentId,
        #[source]
        source: Box<DocumentError>,
    },
}

/// One document as stored.
struct Stored {
    document: DocumentId,
    part: Part,
    snapshot: Option<Vec<u8>>,
    changes: Vec<Vec<u8>>,
    change_count: i64,
    owners: BTreeMap<Vec<u8>, (PersonId, SessionId)>,
}

pub(super) async fn open(store: &Store, meeting: MeetingId) -> Result<Room, OpenMeetingError> {
    // Loading is work for a thread that may block: a long record takes a second.
    store
        .read(move |conn| {
            let row = store::meetings::get(conn, meeting)?.ok_or(OpenMeetingError::NotFound)?;
            let sections: Vec<SectionRule> =
                serde_json::from_str(&row.sections_json).map_err(OpenMeetingError::Sections)?;
            // Those who have lost their seat too: what they said may still be written down by those who stay.
            let seats = store::meetings::seats(conn, meeting)?.into_iter();
            let table = Table {
                seats: seats.map(|seat| (seat.person, seat.role)).collect::<std::collections::HashMap<_, Role>>(),
                children: store::meetings::children(conn, meeting)?.into_iter().map(|child| child.id).collect(),
            };
            let mut parts = Vec::new();
            for document in store::documents::for_meeting(conn, meeting)? {
                parts.push(live_part(stored(conn, document)?)?);
            }
            let state = match row.state {
                store::meetings::MeetingState::Open => MeetingState::Open,
                store::meetings::MeetingState::Locked => MeetingState::Locked,
            };
            let order = sections.into_iter().map(|section| section.key).collect();
            Ok(Room::new(parts, order, table, state))
        })
        .await
}

fn stored(conn: &mut store::Connection, row: store::documents::Document) -> Result<Stored, StoreError> {
    let snapshot = store::documents::snapshot(conn, row.id)?;
    let (snapshot, held) = snapshot.map_or((None, 0), |(bytes, count)| (Some(bytes), count));
    let changes = store::changes::load_after(conn, row.id, held)?;
    let owners = store::actors::list(conn, row.id)?
        .into_iter()
        .map(|owner| (owner.actor, (owner.person, owner.session)))
        .collect();
    Ok(Stored { document: row.id, part: row.part, snapshot, changes, change_count: row.change_count, owners })
}

fn live_part(stored: Stored) -> Result<LivePart, OpenMeetingError> {
    let document = stored.document;
    let failed = |source| OpenMeetingError::Document { document, source: Box::new(source) };
    let doc = document::open(stored.snapshot.as_deref(), stored.changes.iter().map(Vec::as_slice)).map_err(failed)?;
    LivePart::new(document, stored.part, doc, stored.change_count, &stored.owners).map_err(failed)
}
