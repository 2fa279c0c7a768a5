//! The outbox worker: takes what is due, sends it, records what came of it. At least once; the same Message-ID on
//! every attempt, so that a second copy is recognised as the first.

mod backoff;
mod letter;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::store::deliveries::{Leased, Outcome, Template};
use crate::store::{self, Store, StoreError};
pub use letter::Wording;
pub use transport::{Smtp, SmtpSecurity, Transport, TransportError};

/// Longer than any attempt takes: a mail server that says nothing for a minute is given up.
const LEASE: i64 = 5 * 60 * 1000;
const BATCH: i64 = 20;
/// How long the worker sleeps when nothing rings: the shortest step of the back-off.
const TICK: Duration = Duration::from_secs(30);

pub struct Worker {
    pub store: Store,
    pub clock: Clock,
    pub transport: Transport,
    pub wording: Wording,
    pub rung: Arc<Notify>,
}

impl Worker {
    /// Works until told to stop. What is under way is finished first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            match self.run_once().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "the outbox can't be read"),
            }
            tokio::select! {
                () = self.rung.notified() => {}
                () = tokio::time::sleep(TICK) => {}
                _ = stop.changed() => return,
            }
        }
    }

    /// Attempts everything that is due now, and says how many there were.
    pub async fn run_once(&self) -> Result<usize, StoreError> {
        let (now, domain) = (self.clock.now(), self.wording.message_id_domain.clone());
        let due = self.store.write(move |conn| store::deliveries::lease_due(conn, &domain, now, LEASE, BATCH)).await?;
        let count = due.len();
        for delivery in due {
            self.attempt(delivery).await?;
        }
        Ok(count)
    }

    /// One attempt. Whatever goes wrong with this letter stays with this letter.
    async fn attempt(&self, delivery: Leased) -> Result<(), StoreError> {
        let outcome = match self.send(&delivery).await? {
            Ok(()) => Outcome::Accepted { detail: "accepted by the mail server".to_owned() },
            Err(TransportError::Permanent(detail)) => Outcome::Refused { detail },
            Err(TransportError::Temporary(detail)) => match backoff::after(delivery.attempt) {
                Some(wait) => Outcome::Delayed { next_attempt_at: self.clock.now() + wait, detail },
                None => Outcome::Refused { detail: format!("given up after {} tries: {detail}", delivery.attempt) },
            },
        };
        tracing::info!(delivery.id = %delivery.id, attempt = delivery.attempt, ?outcome, "letter attempted");
        let now = self.clock.now();
        self.store
            .write(move |conn| {
                let accepted = matches!(outcome, Outcome::Accepted { .. });
                store::deliveries::record_attempt(conn, delivery.id, delivery.attempt, outcome, now)?;
                if accepted {
                    let how = match delivery.template {
                        Template::EditionAttached => "sent by e-mail, attached",
                        Template::FamilyLink => "sent a link by e-mail",
                    };
                    let edition = store::editions::get(conn, delivery.edition_id)?;
                    let Some(edition) = edition else { return Ok(()) };
                    let disclosure = store::disclosures::NewDisclosure {
                        meeting_id: edition.meeting_id,
                        edition_id: delivery.edition_id,
                        person_id: Some(delivery.person_id),
                        how: how.to_owned(),
                        at: now,
                    };
                    store::disclosures::record(conn, disclosure)?;
                }
                Ok(())
            })
            .await
    }

    /// The address is read now, not when it was enqueued: it may have been found unsafe since.
    async fn send(&self, delivery: &Leased) -> Result<Result<(), TransportError>, StoreError> {
        let (person, edition, template) = (delivery.person_id, delivery.edition_id, delivery.template);
        let (email, copy) = self
            .store
            .read(move |conn| {
                let email = store::people::get(conn, person)?.and_then(|person| person.email);
                let copy = match template {
                    Template::FamilyLink => None,
                    Template::EditionAttached => store::editions::get_pdf(conn, edition)?,
                };
                Ok::<_, StoreError>((email, copy))
            })
            .await?;
        Ok(match self.wording.letter(delivery, email.as_deref(), copy) {
            Ok(letter) => self.transport.send(&delivery.message_id, letter).await,
            Err(fault) => Err(TransportError::Permanent(fault.to_string())),
        })
    }
}
