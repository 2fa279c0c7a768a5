//! Going through all that is stored, as an operator does at night or after a fault: every log, every snapshot, every
//! signed record, every copy. It reads and changes nothing.

use std::fmt;
use std::sync::Arc;

use minutes::canonical::sha256_hex;
use minutes::document::{self, ScrubFault};
use minutes::ids::{DocumentId, EditionId, RecordId};

use crate::signing::{self, Verdict};
use crate::store::{self, Store, StoreError};

#[derive(Debug, Default)]
pub struct Scrubbed {
    pub documents: usize,
    pub changes: usize,
    pub records: usize,
    pub editions: usize,
    pub faults: usize,
}

/// What is wrong with one thing, by its id alone.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("document {0}: {1}")]
    Document(DocumentId, #[source] ScrubFault),
    #[error("document {0}: its log is not made of changes")]
    Log(DocumentId),
    #[error("record {0}: it is not what its digest says")]
    RecordDigest(RecordId),
    #[error("record {0}: its signature does not hold")]
    RecordSignature(RecordId),
    #[error("edition {0}: the PDF is not what its digest says")]
    EditionPdf(EditionId),
    #[error("edition {0}: the JSON is not what its digest says")]
    EditionJson(EditionId),
}

/// Tells each fault as it is found.
pub async fn scrub_records(store: &Store, mut tell: impl FnMut(&Fault)) -> Result<Scrubbed, StoreError> {
    let mut scrubbed = Scrubbed::default();
    let mut note = |scrubbed: &mut Scrubbed, fault: Option<Fault>| {
        if let Some(fault) = fault {
            scrubbed.faults += 1;
            tell(&fault);
        }
    };
    for document in store.read(store::documents::all).await? {
        let (changes, fault) = document_fault(store, document.id).await?;
        scrubbed.documents += 1;
        scrubbed.changes += changes;
        note(&mut scrubbed, fault);
    }
    for record in store.read(store::records::all).await? {
        let fault = store.read(move |conn| record_fault(conn, record)).await?;
        scrubbed.records += 1;
        note(&mut scrubbed, fault);
    }
    for edition in store.read(store::editions::all).await? {
        let fault = store.read(move |conn| edition_fault(conn, &edition)).await?;
        scrubbed.editions += 1;
        note(&mut scrubbed, fault);
    }
    Ok(scrubbed)
}

/// How many changes a document has, and what is wrong with it. One consistent reading; the work after it.
async fn document_fault(store: &Store, document: DocumentId) -> Result<(usize, Option<Fault>), StoreError> {
    let stored = store
        .read(move |conn| {
            let log = store::changes::load_after(conn, document, 0);
            let (snapshot, owners) = (store::snapshots::get(conn, document)?, store::actors::owners(conn, document)?);
            Ok::<_, StoreError>((log, snapshot, owners))
        })
        .await?;
    let (log, snapshot, owners) = match stored {
        (Err(StoreError::Damaged), ..) => return Ok((0, Some(Fault::Log(document)))),
        (log, snapshot, owners) => (log?, snapshot, owners),
    };
    let log: Vec<Arc<[u8]>> = log.into_iter().map(Arc::from).collect();
    let changes = log.len();
    let outcome = tokio::task::spawn_blocking(move || document::scrub(&log, snapshot.as_ref(), &owners).err());
    let fault = outcome.await.map_err(|_| StoreError::Interrupted)?;
    Ok((changes, fault.map(|fault| Fault::Document(document, fault))))
}

fn record_fault(conn: &mut store::Connection, id: RecordId) -> Result<Option<Fault>, StoreError> {
    let Some(record) = store::records::get(conn, id)? else { return Ok(None) };
    if sha256_hex(&record.canonical) != record.sha256 {
        return Ok(Some(Fault::RecordDigest(id)));
    }
    let holds = matches!(signing::verify_record(&record.canonical, &record.signature, None), Verdict::Whole { .. });
    Ok((!holds).then_some(Fault::RecordSignature(id)))
}

fn edition_fault(
    conn: &mut store::Connection,
    edition: &store::editions::Edition,
) -> Result<Option<Fault>, StoreError> {
    let pdf = store::editions::get_pdf(conn, edition.id)?.unwrap_or_default();
    if sha256_hex(&pdf) != edition.pdf_sha256 {
        return Ok(Some(Fault::EditionPdf(edition.id)));
    }
    let json = store::editions::get_json(conn, edition.id)?.unwrap_or_default();
    Ok((sha256_hex(&json) != edition.json_sha256).then_some(Fault::EditionJson(edition.id)))
}

impl fmt::Display for Scrubbed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { documents, changes, records, editions, faults } = self;
        write!(
            f,
            "{documents} documents with {changes} changes, {records} signed records, {editions} editions: {}",
            if *faults == 0 { "all whole".to_owned() } else { format!("{faults} faults") }
        )
    }
}
