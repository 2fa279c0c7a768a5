//! Checking a file somebody was given: is it exactly what this partnership signed?

use super::{App, Error};
use crate::clock::rfc3339;
use crate::signing::About;
use crate::signing::{self, Fault, TrustedRoot, Verdict};
use crate::store;

pub struct Checked {
    pub outcome: Outcome,
    /// What is wrong, in words; empty when nothing is.
    pub fault: String,
    /// Who sealed it, by the seal's own account. Only to be believed when the copy is genuine.
    pub seal: Option<Seal>,
    /// What the copy is, by its own account; none where that can't be read.
    pub about: Option<About>,
    /// What this server's log and store say of its record; none where they don't have it.
    pub known: Option<Known>,
}

/// A record this server has, found by nothing but its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Counted from 1.
    pub number: i64,
    /// In the log since then, RFC 3339.
    pub since: String,
    /// The version in force, where it is a later one.
    pub superseded_by: Option<i32>,
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
        Verdict::Whole { seal, about, .. } => {
            let known = match &about {
                Some(about) => known(app, &about.record_sha256).await?,
                None => None,
            };
            Checked { outcome: Outcome::Genuine, fault: String::new(), seal: Some(Seal::of(seal)), about, known }
        }
        Verdict::NotValid { fault, .. } => {
            let unknown = matches!(fault, Fault::NotAccord | Fault::OtherRoot | Fault::TooLarge);
            let outcome = if unknown { Outcome::Unknown } else { Outcome::Changed };
            Checked { outcome, fault: fault.to_string(), seal: None, about: None, known: None }
        }
    })
}

async fn known(app: &App, record_sha256: &str) -> Result<Option<Known>, Error> {
    let leaf_hash = signing::log::hex(&signing::log::leaf_of(record_sha256));
    app.store
        .read(move |conn| {
            let Some(leaf) = store::log_leaves::find(conn, &leaf_hash)? else { return Ok(None) };
            let record = store::records::get(conn, leaf.record_id)?.ok_or(Error::NotFound)?;
            let latest = store::records::latest(conn, record.meeting_id)?.map_or(record.version, |found| found.version);
            let superseded_by = (latest > record.version).then_some(latest);
            Ok(Some(Known { number: leaf.n + 1, since: rfc3339(leaf.added_at), superseded_by }))
        })
        .await
}

impl Seal {
    fn of(seal: signing::Seal) -> Self {
        Self { organisation: seal.organisation, at: rfc3339(seal.at), root_sha256: seal.root_sha256 }
    }
}
