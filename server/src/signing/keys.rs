//! The installation's keys, kept in one directory:
//!
//! | file | what | who may read |
//! |---|---|---|
//! | `root.pem` | root certificate: publish it, so that others can check whose seal they hold | everyone |
//! | `root-key.pem` | root key and certificate; needed only to issue a sealing certificate, may be kept elsewhere | owner |
//! | `seal-key.pem` | sealing key, its certificate, and the root certificate | owner |
//!
//! A private file holds its key together with the certificate made for it and appears under its name complete (written
//! aside, synced, renamed), so a crash at any moment leaves either nothing or a matching pair.
//!
//! The keys are PKCS#8 in the clear and as safe as the directory is. A passphrase would have to be kept beside them for
//! an unattended start, so it would add little; the step up is a hardware token (PKCS#11), which would replace the body
//! of [`Keys::sign`] and nothing else.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use der::EncodePem;
use der::pem::LineEnding;
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use x509_cert::Certificate;
use zeroize::Zeroizing;

use super::SignError;
use super::certificate::{BadRoot, Chain, ChainFault, TrustedRoot, issue_leaf, issue_root};

const ROOT: &str = "root.pem";
const ROOT_KEY: &str = "root-key.pem";
const SEAL_KEY: &str = "seal-key.pem";
/// A new sealing certificate is issued at the first start within this long of the old one's end.
const RENEW_BEFORE: i64 = 365 * 86_400_000;
/// The limit X.520 sets for an organisation's name.
const NAME_LIMIT: usize = 64;

