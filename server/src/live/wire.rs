//! The automerge-repo WebSocket protocol, version 1: one CBOR map a frame.
//!
//! Every decoder here is bounded by the frame it is given, and nothing a client says about itself is believed: its
//! peer id is only ever sent back to it.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use minutes::ids::{DocumentId, PersonId};
use minutes::record::Role;
use uuid::Uuid;

/// The largest frame a client may send: a long paste, not a flood.
pub const MAX_INBOUND_BYTES: usize = 2 * 1024 * 1024;
/// The largest presence message: a caret and a place.
pub const MAX_PRESENCE_BYTES: usize = 4 * 1024;
const MAX_PEER_ID_BYTES: usize = 200;

/// The peer id the server goes by. It says nothing about the installation.
pub const SERVER_PEER: &str = "accord";

#[derive(Debug, PartialEq, Eq)]
pub enum Inbound {
    Join {
        peer_id: String,
        ours: bool,
        speaks_version_1: bool,
    },
    Sync {
        document: DocumentId,
        data: Vec<u8>,
    },
    /// `sender` as claimed: a stock client also passes on what it heard from others, and that is not its own.
    Presence {
        sender: String,
        document: DocumentId,
        data: Vec<u8>,
    },
    /// A sync message for a document id that is not one of ours in form.
    UnknownDocument {
        document: String,
    },
    Leave,
    /// Something of the protocol that needs no answer.
    Ignored,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a frame of the automerge-repo protocol: {0}")]
pub struct Malformed(&'static str);

/// The fields any message may carry.
#[derive(Default)]
struct Fields {
    kind: String,
    sender: String,
    document: String,
    data: Option<Vec<u8>>,
    ours: bool,
    versions: Option<Vec<String>>,
}

pub fn decode(frame: &[u8]) -> Result<Inbound, Malformed> {
    let fields = fields(frame).map_err(|_| Malformed("it is not a CBOR map of known shape"))?;
    match fields.kind.as_str() {
        "join" => {
            if fields.sender.is_empty() || fields.sender.len() > MAX_PEER_ID_BYTES {
                return Err(Malformed("a peer id has 1 to 200 bytes"));
            }
            let speaks_version_1 = fields.versions.is_none_or(|versions| versions.iter().any(|v| v == "1"));
            Ok(Inbound::Join { peer_id: fields.sender, ours: fields.ours, speaks_version_1 })
        }
        "request" | "sync" => match (document_id(&fields.document), fields.data) {
            (Some(document), Some(data)) => Ok(Inbound::Sync { document, data }),
            (None, Some(_)) if fields.document.len() <= 100 => {
                Ok(Inbound::UnknownDocument { document: fields.document })
            }
            _ => Err(Malformed("a sync message names a document and carries data")),
        },
        "ephemeral" => match (document_id(&fields.document), fields.data) {
            (Some(document), Some(data)) if data.len() <= MAX_PRESENCE_BYTES && is_one_cbor_item(&data) => {
                Ok(Inbound::Presence { sender: fields.sender, document, data })
            }
            _ => Err(Malformed("a presence message names a document and carries one small CBOR item")),
        },
        "leave" => Ok(Inbound::Leave),
        "doc-unavailable" | "remote-subscription-change" | "remote-heads-changed" | "error" => Ok(Inbound::Ignored),
        _ => Err(Malformed("the type is not known")),
    }
}

fn fields(frame: &[u8]) -> Result<Fields, minicbor::decode::Error> {
    let mut d = Decoder::new(frame);
    let mut fields = Fields::default();
    let mut left = d.map()?;
    while !map_ends(&mut d, &mut left)? {
        match d.str()? {
            "type" => fields.kind = d.str()?.to_owned(),
            "senderId" => fields.sender = d.str()?.to_owned(),
            "documentId" => fields.document = d.str()?.to_owned(),
            "data" => fields.data = Some(d.bytes()?.to_vec()),
            "peerMetadata" | "metadata" if d.datatype()? == Type::Map => fields.ours = says_accord(&mut d)?,
            "supportedProtocolVersions" if d.datatype()? == Type::Array => fields.versions = Some(versions(&mut d)?),
            _ => d.skip()?,
        }
    }
    if d.position() == frame.len() { Ok(fields) } else { Err(minicbor::decode::Error::message("left-over bytes")) }
}

fn map_ends(d: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, minicbor::decode::Error> {
    match left {
        Some(0) => Ok(true),
        Some(n) => {
            *n -= 1;
            Ok(false)
        }
        None if d.datatype()? == Type::Break => {
            d.skip()?;
            Ok(true)
        }
        None => Ok(false),
    }
}

fn says_accord(d: &mut Decoder<'_>) -> Result<bool, minicbor::decode::Error> {
    let mut left = d.map()?;
    let mut ours = false;
    while !map_ends(d, &mut left)? {
        if d.str()? == "accord" {
            ours = true;
        }
        d.skip()?;
    }
    Ok(ours)
}

fn versions(d: &mut Decoder<'_>) -> Result<Vec<String>, minicbor::decode::Error> {
    d.array_iter::<&str>()?.take(16).map(|version| version.map(str::to_owned)).collect()
}

fn is_one_cbor_item(bytes: &[u8]) -> bool {
    let mut d = Decoder::new(bytes);
    d.skip().is_ok() && d.position() == bytes.len()
}

/// bs58check of the 16 bytes of the id, as automerge-repo writes it.
pub fn document_id_text(id: DocumentId) -> String {
    bs58::encode(id.0.as_bytes()).with_check().into_string()
}

/// The library's own check accepts any length; ours are 16 bytes.
pub fn document_id(text: &str) -> Option<DocumentId> {
    if text.len() > 40 {
        return None;
    }
    let bytes = bs58::decode(text).with_check(None).into_vec().ok()?;
    Uuid::from_slice(&bytes).ok().map(DocumentId)
}

type Encoded = Result<(), minicbor::encode::Error<std::convert::Infallible>>;

/// Writing CBOR to memory can't fail; should it ever, nothing is sent.
fn frame(write: impl FnOnce(&mut Encoder<&mut Vec<u8>>) -> Encoded) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    match write(&mut Encoder::new(&mut out)) {
        Ok(()) => out,
        Err(_) => Vec::new(),
    }
}

pub fn peer(target: &str, storage_id: &str) -> Vec<u8> {
    frame(|e| {
        e.map(5)?.str("type")?.str("peer")?.str("senderId")?.str(SERVER_PEER)?;
        e.str("targetId")?.str(target)?.str("selectedProtocolVersion")?.str("1")?;
        e.str("peerMetadata")?.map(2)?.str("storageId")?.str(storage_id)?.str("isEphemeral")?.bool(false)?;
        Ok(())
    })
}

pub fn error(target: &str, message: &str) -> Vec<u8> {
    frame(|e| {
        e.map(4)?.str("type")?.str("error")?.str("senderId")?.str(SERVER_PEER)?;
        e.str("targetId")?.str(target)?.str("message")?.str(message)?;
        Ok(())
    })
}

/// A sync message but for whom it is to, which comes last: written once for everybody. `document` as text.
pub fn sync_body(document: &str, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + 160);
    let written: Encoded = (|| {
        let mut e = Encoder::new(&mut out);
        e.map(5)?.str("type")?.str("sync")?.str("senderId")?.str(SERVER_PEER)?;
        e.str("documentId")?.str(document)?.str("data")?.bytes(data)?;
        Ok(())
    })();
    if written.is_err() {
        out.clear();
    }
    out
}

/// The frame of such a message for one peer.
pub fn addressed(body: &[u8], target: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + target.len() + 16);
    out.extend_from_slice(body);
    // Writing CBOR to memory can't fail.
    let _ = Encoder::new(&mut out).str("targetId").and_then(|e| e.str(target).map(|_| ()));
    out
}

