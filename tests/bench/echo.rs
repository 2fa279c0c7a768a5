//! What clients say to the bare echo: messages of a keystroke's size that name their author and number.

use crate::Outcome;
use crate::connection::Connection;
use crate::generator::Protocol;
use crate::ledger::{Due, Ledger};
use crate::time::Nanos;

/// What a typed character is on the wire, with its envelope, in a small document.
const SIZE: usize = 150;

pub struct Echo {
    room: usize,
    is_open: Vec<bool>,
    made: Vec<u32>,
}

impl Echo {
    pub fn new(clients: usize, room: usize) -> Self {
        Self { room, is_open: vec![false; clients], made: vec![0; clients] }
    }
}

impl Protocol for Echo {
    fn path(&self, client: usize) -> String {
        format!("/room/{}", client / self.room)
    }

    fn opened(&mut self, client: usize, _out: &mut Vec<u8>) {
        self.is_open[client] = true;
    }

    fn heard(
        &mut self,
        client: usize,
        message: &[u8],
        now: Nanos,
        ledger: &mut Ledger,
        _: &mut Vec<u8>,
    ) -> Outcome<()> {
        let (author, rest) = message.split_first_chunk().ok_or("an echo of nothing")?;
        let number = rest.first_chunk().ok_or("an echo of nothing")?;
        let (author, number) = (u32::from_le_bytes(*author) as usize, u32::from_le_bytes(*number) as usize);
        if author == client {
            ledger.saved(author, number, now);
        } else {
            ledger.seen(author, number, now);
        }
        Ok(())
    }

    fn edit(&mut self, client: usize, due: Due, ledger: &mut Ledger, out: &mut Vec<u8>) {
        let mut message = [b'x'; SIZE];
        message[..4].copy_from_slice(&(client as u32).to_le_bytes());
        message[4..8].copy_from_slice(&self.made[client].to_le_bytes());
        self.made[client] += 1;
        ledger.sent(client, due);
        Connection::push_binary(out, &[&message]);
    }

    fn is_up_to_date(&self, client: usize) -> bool {
        self.is_open[client]
    }
}
