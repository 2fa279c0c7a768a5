//! The log of locked records as others see it: what a leaf is, the signed checkpoint, the proof that travels with a copy.
//! `docs/log.md` has the format in full.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::certificate::TrustedRoot;
use super::merkle::{self, Hash};
use super::verify::{Fault, Judged, SealedAs};
use super::verify_json;
use super::{Keys, SignError, sign_record};

/// Tells a leaf from every other use of a record's digest.
const ENTRY: &str = "accord-log-entry/1\n";
const ORIGIN: &str = "accord-log/";
/// Ed25519, in a signed note.
const ALGORITHM: u8 = 1;
/// More than any tree can need: its size would not fit a number.
const LONGEST_PATH: usize = 64;

/// The hash of the leaf for a record with this digest (hex). It tells nothing to whoever does not know the digest, and
/// every copy of the record carries the digest.
pub fn leaf_of(record_sha256: &str) -> Hash {
    merkle::leaf_hash(&Sha256::new().chain_update(ENTRY).chain_update(record_sha256).finalize())
}

pub fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Lower-case hex, as [`hex`] writes it.
pub fn from_hex(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if !text.is_ascii() || text.len() != 64 {
        return None;
    }
    for (byte, at) in hash.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    (hex(&hash) == text).then_some(hash)
}

/// The key that signs checkpoints.
#[derive(Clone)]
pub struct LogKey {
    origin: String,
    key: SigningKey,
}

impl LogKey {
    /// `root_fingerprint`: of the partnership's root certificate, so that no two partnerships' logs have one name.
    pub fn new(secret: &[u8; 32], root_fingerprint: &str) -> Self {
        let name: String = root_fingerprint.chars().take(32).collect();
        Self { origin: format!("{ORIGIN}{name}"), key: SigningKey::from_bytes(secret) }
    }

    /// The key in the form others check with: `NAME+ID+KEY`.
    pub fn public(&self) -> String {
        let key = self.public_bytes();
        let id: String = self.id().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}+{id}+{}", self.origin, BASE64_STANDARD.encode(key))
    }

    /// A signed note. The same tree gives the same note on every node, at any time.
    pub fn checkpoint(&self, size: u64, root: &Hash) -> String {
        let text = format!("{}\n{size}\n{}\n", self.origin, BASE64_STANDARD.encode(root));
        let signature = [self.id().as_slice(), &self.key.sign(text.as_bytes()).to_bytes()].concat();
        format!("{text}\n\u{2014} {} {}\n", self.origin, BASE64_STANDARD.encode(signature))
    }

    fn public_bytes(&self) -> Vec<u8> {
        [[ALGORITHM].as_slice(), self.key.verifying_key().as_bytes()].concat()
    }

    fn id(&self) -> Vec<u8> {
        let hash = Sha256::new().chain_update(&self.origin).chain_update("\n").chain_update(self.public_bytes());
        hash.finalize().iter().take(4).copied().collect()
    }
}

/// The partnership's seal over a checkpoint, with the time by its clock.
pub fn seal_checkpoint(keys: &Keys, checkpoint: &str, at: i64) -> Result<String, SignError> {
    sign_record(keys, checkpoint.as_bytes(), at)
}

/// Whether a seal is over this checkpoint, and when it was made.
pub fn verify_checkpoint(checkpoint: &str, seal: &str, trusted: Option<&TrustedRoot>) -> super::Verdict {
    super::verify_record(checkpoint.as_bytes(), seal, trusted)
}

/// That a record is in the log: travels with its copies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogProof {
    pub checkpoint: String,
    pub index: u64,
    /// Base64, the nearest first.
    pub path: Vec<String>,
    pub seal: String,
}

impl LogProof {
    pub fn new(checkpoint: String, index: u64, path: &[Hash], seal: String) -> Self {
        Self { checkpoint, index, path: path.iter().map(|hash| BASE64_STANDARD.encode(hash)).collect(), seal }
    }
}

/// Where a copy's record stands in the log, by a proof that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InLog {
    pub index: u64,
    pub size: u64,
    /// Unix milliseconds.
    pub since: i64,
}

/// Checks a proof against the digest of the record it came with.
pub(super) fn check(proof: &LogProof, record_sha256: &str, root_sha256: &str) -> Result<InLog, Fault> {
    let judged: Judged = verify_json::check_signature(proof.checkpoint.as_bytes(), &proof.seal, SealedAs::Record, None);
    let (_, seal, _) = judged.map_err(|_| Fault::LogProof)?;
    // Somebody else's log proves nothing about this partnership's record.
    if seal.root_sha256 != root_sha256 {
        return Err(Fault::LogProof);
    }
    let (size, root) = read_checkpoint(&proof.checkpoint).ok_or(Fault::LogProof)?;
    let path = (proof.path.len() <= LONGEST_PATH).then(|| proof.path.iter().map(|hash| decoded(hash)).collect());
    let path: Vec<Hash> = path.flatten().ok_or(Fault::LogProof)?;
    if merkle::root_along(leaf_of(record_sha256), proof.index, size, &path) != Some(root) {
        return Err(Fault::LogProof);
    }
    Ok(InLog { index: proof.index, size, since: seal.at })
}

/// The size and root a checkpoint states.
pub fn read_checkpoint(checkpoint: &str) -> Option<(u64, Hash)> {
    let mut lines = checkpoint.lines();
    lines.next()?.strip_prefix(ORIGIN)?;
    let size = lines.next()?.parse().ok()?;
    let root = decoded(lines.next()?)?;
    lines.next()?.is_empty().then_some((size, root))
}

fn decoded(text: &str) -> Option<Hash> {
    BASE64_STANDARD.decode(text).ok()?.try_into().ok()
}

/// A signed edition's file with the proof in it. The proof can't be under the edition's own signature: it exists only once
/// the record has its place in the log, which is when it is committed. It has a seal of its own.
pub fn with_proof(signed_json: &[u8], proof: &LogProof) -> Result<Vec<u8>, SignError> {
    const SIGNATURE: &[u8] = br#","signature":""#;
    // Before the file's last member, where canonical order wants it. No signature holds these characters.
    let at = signed_json.windows(SIGNATURE.len()).rposition(|window| window == SIGNATURE).ok_or(SignError::NoPlace)?;
    let (before, after) = signed_json.split_at(at);
    let proof = minutes::canonical::bytes(proof)?;
    Ok([before, br#","log":"#, &proof, after].concat())
}
