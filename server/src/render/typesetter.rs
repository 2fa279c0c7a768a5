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

        if !done.status.success() {
            return Err(RenderError::of_worker(done.status, &done.stderr, self.timeout));
        }
        if done.stdout.len() as u64 > PDF_BYTES || !done.stdout.starts_with(b"%PDF-") {
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
