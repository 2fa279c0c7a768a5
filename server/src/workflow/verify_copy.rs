//! Checking a file somebody was given: is it exactly what this partnership signed?

use super::{App, Error};
use crate::clock::rfc3339;
use crate::signing::{self, Fault, TrustedRoot, Verdict};

pub struct Checked {
    pub outcome: Outcome,
    /// What is wrong, in words; empty when nothing is.
    pub fault: String,
    /// Who sealed it, by the seal's own account. Only to be believed when the copy is genuine.
    pub seal: Option<Seal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Genuine,
    Changed,
    /// Holds no seal, or somebody else's.
    Unknown,
}

pub struct Seal {
    pub organisation: String,
    /// RFC 3339.
    pub at: String,
    pub root_sha256: String,
}

/// Nothing of the file is kept.
pub async fn verify_copy(app: &App, file: Vec<u8>) -> Result<Checked, Error> {
    let pem = app.keys.root_pem().map_err(|_| Error::Broken("the root certificate can't be read"))?;
    let root = TrustedRoot::from_pem(&pem).map_err(|_| Error::Broken("the root certificate can't be read"))?;
    let verdict = tokio::task::spawn_blocking(move || signing::verify(&file, Some(&root)))
        .await
        .map_err(|_| Error::Broken("checking a copy was cut short"))?;
    Ok(match verdict {
        Verdict::Whole { seal, .. } => {
            Checked { outcome: Outcome::Genuine, fault: String::new(), seal: Some(Seal::of(seal)) }
        }
        Verdict::NotValid { fault, .. } => {
            let unknown = matches!(fault, Fault::NotAccord | Fault::OtherRoot | Fault::TooLarge);
            let outcome = if unknown { Outcome::Unknown } else { Outcome::Changed };
            Checked { outcome, fault: fault.to_string(), seal: None }
        }
    })
}

impl Seal {
    fn of(seal: signing::Seal) -> Self {
        Self { organisation: seal.organisation, at: rfc3339(seal.at), root_sha256: seal.root_sha256 }
    }
}
