//! What people say about a deadline: that it was kept, from when it counts, and why it is late.

use jiff::civil::Date;
use minutes::clocks;
use minutes::ids::MeetingId;

use super::deadlines::{One, START, one};
use super::{Actor, App, Error, FieldError, audited};
use crate::store;
use crate::store::clock_notes::{NewReason, Tick};

/// Long enough for any reason; a limit all the same.
const MAX_REASON: usize = 1000;

/// What somebody says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It was done on this day.
    Done(Option<Date>),
    NotDone,
    /// It counts from this day.
    Started(Option<Date>),
    /// It is late because of this.
    Late(String),
}

pub async fn say(app: &App, actor: &Actor, meeting: MeetingId, clock: &str, said: Said) -> Result<(), Error> {
    let found = one(app, actor, meeting, clock).await?;
    if !found.of.keeps {
        return Err(minutes::access::Refusal::NotYourRole.into());
    }
    check(&found, &said)?;
    let (by, session, now, key) = (actor.person, actor.session, app.clock.now(), clock.to_owned());
    app.store
        .write(move |conn| {
            let tick = |clock: String, day: Date| Tick {
                meeting_id: meeting,
                clock,
                done_on: day.to_string(),
                by_person: by,
                at: now,
            };
            let (changed, action) = match said {
                Said::Done(day) => {
                    let day = day.ok_or(Error::Broken("a day that was checked is gone"))?;
                    (store::clock_notes::tick(conn, tick(key.clone(), day))?, "deadline.done")
                }
                Said::NotDone => (store::clock_notes::take_back(conn, meeting, &key)?, "deadline.not_done"),
                Said::Started(day) => {
                    let day = day.ok_or(Error::Broken("a day that was checked is gone"))?;
                    let start = format!("{START}{key}");
                    // A start that was wrong is put right; who said what before stands in the audit.
                    store::clock_notes::take_back(conn, meeting, &start)?;
                    (store::clock_notes::tick(conn, tick(start, day))?, "deadline.started")
                }
                Said::Late(reason) => {
                    let reason = reason.trim().to_owned();
                    let new = NewReason { meeting, clock: key.clone(), reason, by, at: now };
                    store::clock_notes::give_reason(conn, new)?;
                    (true, "deadline.late_reason")
                }
            };
            if changed {
                let row = audited((by, session), now, action, format!("meeting:{meeting}"));
                let detail_json = serde_json::json!({ "clock": key }).to_string();
                store::audit::append(conn, store::audit::NewEntry { detail_json, ..row })?;
            }
            Ok(())
        })
        .await
}

fn check(found: &One, said: &Said) -> Result<(), Error> {
    let wrong = |field: &str, words: &str| {
        Err(Error::Invalid(vec![FieldError { field: field.to_owned(), words: words.to_owned() }]))
    };
    let today = found.now.date();
    match said {
        Said::Done(_) | Said::NotDone if !found.clock.can_be_said => Err(Error::NotFound),
        Said::Started(_) if !clocks::can_start_be_said(found.clock.from) => Err(Error::NotFound),
        Said::Done(None) => wrong("done-day", "Enter the day it was done, such as 27 11 2026"),
        Said::Done(Some(day)) if *day > today => wrong("done-day", "The day it was done can’t be in the future"),
        Said::Started(None) => wrong("start-day", "Enter the day it counts from, such as 27 11 2026"),
        Said::Started(Some(day)) if *day > today => wrong("start-day", "The day it counts from can’t be in the future"),
        Said::Late(reason) if reason.trim().is_empty() => wrong("reason", "Enter why it is late"),
        Said::Late(reason) if reason.chars().count() > MAX_REASON => {
            wrong("reason", "The reason must be 1,000 characters or fewer")
        }
        Said::Late(_) if !found.clock.was_late() => wrong("reason", "This deadline is not late"),
        _ => Ok(()),
    }
}
