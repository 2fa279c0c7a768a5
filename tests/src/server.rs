//! The real `accord` program as a child process, with a data folder of its own, that can be killed and started again.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::demo::Demo;
use crate::http::Host;
use crate::wait;

pub struct Accord {
    process: Child,
    demo: Demo,
    settings: Settings,
    folder: TempDir,
}

/// Settings as environment variables: `ACCORD__SECTION__KEY`.
pub type Settings = Vec<(String, String)>;

impl Accord {
    /// A server with the made-up partnership, ready to be asked.
    pub async fn start() -> Self {
        Self::with_settings(Settings::new()).await
    }

    pub async fn with_settings(settings: Settings) -> Self {
        let folder = tempfile::Builder::new().prefix("accord-test-").tempdir().expect("a folder for the data");
        let mut process = spawn(folder.path(), "127.0.0.1:0", &settings);
        let demo = ready(&mut process, folder.path()).await;
        Self { process, demo, settings, folder }
    }

    pub fn demo(&self) -> &Demo {
        &self.demo
    }

    pub fn base_url(&self) -> &str {
        &self.demo.base_url
    }

    pub fn json(&self) -> PathBuf {
        json(self.folder.path())
    }

    pub fn data(&self) -> PathBuf {
        data(self.folder.path())
    }

    /// All that the server has logged since it first started.
    pub fn log(&self) -> String {
        read_log(self.folder.path())
    }

    /// `kill -9`: no goodbye, no flush.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("the server can be killed");
    }

    /// Starts again on the same data and the same address. Call `kill` or `stop` first.
    pub async fn start_again(&mut self) {
        let address = self.demo.base_url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        std::fs::remove_file(self.json()).expect("the first start left its JSON file");
        self.process = spawn(self.folder.path(), &address, &self.settings);
        self.demo = ready(&mut self.process, self.folder.path()).await;
    }

    /// The orderly stop, as a service manager asks for it.
    pub async fn stop(&mut self) -> ExitStatus {
        let id = self.process.id().expect("the server runs");
        let asked = Command::new("kill").args(["-TERM", &id.to_string()]).status().await;
        assert!(asked.expect("kill runs").success());
        let ended = tokio::time::timeout(wait::PATIENCE, self.process.wait()).await;
        ended.expect("the server stops when asked").expect("the server's exit code")
    }
}

impl Host for Accord {
    fn base_url(&self) -> &str {
        self.base_url()
    }
}

impl Drop for Accord {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("--- the server's log ---\n{}", self.log());
        }
    }
}

/// The program under test: named by `cargo xtask test`, or built now, so that no stale one is tested.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(named) = std::env::var_os("ACCORD_BIN") {
            return PathBuf::from(named);
        }
        let built = std::process::Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--workspace", "--all-targets"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("cargo runs");
        assert!(built.success(), "the programs don't build");
        let test = std::env::current_exe().expect("this test is a program");
        // target/debug/deps/it-… → target/debug/accord
        test.ancestors().nth(2).expect("a test program lies in deps/").join("accord")
    })
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn json(folder: &Path) -> PathBuf {
    folder.join("demo.json")
}

fn log(folder: &Path) -> PathBuf {
    folder.join("log")
}

fn read_log(folder: &Path) -> String {
    std::fs::read_to_string(log(folder)).unwrap_or_default()
}

fn spawn(folder: &Path, listen: &str, settings: &[(String, String)]) -> Child {
    let log = File::options().create(true).append(true).open(log(folder)).expect("a file for the log");
    Command::new(program())
        .args(["demo", "--listen", listen])
        .arg("--data")
        .arg(data(folder))
        .arg("--json")
        .arg(json(folder))
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests have a parent folder"))
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle on the log"))
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program().display()))
}

/// The JSON file is there and whole, and the server says that it is well.
async fn ready(process: &mut Child, folder: &Path) -> Demo {
    let http = reqwest::Client::new();
    wait::until("the demo server is ready", async || {
        if let Some(status) = process.try_wait().expect("the server's state") {
            panic!("the server ended at once, {status}:\n{}", read_log(folder));
        }
        let demo: Demo = serde_json::from_slice(&std::fs::read(json(folder)).ok()?).ok()?;
        let answer = http.get(format!("{}/healthz", demo.base_url)).send().await.ok()?;
        answer.status().is_success().then_some(demo)
    })
    .await
}
