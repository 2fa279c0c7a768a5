//! A locked meeting: its signed copies and, for those who run it, how each is getting on.

use actix_web::{HttpRequest, HttpResponse, web};
use minutes::ids::DeliveryId;
use minutes::words;

use super::form::Form;
use super::views::locked::{
    CodeLine, CopyLine, DeliveryLine, DeliveryState, FilingLine, FilingState, LateLine, LockedPage, Sending,
};
use super::{answer, frames, history};
use crate::clock::rfc3339;
use crate::http::identity::{RunsMeeting, path_id};
use crate::http::problem::Problem;
use crate::workflow::seat::AtMeeting;
use crate::workflow::show_locked::{self, Progress, Sent};
use crate::workflow::{App, hand_over};

pub async fn show(app: &App, at: &AtMeeting) -> Result<HttpResponse, Problem> {
    let found = show_locked::show_locked(app, at).await?;
    let copies = found.copies.into_iter().map(|copy| CopyLine {
        edition: copy.edition.to_string(),
        kind: copy.kind,
        session: copy.session,
        pdf_bytes: copy.pdf_bytes,
        pdf_sha256: copy.pdf_sha256,
    });
    answer::page(&LockedPage {
        frame: frames::at_meeting(app, at),
        meeting_id: at.meeting.id.to_string(),
        history_href: history::href(at),
        title: at.meeting.title.clone(),
        when: frames::when(&rfc3339(at.meeting.starts_at)),
        place: at.meeting.place.clone(),
        locked_by: found.by,
        locked_at: frames::when(&found.at),
        version: found.version,
        copies: copies.collect(),
        sending: found.sending.map(|found| sending(at, found)),
    })
}

/// A worker says that they have given somebody their copy and explained it.
pub async fn handed_over(
    app: web::Data<App>,
    at: RunsMeeting,
    request: HttpRequest,
    _: Form,
) -> Result<HttpResponse, Problem> {
    let delivery = path_id::<DeliveryId>(&request, "delivery")?;
    hand_over::handed_over(&app, &at.0, delivery).await?;
    Ok(answer::see_other(&format!("/meetings/{}#deliveries", at.0.meeting.id)))
}

fn sending(at: &AtMeeting, found: show_locked::Sending) -> Sending {
    let codes = found.codes.into_iter().map(|code| CodeLine {
        name: code.name,
        standing: code.standing,
        code: code.code,
        expires: frames::day(&code.expires_at),
    });
    let filings = found.filings.into_iter().map(|filed| FilingLine {
        agency: filed.agency,
        child: filed.child,
        copy: words::edition(filed.kind).to_owned(),
        state: FilingState::Filed { receipt: filed.receipt },
        at: frames::when(&filed.at),
        sha256: filed.sha256,
    });
    let late = found.late.into_iter();
    Sending {
        deliveries: found.deliveries.into_iter().map(|sent| delivery(at, sent)).collect(),
        codes: codes.collect(),
        filings: filings.collect(),
        late: late.map(|late| LateLine { name: late.name, at: frames::when(&late.at), text: late.text }).collect(),
    }
}

fn delivery(at: &AtMeeting, sent: Sent) -> DeliveryLine {
    let state = match sent.progress {
        Progress::Queued => DeliveryState::Queued,
        Progress::AcceptedByRelay => DeliveryState::Accepted,
        Progress::Delayed { next_try } => DeliveryState::Delayed { next_try: frames::when(&next_try) },
        Progress::Refused { reason } => DeliveryState::Refused { reason },
        Progress::ToHandOver => DeliveryState::ToHandOver {
            record_at: format!("/meetings/{}/deliveries/{}/handed-over", at.meeting.id, sent.delivery),
        },
        Progress::HandedOver { by } => DeliveryState::HandedOver { by },
    };
    DeliveryLine {
        name: sent.name,
        standing: sent.standing,
        copy: words::edition(sent.kind).to_owned(),
        address: sent.address,
        // Since when something waits is of no interest: it is since the lock.
        at: if matches!(state, DeliveryState::ToHandOver { .. }) { String::new() } else { frames::when(&sent.at) },
        state,
    }
}
