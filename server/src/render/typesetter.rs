//! Starts workers, a few at a time, and keeps them to their bounds.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use minutes::edition::Edition;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use super::RenderError;

/// Each may take a processor and 1.5 GB.
const WORKERS: usize = 2;
const TIMEOUT: Duration = Duration::from_secs(30);
const PDF_BYTES: u64 = 64 << 20;
const ERROR_BYTES: u64 = 64 << 10;

/// Makes PDFs. Clones share the bound on how many workers run at once.
#[derive(Debug, Clone)]
pub struct Typesetter {
    worker: PathBuf,
    fonts: PathBuf,
    timeout: Duration,
    places: Arc<Semaphore>,
}

/// The worker's input; `server/render/src/job.rs` reads it.
#[derive(Serialize)]
struct Job<'a> {
    edition: &'a Edition,
    attachment: Option<&'a str>,
    fonts: &'a Path,
}

impl Typesetter {
    pub fn new(worker: PathBuf, fonts: PathBuf) -> Self {
        Self { worker, fonts, timeout: TIMEOUT, places: Arc::new(Semaphore::new(WORKERS)) }
    }

    /// The worker beside the running program; the fonts beside it too, or one folder up, where a build puts them.
    pub fn beside_this_program() -> io::Result<Self> {
        let program = std::env::current_exe()?;
        let folder = program.parent().unwrap_or(Path::new("."));
        let worker = folder.join(format!("accord-render{}", std::env::consts::EXE_SUFFIX));
        let fonts = folder
            .ancestors()
            .take(2)
            .map(|folder| folder.join("accord-fonts"))
            .find(|fonts| fonts.is_dir())
            .unwrap_or_else(|| folder.join("accord-fonts"));
        Ok(Self::new(worker, fonts))
    }

    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The edition as a tagged, archival PDF. `attachment` is the signed JSON file that travels inside it; a test print
    /// of a record nobody has approved has none.
    pub async fn pdf(&self, edition: &Edition, attachment: Option<&[u8]>) -> Result<Vec<u8>, RenderError> {
        let attachment = attachment.map(std::str::from_utf8).transpose().map_err(RenderError::AttachmentNotText)?;
        let job = Job { edition, attachment, fonts: &self.fonts };
        let input = serde_json::to_vec(&job).map_err(RenderError::Encode)?;

        // The semaphore is never closed, so there is always a place in the end.
        let _place = self.places.acquire().await;
        let worker = self.start().map_err(RenderError::Start)?;
        // Dropping the worker, here or when the caller goes away, kills it.
        let done = tokio::time::timeout(self.timeout, converse(worker, &input))
            .await
            .map_err(|_| RenderError::Timeout(self.timeout))?
            .map_err(RenderError::Output)?;

        // First, because closing the pipe on a worker that writes too much is what ended it.
        if done.stdout.len() as u64 > PDF_BYTES {
            return Err(RenderError::NotAPdf { limit: PDF_BYTES });
        }
        if !done.status.success() {
            return Err(RenderError::of_worker(done.status, &done.stderr, self.timeout));
        }
        if !done.stdout.starts_with(b"%PDF-") {
            return Err(RenderError::NotAPdf { limit: PDF_BYTES });
        }
        Ok(done.stdout)
    }

    fn start(&self) -> io::Result<Child> {
        Command::new(&self.worker)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }
}

