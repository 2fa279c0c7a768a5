//! Whole files: what is sealed is found whole, and anything else is told apart.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::Signature;

use super::{NOW, PARTNERSHIP, TempDir, YEAR, edition, minimal_pdf, new_keys, root_of};
use crate::signing::certificate::Chain;
use crate::signing::pdf_seal::digest_outside;
use crate::signing::signed_data;
use crate::signing::{
    ChainFault, Fault, Keys, SealedAs, SignError, Trust, TrustedRoot, UnsealablePdf, Verdict, check_file, cli_report,
    seal_pdf, sign_edition, sign_record, verify, verify_record,
};

fn fault(verdict: &Verdict) -> Fault {
    match verdict {
        Verdict::NotValid { fault, .. } => *fault,
        Verdict::Whole { .. } => panic!("found whole"),
    }
}

#[test]
fn a_sealed_pdf_is_whole_and_known_under_its_root() {
    let keys = new_keys();
    let original = minimal_pdf::plain();
    let sealed = seal_pdf(&keys, original.clone(), NOW + 123).unwrap();

    assert!(sealed.starts_with(&original), "the renderer's bytes stay as they are");
    let Verdict::Whole { sealed_as, seal, trust, .. } = verify(&sealed, Some(&root_of(&keys))) else {
        panic!("{:?}", verify(&sealed, Some(&root_of(&keys))));
    };
    assert_eq!((sealed_as, trust), (SealedAs::Pdf, Trust::Known));
    assert_eq!((seal.organisation.as_str(), seal.at), (PARTNERSHIP, NOW), "to the second");
    assert_eq!(seal.root_sha256, keys.root_fingerprint());
}

#[test]
fn a_signed_edition_is_whole_and_known_under_its_root() {
    let keys = new_keys();
    let signed = sign_edition(&keys, &edition(), NOW).unwrap();
    let Verdict::Whole { sealed_as, seal, trust, .. } = verify(&signed.json, Some(&root_of(&keys))) else {
        panic!("{:?}", verify(&signed.json, Some(&root_of(&keys))));
    };
    assert_eq!((sealed_as, trust, seal.at), (SealedAs::Json, Trust::Known, NOW));
}

#[test]
fn without_a_root_the_verdict_says_that_only_alteration_was_checked() {
    let keys = new_keys();
    for file in
        [seal_pdf(&keys, minimal_pdf::plain(), NOW).unwrap(), sign_edition(&keys, &edition(), NOW).unwrap().json]
    {
        let verdict = verify(&file, None);
        assert!(matches!(verdict, Verdict::Whole { trust: Trust::Unknown, .. }), "{verdict:?}");
        let (text, code) = cli_report(&verdict);
        assert_eq!(code, 0);
        assert!(text.contains("only alteration was checked"), "{text}");
    }
}

#[test]
fn under_another_root_a_seal_is_not_valid() {
    let keys = new_keys();
    let stranger = root_of(&new_keys());
    for file in
        [seal_pdf(&keys, minimal_pdf::plain(), NOW).unwrap(), sign_edition(&keys, &edition(), NOW).unwrap().json]
    {
        let verdict = verify(&file, Some(&stranger));
        assert_eq!(fault(&verdict), Fault::OtherRoot);
        assert_eq!(cli_report(&verdict).1, 1);
    }
}

