//! The working history: the sittings of writing, and any state of a part with who wrote which words.

mod moments;
mod state;
mod teller;

use actix_web::{HttpRequest, HttpResponse, web};
use minutes::ids::DocumentId;
use serde::Deserialize;

use super::answer;
use crate::http::identity::ReadsHistory;
use crate::http::problem::Problem;
use crate::live::wire::{document_id, document_id_text};
use crate::workflow::seat::AtMeeting;
use crate::workflow::show_history::{self, Asked};
use crate::workflow::{App, Error};

#[derive(Deserialize)]
struct Wanted {
    /// The part; without it, the one everybody reads.
    document: Option<String>,
    /// A state: after so many changes.
    n: Option<i64>,
    /// Of the list of sittings, from 1.
    page: Option<usize>,
}

pub async fn show(app: web::Data<App>, at: ReadsHistory, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let ReadsHistory(at) = at;
    let wanted = web::Query::<Wanted>::from_query(request.query_string()).map_err(|_| Error::NotFound)?;
    let facts = show_history::facts(&app, &at).await?;
    let document = match &wanted.document {
        Some(text) => document_id(text),
        None => facts.documents.first().map(|(id, _)| *id),
    };
    let document = document.ok_or(Error::NotFound)?;
    let asked = wanted.n.map_or(Asked::Moments, Asked::After);
    let mut found = show_history::show_history(&app, &at, &facts, document, asked).await?;
    match found.state.take() {
        Some(state) => answer::page(&state::view(&app, &at, &facts, &found, &state)),
        None => answer::page(&moments::view(&app, &at, &facts, &found, wanted.page.unwrap_or(1))),
    }
}

/// Where the history of this meeting is, for those who may read it.
pub(super) fn href(at: &AtMeeting) -> Option<String> {
    at.may(minutes::access::Deed::ReadHistory).is_ok().then(|| format!("/meetings/{}/history", at.meeting.id))
}

fn part_href(at: &AtMeeting, document: DocumentId) -> String {
    format!("/meetings/{}/history?document={}", at.meeting.id, document_id_text(document))
}

fn state_href(at: &AtMeeting, document: DocumentId, n: i64) -> String {
    format!("{}&n={n}", part_href(at, document))
}
