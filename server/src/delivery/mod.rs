//! The outbox worker: takes what is due, sends it, records what came of it. At least once; the same Message-ID on
//! every attempt, so that a second copy is recognised as the first.

mod backoff;
mod letter;
mod reminders;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use lettre::Message;
use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::store::deliveries::{Leased, Outcome, Template};
use crate::store::{self, Store, StoreError};
use letter::LetterFault;
pub use letter::Wording;
pub use transport::{Smtp, SmtpSecurity, Transport, TransportError};

/// An attempt that takes longer is given up: a mail server may answer each line in time and never come to an end.
const PATIENCE: Duration = Duration::from_secs(2 * 60);
/// Longer than any attempt takes, with what it takes to record it.
const LEASE: i64 = 5 * 60 * 1000;
/// All at once: a slow one holds up nobody else's letter, and the relay is not overrun.
const BATCH: i64 = 8;
/// How long the worker sleeps when nothing rings: half the shortest step of the back-off.
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
        while !*stop.borrow() {
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

    /// Attempts some of what is due now, and says how many there were.
    pub async fn run_once(&self) -> Result<usize, StoreError> {
        let (now, domain) = (self.clock.now(), self.wording.message_id_domain.clone());
        let due = self.store.write(move |conn| store::deliveries::lease_due(conn, &domain, now, LEASE, BATCH)).await?;
        let attempts = due.iter().map(async |delivery| {
            // Not recorded: when its lease runs out it is attempted again, under the same Message-ID.
            if let Err(error) = self.attempt(delivery.clone()).await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(delivery.id = %delivery.id, error, "an attempt can't be recorded");
            }
        });
        let (_, reminded) = tokio::join!(join_all(attempts), self.remind());
        Ok(due.len() + reminded?)
    }

    /// One attempt. Whatever goes wrong with this letter stays with this letter.
    async fn attempt(&self, delivery: Leased) -> Result<(), StoreError> {
        let sent = if backoff::after(delivery.attempt - 1).is_none() {
            // Attempts are counted when they begin: each of these ended the process, or the store failed.
            Err(TransportError::Permanent("none of the tries came to an end".to_owned()))
        } else {
            self.send(&delivery).await?
        };
        let outcome = self.outcome(sent, delivery.attempt);
        tracing::info!(delivery.id = %delivery.id, attempt = delivery.attempt, ?outcome, "letter attempted");
        let now = self.clock.now();
        self.store
            .write(move |conn| {
                let accepted = matches!(outcome, Outcome::Accepted { .. });
                store::deliveries::record_attempt(conn, delivery.id, delivery.attempt, outcome, now)?;
                if accepted {
                    // An invitation discloses nothing of a record.
                    let Some(edition_id) = delivery.edition_id else { return Ok(()) };
                    let how = match delivery.template {
                        Template::EditionAttached => "sent by e-mail, attached",
                        Template::FamilyLink | Template::Invitation => "sent a link by e-mail",
                    };
                    let edition = store::editions::get(conn, edition_id)?;
                    let Some(edition) = edition else { return Ok(()) };
                    let disclosure = store::disclosures::NewDisclosure {
                        meeting_id: edition.meeting_id,
                        edition_id,
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

    /// What came of an attempt, and when to try again.
    fn outcome(&self, sent: Result<(), TransportError>, attempt: i32) -> Outcome {
        match sent {
            Ok(()) => Outcome::Accepted { detail: "accepted by the mail server".to_owned() },
            Err(TransportError::Permanent(detail)) => Outcome::Refused { detail },
            Err(TransportError::Temporary(detail)) => match backoff::after(attempt) {
                Some(wait) => Outcome::Delayed { next_attempt_at: self.clock.now() + wait, detail },
                None => Outcome::Refused { detail: format!("given up after {attempt} tries: {detail}") },
            },
        }
    }

    /// The address is read now, not when it was enqueued: it may have been found unsafe since.
    async fn send(&self, delivery: &Leased) -> Result<Result<(), TransportError>, StoreError> {
        let (person, edition, template) = (delivery.person_id, delivery.edition_id, delivery.template);
        let meeting = delivery.meeting_id;
        let (email, copy, starts_at) = self
            .store
            .read(move |conn| {
                let person = store::people::get(conn, person)?;
                let of_family = person.as_ref().is_none_or(|person| person.role.is_family());
                let (mut copy, mut starts_at) = (None, None);
                match (template, edition) {
                    (Template::EditionAttached, Some(edition)) => copy = store::editions::get_pdf(conn, edition)?,
                    // Whoever else sees a family's telephone finds no appointment on it that they did not put there.
                    (Template::Invitation, _) if !of_family => {
                        starts_at = store::meetings::get(conn, meeting)?.map(|meeting| meeting.starts_at);
                    }
                    _ => {}
                }
                Ok::<_, StoreError>((person.and_then(|person| person.email), copy, starts_at))
            })
            .await?;
        let entry = starts_at.map(|at| self.wording.calendar_entry(meeting, at, self.clock.now()));
        let letter = self.wording.letter(delivery, email.as_deref(), copy.or(entry));
        Ok(self.hand_in(&delivery.message_id, letter).await)
    }

    async fn hand_in(&self, message_id: &str, letter: Result<Message, LetterFault>) -> Result<(), TransportError> {
        match letter {
            Ok(letter) => tokio::time::timeout(PATIENCE, self.transport.send(message_id, letter))
                .await
                .unwrap_or_else(|_elapsed| Err(TransportError::Temporary("the mail server took too long".to_owned()))),
            Err(fault) if fault.is_the_addressees() => Err(TransportError::Permanent(fault.to_string())),
            Err(fault) => Err(TransportError::Temporary(fault.to_string())),
        }
    }
}