pub fn unavailable(target: &str, document: &str) -> Vec<u8> {
    frame(|e| {
        e.map(4)?.str("type")?.str("doc-unavailable")?.str("senderId")?.str(SERVER_PEER)?;
        e.str("targetId")?.str(target)?.str("documentId")?.str(document)?;
        Ok(())
    })
}

/// Presence as the server vouches for it: who it is, then whatever they sent.
pub fn presence(target: &str, from: &str, count: u64, document: DocumentId, person: PersonId, body: &[u8]) -> Vec<u8> {
    let stamped = {
        let mut bytes = frame(|e| {
            e.map(2)?.str("person")?.str(&person.to_string())?.str("body")?;
            Ok(())
        });
        bytes.extend_from_slice(body);
        bytes
    };
    frame(|e| {
        e.map(7)?.str("type")?.str("ephemeral")?.str("senderId")?.str(from)?.str("targetId")?.str(target)?;
        e.str("documentId")?.str(&document_id_text(document))?.str("sessionId")?.str(from)?;
        e.str("count")?.u64(count)?.str("data")?.bytes(&stamped)?;
        Ok(())
    })
}

/// Something only our own client understands; the stock client is never sent one.
#[derive(Debug, Clone, Copy)]
pub enum Notice<'a> {
    Roster(&'a [PersonId]),
    Locking,
    Unlocked,
    Locked {
        url: &'a str,
    },
    Refused {
        document: DocumentId,
        code: &'a str,
        reason: &'a str,
    },
    Storage {
        ok: bool,
    },
    /// What the reader is at the meeting from now on.
    Role(Role),
    /// Something beside the documents has changed, or which of them there are: ask for it. It says not what, so that it
    /// tells nothing to whoever may not know.
    Beside,
}