struct Done {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// Writes and reads at once: a worker that answers before it has read everything must not block on a full pipe.
async fn converse(mut worker: Child, input: &[u8]) -> io::Result<Done> {
    let (stdin, stdout, stderr) = (worker.stdin.take(), worker.stdout.take(), worker.stderr.take());
    let write = async move {
        if let Some(mut stdin) = stdin {
            // A worker that refuses its input closes the pipe; what it says then is the error that counts.
            let _ = stdin.write_all(input).await;
        }
        Ok(())
    };
    let ((), stdout, stderr) = tokio::try_join!(write, bounded(stdout, PDF_BYTES), bounded(stderr, ERROR_BYTES))?;
    Ok(Done { status: worker.wait().await?, stdout, stderr })
}

/// At most one byte more than `limit`, by which the caller sees that there was more. Closing the pipe ends a worker that
/// goes on writing.
async fn bounded(pipe: Option<impl AsyncRead + Unpin>, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        pipe.take(limit + 1).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use futures_util::future::join_all;
    use minutes::edition::{EditionApproval, EditionKind, EditionMeeting, Named, RecordReference};
    use minutes::ids::{EditionId, MeetingId};
    use tokio::sync::{Mutex, MutexGuard};
    use uuid::Uuid;

    use super::*;

    /// A file can't be run while any process holds it open for writing, and a process that another test is just starting
    /// holds whatever this one does: so one script at a time.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

    /// A worker that is a shell script, in a folder of its own that goes with it.
    #[allow(dead_code)] // the guard is held, never read
    struct Script(PathBuf, MutexGuard<'static, ()>);

    impl Script {
        async fn new(body: &str) -> Self {
            let guard = ONE_AT_A_TIME.lock().await;
            let folder = std::env::temp_dir().join(format!("accord-worker-{}", Uuid::new_v4()));
            fs::create_dir(&folder).unwrap();
            let script = folder.join("worker");
            fs::write(&script, format!("#!/bin/sh\n{body}\n")).unwrap();
            fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
            Self(folder, guard)
        }

        fn typesetter(&self) -> Typesetter {
            Typesetter::new(self.0.join("worker"), self.0.clone())
        }
    }

    impl Drop for Script {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn edition() -> Edition {
        Edition {
            format: Edition::FORMAT.to_owned(),
            id: EditionId(Uuid::nil()),
            kind: EditionKind::Full,
            record: RecordReference { meeting: MeetingId(Uuid::nil()), version: 1, sha256: String::new() },
            partnership: "Northmoor".to_owned(),
            meeting: EditionMeeting {
                kind_name: "Core group".to_owned(),
                title: "Core group".to_owned(),
                starts_at: "2026-11-23T10:00:00Z".to_owned(),
                place: String::new(),
            },
            children: Vec::new(),
            attendance: Vec::new(),
            sections: Vec::new(),
            decisions: Vec::new(),
            actions: Vec::new(),
            closed_sessions: vec![],
            quorum: None,
            read_back: vec![],
            scalings: vec![],
            approval: EditionApproval {
                by: Named { name: String::new(), standing: String::new() },
                at: String::new(),
                statement: String::new(),
                went_on: Vec::new(),
            },
            glossary: Vec::new(),
        }
    }

    async fn pdf_of(body: &str) -> Result<Vec<u8>, RenderError> {
        Script::new(body).await.typesetter().pdf(&edition(), Some(b"{}")).await
    }

    #[tokio::test]
    async fn hands_over_the_job_and_gives_back_the_pages() {
        let pdf = String::from_utf8(pdf_of("printf %%PDF-; cat").await.unwrap()).unwrap();
        let job: serde_json::Value = serde_json::from_str(pdf.strip_prefix("%PDF-").unwrap()).unwrap();
        assert_eq!(job["edition"]["partnership"], "Northmoor");
        assert_eq!(job["attachment"], "{}");
        assert!(job["fonts"].as_str().unwrap().contains("accord-worker-"));
    }

    #[tokio::test]
    async fn gives_a_worker_no_environment() {
        let pdf = String::from_utf8(pdf_of("cat >/dev/null; printf %%PDF-; /usr/bin/env").await.unwrap()).unwrap();
        assert!(!pdf.contains("CARGO") && !pdf.contains("HOME="), "{pdf}");
    }

    #[tokio::test]
    async fn says_what_a_worker_failed_on() {
        let line = r#"{"code":"unprintable_character","field":"meeting.title","detail":"U+E000"}"#;
        let error = pdf_of(&format!("cat >/dev/null; echo '{line}' >&2; exit 1")).await.unwrap_err();
        assert_eq!(error.to_string(), "no font can draw U+E000 in meeting.title");
    }

    #[tokio::test]
    async fn kills_a_worker_that_takes_too_long() {
        let script = Script::new("exec sleep 600").await;
        let error =
            script.typesetter().with_timeout(Duration::from_millis(50)).pdf(&edition(), None).await.unwrap_err();
        assert!(matches!(error, RenderError::Timeout(_)), "{error}");
    }

    #[tokio::test]
    async fn stops_reading_a_worker_that_never_stops_writing() {
        let error = pdf_of("printf %%PDF-; exec cat /dev/zero").await.unwrap_err();
        assert!(matches!(error, RenderError::NotAPdf { .. }), "{error}");
    }

    #[tokio::test]
    async fn copes_with_a_worker_that_reads_nothing() {
        let mut edition = edition();
        edition.partnership = "x".repeat(4 << 20);
        let error = Script::new("exit 0").await.typesetter().pdf(&edition, None).await.unwrap_err();
        assert!(matches!(error, RenderError::NotAPdf { .. }), "{error}");
    }

    #[tokio::test]
    async fn says_that_there_is_no_worker() {
        let typesetter = Typesetter::new("/nowhere/accord-render".into(), "/nowhere".into());
        assert!(matches!(typesetter.pdf(&edition(), None).await, Err(RenderError::Start(_))));
    }

    #[tokio::test]
    async fn attaches_nothing_but_text() {
        let error = Script::new("exit 0").await.typesetter().pdf(&edition(), Some(b"\xFF")).await.unwrap_err();
        assert!(matches!(error, RenderError::AttachmentNotText(_)), "{error}");
    }

    #[tokio::test]
    async fn runs_few_workers_at_once() {
        // Each leaves a file while it runs and prints how many there are.
        let count = r#"here="${0%/*}"; cat >/dev/null; : >"$here/run.$$"; sleep 0.05
            set -- "$here"/run.*; printf "%%PDF-$#"; rm "$here/run.$$""#;
        let script = Script::new(count).await;
        let (typesetter, edition) = (script.typesetter(), edition());
        for pdf in join_all((0..8).map(|_| typesetter.pdf(&edition, None))).await {
            let running: usize = String::from_utf8(pdf.unwrap()).unwrap()["%PDF-".len()..].parse().unwrap();
            assert!((1..=WORKERS).contains(&running), "{running} at once");
        }
    }
}