/// Why the keys could not be opened or made.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("the partnership's name must have 1 to 64 characters and no control characters, to stand in a certificate")]
    Name,
    #[error("can't use the key file {path}")]
    File { path: PathBuf, source: io::Error },
    #[error("{path} can be read by everyone on this machine; take that right away before it is used")]
    Exposed { path: PathBuf },
    #[error("{path} does not hold a key with its certificate")]
    Unreadable { path: PathBuf },
    #[error("the keys in {dir} do not belong together: {fault}")]
    Mixed { dir: PathBuf, fault: ChainFault },
    #[error("a new sealing certificate is needed, and root-key.pem, which issues it, is not in {dir}")]
    RootKeyNeeded { dir: PathBuf },
    #[error("no randomness to make a key from: {0}")]
    Randomness(getrandom::Error),
    #[error("a certificate could not be issued")]
    Issue(#[from] x509_cert::builder::Error),
    #[error("a certificate could not be written in PEM form")]
    Encoding(#[from] der::Error),
    #[error("a key could not be written in PEM form")]
    KeyEncoding(#[from] p256::pkcs8::Error),
}

/// The sealing key and the certificates that go out with every seal.
pub struct Keys {
    key: SigningKey,
    chain: Chain,
    organisation: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("organisation", &self.organisation).finish_non_exhaustive()
    }
}

impl Keys {
    /// Opens the keys in `dir`, making whatever is missing. The sealing certificate is issued again under the same root
    /// when its end is near or the partnership has changed its name.
    pub fn open_or_create(dir: &Path, partnership: &str, now: i64) -> Result<Self, KeysError> {
        let organisation = partnership.trim();
        let length = organisation.chars().count();
        if length == 0 || length > NAME_LIMIT || organisation.chars().any(char::is_control) {
            return Err(KeysError::Name);
        }
        let dir = KeyDir::open(dir)?;
        let current = dir.read_seal()?;
        let keys = match current {
            Some(seal) if !seal.due_for_renewal(organisation, now) => seal,
            // Still good, and the root key is kept elsewhere: carry on until it has to be fetched.
            Some(seal) if !dir.holds(ROOT_KEY) && seal.still_serves(organisation, now) => seal,
            earlier => dir.issue_seal(organisation, earlier.as_ref(), now)?,
        };
        dir.publish_root(&keys)?;
        Ok(keys)
    }

    /// The name every seal carries.
    pub fn organisation(&self) -> &str {
        &self.organisation
    }

    /// The root certificate, to be published.
    pub fn root_pem(&self) -> Result<String, der::Error> {
        self.chain.root.to_pem(LineEnding::LF)
    }

    /// The same, as what seals are checked against.
    pub fn trusted_root(&self) -> Result<TrustedRoot, BadRoot> {
        TrustedRoot::from_pem(&self.root_pem().map_err(|_| BadRoot)?)
    }

    /// SHA-256 of the root certificate, lower-case hex.
    pub fn root_fingerprint(&self) -> String {
        self.chain.root_fingerprint()
    }

    pub(super) fn chain(&self) -> &Chain {
        &self.chain
    }

    /// ES256. Of the two values that would verify the lower is made, and only it is accepted again: nobody without the
    /// key can turn one valid seal into a second.
    pub(super) fn sign(&self, message: &[u8], at: i64) -> Result<Signature, SignError> {
        self.chain.check(at).map_err(|_| SignError::NotInForce)?;
        let signature: Signature = self.key.try_sign(message).map_err(SignError::Key)?;
        Ok(signature.normalize_s().unwrap_or(signature))
    }

    fn due_for_renewal(&self, organisation: &str, now: i64) -> bool {
        now > self.chain.leaf_ends() - RENEW_BEFORE || !self.still_serves(organisation, now)
    }

    fn still_serves(&self, organisation: &str, now: i64) -> bool {
        self.organisation == organisation && now < self.chain.leaf_ends()
    }
}

/// The key directory, held by this process alone while it is open.
struct KeyDir {
    path: PathBuf,
    _lock: File,
}

impl KeyDir {
    fn open(path: &Path) -> Result<Self, KeysError> {
        let failed = |source| KeysError::File { path: path.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        // Two first starts at once must not each make a root.
        let lock = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path.join(".lock"));
        let lock = lock.map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    fn holds(&self, name: &str) -> bool {
        self.path.join(name).exists()
    }

    fn read_seal(&self) -> Result<Option<Keys>, KeysError> {
        let Some((key, certificates)) = self.read_key(SEAL_KEY)? else { return Ok(None) };
        let [leaf, root] = <[Certificate; 2]>::try_from(certificates).map_err(|_| self.unreadable(SEAL_KEY))?;
        self.keys(key, leaf, root).map(Some)
    }

    fn issue_seal(&self, organisation: &str, earlier: Option<&Keys>, now: i64) -> Result<Keys, KeysError> {
        let (root_key, root) = match self.read_key(ROOT_KEY)? {
            Some((key, certificates)) => {
                let [root] = <[Certificate; 1]>::try_from(certificates).map_err(|_| self.unreadable(ROOT_KEY))?;
                (key, root)
            }
            // Where there has been a root, another one would make every earlier seal a stranger's.
            None if earlier.is_some() || self.holds(ROOT) => {
                return Err(KeysError::RootKeyNeeded { dir: self.path.clone() });
            }
            None => {
                let key = new_key()?;
                let root = issue_root(&key, organisation, &new_serial()?, now)?;
                self.write_key(ROOT_KEY, &key, &[&root])?;
                (key, root)
            }
        };
        if earlier.is_some_and(|earlier| earlier.chain.root != root) {
            return Err(self.mixed(ChainFault::LeafSignature));
        }
        let key = new_key()?;
        let leaf = issue_leaf(&root, &root_key, key.verifying_key(), organisation, &new_serial()?, now)?;
        let keys = self.keys(key, leaf, root)?;
        keys.chain.check(now).map_err(|fault| self.mixed(fault))?;
        self.write_key(SEAL_KEY, &keys.key, &[&keys.chain.leaf, &keys.chain.root])?;
        Ok(keys)
    }

    fn keys(&self, key: SigningKey, leaf: Certificate, root: Certificate) -> Result<Keys, KeysError> {
        let mixed = |fault| self.mixed(fault);
        let chain = Chain::from_certificates(leaf, root).map_err(mixed)?;
        // Judged at the leaf's own end: whether it is in force today is another question.
        chain.check(chain.leaf_ends()).map_err(mixed)?;
        if chain.leaf_key().map_err(mixed)? != *key.verifying_key() {
            return Err(mixed(ChainFault::LeafSignature));
        }
        let organisation = chain.organisation().map_err(mixed)?;
        Ok(Keys { key, chain, organisation })
    }

    fn publish_root(&self, keys: &Keys) -> Result<(), KeysError> {
        let path = self.path.join(ROOT);
        let expected = keys.root_pem()?;
        match fs::read_to_string(&path) {
            Ok(found) if found.trim() == expected.trim() => Ok(()),
            Ok(_) => Err(self.mixed(ChainFault::LeafSignature)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.write(ROOT, expected.as_bytes(), 0o644),
            Err(source) => Err(KeysError::File { path, source }),
        }
    }

    /// A key file: one PKCS#8 key, then certificates.
    fn read_key(&self, name: &str) -> Result<Option<(SigningKey, Vec<Certificate>)>, KeysError> {
        let path = self.path.join(name);
        let text = match fs::read_to_string(&path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(KeysError::File { path, source }),
        };
        let mode = fs::metadata(&path).map_err(|source| KeysError::File { path: path.clone(), source })?;
        if mode.permissions().mode() & 0o007 != 0 {
            return Err(KeysError::Exposed { path });
        }
        let split = text.find("-----BEGIN CERTIFICATE-----").ok_or_else(|| self.unreadable(name))?;
        let (key, certificates) = text.split_at(split);
        let key = SigningKey::from_pkcs8_pem(key.trim()).map_err(|_| self.unreadable(name))?;
        let certificates =
            Certificate::load_pem_chain(certificates.trim().as_bytes()).map_err(|_| self.unreadable(name))?;
        Ok(Some((key, certificates)))
    }

    fn write_key(&self, name: &str, key: &SigningKey, certificates: &[&Certificate]) -> Result<(), KeysError> {
        let mut text = SecretKey::from(key.clone()).to_pkcs8_pem(LineEnding::LF)?;
        for certificate in certificates {
            text.push_str(&certificate.to_pem(LineEnding::LF)?);
        }
        self.write(name, text.as_bytes(), 0o600)
    }

    fn write(&self, name: &str, bytes: &[u8], mode: u32) -> Result<(), KeysError> {
        let path = self.path.join(name);
        let aside = self.path.join(format!(".{name}.new"));
        let write = || -> io::Result<()> {
            if aside.exists() {
                fs::remove_file(&aside)?;
            }
            let mut file = OpenOptions::new().create_new(true).write(true).mode(mode).open(&aside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&aside, &path)?;
            File::open(&self.path)?.sync_all()
        };
        write().map_err(|source| KeysError::File { path: path.clone(), source })
    }

    fn unreadable(&self, name: &str) -> KeysError {
        KeysError::Unreadable { path: self.path.join(name) }
    }

    fn mixed(&self, fault: ChainFault) -> KeysError {
        KeysError::Mixed { dir: self.path.clone(), fault }
    }
}

fn new_key() -> Result<SigningKey, KeysError> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    loop {
        getrandom::fill(bytes.as_mut()).map_err(KeysError::Randomness)?;
        // All but one in four billion values are keys.
        if let Ok(key) = SigningKey::from_slice(bytes.as_ref()) {
            return Ok(key);
        }
    }
}

fn new_serial() -> Result<[u8; 16], KeysError> {
    let mut serial = [0u8; 16];
    getrandom::fill(&mut serial).map_err(KeysError::Randomness)?;
    // Positive and of full length whatever was drawn.
    serial[0] = (serial[0] & 0x3f) | 0x40;
    Ok(serial)
}
