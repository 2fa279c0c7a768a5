//! What goes over the socket: the frames of automerge-repo, the sync messages in them, the changes in those.

use minicbor::{Decoder, Encoder};

use crate::bytes::{Reader, push_number};
use crate::keystroke::{Actor, CHANGE, Hash, MAGIC, hash};

/// Says that whole documents and concatenated changes are understood.
const FLAGS: [u8; 3] = [2, 2, 0x84];
const SYNC_V1: u8 = 0x42;
const SYNC_V2: u8 = 0x43;
const DOCUMENT: u8 = 0;

/// What a client says first.
pub fn join(me: &str) -> Vec<u8> {
    written(|e| {
        e.map(4)?.str("type")?.str("join")?.str("senderId")?.str(me)?;
        e.str("peerMetadata")?.map(1)?.str("isEphemeral")?.bool(true)?;
        e.str("supportedProtocolVersions")?.array(1)?.str("1")?;
        Ok(())
    })
}

/// A frame for a document up to its data, which changes with every message.
pub fn before_data(kind: &str, me: &str, server: &str, document: &str) -> Vec<u8> {
    written(|e| {
        e.map(5)?.str("type")?.str(kind)?.str("senderId")?.str(me)?.str("targetId")?.str(server)?;
        e.str("documentId")?.str(document)?.str("data")?;
        Ok(())
    })
}

/// The head of the byte string that ends the frame.
pub fn data_head(length: usize) -> Vec<u8> {
    written(|e| {
        e.bytes_len(length as u64)?;
        Ok(())
    })
}

type Written = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

/// Writing CBOR to memory can't fail; should it ever, the other side finds nothing to read.
fn written(write: impl FnOnce(&mut Encoder<&mut Vec<u8>>) -> Written) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    match write(&mut Encoder::new(&mut out)) {
        Ok(()) => out,
        Err(_) => Vec::new(),
    }
}

/// What the generator reads of a frame.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Envelope<'a> {
    pub kind: &'a str,
    pub sender: &'a str,
    pub data: &'a [u8],
}

/// Reads a frame, whose fields may come in any order.
pub fn envelope(frame: &[u8]) -> Option<Envelope<'_>> {
    let mut d = Decoder::new(frame);
    let mut envelope = Envelope::default();
    for _ in 0..d.map().ok()?? {
        match d.str().ok()? {
            "type" => envelope.kind = d.str().ok()?,
            "senderId" => envelope.sender = d.str().ok()?,
            "data" if envelope.kind != "ephemeral" => envelope.data = d.bytes().ok()?,
            _ => d.skip().ok()?,
        }
    }
    Some(envelope)
}

/// What may be sent to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Changes, one by one.
    Changes,
    /// Whole documents too. For a short one, the library would send all of it instead of every third change.
    Documents,
}

/// A sync message that says what we have and brings changes, if any. `asked` are hashes we want.
pub fn sync_message(takes: Takes, heads: &[Hash], asked: &[Hash], changes: &[&[u8]]) -> Vec<u8> {
    let size: usize = changes.iter().map(|change| change.len() + 4).sum();
    let mut out = Vec::with_capacity(16 + 32 * (2 * heads.len() + asked.len()) + size);
    out.push(SYNC_V1);
    push_hashes(&mut out, heads);
    push_hashes(&mut out, asked);
    // We have all up to our heads, and a Bloom filter of nothing beyond them: the cheapest thing to answer.
    out.push(1);
    push_hashes(&mut out, heads);
    out.push(0);
    push_number(&mut out, changes.len() as u64);
    for change in changes {
        push_number(&mut out, change.len() as u64);
        out.extend_from_slice(change);
    }
    if takes == Takes::Documents {
        out.extend(FLAGS);
    }
    out
}

fn push_hashes(out: &mut Vec<u8>, hashes: &[Hash]) {
    push_number(out, hashes.len() as u64);
    for hash in hashes {
        out.extend_from_slice(hash);
    }
}

/// What the server says it has, asks for and brings.
pub struct SyncMessage<'a> {
    pub heads: &'a [Hash],
    pub asks: bool,
    changes: Reader<'a>,
    /// How many blobs of chunks are left in `changes`.
    blobs: u64,
}

impl<'a> SyncMessage<'a> {
    pub fn read(data: &'a [u8]) -> Option<Self> {
        let mut reader = Reader::new(data);
        if !matches!(reader.byte()?, SYNC_V1 | SYNC_V2) {
            return None;
        }
        let heads = hashes(&mut reader)?;
        let asks = !hashes(&mut reader)?.is_empty();
        for _ in 0..reader.number()? {
            hashes(&mut reader)?;
            reader.prefixed()?;
        }
        let blobs = reader.number()?;
        Some(Self { heads, asks, changes: reader, blobs })
    }

    pub const fn brings_changes(&self) -> bool {
        self.blobs > 0
    }

    /// Every chunk of every blob: version 1 has one chunk to a blob, version 2 all of them in one. `None` from `read`
    /// is a chunk that can't be read.
    pub fn chunks(&self, mut read: impl FnMut(Chunk<'a>, &'a [u8])) -> Option<()> {
        let mut changes = self.changes;
        for _ in 0..self.blobs {
            let mut blob = Reader::new(changes.prefixed()?);
            while !blob.is_empty() {
                let before = blob.rest();
                let chunk = Chunk::read(&mut blob)?;
                read(chunk, &before[..before.len() - blob.rest().len()]);
            }
        }
        Some(())
    }
}

