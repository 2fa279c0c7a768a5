//! One step of work: says what it does, shows that it is alive, and shows all it printed when it fails.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

const HEARTBEAT: Duration = Duration::from_secs(20);

pub struct Step<'a> {
    title: &'a str,
    command: Command,
}

impl<'a> Step<'a> {
    pub fn new(title: &'a str, program: impl AsRef<OsStr>) -> Self {
        Self { title, command: Command::new(program) }
    }

    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.command.args(args);
        self
    }

    pub fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Keeps what the step prints to itself, with a sign of life now and then, unless it fails.
    pub fn run(self) -> Result<(), String> {
        self.run_reading(|_| {})
    }

    /// The same, and hands each line to `read` as it comes.
    pub fn run_reading(self, mut read: impl FnMut(&str)) -> Result<(), String> {
        println!("==> {}", self.title);
        let started = Instant::now();
        let mut printed = Vec::new();
        let succeeded = follow(self.command, |news| match news {
            News::Line(line) => {
                read(&line);
                printed.push(line);
            }
            News::Quiet => {
                let last = printed.last().map_or("", String::as_str);
                println!("    {} {}", elapsed(started), last.trim());
            }
        })?;
        if succeeded {
            println!("    done in {}", elapsed(started));
            return Ok(());
        }
        for line in &printed {
            eprintln!("{line}");
        }
        Err(format!("{}: failed after {}", self.title, elapsed(started)))
    }

    /// Shows each line as it comes and hands it to `read`; a failure is the caller's to judge.
    pub fn run_aloud(self, mut read: impl FnMut(&str)) -> Result<bool, String> {
        println!("==> {}", self.title);
        let started = Instant::now();
        let succeeded = follow(self.command, |news| {
            if let News::Line(line) = news {
                println!("{line}");
                read(&line);
            }
        })?;
        println!("    ended after {}", elapsed(started));
        Ok(succeeded)
    }
}

enum News {
    Line(String),
    Quiet,
}

fn follow(mut command: Command, mut tell: impl FnMut(News)) -> Result<bool, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    let lines = lines_of(&mut child);
    let mut last_told = Instant::now();
    loop {
        match lines.recv_timeout(HEARTBEAT.saturating_sub(last_told.elapsed())) {
            Ok(line) => tell(News::Line(line)),
            Err(RecvTimeoutError::Timeout) => {
                tell(News::Quiet);
                last_told = Instant::now();
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    child.wait().map(|status| status.success()).map_err(|error| format!("{program}: {error}"))
}

/// Both of its outputs, line by line, in the order in which they come.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender);
    }
    receiver
}

fn forward(output: impl Read + Send + 'static, sender: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()).is_err() {
                return;
            }
        }
    });
}

fn elapsed(since: Instant) -> String {
    let seconds = since.elapsed().as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {:02} s", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_failing_step_is_an_error_that_names_it() {
        let outcome = Step::new("the odd one", "sh").args(["-c", "echo out; echo err >&2; exit 3"]).run();
        assert!(outcome.unwrap_err().starts_with("the odd one: failed"));
    }

    #[test]
    fn a_step_read_aloud_hands_on_both_outputs() {
        let mut read = Vec::new();
        let step = Step::new("both", "sh").args(["-c", "echo out; echo err >&2"]);
        assert!(step.run_aloud(|line| read.push(line.to_owned())).unwrap());
        read.sort();
        assert_eq!(read, ["err", "out"]);
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        assert!(Step::new("nothing", "accord-no-such-program").run().is_err());
    }
}
