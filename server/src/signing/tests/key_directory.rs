//! The key directory: made once, found again, whole after a crash, renewed in time.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{NOW, PARTNERSHIP, TempDir, YEAR, minimal_pdf, root_of};
use crate::signing::{Keys, KeysError, seal_pdf, verify};

fn open(dir: &TempDir, now: i64) -> Result<Keys, KeysError> {
    Keys::open_or_create(dir.path(), PARTNERSHIP, now)
}

#[test]
fn keys_are_made_once_and_found_again() {
    let dir = TempDir::new();
    let sub = dir.path().join("a/keys");
    let first = Keys::open_or_create(&sub, PARTNERSHIP, NOW).unwrap();
    let again = Keys::open_or_create(&sub, PARTNERSHIP, NOW + YEAR).unwrap();
    assert_eq!(first.chain().leaf_der, again.chain().leaf_der);
    assert_eq!(fs::read_to_string(sub.join("root.pem")).unwrap(), first.root_pem().unwrap());
    assert_eq!(first.organisation(), PARTNERSHIP);
}

#[test]
fn private_keys_are_readable_by_their_owner_alone() {
    let dir = TempDir::new();
    let sub = dir.path().join("keys");
    Keys::open_or_create(&sub, PARTNERSHIP, NOW).unwrap();
    let mode = |name: &str| fs::metadata(sub.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("root-key.pem"), mode("seal-key.pem"), mode("")), (0o600, 0o600, 0o700));

    fs::set_permissions(sub.join("seal-key.pem"), fs::Permissions::from_mode(0o604)).unwrap();
    assert!(matches!(Keys::open_or_create(&sub, PARTNERSHIP, NOW), Err(KeysError::Exposed { .. })));
}

/// A crash leaves some first part of the files; what is there already must be kept and completed.
#[test]
fn a_first_start_that_was_cut_off_is_completed() {
    let dir = TempDir::new();
    let whole = open(&dir, NOW).unwrap();
    fs::remove_file(dir.path().join("root.pem")).unwrap();
    let completed = open(&dir, NOW).unwrap();
    assert_eq!(completed.chain().leaf_der, whole.chain().leaf_der);

    fs::remove_file(dir.path().join("root.pem")).unwrap();
    fs::remove_file(dir.path().join("seal-key.pem")).unwrap();
    fs::write(dir.path().join(".seal-key.pem.new"), "half a ke").unwrap();
    let completed = open(&dir, NOW).unwrap();
    assert_eq!(completed.root_fingerprint(), whole.root_fingerprint());
    let sealed = seal_pdf(&completed, minimal_pdf::plain(), NOW).unwrap();
    assert!(verify(&sealed, Some(&root_of(&whole))).is_valid());
}

#[test]
fn keys_that_do_not_belong_together_are_refused() {
    let (dir, other) = (TempDir::new(), TempDir::new());
    open(&dir, NOW).unwrap();
    open(&other, NOW).unwrap();
    fs::copy(other.path().join("root.pem"), dir.path().join("root.pem")).unwrap();
    assert!(matches!(open(&dir, NOW), Err(KeysError::Mixed { .. })));

    let text = fs::read_to_string(dir.path().join("seal-key.pem")).unwrap();
    let strangers = fs::read_to_string(other.path().join("seal-key.pem")).unwrap();
    let mark = "-----BEGIN CERTIFICATE-----";
    let mixed = [text.split_once(mark).unwrap().0, mark, strangers.split_once(mark).unwrap().1].concat();
    fs::write(dir.path().join("seal-key.pem"), mixed).unwrap();
    assert!(matches!(open(&dir, NOW), Err(KeysError::Mixed { .. })));

    fs::write(dir.path().join("seal-key.pem"), "").unwrap();
    assert!(matches!(open(&dir, NOW), Err(KeysError::Unreadable { .. })));
}

#[test]
fn the_sealing_certificate_is_renewed_under_the_same_root() {
    let dir = TempDir::new();
    let first = open(&dir, NOW).unwrap();
    let old_seal = seal_pdf(&first, minimal_pdf::plain(), NOW).unwrap();
    let renewed = open(&dir, NOW + 9 * YEAR + YEAR / 2).unwrap();
    assert_ne!(renewed.chain().leaf_der, first.chain().leaf_der);
    assert_eq!(renewed.root_fingerprint(), first.root_fingerprint());
    assert!(verify(&old_seal, Some(&root_of(&renewed))).is_valid());

    let renamed = Keys::open_or_create(dir.path(), "Northmoor and Eastvale Partnership", NOW).unwrap();
    assert_eq!(renamed.organisation(), "Northmoor and Eastvale Partnership");
    assert_eq!(renamed.root_fingerprint(), first.root_fingerprint());
}

#[test]
fn the_root_key_may_be_kept_elsewhere_until_it_is_needed() {
    let dir = TempDir::new();
    let first = open(&dir, NOW).unwrap();
    fs::remove_file(dir.path().join("root-key.pem")).unwrap();
    let near_its_end = open(&dir, NOW + 9 * YEAR + YEAR / 2).unwrap();
    assert_eq!(near_its_end.chain().leaf_der, first.chain().leaf_der);
    assert!(matches!(open(&dir, NOW + 11 * YEAR), Err(KeysError::RootKeyNeeded { .. })));

    fs::remove_file(dir.path().join("seal-key.pem")).unwrap();
    assert!(matches!(open(&dir, NOW), Err(KeysError::RootKeyNeeded { .. })), "never a second root in silence");
}

#[test]
fn a_name_that_no_certificate_can_hold_is_refused() {
    for name in ["", "   ", "a\nb", &"x".repeat(65)] {
        assert!(matches!(Keys::open_or_create(TempDir::new().path(), name, NOW), Err(KeysError::Name)));
    }
    let odd = "Ağrı, “Care” = O+K; #1 <ß>";
    assert_eq!(Keys::open_or_create(TempDir::new().path(), odd, NOW).unwrap().organisation(), odd);
}

#[test]
fn two_first_starts_at_once_agree() {
    let dir = TempDir::new();
    let fingerprints: Vec<String> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| open(&dir, NOW).unwrap())).collect();
        starts.into_iter().map(|start| start.join().unwrap().root_fingerprint()).collect()
    });
    assert!(fingerprints.iter().all(|fingerprint| *fingerprint == fingerprints[0]), "{fingerprints:?}");
}
