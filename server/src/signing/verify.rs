//! The check anybody can repeat on a file: is it whole, who sealed it, when, and is that seal known.

use p256::ecdsa::Signature;
use p256::ecdsa::signature::Verifier;

use super::about_copy::About;
use super::certificate::{Chain, ChainFault, TrustedRoot};
use super::{verify_json, verify_pdf};

/// Larger files are refused unread: an edition has never been a hundredth of it.
const SIZE_LIMIT: usize = 64 * 1024 * 1024;

/// What was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedAs {
    Pdf,
    Json,
    /// The record's canonical bytes with their signature kept apart.
    Record,
}

/// Who made a seal and when, by its own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub organisation: String,
    /// Unix milliseconds.
    pub at: i64,
    /// SHA-256 of the root certificate, lower-case hex.
    pub root_sha256: String,
}

/// Whose seal it is, as far as that could be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Made under the root certificate given.
    Known,
    /// No root certificate was given: only alteration was checked. Anybody can make a seal that bears any name.
    Unknown,
}

/// What is wrong with a file, in words for whoever holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("This is not a record made by Accord: it holds no seal of Accord's.")]
    NotAccord,
    #[error("The file is larger than any record Accord makes.")]
    TooLarge,
    #[error("The signed bytes have been changed after sealing.")]
    Changed,
    #[error("There is something after the seal: the file has been added to since it was sealed.")]
    AfterSeal,
    #[error("The end of the file is missing.")]
    CutShort,
    #[error("The seal itself has been changed or damaged.")]
    SealDamaged,
    #[error("The file is not in the exact form Accord writes: it has been changed, or saved again by another program.")]
    Rewritten,
    #[error("The certificate chain does not hold: {0}.")]
    Chain(ChainFault),
    #[error("The seal was made under another root certificate than the trusted one: it is somebody else's seal.")]
    OtherRoot,
    #[error("The proof in it that the record stands in the log has been changed, or is another record's.")]
    LogProof,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Whole {
        sealed_as: SealedAs,
        seal: Seal,
        trust: Trust,
        /// None where nothing can be read: a record alone, or a file that is sealed and is no edition.
        about: Option<About>,
    },
    NotValid {
        fault: Fault,
        /// What the seal says of itself, where it could be read. Not to be believed.
        claimed: Option<Seal>,
    },
}

impl Verdict {
    pub fn is_valid(&self) -> bool {
        matches!(self, Self::Whole { .. })
    }

    /// The verdict in plain words, one statement a line.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Whole { seal, trust, about, .. } => {
                let trust = match trust {
                    Trust::Known => "Whose seal: known. It was made under the trusted root certificate.".to_owned(),
                    Trust::Unknown => "Whose seal: NOT CHECKED. No root certificate was given, so only alteration was \
                        checked. Anybody can make a seal that bears this name: compare the fingerprint with the one \
                        the organisation publishes."
                        .to_owned(),
                };
                let mut lines = vec![
                    "This file is whole: nothing in it has been changed since it was sealed.".to_owned(),
                    format!("Sealed by: {}", seal.organisation),
                    format!("Sealed at: {} (by the organisation's own clock)", words_for(seal.at)),
                ];
                lines.extend(about.iter().flat_map(about_lines));
                lines.push(format!("Root certificate, SHA-256: {}", grouped(&seal.root_sha256)));
                lines.push(trust);
                lines
            }
            Self::NotValid { fault, claimed } => {
                let mut lines = vec!["This file is NOT VALID. Do not rely on it.".to_owned(), fault.to_string()];
                if let Some(seal) = claimed {
                    lines.push(format!("It claims to be sealed by: {}", seal.organisation));
                    lines.push(format!("It claims to be sealed at: {}", words_for(seal.at)));
                    lines.push(format!("Root certificate in it, SHA-256: {}", grouped(&seal.root_sha256)));
                }
                lines
            }
        }
    }
}

