//! What the chair sees before locking: what is missing, whether it can be printed, who will get what.

use minutes::access::Deed;
use minutes::edition::{self, Edition};
use minutes::ids::EditionId;
use minutes::lifecycle::{self, Finding, Reviewed};
use minutes::protected::Contacts;
use minutes::record::{PartRecord, Scaling};
use uuid::Uuid;

use super::file_editions::{self, Recipient};
use super::in_the_room::{self, ForRecord};
use super::seat::AtMeeting;
use super::show_record::{self, Facts};
use super::{App, Error, blind_views};
use crate::render::RenderError;
use crate::store;

#[derive(Debug)]
pub struct Review {
    pub found: Vec<Finding>,
    pub counts: Counts,
    pub recipients: Vec<Recipient>,
    pub filings: Vec<file_editions::PlannedFiling>,
    pub test_print: TestPrint,
}

/// Whether it can be printed as it stands: the chair learns it now, not after the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestPrint {
    Passed,
    /// `place` is where on the live page: `section-<key>`, `decisions`, `actions` or `attendance`.
    Unprintable {
        place: String,
        words: String,
    },
    /// The typesetter did not answer.
    NotMade,
}

#[derive(Debug, Clone, Copy)]
pub struct Counts {
    pub present: usize,
    pub invited: usize,
    pub entries: usize,
    pub decisions: usize,
    pub actions: usize,
}

pub async fn review_record(app: &App, at: &AtMeeting) -> Result<Review, Error> {
    at.may(Deed::ReviewAndLock)?;
    let facts = show_record::facts(app, at).await?;
    let parts = app.live.read(at.meeting.id).await?;
    let room = room(app, at).await?;
    let mut found = find(app, at, &facts, &parts, &room).await?;
    let (scalings, hidden) = scalings(app, at).await?;
    found.extend(hidden);
    let counts = count(&parts);
    let (recipients, filings) = file_editions::plan(app, at.meeting.id).await?;
    let test_print = test_print(app, facts, parts, scalings).await?;
    Ok(Review { found, counts, recipients, filings, test_print })
}

/// What the review finds in these parts, without the test print.
pub async fn findings(app: &App, at: &AtMeeting) -> Result<Vec<Finding>, Error> {
    at.may(Deed::ReviewAndLock)?;
    let facts = show_record::facts(app, at).await?;
    let parts = app.live.read(at.meeting.id).await?;
    let mut found = find(app, at, &facts, &parts, &room(app, at).await?).await?;
    found.extend(scalings(app, at).await?.1);
    Ok(found)
}

/// The blind rounds as the record would have them, and what is to be said of those still hidden.
async fn scalings(app: &App, at: &AtMeeting) -> Result<(Vec<Scaling>, Vec<Finding>), Error> {
    let meeting = at.meeting.id;
    app.store
        .read(move |conn| {
            Ok::<_, Error>((blind_views::for_record(conn, meeting)?, blind_views::missing(conn, meeting)?))
        })
        .await
}

pub(super) async fn find(
    app: &App,
    at: &AtMeeting,
    facts: &Facts,
    parts: &[PartRecord],
    room: &ForRecord,
) -> Result<Vec<Finding>, Error> {
    let contacts = contacts(app, at).await?;
    let not_quorate = room.not_quorate(facts, parts);
    let mut found = lifecycle::review(&Reviewed {
        parts,
        pack: &facts.pack,
        children: &facts.children,
        seats: &facts.seats,
        contacts: &contacts,
        wording: &app.plain_words,
        not_quorate: not_quorate.as_deref(),
    });
    found.extend(room.findings(parts));
    Ok(found)
}

async fn room(app: &App, at: &AtMeeting) -> Result<ForRecord, Error> {
    let meeting = at.meeting.id;
    app.store.read(move |conn| in_the_room::for_record(conn, meeting)).await
}

