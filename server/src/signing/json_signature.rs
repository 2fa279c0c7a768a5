//! The signature over canonical JSON: a detached JWS (RFC 7515) with an unencoded payload (RFC 7797), ES256.
//!
//! The protected header is canonical JSON itself:
//!
//! | member | value |
//! |---|---|
//! | `alg` | `ES256` |
//! | `b64`, `crit` | `false`, `["b64"]`: the payload is signed as it stands |
//! | `iat` | when it was signed, whole seconds since 1970 (the claim JAdES uses for the signing time) |
//! | `kid` | SHA-256 of the sealing certificate, lower-case hex |
//! | `x5c` | sealing certificate, root certificate, each DER in base64 |

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use minutes::canonical;
use minutes::edition::Edition;
use p256::ecdsa::Signature;
use serde::{Deserialize, Serialize};

use super::certificate::Chain;
use super::{Keys, SignError};

/// An edition with its signature, as the bytes of its `.json` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEdition {
    pub json: Vec<u8>,
}

#[derive(Serialize)]
struct SignedFile<'a> {
    edition: &'a Edition,
    signature: String,
}

/// Signs an edition's canonical bytes at `at`, Unix milliseconds.
pub fn sign_edition(keys: &Keys, edition: &Edition, at: i64) -> Result<SignedEdition, SignError> {
    let signature = sign_record(keys, &canonical::bytes(edition)?, at)?;
    Ok(SignedEdition { json: canonical::bytes(&SignedFile { edition, signature })? })
}

/// Signs the record's canonical bytes at `at`, Unix milliseconds. The answer is the detached JWS, to be kept with them.
pub fn sign_record(keys: &Keys, canonical_bytes: &[u8], at: i64) -> Result<String, SignError> {
    let header = URL_SAFE_NO_PAD.encode(Header::new(keys.chain(), at.div_euclid(1000)).bytes()?);
    let signature = keys.sign(&signing_input(&header, canonical_bytes), at)?;
    Ok(format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())))
}

/// What a detached JWS says.
pub(super) struct Opened {
    pub chain: Chain,
    /// Unix seconds.
    pub signed_at: i64,
    pub signing_input: Vec<u8>,
    pub signature: Signature,
}

/// Takes a detached JWS apart. `None` unless it is, to the bit, one this program would have written.
pub(super) fn open(jws: &str, payload: &[u8]) -> Option<Opened> {
    let (encoded_header, encoded_signature) = jws.split_once("..")?;
    let header_bytes = URL_SAFE_NO_PAD.decode(encoded_header).ok()?;
    let header: Header = serde_json::from_slice(&header_bytes).ok()?;
    let [leaf, root] = header.x5c.as_slice() else { return None };
    let chain = Chain::from_der(&STANDARD.decode(leaf).ok()?, &STANDARD.decode(root).ok()?).ok()?;
    let signature_bytes = URL_SAFE_NO_PAD.decode(encoded_signature).ok()?;
    let signature = Signature::from_slice(&signature_bytes).ok()?;
    let same_header = Header::new(&chain, header.iat).bytes().ok()? == header_bytes;
    let same_text =
        jws == format!("{}..{}", URL_SAFE_NO_PAD.encode(&header_bytes), URL_SAFE_NO_PAD.encode(signature_bytes));
    (same_header && same_text).then(|| Opened {
        chain,
        signed_at: header.iat,
        signing_input: signing_input(encoded_header, payload),
        signature,
    })
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    b64: bool,
    crit: Vec<String>,
    iat: i64,
    kid: String,
    x5c: Vec<String>,
}

impl Header {
    fn new(chain: &Chain, iat: i64) -> Self {
        Self {
            alg: "ES256".to_owned(),
            b64: false,
            crit: vec!["b64".to_owned()],
            iat,
            kid: canonical::sha256_hex(&chain.leaf_der),
            x5c: vec![STANDARD.encode(&chain.leaf_der), STANDARD.encode(&chain.root_der)],
        }
    }

    fn bytes(&self) -> Result<Vec<u8>, canonical::NotCanonical> {
        canonical::bytes(self)
    }
}

fn signing_input(encoded_header: &str, payload: &[u8]) -> Vec<u8> {
    [encoded_header.as_bytes(), b".", payload].concat()
}
