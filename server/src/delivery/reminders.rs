//! Reminders: letters without a copy, in an outbox of their own.

use futures_util::future::join_all;

use super::{BATCH, LEASE, TransportError, Worker, backoff};
use crate::store::reminders::Leased;
use crate::store::{self, StoreError};

impl Worker {
    /// Attempts some of the reminders that are due, and says how many there were.
    pub(super) async fn remind(&self) -> Result<usize, StoreError> {
        let (now, domain) = (self.clock.now(), self.wording.message_id_domain.clone());
        let due = self.store.write(move |conn| store::reminders::lease_due(conn, &domain, now, LEASE, BATCH)).await?;
        let attempts = due.iter().map(async |reminder| {
            // Not recorded: when its lease runs out it is attempted again, under the same Message-ID.
            if let Err(error) = self.attempt_reminder(reminder.clone()).await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(reminder.id = %reminder.id, error, "an attempt can't be recorded");
            }
        });
        join_all(attempts).await;
        Ok(due.len())
    }

    async fn attempt_reminder(&self, reminder: Leased) -> Result<(), StoreError> {
        let sent = if backoff::after(reminder.attempt - 1).is_none() {
            Err(TransportError::Permanent("none of the tries came to an end".to_owned()))
        } else {
            let person = reminder.person_id;
            let person = self.store.read(move |conn| store::people::get(conn, person)).await?;
            let email = person.and_then(|person| person.email);
            self.hand_in(&reminder.message_id, self.wording.reminder(&reminder, email.as_deref())).await
        };
        let (outcome, now) = (self.outcome(sent, reminder.attempt), self.clock.now());
        tracing::info!(reminder.id = %reminder.id, attempt = reminder.attempt, ?outcome, "reminder attempted");
        self.store
            .write(move |conn| store::reminders::record_attempt(conn, reminder.id, reminder.attempt, outcome, now))
            .await
    }
}
