//! Everything that is built: the browser side, the fonts, the programs.

use std::path::Path;

use crate::step::Step;
use crate::workspace::{Stamp, Workspace};

/// All that the demo runs. The programs come last: the server takes the browser side's files in.
pub fn build(workspace: &Workspace) -> Result<(), String> {
    build_client(workspace)?;
    collect_fonts(workspace)?;
    build_programs(workspace)
}

pub fn build_client(workspace: &Workspace) -> Result<(), String> {
    let client = workspace.client();
    install_node_packages("Fetching the browser side's packages (about half a minute)", &client)?;
    Step::new("Building the browser side", "npm").args(["run", "--silent", "build"]).folder(&client).run()
}

pub fn collect_fonts(workspace: &Workspace) -> Result<(), String> {
    let sources = workspace.font_sources();
    let fonts = workspace.fonts();
    let stamp = Stamp::new(&fonts, &[&sources.join("package-lock.json"), &sources.join("collect.mjs")])?;
    if stamp.is_current() {
        return Ok(());
    }
    install_node_packages("Fetching the fonts' packages (about half a minute)", &sources)?;
    Step::new("Collecting the fonts", "node").args([Path::new("collect.mjs"), &fonts]).folder(&sources).run()?;
    stamp.renew()
}

pub fn build_programs(workspace: &Workspace) -> Result<(), String> {
    compile(workspace, "the programs", "--bins")
}

/// The programs together with the tests: built apart, Cargo would choose other features of some libraries for each, and
/// compile much of them twice.
pub fn build_programs_and_tests(workspace: &Workspace) -> Result<(), String> {
    compile(workspace, "the programs and the tests", "--all-targets")
}

fn compile(workspace: &Workspace, what: &str, targets: &str) -> Result<(), String> {
    let title =
        format!("Building {what} (the first time 15 to 25 minutes on two cores; typesetting is a large library)");
    Step::new(&title, "cargo").args(["build", "--workspace", targets]).folder(&workspace.root).run()
}

/// `npm ci`, when the lock file changed since the last time. No package of ours needs to run anything to be installed.
pub fn install_node_packages(title: &str, folder: &Path) -> Result<(), String> {
    let stamp = Stamp::new(&folder.join("node_modules"), &[&folder.join("package-lock.json")])?;
    if stamp.is_current() {
        return Ok(());
    }
    Step::new(title, "npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .folder(folder)
        .run()?;
    std::fs::create_dir_all(folder.join("node_modules")).map_err(|error| error.to_string())?;
    stamp.renew()
}