/// Where the family lives and how to reach them, those too who have lost their seat: none of it belongs in what the family
/// reads. How to reach a professional at work is no secret.
async fn contacts(app: &App, at: &AtMeeting) -> Result<Contacts, Error> {
    let meeting = at.meeting.id;
    app.store
        .read(move |conn| {
            let mut known = Vec::new();
            for seat in store::meetings::seats(conn, meeting)?.iter().filter(|seat| seat.role.is_family()) {
                let person = store::people::get(conn, seat.person)?.ok_or(Error::Broken("a seat without a person"))?;
                known.extend([person.address, person.phone, person.email].into_iter().flatten());
            }
            known.extend(store::meetings::children(conn, meeting)?.into_iter().filter_map(|child| child.address));
            Ok::<_, Error>(Contacts::new(known.iter().map(String::as_str)))
        })
        .await
}

fn count(parts: &[PartRecord]) -> Counts {
    use minutes::record::AttendanceStatus::Present;
    Counts {
        invited: parts.iter().map(|p| p.attendance.len()).sum(),
        present: parts.iter().flat_map(|p| &p.attendance).filter(|row| row.status == Present).count(),
        entries: parts.iter().flat_map(|p| &p.sections).map(|section| section.entries.len()).sum(),
        decisions: parts.iter().map(|p| p.decisions.len()).sum(),
        actions: parts.iter().map(|p| p.actions.len()).sum(),
    }
}

/// Everything at once, closed sessions too: a character that no font has is found wherever it stands.
async fn test_print(
    app: &App,
    facts: Facts,
    parts: Vec<PartRecord>,
    scalings: Vec<Scaling>,
) -> Result<TestPrint, Error> {
    let record = show_record::unsigned(app, facts, parts, scalings);
    let edition = edition::compile_draft(&record, EditionId(Uuid::nil()));
    match app.typesetter.pdf(&edition, None).await {
        Ok(_) => Ok(TestPrint::Passed),
        Err(RenderError::UnprintableCharacter { field, character }) => Ok(unprintable(&edition, &field, &character)),
        Err(error @ RenderError::TooLarge { .. }) => {
            Ok(TestPrint::Unprintable { place: String::new(), words: error.to_string() })
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "no test print");
            Ok(TestPrint::NotMade)
        }
    }
}

/// A typesetter's path such as `sections[2].entries[0].text`, in words that say where to look.
fn unprintable(edition: &Edition, field: &str, character: &str) -> TestPrint {
    let mut steps = field.split('.').map(step);
    let (place, words) = match (steps.next(), steps.next()) {
        (Some(("sections", section)), entry) => {
            let section = edition.sections.get(section);
            let entry = entry.and_then(|(_, entry)| section?.entries.get(entry));
            let key = section.map_or_else(String::new, |section| format!("section-{}", section.key));
            (key, entry.map_or_else(|| "A heading".to_owned(), |entry| format!("An entry by {}", entry.by.name)))
        }
        (Some(("decisions", decision)), _) => {
            let decision = edition.decisions.get(decision);
            ("decisions".to_owned(), decision.map_or_else(String::new, |one| format!("A decision for {}", one.child)))
        }
        (Some(("actions", action)), _) => ("actions".to_owned(), format!("Action {}", action + 1)),
        (Some(("scalings", question)), _) => {
            ("questions".to_owned(), format!("An answer to question {}", question + 1))
        }
        (Some(("attendance", row)), _) => {
            let row = edition.attendance.get(row);
            ("attendance".to_owned(), row.map_or_else(String::new, |row| format!("The note on {}", row.person.name)))
        }
        _ => (String::new(), "A name, the title or the place of the meeting".to_owned()),
    };
    TestPrint::Unprintable { place, words: format!("{words}: the character {character}") }
}

/// `entries[3]` → `entries`, 3.
fn step(text: &str) -> (&str, usize) {
    let (name, rest) = text.split_once('[').unwrap_or((text, ""));
    (name, rest.trim_end_matches(']').parse().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typesetters_path_is_taken_apart() {
        assert_eq!(step("sections[12]"), ("sections", 12));
        assert_eq!(step("place"), ("place", 0));
    }
}