fn hashes<'a>(reader: &mut Reader<'a>) -> Option<&'a [Hash]> {
    let count = usize::try_from(reader.number()?).ok()?;
    let (hashes, _) = reader.take(count.checked_mul(32)?)?.as_chunks();
    Some(hashes)
}

pub enum Chunk<'a> {
    /// A whole document, and how far it goes.
    Document {
        heads: &'a [Hash],
    },
    Change(ChangeHead<'a>),
}

/// The front of a change: all there is to know of it without its operations.
pub struct ChangeHead<'a> {
    pub builds_on: &'a [Hash],
    pub actor: &'a [u8],
    pub sequence: u64,
    body: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        if reader.take(4)? != MAGIC {
            return None;
        }
        reader.take(4)?;
        let kind = reader.byte()?;
        let body = reader.prefixed()?;
        let mut inside = Reader::new(body);
        match kind {
            DOCUMENT => {
                for _ in 0..inside.number()? {
                    inside.prefixed()?;
                }
                Some(Self::Document { heads: hashes(&mut inside)? })
            }
            CHANGE => Some(Self::Change(ChangeHead {
                builds_on: hashes(&mut inside)?,
                actor: inside.prefixed()?,
                sequence: inside.number()?,
                body,
            })),
            // Compressed changes and bundles: no client of ours sends any, so the server has none to pass on.
            _ => None,
        }
    }
}

impl ChangeHead<'_> {
    pub fn hash(&self) -> Hash {
        hash(CHANGE, self.body)
    }

    pub fn actor(&self) -> Option<&Actor> {
        self.actor.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use automerge::sync::{self, SyncDoc};
    use automerge::transaction::Transactable;
    use automerge::{ActorId, AutoCommit, ROOT};

    use super::*;

    const ACTOR: Actor = [5; 16];

    fn document(changes: usize) -> AutoCommit {
        let mut doc = AutoCommit::new().with_actor(ActorId::from(ACTOR.as_slice()));
        for number in 0..changes {
            doc.put(ROOT, "number", number as i64).unwrap();
            doc.commit();
        }
        doc
    }

    fn heads(doc: &mut AutoCommit) -> Vec<Hash> {
        doc.get_heads().into_iter().map(|head| head.0).collect()
    }

    #[test]
    fn our_messages_are_the_librarys() {
        let mut doc = document(2);
        let heads = heads(&mut doc);
        let change = doc.get_last_local_change().unwrap().raw_bytes().to_vec();
        let ours = sync_message(Takes::Documents, &heads, &heads, &[&change]);
        let read = sync::Message::decode(&ours).unwrap();
        assert_eq!(read.heads.iter().map(|head| head.0).collect::<Vec<_>>(), heads);
        assert_eq!((read.need.len(), read.have.len(), read.changes.len()), (1, 1, 1));
        assert_eq!(read.have[0].last_sync, read.heads);
        assert_eq!(read.encode(), ours);
    }

    #[test]
    fn the_librarys_messages_are_read_whether_they_bring_a_document_or_changes() {
        let mut server = document(30);
        let (mut state, mut held) = (sync::State::new(), document(28));
        // To one who has nothing, the library sends the document; to one who has most of it, changes.
        let nothing = sync::Message::decode(&sync_message(Takes::Documents, &[], &[], &[])).unwrap();
        server.sync().receive_sync_message(&mut state, nothing).unwrap();
        let answer = server.sync().generate_sync_message(&mut state).unwrap().encode();
        let message = SyncMessage::read(&answer).unwrap();
        assert_eq!(message.heads, heads(&mut server));
        let mut documents = 0;
        message
            .chunks(|chunk, bytes| match chunk {
                Chunk::Document { heads: of_document } => {
                    documents += 1;
                    assert_eq!(of_document, heads(&mut server));
                    assert_eq!(bytes, server.save());
                }
                Chunk::Change(_) => panic!("a document was to be expected"),
            })
            .unwrap();
        assert_eq!(documents, 1);

        let mut state = sync::State::new();
        let most = sync::Message::decode(&sync_message(Takes::Documents, &heads(&mut held), &[], &[])).unwrap();
        server.sync().receive_sync_message(&mut state, most).unwrap();
        let answer = server.sync().generate_sync_message(&mut state).unwrap().encode();
        let mut found = Vec::new();
        let message = SyncMessage::read(&answer).unwrap();
        message
            .chunks(|chunk, _| match chunk {
                Chunk::Change(change) => found.push((change.hash(), change.sequence)),
                Chunk::Document { .. } => panic!("changes were to be expected"),
            })
            .unwrap();
        let expected = server.get_changes(&held.get_heads()).into_iter();
        assert_eq!(found, expected.map(|c| (c.hash().0, c.seq())).collect::<Vec<_>>());
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_frames_fields_are_found_in_any_order() {
        let mut frame = before_data("sync", "me", "accord", "document");
        frame.extend(data_head(3));
        frame.extend([1, 2, 3]);
        assert_eq!(envelope(&frame), Some(Envelope { kind: "sync", sender: "me", data: &[1, 2, 3] }));
        let turned = written(|e| {
            e.map(3)?.str("data")?.bytes(&[4])?.str("count")?.u8(1)?.str("type")?.str("request")?;
            Ok(())
        });
        assert_eq!(envelope(&turned), Some(Envelope { kind: "request", sender: "", data: &[4] }));
        assert_eq!(envelope(&frame[..frame.len() - 1]), None);
    }
}
