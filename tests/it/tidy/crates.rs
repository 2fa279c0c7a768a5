//! Every crate keeps the workspace's lints, and the rules of the record stay without I/O.

use std::process::Command;

use super::assert_none;
use super::source::{Breach, SourceFile, repository, root};

/// What would let a clock, a socket or a database into `minutes`.
const NEVER_IN_MINUTES: &[&str] =
    &["tokio", "diesel", "actix-web", "actix-rt", "reqwest", "lettre", "async-std", "server"];

fn without_lints(file: &SourceFile) -> Option<Breach> {
    if !file.path.ends_with("Cargo.toml") {
        return None;
    }
    let manifest: toml::Table = file.text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.path));
    let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
    (manifest.contains_key("package") && inherits != Some(true))
        .then(|| file.breach(0, "no `[lints] workspace = true`: the crate would go unchecked"))
}

/// Of a `cargo tree --prefix none`: the packages that have no place in `minutes`.
fn intruders(tree: &str) -> Vec<&str> {
    tree.lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| NEVER_IN_MINUTES.contains(name))
        .collect()
}

#[test]
fn every_crate_inherits_the_lints() {
    let breaches: Vec<Breach> = repository().iter().filter_map(without_lints).collect();
    assert_none(&breaches);
}

#[test]
fn a_crate_without_lints_is_a_breach() {
    for text in ["[package]\nname = \"a\"", "[package]\nname = \"a\"\n[lints.clippy]\nall = \"warn\""] {
        assert!(without_lints(&SourceFile::new("a/Cargo.toml", text)).is_some(), "{text}");
    }
    let good = "[package]\nname = \"a\"\n[lints]\nworkspace = true";
    assert_eq!(without_lints(&SourceFile::new("a/Cargo.toml", good)), None);
    assert_eq!(without_lints(&SourceFile::new("Cargo.toml", "[workspace]\nmembers = []")), None);
}

#[test]
fn the_rules_of_the_record_depend_on_no_io() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "minutes", "--edges", "normal", "--prefix", "none", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8_lossy(&output.stdout);
    assert!(tree.lines().any(|line| line.starts_with("automerge ")), "this is not the tree of `minutes`:\n{tree}");
    assert_eq!(intruders(&tree), Vec::<&str>::new());
}

#[test]
fn an_intruder_is_named() {
    assert_eq!(intruders("minutes v0.1.0\nautomerge v0.12.0\ntokio v1.48.0 (*)"), ["tokio"]);
}
