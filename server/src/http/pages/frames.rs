//! What stands around a page, for whoever looks at it.

use actix_web::HttpRequest;
use jiff::tz::TimeZone;
use minutes::{access, words};

use super::views::frame::Frame;
use crate::http::identity;
use crate::workflow::seat::AtMeeting;
use crate::workflow::{Actor, App, case_records, end_plan};

pub fn public(app: &App) -> Frame {
    let frame = Frame::public(&app.settings.partnership).with_footer("/verify", "Check a copy");
    Frame { storage_failing: app.live.is_storage_failing(), ..frame }
}

/// For somebody signed in. Case records are offered to those whose agency has some.
pub fn of(app: &App, actor: &Actor) -> Frame {
    let frame = Frame::for_person(&app.settings.partnership, &actor.name, actor.role)
        .with_menu("/meetings", "Meetings")
        .with_footer("/verify", "Check a copy");
    let frame = Frame { storage_failing: app.live.is_storage_failing(), ..frame };
    let sees_board = access::may_see_board(actor.role);
    let frame = if sees_board { frame.with_menu("/deadlines", "Deadlines") } else { frame };
    let frame = if end_plan::is_asked(actor) { frame.with_menu("/plans", "Plans to end") } else { frame };
    match actor.agency {
        Some(agency) if case_records::may_open(actor, agency) => {
            frame.with_menu(&format!("/agencies/{agency}/case-records"), "Case records")
        }
        _ => frame,
    }
}

/// At a meeting the header says what somebody is there.
pub fn at_meeting(app: &App, at: &AtMeeting) -> Frame {
    let mut frame = of(app, &at.actor);
    if let Some(person) = &mut frame.person {
        person.role = words::role(at.seat.role).to_owned();
    }
    frame
}

/// For whoever made a request, signed in or not.
pub async fn of_request(request: &HttpRequest) -> Frame {
    let Ok(app) = identity::app(request) else { return Frame::default() };
    match identity::identify(request).await {
        Ok(actor) => of(&app, &actor),
        Err(_) => public(&app),
    }
}

/// The partnership's own time, whatever the server's is.
pub fn zone() -> TimeZone {
    TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC)
}

/// RFC 3339 in words: "23 November 2026, 10:00".
pub fn when(rfc3339: &str) -> String {
    words::date_and_time(rfc3339, &zone())
}

/// The day of a moment in words: "23 November 2026".
pub fn day(rfc3339: &str) -> String {
    let when = when(rfc3339);
    when.split_once(", ").map_or(when.clone(), |(day, _)| day.to_owned())
}
