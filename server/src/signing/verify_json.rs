//! Checking a signed `.json`, or a record with its signature apart.

use minutes::canonical;
use serde::Deserialize;
use serde_json::Value;

use super::about_copy::About;
use super::certificate::TrustedRoot;
use super::verify::{Fault, Judged, JudgedCopy, SealedAs, Shown, judge};
use super::{json_signature, log};

/// Every edition says what it is: `accord-edition/1` and whatever follows it.
const FORMAT_FAMILY: &str = "accord-edition/";

pub(super) fn check(bytes: &[u8], trusted: Option<&TrustedRoot>) -> JudgedCopy {
    let file = read(bytes)?;
    let (edition, jws) = match (&file["edition"], &file["signature"]) {
        (edition @ Value::Object(_), Value::String(jws)) => (edition, jws),
        _ => return Err(Fault::NotAccord.into()),
    };
    if !edition["format"].as_str().is_some_and(|format| format.starts_with(FORMAT_FAMILY)) {
        return Err(Fault::NotAccord.into());
    }
    // Spaces, another order, a member twice, one too many: each would be a file that says the same and is not the same.
    let proof = file.get("log");
    let expected = if proof.is_some() { 3 } else { 2 };
    let has_no_more = file.as_object().is_some_and(|members| members.len() == expected);
    let canonical_file = canonical::bytes(&file).map_err(|_| Fault::Rewritten)?;
    if !has_no_more || canonical_file != bytes {
        return Err(Fault::Rewritten.into());
    }
    let payload = canonical::bytes(edition).map_err(|_| Fault::Rewritten)?;
    let found = check_signature(&payload, jws, SealedAs::Json, trusted)?;
    let mut about = About::read(edition);
    if let Some(proof) = proof {
        let proof = log::LogProof::deserialize(proof).map_err(|_| Fault::LogProof)?;
        let digest = edition["record"]["sha256"].as_str().ok_or(Fault::LogProof)?;
        let in_log = log::check(&proof, digest, &found.1.root_sha256)?;
        about.iter_mut().for_each(|about| about.log = Some(in_log.clone()));
    }
    Ok((found, about))
}

/// One JSON value and nothing after it.
fn read(bytes: &[u8]) -> Result<Value, Fault> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let ours = bytes.starts_with(br#"{"edition":{"#);
    let value = Value::deserialize(&mut reader).map_err(|error| match ours {
        true if error.is_eof() => Fault::CutShort,
        true => Fault::Rewritten,
        false => Fault::NotAccord,
    })?;
    reader.end().map_err(|_| if ours { Fault::AfterSeal } else { Fault::NotAccord })?;
    Ok(value)
}

pub(super) fn check_signature(payload: &[u8], jws: &str, sealed_as: SealedAs, trusted: Option<&TrustedRoot>) -> Judged {
    let opened = json_signature::open(jws, payload).ok_or(Fault::SealDamaged)?;
    let shown = Shown {
        sealed_as,
        chain: &opened.chain,
        at: opened.signed_at.checked_mul(1000).ok_or(Fault::SealDamaged)?,
        signed: &opened.signing_input,
        signature: &opened.signature,
        otherwise: Fault::Changed,
    };
    judge(&shown, trusted)
}
