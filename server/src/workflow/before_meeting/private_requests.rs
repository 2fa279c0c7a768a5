//! Asking that somebody be kept out of a part of the meeting, or to speak in confidence, and the chair's ruling. Nobody
//! else hears of either: not whom it concerns, not the rest of the table.

use minutes::access::Deed;
use minutes::ids::{PersonId, RequestId};
use minutes::preparation::{Ground, RequestKind, Ruling};
use uuid::Uuid;

use super::super::audited;
use super::{App, AtMeeting, Error, MAX_WORDS, at_the_table, needed, wrong};
use crate::store;
use crate::store::private_requests::PrivateRequest;

const MOST: usize = 200;

/// As somebody fills it in.
#[derive(Debug, Clone)]
pub struct Asked {
    pub kind: RequestKind,
    /// Whom it would keep out.
    pub concerns: Option<PersonId>,
    pub ground: Ground,
    pub words: String,
}

pub async fn ask(app: &App, at: &AtMeeting, asked: Asked) -> Result<(), Error> {
    at.may(Deed::AskInPrivate)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let words = needed(&asked.words, "words", "Say what you ask for and why", MAX_WORDS)?;
    let concerns = asked.concerns.filter(|_| asked.kind == RequestKind::Exclude);
    if asked.kind == RequestKind::Exclude && concerns.is_none_or(|person| person == by) {
        return Err(wrong("concerns", "Choose who should be kept out"));
    }
    let request = PrivateRequest {
        id: RequestId(Uuid::new_v4()),
        meeting_id: meeting,
        kind: asked.kind,
        asked_by: by,
        concerns,
        ground: asked.ground,
        words,
        asked_at: now,
        ruling: None,
        reason: String::new(),
        ruled_by: None,
        ruled_at: None,
    };
    let at = at.clone();
    app.store
        .write(move |conn| {
            at_the_table(conn, &at, by)?;
            if let Some(person) = concerns {
                at_the_table(conn, &at, person)?;
            }
            if store::private_requests::list(conn, meeting)?.len() >= MOST {
                return Err(wrong("words", "Too much has been asked for already. Tell the chair"));
            }
            let row = audited((by, session), now, "request.made", format!("request:{}", request.id));
            store::private_requests::insert(conn, request)?;
            Ok(store::audit::append(conn, row)?)
        })
        .await
}

/// Always with a reason: it is looked at again when somebody complains.
pub async fn rule(app: &App, at: &AtMeeting, id: RequestId, ruling: Ruling, reason: &str) -> Result<(), Error> {
    at.may(Deed::RuleOnRequests)?;
    let (meeting, by, session, now) = (at.meeting.id, at.actor.person, at.actor.session, app.clock.now());
    let reason = needed(reason, &format!("reason-{id}"), "Give the reason for your ruling", MAX_WORDS)?;
    let at = at.clone();
    app.store
        .write(move |conn| {
            at_the_table(conn, &at, by)?;
            if !store::private_requests::rule(conn, (meeting, id), (ruling, reason), by, now)? {
                return Err(Error::NotFound);
            }
            let row = audited((by, session), now, "request.ruled", format!("request:{id}"));
            let detail_json = serde_json::json!({ "ruling": ruling }).to_string();
            Ok(store::audit::append(conn, store::audit::NewEntry { detail_json, ..row })?)
        })
        .await
}
