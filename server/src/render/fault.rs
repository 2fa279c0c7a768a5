//! Why there is no PDF.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use serde::Deserialize;

#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The one failure a writer can mend: `field` is a path such as `sections[2].entries[0].text`.
    #[error("no font can draw {character} in {field}")]
    UnprintableCharacter { field: String, character: String },
    /// More text than a copy may have, or text that takes more memory than a copy may take.
    #[error("the edition is too large to print: {detail}")]
    TooLarge { detail: String },
    #[error("the worker was still typesetting after {0:?}")]
    Timeout(Duration),
    #[error("the worker failed with {status}: {code}, {detail}")]
    Worker { status: ExitStatus, code: String, detail: String },
    #[error("the worker's output isn't a PDF, or is longer than {limit} bytes")]
    NotAPdf { limit: u64 },
    #[error("the file to attach isn't text")]
    AttachmentNotText(#[source] std::str::Utf8Error),
    #[error("the edition can't be handed to the worker")]
    Encode(#[source] serde_json::Error),
    #[error("the worker can't be started")]
    Start(#[source] io::Error),
    #[error("the worker's output can't be read")]
    Output(#[source] io::Error),
}

/// The line a failing worker writes. It holds no words of the record, so it may be logged.
#[derive(Debug, Default, Deserialize)]
struct Line {
    code: String,
    #[serde(default)]
    field: String,
    #[serde(default)]
    detail: String,
}

impl RenderError {
    /// What a worker that ended without a PDF meant.
    pub(super) fn of_worker(status: ExitStatus, stderr: &[u8], timeout: Duration) -> Self {
        if let Some(signal) = signal(status) {
            return Self::of_signal(signal, status, timeout);
        }
        // Only a line of the worker's own counts: anything else it or a library printed might quote the record.
        let line = stderr.split(|byte| *byte == b'\n').find_map(|line| serde_json::from_slice::<Line>(line).ok());
        let Line { code, field, detail } = line.unwrap_or_default();
        match code.as_str() {
            "unprintable_character" => Self::UnprintableCharacter { field, character: detail },
            "too_large" => Self::TooLarge { detail },
            _ => Self::Worker { status, code, detail },
        }
    }

    fn of_signal(signal: i32, status: ExitStatus, timeout: Duration) -> Self {
        const SIGABRT: i32 = 6;
        const SIGKILL: i32 = 9;
        const SIGXCPU: i32 = 24;
        match signal {
            // What the allocator does when the limit on memory is reached.
            SIGABRT => Self::TooLarge { detail: "out of memory".to_owned() },
            // The limit on processor time, soft and hard.
            SIGXCPU | SIGKILL => Self::Timeout(timeout),
            _ => Self::Worker { status, code: "signal".to_owned(), detail: signal.to_string() },
        }
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(1);

    fn failed(stderr: &str) -> RenderError {
        RenderError::of_worker(ExitStatus::from_raw(1 << 8), stderr.as_bytes(), LIMIT)
    }

    #[test]
    fn names_the_field_with_the_character() {
        let line = r#"{"code":"unprintable_character","field":"sections[2].entries[0].text","detail":"U+13000"}"#;
        assert!(matches!(failed(&format!("{line}\n")), RenderError::UnprintableCharacter { field, character }
            if field == "sections[2].entries[0].text" && character == "U+13000"));
    }

    #[test]
    fn passes_on_no_line_but_the_workers_own() {
        let RenderError::Worker { code, detail, .. } = failed("thread panicked at 'Zofia'\n") else {
            unreachable!("not a worker's line");
        };
        assert_eq!((code.as_str(), detail.as_str()), ("", ""));
        assert!(matches!(failed("noise\n{\"code\":\"too_large\",\"detail\":\"x\"}\n"), RenderError::TooLarge { .. }));
    }

    #[test]
    fn reads_the_signals_its_limits_send() {
        let killed = |signal| RenderError::of_worker(ExitStatus::from_raw(signal), b"", LIMIT);
        assert!(matches!(killed(6), RenderError::TooLarge { .. }));
        assert!(matches!(killed(24), RenderError::Timeout(LIMIT)));
        assert!(matches!(killed(11), RenderError::Worker { .. }));
    }
}
