//! Opening a meeting from the store: snapshots, the changes since, whose each actor is. No document is made.

use std::collections::HashMap;
use std::sync::Arc;

use minutes::access::MeetingState;
use minutes::change::Table;
use minutes::document::DocumentError;
use minutes::ids::{DocumentId, MeetingId};
use minutes::room::{LivePart, Room, StoredPart};
use minutes::rules::SectionRule;

use crate::store::{self, Connection, Store, StoreError};

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

/// A meeting from the store.
pub(super) struct Opened {
    pub(super) room: Room,
    /// The rule pack's order: a map has none.
    pub(super) section_order: Arc<[String]>,
}

pub(super) async fn open(store: &Store, meeting: MeetingId) -> Result<Opened, OpenMeetingError> {
    store
        .read(move |conn| {
            let row = store::meetings::get(conn, meeting)?.ok_or(OpenMeetingError::NotFound)?;
            let sections: Vec<SectionRule> =
                serde_json::from_str(&row.sections_json).map_err(OpenMeetingError::Sections)?;
            // Those who have lost their seat too: what they said may still be written down by those who stay.
            let seats = store::meetings::seats(conn, meeting)?.into_iter();
            let table = Table {
                seats: seats.map(|seat| (seat.person, seat.role)).collect::<HashMap<_, _>>(),
                children: store::meetings::children(conn, meeting)?.into_iter().map(|child| child.id).collect(),
            };
            let documents = store::documents::for_meeting(conn, meeting)?;
            let parts = documents.iter().map(|row| live_part(conn, row)).collect::<Result<Vec<_>, _>>()?;
            let state = match row.state {
                store::meetings::MeetingState::Open => MeetingState::Open,
                store::meetings::MeetingState::Locked => MeetingState::Locked,
            };
            let section_order = sections.into_iter().map(|section| section.key).collect();
            Ok(Opened { room: Room::new(parts, table, state), section_order })
        })
        .await
}

/// The closed sessions of a meeting as they are now, each with those who read it.
pub(super) async fn closed_parts(store: &Store, meeting: MeetingId) -> Result<Vec<LivePart>, OpenMeetingError> {
    store
        .read(move |conn| {
            let documents = store::documents::for_meeting(conn, meeting)?;
            documents.iter().filter(|row| row.part.is_closed()).map(|row| live_part(conn, row)).collect()
        })
        .await
}

fn live_part(conn: &mut Connection, row: &store::documents::Document) -> Result<LivePart, OpenMeetingError> {
    let live = written_part(conn, row)?;
    if !row.part.is_closed() {
        return Ok(live);
    }
    let revision = store::closed_sessions::revision(conn, row.id)?;
    Ok(live.read_by(store::closed_sessions::readers(conn, row.id)?, revision))
}

/// From the snapshot and what came after it; if that does not open, from the whole log.
fn written_part(conn: &mut Connection, row: &store::documents::Document) -> Result<LivePart, OpenMeetingError> {
    let document = row.id;
    if let Some(snapshot) = store::snapshots::get(conn, document)? {
        match LivePart::open(stored_part(conn, row, Some(snapshot))?) {
            Ok(live) => return Ok(live),
            Err(error) => {
                tracing::error!(%document, error = &error as &dyn std::error::Error, "snapshot does not open");
            }
        }
    }
    LivePart::open(stored_part(conn, row, None)?)
        .map_err(|source| OpenMeetingError::Document { document, source: Box::new(source) })
}

fn stored_part(
    conn: &mut Connection,
    row: &store::documents::Document,
    snapshot: Option<minutes::document::Snapshot>,
) -> Result<StoredPart, StoreError> {
    let held = snapshot.as_ref().map_or(0, |snapshot| snapshot.count);
    let tail = store::changes::load_after(conn, row.id, i64::try_from(held).unwrap_or(i64::MAX))?;
    Ok(StoredPart {
        document: row.id,
        part: row.part.clone(),
        snapshot: snapshot.map(Arc::new),
        tail: tail.into_iter().map(Arc::from).collect(),
        owners: store::actors::owners(conn, row.id)?,
    })
}
