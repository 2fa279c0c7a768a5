//! `cargo xtask fuzz`: every decoder, and the gate, on input that nobody would send honestly.

use std::path::PathBuf;

use crate::step::Step;
use crate::workspace::Workspace;

const CARGO_FUZZ: &str = "0.13.2";
const TARGETS: [&str; 5] = ["frame", "sync_message", "change", "admission", "snapshot"];

/// For each target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    pub seconds: u32,
    /// The same inputs every time, for a check that must not fail by chance on somebody else's change.
    pub repeatable: bool,
}

/// What every change goes through.
pub const BOUNDED: Effort = Effort { seconds: 15, repeatable: true };

pub fn run(workspace: &Workspace, effort: Effort) -> Result<(), String> {
    let cargo_fuzz = install(workspace)?;
    Step::new("Building the fuzz targets (the first time about 3 minutes)", &cargo_fuzz)
        // No sanitizer: that would need a toolchain of another kind, and there is no unsafe code of ours to look for.
        .args(["fuzz", "build", "--sanitizer", "none", "--fuzz-dir", "fuzz"])
        .folder(&workspace.root)
        .env("CARGO_TARGET_DIR", folder(workspace))
        .run()?;
    for target in TARGETS {
        attack(workspace, target, effort)?;
    }
    Ok(())
}

fn install(workspace: &Workspace) -> Result<PathBuf, String> {
    let root = workspace.target.join("tools").join(format!("cargo-fuzz-{CARGO_FUZZ}"));
    let program = root.join("bin/cargo-fuzz");
    if !program.is_file() {
        Step::new("Installing cargo-fuzz (about a minute)", "cargo")
            .args(["install", "cargo-fuzz", "--version", CARGO_FUZZ, "--locked", "--quiet", "--root"])
            .args([&root])
            .folder(&workspace.root)
            .run()?;
    }
    Ok(program)
}

/// From the seeds kept in the repository, and what earlier runs on this machine found interesting.
fn attack(workspace: &Workspace, target: &str, effort: Effort) -> Result<(), String> {
    let found = folder(workspace).join(if effort.repeatable { "bounded" } else { "corpus" }).join(target);
    let failures = folder(workspace).join("failures");
    if effort.repeatable {
        // Without what earlier runs found, so that every machine tries the same.
        let _ = std::fs::remove_dir_all(&found);
    }
    for folder in [&found, &failures] {
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let title = format!("Fuzzing {target} for {} seconds", effort.seconds);
    let program = folder(workspace).join(triple()?).join("release").join(target);
    let mut step = Step::new(&title, program)
        .args([
            format!("-max_total_time={}", effort.seconds),
            "-timeout=10".to_owned(),
            "-rss_limit_mb=2048".to_owned(),
        ])
        .args([format!("-artifact_prefix={}/{target}-", failures.display())])
        .args(["-max_len=8192", "-print_final_stats=1"])
        .folder(&workspace.root);
    if effort.repeatable {
        step = step.args(["-seed=1"]);
    }
    let mut inputs = String::new();
    // What is found goes into the first folder.
    step.args([found, seeds(workspace, target)])
        .run_reading(|line| {
            if let Some(number) = line.strip_prefix("stat::number_of_executed_units:") {
                number.trim().clone_into(&mut inputs);
            }
        })
        .map_err(|error| format!("{error}\nthe input that did it is in {}", failures.display()))?;
    println!("    {inputs} inputs, nothing found");
    Ok(())
}

fn seeds(workspace: &Workspace, target: &str) -> PathBuf {
    workspace.root.join("fuzz/seeds").join(target)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("fuzz")
}

/// Where cargo-fuzz puts its programs: under the triple of this machine.
fn triple() -> Result<String, String> {
    let output = std::process::Command::new("rustc").arg("-vV").output().map_err(|error| format!("rustc: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say for which machine it builds".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used)]
    use std::path::Path;

    use super::*;

    #[test]
    fn every_target_is_built_has_seeds_and_is_run() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
        let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).expect("the fuzz targets' manifest");
        let named = manifest.lines().filter_map(|line| line.strip_prefix("path = \"targets/")).count();
        assert_eq!(named, TARGETS.len());
        for target in TARGETS {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
            assert!(root.join("fuzz/seeds").join(target).read_dir().is_ok_and(|mut seeds| seeds.next().is_some()));
        }
    }
}
