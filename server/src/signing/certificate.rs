//! The two certificates behind every seal: the installation's root, and the leaf whose key signs.

use std::time::Duration;

use der::asn1::{Any, GeneralizedTime, ObjectIdentifier, SetOfVec, Utf8StringRef};
use der::oid::AssociatedOid;
use der::referenced::OwnedToRef;
use der::{Decode, DecodePem, Encode};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{DerSignature, Signature, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::builder::{Builder, CertificateBuilder, Profile};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

pub(super) const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
pub(super) const ECDSA_WITH_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ORGANISATION_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");
/// NSS, and so poppler's `pdfsig`, has no document-signing purpose and trusts a seal only through this one.
const EMAIL_PROTECTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4");

const DAY: i64 = 86_400_000;
/// Certificates begin a day early, so that a reader whose clock is behind does not call a fresh seal premature.
const EARLY: i64 = DAY;
const ROOT_LIFE: i64 = 40 * 365 * DAY;
const LEAF_LIFE: i64 = 10 * 365 * DAY;

/// Why the certificates behind a seal prove nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    #[error("a certificate in it can't be read")]
    Unreadable,
    #[error("a certificate in it uses an algorithm Accord does not")]
    Algorithm,
    #[error("the root certificate is not one for issuing certificates")]
    NotARoot,
    #[error("the root certificate's own signature is wrong")]
    RootSignature,
    #[error("the sealing certificate was not issued by the root certificate with it")]
    LeafSignature,
    #[error("the sealing certificate is not one for sealing documents")]
    NotForSealing,
    #[error("a certificate in it was not in force when the seal says it was made")]
    NotInForce,
}

/// A root certificate somebody trusts, got from the organisation itself rather than from the file being checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedRoot {
    der: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
#[error("this is not a root certificate in PEM form")]
pub struct BadRoot;

impl TrustedRoot {
    pub fn from_pem(pem: &str) -> Result<Self, BadRoot> {
        let certificate = Certificate::from_pem(pem.trim().as_bytes()).map_err(|_| BadRoot)?;
        certificate.to_der().map(|der| Self { der }).map_err(|_| BadRoot)
    }

    /// SHA-256 of the certificate, lower-case hex.
    pub fn fingerprint(&self) -> String {
        minutes::canonical::sha256_hex(&self.der)
    }

    pub(super) fn is(&self, der: &[u8]) -> bool {
        self.der == der
    }
}

/// Leaf and root, read from bytes that are exactly their DER.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    pub leaf: Certificate,
    pub leaf_der: Vec<u8>,
    pub root: Certificate,
    pub root_der: Vec<u8>,
}

impl Chain {
    pub(super) fn from_der(leaf: &[u8], root: &[u8]) -> Result<Self, ChainFault> {
        Self::from_certificates(read(leaf)?, read(root)?)
    }

    pub(super) fn from_certificates(leaf: Certificate, root: Certificate) -> Result<Self, ChainFault> {
        let leaf_der = leaf.to_der().map_err(|_| ChainFault::Unreadable)?;
        let root_der = root.to_der().map_err(|_| ChainFault::Unreadable)?;
        Ok(Self { leaf, leaf_der, root, root_der })
    }

    /// Whether the leaf could seal at `at` (Unix milliseconds) and the root vouches for it.
    pub(super) fn check(&self, at: i64) -> Result<(), ChainFault> {
        let root_key = key_of(&self.root)?;
        if self.root.tbs_certificate.subject != self.root.tbs_certificate.issuer || !may_issue(&self.root) {
            return Err(ChainFault::NotARoot);
        }
        if !signed_by(&self.root, &root_key)? {
            return Err(ChainFault::RootSignature);
        }
        let ours = self.leaf.tbs_certificate.issuer == self.root.tbs_certificate.subject;
        if !ours || !signed_by(&self.leaf, &root_key)? {
            return Err(ChainFault::LeafSignature);
        }
        if !may_seal(&self.leaf) {
            return Err(ChainFault::NotForSealing);
        }
        if in_force(&self.leaf, at) && in_force(&self.root, at) { Ok(()) } else { Err(ChainFault::NotInForce) }
    }

    pub(super) fn leaf_key(&self) -> Result<VerifyingKey, ChainFault> {
        key_of(&self.leaf)
    }

