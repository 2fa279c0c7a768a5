//! The exact bytes that are signed: RFC 8785 (JSON Canonicalization Scheme).

use serde::Serialize;
use sha2::{Digest, Sha256};

/// A value that has no canonical form, such as one holding NaN. A fault of the program, never of a user.
#[derive(Debug, thiserror::Error)]
#[error("value has no canonical JSON form")]
pub struct NotCanonical(#[source] serde_json::Error);

/// The canonical UTF-8 bytes of `value`.
pub fn bytes(value: &impl Serialize) -> Result<Vec<u8>, NotCanonical> {
    serde_json_canonicalizer::to_vec(value).map_err(NotCanonical)
}

/// SHA-256 in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
