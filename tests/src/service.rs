//! `accord serve` on a partnership of a test's own, with whatever settings the test is about: up within a moment, and again
//! after every kill.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout};

use crate::demo::Meeting;
use crate::http::{Actor, Host};
use crate::partnership::Partnership;
use crate::server::{Settings, program};
use crate::small_disk::SmallDisk;
use crate::wait;

pub struct Service {
    process: Child,
    /// Kept open, so that whatever the server says later has somewhere to go.
    _output: BufReader<ChildStdout>,
    base_url: String,
    partnership: Partnership,
    database: String,
    settings: Settings,
    /// Where the database is, if it is on a disk of its own.
    disk: Option<SmallDisk>,
    /// Keys, mail and the log.
    folder: TempDir,
}

impl Service {
    /// On SQLite, with so many people.
    pub async fn start(people: usize) -> Self {
        Self::with_settings(people, Settings::new()).await
    }

    pub async fn with_settings(people: usize, settings: Settings) -> Self {
        let folder = a_folder();
        let database = sqlite(folder.path());
        let partnership = Partnership::found(&database, people).await;
        Self::run(partnership, database, settings, None, folder).await
    }

    /// On a database that is there and empty.
    pub async fn on_database(people: usize, url: &str) -> Self {
        let partnership = Partnership::found(url, people).await;
        Self::run(partnership, url.to_owned(), Settings::new(), None, a_folder()).await
    }

    /// On SQLite on a disk that can be filled up.
    pub async fn on_disk(people: usize, disk: SmallDisk) -> Self {
        let folder = a_folder();
        let partnership = Partnership::found(&sqlite(folder.path()), people).await;
        let file = "accord.db";
        std::fs::rename(folder.path().join(file), folder.path().join("made")).expect("a database");
        std::fs::copy(folder.path().join("made"), disk.outside().join(file)).expect("room for an empty database");
        let database = sqlite(disk.inside());
        Self::run(partnership, database, Settings::new(), Some(disk), folder).await
    }

    async fn run(
        partnership: Partnership,
        database: String,
        settings: Settings,
        disk: Option<SmallDisk>,
        folder: TempDir,
    ) -> Self {
        let (process, output, base_url) =
            spawn(folder.path(), "127.0.0.1:0", &database, &settings, disk.as_ref()).await;
        Self { process, _output: output, base_url, partnership, database, settings, disk, folder }
    }

    /// Somebody of the partnership; nobody comes before the chair.
    pub async fn sign_in(&self, number: usize) -> Actor {
        Actor::sign_in(self, &self.partnership.people[number]).await
    }

    /// Everybody, the chair first.
    pub async fn sign_in_all(&self) -> Vec<Actor> {
        let all = self.partnership.people.iter().map(|person| Actor::sign_in(self, person));
        futures_util::future::join_all(all).await
    }

    /// A meeting of everybody.
    pub async fn meet(&self, chair: &Actor) -> Meeting {
        self.partnership.meet(chair).await
    }

    pub fn disk(&self) -> &SmallDisk {
        self.disk.as_ref().expect("a server on a disk of its own")
    }

    /// `kill -9`: no goodbye, no flush.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("the server can be killed");
    }

    /// Starts again on the same data and the same address, after a kill.
    pub async fn start_again(&mut self) {
        let address = self.base_url.trim_start_matches("http://").to_owned();
        let (process, output, _) =
            spawn(self.folder.path(), &address, &self.database, &self.settings, self.disk.as_ref()).await;
        (self.process, self._output) = (process, output);
    }

    /// The value of a metric that has no labels.
    pub async fn metric(&self, name: &str) -> f64 {
        let text = Actor::anonymous(self).get("/metrics").await.expect(200).text();
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
        value.unwrap_or_else(|| panic!("no metric {name} in:\n{text}"))
    }

    /// Memory that is the process's own and in use, in bytes.
    pub fn resident(&self) -> u64 {
        let process = self.process.id().expect("the server runs");
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("Linux tells");
        let figure = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
        let kib: u64 = figure.and_then(|kib| kib.parse().ok()).unwrap_or_else(|| panic!("no memory in:\n{status}"));
        kib * 1024
    }

    /// All that the server has logged since it first started.
    pub fn log(&self) -> String {
        std::fs::read_to_string(log(self.folder.path())).unwrap_or_default()
    }
}

impl Host for Service {
    fn base_url(&self) -> &str {
        &self.base_url
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("--- the server's log ---\n{}", self.log());
        }
    }
}

fn a_folder() -> TempDir {
    tempfile::Builder::new().prefix("accord-service-").tempdir().expect("a folder for the data")
}

fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("accord.db").display())
}

fn log(folder: &Path) -> PathBuf {
    folder.join("log")
}

/// A running server, and the address it says it is at.
async fn spawn(
    folder: &Path,
    listen: &str,
    database: &str,
    settings: &[(String, String)],
    disk: Option<&SmallDisk>,
) -> (Child, BufReader<ChildStdout>, String) {
    let log_file = File::options().create(true).append(true).open(log(folder)).expect("a file for the log");
    let beside = program().parent().expect("the program lies in a folder");
    let command = disk.map_or_else(|| Command::new(program()), |disk| disk.command(program()));
    let mut process = tokio::process::Command::from(command)
        .arg("serve")
        .env("ACCORD__SERVER__LISTEN", listen)
        .env("ACCORD__STORAGE__URL", database)
        .env("ACCORD__STORAGE__KEYS", folder.join("keys"))
        .env("ACCORD__MAIL__DIRECTORY", folder.join("mail"))
        .env("ACCORD__RENDER__WORKER", beside.join("accord-render"))
        .env("ACCORD__RENDER__FONTS", beside.join("../accord-fonts"))
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log_file)
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program().display()));
    let mut output = BufReader::new(process.stdout.take().expect("its output is a pipe"));
    let mut first_line = String::new();
    let said = tokio::time::timeout(wait::PATIENCE, output.read_line(&mut first_line)).await;
    said.expect("the server starts in time").expect("its output can be read");
    let base_url = first_line.trim().strip_prefix("Accord is at ").unwrap_or_else(|| {
        panic!("the server did not start:\n{}", std::fs::read_to_string(log(folder)).unwrap_or_default())
    });
    (process, output, base_url.to_owned())
}