pub fn notice(target: &str, notice: &Notice<'_>) -> Vec<u8> {
    frame(|e| {
        let fields = match notice {
            Notice::Locking | Notice::Unlocked | Notice::Beside => 4,
            Notice::Roster(_) | Notice::Locked { .. } | Notice::Storage { .. } | Notice::Role(_) => 5,
            Notice::Refused { .. } => 7,
        };
        e.map(fields)?.str("type")?.str("accord")?.str("senderId")?.str(SERVER_PEER)?.str("targetId")?.str(target)?;
        e.str("event")?;
        match notice {
            Notice::Roster(people) => {
                e.str("roster")?.str("people")?.array(people.len() as u64)?;
                for person in *people {
                    e.str(&person.to_string())?;
                }
            }
            Notice::Locking => {
                e.str("locking")?;
            }
            Notice::Unlocked => {
                e.str("unlocked")?;
            }
            Notice::Locked { url } => {
                e.str("locked")?.str("url")?.str(url)?;
            }
            Notice::Refused { document, code, reason } => {
                e.str("refused")?.str("documentId")?.str(&document_id_text(*document))?;
                e.str("code")?.str(code)?.str("reason")?.str(reason)?;
            }
            Notice::Storage { ok } => {
                e.str("storage")?.str("ok")?.bool(*ok)?;
            }
            Notice::Beside => {
                e.str("beside")?;
            }
            Notice::Role(role) => {
                e.str("role")?.str("role")?.str(role.as_str())?;
            }
        }
        Ok(())
    })
}

/// Why a socket is closed, as a code the page knows what to do about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseCode {
    Malformed = 4400,
    SignedOut = 4401,
    NotAllowed = 4403,
    Refused = 4409,
    PartsChanged = 4410,
    TooLarge = 4413,
    Locked = 4423,
    TooMany = 4429,
    ServerFault = 4500,
    StorageFailing = 4503,
}

impl CloseCode {
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "the message could not be read",
            Self::SignedOut => "signed out",
            Self::NotAllowed => "not allowed",
            Self::Refused => "a change was refused",
            Self::PartsChanged => "what you may read has changed; connect again",
            Self::TooLarge => "too large",
            Self::Locked => "the record is locked",
            Self::TooMany => "too many messages",
            Self::ServerFault => "the server must reload this meeting; connect again",
            Self::StorageFailing => "the server can't store now; connect again later",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// What a stock client sends first, as captured.
    const STOCK_JOIN: &str = "b900046474797065646a6f696e6873656e64657249646a636c69656e742d6162636c706565724d65746164617461b900026973746f726167654964f76b6973457068656d6572616cf57819737570706f7274656450726f746f636f6c56657273696f6e73816131";

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
    }

    #[test]
    fn a_stock_clients_join_is_understood() {
        let join = Inbound::Join { peer_id: "client-abc".into(), ours: false, speaks_version_1: true };
        assert_eq!(decode(&hex(STOCK_JOIN)), Ok(join));
    }

    #[test]
    fn every_cut_and_every_flip_of_a_frame_is_an_answer_not_a_panic() {
        let frame = hex(STOCK_JOIN);
        for cut in 0..frame.len() {
            assert!(decode(&frame[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..frame.len() {
            for bit in 0..8 {
                let mut flipped = frame.clone();
                flipped[at] ^= 1 << bit;
                let _ = decode(&flipped);
            }
        }
    }

    #[test]
    fn document_ids_have_sixteen_bytes_and_a_checksum() {
        let id = DocumentId(Uuid::from_u128(0x1234_5678));
        let text = document_id_text(id);
        assert_eq!(document_id(&text), Some(id));
        assert_eq!(document_id(&text[1..]), None);
        assert_eq!(document_id(&bs58::encode([1_u8; 15]).with_check().into_string()), None);
        assert_eq!(document_id(""), None);
    }

    #[test]
    fn presence_carries_the_servers_word_for_who_it_is() {
        let body = [0x63, b'y', b'o', b'u']; // "you"
        let person = PersonId(Uuid::from_u128(9));
        let bytes = presence("t", "f", 1, DocumentId(Uuid::nil()), person, &body);
        let mut d = Decoder::new(&bytes);
        let entries = d.map().unwrap().unwrap();
        let data = (0..entries)
            .find_map(|_| match d.str().unwrap() {
                "data" => Some(d.bytes().unwrap().to_vec()),
                _ => {
                    d.skip().unwrap();
                    None
                }
            })
            .unwrap();
        let mut d = Decoder::new(&data);
        assert_eq!(d.map().unwrap(), Some(2));
        assert_eq!((d.str().unwrap(), d.str().unwrap()), ("person", person.to_string().as_str()));
        assert_eq!((d.str().unwrap(), d.str().unwrap()), ("body", "you"));
    }
}
