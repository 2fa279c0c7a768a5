//! The repository's own rules, checked on its files. Each rule also shows, on bad input, that it can fail.

mod crates;
mod layers;
mod migrations;
mod owners;
mod policy;
mod sizes;
mod source;
mod words;

use source::Breach;

/// Fails with every breach on a line of its own.
#[track_caller]
fn assert_none(breaches: &[Breach]) {
    assert!(
        breaches.is_empty(),
        "{} breach(es):\n{}",
        breaches.len(),
        breaches.iter().map(Breach::to_string).collect::<Vec<_>>().join("\n")
    );
}