/// Checks a file Accord made, PDF or JSON. Never fails otherwise than by its verdict, whatever the bytes are.
pub fn verify(bytes: &[u8], trusted: Option<&TrustedRoot>) -> Verdict {
    let judged = if bytes.len() > SIZE_LIMIT {
        Err(Rejected::from(Fault::TooLarge))
    } else if bytes.starts_with(b"%PDF-") {
        verify_pdf::check(bytes, trusted).map(|found| (found, About::in_pdf(bytes)))
    } else {
        verify_json::check(bytes, trusted)
    };
    verdict(judged)
}

/// Checks the record's canonical bytes against the signature kept with them.
pub fn verify_record(canonical_bytes: &[u8], jws: &str, trusted: Option<&TrustedRoot>) -> Verdict {
    verdict(verify_json::check_signature(canonical_bytes, jws, SealedAs::Record, trusted).map(|found| (found, None)))
}

/// A verdict against, on its way out of a check.
#[derive(Debug)]
pub(super) struct Rejected {
    fault: Fault,
    claimed: Option<Seal>,
}

impl From<Fault> for Rejected {
    fn from(fault: Fault) -> Self {
        Self { fault, claimed: None }
    }
}

pub(super) type Judged = Result<(SealedAs, Seal, Trust), Rejected>;

/// What a seal must show once it has been read and found to fit what it covers.
pub(super) struct Shown<'a> {
    pub sealed_as: SealedAs,
    pub chain: &'a Chain,
    /// Unix milliseconds.
    pub at: i64,
    pub signed: &'a [u8],
    pub signature: &'a Signature,
    /// What it means when the signature does not fit.
    pub otherwise: Fault,
}

/// The part of a check that is the same for every kind of seal: signature, certificates, trust.
pub(super) fn judge(shown: &Shown<'_>, trusted: Option<&TrustedRoot>) -> Judged {
    let chain = shown.chain;
    let broken = |fault| Rejected::from(Fault::Chain(fault));
    let organisation = chain.organisation().map_err(broken)?;
    let seal = Seal { organisation, at: shown.at, root_sha256: chain.root_fingerprint() };
    let reject = |fault| Rejected { fault, claimed: Some(seal.clone()) };

    let key = chain.leaf_key().map_err(broken)?;
    // The other of the two values that verify is not one Accord makes.
    let lower = shown.signature.normalize_s().is_none();
    if !lower || key.verify(shown.signed, shown.signature).is_err() {
        return Err(reject(shown.otherwise));
    }
    chain.check(shown.at).map_err(|fault| reject(Fault::Chain(fault)))?;
    let trust = match trusted {
        None => Trust::Unknown,
        Some(root) if root.is(&chain.root_der) => Trust::Known,
        Some(_) => return Err(reject(Fault::OtherRoot)),
    };
    Ok((shown.sealed_as, seal, trust))
}

pub(super) type JudgedCopy = Result<((SealedAs, Seal, Trust), Option<About>), Rejected>;

fn about_lines(about: &About) -> Vec<String> {
    let log = match &about.log {
        Some(log) => format!(
            "In the log of records: since {}, as number {} (by the proof in this file)",
            words_for(log.since),
            log.index + 1
        ),
        None => "In the log of records: this file carries no proof. Ask the log about the record's digest.".to_owned(),
    };
    vec![
        format!("It is: {}, version {}", about.kind_words(), about.version),
        "Whether a later version has taken its place can't be told from the file: ask on the page that checks copies."
            .to_owned(),
        format!("Approved by: {}, {}", about.approved_by, about.approved_at),
        format!("Record, SHA-256: {}", about.record_sha256),
        log,
    ]
}

fn verdict(judged: JudgedCopy) -> Verdict {
    match judged {
        Ok(((sealed_as, seal, trust), about)) => Verdict::Whole { sealed_as, seal, trust, about },
        Err(Rejected { fault, claimed }) => Verdict::NotValid { fault, claimed },
    }
}

fn words_for(at: i64) -> String {
    match jiff::Timestamp::from_millisecond(at) {
        Ok(time) => time.strftime("%-d %B %Y, %H:%M:%S UTC").to_string(),
        Err(_) => "a time outside the calendar".to_owned(),
    }
}

/// `AB:CD:…`, as other programs print a fingerprint.
fn grouped(hex: &str) -> String {
    let pairs: Vec<String> =
        hex.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).to_uppercase()).collect();
    pairs.join(":")
}
