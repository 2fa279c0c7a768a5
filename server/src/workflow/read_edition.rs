//! The copies of a locked record that somebody may open.

use minutes::access::{self, Deed};
use minutes::edition::{self, Edition, EditionKind};
use minutes::ids::{EditionId, MeetingId, PersonId};
use minutes::record::{Part, Record, Role};
use minutes::rules::PresenceRule;
use serde::Deserialize;
use uuid::Uuid;

use super::seat::AtMeeting;
use super::{Actor, App, Error};
use crate::clock::rfc3339;
use crate::store;

#[derive(Debug, Clone)]
pub struct Listed {
    pub id: EditionId,
    pub kind: EditionKind,
    /// Which closed session, where it is the copy of one.
    pub part: Option<Part>,
    pub created_at: String,
    pub pdf_sha256: String,
    pub json_sha256: String,
}

/// The editions of this meeting that the asker's seat lets them read, as its rule pack gives them out.
pub async fn list(app: &App, at: &AtMeeting) -> Result<Vec<Listed>, Error> {
    let (meeting, role, person) = (at.meeting.id, at.seat.role, at.actor.person);
    let found = app
        .store
        .read(move |conn| {
            let presence = store::meetings::rule_pack(conn, meeting)?.ok_or(Error::NotFound)?.presence;
            let mut readable = Vec::new();
            for edition in store::editions::list_for_meeting(conn, meeting)? {
                if may_read(conn, &edition, &presence, role, person)? {
                    readable.push(edition);
                }
            }
            Ok::<_, Error>(readable)
        })
        .await?;
    Ok(found
        .into_iter()
        .map(|edition| Listed {
            id: edition.id,
            kind: edition.kind,
            part: edition.part,
            created_at: rfc3339(edition.created_at),
            pdf_sha256: edition.pdf_sha256,
            json_sha256: edition.json_sha256,
        })
        .collect())
}

/// May somebody of this role at its meeting open it? That of a closed session, if they were in it.
fn may_read(
    conn: &mut store::Connection,
    edition: &store::editions::Edition,
    presence: &PresenceRule,
    role: Role,
    person: PersonId,
) -> Result<bool, Error> {
    let reader = match &edition.part {
        Some(part) => {
            let documents = store::documents::for_meeting(conn, edition.meeting_id)?;
            let session = documents.iter().find(|document| document.part == *part);
            let session = session.ok_or(Error::Broken("a copy of a closed session without the session"))?;
            store::closed_sessions::readers(conn, session.id)?.contains(&person)
        }
        None => false,
    };
    Ok(presence.gives(role, edition.kind, reader))
}

/// One edition's bytes.
pub struct File {
    pub meeting: MeetingId,
    pub kind: EditionKind,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Pdf,
    Json,
}

/// An edition for somebody with a seat at its meeting, or with a case record it is filed in. To anybody else it does
/// not exist.
pub async fn read_edition(app: &App, actor: &Actor, id: EditionId, form: Form) -> Result<File, Error> {
    let (person, agency, role) = (actor.person, actor.agency, actor.role);
    app.store
        .read(move |conn| {
            let edition = store::editions::get(conn, id)?.ok_or(Error::NotFound)?;
            let seat = store::meetings::seat_of(conn, edition.meeting_id, person)?;
            let presence = store::meetings::rule_pack(conn, edition.meeting_id)?.ok_or(Error::NotFound)?.presence;
            let by_seat = match seat {
                Some(seat) => may_read(conn, &edition, &presence, seat.role, person)?,
                None => false,
            };
            let by_agency = match agency {
                Some(agency) if access::may_open_case_records(role) => store::filings::is_filed_at(conn, id, agency)?,
                _ => false,
            };
            if !by_seat && !by_agency {
                return Err(Error::NotFound);
            }
            let bytes = match form {
                Form::Pdf => store::editions::get_pdf(conn, id)?,
                Form::Json => store::editions::get_json(conn, id)?,
            };
            Ok(File { meeting: edition.meeting_id, kind: edition.kind, bytes: bytes.ok_or(Error::NotFound)? })
        })
        .await
}

/// The fullest copy of a locked record that the asker may open, as it was signed. Whoever reads and has no copy is shown
/// what everybody at the table reads.
pub async fn signed(app: &App, at: &AtMeeting) -> Result<Edition, Error> {
    if at.may(Deed::HaveCopy).is_err() {
        return shown_alone(app, at).await;
    }
    let listed = list(app, at).await?;
    let newest = |kind| listed.iter().rev().find(|edition| edition.kind == kind);
    let kinds = [EditionKind::Full, EditionKind::Family, EditionKind::PlanSummary];
    // At a meeting of some kinds the family has no copy at all.
    let best = kinds.into_iter().find_map(newest).ok_or(access::Refusal::NotYourRole)?.id;
    edition_of(&read_edition(app, &at.actor, best, Form::Json).await?.bytes)
}

async fn shown_alone(app: &App, at: &AtMeeting) -> Result<Edition, Error> {
    at.may(access::reading_edition(EditionKind::Family, false))?;
    let meeting = at.meeting.id;
    let row = app.store.read(move |conn| Ok::<_, Error>(store::records::latest(conn, meeting)?)).await?;
    let row = row.ok_or(Error::NotFound)?;
    let record: Record =
        serde_json::from_slice(&row.canonical).map_err(|_| Error::Broken("a signed record can't be read"))?;
    Ok(edition::compile(&record, &row.sha256, EditionKind::Family, EditionId(Uuid::nil())))
}

#[derive(Deserialize)]
struct Signed {
    edition: Edition,
}

/// What a signed JSON file says. It was signed here; that is not checked again.
pub fn edition_of(signed_json: &[u8]) -> Result<Edition, Error> {
    let signed: Signed =
        serde_json::from_slice(signed_json).map_err(|_| Error::Broken("a stored edition can't be read"))?;
    Ok(signed.edition)
}
