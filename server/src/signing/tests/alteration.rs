//! No byte of a sealed file is free: every single one is changed in turn, and every change must be noticed.

use proptest::prelude::*;

use super::{NOW, edition, minimal_pdf, new_keys};
use crate::signing::merkle::Peaks;
use crate::signing::{Keys, Verdict, log, seal_pdf, sign_edition, verify};

/// Changes each byte at `positions` in each way of `masks`; answers where a change went unnoticed.
fn unnoticed(file: &[u8], masks: &[u8]) -> Vec<(usize, u8)> {
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let mut copy = file.to_vec();
                    let mut missed = Vec::new();
                    for at in (worker..file.len()).step_by(workers) {
                        for mask in masks {
                            copy[at] ^= mask;
                            if verify(&copy, None).is_valid() {
                                missed.push((at, *mask));
                            }
                            copy[at] ^= mask;
                        }
                    }
                    missed
                })
            })
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

// Bit 5 turns the case of a letter, in hex and base64 the likeliest change to mean nothing.
#[test]
fn every_changed_byte_of_a_pdf_is_noticed() {
    let sealed = seal_pdf(&new_keys(), minimal_pdf::plain(), NOW).unwrap();
    assert!(verify(&sealed, None).is_valid());
    assert_eq!(unnoticed(&sealed, &[1, 1 << 5]), vec![]);
}

#[test]
fn every_changed_byte_of_a_json_file_is_noticed() {
    let json = sign_edition(&new_keys(), &edition(), NOW).unwrap().json;
    assert!(verify(&json, None).is_valid());
    assert_eq!(unnoticed(&json, &[1, 1 << 5, 1 << 7]), vec![]);
}

/// The proof stands outside the edition's signature, and no byte of it is free either.
#[test]
fn every_changed_byte_of_a_file_with_its_proof_is_noticed() {
    let keys = new_keys();
    let key = log::LogKey::new(&[7; 32], &keys.root_fingerprint());
    let signed = sign_edition(&keys, &edition(), NOW).unwrap().json;
    let mut tree = Peaks::default();
    for other in 0..6_u8 {
        tree.push(log::leaf_of(&minutes::canonical::sha256_hex(&[other])));
    }
    let proved = |keys: &Keys, record: &str| {
        let mut tree = tree.clone();
        let path = tree.push(log::leaf_of(record));
        let checkpoint = key.checkpoint(tree.size(), &tree.root());
        let seal = log::seal_checkpoint(keys, &checkpoint, NOW).unwrap();
        log::with_proof(&signed, &log::LogProof::new(checkpoint, 6, &path, seal)).unwrap()
    };
    let file = proved(&keys, &edition().record.sha256);
    let Verdict::Whole { about, .. } = verify(&file, None) else { panic!("{:?}", verify(&file, None)) };
    assert_eq!(about.unwrap().log, Some(log::InLog { index: 6, size: 7, since: NOW }));
    assert_eq!(unnoticed(&file, &[1, 1 << 5, 1 << 7]), vec![]);
    assert!(!verify(&proved(&keys, "another record"), None).is_valid());
    assert!(!verify(&proved(&new_keys(), &edition().record.sha256), None).is_valid(), "another partnership's log");
}

#[test]
fn every_missing_or_doubled_byte_is_noticed() {
    let keys = new_keys();
    for file in
        [seal_pdf(&keys, minimal_pdf::plain(), NOW).unwrap(), sign_edition(&keys, &edition(), NOW).unwrap().json]
    {
        for at in 0..file.len() {
            assert!(!verify(&file[..at], None).is_valid(), "cut at {at}");
            if at % 7 == 0 {
                let without = [&file[..at], &file[at + 1..]].concat();
                assert!(!verify(&without, None).is_valid(), "without {at}");
                let doubled = [&file[..=at], &file[at..]].concat();
                assert!(!verify(&doubled, None).is_valid(), "doubled {at}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_answered_and_never_valid(bytes in proptest::collection::vec(any::<u8>(), 0..600), pdf: bool) {
        let bytes = if pdf { [b"%PDF-1.7\n".as_slice(), &bytes].concat() } else { bytes };
        prop_assert!(!verify(&bytes, None).is_valid());
    }

    #[test]
    fn a_file_spliced_anyhow_is_answered_and_never_valid(
        json: bool,
        at in any::<prop::sample::Index>(),
        taken in 0usize..200,
        put in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let file = sample(json);
        let at = at.index(file.len());
        let end = (at + taken).min(file.len());
        prop_assume!(file[at..end] != put[..]);
        let spliced = [&file[..at], put.as_slice(), &file[end..]].concat();
        prop_assert!(!verify(&spliced, None).is_valid());
    }

    #[test]
    fn pieces_of_a_file_moved_about_are_answered_and_never_valid(
        json: bool,
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        length in 1usize..400,
    ) {
        let file = sample(json);
        let (from, to) = (from.index(file.len()), to.index(file.len()));
        let piece = &file[from..(from + length).min(file.len())];
        let moved = [&file[..to], piece, &file[to..]].concat();
        prop_assert!(!verify(&moved, None).is_valid());
        // Sealing has a reader too, and it must stand the same.
        prop_assert!(json || seal_pdf(keys(), moved, NOW).is_err());
    }
}

fn keys() -> &'static crate::signing::Keys {
    static KEYS: std::sync::OnceLock<crate::signing::Keys> = std::sync::OnceLock::new();
    KEYS.get_or_init(new_keys)
}

fn sample(json: bool) -> Vec<u8> {
    if json {
        sign_edition(keys(), &edition(), NOW).unwrap().json
    } else {
        seal_pdf(keys(), minimal_pdf::plain(), NOW).unwrap()
    }
}
