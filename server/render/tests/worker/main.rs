//! The worker as the server runs it: a process, JSON in, a PDF or one line of error out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod document;
mod hostile;
mod meetings;
mod process;
