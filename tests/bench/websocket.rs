//! Just enough of a WebSocket client for loopback: the upgrade, and frames of both directions.

use crate::Outcome;

pub const CONTINUATION: u8 = 0;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

pub fn upgrade(path: &str) -> Vec<u8> {
    // The key is any sixteen bytes; what the server makes of it is not checked.
    format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2l4dGVlbiBieXRlcyBvaw==\r\n\r\n"
    )
    .into_bytes()
}

/// How long the answer's head is, once all of it is there; an error if it is not the answer hoped for.
pub fn upgraded(answer: &[u8]) -> Outcome<Option<usize>> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    if answer.starts_with(b"HTTP/1.1 101 ") {
        return Ok(Some(end + 4));
    }
    let status = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
    Err(format!("not let in: {}", String::from_utf8_lossy(status)).into())
}

/// Appends a frame made of these parts. The mask is all zeroes, which is valid and spares a pass over the payload.
pub fn push_frame(out: &mut Vec<u8>, opcode: u8, parts: &[&[u8]]) {
    const MASKED: u8 = 0x80;
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.push(0x80 | opcode);
    if let Ok(short) = u8::try_from(length)
        && short < 126
    {
        out.push(MASKED | short);
    } else if let Ok(medium) = u16::try_from(length) {
        out.push(MASKED | 126);
        out.extend(medium.to_be_bytes());
    } else {
        out.push(MASKED | 127);
        out.extend((length as u64).to_be_bytes());
    }
    out.extend([0; 4]);
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// A frame from the server, which masks nothing.
pub struct Frame<'a> {
    pub is_last: bool,
    pub opcode: u8,
    pub payload: &'a [u8],
    /// With its head.
    pub length: usize,
}

/// The first frame of what was received, if all of it is there.
pub fn first_frame(received: &[u8]) -> Option<Frame<'_>> {
    let (&[first, second], rest) = received.split_first_chunk::<2>()?;
    let (length, head): (usize, usize) = match second & 0x7f {
        126 => (usize::from(u16::from_be_bytes(*rest.first_chunk()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?, 10),
        short => (usize::from(short), 2),
    };
    let payload = received.get(head..head.checked_add(length)?)?;
    Some(Frame { is_last: first & 0x80 != 0, opcode: first & 0x0f, payload, length: head + length })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_every_size_are_read_whole_or_not_at_all() {
        for length in [0, 125, 126, 65_535, 65_536] {
            let payload = vec![7; length];
            let mut masked = Vec::new();
            push_frame(&mut masked, BINARY, &[&payload[..length / 2], &payload[length / 2..]]);
            // The server's frames have no mask bit and no mask.
            let head = masked.len() - length - 4;
            let mut plain = masked[..head].to_vec();
            plain[1] &= 0x7f;
            plain.extend(&payload);
            let frame = first_frame(&plain).expect("a whole frame");
            assert_eq!(
                (frame.opcode, frame.is_last, frame.payload, frame.length),
                (BINARY, true, &payload[..], plain.len())
            );
            assert!(first_frame(&plain[..plain.len() - 1]).is_none(), "{length}, cut short");
        }
    }

    #[test]
    fn a_refusal_is_told_with_its_status() {
        assert_eq!(upgraded(b"HTTP/1.1 101 Switching").unwrap(), None);
        assert_eq!(upgraded(b"HTTP/1.1 101 Switching Protocols\r\n\r\nxy").unwrap(), Some(36));
        let error = upgraded(b"HTTP/1.1 401 Unauthorized\r\nA: b\r\n\r\n").unwrap_err();
        assert_eq!(error.to_string(), "not let in: HTTP/1.1 401 Unauthorized");
    }
}
