//! Messages of the Automerge sync protocol. Those from clients are decoded by the library, within bounds; ours are
//! written here, since the library would copy a whole record to wrap it.

use automerge::Automerge;
use automerge::ChangeHash;
use automerge::sync::{ChunkList, Message, State, SyncDoc};

use crate::change::Refusal;
use crate::document::DocumentError;

/// The first byte of a message of version 1, which carries changes one by one.
const VERSION_1: u8 = 0x42;
/// Two bytes of flags: version 2 is understood, as all who send flags do, and nothing is taken in.
const READ_ONLY: [u8; 3] = [2, 0x02, 0x80 | 0x02];

/// A message that says what we hold, what we want to see, and brings changes.
///
/// Its `have` names our heads and an empty filter: whoever reads it sends all that they have beyond these. Without
/// flags, while a meeting is open, clients send plain changes only, never whole documents.
pub(super) fn encode(heads: &[ChangeHash], need: &[ChangeHash], changes: &[&[u8]], read_only: bool) -> Vec<u8> {
    let size: usize = changes.iter().map(|change| change.len() + 5).sum();
    let mut out = Vec::with_capacity(size + 32 * (2 * heads.len() + need.len()) + 32);
    out.push(VERSION_1);
    hashes(&mut out, heads);
    hashes(&mut out, need);
    out.push(1);
    hashes(&mut out, heads);
    out.push(0);
    number(&mut out, changes.len());
    for change in changes {
        number(&mut out, change.len());
        out.extend_from_slice(change);
    }
    if read_only {
        out.extend(READ_ONLY);
    }
    out
}

fn hashes(out: &mut Vec<u8>, hashes: &[ChangeHash]) {
    number(out, hashes.len());
    for hash in hashes {
        out.extend(hash.0);
    }
}

fn number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Decodes a sync message and refuses what the library would believe and choke on.
pub(super) fn decode(data: &[u8]) -> Result<Message, Refusal> {
    let mut message = Message::decode(data).map_err(|_| Refusal::Malformed("it is not a sync message"))?;
    if message.have.len() > 16 || !message.have.iter().all(|have| filter_is_sane(&have.bloom.to_bytes())) {
        return Err(Refusal::Malformed("its summary of what it has is not one"));
    }
    // What is asked for a thousand times is sent once.
    message.need.sort_unstable();
    message.need.dedup();
    Ok(message)
}

/// The changes of `doc` that the sender of `data` lacks, by the library's own reckoning.
pub(super) fn changes_lacking(doc: &mut Automerge, data: &[u8]) -> Result<Vec<Vec<u8>>, DocumentError> {
    let unreadable = DocumentError::Missing("a message that can be read");
    let message = decode(data).map_err(|_| unreadable)?;
    let mut state = State::new();
    let told = Message { changes: ChunkList::empty(), ..message };
    doc.receive_sync_message(&mut state, told).map_err(DocumentError::Apply)?;
    // Whoever says they understand the other version would be sent the whole document for a third of it.
    state.their_capabilities = None;
    let answer = doc.generate_sync_message(&mut state);
    Ok(answer.map(|message| message.changes.iter().map(<[u8]>::to_vec).collect()).unwrap_or_default())
}

/// The number of probes of a Bloom filter is taken on trust by the library and allocated for: four thousand million
/// of them end the process. Ours and every known client's filters have 7.
fn filter_is_sane(bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return true;
    }
    let mut rest = bytes;
    let mut next = || {
        let end = rest.iter().position(|b| b & 0x80 == 0)?;
        let (number, after) = rest.split_at(end + 1);
        rest = after;
        (number.len() <= 5).then(|| number.iter().rev().fold(0_u64, |sum, b| (sum << 7) | u64::from(b & 0x7f)))
    };
    match (next(), next(), next()) {
        (Some(_), Some(1..=64), Some(1..=32)) => !rest.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use automerge::sync::{BloomFilter, Have, MessageFlags, MessageVersion};

    use super::*;

    #[test]
    fn messages_are_written_as_the_library_writes_them() {
        let hash = |n: u8| ChangeHash([n; 32]);
        let long = vec![7; 300];
        for (heads, need, changes, read_only) in [
            (vec![], vec![], vec![], false),
            (vec![hash(1)], vec![], vec![b"change".as_slice()], false),
            (vec![hash(1), hash(2)], vec![hash(3)], vec![long.as_slice(), b"", b"x"], true),
        ] {
            let mut flags = MessageFlags::new();
            flags.set(MessageFlags::READ_ONLY);
            let theirs = Message {
                heads: heads.clone(),
                need: need.clone(),
                have: vec![Have { last_sync: heads.clone(), bloom: BloomFilter::default() }],
                changes: ChunkList::from(changes.iter().map(|change| change.to_vec()).collect::<Vec<_>>()),
                flags: read_only.then_some(flags),
                version: MessageVersion::V1,
            };
            let ours = encode(&heads, &need, &changes, read_only);
            assert_eq!(ours, theirs.clone().encode());
            assert_eq!(decode(&ours).unwrap(), theirs);
        }
    }
}
