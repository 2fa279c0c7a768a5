//! What waits for one connection to take it. Bounded in frames and in bytes: a connection that takes nothing is sent
//! nothing more, and one message with all it missed once it has taken what waited.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::mpsc;

use super::wire::CloseCode;

const MAX_FRAMES: usize = 256;
/// Beyond this nothing is added; a single larger frame, such as a whole record, still goes out on its own.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// The end of a connection, with what it is told before.
#[derive(Debug)]
pub struct Closing {
    pub code: CloseCode,
    pub last_words: Option<Vec<u8>>,
}

#[derive(Default)]
struct State {
    bytes: AtomicUsize,
    behind: AtomicBool,
}

/// The meeting's end.
pub(super) struct Outbox {
    frames: mpsc::Sender<Vec<u8>>,
    close: mpsc::UnboundedSender<Closing>,
    state: Arc<State>,
}

/// The socket's end.
pub struct Inbox {
    frames: mpsc::Receiver<Vec<u8>>,
    close: mpsc::UnboundedReceiver<Closing>,
    state: Arc<State>,
}

/// What a socket is given.
#[derive(Debug)]
pub enum Taken {
    Frame(Vec<u8>),
    Close(Closing),
    /// All that waited has been taken by a connection that was behind: it is to be told what it missed.
    CaughtUp,
}

pub(super) fn outbox() -> (Outbox, Inbox) {
    let (frames, taken) = mpsc::channel(MAX_FRAMES);
    let (close, closed) = mpsc::unbounded_channel();
    let state = Arc::new(State::default());
    (Outbox { frames, close, state: state.clone() }, Inbox { frames: taken, close: closed, state })
}

impl Outbox {
    /// Whether there was room for it. After a no, nothing is added until the connection has caught up.
    pub(super) fn add(&self, frame: Vec<u8>) -> bool {
        let length = frame.len();
        let waiting = self.state.bytes.load(Ordering::Acquire);
        let fits = !self.is_behind() && (waiting == 0 || waiting + length <= MAX_BYTES);
        if fits && self.frames.try_send(frame).is_ok() {
            self.state.bytes.fetch_add(length, Ordering::AcqRel);
            return true;
        }
        self.state.behind.store(true, Ordering::Release);
        false
    }

    pub(super) fn is_behind(&self) -> bool {
        self.state.behind.load(Ordering::Acquire)
    }

    pub(super) fn waiting_bytes(&self) -> usize {
        self.state.bytes.load(Ordering::Relaxed)
    }

    /// Overtakes all that waits: somebody who may not read on is sent nothing more.
    pub(super) fn close(&self, code: CloseCode, last_words: Option<Vec<u8>>) {
        let _ = self.close.send(Closing { code, last_words });
    }
}

impl Inbox {
    /// The next thing to send; None when the meeting has let go.
    pub async fn take(&mut self) -> Option<Taken> {
        if self.frames.is_empty() && self.state.behind.swap(false, Ordering::AcqRel) {
            return Some(Taken::CaughtUp);
        }
        tokio::select! {
            biased;
            closing = self.close.recv() => closing.map(Taken::Close),
            frame = self.frames.recv() => frame.map(|frame| {
                self.state.bytes.fetch_sub(frame.len(), Ordering::AcqRel);
                Taken::Frame(frame)
            }),
        }
    }

    /// Waits until the connection is to be closed, for a socket that is stuck in sending.
    pub async fn closing(&mut self) -> Option<Closing> {
        self.close.recv().await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn who_takes_nothing_is_sent_no_more_and_told_once_when_caught_up() {
        let (outbox, mut inbox) = outbox();
        let taken = (0..).take_while(|_| outbox.add(vec![0; 100_000])).count();
        assert_eq!(taken, MAX_BYTES / 100_000);
        assert!(!outbox.add(vec![0]), "nothing overtakes what was left out");
        for _ in 0..taken {
            assert!(matches!(inbox.take().await, Some(Taken::Frame(_))));
        }
        assert!(matches!(inbox.take().await, Some(Taken::CaughtUp)));
        assert!(outbox.add(vec![1]));
        assert!(matches!(inbox.take().await, Some(Taken::Frame(frame)) if frame == [1]));
        assert_eq!(outbox.waiting_bytes(), 0);
    }

    #[tokio::test]
    async fn a_frame_larger_than_the_bound_goes_out_alone() {
        let (outbox, mut inbox) = outbox();
        assert!(outbox.add(vec![0; MAX_BYTES + 1]));
        assert!(!outbox.add(vec![0]));
        assert!(matches!(inbox.take().await, Some(Taken::Frame(_))));
        assert!(matches!(inbox.take().await, Some(Taken::CaughtUp)));
    }

    #[tokio::test]
    async fn the_end_overtakes_what_waits() {
        let (outbox, mut inbox) = outbox();
        outbox.add(vec![0]);
        outbox.close(CloseCode::NotAllowed, Some(vec![9]));
        let Some(Taken::Close(closing)) = inbox.take().await else { unreachable!("closing comes first") };
        assert_eq!((closing.code, closing.last_words), (CloseCode::NotAllowed, Some(vec![9])));
    }
}
