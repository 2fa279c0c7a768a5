//! The meetings somebody has a seat at.

use minutes::ids::MeetingId;
use minutes::record::Role;

use super::{Actor, App, Error};
use crate::clock::rfc3339;
use crate::store;

#[derive(Debug, Clone)]
pub struct Listed {
    pub id: MeetingId,
    pub kind: String,
    pub kind_name: String,
    pub title: String,
    pub starts_at: String,
    pub place: String,
    pub locked: bool,
    pub role: Role,
    pub children: Vec<String>,
}

pub async fn list_meetings(app: &App, actor: &Actor) -> Result<Vec<Listed>, Error> {
    let person = actor.person;
    let found = app
        .store
        .read(move |conn| {
            let mut found = Vec::new();
            for own in store::meetings::list_for_person(conn, person)? {
                let children = store::meetings::children(conn, own.meeting.id)?;
                found.push((own, children));
            }
            Ok::<_, Error>(found)
        })
        .await?;
    let listed = found.into_iter().map(|(own, children)| Listed {
        id: own.meeting.id,
        kind_name: kind_name(app, &own.meeting.kind),
        kind: own.meeting.kind,
        title: own.meeting.title,
        starts_at: rfc3339(own.meeting.starts_at),
        place: own.meeting.place,
        locked: own.meeting.state == store::meetings::MeetingState::Locked,
        role: own.role,
        children: children.into_iter().map(|child| child.name).collect(),
    });
    Ok(listed.collect())
}

/// The name of a meeting kind; a pack since withdrawn leaves its key.
pub fn kind_name(app: &App, kind: &str) -> String {
    app.rules.name(kind).unwrap_or(kind).to_owned()
}
