//! Where documents are made, on threads that may take their time and beside each other only as far as the machine has
//! processors to spare: Automerge takes a second to load a long record. A panic in it costs the one who asked an answer.

use std::sync::Arc;

use minutes::document::{DocumentError, Snapshot};
use minutes::ids::DocumentId;
use minutes::record::PartRecord;
use minutes::room::Material;
use tokio::sync::Semaphore;

use super::LiveError;

#[derive(Clone)]
pub(super) struct Workshop {
    benches: Arc<Semaphore>,
}

impl Workshop {
    pub(super) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { benches: Arc::new(Semaphore::new(processors.div_ceil(2))) }
    }

    /// What the parts hold.
    pub(super) async fn read(
        &self,
        parts: Vec<Material>,
        section_order: Arc<[String]>,
    ) -> Result<Vec<PartRecord>, LiveError> {
        self.work(move || {
            let read = |part: &Material| part.read(&section_order).map_err(|source| unreadable(part.document, source));
            parts.iter().map(read).collect()
        })
        .await
    }

    pub(super) async fn repair(&self, material: Material, message: Vec<u8>) -> Result<Vec<Vec<u8>>, LiveError> {
        self.work(move || material.repair(&message).map_err(|source| unreadable(material.document, source))).await
    }

    pub(super) async fn snapshot(&self, material: Material) -> Result<Snapshot, LiveError> {
        self.work(move || material.snapshot().map_err(|source| unreadable(material.document, source))).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, LiveError> + Send + 'static,
    ) -> Result<T, LiveError> {
        let _bench = self.benches.acquire().await.map_err(|_| LiveError::Gone)?;
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(LiveError::LibraryFailed))
    }
}

fn unreadable(document: DocumentId, source: DocumentError) -> LiveError {
    LiveError::Unreadable { document, source: Box::new(source) }
}
