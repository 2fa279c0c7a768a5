//! Whether the log of records is what it was: every leaf there, in its place, for its record, and every checkpoint the one
//! that was signed over the leaves before it.

use minutes::ids::RecordId;

use super::append_to_log::{self, BEGAN};
use crate::signing::log::{self, LogKey};
use crate::signing::merkle::Peaks;
use crate::signing::{TrustedRoot, Verdict};
use crate::store::log_leaves::{self, Leaf};
use crate::store::{self, Store, StoreError};

/// What is wrong, by number and id alone. Leaves are counted from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    #[error("leaf {0}: it is missing, and later ones are there")]
    Gap(u64),
    #[error("leaf {0}: it is not the hash of its record's digest")]
    Leaf(u64),
    #[error("leaf {0}: the tree kept with it is not the tree of the leaves up to it")]
    Tree(u64),
    #[error("leaf {0}: its checkpoint is not the one this log's key signs over the leaves up to it")]
    Checkpoint(u64),
    #[error("leaf {0}: the partnership's seal over its checkpoint does not hold")]
    Seal(u64),
    #[error(
        "record {0}: it is locked and not in the log; its leaf was taken out, or a server older than the log locked it"
    )]
    Missing(RecordId),
}

#[derive(Debug, Default, Clone)]
pub struct Checked {
    pub leaves: usize,
    pub faults: Vec<LogFault>,
}

/// From one consistent reading; changes nothing.
pub async fn check_log(store: &Store, key: &LogKey, root: TrustedRoot) -> Result<Checked, StoreError> {
    let (rows, missing) = store
        .read(|conn| {
            let began = store::installation::get(conn, BEGAN)?.is_some();
            let missing = if began { log_leaves::missing(conn)? } else { Vec::new() };
            Ok::<_, StoreError>((log_leaves::all(conn)?, missing))
        })
        .await?;
    let key = key.clone();
    let judged = tokio::task::spawn_blocking(move || {
        let mut faults = judge(&key, &root, &rows);
        faults.extend(missing.into_iter().map(|(record, _)| LogFault::Missing(record)));
        Checked { leaves: rows.len(), faults }
    });
    judged.await.map_err(|_| StoreError::Interrupted)
}

fn judge(key: &LogKey, root: &TrustedRoot, rows: &[(Leaf, String)]) -> Vec<LogFault> {
    let mut tree = Peaks::default();
    let mut faults = Vec::new();
    for (row, record_sha256) in rows {
        let n = tree.size();
        if u64::try_from(row.n) != Ok(n) {
            // Nothing after a gap could fit.
            faults.push(LogFault::Gap(n));
            break;
        }
        let leaf = log::leaf_of(record_sha256);
        if row.leaf_hash != log::hex(&leaf) {
            faults.push(LogFault::Leaf(n));
        }
        tree.push(leaf);
        if row.peaks != append_to_log::written(&tree) {
            faults.push(LogFault::Tree(n));
        }
        if row.checkpoint != key.checkpoint(tree.size(), &tree.root()) {
            faults.push(LogFault::Checkpoint(n));
        }
        let sealed = log::verify_checkpoint(&row.checkpoint, &row.seal, Some(root));
        let in_time = matches!(sealed, Verdict::Whole { seal, .. } if seal.at / 1000 == row.added_at / 1000);
        if !in_time {
            faults.push(LogFault::Seal(n));
        }
    }
    faults
}
