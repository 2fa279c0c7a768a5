//! Folding SQLite's log into its database beside the commits, not in the middle of one: what is folded is written all over
//! the file and flushed, and somebody's keystroke would wait for it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::connection::Connector;
use super::portable;

const EVERY: Duration = Duration::from_secs(1);

/// Ends the thread when the last of it is gone.
#[derive(Clone)]
pub(super) struct Checkpoints {
    _open: Sender<()>,
}

impl Checkpoints {
    pub(super) fn start(connector: Connector) -> std::io::Result<Self> {
        let (open, closed) = channel();
        std::thread::Builder::new().name("store-checkpoint".to_owned()).spawn(move || run(&connector, &closed))?;
        Ok(Self { _open: open })
    }
}

fn run(connector: &Connector, closed: &Receiver<()>) {
    let mut conn = None;
    while closed.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        // A database that can't be reached just now is tried again a second later.
        let Some(open) = conn.take().or_else(|| connector.establish().ok()) else { continue };
        conn = portable::checkpoint(open);
    }
}
