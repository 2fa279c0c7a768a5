//! Either server as a child process on a core of its own: started, watched, killed, started again.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::machine::{self, SERVER_CORE};
use crate::{Outcome, seed};

/// Where the programs are.
pub struct Programs {
    pub accord: PathBuf,
    /// The typesetting worker and its fonts, which Accord wants to see before it starts.
    pub worker: PathBuf,
    pub fonts: PathBuf,
}

impl Programs {
    /// Beside this one; the worker and the fonts as named in the environment, or beside this one too.
    pub fn find() -> Outcome<Self> {
        let beside = std::env::current_exe()?.parent().ok_or("this program is in no folder")?.to_owned();
        let named = |name: &str, otherwise: PathBuf| std::env::var_os(name).map_or(otherwise, PathBuf::from);
        Ok(Self {
            accord: beside.join("accord"),
            worker: named("ACCORD_WORKER", beside.join("accord-render")),
            fonts: named("ACCORD_FONTS", beside.join("../accord-fonts")),
        })
    }
}

pub struct Server {
    child: Child,
    pub port: u16,
    pub folder: PathBuf,
}

impl Server {
    /// Accord on the data in a folder.
    pub fn accord(programs: &Programs, folder: &Path) -> Outcome<Self> {
        let mut command = Command::new(&programs.accord);
        command
            .arg("serve")
            .env("ACCORD__SERVER__LISTEN", "127.0.0.1:0")
            .env("ACCORD__STORAGE__URL", seed::url(folder))
            .env("ACCORD__STORAGE__KEYS", folder.join("keys"))
            .env("ACCORD__MAIL__DIRECTORY", folder.join("mail"))
            .env("ACCORD__RENDER__WORKER", &programs.worker)
            .env("ACCORD__RENDER__FONTS", &programs.fonts);
        for (name, value) in settings() {
            command.env(name, value);
        }
        let server = Self::start(command, folder)?;
        server.answers()?;
        Ok(server)
    }

    /// The bare echo, with its journal in a folder.
    pub fn echo(folder: &Path) -> Outcome<Self> {
        std::fs::create_dir_all(folder)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("floor").arg(folder.join("journal"));
        Self::start(command, folder)
    }

    fn start(mut command: Command, folder: &Path) -> Outcome<Self> {
        let log = File::options().create(true).append(true).open(folder.join("log"))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child =
            machine::on_core(SERVER_CORE, || command.spawn())?.map_err(|error| format!("{program}: {error}"))?;
        let mut first_line = String::new();
        let output = child.stdout.take().ok_or("a server without an output")?;
        BufReader::new(output).read_line(&mut first_line)?;
        let port = first_line.trim().rsplit(':').next().and_then(|port| port.parse().ok());
        let mut server = Self { child, port: 0, folder: folder.to_owned() };
        server.port = port.ok_or_else(|| format!("the server did not start:\n{}", server.log()))?;
        Ok(server)
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// A first request, so that nothing is measured that happens only once.
    fn answers(&self) -> Outcome<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        if answer.starts_with("HTTP/1.1 200") { Ok(()) } else { Err("the server is not well".into()) }
    }

    /// Seconds on a processor since it started.
    pub fn processor_seconds(&self) -> Outcome<f64> {
        machine::processor_seconds(self.child.id())
    }

    pub fn resident_kib(&self) -> Outcome<u64> {
        machine::resident_kib(self.child.id())
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Settings under which a bench is run that nobody would run a server under: one client types here for hundreds.
const fn settings() -> [(&'static str, &'static str); 1] {
    [("ACCORD__LIVE__MESSAGES_PER_SECOND", "1000000")]
}
