//! Random secrets of this installation, each in a file of its own that only the server's user may read.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The secret in `path`, made there first if there is none.
pub fn open_or_create(path: &Path) -> io::Result<[u8; 32]> {
    match fs::read(path) {
        Ok(bytes) => bytes.try_into().map_err(|_| io::Error::other("the file does not hold 32 bytes")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path),
        Err(error) => Err(error),
    }
}

fn create(path: &Path) -> io::Result<[u8; 32]> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let secret = random();
    // Written aside and renamed, so that a crash half-way leaves no short secret behind.
    let aside = path.with_extension("new");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    file.write_all(&secret)?;
    file.sync_all()?;
    fs::rename(&aside, path)?;
    Ok(secret)
}

/// 32 random bytes from the operating system.
pub fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    // Without randomness nothing here is safe; the operating system's source does not fail once it is up.
    #[allow(clippy::expect_used)]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
