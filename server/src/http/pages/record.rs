//! The record to read.

use actix_web::{HttpResponse, web};

use super::views::frame::Link;
use super::views::record::{RecordPage, RecordView, Stage};
use super::{answer, frames, history};
use crate::http::identity::Seated;
use crate::http::problem::Problem;
use crate::workflow::seat::AtMeeting;
use crate::workflow::{App, Error, read_edition, set_child_status, show_record};

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
        status_links: status_links(&app, &at).await?,
        record: RecordView::of(&edition, &frames::zone(), stage),
    })
}

/// A page for each child, for those who may say how they stand.
async fn status_links(app: &App, at: &AtMeeting) -> Result<Vec<Link>, Error> {
    if !set_child_status::may(at) {
        return Ok(Vec::new());
    }
    let children = show_record::facts(app, at).await?.children;
    let link = |child: &minutes::record::ChildFacts| Link {
        href: format!("/meetings/{}/children/{}/status", at.meeting.id, child.id),
        text: child.label(&children),
    };
    Ok(children.iter().map(link).collect())
}
