#![no_main]
//! Changes with a right frame and any content: the gate lets in none that the document can't bear.

use minutes::room::Event;

libfuzzer_sys::fuzz_target!(init: fuzz::caught_panics_are_fine(), |body: &[u8]| {
    let mut room = fuzz::room(None).expect("the record opens");
    let changes = vec![fuzz::framed(body)];
    let submit = Event::Submit { ticket: 1, writer: fuzz::writer(), document: fuzz::document_id(), changes };
    if !fuzz::stored(room.handle(submit)).is_empty() {
        room.handle(Event::Stored);
        fuzz::must_not_poison(&room);
    }
});
