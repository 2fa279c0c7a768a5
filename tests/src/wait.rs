//! Waiting for what is expected: as short as can be, and never for ever.

use std::time::{Duration, Instant};

/// Longer than anything takes on a busy machine; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);

const PAUSE: Duration = Duration::from_millis(15);

/// Asks again and again until there is an answer. For what gives no signal of its own, such as a file that appears.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited {} s in vain: {what}", PATIENCE.as_secs());
        pause().await;
    }
}

#[allow(clippy::disallowed_methods, reason = "the one pause of the harness: between two looks at something silent")]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
