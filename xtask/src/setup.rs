//! Puts the tools in place that a purpose needs: installs them where we may, says how where we may not.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::step::Step;
use crate::tools::{Machine, Purpose, Source, Tool};
use crate::workspace::{Stamp, Workspace};

pub fn run(workspace: &Workspace, purpose: Purpose) -> Result<(), String> {
    let machine = Machine::this_one();
    let missing = machine.lacks(purpose);
    if !missing.is_empty() {
        install(&machine, &missing)?;
        let still_missing = Machine::this_one().lacks(purpose);
        if !still_missing.is_empty() {
            return Err(format!("still not there after installing:\n{}", described(&still_missing)));
        }
    }
    if purpose == Purpose::Test {
        install_validators(workspace)?;
    }
    Ok(())
}

fn install(machine: &Machine, missing: &[&Tool]) -> Result<(), String> {
    println!("This machine lacks:\n{}", described(missing));
    let packages = debian_packages(missing);
    let components = rust_components(missing);
    let may_apt = packages.is_empty() || (is_root() && machine.find("apt-get").is_some());
    let may_rustup = components.is_empty() || machine.find("rustup").is_some();
    if !may_apt || !may_rustup {
        return Err(format!("please run:\n{}", commands(&packages, &components)));
    }
    if !components.is_empty() {
        Step::new("Adding Rust components", "rustup").args(["component", "add"]).args(&components).run()?;
    }
    if packages.is_empty() { Ok(()) } else { install_packages(&packages) }
}

fn install_packages(packages: &[&str]) -> Result<(), String> {
    let clusters_before = postgres_clusters();
    Step::new("Refreshing Debian's package lists", "apt-get")
        .args(["update", "-qq"])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()?;
    let title = format!("Installing {} (one to three minutes)", packages.join(" "));
    Step::new(&title, "apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()?;
    // Debian starts what it installs. The tests start servers of their own, on ports of their own, so a machine should
    // not come out of this with a mail server and a database that nobody asked for.
    if packages.contains(&"postgresql") {
        for (version, name) in postgres_clusters().into_iter().filter(|cluster| !clusters_before.contains(cluster)) {
            Step::new("Removing the empty database cluster that came with PostgreSQL", "pg_dropcluster")
                .args(["--stop", &version, &name])
                .run()?;
        }
    }
    if packages.contains(&"chasquid") && fs::exists("/run/systemd/system").unwrap_or(false) {
        Step::new("Stopping the mail server that came with chasquid", "systemctl")
            .args(["disable", "--now", "--quiet", "chasquid.service"])
            .run()?;
    }
    Ok(())
}

/// pyHanko and its like, each at the version that the requirements name.
fn install_validators(workspace: &Workspace) -> Result<(), String> {
    let environment = workspace.python_environment();
    let requirements = workspace.python_requirements();
    let stamp = Stamp::new(&environment, &[&requirements])?;
    if stamp.is_current() {
        return Ok(());
    }
    Step::new("Making a Python environment for the validators", "python3")
        .args(["-m", "venv", "--clear"])
        .args([&environment])
        .run()?;
    Step::new("Installing pyHanko and other validators (about a minute)", environment.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .args([&requirements])
        .run()?;
    stamp.renew()
}

fn described(tools: &[&Tool]) -> String {
    tools.iter().map(|tool| format!("  {}, for {}", tool.name, tool.needed_for)).collect::<Vec<_>>().join("\n")
}

fn debian_packages(tools: &[&Tool]) -> Vec<&'static str> {
    tools
        .iter()
        .flat_map(|tool| match tool.source {
            Source::Debian(packages) => packages,
            Source::RustComponent(_) => &[],
        })
        .copied()
        .collect()
}

fn rust_components(tools: &[&Tool]) -> Vec<&'static str> {
    tools
        .iter()
        .filter_map(|tool| match tool.source {
            Source::RustComponent(component) => Some(component),
            Source::Debian(_) => None,
        })
        .collect()
}

/// What somebody types who may install where this program may not.
fn commands(packages: &[&str], components: &[&str]) -> String {
    let mut lines = Vec::new();
    if !packages.is_empty() {
        lines.push(format!("  sudo apt-get install --no-install-recommends {}", packages.join(" ")));
    }
    if !components.is_empty() {
        lines.push(format!("  rustup component add {}", components.join(" ")));
    }
    if packages.iter().any(|package| matches!(*package, "postgresql" | "chasquid")) {
        lines.push("The servers among them need not run; the tests start their own.".to_owned());
    }
    lines.join("\n")
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Debian's clusters as (version, name).
fn postgres_clusters() -> Vec<(String, String)> {
    let names = |folder: PathBuf| -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let configuration = PathBuf::from("/etc/postgresql");
    let mut clusters = Vec::new();
    for version in names(configuration.clone()) {
        for name in names(configuration.join(&version)) {
            clusters.push((version.clone(), name));
        }
    }
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::TOOLS;

    #[test]
    fn the_commands_for_an_unprivileged_user_name_every_package_and_component() {
        let all: Vec<&Tool> = TOOLS.iter().collect();
        let text = commands(&debian_packages(&all), &rust_components(&all));
        for word in ["nodejs", "npm", "gcc", "chromium", "postgresql", "chasquid", "python3-venv", "clippy", "rustfmt"]
        {
            assert!(text.contains(word), "{word} is missing from:\n{text}");
        }
        assert!(text.contains("need not run"));
    }
}
