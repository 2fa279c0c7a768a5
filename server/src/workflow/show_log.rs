//! The log as anybody may read it. It holds hashes and nothing else.

use super::append_to_log::Log;
use super::{App, Error, FieldError};
use crate::signing::log::{self, LogProof};
use crate::signing::merkle::{self, Hash};
use crate::store::log_leaves::{self, Leaf};

pub struct Consistency {
    pub second: u64,
    pub path: Vec<Hash>,
    pub checkpoint: String,
}

pub struct Included {
    pub proof: LogProof,
    /// Unix milliseconds.
    pub since: i64,
}

pub fn key(log: &Log) -> String {
    log.key.public()
}

pub async fn checkpoint(app: &App) -> Result<String, Error> {
    let last = app.store.read(|conn| Ok::<_, Error>(log_leaves::last(conn)?)).await?;
    Ok(last.map_or_else(|| app.log.empty_checkpoint(), |last| Ok(last.checkpoint))?)
}

/// That the log of now continues the one of `first` leaves.
pub async fn consistency(app: &App, first: u64) -> Result<Consistency, Error> {
    let (hashes, last) = app.store.read(|conn| Ok::<_, Error>((leaves(conn)?, log_leaves::last(conn)?))).await?;
    let path = usize::try_from(first).ok().and_then(|first| merkle::consistency(&hashes, first));
    match (path, last) {
        (Some(path), Some(last)) => Ok(Consistency { second: hashes.len() as u64, path, checkpoint: last.checkpoint }),
        _ => Err(Error::Invalid(vec![FieldError {
            field: "first".to_owned(),
            words: format!("Give a size from 1 to {}, the size of the log.", hashes.len()),
        }])),
    }
}

/// That a leaf is in the log of now.
pub async fn inclusion(app: &App, leaf_hash: String) -> Result<Included, Error> {
    let (found, hashes, last) = app
        .store
        .read(move |conn| {
            let found: Leaf = log_leaves::find(conn, &leaf_hash)?.ok_or(Error::NotFound)?;
            let last = log_leaves::last(conn)?.ok_or(Error::NotFound)?;
            Ok::<_, Error>((found, leaves(conn)?, last))
        })
        .await?;
    let damaged = Error::Broken("the log of records is damaged");
    let index = usize::try_from(found.n).ok();
    let Some(path) = index.and_then(|index| merkle::inclusion(&hashes, index)) else { return Err(damaged) };
    let index = u64::try_from(found.n).map_err(|_| damaged)?;
    Ok(Included { proof: LogProof::new(last.checkpoint, index, &path, last.seal), since: found.added_at })
}

fn leaves(conn: &mut crate::store::Connection) -> Result<Vec<Hash>, Error> {
    let hashes: Option<Vec<Hash>> = log_leaves::hashes(conn)?.iter().map(|hash| log::from_hex(hash)).collect();
    hashes.ok_or(Error::Broken("the log of records is damaged"))
}
