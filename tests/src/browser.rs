//! Scripts that Node runs: journeys in Chromium, and foreign clients. Their output is the test's output.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::server::Accord;

/// A journey through several pages by several people, on a busy machine.
const LONGEST_JOURNEY: Duration = Duration::from_secs(300);

/// Runs a journey from `tests/browser` against the server; panics unless every one of its steps passes.
pub async fn run(script: &str, server: &Accord) {
    let mut node = node(&["--test", "--test-reporter=spec", script]);
    node.env("BASE_URL", server.base_url()).env("DEMO_JSON", server.json()).env("CHROMIUM", chromium());
    let lines = finish(node, script).await;
    // Node calls a file without tests a success.
    let passed = lines.iter().find_map(|line| line.strip_prefix("ℹ pass ")).and_then(|count| count.parse::<u32>().ok());
    assert!(passed.is_some_and(|count| count > 0), "{script} ran no test");
}

/// A Node process in `tests/browser`, where the pinned packages are.
pub(crate) fn node(args: &[&str]) -> Command {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("browser");
    assert!(folder.join("node_modules").is_dir(), "run `npm ci` in tests/browser, or `cargo xtask test`");
    let mut command = Command::new("node");
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs to the end, repeating each line as it comes; all that went to its standard output.
pub(crate) async fn finish(mut command: Command, name: &str) -> Vec<String> {
    let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("node runs");
    let mut output = BufReader::new(child.stdout.take().expect("a piped output")).lines();
    let mut lines = Vec::new();
    let reading = async {
        while let Ok(Some(line)) = output.next_line().await {
            println!("{line}");
            lines.push(line);
        }
        child.wait().await.expect("node's exit code")
    };
    let status = tokio::time::timeout(LONGEST_JOURNEY, reading).await;
    let status = status.unwrap_or_else(|_| panic!("{name} did not end within {} s", LONGEST_JOURNEY.as_secs()));
    assert!(status.success(), "{name} failed, {status}");
    lines
}

fn chromium() -> PathBuf {
    let named = std::env::var_os("ACCORD_CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists()).expect("Chromium: `cargo xtask setup` installs it")
}
