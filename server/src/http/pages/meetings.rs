//! Home: my meetings.

use actix_web::{HttpResponse, web};
use minutes::{access, words};

use super::views::meetings::{MayCreate, MeetingLine, MeetingState, MeetingsPage};
use super::{answer, frames};
use crate::http::identity::SignedIn;
use crate::http::problem::Problem;
use crate::workflow::App;
use crate::workflow::list_meetings::{self, Listed};

pub async fn list(app: web::Data<App>, who: SignedIn) -> Result<HttpResponse, Problem> {
    let SignedIn(actor) = who;
    let found = list_meetings::list_meetings(&app, &actor).await?;
    let (locked, mut open): (Vec<Listed>, Vec<Listed>) = found.into_iter().partition(|meeting| meeting.locked);
    // They come latest first, which is right for those that are over.
    open.reverse();
    answer::page(&MeetingsPage {
        frame: frames::of(&app, &actor).at("/meetings"),
        open: open.into_iter().map(line).collect(),
        locked: locked.into_iter().map(line).collect(),
        may_create: if access::may_create_meetings(actor.role) { MayCreate::Yes } else { MayCreate::No },
    })
}

fn line(meeting: Listed) -> MeetingLine {
    MeetingLine {
        id: meeting.id.to_string(),
        title: meeting.title,
        kind_name: meeting.kind_name,
        when: frames::when(&meeting.starts_at),
        place: meeting.place,
        children: meeting.children,
        my_role: words::role(meeting.role).to_owned(),
        state: if meeting.locked { MeetingState::Locked } else { MeetingState::Open },
    }
}
