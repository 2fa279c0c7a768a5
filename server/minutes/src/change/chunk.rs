//! From bytes to a change, strictly: one chunk, the right checksum, nothing inflated beyond bounds.

use std::io::Read;

use automerge::Change;

use super::Refusal;

/// The most bytes one change may have, inflated: 1 MiB of operations is far more than anybody types between two saves.
pub const MAX_CHANGE_BYTES: usize = 1024 * 1024;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;
const COMPRESSED_CHANGE: u8 = 2;

/// Reads exactly one change chunk. Document chunks and bundles are never accepted from a client: a client that has
/// not been told we understand them sends none, and they could hold anything.
pub fn parse(bytes: &[u8]) -> Result<Change, Refusal> {
    if bytes.len() > MAX_CHANGE_BYTES {
        return Err(Refusal::TooLarge);
    }
    let rest = bytes.strip_prefix(&MAGIC).ok_or(Refusal::Malformed("it does not begin as a change does"))?;
    let kind = *rest.get(4).ok_or(Refusal::Malformed("it is cut short"))?;
    match kind {
        CHANGE => {}
        COMPRESSED_CHANGE => inflates_within_bounds(&rest[5..])?,
        _ => return Err(Refusal::Malformed("it is not a single change")),
    }
    // Verifies checksum and columns, and refuses left-over bytes.
    Change::try_from(bytes).map_err(|_| Refusal::Malformed("its contents do not decode"))
}

/// The library inflates without limit: 58 KB can become 60 MB. So it is inflated here first, up to the limit.
fn inflates_within_bounds(after_kind: &[u8]) -> Result<(), Refusal> {
    let length_bytes = after_kind.iter().position(|b| b & 0x80 == 0).ok_or(Refusal::Malformed("it is cut short"))? + 1;
    let body = after_kind.get(length_bytes..).unwrap_or_default();
    let mut inflated = flate2::read::DeflateDecoder::new(body).take(MAX_CHANGE_BYTES as u64 + 1);
    let size =
        std::io::copy(&mut inflated, &mut std::io::sink()).map_err(|_| Refusal::Malformed("it does not inflate"))?;
    if size > MAX_CHANGE_BYTES as u64 { Err(Refusal::TooLarge) } else { Ok(()) }
}
