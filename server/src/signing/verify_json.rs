//! Checking a signed `.json`, or a record with its signature apart.

use minutes::canonical;
use serde::Deserialize;
use serde_json::Value;

use super::certificate::TrustedRoot;
use super::json_signature;
use super::verify::{Fault, Judged, SealedAs, Shown, judge};

/// Every edition says what it is: `accord-edition/1` and whatever follows it.
const FORMAT_FAMILY: &str = "accord-edition/";

pub(super) fn check(bytes: &[u8], trusted: Option<&TrustedRoot>) -> Judged {
    let file = read(bytes)?;
    let (edition, jws) = match (&file["edition"], &file["signature"]) {
        (edition @ Value::Object(_), Value::String(jws)) => (edition, jws),
        _ => return Err(Fault::NotAccord.into()),
    };
    if !edition["format"].as_str().is_some_and(|format| format.starts_with(FORMAT_FAMILY)) {
        return Err(Fault::NotAccord.into());
    }
    // Spaces, another order, a member twice, a third member: each would be a file that says the same and is not the same.
    let has_two = file.as_object().is_some_and(|members| members.len() == 2);
    let canonical_file = canonical::bytes(&file).map_err(|_| Fault::Rewritten)?;
    if !has_two || canonical_file != bytes {
        return Err(Fault::Rewritten.into());
    }
    let payload = canonical::bytes(edition).map_err(|_| Fault::Rewritten)?;
    check_signature(&payload, jws, SealedAs::Json, trusted)
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
