//! Reminders: what is due tomorrow, what is late, and every week again what is late still. One letter to each person about
//! all there is to be said. Of several nodes, the one that claims a reminder in the database gives it.

use std::collections::{BTreeMap, BTreeSet};

use minutes::clocks::{self, Reminder};
use minutes::ids::{AgencyId, DeliveryId, PersonId};
use minutes::record::Role;
use uuid::Uuid;

use super::deadlines::{Packs, clocks_of, keepers, now};
use super::{App, Error};
use crate::store;
use crate::store::deadlines::{Found, Which};
use crate::store::people::{Channel, Person};
use crate::store::reminders::NewLetter;

/// Nobody is written to before this hour.
const NOT_BEFORE: i8 = 7;
/// What was late for longer when the reminders began is for the board; nobody is written to about it.
const LOOKED_BACK: i64 = 400 * 24 * 60 * 60 * 1000;

/// One reminder to give: about what, and to whom.
struct Due {
    meeting: minutes::ids::MeetingId,
    clock: String,
    reminder: Reminder,
    people: BTreeSet<PersonId>,
}

/// Gives every reminder that is due and was not given. How many letters that made.
pub async fn remind(app: &App) -> Result<usize, Error> {
    let now = now(app)?;
    if now.hour() < NOT_BEFORE {
        return Ok(0);
    }
    let since = app.clock.now() - LOOKED_BACK;
    let (found, people) = app
        .store
        .read(move |conn| {
            Ok::<_, Error>((store::deadlines::find(conn, Which::Since(since))?, store::people::list(conn)?))
        })
        .await?;
    let mut packs = Packs::default();
    let mut due = Vec::new();
    for found in &found {
        let nation = packs.nation(found)?;
        let calendar = app.calendars.of(&nation);
        for clock in clocks_of(app, &mut packs, found, &now)?.unwrap_or_default() {
            let Some(reminder) = clocks::reminder(&clock, calendar, now.date()) else { continue };
            let people = addressees(found, &people, &reminder);
            due.push(Due { meeting: found.meeting.id, clock: clock.key, reminder, people });
        }
    }
    if due.is_empty() {
        return Ok(0);
    }
    let at = app.clock.now();
    let letters = app.store.write(move |conn| give(conn, due, at)).await?;
    if letters > 0 {
        app.deliveries.notify_one();
    }
    Ok(letters)
}

fn give(conn: &mut store::Connection, due: Vec<Due>, now: i64) -> Result<usize, Error> {
    let mut letters: BTreeMap<PersonId, (i32, i32)> = BTreeMap::new();
    for due in due {
        if !store::reminders::claim(conn, due.meeting, &due.clock, &due.reminder.stage(), now)? {
            continue;
        }
        for person in due.people {
            let (tomorrow, late) = letters.entry(person).or_default();
            match due.reminder {
                Reminder::DueTomorrow => *tomorrow += 1,
                Reminder::Late { .. } => *late += 1,
            }
        }
    }
    let count = letters.len();
    for (person_id, (due_tomorrow, late)) in letters {
        let letter = NewLetter { id: DeliveryId(Uuid::new_v4()), person_id, due_tomorrow, late };
        store::reminders::enqueue(conn, letter, now)?;
    }
    Ok(count)
}

/// Whoever runs the meeting; once it is late, the managers of the chair's agency too. Those who can sign in and read mail:
/// the letter says nothing but where to look.
fn addressees(found: &Found, people: &[Person], reminder: &Reminder) -> BTreeSet<PersonId> {
    let mut asked: BTreeSet<PersonId> = keepers(found).collect();
    if matches!(reminder, Reminder::Late { .. }) {
        let chair = found.seats.iter().find(|seat| seat.role == Role::Chair && seat.removed_at.is_none());
        let agency: Option<AgencyId> = chair.and_then(|seat| seat.agency);
        let managers = people.iter().filter(|one| one.role == Role::Manager && agency.is_some());
        asked.extend(managers.filter(|one| one.agency_id == agency).map(|one| one.id));
    }
    let reached = |one: &&Person| {
        asked.contains(&one.id) && one.email.is_some() && one.delivery == Channel::Email && one.password_hash.is_some()
    };
    people.iter().filter(reached).map(|one| one.id).collect()
}
