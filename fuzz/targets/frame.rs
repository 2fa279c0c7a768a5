#![no_main]
//! Any frame is an answer, never a panic, and holds no more than it was given.

// The one file of the server that this is about; the server itself would take minutes to build.
#[allow(dead_code)]
#[path = "../../server/src/live/wire.rs"]
mod wire;

libfuzzer_sys::fuzz_target!(init: fuzz::caught_panics_are_fine(), |frame: &[u8]| {
    let _ = wire::decode(frame);
});
