#![allow(clippy::unwrap_used)]
use std::io::Write;

use super::*;

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stream(number: usize, more: &str, bytes: &[u8]) -> Vec<u8> {
    let data = packed(bytes);
    let head = format!("{number} 0 obj\n<</Length {}/Filter/FlateDecode{more}>>\nstream\n", data.len());
    [head.as_bytes(), &data, b"\nendstream\nendobj\n"].concat()
}

/// A file of one page that draws `content`, with more objects after it.
fn file(content: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let map = "1 begincodespacerange <0000> <FFFF> endcodespacerange 2 beginbfchar <0001> <0041> <0002> <00660066> endbfchar \
        2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<0078> <0079>] endbfrange";
    let mut bytes = b"%PDF-1.7\n%abc\n1 0 obj\n<</Type/Page/Contents 2 0 R/Resources 3 0 R>>\nendobj\n".to_vec();
    bytes.extend(stream(2, "", content.as_bytes()));
    bytes.extend(b"3 0 obj\n<</Font<</f0 4 0 R>>>>\nendobj\n4 0 obj\n<</Subtype/Type0/ToUnicode 5 0 R>>\nendobj\n");
    bytes.extend(stream(5, "/Type/CMap", map.as_bytes()));
    bytes.extend(more.concat());
    bytes.extend(b"xref\n0 2\n0000000000 65535 f\r\n0000000016 00000 n\r\ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n9\n%%EOF\n");
    bytes
}

fn found(bytes: &[u8]) -> String {
    texts(bytes).unwrap().join("|")
}

#[test]
fn what_is_drawn_is_read_by_what_its_font_says() {
    let text = found(&file("BT/f0 11 Tf[<00010010>-20<0011>]TJ <0012>Tj ET BT/f0 9 Tf<00020020>Tj ET", &[]));
    assert!(text.contains("Aabc\nffx"), "{text}");
}

#[test]
fn what_stands_on_every_page_interrupts_no_sentence() {
    let text = found(&file("BT/f0 11 Tf<0010>Tj/Artifact<</Type/Pagination>>BDC<0001>Tj EMC<0011>Tj ET", &[]));
    assert!(text.contains("ab"), "{text}");
    assert!(text.contains('A'), "{text}");
}

#[test]
fn what_is_to_be_read_instead_is_read_besides() {
    let text = found(&file("BT/f0 11 Tf/Span<</ActualText<FEFF00510075>>>BDC<0010>Tj EMC<0011>Tj ET", &[]));
    assert!(text.contains("Qub") && text.contains("ab"), "{text}");
}

#[test]
fn every_place_that_can_hold_text_is_read() {
    let more = [
        b"10 0 obj\n<</Alt(one \\(1\\) \\101)/Kids[<</T<FEFF00740077006F>>>]/N#61me/thr#65e>>\nendobj\n".to_vec(),
        stream(11, "/Type/EmbeddedFile", br#"{"a":["fo\u0075r\nlines"]}"#),
        stream(12, "/Type/Metadata/Subtype/XML", b"<dc:title><x>fi</x><y>&#118;e &amp; six</y></dc:title>"),
        b"10 0 obj\n(replaced later)\nendobj\n% seven\n".to_vec(),
        stream(13, "/Subtype/Form/Resources 3 0 R", b"BT/f0 1 Tf<0021>Tj ET"),
    ];
    let text = found(&file("", &more));
    for expected in ["one (1) A", "two", "three", "four\nlines", "ve & six", "% seven", "replaced later", "y\n"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn what_cant_be_read_is_refused() {
    let no_map = file("", &[b"4 0 obj\n<</Subtype/Type0>>\nendobj\n".to_vec()]);
    let mut spoilt = file("BT ET", &[]);
    let at = spoilt.windows(6).position(|w| w == b"stream").unwrap() + 12;
    spoilt[at] ^= 0xFF;
    let longer = {
        let data = [packed(b"BT ET"), b"82 Quay Street".to_vec()].concat();
        let head = format!("2 0 obj\n<</Length {}/Filter/FlateDecode>>\nstream\n", data.len());
        file("", &[[head.as_bytes(), &data, b"\nendstream\nendobj\n"].concat()])
    };
    for (bytes, why) in [
        (file("BT/f0 11 Tf<0099>Tj ET", &[]), "a character its font does not know"),
        (file("BT/f9 11 Tf<0001>Tj ET", &[]), "a font it does not have"),
        (file("BI ID x EI", &[]), "a picture in the content"),
        (no_map, "a font without a map"),
        (spoilt, "a stream that can't be unpacked"),
        (longer, "a stream with something after its end"),
        (file("", &[stream(10, "/Type/ObjStm/N 1/First 4", b"11 0 (x)")]), "objects in a stream"),
        (file("", &[stream(10, "/Type/EmbeddedFile/DecodeParms<</Predictor 12>>", b"x")]), "another way of packing"),
        (file("", &[b"82 Quay Street".to_vec()]), "words between objects"),
        (file("", &[b"10 0 obj\n<</A(1)/A(2)>>\nendobj\n".to_vec()]), "two for one key"),
        (b"%PDF-1.7\n1 0 obj\n<</A [[".to_vec(), "an end too soon"),
    ] {
        assert!(texts(&bytes).is_err(), "{why}");
    }
}
