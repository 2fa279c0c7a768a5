#![no_main]
//! Any bytes are a change or a refusal; what reads as one says the same when it is read again.

libfuzzer_sys::fuzz_target!(init: fuzz::caught_panics_are_fine(), |bytes: &[u8]| {
    let _ = minutes::change::split(bytes);
    for candidate in [bytes.to_vec(), fuzz::framed(bytes)] {
        if let Ok(change) = minutes::change::parse(&candidate) {
            let again = minutes::change::parse(change.raw_bytes()).expect("what was read can be read again");
            assert_eq!(again.hash(), change.hash());
            assert_eq!(minutes::change::split(change.raw_bytes()).map(|parts| parts.len()), Some(1));
        }
    }
});
