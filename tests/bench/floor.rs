//! The bare echo: what nobody can be faster than who serves WebSockets with the same library and stores before passing
//! on. No document, no rules, no sign-in; each message goes to everybody in the room once it is on disk.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::rt::{System, spawn, task::spawn_blocking};
use actix_web::web::{Bytes, Payload, get};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use actix_ws::{Message, MessageStream, Session};
use futures_util::StreamExt;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::Outcome;

/// Who is in a room, by number.
type Room = Rc<RefCell<HashMap<u64, UnboundedSender<Bytes>>>>;

/// One worker, and so one thread, has all rooms.
struct Hall {
    rooms: RefCell<HashMap<String, Room>>,
    next: Cell<u64>,
    journal: Arc<File>,
    /// Received, and not yet being written.
    waiting: RefCell<Vec<(Room, Bytes)>>,
    is_writing: Cell<bool>,
}

/// Serves until it is ended; says on standard output where.
pub fn serve(journal: &Path) -> Outcome<()> {
    let journal = Arc::new(File::options().create(true).append(true).open(journal)?);
    System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let hall = Rc::new(Hall {
                rooms: RefCell::default(),
                next: Cell::new(0),
                journal: journal.clone(),
                waiting: RefCell::default(),
                is_writing: Cell::new(false),
            });
            App::new().app_data(hall).default_service(get().to(enter))
        })
        .workers(1)
        .backlog(4096)
        .tcp_nodelay(true)
        .bind(("127.0.0.1", 0))?;
        for address in server.addrs() {
            println!("The bare echo is at http://{address}");
        }
        Ok(server.run().await?)
    })
}

async fn enter(request: HttpRequest, body: Payload) -> actix_web::Result<HttpResponse> {
    let hall = request.app_data::<Rc<Hall>>().cloned();
    let hall = hall.ok_or_else(|| actix_web::error::ErrorInternalServerError("there is no hall"))?;
    let (response, session, messages) = actix_ws::handle(&request, body)?;
    spawn(stay(hall, request.path().to_owned(), session, messages));
    Ok(response)
}

/// One visit, from entering to leaving.
async fn stay(hall: Rc<Hall>, name: String, session: Session, mut messages: MessageStream) {
    let number = hall.next.replace(hall.next.get() + 1);
    let room = hall.rooms.borrow_mut().entry(name.clone()).or_default().clone();
    let (to_client, mut outgoing) = unbounded_channel::<Bytes>();
    room.borrow_mut().insert(number, to_client);
    let mut voice = session.clone();
    spawn(async move {
        while let Some(message) = outgoing.recv().await {
            if voice.binary(message).await.is_err() {
                return;
            }
        }
    });
    let mut session = session;
    while let Some(Ok(message)) = messages.next().await {
        match message {
            Message::Binary(bytes) => store_and_pass_on(&hall, room.clone(), bytes),
            Message::Ping(bytes) if session.pong(&bytes).await.is_err() => break,
            Message::Close(_) => break,
            _ => {}
        }
    }
    room.borrow_mut().remove(&number);
    if room.borrow().is_empty() {
        hall.rooms.borrow_mut().remove(&name);
    }
}

/// Group commit: what comes while the disk is busy is written together when it is free.
fn store_and_pass_on(hall: &Rc<Hall>, room: Room, bytes: Bytes) {
    hall.waiting.borrow_mut().push((room, bytes));
    if hall.is_writing.replace(true) {
        return;
    }
    let hall = hall.clone();
    spawn(async move {
        loop {
            let batch = hall.waiting.take();
            if batch.is_empty() {
                return hall.is_writing.set(false);
            }
            if let Err(error) = write(hall.journal.clone(), &batch).await {
                // A floor that isn't durable measures nothing.
                eprintln!("the bare echo can't store: {error}");
                System::current().stop_with_code(1);
                return;
            }
            for (room, bytes) in &batch {
                for client in room.borrow().values() {
                    let _ = client.send(bytes.clone());
                }
            }
        }
    });
}

async fn write(journal: Arc<File>, batch: &[(Room, Bytes)]) -> std::io::Result<()> {
    let mut entry = Vec::new();
    for (_, bytes) in batch {
        entry.extend((bytes.len() as u64).to_le_bytes());
        entry.extend_from_slice(bytes);
    }
    let written = spawn_blocking(move || {
        journal.as_ref().write_all(&entry)?;
        journal.sync_data()
    });
    written.await.map_err(std::io::Error::other)?
}
