#![no_main]
//! Any sync message gets an answer; whatever of it is let in poisons nothing.

use minutes::room::Event;

libfuzzer_sys::fuzz_target!(init: fuzz::caught_panics_are_fine(), |data: &[u8]| {
    let mut room = fuzz::room(None).expect("the record opens");
    let sync = |data: &[u8]| Event::Sync { peer: fuzz::PEER, document: fuzz::document_id(), data: data.to_vec() };
    for _ in 0..2 {
        if !fuzz::stored(room.handle(sync(data))).is_empty() {
            room.handle(Event::Stored);
            fuzz::must_not_poison(&room);
        }
    }
});
