//! Runs the worker, and the tools that look at what it made.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use minutes::edition::Edition;
use serde_json::json;

const WORKER: &str = env!("CARGO_BIN_EXE_accord-render");

/// `target/accord-fonts`, beside the folder of the binary.
pub(crate) fn fonts() -> PathBuf {
    let fonts = Path::new(WORKER).ancestors().nth(2).unwrap().join("accord-fonts");
    assert!(
        fonts.join("fonts.txt").exists(),
        "no fonts in {}: cd server/render/fonts && npm ci && node collect.mjs {0}",
        fonts.display()
    );
    fonts
}

pub(crate) struct Run {
    pub(crate) output: Output,
    pub(crate) took: Duration,
}

impl Run {
    pub(crate) fn pdf(self) -> Pdf {
        assert!(self.output.status.success(), "{}", String::from_utf8_lossy(&self.output.stderr));
        assert!(self.output.stdout.starts_with(b"%PDF-1.7"));
        Pdf(self.output.stdout)
    }

    /// What the worker says it failed on.
    pub(crate) fn fault(&self) -> serde_json::Value {
        assert!(!self.output.status.success(), "the worker made a PDF of it");
        assert!(self.output.stdout.is_empty());
        let line = self.output.stderr.split(|byte| *byte == b'\n').next().unwrap();
        serde_json::from_slice(line).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.output.stderr)))
    }
}

pub(crate) fn typeset(edition: &Edition) -> Run {
    let attachment = serde_json::to_string(edition).unwrap();
    run(&json!({ "edition": edition, "attachment": attachment, "fonts": fonts() }).to_string())
}

pub(crate) fn run(input: &str) -> Run {
    let started = Instant::now();
    let mut worker = Command::new(WORKER)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = worker.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = worker.wait_with_output().unwrap();
    // A worker that refuses its input early closes the pipe.
    let _ = writer.join().unwrap();
    Run { output, took: started.elapsed() }
}

pub(crate) struct Pdf(pub(crate) Vec<u8>);

impl Pdf {
    /// Puts the file where a person can look at it: target/tmp.
    pub(crate) fn keep(self, name: &str) -> Self {
        std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("pdf"), &self.0).unwrap();
        self
    }

    /// What a tool prints about the file; the tool must be content with it.
    pub(crate) fn seen_by(&self, tool: &str, before: &[&str], after: &[&str]) -> String {
        let file = tempfile(&self.0);
        let output = Command::new(tool)
            .args(before)
            .arg(&file)
            .args(after)
            .output()
            .unwrap_or_else(|error| panic!("{tool} is needed for this test: {error}"));
        std::fs::remove_file(&file).unwrap();
        // Not every tool that is asked for text gives UTF-8 alone: the objects of a PDF hold bytes.
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{tool}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// What a screen reader reads: a line for each piece of text in the structure tree, in its order. Headers, footers
    /// and everything else that isn't part of the text are not in it.
    pub(crate) fn read_aloud(&self) -> String {
        let tree = self.seen_by("pdfinfo", &["-struct-text"], &[]);
        let quoted = |line: &str| Some(line.trim().strip_prefix('"')?.strip_suffix('"')?.trim_end().to_owned() + "\n");
        tree.lines().filter_map(quoted).collect()
    }

    /// The words, in the order of the page, on single spaces.
    pub(crate) fn words(&self) -> String {
        let text = self.seen_by("pdftotext", &["-enc", "UTF-8"], &["-"]);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn tempfile(bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.pdf", uuid::Uuid::new_v4()));
    std::fs::write(&path, bytes).unwrap();
    path
}
