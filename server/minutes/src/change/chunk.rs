//! From bytes to a change, strictly: one chunk, the right checksum, nothing inflated beyond bounds.

use std::borrow::Cow;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{Change, ExpandedChange};

use super::{MAX_OPERATIONS, Refusal, columns};

/// The most bytes one change may have, inflated: 1 MiB of operations is far more than anybody types between two saves.
pub const MAX_CHANGE_BYTES: usize = 1024 * 1024;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;
const COMPRESSED_CHANGE: u8 = 2;
const CUT_SHORT: Refusal = Refusal::Malformed("it is cut short");

/// The raw changes that stand one after the other in a stored piece of the log; None if they don't.
pub fn split(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut changes = Vec::new();
    while !bytes.is_empty() {
        let (change, rest) = bytes.split_at_checked(chunk_len(bytes)?)?;
        changes.push(change);
        bytes = rest;
    }
    Some(changes)
}

/// Magic, checksum, kind, then the length of what follows in LEB128.
fn chunk_len(bytes: &[u8]) -> Option<usize> {
    let after_kind = bytes.strip_prefix(&MAGIC)?.get(5..)?;
    let mut length = 0_usize;
    for (at, byte) in after_kind.iter().take(5).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return length.checked_add(MAGIC.len() + 5 + at + 1);
        }
    }
    None
}

/// Reads exactly one change chunk. Document chunks and bundles are never accepted from a client: a client that has
/// not been told we understand them sends none, and they could hold anything.
pub fn parse(bytes: &[u8]) -> Result<Change, Refusal> {
    if bytes.len() > MAX_CHANGE_BYTES {
        return Err(Refusal::TooLarge);
    }
    let rest = bytes.strip_prefix(&MAGIC).ok_or(Refusal::Malformed("it does not begin as a change does"))?;
    let (kind, after_kind) = rest.get(4..).and_then(<[u8]>::split_first).ok_or(CUT_SHORT)?;
    let length_bytes = after_kind.iter().position(|byte| byte & 0x80 == 0).ok_or(CUT_SHORT)? + 1;
    let body = &after_kind[length_bytes..];
    let body = match *kind {
        CHANGE => Cow::Borrowed(body),
        COMPRESSED_CHANGE => Cow::Owned(inflated(body)?),
        _ => return Err(Refusal::Malformed("it is not a single change")),
    };
    columns::unfold_to_at_most(&body, MAX_OPERATIONS)?;
    // Verifies checksum and columns, and refuses left-over bytes.
    guarded(|| Change::try_from(bytes).ok())?.ok_or(Refusal::Malformed("its contents do not decode"))
}

/// The operations of a change.
pub(super) fn expand(change: &Change) -> Result<ExpandedChange, Refusal> {
    guarded(|| change.decode())
}

/// Whether the change is written as the library itself would write it. Automerge does not keep a change's bytes: it makes
/// them again from the document, and a saved document whose changes come out other than they went in does not load.
pub(super) fn is_canonical(expanded: ExpandedChange, change: &Change) -> Result<(), Refusal> {
    let again = guarded(|| Change::from(expanded))?;
    if again.raw_bytes() == change.raw_bytes() {
        Ok(())
    } else {
        Err(Refusal::Malformed("it is not written as Automerge writes changes"))
    }
}

/// The library takes some things for impossible and panics. Whoever sends such a thing is refused; nobody else notices.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Refusal::Malformed("the library can't make sense of it"))
}

/// The library inflates without limit: 58 KB can become 60 MB. So it is inflated here first, up to the limit.
fn inflated(body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut inflated = Vec::new();
    flate2::read::DeflateDecoder::new(body)
        .take(MAX_CHANGE_BYTES as u64 + 1)
        .read_to_end(&mut inflated)
        .map_err(|_| Refusal::Malformed("it does not inflate"))?;
    if inflated.len() > MAX_CHANGE_BYTES { Err(Refusal::TooLarge) } else { Ok(inflated) }
}
