//! What makes a record provable after it is locked: the installation's keys, the signature over an edition's JSON, the
//! seal in its PDF, and the check that anybody can repeat.
//!
//! Everything here is a function of its arguments: the time is passed in, and signing the same bytes at the same time
//! with the same keys gives the same file (RFC 6979 signatures).

mod about_copy;
mod certificate;
mod json_signature;
mod keys;
pub mod log;
pub mod merkle;
mod pdf_base;
mod pdf_seal;
mod pdf_syntax;
mod report;
mod signed_data;
mod verify;
mod verify_json;
mod verify_pdf;

pub use about_copy::About;
pub use certificate::{BadRoot, ChainFault, TrustedRoot};
pub use json_signature::{SignedEdition, sign_edition, sign_record};
pub use keys::{Keys, KeysError};
pub use pdf_base::UnsealablePdf;
pub use pdf_seal::seal_pdf;
pub use report::{check_file, cli_report};
pub use verify::{Fault, Seal, SealedAs, Trust, Verdict, verify, verify_record};

/// Why something could not be signed. Never a fault of the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error("the sealing certificate is not in force at the time of signing")]
    NotInForce,
    #[error("the time of signing is outside the calendar")]
    Time,
    #[error("what is to be signed has no canonical form")]
    Canonical(#[from] minutes::canonical::NotCanonical),
    #[error("the sealing key failed")]
    Key(#[source] p256::ecdsa::Error),
    #[error("the seal could not be encoded")]
    Encoding(#[from] der::Error),
    #[error("the seal takes {0} bytes, more than the file keeps room for")]
    SealTooLarge(usize),
    #[error("a signed edition has no place for its proof")]
    NoPlace,
    #[error("the PDF can't be sealed")]
    Pdf(#[from] UnsealablePdf),
}

#[cfg(test)]
mod tests;
