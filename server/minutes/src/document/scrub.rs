//! Going through a document's whole log as if for the first time: does everything that is stored still fit together?

use std::sync::Arc;

use automerge::{Change, ChangeHash};

use super::index::{Index, Owners};
use super::snapshot::sorted;
use super::{DocumentError, Snapshot, open};
use crate::change;

/// What is wrong with a stored document.
#[derive(Debug, thiserror::Error)]
pub enum ScrubFault {
    #[error("change {0} is not one that the gate would read")]
    Unreadable(u64),
    #[error("change {0} is there twice")]
    Repeated(u64),
    #[error("change {n} does not follow on those before it")]
    OutOfPlace {
        n: u64,
        #[source]
        source: Box<DocumentError>,
    },
    #[error("the log does not make a document")]
    NoDocument(#[source] Box<DocumentError>),
    #[error("the document's heads are not those of the log")]
    OtherHeads,
    /// It is only a shortcut: made anew from the log, nothing is lost.
    #[error("the snapshot is not of this log")]
    Snapshot,
}

/// The heads of the document, if its log is whole and its snapshot, where there is one, is of this log.
pub fn scrub(log: &[Arc<[u8]>], snapshot: Option<&Snapshot>, owners: &Owners) -> Result<Vec<ChangeHash>, ScrubFault> {
    let mut index = Index::open(None, owners).map_err(no_document)?;
    for (n, bytes) in (1..).zip(log) {
        // The server's own first change is no client's, but is written as strictly.
        let change: Change = change::parse(bytes).map_err(|_| ScrubFault::Unreadable(n))?;
        if index.graph().contains(&change.hash()) {
            return Err(ScrubFault::Repeated(n));
        }
        index.absorb(&change, owners).map_err(|source| ScrubFault::OutOfPlace { n, source: Box::new(source) })?;
    }
    let heads = index.graph().heads();
    let document = open(None, log.iter().map(AsRef::as_ref)).map_err(no_document)?;
    if sorted(document.get_heads()) != heads {
        return Err(ScrubFault::OtherHeads);
    }
    match snapshot {
        Some(snapshot) if !is_of(log, snapshot, owners) => Err(ScrubFault::Snapshot),
        _ => Ok(heads),
    }
}

fn no_document(source: DocumentError) -> ScrubFault {
    ScrubFault::NoDocument(Box::new(source))
}

fn is_of(log: &[Arc<[u8]>], snapshot: &Snapshot, owners: &Owners) -> bool {
    let first = usize::try_from(snapshot.count).ok().and_then(|count| log.get(..count));
    let Some(made) = first.and_then(|first| Snapshot::take(None, first, owners).ok()) else { return false };
    let opens = open(Some(&snapshot.document), []).is_ok_and(|doc| sorted(doc.get_heads()) == made.heads);
    opens && (&made.heads, &made.index, &made.hashes) == (&snapshot.heads, &snapshot.index, &snapshot.hashes)
}
