//! A locked record takes its place in the log, in the transaction that locks it: neither is there without the other.

use std::sync::Arc;

use minutes::ids::RecordId;

use super::Error;
use crate::signing::log::{self, LogKey, LogProof};
use crate::signing::merkle::Peaks;
use crate::signing::{Keys, SignError};
use crate::store::log_leaves::{self, Leaf};
use crate::store::{self, Store};

/// Set once what was locked before there was a log has been taken in. From then on a record without a leaf is a fault: to
/// take it in quietly would hide that its leaf was taken out.
pub const BEGAN: &str = "log_began";

/// What the log is written with.
#[derive(Clone)]
pub struct Log {
    pub key: LogKey,
    pub keys: Arc<Keys>,
}

/// Appends a record and signs the checkpoint that has it. The proof is the one that goes out with its copies.
///
/// What is signed here and not committed is seen by nobody; with the log held, the next to append signs over what was.
pub fn append(
    conn: &mut store::Connection,
    log: &Log,
    record: RecordId,
    record_sha256: &str,
    now: i64,
) -> Result<LogProof, Error> {
    let last = log_leaves::hold_last(conn)?;
    let mut peaks = match &last {
        None => Peaks::default(),
        Some(last) => peaks_of(last).ok_or(Error::Broken("the log of records is damaged"))?,
    };
    // A tree that is not the one last signed must not be signed on.
    if last.is_some_and(|last| log.key.checkpoint(peaks.size(), &peaks.root()) != last.checkpoint) {
        return Err(Error::Broken("the log of records is damaged"));
    }
    let index = peaks.size();
    let leaf = log::leaf_of(record_sha256);
    let path = peaks.push(leaf);
    let checkpoint = log.key.checkpoint(peaks.size(), &peaks.root());
    let seal = log::seal_checkpoint(&log.keys, &checkpoint, now)?;
    let row = Leaf {
        n: i64::try_from(index).map_err(|_| Error::Broken("the log of records is full"))?,
        record_id: record,
        leaf_hash: log::hex(&leaf),
        peaks: written(&peaks),
        checkpoint: checkpoint.clone(),
        seal: seal.clone(),
        added_at: now,
    };
    log_leaves::append(conn, row)?;
    Ok(LogProof::new(checkpoint, index, &path, seal))
}

/// At the first start with a log: takes in what was locked before, the oldest first. Says how many.
pub async fn take_in(store: &Store, log: &Log, now: i64) -> Result<usize, Error> {
    let log = log.clone();
    store
        .write(move |conn| {
            // Two nodes may start at once.
            log_leaves::hold_last(conn)?;
            if store::installation::get(conn, BEGAN)?.is_some() {
                return Ok(0);
            }
            let missing = log_leaves::missing(conn)?;
            for (record, sha256) in &missing {
                append(conn, &log, *record, sha256, now)?;
            }
            store::installation::get_or_set(conn, BEGAN, &now.to_string())?;
            Ok(missing.len())
        })
        .await
}

/// The tree up to a leaf, as its row says.
pub fn peaks_of(leaf: &Leaf) -> Option<Peaks> {
    let size = u64::try_from(leaf.n).ok()?.checked_add(1)?;
    Peaks::new(size, leaf.peaks.split(',').map(log::from_hex).collect::<Option<_>>()?)
}

pub fn written(peaks: &Peaks) -> String {
    peaks.roots().iter().map(log::hex).collect::<Vec<_>>().join(",")
}

impl Log {
    pub fn new(secret: &[u8; 32], keys: Arc<Keys>) -> Self {
        Self { key: LogKey::new(secret, &keys.root_fingerprint()), keys }
    }

    /// The signed note over a log with nothing in it.
    pub fn empty_checkpoint(&self) -> Result<String, SignError> {
        let none = Peaks::default();
        Ok(self.key.checkpoint(none.size(), &none.root()))
    }
}