    /// The organisation the leaf names.
    pub(super) fn organisation(&self) -> Result<String, ChainFault> {
        let attributes = self.leaf.tbs_certificate.subject.0.iter().flat_map(|part| part.0.iter());
        attributes
            .filter(|attribute| attribute.oid == ORGANISATION_NAME)
            .find_map(|attribute| attribute.value.decode_as::<Utf8StringRef<'_>>().ok())
            .map(|name| name.as_str().to_owned())
            .ok_or(ChainFault::NotForSealing)
    }

    pub(super) fn leaf_ends(&self) -> i64 {
        millis(self.leaf.tbs_certificate.validity.not_after)
    }

    pub(super) fn root_fingerprint(&self) -> String {
        minutes::canonical::sha256_hex(&self.root_der)
    }

    pub(super) fn leaf_fingerprint(&self) -> [u8; 32] {
        Sha256::digest(&self.leaf_der).into()
    }
}

/// A new root certificate for `key`, signed by itself.
pub(super) fn issue_root(
    key: &SigningKey,
    organisation: &str,
    serial: &[u8],
    now: i64,
) -> Result<Certificate, x509_cert::builder::Error> {
    let subject = name(organisation, "Accord root for record seals")?;
    let validity = validity(now - EARLY, now + ROOT_LIFE)?;
    let spki = SubjectPublicKeyInfoOwned::from_key(*key.verifying_key())?;
    CertificateBuilder::new(Profile::Root, SerialNumber::new(serial)?, validity, subject, spki, key)?
        .build::<DerSignature>()
}

/// A new sealing certificate for `public`, in the organisation's name, issued by the root.
pub(super) fn issue_leaf(
    root: &Certificate,
    root_key: &SigningKey,
    public: &VerifyingKey,
    organisation: &str,
    serial: &[u8],
    now: i64,
) -> Result<Certificate, x509_cert::builder::Error> {
    let root_body = &root.tbs_certificate;
    let ends = (now + LEAF_LIFE).min(millis(root_body.validity.not_after));
    let profile = Profile::Leaf {
        issuer: root_body.subject.clone(),
        enable_key_agreement: false,
        enable_key_encipherment: false,
    };
    let spki = SubjectPublicKeyInfoOwned::from_key(*public)?;
    let validity = validity((now - EARLY).max(millis(root_body.validity.not_before)), ends)?;
    let subject = name(organisation, organisation)?;
    let serial = SerialNumber::new(serial)?;
    let mut builder = CertificateBuilder::new(profile, serial, validity, subject, spki, root_key)?;
    builder.add_extension(&ExtendedKeyUsage(vec![DOCUMENT_SIGNING, EMAIL_PROTECTION]))?;
    builder.build::<DerSignature>()
}

/// Strict: the bytes must be what the certificate encodes to, so that no bit of them is without meaning.
fn read(der: &[u8]) -> Result<Certificate, ChainFault> {
    let certificate = Certificate::from_der(der).map_err(|_| ChainFault::Unreadable)?;
    let again = certificate.to_der().map_err(|_| ChainFault::Unreadable)?;
    if again == der { Ok(certificate) } else { Err(ChainFault::Unreadable) }
}

fn key_of(certificate: &Certificate) -> Result<VerifyingKey, ChainFault> {
    VerifyingKey::try_from(certificate.tbs_certificate.subject_public_key_info.owned_to_ref())
        .map_err(|_| ChainFault::Algorithm)
}

fn signed_by(certificate: &Certificate, key: &VerifyingKey) -> Result<bool, ChainFault> {
    let expected = AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA_256, parameters: None };
    if certificate.signature_algorithm != expected || certificate.tbs_certificate.signature != expected {
        return Err(ChainFault::Algorithm);
    }
    let body = certificate.tbs_certificate.to_der().map_err(|_| ChainFault::Unreadable)?;
    let Some(signature) = certificate.signature.as_bytes() else { return Ok(false) };
    let Ok(parsed) = Signature::from_der(signature) else { return Ok(false) };
    Ok(parsed.to_der().as_bytes() == signature && key.verify(&body, &parsed).is_ok())
}

fn may_issue(root: &Certificate) -> bool {
    let issues = matches!(root.tbs_certificate.get::<BasicConstraints>(), Ok(Some((true, limits))) if limits.ca);
    let usage = matches!(root.tbs_certificate.get::<KeyUsage>(), Ok(Some((_, usage))) if usage.key_cert_sign());
    issues && usage && knows_every_extension(root)
}

fn may_seal(leaf: &Certificate) -> bool {
    let body = &leaf.tbs_certificate;
    let not_an_issuer = matches!(body.get::<BasicConstraints>(), Ok(Some((_, limits))) if !limits.ca);
    let wanted = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    let usage = matches!(body.get::<KeyUsage>(), Ok(Some((_, usage))) if usage.0 == wanted);
    let purpose = matches!(body.get::<ExtendedKeyUsage>(),
        Ok(Some((_, purposes))) if purposes.0.contains(&DOCUMENT_SIGNING));
    not_an_issuer && usage && purpose && knows_every_extension(leaf)
}

/// An extension this program does not know may limit the certificate in a way it would overlook.
fn knows_every_extension(certificate: &Certificate) -> bool {
    const KNOWN: [ObjectIdentifier; 5] = [
        SubjectKeyIdentifier::OID,
        AuthorityKeyIdentifier::OID,
        BasicConstraints::OID,
        KeyUsage::OID,
        ExtendedKeyUsage::OID,
    ];
    let extensions = certificate.tbs_certificate.extensions.iter().flatten();
    extensions.into_iter().all(|extension| !extension.critical || KNOWN.contains(&extension.extn_id))
}

fn in_force(certificate: &Certificate, at: i64) -> bool {
    let validity = &certificate.tbs_certificate.validity;
    millis(validity.not_before) <= at && at <= millis(validity.not_after)
}

fn millis(time: Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX)
}

fn validity(from: i64, until: i64) -> der::Result<Validity> {
    let time = |at: i64| {
        let seconds = u64::try_from(at / 1000).unwrap_or(0);
        GeneralizedTime::from_unix_duration(Duration::from_secs(seconds)).map(Time::GeneralTime)
    };
    Ok(Validity { not_before: time(from)?, not_after: time(until)? })
}

fn name(organisation: &str, common_name: &str) -> der::Result<Name> {
    let part = |oid, text: &str| -> der::Result<RelativeDistinguishedName> {
        let value = Any::from(Utf8StringRef::new(text)?);
        Ok(RelativeDistinguishedName(SetOfVec::try_from(vec![AttributeTypeAndValue { oid, value }])?))
    };
    Ok(RdnSequence(vec![part(ORGANISATION_NAME, organisation)?, part(COMMON_NAME, common_name)?]))
}
