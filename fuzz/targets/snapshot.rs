#![no_main]
//! A damaged snapshot is not opened, or judges without a panic.

use std::sync::{Arc, LazyLock};

use minutes::document::Snapshot;
use minutes::room::Event;

static WHOLE: LazyLock<Snapshot> =
    LazyLock::new(|| fuzz::room(None).expect("the record opens").materials()[0].snapshot().expect("a snapshot"));

libfuzzer_sys::fuzz_target!(init: fuzz::caught_panics_are_fine(), |data: &[u8]| {
    let Some((which, bytes)) = data.split_first() else { return };
    let bytes: Arc<[u8]> = bytes.into();
    let snapshot = match which % 2 {
        0 => Snapshot { index: bytes, ..WHOLE.clone() },
        _ => Snapshot { hashes: bytes, ..WHOLE.clone() },
    };
    let Some(mut room) = fuzz::room(Some(snapshot)) else { return };
    for change in fuzz::HONEST.iter() {
        let (document, changes) = (fuzz::document_id(), vec![change.clone()]);
        room.handle(Event::Submit { ticket: 1, writer: fuzz::writer(), document, changes });
    }
    let _ = room.weight();
});
