//! Which connections hang on which session, so that its end wakes those and no others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minutes::ids::SessionId;
use tokio::sync::watch;

#[derive(Clone, Default)]
pub(super) struct Sessions(Arc<Mutex<HashMap<SessionId, watch::Sender<()>>>>);

/// One connection's hold on its session.
pub struct SessionWatch {
    session: SessionId,
    sessions: Sessions,
    /// Nothing is ever sent: the session has ended when its sender is gone.
    ended: watch::Receiver<()>,
}

impl Sessions {
    pub(super) fn watch(&self, session: SessionId) -> SessionWatch {
        let ended = self.held().entry(session).or_insert_with(|| watch::channel(()).0).subscribe();
        SessionWatch { session, sessions: self.clone(), ended }
    }

    pub(super) fn end(&self, session: SessionId) {
        let mut held = self.held();
        held.remove(&session);
        super::give_back(&mut held);
    }

    fn held(&self) -> MutexGuard<'_, HashMap<SessionId, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionWatch {
    /// Returns once the session has ended.
    pub async fn ended(&mut self) {
        while self.ended.changed().await.is_ok() {}
    }
}

impl Drop for SessionWatch {
    fn drop(&mut self) {
        let mut held = self.sessions.held();
        if self.ended.has_changed().is_err() {
            return; // it has ended: what is held under its name now is not ours
        }
        // This one still counts.
        if held.get(&self.session).is_some_and(|sender| sender.receiver_count() <= 1) {
            held.remove(&self.session);
            super::give_back(&mut held);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_end_of_a_session_wakes_its_own_connections_alone() {
        let (sessions, mine) = (Sessions::default(), SessionId(Uuid::from_u128(1)));
        let (mut one, mut two) = (sessions.watch(mine), sessions.watch(mine));
        let mut other = sessions.watch(SessionId(Uuid::from_u128(2)));
        assert!(one.ended().now_or_never().is_none());
        sessions.end(mine);
        assert!(one.ended().now_or_never().is_some() && two.ended().now_or_never().is_some());
        assert!(other.ended().now_or_never().is_none());
    }

    #[test]
    fn nothing_is_kept_of_sessions_without_connections() {
        let (sessions, mine) = (Sessions::default(), SessionId(Uuid::from_u128(1)));
        let (one, two) = (sessions.watch(mine), sessions.watch(mine));
        drop(one);
        assert_eq!(sessions.held().len(), 1);
        drop(two);
        assert!(sessions.held().is_empty());
        let ended = sessions.watch(mine);
        sessions.end(mine);
        let mut again = sessions.watch(mine);
        drop(ended);
        assert!(again.ended().now_or_never().is_none(), "a late goodbye ends nothing");
    }
}
