//! Other people's opinions on what we sign: pyHanko, poppler, OpenSSL, qpdf, and Python's cryptography.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Panics unless every foreign validator accepts the PDF, trusting this root alone.
#[track_caller]
pub fn accept_pdf(pdf: &[u8], root: &Path) {
    run("check_pdf.py", "copy.pdf", pdf, root, &["--archival"]);
}

/// Panics unless the JSON copy's signature holds without any code of ours.
#[track_caller]
pub fn accept_json(json: &[u8], root: &Path) {
    run("check_jws.py", "copy.json", json, root, &[]);
}

#[track_caller]
fn run(script: &str, name: &str, bytes: &[u8], root: &Path, options: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder for the copy");
    let file = folder.path().join(name);
    std::fs::write(&file, bytes).expect("a copy to look at");
    let output = Command::new(python())
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("validators").join(script))
        .arg(&file)
        .arg(root)
        .args(options)
        .output()
        .expect("python runs");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{script}:\n{}", String::from_utf8_lossy(&said));
}

/// The environment that `cargo xtask setup` makes.
fn python() -> PathBuf {
    let named = std::env::var_os("ACCORD_VALIDATORS").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| {
        let test = std::env::current_exe().expect("this test is a program");
        // target/debug/deps/it-… → target/tools/venv/bin
        test.ancestors().nth(3).expect("a test program lies in deps/").join("tools/venv/bin")
    });
    let python = folder.join("python");
    assert!(python.exists(), "no validators in {}: run `cargo xtask setup`", folder.display());
    python
}
