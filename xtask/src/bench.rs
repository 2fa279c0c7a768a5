//! `cargo xtask bench`: the load bench, in release mode.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::step::Step;
use crate::tools::Purpose;
use crate::workspace::Workspace;
use crate::{artefacts, setup};

pub fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    setup::run(workspace, Purpose::Demo)?;
    artefacts::build_client(workspace)?;
    artefacts::collect_fonts(workspace)?;
    build(workspace)?;
    let program = workspace.target.join("release/load");
    let mut command = Command::new(&program);
    command
        .args(arguments(workspace, args))
        .env("ACCORD_WORKER", workspace.binary("accord-render"))
        .env("ACCORD_FONTS", workspace.fonts());
    // The bench takes this process's place: an interruption at the terminal reaches it and its servers alike.
    Err(format!("{}: {}", program.display(), command.exec()))
}

/// The server wants to see its typesetting worker, but nothing is typeset here: the one of the demo will do.
fn build(workspace: &Workspace) -> Result<(), String> {
    Step::new("Building the typesetting worker (the first time about 10 minutes)", "cargo")
        .args(["build", "--package", "render"])
        .folder(&workspace.root)
        .run()?;
    Step::new(
        "Building the server and the bench in release mode (the first time about 15 minutes on two cores)",
        "cargo",
    )
    .args(["build", "--release", "--package", "server", "--package", "tests", "--bin", "accord", "--bin", "load"])
    .folder(&workspace.root)
    .run()
}

/// Data beside what is built; all workloads together write the page.
fn arguments(workspace: &Workspace, args: &[String]) -> Vec<String> {
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    let mut arguments = args.to_vec();
    let mut unless_named = |option: &str, path: std::path::PathBuf| {
        if !args.iter().any(|arg| arg == option) {
            arguments.extend([option.to_owned(), path.display().to_string()]);
        }
    };
    unless_named("--data", workspace.target.join("bench"));
    if args.is_empty() {
        unless_named("--write", workspace.root.join("docs/benchmarks.md"));
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_run_writes_the_page() {
        let given = |args: &[&str]| {
            let workspace = Workspace { root: "/r".into(), target: "/t".into() };
            arguments(&workspace, &args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(given(&[]), ["--data", "/t/bench", "--write", "/r/docs/benchmarks.md"]);
        assert_eq!(given(&["latency"]), ["latency", "--data", "/t/bench"]);
        assert_eq!(given(&["--quick", "--data", "/d"]), ["--quick", "--data", "/d"]);
    }
}
