//! `cargo xtask test` and `lint`.

use crate::step::Step;
use crate::tools::{Machine, Purpose};
use crate::workspace::Workspace;
use crate::{artefacts, fuzz, setup};

/// Quick checks first, so that a slip in formatting is known before the long build.
pub fn test_everything(workspace: &Workspace) -> Result<(), String> {
    setup::run(workspace, Purpose::Test)?;
    check_formatting(workspace)?;
    artefacts::build_client(workspace)?;
    check_client(workspace)?;
    artefacts::collect_fonts(workspace)?;
    fetch_browser_packages(workspace)?;
    artefacts::build_programs_and_tests(workspace)?;
    run_clippy(workspace)?;
    fuzz::run(workspace, fuzz::BOUNDED)?;
    run_tests(workspace, &[])
}

/// The tests whose names hold `filter`, and no other check: for the minutes between two edits.
pub fn test_some(workspace: &Workspace, filter: &str) -> Result<(), String> {
    setup::run(workspace, Purpose::Test)?;
    artefacts::build_client(workspace)?;
    artefacts::collect_fonts(workspace)?;
    fetch_browser_packages(workspace)?;
    artefacts::build_programs_and_tests(workspace)?;
    run_tests(workspace, &[filter])
}

pub fn lint(workspace: &Workspace) -> Result<(), String> {
    setup::run(workspace, Purpose::Test)?;
    check_formatting(workspace)?;
    artefacts::build_client(workspace)?;
    check_client(workspace)?;
    run_clippy(workspace)
}

fn check_formatting(workspace: &Workspace) -> Result<(), String> {
    Step::new("Checking the formatting", "cargo").args(["fmt", "--all", "--check"]).folder(&workspace.root).run()
}

fn check_client(workspace: &Workspace) -> Result<(), String> {
    Step::new("Checking the browser side: types, lints, unit tests", "npm")
        .args(["run", "--silent", "check"])
        .folder(&workspace.client())
        .run()
}

fn fetch_browser_packages(workspace: &Workspace) -> Result<(), String> {
    artefacts::install_node_packages("Fetching the browser tests' packages", &workspace.browser_tests())
}

fn run_clippy(workspace: &Workspace) -> Result<(), String> {
    Step::new("Clippy (the first time about 10 minutes: it checks every dependency once)", "cargo")
        .args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
        .folder(&workspace.root)
        .run()
}

fn run_tests(workspace: &Workspace, filter: &[&str]) -> Result<(), String> {
    let mut tally = Tally::default();
    let mut step = Step::new("Running the tests", "cargo")
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(filter)
        .folder(&workspace.root)
        .env("ACCORD_BIN", workspace.binary("accord"))
        .env("ACCORD_VALIDATORS", workspace.python_environment().join("bin"));
    let machine = Machine::this_one();
    let chromium = ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| machine.find(name));
    if let Some(chromium) = chromium {
        step = step.env("ACCORD_CHROMIUM", chromium);
    }
    let succeeded = step.run_aloud(|line| tally.read(line))?;
    // With no test at all something is wrong with the run, not right with the code.
    let verdict = if succeeded && tally.passed > 0 && tally.failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {verdict}. {} passed; {} failed; {} ignored", tally.passed, tally.failed, tally.ignored);
    if verdict == "ok" { Ok(()) } else { Err("the tests failed".to_owned()) }
}

/// The sum of the closing lines of all test programs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u32,
    failed: u32,
    ignored: u32,
}

impl Tally {
    fn read(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) else {
            return;
        };
        for count in counts.split("; ") {
            let Some((number, word)) = count.split_once(' ') else { continue };
            let number = number.parse::<u32>().unwrap_or(0);
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tally_adds_up_the_closing_lines_and_nothing_else() {
        let mut tally = Tally::default();
        tally.read("running 3 tests");
        tally.read("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.01s");
        tally.read("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.2s");
        tally.read("test journey::lock ... ok");
        assert_eq!(tally, Tally { passed: 4, failed: 2, ignored: 1 });
    }
}
