//! The parts of an open meeting: closed sessions that come and go while people meet, telling pages that there is something
//! to ask for, and what somebody lacks of a part.

use minutes::ids::DocumentId;
use minutes::room::{Event, LivePart, Material, PeerId};

use super::super::open::{self, OpenMeetingError};
use super::super::wire::{CloseCode, Notice};
use super::{Command, Meeting, Next};

impl Meeting {
    /// Reads the closed sessions anew. Until they are here, nothing of a new one is known, and whoever left one is still in
    /// it: a matter of milliseconds.
    pub(super) fn fetch_parts(&self) {
        let (shared, commands, id) = (self.shared.clone(), self.commands.clone(), self.id);
        tokio::spawn(async move {
            let parts = open::closed_parts(&shared.store, id).await;
            let _ = commands.send(Command::Parts(parts));
        });
    }

    pub(super) fn take_parts(&mut self, parts: Result<Vec<LivePart>, OpenMeetingError>) -> Next {
        let parts = match parts {
            Ok(parts) => parts,
            Err(error) => {
                // Who may read what is not known: nobody is sent anything until it is.
                tracing::error!(error = &error as &dyn std::error::Error, "closed sessions can't be read");
                return Next::Reload(CloseCode::ServerFault);
            }
        };
        let documents: Vec<DocumentId> = parts.iter().map(|part| part.document).collect();
        let next = self.feed(Event::Parts { parts });
        for document in documents {
            self.tell_readers(document);
        }
        next
    }

    pub(super) fn tell_readers(&self, document: DocumentId) {
        for peer in self.room.readers(document) {
            self.notify(peer, &Notice::Beside);
        }
    }

    /// Asks the library what somebody lacks, elsewhere.
    pub(super) fn repair(&self, peer: PeerId, material: Material, message: Vec<u8>) {
        self.shared.metrics.repairs.inc();
        let (shared, commands, document) = (self.shared.clone(), self.commands.clone(), material.document);
        tokio::spawn(async move {
            let outcome = shared.workshop.repair(material, message).await;
            let _ = commands.send(Command::Repaired { peer, document, outcome });
        });
    }
}