#[test]
fn a_record_is_checked_against_the_signature_kept_with_it() {
    let keys = new_keys();
    let record = br#"{"format":"accord-record/1"}"#;
    let jws = sign_record(&keys, record, NOW).unwrap();
    assert!(verify_record(record, &jws, Some(&root_of(&keys))).is_valid());
    assert_eq!(fault(&verify_record(br#"{"format":"accord-record/2"}"#, &jws, None)), Fault::Changed);
    assert_eq!(fault(&verify_record(record, &format!("{jws}="), None)), Fault::SealDamaged);
}

#[test]
fn the_same_thing_signed_twice_is_the_same_file() {
    let keys = new_keys();
    let pdf = || seal_pdf(&keys, minimal_pdf::plain(), NOW).unwrap();
    assert_eq!(pdf(), pdf());
    assert_eq!(sign_edition(&keys, &edition(), NOW).unwrap(), sign_edition(&keys, &edition(), NOW).unwrap());
}

#[test]
fn annotations_the_page_has_already_are_kept() {
    let keys = new_keys();
    let sealed = seal_pdf(&keys, minimal_pdf::with("  /Annots [7 0 R 8 0 R]\n  /Tabs /S\n", ""), NOW).unwrap();
    let text = String::from_utf8_lossy(&sealed);
    assert!(text.contains("/Annots [7 0 R 8 0 R 5 0 R]"), "{text}");
    assert!(verify(&sealed, None).is_valid());
}

#[test]
fn no_name_but_the_organisations_is_in_the_seal() {
    let keys = new_keys();
    let sealed = seal_pdf(&keys, minimal_pdf::plain(), NOW).unwrap();
    let update = String::from_utf8_lossy(&sealed[minimal_pdf::plain().len()..]).into_owned();
    let name: String = PARTNERSHIP.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
    assert!(update.contains(&format!("/Name <feff{name}>")), "{update}");
    assert!(!update.contains("/Location") && !update.contains("/ContactInfo"));
}

#[test]
fn pdfs_of_another_shape_are_refused() {
    let keys = new_keys();
    let refuse = |pdf: Vec<u8>| match seal_pdf(&keys, pdf, NOW) {
        Err(SignError::Pdf(why)) => why,
        other => panic!("{other:?}"),
    };
    let plain = minimal_pdf::plain();
    let replaced = |from: &str, to: &str| {
        let at = plain.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        [&plain[..at], to.as_bytes(), &plain[at + from.len()..]].concat()
    };
    assert_eq!(refuse(b"hello".to_vec()), UnsealablePdf::Header);
    assert_eq!(refuse(plain[..plain.len() - 1].to_vec()), UnsealablePdf::Ending);
    assert_eq!(refuse([plain.as_slice(), b"\n\n"].concat()), UnsealablePdf::Ending);
    assert_eq!(refuse(replaced("xref\n0 5", "xref\n1 5")), UnsealablePdf::CrossReferences);
    assert_eq!(refuse(replaced("/Info 3 0 R", "/Prev 9     ")), UnsealablePdf::Trailer);
    assert_eq!(refuse(replaced("/Info 3 0 R", "/Encrypt 3 0 R")), UnsealablePdf::Trailer);
    assert_eq!(refuse(replaced("/Type /Page\n", "/Type /Peig\n")), UnsealablePdf::NoPage);
    assert_eq!(refuse(minimal_pdf::with("", "  /AcroForm <<>>\n")), UnsealablePdf::HasForm);
    assert_eq!(refuse(minimal_pdf::with("  /Annots 3 0 R\n", "")), UnsealablePdf::Object(2));
    let sealed = seal_pdf(&keys, plain.clone(), NOW).unwrap();
    assert_eq!(refuse(sealed), UnsealablePdf::CrossReferences);
}

#[test]
fn nothing_is_signed_while_the_certificate_is_not_in_force() {
    let keys = new_keys();
    for at in [NOW - 2 * 86_400_000, NOW + 11 * YEAR] {
        assert!(matches!(seal_pdf(&keys, minimal_pdf::plain(), at), Err(SignError::NotInForce)));
        assert!(matches!(sign_edition(&keys, &edition(), at), Err(SignError::NotInForce)));
    }
}

#[test]
fn what_accord_did_not_make_is_called_so() {
    for bytes in [&b""[..], b"hello", b"{}", b"[]", b"{\"edition\":{},\"signature\":\"a\"}", b"%PDF-1.7\n"] {
        assert_eq!(fault(&verify(bytes, None)), Fault::NotAccord, "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(fault(&verify(&minimal_pdf::plain(), None)), Fault::NotAccord);
}

#[test]
fn the_faults_a_person_may_meet_are_told_apart() {
    let keys = new_keys();
    let sealed = seal_pdf(&keys, minimal_pdf::plain(), NOW).unwrap();
    let check = |bytes: &[u8]| fault(&verify(bytes, None));
    assert_eq!(check(&[sealed.as_slice(), b"\n"].concat()), Fault::AfterSeal);
    assert_eq!(check(&[sealed.as_slice(), b"9 0 obj\n<<>>\nendobj\n"].concat()), Fault::AfterSeal);
    assert_eq!(check(&sealed[..sealed.len() - 1]), Fault::CutShort);
    let mut changed = sealed.clone();
    changed[30] ^= 1;
    assert_eq!(check(&changed), Fault::Changed);
    let hole = sealed.windows(11).rposition(|window| window == b"/Contents <").unwrap() + 11;
    let mut damaged = sealed;
    damaged[hole + 8000] = b'1';
    assert_eq!(check(&damaged), Fault::SealDamaged);

    let json = sign_edition(&keys, &edition(), NOW).unwrap().json;
    assert_eq!(check(&[json.as_slice(), b"\n"].concat()), Fault::Rewritten);
    assert_eq!(check(&[json.as_slice(), b"x"].concat()), Fault::AfterSeal);
    assert_eq!(check(&json[..json.len() - 1]), Fault::CutShort);
    let text = String::from_utf8(json).unwrap();
    assert_eq!(check(text.replace("Room 2", "Room 3").as_bytes()), Fault::Changed);
    assert_eq!(check(text.replacen("{\"edition\"", "{ \"edition\"", 1).as_bytes()), Fault::Rewritten);
    let twice = text.replacen("\"kind\":\"full\"", "\"kind\":\"family\",\"kind\":\"full\"", 1);
    assert_eq!(check(twice.as_bytes()), Fault::Rewritten, "a member twice");
    let third = text.replacen("{\"edition\"", "{\"also\":1,\"edition\"", 1);
    assert_eq!(check(third.as_bytes()), Fault::Rewritten, "a third member");
}

/// A seal that fits, over a file with a history: the seal says nothing of what the file looked like before.
#[test]
fn a_seal_over_an_update_is_refused() {
    let keys = new_keys();
    let mut sealed = seal_pdf(&keys, minimal_pdf::plain(), NOW).unwrap();
    reseal(&keys, &mut sealed);
    assert!(verify(&sealed, None).is_valid(), "the test's own way of sealing is good");

    let at = sealed.windows(11).position(|window| window == b"/Info 3 0 R").unwrap();
    sealed[at..at + 11].copy_from_slice(b"/Prev 9    ");
    reseal(&keys, &mut sealed);
    assert_eq!(fault(&verify(&sealed, None)), Fault::NotAccord);
}

/// Fills the hole anew, whatever the rest of the file says.
fn reseal(keys: &Keys, sealed: &mut [u8]) {
    let start = sealed.windows(11).rposition(|window| window == b"/Contents <").unwrap() + 10;
    let end = start + sealed[start..].iter().position(|byte| *byte == b'>').unwrap() + 1;
    let digest = digest_outside(sealed, &(start..end));
    let signature = keys.sign(&signed_data::to_be_signed(keys.chain(), &digest).unwrap(), NOW).unwrap();
    let cms = signed_data::encode(keys.chain(), &digest, &signature).unwrap();
    let hex: String = cms.iter().map(|byte| format!("{byte:02x}")).collect();
    sealed[start + 1..end - 1].fill(b'0');
    sealed[start + 1..][..hex.len()].copy_from_slice(hex.as_bytes());
}

/// ECDSA has two values that verify; only the one Accord makes may pass, or a seal could be swapped for its twin.
#[test]
fn the_twin_of_a_signature_is_refused() {
    let keys = new_keys();
    let record = b"{}";
    let jws = sign_record(&keys, record, NOW).unwrap();
    let (front, signature) = jws.split_once("..").unwrap();
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let (r, s) = signature.split_scalars();
    let twin = Signature::from_scalars(r.to_bytes(), (-s).to_bytes()).unwrap();
    let swapped = format!("{front}..{}", URL_SAFE_NO_PAD.encode(twin.to_bytes()));
    assert!(verify_record(record, &jws, None).is_valid());
    assert_eq!(fault(&verify_record(record, &swapped, None)), Fault::Changed);
}

#[test]
fn the_dates_are_judged_at_the_time_of_the_seal() {
    let dir = TempDir::new();
    let keys = Keys::open_or_create(dir.path(), PARTNERSHIP, NOW).unwrap();
    let chain = keys.chain();
    assert_eq!(chain.check(NOW), Ok(()));
    assert_eq!(chain.check(NOW + 9 * YEAR), Ok(()));
    assert_eq!(chain.check(NOW + 11 * YEAR), Err(ChainFault::NotInForce));
    let other = new_keys();
    let mixed = Chain::from_der(&chain.leaf_der, &other.chain().root_der).unwrap();
    assert_eq!(mixed.check(NOW), Err(ChainFault::LeafSignature));
    let no_root = Chain::from_der(&chain.leaf_der, &chain.leaf_der).unwrap();
    assert_eq!(no_root.check(NOW), Err(ChainFault::NotARoot));
}

#[test]
fn the_command_line_answers_in_words_and_codes() {
    let dir = TempDir::new();
    let keys = Keys::open_or_create(dir.path(), PARTNERSHIP, NOW).unwrap();
    let file = dir.path().join("record.pdf");
    std::fs::write(&file, seal_pdf(&keys, minimal_pdf::plain(), NOW).unwrap()).unwrap();
    let root = dir.path().join("root.pem");

    let (text, code) = check_file(&file, Some(&root));
    assert_eq!(code, 0, "{text}");
    assert!(text.contains(PARTNERSHIP) && text.contains("23 November 2026, 12:00:00 UTC"), "{text}");
    assert!(text.contains("Whose seal: known"), "{text}");

    let mut bytes = std::fs::read(&file).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let (text, code) = check_file(&file, Some(&root));
    assert_eq!(code, 1);
    assert!(text.contains("NOT VALID") && text.contains("changed after sealing"), "{text}");

    assert_eq!(check_file(&dir.path().join("absent.pdf"), None).1, 2);
    assert_eq!(check_file(&file, Some(&file)).1, 2, "not a root certificate");
    assert!(TrustedRoot::from_pem("-----BEGIN CERTIFICATE-----").is_err());
}
