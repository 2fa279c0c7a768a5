//! A clone stands on its own: nothing in it points at the place where it was written.

use super::assert_none;
use super::source::{Breach, SourceFile, repository};

/// Put together here, so that this file doesn't break its own rule.
const ELSEWHERE: &[&str] = &[concat!("../", "shared"), concat!("/wo", "rk/"), concat!("CONTRACTS", ".md")];

fn breaches(file: &SourceFile) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        for place in ELSEWHERE {
            if points_at(line, place) {
                breaches.push(file.breach(index + 1, format!("`{place}` is not in this repository")));
            }
        }
    }
    breaches
}

/// A path that merely ends in the same words is another path.
fn points_at(line: &str, place: &str) -> bool {
    line.match_indices(place)
        .any(|(at, _)| !line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-~}".contains(before)))
}

#[test]
fn nothing_points_outside_the_repository() {
    let breaches: Vec<Breach> = repository().iter().flat_map(breaches).collect();
    assert_none(&breaches);
}

#[test]
fn the_rule_can_fail() {
    let text = format!("fine\nsee {}{}\n", ELSEWHERE[0], "/DESIGN");
    assert_eq!(breaches(&SourceFile::new("README.md", &text)).len(), 1);
    let text = format!("cd {}main", ELSEWHERE[1]);
    assert_eq!(breaches(&SourceFile::new("a.sh", &text)).len(), 1);
    assert_eq!(breaches(&SourceFile::new("a.md", "https://example.org/work/1")), []);
}
