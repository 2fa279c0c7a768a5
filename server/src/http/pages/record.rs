//! The record to read.

use actix_web::{HttpResponse, web};

use super::views::record::{RecordPage, RecordView, Stage};
use super::{answer, frames, history};
use crate::http::identity::Seated;
use crate::http::problem::Problem;
use crate::workflow::{App, read_edition, show_record};

/// As it stands while it is being written; as it was signed once it is locked.
pub async fn show(app: web::Data<App>, at: Seated) -> Result<HttpResponse, Problem> {
    let Seated(at) = at;
    let (edition, stage) = if at.is_locked() {
        (read_edition::signed(&app, &at).await?, Stage::Locked)
    } else {
        (show_record::draft(&app, &at).await?, Stage::BeingWritten)
    };
    answer::page(&RecordPage {
        frame: frames::at_meeting(&app, &at),
        meeting_id: at.meeting.id.to_string(),
        history_href: history::href(&at),
        record: RecordView::of(&edition, &frames::zone(), stage),
    })
}
