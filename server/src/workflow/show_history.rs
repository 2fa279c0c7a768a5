//! The working history of one part: who wrote which words, and what stood there before. For the professionals at the
//! table, of the parts they read, before and after the lock.

use minutes::access::Deed;
use minutes::history::{self, Logged, Moment, Owners, State};
use minutes::ids::DocumentId;
use minutes::record::Part;
use tokio::sync::Semaphore;

use super::seat::AtMeeting;
use super::show_record::{self, Facts};
use super::{App, Error};
use crate::store;

/// Reading a long history takes seconds of a core and hundreds of megabytes: so many at a time, the others wait.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Which state of a part is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// None: only what there is to choose from.
    Moments,
    Now,
    /// As it stood after so many changes.
    After(i64),
}

/// The history of one part.
#[derive(Debug)]
pub struct PartHistory {
    pub document: DocumentId,
    pub part: Part,
    /// How many changes there are in all.
    pub changes: i64,
    /// Earliest first.
    pub moments: Vec<Moment>,
    /// None if it was not asked for, or if nothing is kept.
    pub state: Option<State>,
}

/// The meeting's facts, with the parts whose history the asker may read.
pub async fn facts(app: &App, at: &AtMeeting) -> Result<Facts, Error> {
    at.may(Deed::ReadHistory)?;
    show_record::facts(app, at).await
}

/// The history of a part among `facts`' documents. Any other does not exist, nor does a state after a change that is
/// not there.
pub async fn show_history(
    app: &App,
    at: &AtMeeting,
    facts: &Facts,
    document: DocumentId,
    asked: Asked,
) -> Result<PartHistory, Error> {
    at.may(Deed::ReadHistory)?;
    let readable = facts.documents.iter().find(|(id, _)| *id == document);
    let part = readable.map(|(_, part)| part.clone()).ok_or(Error::NotFound)?;
    let order: Vec<String> = facts.pack.sections.iter().map(|section| section.key.clone()).collect();
    let _turn = TURNS.acquire().await.map_err(|_| Error::Broken("nobody may read a history any more"))?;
    let (log, owners) = app
        .store
        .read(move |conn| {
            let owners = store::actors::list(conn, document)?.into_iter();
            let owners: Owners = owners.map(|owner| (owner.actor, (owner.person, owner.session))).collect();
            Ok::<_, Error>((store::changes::log(conn, document)?, owners))
        })
        .await?;
    let read = move || read(&log, &owners, &order, asked);
    let (changes, moments, state) =
        tokio::task::spawn_blocking(read).await.map_err(|_| Error::Broken("reading a history was cut short"))??;
    Ok(PartHistory { document, part, changes, moments, state })
}

type Read = (i64, Vec<Moment>, Option<State>);

fn read(
    log: &[store::changes::Logged],
    owners: &Owners,
    section_order: &[String],
    asked: Asked,
) -> Result<Read, Error> {
    let log: Vec<Logged<'_>> = log
        .iter()
        .map(|change| Logged { n: change.n, received_at: change.received_at, bytes: &change.bytes })
        .collect();
    let changes = log.last().map_or(0, |change| change.n);
    let wanted = match asked {
        Asked::Moments => None,
        Asked::Now => Some(changes),
        Asked::After(n) if (1..=changes).contains(&n) => Some(n),
        Asked::After(_) => return Err(Error::NotFound),
    };
    let state = match wanted {
        Some(n) if changes > 0 => {
            let first = &log[..log.partition_point(|change| change.n <= n)];
            Some(history::state(first, owners, section_order)?)
        }
        _ => None,
    };
    Ok((changes, history::moments(&log, owners)?, state))
}
