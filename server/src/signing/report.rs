//! `accord verify FILE [--root FILE]`: the verdict as text, and the exit code scripts go by.

use std::fs;
use std::path::Path;

use super::certificate::TrustedRoot;
use super::verify::{Verdict, verify};

const VALID: u8 = 0;
const NOT_VALID: u8 = 1;
const UNUSABLE: u8 = 2;

/// The verdict in words and the exit code: 0 valid, 1 not.
pub fn cli_report(verdict: &Verdict) -> (String, u8) {
    let code = if verdict.is_valid() { VALID } else { NOT_VALID };
    (verdict.lines().join("\n") + "\n", code)
}

/// Reads and checks `file`, against the root certificate in `root` if one is named. Exit code 2 when a file can't be
/// read or the root certificate is not one.
pub fn check_file(file: &Path, root: Option<&Path>) -> (String, u8) {
    let trusted = match root.map(read_root).transpose() {
        Ok(trusted) => trusted,
        Err(message) => return (message, UNUSABLE),
    };
    match fs::read(file) {
        Ok(bytes) => cli_report(&verify(&bytes, trusted.as_ref())),
        Err(error) => (format!("Can't read {}: {error}.\n", file.display()), UNUSABLE),
    }
}

fn read_root(path: &Path) -> Result<TrustedRoot, String> {
    let pem = fs::read_to_string(path).map_err(|error| format!("Can't read {}: {error}.\n", path.display()))?;
    TrustedRoot::from_pem(&pem).map_err(|error| format!("{}: {error}.\n", path.display()))
}
