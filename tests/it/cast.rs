//! The people most tests need, signed in to a server of their own.

use tests::demo::Meeting;
use tests::http::Actor;
use tests::server::Accord;

pub struct Cast {
    pub server: Accord,
    pub meeting: Meeting,
    pub chair: Actor,
    pub police: Actor,
    pub mother: Actor,
    /// Signed in, of the partnership, and not at this meeting.
    pub outsider: Actor,
    pub stranger: Actor,
}

impl Cast {
    pub async fn assemble() -> Self {
        Self::of(Accord::start().await).await
    }

    /// The same at a server with settings of its own.
    pub async fn of(server: Accord) -> Self {
        let demo = server.demo();
        let meeting = demo.open_meeting().clone();
        let chair = Actor::sign_in(&server, demo.role("chair")).await;
        let police = Actor::sign_in(&server, demo.professional_of("police")).await;
        let mother = Actor::sign_in(&server, demo.role("family")).await;
        let outsider = outsider(&server, &meeting).await;
        let stranger = Actor::anonymous(&server);
        Self { meeting, chair, police, mother, outsider, stranger, server }
    }

    pub fn main_document(&self) -> &str {
        self.meeting.document("main")
    }
}

async fn outsider(server: &Accord, meeting: &Meeting) -> Actor {
    for person in server.demo().people.iter().rev() {
        let actor = Actor::sign_in(server, person).await;
        if actor.get(&format!("/api/v1/meetings/{}", meeting.id)).await.status == 404 {
            return actor;
        }
    }
    panic!("everybody in the demo is at the open meeting");
}
