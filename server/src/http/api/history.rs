//! The working history: who wrote which words, and earlier states.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use minutes::history::{self, Content, Moment, Place, Stamp, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::clock::rfc3339;
use crate::http::identity::ReadsHistory;
use crate::http::problem::{Problem, ProblemBody};
use crate::live::wire::{document_id, document_id_text};
use crate::workflow::show_history::{self, Asked};
use crate::workflow::{App, Error};

#[derive(Serialize, ToSchema)]
pub struct HistoryPart {
    /// The automerge-repo document id.
    document: String,
    part: String,
    /// How many changes there are; any number from 1 to this is a state to ask for.
    changes: i64,
    /// Sittings of writing, the latest first.
    moments: Vec<HistoryMoment>,
}

#[derive(Serialize, ToSchema)]
pub struct HistoryMoment {
    /// The change after which it stood.
    n: i64,
    person: String,
    /// `attendance`, `section`, `decisions`, `views` or `actions`
    place: &'static str,
    /// The section's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<String>,
    /// Whose statement or view the row is.
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<String>,
    /// When the server received the first change of the sitting. RFC 3339, UTC.
    from: String,
    to: String,
    words_added: usize,
    words_removed: usize,
    made_row: bool,
    removed_row: bool,
    /// The fields set in what was there before.
    set: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
pub struct HistoryState {
    document: String,
    part: String,
    /// After which change it stood so.
    n: i64,
    /// When the server received that change. RFC 3339, UTC.
    received_at: String,
    attendance: Vec<HistoryAttendance>,
    sections: Vec<HistorySection>,
    decisions: Vec<HistoryRow>,
    views: Vec<HistoryRow>,
    actions: Vec<HistoryRow>,
}

#[derive(Serialize, ToSchema)]
pub struct HistorySection {
    key: String,
    entries: Vec<HistoryRow>,
}

#[derive(Serialize, ToSchema)]
pub struct HistoryAttendance {
    person: String,
    #[serde(flatten)]
    fields: HistoryFields,
}

#[derive(Serialize, ToSchema)]
pub struct HistoryRow {
    id: String,
    added: HistoryStamp,
    #[serde(flatten)]
    fields: HistoryFields,
    /// Present once it was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<HistoryStamp>,
}

#[derive(Serialize, ToSchema)]
pub struct HistoryFields {
    /// By field: its words in order, each span by one person.
    texts: BTreeMap<&'static str, Vec<HistorySpan>>,
    /// By field: the value, and who set it last.
    values: BTreeMap<&'static str, HistoryValue>,
    /// The children it is about, each with who named them.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<BTreeMap<String, HistoryStamp>>,
}

#[derive(Serialize, ToSchema)]
pub struct HistorySpan {
    text: String,
    person: Option<String>,
    /// When the server received its first and its last character. RFC 3339, UTC.
    from: String,
    to: String,
}

#[derive(Serialize, ToSchema)]
pub struct HistoryValue {
    value: String,
    #[serde(flatten)]
    set: HistoryStamp,
}

#[derive(Serialize, ToSchema)]
pub struct HistoryStamp {
    /// Null: the server, when it made the record.
    person: Option<String>,
    n: i64,
    /// RFC 3339, UTC.
    received_at: String,
}

#[derive(Deserialize, IntoParams)]
pub struct Wanted {
    /// The state after so many changes; without it, the state now.
    n: Option<i64>,
}

/// The parts whose working history the asker may read, with the sittings of writing in each. For professionals at the
/// table.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting}/history", params(("meeting" = String, Path)),
    responses((status = 200, body = Vec<HistoryPart>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, at: ReadsHistory) -> Result<web::Json<Vec<HistoryPart>>, Problem> {
    let facts = show_history::facts(&app, &at.0).await?;
    let mut lines = Vec::new();
    for (document, _) in &facts.documents {
        let found = show_history::show_history(&app, &at.0, &facts, *document, Asked::Moments).await?;
        lines.push(HistoryPart {
            document: document_id_text(*document),
            part: found.part.as_str().to_owned(),
            changes: found.changes,
            moments: found.moments.into_iter().rev().map(moment).collect(),
        });
    }
    Ok(web::Json(lines))
}

/// One part as it stands or stood, with who wrote which words.
#[utoipa::path(get, path = "/api/v1/meetings/{meeting}/history/{document}",
    params(("meeting" = String, Path), ("document" = String, Path), Wanted),
    responses((status = 200, body = HistoryState), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn show(
    app: web::Data<App>,
    at: ReadsHistory,
    request: HttpRequest,
) -> Result<web::Json<HistoryState>, Problem> {
    let wanted = web::Query::<Wanted>::from_query(request.query_string()).map_err(|_| Error::NotFound)?;
    let document = request.match_info().get("document").and_then(document_id).ok_or(Error::NotFound)?;
    let facts = show_history::facts(&app, &at.0).await?;
    let asked = wanted.n.map_or(Asked::Now, Asked::After);
    let found = show_history::show_history(&app, &at.0, &facts, document, asked).await?;
    let state = found.state.ok_or(Error::NotFound)?;
    Ok(web::Json(state_line(document_id_text(document), found.part.as_str().to_owned(), state)))
}

fn moment(one: Moment) -> HistoryMoment {
    let (place, section) = match one.place {
        Place::Attendance => ("attendance", None),
        Place::Section(key) => ("section", Some(key)),
        Place::Decisions => ("decisions", None),
        Place::Views => ("views", None),
        Place::Actions => ("actions", None),
    };
    HistoryMoment {
        n: one.n,
        person: one.by.to_string(),
        place,
        section,
        row: one.row.map(|row| row.to_string()),
        speaker: one.speaker.map(|speaker| speaker.to_string()),
        from: rfc3339(one.from),
        to: rfc3339(one.to),
        words_added: one.words_added,
        words_removed: one.words_removed,
        made_row: one.made_row,
        removed_row: one.removed_row,
        set: one.set.into_iter().collect(),
    }
}

fn state_line(document: String, part: String, state: State) -> HistoryState {
    let rows = |rows: Vec<history::Row>| rows.into_iter().map(row).collect();
    HistoryState {
        document,
        part,
        n: state.n,
        received_at: rfc3339(state.at),
        attendance: state
            .attendance
            .into_iter()
            .map(|row| HistoryAttendance { person: row.person.to_string(), fields: fields(row.fields) })
            .collect(),
        sections: state
            .sections
            .into_iter()
            .map(|section| HistorySection { key: section.key, entries: rows(section.entries) })
            .collect(),
        decisions: rows(state.decisions),
        views: rows(state.views),
        actions: rows(state.actions),
    }
}

fn row(row: history::Row) -> HistoryRow {
    HistoryRow {
        id: row.id.to_string(),
        added: stamp(row.added),
        fields: fields(row.fields),
        removed: row.removed.map(stamp),
    }
}

fn fields(found: Vec<history::Field>) -> HistoryFields {
    let mut lines = HistoryFields { texts: BTreeMap::new(), values: BTreeMap::new(), about: None };
    for field in found {
        match field.content {
            Content::Words(spans) => {
                lines.texts.insert(field.name, spans.into_iter().map(span).collect());
            }
            Content::Value(value, set) => {
                lines.values.insert(field.name, HistoryValue { value, set: stamp(set) });
            }
            Content::Children(children) => {
                let named = children.into_iter().map(|(child, by)| (child.to_string(), stamp(by)));
                lines.about = Some(named.collect());
            }
        }
    }
    lines
}

fn span(span: history::Span) -> HistorySpan {
    HistorySpan {
        text: span.text,
        person: span.by.map(|person| person.to_string()),
        from: rfc3339(span.from),
        to: rfc3339(span.to),
    }
}

fn stamp(stamp: Stamp) -> HistoryStamp {
    HistoryStamp { person: stamp.by.map(|person| person.to_string()), n: stamp.n, received_at: rfc3339(stamp.at) }
}
