//! A real mail server (chasquid, from Debian) that relays for one user and delivers into files.
//!
//! It runs as `nobody` when the tests run as root, on ports of its own, under a certificate of its own root.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use server::delivery::{Smtp, SmtpSecurity};
use tempfile::TempDir;

use crate::unprivileged::{self, command};
use crate::wait;

/// The relay's only domain, and the user who may send through it.
pub const DOMAIN: &str = "agency.test";
const USER: &str = "accord@agency.test";
const PASSWORD: &str = "a password for tests";

pub struct Chasquid {
    folder: TempDir,
    port: u16,
    process: Option<Child>,
}

impl Chasquid {
    /// A running server with mailboxes of these names at [`DOMAIN`].
    pub async fn start(mailboxes: &[&str]) -> Self {
        let mut server = Self::stopped(mailboxes);
        server.run().await;
        server
    }

    /// The same, not running yet.
    pub fn stopped(mailboxes: &[&str]) -> Self {
        assert!(
            Path::new("/usr/bin/chasquid").exists(),
            "mail is tested against a real server, which is missing here: apt-get install chasquid"
        );
        let folder = tempfile::Builder::new().prefix("accord-mail-").tempdir().expect("a folder");
        let port = free_port();
        lay_out(folder.path(), port);
        for user in std::iter::once(&"accord").chain(mailboxes) {
            let added = command("chasquid-util", folder.path())
                .arg(format!("-C={}", folder.path().display()))
                .args(["user-add", &format!("{user}@{DOMAIN}"), &format!("--password={PASSWORD}")])
                .output()
                .expect("chasquid-util runs");
            assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        }
        Self { folder, port, process: None }
    }

    pub async fn run(&mut self) {
        let log = std::fs::File::create(self.folder.path().join("log")).expect("a log");
        let process = command("chasquid", self.folder.path())
            .arg(format!("-config_dir={}", self.folder.path().display()))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn();
        self.process = Some(process.expect("chasquid starts"));
        wait::until("chasquid listens", async || tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.ok())
            .await;
    }

    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It has nothing to save: what it accepted is delivered or in its queue.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// While busy it answers every letter with a temporary failure.
    pub fn set_busy(&self, busy: Busy) {
        let sign = self.folder.path().join("busy");
        match busy {
            Busy::Yes => std::fs::write(sign, "").expect("a file"),
            Busy::No => std::fs::remove_file(sign).expect("it was busy"),
        }
    }

    pub fn smtp(&self) -> Smtp {
        Smtp {
            host: "localhost".to_owned(),
            port: self.port,
            security: SmtpSecurity::Required,
            root_certificate: Some(std::fs::read(self.folder.path().join("root.pem")).expect("made at the start")),
            credentials: Some((USER.to_owned(), PASSWORD.to_owned())),
        }
    }

    /// Waits until this many letters are in a mailbox, and returns them as delivered.
    pub async fn letters(&self, mailbox: &str, count: usize) -> Vec<String> {
        let folder = self.folder.path().join("mail").join(format!("{mailbox}@{DOMAIN}"));
        let what = format!("{count} letter(s) for {mailbox}; the server's log:\n{}", self.log());
        wait::until(&what, async || {
            let there = read_all(&folder);
            (there.len() >= count).then_some(there)
        })
        .await
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Chasquid {
    fn drop(&mut self) {
        self.stop();
    }
}

#[derive(Clone, Copy)]
pub enum Busy {
    Yes,
    No,
}

fn read_all(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut whole: Vec<PathBuf> = files.filter(|path| path.extension().is_none_or(|end| end != "part")).collect();
    whole.sort();
    whole.iter().map(|path| std::fs::read_to_string(path).expect("letters are text")).collect()
}

/// The server needs its port before it starts, so that letters can be sent to where it is not yet.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// Puts a letter into the mailbox's folder, whole or not at all.
const DELIVER: &str = r#"#!/bin/sh
set -e
mkdir -p "$1/mail/$2"
cat > "$1/mail/$2/$$.part"
mv "$1/mail/$2/$$.part" "$1/mail/$2/$(date +%s%N)-$$"
"#;

fn lay_out(folder: &Path, port: u16) {
    let at = folder.display();
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("inside the folder")).expect("folders");
        std::fs::write(&path, text).expect("a file");
        path
    };
    write(
        "chasquid.conf",
        &format!(
            "hostname: \"localhost\"\nsubmission_address: \"127.0.0.1:{port}\"\ndata_dir: \"{at}/data\"\n\
             mail_delivery_agent_bin: \"{at}/deliver\"\nmail_delivery_agent_args: \"{at}\"\n\
             mail_delivery_agent_args: \"%to%\"\nmail_log_path: \"<stdout>\"\n"
        ),
    );
    let busy = format!("#!/bin/sh\nif [ -e '{at}/busy' ]; then echo 'later, please'; exit 75; fi\n");
    for script in [write("deliver", DELIVER), write("hooks/post-data", &busy)] {
        std::fs::set_permissions(script, std::fs::Permissions::from_mode(0o755)).expect("own files");
    }
    for empty in ["domains/agency.test", "certs/localhost", "mail", "data"] {
        std::fs::create_dir_all(folder.join(empty)).expect("folders");
    }
    make_certificates(folder);
    unprivileged::give(folder);
}

/// A root and a certificate for `localhost` under it; a certificate that is its own root is refused by careful clients.
fn make_certificates(folder: &Path) {
    const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    let script = format!(
        "set -e
        openssl req -x509 {KEY} -keyout root.key -out root.pem -subj /CN=test-root -days 2
        openssl req {KEY} -keyout certs/localhost/privkey.pem -out leaf.csr -subj /CN=localhost
        printf 'subjectAltName=DNS:localhost' > leaf.ext
        openssl x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile leaf.ext \
            -out certs/localhost/fullchain.pem"
    );
    let made = Command::new("sh").args(["-c", &script]).current_dir(folder).output().expect("a shell runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
