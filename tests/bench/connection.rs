//! One client's socket: bytes in, bytes out, neither ever waited for.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};

use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, socket_with};

use crate::Outcome;
use crate::websocket;

pub struct Connection {
    pub stream: TcpStream,
    /// Received and not yet understood.
    inbox: Vec<u8>,
    /// To be sent.
    pub outbox: Vec<u8>,
    /// The frames of a message of which more is to come.
    fragments: Vec<u8>,
    is_upgraded: bool,
    pub is_closed: bool,
    pub received: u64,
}

/// What the other side said, one at a time.
pub enum Heard<'a> {
    /// The connection stands.
    Upgraded,
    Message(&'a [u8]),
}

impl Connection {
    /// Begins to connect, and will ask for `path`.
    pub fn open(port: u16, path: &str) -> Outcome<Self> {
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
        match connect(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)) {
            Ok(()) | Err(rustix::io::Errno::INPROGRESS) => {}
            Err(error) => return Err(error.into()),
        }
        let stream = TcpStream::from(socket);
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            inbox: Vec::new(),
            outbox: websocket::upgrade(path),
            fragments: Vec::new(),
            is_upgraded: false,
            is_closed: false,
            received: 0,
        })
    }

    pub fn push_binary(out: &mut Vec<u8>, parts: &[&[u8]]) {
        websocket::push_frame(out, websocket::BINARY, parts);
    }

    /// Sends what the socket takes.
    pub fn flush(&mut self) -> Outcome<()> {
        let mut sent = 0;
        while sent < self.outbox.len() && !self.is_closed {
            match self.stream.write(&self.outbox[sent..]) {
                Ok(count) => sent += count,
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected) => break,
                Err(error) => return Err(error.into()),
            }
        }
        self.outbox.drain(..sent);
        Ok(())
    }

    /// Reads once; how many bytes, or `None` when there is nothing to read now. Nought is the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> Outcome<Option<usize>> {
        match self.stream.read(buffer) {
            Ok(count) => {
                self.received += count as u64;
                Ok(Some(count))
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes what was received apart. What is said meanwhile goes to the outbox.
    pub fn digest(
        &mut self,
        received: &[u8],
        mut heard: impl FnMut(Heard<'_>, &mut Vec<u8>) -> Outcome<()>,
    ) -> Outcome<()> {
        // Mostly there is nothing left from before, and nothing needs to be copied.
        let mut kept = std::mem::take(&mut self.inbox);
        let bytes = if kept.is_empty() {
            received
        } else {
            kept.extend_from_slice(received);
            &kept
        };
        let digested = self.understand(bytes, &mut heard)?;
        if kept.is_empty() {
            self.inbox.extend_from_slice(&received[digested..]);
        } else {
            kept.drain(..digested);
            self.inbox = kept;
        }
        Ok(())
    }

    fn understand(
        &mut self,
        bytes: &[u8],
        heard: &mut impl FnMut(Heard<'_>, &mut Vec<u8>) -> Outcome<()>,
    ) -> Outcome<usize> {
        let mut at = 0;
        if !self.is_upgraded {
            let Some(head) = websocket::upgraded(bytes)? else { return Ok(0) };
            self.is_upgraded = true;
            at = head;
            heard(Heard::Upgraded, &mut self.outbox)?;
        }
        while let Some(frame) = websocket::first_frame(&bytes[at..]) {
            match frame.opcode {
                websocket::BINARY if frame.is_last => heard(Heard::Message(frame.payload), &mut self.outbox)?,
                websocket::BINARY | websocket::CONTINUATION => {
                    self.fragments.extend_from_slice(frame.payload);
                    if frame.is_last {
                        let whole = std::mem::take(&mut self.fragments);
                        heard(Heard::Message(&whole), &mut self.outbox)?;
                    }
                }
                websocket::PING => websocket::push_frame(&mut self.outbox, websocket::PONG, &[frame.payload]),
                websocket::CLOSE => return Err(goodbye(frame.payload).into()),
                _ => {}
            }
            at += frame.length;
        }
        Ok(at)
    }
}

fn goodbye(payload: &[u8]) -> String {
    match payload.split_first_chunk() {
        Some((code, reason)) => {
            format!("closed by the server, {}: {}", u16::from_be_bytes(*code), String::from_utf8_lossy(reason))
        }
        None => "closed by the server".to_owned(),
    }
}
