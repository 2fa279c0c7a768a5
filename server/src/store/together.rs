//! Tickets taken together: when a room of people comes back at once, their tickets go in one transaction, or each would
//! wait for a flush to disk of its own.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::sync_tickets::{self, Ticket};
use super::{Store, StoreError};

#[derive(Clone, Default)]
pub(super) struct Redemptions {
    waiting: Arc<Mutex<Vec<Redemption>>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

struct Redemption {
    token_sha256: String,
    now: i64,
    answer: oneshot::Sender<Result<Option<Ticket>, StoreError>>,
}

impl Redemptions {
    fn add(&self, redemption: Redemption) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(redemption);
    }

    fn take(&self) -> Vec<Redemption> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store {
    /// Takes a ticket that was not used and has not expired, together with whoever else brings one just now.
    pub async fn redeem_ticket(&self, token_sha256: String, now: i64) -> Result<Option<Ticket>, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.redemptions.add(Redemption { token_sha256, now, answer });
        // A task of its own: whoever asked may hang up, and the others' tickets are in it too.
        let store = self.clone();
        tokio::spawn(async move {
            let _turn = store.redemptions.turn.lock().await;
            store.redeem_all(store.redemptions.take()).await;
        });
        answered.await.unwrap_or(Err(StoreError::Interrupted))
    }

    async fn redeem_all(&self, waiting: Vec<Redemption>) {
        if waiting.is_empty() {
            return; // somebody else's turn took ours along
        }
        let asked: Vec<(String, i64)> = waiting.iter().map(|one| (one.token_sha256.clone(), one.now)).collect();
        let redeemed = self
            .write(move |conn| {
                asked.iter().map(|(token_sha256, now)| sync_tickets::redeem(conn, token_sha256, *now)).collect::<Result<
                    Vec<_>,
                    StoreError,
                >>(
                )
            })
            .await;
        match redeemed {
            Ok(tickets) => {
                for (one, ticket) in waiting.into_iter().zip(tickets) {
                    let _ = one.answer.send(Ok(ticket));
                }
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "tickets can't be redeemed");
                for one in waiting {
                    let _ = one.answer.send(Err(StoreError::Interrupted));
                }
            }
        }
    }
}
