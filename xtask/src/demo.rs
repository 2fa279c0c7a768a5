//! `cargo xtask demo`: Accord with a made-up partnership, from a clone to a page in the browser.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::tools::Purpose;
use crate::workspace::Workspace;
use crate::{artefacts, setup};

pub fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    setup::run(workspace, Purpose::Demo)?;
    artefacts::build(workspace)?;
    let program = workspace.binary("accord");
    let mut command = Command::new(&program);
    command.arg("demo").args(arguments(workspace, args));
    // The server takes this process's place, so that it gets the signals sent here and ends with its own exit code.
    Err(format!("{}: {}", program.display(), command.exec()))
}

/// What was asked for, with a data directory that no commit picks up unless one is named.
fn arguments(workspace: &Workspace, args: &[String]) -> Vec<String> {
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    let mut arguments = args.to_vec();
    if !args.iter().any(|arg| arg == "--data" || arg.starts_with("--data=")) {
        arguments.push("--data".to_owned());
        arguments.push(workspace.target.join("demo").display().to_string());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(args: &[&str]) -> Vec<String> {
        let workspace = Workspace { root: "/r".into(), target: "/t".into() };
        arguments(&workspace, &args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn data_goes_to_the_target_directory_unless_named() {
        assert_eq!(given(&[]), ["--data", "/t/demo"]);
        assert_eq!(given(&["--", "--listen", "127.0.0.1:0"]), ["--listen", "127.0.0.1:0", "--data", "/t/demo"]);
        assert_eq!(given(&["--data", "/d"]), ["--data", "/d"]);
        assert_eq!(given(&["--data=/d"]), ["--data=/d"]);
    }
}
