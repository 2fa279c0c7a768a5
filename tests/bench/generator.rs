//! All clients of a run, on one thread: connects them, hears them out, lets them edit when an edit is due.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::Outcome;
use crate::connection::{Connection, Heard};
use crate::ledger::{Due, Ledger};
use crate::time::{Nanos, nanos, now};

/// What clients say to one kind of server. Clients are numbered from nought; those of one room follow each other.
pub trait Protocol {
    fn path(&self, client: usize) -> String;
    /// The connection stands.
    fn opened(&mut self, client: usize, out: &mut Vec<u8>);
    fn heard(
        &mut self,
        client: usize,
        message: &[u8],
        now: Nanos,
        ledger: &mut Ledger,
        out: &mut Vec<u8>,
    ) -> Outcome<()>;
    fn edit(&mut self, client: usize, due: Due, ledger: &mut Ledger, out: &mut Vec<u8>);
    /// Whether a client has all that the server has.
    fn is_up_to_date(&self, client: usize) -> bool;
}

pub struct Generator<P> {
    pub protocol: P,
    pub ledger: Ledger,
    connections: Vec<Connection>,
    /// When each client was first up to date.
    pub arrived: Vec<Option<Nanos>>,
    pub here: usize,
    epoll: OwnedFd,
    events: Vec<Event>,
    buffer: Vec<u8>,
}

const EVENTS: usize = 1024;
const BUFFER: usize = 256 * 1024;
/// How often a wait that has no end in sight looks up.
const LONGEST_WAIT: Nanos = 20_000_000;

impl<P: Protocol> Generator<P> {
    pub fn new(protocol: P, ledger: Ledger) -> Outcome<Self> {
        Ok(Self {
            protocol,
            ledger,
            connections: Vec::new(),
            arrived: Vec::new(),
            here: 0,
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            events: Vec::with_capacity(EVENTS),
            buffer: vec![0; BUFFER],
        })
    }

    /// Begins to connect the next client.
    pub fn connect(&mut self, port: u16) -> Outcome<()> {
        let client = self.connections.len();
        let connection = Connection::open(port, &self.protocol.path(client))?;
        let interest = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        epoll::add(&self.epoll, &connection.stream, EventData::new_u64(client as u64), interest)?;
        self.connections.push(connection);
        self.arrived.push(None);
        Ok(())
    }

    /// Connects as many clients, not too many at a time, and waits until all are up to date.
    pub fn connect_all(&mut self, port: u16, clients: usize, patience: Duration) -> Outcome<()> {
        const AT_A_TIME: usize = 64;
        let deadline = now() + nanos(patience);
        while self.here < clients {
            while self.connections.len() < clients && self.connections.len() < self.here + AT_A_TIME {
                self.connect(port)?;
            }
            self.turn(deadline)?;
            if now() >= deadline {
                return Err(format!("{} of {clients} clients were up to date after {patience:?}", self.here).into());
            }
        }
        Ok(())
    }

    /// Hears everybody out until `done`, or for as long as there is patience; whether it was done.
    pub fn listen_until(&mut self, patience: Duration, mut done: impl FnMut(&Self) -> bool) -> Outcome<bool> {
        let deadline = now() + nanos(patience);
        while !done(self) {
            if now() >= deadline {
                return Ok(false);
            }
            self.turn(deadline)?;
        }
        Ok(true)
    }

    /// Hears everybody out for this long.
    pub fn listen_for(&mut self, time: Duration) -> Outcome<()> {
        self.listen_until(time, |_| false).map(|_| ())
    }

    pub fn edit(&mut self, client: usize, due: Due) -> Outcome<()> {
        let connection = &mut self.connections[client];
        self.protocol.edit(client, due, &mut self.ledger, &mut connection.outbox);
        connection.flush()
    }

    /// Bytes that a client has received, handshake and all.
    pub fn received(&self, client: usize) -> u64 {
        self.connections[client].received
    }

    /// The server is gone: reads what it has sent to the end, whatever the end is.
    pub fn hear_the_last(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        for client in 0..self.connections.len() {
            // That the connection ends is what is to be expected.
            let _ended = self.read_all(client, &mut buffer, true);
        }
        self.buffer = buffer;
    }

    /// Waits for something to happen, but not beyond `until`, and deals with all that has.
    pub fn turn(&mut self, until: Nanos) -> Outcome<()> {
        if self.look()? == 0 {
            let wait = until.saturating_sub(now()).min(LONGEST_WAIT);
            if wait == 0 {
                return Ok(());
            }
            // `epoll_wait` counts in milliseconds, and that is longer than an edit takes.
            let timeout = Timespec { tv_sec: 0, tv_nsec: wait.cast_signed() };
            let mut ready = [PollFd::new(&self.epoll, PollFlags::IN)];
            match poll(&mut ready, Some(&timeout)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
            self.look()?;
        }
        let events = std::mem::take(&mut self.events);
        for event in &events {
            let client = usize::try_from(event.data.u64())?;
            self.attend(client, event.flags).map_err(|error| format!("client {client}: {error}"))?;
        }
        self.events = events;
        Ok(())
    }

    fn look(&mut self) -> Outcome<usize> {
        self.events.clear();
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut self.events), Some(&at_once)) {
            Ok(count) => Ok(count),
            Err(rustix::io::Errno::INTR) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    fn attend(&mut self, client: usize, flags: EventFlags) -> Outcome<()> {
        if self.connections[client].is_closed {
            return Ok(());
        }
        let is_ending = flags.intersects(EventFlags::RDHUP | EventFlags::HUP | EventFlags::ERR);
        if is_ending || flags.contains(EventFlags::IN) {
            let mut buffer = std::mem::take(&mut self.buffer);
            let outcome = self.read_all(client, &mut buffer, is_ending);
            self.buffer = buffer;
            outcome?;
        }
        self.connections[client].flush()
    }

    fn read_all(&mut self, client: usize, buffer: &mut [u8], is_ending: bool) -> Outcome<()> {
        while let Some(count) = self.connections[client].read(buffer)? {
            if count == 0 {
                self.connections[client].is_closed = true;
                return Err("the connection ended".into());
            }
            let now = now();
            let (protocol, ledger) = (&mut self.protocol, &mut self.ledger);
            self.connections[client].digest(&buffer[..count], |heard, out| match heard {
                Heard::Upgraded => {
                    protocol.opened(client, out);
                    Ok(())
                }
                Heard::Message(message) => protocol.heard(client, message, now, ledger, out),
            })?;
            if self.arrived[client].is_none() && self.protocol.is_up_to_date(client) {
                self.arrived[client] = Some(now);
                self.here += 1;
            }
            // A short read has taken all there was; only the end itself has to be read for.
            if count < buffer.len() && !is_ending {
                break;
            }
        }
        Ok(())
    }
}
