//! What the chair sees before locking: what is missing, whether it can be printed, who will get what.

use minutes::access::Deed;
use minutes::edition::EditionKind;
use minutes::lifecycle::{self, Missing};
use minutes::record::PartRecord;

use super::file_editions::{self, Recipient};
use super::seat::AtMeeting;
use super::show_record::{self, Facts};
use super::{App, Error};

#[derive(Debug)]
pub struct Review {
    pub missing: Vec<Missing>,
    pub counts: Counts,
    pub recipients: Vec<Recipient>,
    pub filings: Vec<file_editions::PlannedFiling>,
    /// Why it can't be printed as it stands: the chair learns it now, not after the lock.
    pub unprintable: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub struct Counts {
    pub present: usize,
    pub entries: usize,
    pub decisions: usize,
    pub actions: usize,
}

pub async fn review_record(app: &App, at: &AtMeeting) -> Result<Review, Error> {
    at.may(Deed::ReviewAndLock)?;
    let facts = show_record::facts(app, at).await?;
    let parts = app.live.read(at.meeting.id).await?;
    let missing = lifecycle::review(&parts, &facts.sections, &facts.children);
    let counts = count(&parts);
    let (recipients, filings) = file_editions::plan(app, at.meeting.id).await?;
    let unprintable = test_print(app, facts, parts).await?;
    Ok(Review { missing, counts, recipients, filings, unprintable })
}

fn count(parts: &[PartRecord]) -> Counts {
    use minutes::record::AttendanceStatus::Present;
    Counts {
        present: parts.iter().flat_map(|p| &p.attendance).filter(|row| row.status == Present).count(),
        entries: parts.iter().flat_map(|p| &p.sections).map(|section| section.entries.len()).sum(),
        decisions: parts.iter().map(|p| p.decisions.len()).sum(),
        actions: parts.iter().map(|p| p.actions.len()).sum(),
    }
}

async fn test_print(app: &App, facts: Facts, parts: Vec<PartRecord>) -> Result<Option<String>, Error> {
    let edition = show_record::edition_of(app, facts, parts, EditionKind::Full);
    match app.typesetter.pdf(&edition, None).await.map_err(Error::from) {
        Ok(_) => Ok(None),
        Err(Error::Unprintable(words)) => Ok(Some(words)),
        Err(error) => Err(error),
    }
}
