//! A meeting and its record as one person may see them.

use std::collections::BTreeMap;

use minutes::edition::{self, Edition};
use minutes::ids::{DocumentId, EditionId};
use minutes::record::{Approval, ChildFacts, MeetingFacts, Part, PartRecord, Record, Scaling, Seat};
use minutes::rules::RulePack;
use uuid::Uuid;

use super::list_meetings::kind_name;
use super::seat::AtMeeting;
use super::{App, Error, blind_views, closed_sessions};
use crate::clock::rfc3339;
use crate::store;

/// The facts of a meeting that stand beside its documents.
#[derive(Debug, Clone)]
pub struct Facts {
    pub meeting: MeetingFacts,
    pub children: Vec<ChildFacts>,
    /// Those since taken away too: what their people wrote is in the record, and their names with it.
    pub seats: Vec<Seat>,
    /// Kind of each seat's agency, in the same order; "family" without one.
    pub agency_kinds: Vec<String>,
    /// The rule pack the meeting was created by, as it was then.
    pub pack: RulePack,
    pub documents: Vec<(DocumentId, Part)>,
}

/// Loads the facts of a meeting, with only the documents that the asker may read.
pub async fn facts(app: &App, at: &AtMeeting) -> Result<Facts, Error> {
    let meeting = at.meeting.clone();
    let (standing, person) = (at.standing(), at.actor.person);
    let kind_name = kind_name(app, &meeting.kind);
    app.store
        .read(move |conn| {
            let mut facts = load(conn, &meeting, kind_name)?;
            facts.documents = closed_sessions::readable(conn, meeting.id, standing, person)?;
            Ok(facts)
        })
        .await
}

pub(super) fn load(
    conn: &mut store::Connection,
    meeting: &store::meetings::Meeting,
    kind_name: String,
) -> Result<Facts, Error> {
    let seated = store::meetings::seats(conn, meeting.id)?;
    let agency_kinds =
        seated.iter().map(|seat| seat.agency_kind.clone().unwrap_or_else(|| "family".to_owned())).collect();
    let seats = seated
        .into_iter()
        .map(|seat| Seat {
            person: seat.person,
            name: seat.name,
            role: seat.role,
            title: seat.title,
            agency: seat.agency,
            agency_name: seat.agency_name.unwrap_or_default(),
            removed_at: seat.removed_at.map(rfc3339),
        })
        .collect();
    let children = store::meetings::children(conn, meeting.id)?
        .into_iter()
        .map(|child| ChildFacts {
            id: child.id,
            name: child.name,
            date_of_birth: child.date_of_birth.unwrap_or_default(),
        })
        .collect();
    let mut documents: Vec<(DocumentId, Part)> = store::documents::for_meeting(conn, meeting.id)?
        .into_iter()
        .map(|document| (document.id, document.part))
        .collect();
    documents.sort_by_key(|(_, part)| part.place());
    let pack = store::meetings::rule_pack(conn, meeting.id)?.ok_or(Error::NotFound)?;
    Ok(Facts {
        meeting: MeetingFacts {
            id: meeting.id,
            kind: meeting.kind.clone(),
            // As it was called then; of an older meeting only the key was kept.
            kind_name: if pack.name == meeting.kind { kind_name } else { pack.name.clone() },
            title: meeting.title.clone(),
            starts_at: rfc3339(meeting.starts_at),
            place: meeting.place.clone(),
            rule_pack: meeting.rule_pack.clone(),
        },
        children,
        seats,
        agency_kinds,
        pack,
        documents,
    })
}

/// Who put in the rows of these documents that are not their own statements: the page shows it, and lets them mend it.
pub async fn recorders(app: &App, at: &AtMeeting, facts: &Facts) -> Result<BTreeMap<String, String>, Error> {
    let documents = facts.documents.iter().map(|(id, _)| *id).collect();
    let found = app.live.recorders(at.meeting.id, documents).await?;
    Ok(found.into_iter().map(|(row, person)| (row.to_string(), person.to_string())).collect())
}

/// The record as it stands, woven from the parts the asker may read. For reading only: nothing here is signed.
pub async fn draft(app: &App, at: &AtMeeting) -> Result<Edition, Error> {
    let facts = facts(app, at).await?;
    let parts = app.live.read(at.meeting.id).await?;
    let readable: Vec<DocumentId> = facts.documents.iter().map(|(id, _)| *id).collect();
    let parts = parts.into_iter().filter(|part| readable.contains(&part.document)).collect();
    let meeting = at.meeting.id;
    let scalings = app.store.read(move |conn| blind_views::for_record(conn, meeting)).await?;
    let readable: Vec<Part> = facts.documents.iter().map(|(_, part)| part.clone()).collect();
    let scalings = scalings.into_iter().filter(|scaling| readable.contains(&scaling.part)).collect();
    Ok(edition::compile_draft(&unsigned(app, facts, parts, scalings), EditionId(Uuid::nil())))
}

/// A record of unlocked parts, for showing and for the test print.
pub(super) fn unsigned(app: &App, facts: Facts, parts: Vec<PartRecord>, scalings: Vec<Scaling>) -> Record {
    let mut seats = facts.seats.iter().filter(|seat| seat.removed_at.is_none());
    let chair = seats.find(|seat| seat.role == minutes::record::Role::Chair);
    let by = chair.map_or(minutes::ids::PersonId(Uuid::nil()), |seat| seat.person);
    let approval = Approval {
        by,
        at: rfc3339(app.clock.now()),
        statement: String::new(),
        method: String::new(),
        missing: Vec::new(),
        went_on: Vec::new(),
    };
    Record {
        format: Record::FORMAT.to_owned(),
        version: 0,
        partnership: app.settings.partnership.clone(),
        meeting: facts.meeting,
        children: facts.children,
        seats: facts.seats,
        glossary: app.plain_words.short_forms_in(parts.iter().flat_map(edition::texts_of)),
        parts,
        closed_sessions: Vec::new(),
        quorum: None,
        agreed_sections: Vec::new(),
        read_back: Vec::new(),
        scalings,
        approval,
    }
}
