//! A throw-away PostgreSQL server: one for the whole test process, with an empty database for whoever asks; and others that
//! a test has for itself, to stop and start.
//!
//! It runs as `nobody` when the tests run as root (PostgreSQL refuses root), listens on a socket in its own folder and
//! nowhere else, and goes with the test process however that ends: a shell waits on a pipe that only the process holds.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use server::store::Store;

use crate::unprivileged::{self, command};
use crate::wait;

const TEMPLATE: &str = "accord_template";

/// Starts and stops the server as it is told. As soon as its input ends, it kills what is left and removes the folder.
const KEEPER: &str = r#"
start() { "$1/postgres" -D "$2/data" >>"$2/log" 2>&1 </dev/null & server=$!; }
all() { echo $server $(cat /proc/$server/task/$server/children); }
hang() { kill -STOP $(all); }
wake() { kill -CONT $(all); }
stop() { wake; kill -QUIT $server; wait $server; }
start "$@"
while read -r order; do $order "$@"; echo done; done
stop 2>/dev/null
rm -rf "$2"
"#;

/// The URL of a new database with all migrations run and nothing in it.
pub fn database() -> String {
    static SERVER: OnceLock<Cluster> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(Cluster::start);
    let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    server.sql(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}"));
    server.url(&name)
}

/// A server with its databases.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    _keeper: Child,
    /// Closes when this process ends, however that happens.
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Cluster {
    /// A running one, with an empty database that has all migrations.
    pub fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("accord-pg-").tempdir().expect("a folder").keep();
        unprivileged::give(&folder);
        initialise(&programs, &folder);
        let mut keeper = command("sh", &folder)
            .args(["-c", KEEPER, "keeper"])
            .args([&programs, &folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let orders = keeper.stdin.take().expect("its input is a pipe");
        let answers = BufReader::new(keeper.stdout.take().expect("its output is a pipe"));
        let server = Self { programs, folder, _keeper: keeper, orders, answers };
        server.wait();
        server.sql(&format!("CREATE DATABASE {TEMPLATE}"));
        Store::migrate(&server.url(TEMPLATE)).expect("migrations run");
        server
    }

    /// The empty database's.
    pub fn empty(&self) -> String {
        self.url(TEMPLATE)
    }

    /// Away at once, connections and all, as after a power cut.
    pub fn stop(&mut self) {
        self.order("stop");
    }

    /// There, and answers nothing: as a machine that is cut off from us.
    pub fn hang(&mut self) {
        self.order("hang");
    }

    /// Goes on where it was.
    pub fn wake(&mut self) {
        self.order("wake");
    }

    /// There again, with what was committed.
    pub fn start_again(&mut self) {
        self.order("start");
        self.wait();
    }

    fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").expect("the keeper listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the keeper answers");
        assert_eq!(answer, "done\n", "the keeper of PostgreSQL has ended");
    }

    fn url(&self, database: &str) -> String {
        let mut host = String::new();
        for byte in self.folder.to_str().expect("a plain path").bytes() {
            write!(host, "%{byte:02X}").expect("text takes text");
        }
        format!("postgres://accord@{host}/{database}")
    }

    fn sql(&self, statement: &str) {
        let done = Command::new(self.programs.join("psql"))
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "accord", "-d", "postgres", "-c", statement])
            .arg("-h")
            .arg(&self.folder)
            .output()
            .expect("psql runs");
        assert!(done.status.success(), "{statement}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// `pg_isready` waits by itself, one second at a time, and asks at once first.
    fn wait(&self) {
        let deadline = Instant::now() + wait::PATIENCE;
        let ready = || {
            let mut ask = Command::new(self.programs.join("pg_isready"));
            ask.args(["-q", "-t", "5", "-h"]).arg(&self.folder).status().expect("pg_isready runs").success()
        };
        while !ready() {
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "PostgreSQL does not start:\n{log}");
        }
    }
}

fn initialise(programs: &Path, folder: &Path) {
    let made = command(programs.join("initdb"), folder)
        .args(["--username=accord", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
        .arg(folder.join("data"))
        .output()
        .expect("initdb runs");
    assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
    let settings = folder.join("data/postgresql.conf");
    let mut file = std::fs::OpenOptions::new().append(true).open(settings).expect("initdb wrote its settings");
    // What it holds need not outlive the machine, so it need not wait for the disk.
    write!(
        file,
        "listen_addresses = ''\nunix_socket_directories = '{}'\nfsync = off\nmax_connections = 400\n\
         shared_buffers = 32MB\nlog_min_messages = error\n",
        folder.display()
    )
    .expect("settings can be added");
}

/// The newest version installed. Debian keeps its programs out of the path.
fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version = |path: &Path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = installed
        .map(|entry| entry.path())
        .filter(|path| path.join("bin/postgres").exists())
        .max_by_key(|path| version(path));
    newest
        .expect("the store is tested on PostgreSQL too, which is missing here: apt-get install postgresql")
        .join("bin")
}
