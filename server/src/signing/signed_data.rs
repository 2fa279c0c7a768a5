//! The CMS structure inside a PDF seal: SignedData with one signer and the attributes PAdES baseline B-B asks for.
//!
//! There is exactly one encoding for a given document digest, chain and signature. A check takes the three out of what
//! it is given, encodes again and compares, so no byte of the structure can change unnoticed.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedAttributes, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, OctetStringRef, SetOfVec};
use der::{Decode, Encode, Sequence};
use p256::ecdsa::Signature;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::certificate::{Chain, ChainFault, ECDSA_WITH_SHA_256, SHA_256};

const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// RFC 5035. The hash algorithm is left out because SHA-256 is its default and DER forbids writing a default.
#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

#[derive(Sequence)]
struct EssCertIdV2 {
    cert_hash: OctetString,
}

/// What a seal's CMS structure says.
pub(super) struct Opened {
    pub chain: Chain,
    pub digest: Vec<u8>,
    pub signature: Signature,
}

/// Why a CMS structure could not be taken apart.
#[derive(Debug)]
pub(super) enum Unopened {
    Form,
    Chain(ChainFault),
}

impl From<der::Error> for Unopened {
    fn from(_: der::Error) -> Self {
        Self::Form
    }
}

/// The bytes the sealing key signs for a document with `digest`.
pub(super) fn to_be_signed(chain: &Chain, digest: &[u8]) -> der::Result<Vec<u8>> {
    // Hashed as the SET it is, though it travels under the tag [0].
    signed_attributes(chain, digest)?.to_der()
}

pub(super) fn encode(chain: &Chain, digest: &[u8], signature: &Signature) -> der::Result<Vec<u8>> {
    let leaf = &chain.leaf.tbs_certificate;
    let sha_256 = AlgorithmIdentifierOwned { oid: SHA_256, parameters: None };
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: leaf.issuer.clone(),
            serial_number: leaf.serial_number.clone(),
        }),
        digest_alg: sha_256.clone(),
        signed_attrs: Some(signed_attributes(chain, digest)?),
        signature_algorithm: AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA_256, parameters: None },
        signature: OctetString::new(signature.to_der().as_bytes())?,
        unsigned_attrs: None,
    };
    let certificates =
        [&chain.leaf, &chain.root].map(|certificate| CertificateChoices::Certificate(certificate.clone()));
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![sha_256])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates.to_vec())?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signer])?),
    };
    ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
}

/// Takes a structure apart. What it says is still to be compared with `encode`.
pub(super) fn open(der: &[u8]) -> Result<Opened, Unopened> {
    let outer = ContentInfo::from_der(der)?;
    let signed: SignedData = outer.content.decode_as()?;
    let [signer] = signed.signer_infos.0.as_slice() else { return Err(Unopened::Form) };
    let SignerIdentifier::IssuerAndSerialNumber(sid) = &signer.sid else { return Err(Unopened::Form) };
    let mut leaf = None;
    let mut root = None;
    for choice in signed.certificates.iter().flat_map(|set| set.0.iter()) {
        let CertificateChoices::Certificate(certificate) = choice else { return Err(Unopened::Form) };
        let body = &certificate.tbs_certificate;
        let is_leaf = body.issuer == sid.issuer && body.serial_number == sid.serial_number;
        let place = if is_leaf { &mut leaf } else { &mut root };
        if place.replace(certificate.to_der()?).is_some() {
            return Err(Unopened::Form);
        }
    }
    let (Some(leaf), Some(root)) = (leaf, root) else { return Err(Unopened::Form) };
    let chain = Chain::from_der(&leaf, &root).map_err(Unopened::Chain)?;
    let digest = message_digest(signer).ok_or(Unopened::Form)?;
    let signature = Signature::from_der(signer.signature.as_bytes()).map_err(|_| Unopened::Form)?;
    Ok(Opened { chain, digest, signature })
}

fn message_digest(signer: &SignerInfo) -> Option<Vec<u8>> {
    let attributes = signer.signed_attrs.as_ref()?;
    let attribute = attributes.iter().find(|attribute| attribute.oid == MESSAGE_DIGEST)?;
    let value = attribute.values.get(0)?.decode_as::<OctetString>().ok()?;
    Some(value.as_bytes().to_vec())
}

fn signed_attributes(chain: &Chain, digest: &[u8]) -> der::Result<SignedAttributes> {
    let certificate = SigningCertificateV2 {
        certs: vec![EssCertIdV2 { cert_hash: OctetString::new(chain.leaf_fingerprint().as_slice())? }],
    };
    SetOfVec::try_from(vec![
        attribute(CONTENT_TYPE, Any::encode_from(&ID_DATA)?)?,
        attribute(MESSAGE_DIGEST, Any::from(OctetStringRef::new(digest)?))?,
        attribute(SIGNING_CERTIFICATE_V2, Any::encode_from(&certificate)?)?,
    ])
}

fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}
