//! Proposing something for the agenda, and the chair's word on it.

use minutes::access::Deed;
use minutes::ids::AgendaItemId;
use minutes::preparation::Ruling;
use uuid::Uuid;

use super::super::audited;
use super::{App, AtMeeting, Error, MAX_LINE, at_the_table, needed, optional};
use crate::store;
use crate::store::agenda_items::AgendaItem;

/// How many one meeting may have: beyond it somebody is filling it on purpose.
const MOST: usize = 200;

pub async fn propose(app: &App, at: &AtMeeting, item: &str) -> Result<(), Error> {
    at.may(Deed::ProposeItem)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let item = needed(item, "item", "Write what the meeting should talk about", MAX_LINE)?;
    let item = AgendaItem {
        id: AgendaItemId(Uuid::new_v4()),
        meeting_id: meeting,
        proposed_by: by,
        item,
        proposed_at: now,
        ruling: None,
        reason: String::new(),
        ruled_by: None,
        ruled_at: None,
    };
    let at = at.clone();
    app.store
        .write(move |conn| {
            at_the_table(conn, &at, by)?;
            if store::agenda_items::list(conn, meeting)?.len() >= MOST {
                return Err(super::wrong("item", "The agenda is full. Tell the chair"));
            }
            let row = audited((by, session), now, "agenda.proposed", format!("agenda_item:{}", item.id));
            store::agenda_items::insert(conn, item)?;
            Ok(store::audit::append(conn, row)?)
        })
        .await
}

/// The chair takes it, or declines it with a word.
pub async fn rule(app: &App, at: &AtMeeting, id: AgendaItemId, ruling: Ruling, reason: &str) -> Result<(), Error> {
    at.may(Deed::RuleOnRequests)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let field = format!("reason-{id}");
    let reason = match ruling {
        Ruling::Granted => optional(reason, &field, MAX_LINE)?,
        Ruling::Refused => needed(reason, &field, "Say why it is not taken", MAX_LINE)?,
    };
    let at = at.clone();
    app.store
        .write(move |conn| {
            at_the_table(conn, &at, by)?;
            if !store::agenda_items::rule(conn, (meeting, id), (ruling, reason), by, now)? {
                return Err(Error::NotFound);
            }
            let row = audited((by, session), now, "agenda.ruled", format!("agenda_item:{id}"));
            let detail_json = serde_json::json!({ "ruling": ruling }).to_string();
            Ok(store::audit::append(conn, store::audit::NewEntry { detail_json, ..row })?)
        })
        .await
}
