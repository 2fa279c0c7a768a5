//! Files put with a part of a record: adding one, taking one off, reading one.

use minutes::access::{self, Deed, Whose};
use minutes::attachment::{self, Attachment, Unfit};
use minutes::canonical;
use minutes::ids::{AttachmentId, DocumentId, MeetingId};
use minutes::record::Part;
use uuid::Uuid;

use super::seat::AtMeeting;
use super::{App, Error, FieldError, audited, closed_sessions};
use crate::store;

/// A file somebody may read.
#[derive(Debug, Clone)]
pub struct Listed {
    pub file: Attachment,
    pub document: DocumentId,
    pub added_at: i64,
    /// Whether the asker may take it off.
    pub removable: bool,
}

/// The files of the parts the asker reads.
pub async fn list(app: &App, at: &AtMeeting) -> Result<Vec<Listed>, Error> {
    let (meeting, at) = (at.meeting.id, at.clone());
    app.store
        .read(move |conn| {
            let parts = readable(conn, &at)?;
            let files = store::attachments::list(conn, meeting)?.into_iter().filter_map(|row| {
                let part = parts.iter().find(|(document, _)| *document == row.document_id)?.1.clone();
                let whose = if row.added_by == at.actor.person { Whose::Own } else { Whose::Others };
                let removable = at.may(Deed::RemoveAttachment(whose)).is_ok();
                Some(Listed { document: row.document_id, added_at: row.added_at, file: file(row, part), removable })
            });
            Ok(files.collect())
        })
        .await
}

/// Puts a file with a part the asker reads.
pub async fn add(app: &App, at: &AtMeeting, part: &Part, title: &str, bytes: Vec<u8>) -> Result<AttachmentId, Error> {
    at.may(Deed::AddAttachment)?;
    let (meeting, person, now, at) = (at.meeting.id, at.actor.person, app.clock.now(), at.clone());
    let (by, part, title) = ((person, at.actor.session), part.clone(), title.trim().to_owned());
    let id = AttachmentId(Uuid::new_v4());
    app.store
        .write(move |conn| {
            still_open(conn, meeting)?;
            let document = readable(conn, &at)?.into_iter().find(|(_, one)| *one == part).ok_or(Error::NotFound)?.0;
            let held = store::attachments::list(conn, meeting)?;
            let held_bytes = held.iter().map(|one| usize::try_from(one.size).unwrap_or(usize::MAX)).sum();
            let form = attachment::admit(&title, &bytes, (held.len(), held_bytes)).map_err(unfit)?;
            let new = store::attachments::NewAttachment {
                id,
                meeting_id: meeting,
                document_id: document,
                title,
                form,
                size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
                sha256: canonical::sha256_hex(&bytes),
                bytes,
                added_by: person,
                added_at: now,
            };
            store::attachments::insert(conn, new)?;
            store::audit::append(conn, audited(by, now, "attachment.added", format!("attachment:{id}")))?;
            Ok(id)
        })
        .await
}

/// Takes a file off: one's own, or any as chair, until the record is locked.
pub async fn remove(app: &App, at: &AtMeeting, id: AttachmentId) -> Result<(), Error> {
    let (meeting, at, now) = (at.meeting.id, at.clone(), app.clock.now());
    app.store
        .write(move |conn| {
            let row = visible(conn, &at, id)?.0;
            let whose = if row.added_by == at.actor.person { Whose::Own } else { Whose::Others };
            at.may(Deed::RemoveAttachment(whose))?;
            still_open(conn, meeting)?;
            if !store::attachments::remove(conn, meeting, id)? {
                return Err(Error::NotFound);
            }
            let by = (at.actor.person, at.actor.session);
            Ok(store::audit::append(conn, audited(by, now, "attachment.removed", format!("attachment:{id}")))?)
        })
        .await
}

/// A file of a part the asker reads, with its bytes. To anybody else it does not exist.
pub async fn read(app: &App, at: &AtMeeting, id: AttachmentId) -> Result<(Attachment, Vec<u8>), Error> {
    let at = at.clone();
    app.store
        .read(move |conn| {
            let (row, part) = visible(conn, &at, id)?;
            let bytes = store::attachments::bytes(conn, id)?.ok_or(Error::NotFound)?;
            Ok((file(row, part), bytes))
        })
        .await
}

/// Every file of a meeting, as the record lists them.
pub(super) fn all(conn: &mut store::Connection, meeting: MeetingId) -> Result<Vec<Attachment>, Error> {
    let documents = store::documents::for_meeting(conn, meeting)?;
    let rows = store::attachments::list(conn, meeting)?;
    let files = rows.into_iter().filter_map(|row| {
        let part = documents.iter().find(|document| document.id == row.document_id)?.part.clone();
        Some(file(row, part))
    });
    Ok(files.collect())
}

fn visible(
    conn: &mut store::Connection,
    at: &AtMeeting,
    id: AttachmentId,
) -> Result<(store::attachments::Attachment, Part), Error> {
    let rows = store::attachments::list(conn, at.meeting.id)?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    let part = readable(conn, at)?.into_iter().find(|(document, _)| *document == row.document_id);
    Ok((row, part.ok_or(Error::NotFound)?.1))
}

fn readable(conn: &mut store::Connection, at: &AtMeeting) -> Result<Vec<(DocumentId, Part)>, Error> {
    closed_sessions::readable(conn, at.meeting.id, at.standing(), at.actor.person)
}

/// The lock lists the files there are: none comes or goes after it.
fn still_open(conn: &mut store::Connection, meeting: MeetingId) -> Result<(), Error> {
    if store::meetings::hold_seats(conn, meeting)? { Ok(()) } else { Err(access::Refusal::Locked.into()) }
}

fn file(row: store::attachments::Attachment, part: Part) -> Attachment {
    Attachment {
        id: row.id,
        part,
        title: row.title,
        form: row.form,
        size: u64::try_from(row.size).unwrap_or_default(),
        sha256: row.sha256,
        by: row.added_by,
    }
}

fn unfit(unfit: Unfit) -> Error {
    let field = if unfit == Unfit::Title { "title" } else { "file" };
    Error::Invalid(vec![FieldError { field: field.to_owned(), words: unfit.to_string() }])
}
