//! What an ordinary copy is: archival, tagged, neutral outside, readable in order, the same every time.

use std::fs;
use std::path::Path;

use minutes::edition::{Edition, EditionKind};
use serde_json::json;

use crate::meetings;
use crate::process::{Pdf, fonts, run, typeset};

#[test]
fn is_archival_accessible_and_well_formed() {
    let pdf = typeset(&meetings::ordinary(EditionKind::Full)).pdf();
    pdf.seen_by("qpdf", &["--check"], &[]);
    let metadata = pdf.seen_by("pdfinfo", &["-meta"], &[]);
    for claim in ["<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"] {
        assert!(metadata.contains(claim), "{claim} is not in {metadata}");
    }
    let info = pdf.seen_by("pdfinfo", &["-isodates"], &[]);
    let says = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)).map(str::trim).unwrap_or_default();
    assert_eq!(says("Tagged:"), "yes");
    assert_eq!(says("JavaScript:"), "no");
    assert_eq!(says("CreationDate:"), "2026-11-23T16:42:10Z");
    let objects = pdf.seen_by("qpdf", &["--qdf", "--object-streams=disable"], &["-"]);
    for entry in ["/Lang (en-GB)", "/DisplayDocTitle true", "/AFRelationship /Source", "/S /GTS_PDFA1"] {
        assert!(objects.contains(entry), "{entry}");
    }
}

#[test]
fn embeds_every_font() {
    let fonts = typeset(&meetings::many_languages()).pdf().seen_by("pdffonts", &[], &[]);
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(rows.len() > 10, "{fonts}");
    for row in rows {
        // name, type, encoding, then: embedded, subset, Unicode map
        assert!(row.contains(" yes yes yes "), "{row}");
    }
}

#[test]
fn carries_the_signed_file_unchanged() {
    let edition = meetings::ordinary(EditionKind::Full);
    let signed = "{\"signed\":\"Żółć\\u0000 🙂\"}\n".to_owned();
    let job = json!({ "edition": edition, "attachment": signed, "fonts": fonts() });
    let pdf = run(&job.to_string()).pdf();
    assert!(pdf.seen_by("pdfdetach", &["-list"], &[]).contains("1: edition.json"));
    assert_eq!(pdf.seen_by("pdfdetach", &["-save", "1", "-o", "/dev/stdout"], &[]), signed);
}

#[test]
fn names_nobody_in_its_metadata() {
    for kind in [EditionKind::Full, EditionKind::Family] {
        let pdf = typeset(&meetings::ordinary(kind)).pdf();
        let outside = pdf.seen_by("pdfinfo", &[], &[]) + &pdf.seen_by("pdfinfo", &["-meta"], &[]);
        let title = if kind == EditionKind::Full { "Record of a meeting" } else { "Copy of a meeting record" };
        assert!(outside.contains(title));
        for name in ["Zofia", "Kowalsk", "Osei", "Bradley", "Northmoor", "Core group"] {
            assert!(!outside.contains(name), "{name} in {outside}");
        }
    }
}

#[test]
fn is_the_same_every_time() {
    let edition = meetings::many_languages();
    assert!(typeset(&edition).pdf().0 == typeset(&edition).pdf().0);
}

#[test]
fn reads_aloud_in_order() {
    reads_as(&meetings::ordinary(EditionKind::Full), include_str!("full.txt"));
}

#[test]
fn reads_aloud_to_a_family_in_order() {
    reads_as(&meetings::ordinary(EditionKind::Family), include_str!("family.txt"));
}

#[test]
fn reads_decisions_and_plan_aloud_in_order() {
    let mut edition = meetings::ordinary(EditionKind::PlanSummary);
    edition.sections.clear();
    edition.meeting.place.clear();
    reads_as(&edition, include_str!("plan_summary.txt"));
}

fn reads_as(edition: &Edition, expected: &str) {
    let read = typeset(edition).pdf().keep(edition.kind.as_str()).read_aloud();
    let aside = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.txt", edition.kind));
    fs::write(&aside, &read).unwrap();
    assert!(read == expected, "what the copy reads is in {}: compare it with tests/worker", aside.display());
}

#[test]
fn marks_professional_copies_on_every_page_and_the_familys_on_none() {
    let pages =
        |pdf: &Pdf| pdf.seen_by("pdftotext", &[], &["-"]).split('\u{0C}').map(str::to_owned).collect::<Vec<_>>();
    let full = pages(&typeset(&meetings::ordinary(EditionKind::Full)).pdf());
    let (blank, printed) = full.split_last().unwrap();
    assert!(blank.is_empty() && printed.len() > 2);
    for (index, page) in printed.iter().enumerate() {
        assert!(page.contains("OFFICIAL-SENSITIVE"), "page {}", index + 1);
        assert!(page.contains(&format!("Page {} of {}", index + 1, printed.len())));
        assert!(page.contains("Record 1a2b3c4d, version 1, 9f86d081884c7d65"));
    }
    let family = typeset(&meetings::ordinary(EditionKind::Family)).pdf().words();
    assert!(!family.contains("SENSITIVE") && !family.contains("Professionals only"));
}

#[test]
fn a_test_print_says_so_and_carries_nothing() {
    let mut edition: Edition = meetings::ordinary(EditionKind::Full);
    edition.approval.at = String::new();
    let pdf = run(&json!({ "edition": edition, "attachment": null, "fonts": fonts() }).to_string()).pdf();
    assert!(pdf.words().contains("This is a test print. The record has not been approved."));
    assert!(pdf.seen_by("pdfdetach", &["-list"], &[]).contains("0 embedded files"));
}

#[test]
fn prints_the_languages_families_write() {
    let pdf = typeset(&meetings::many_languages()).pdf().keep("languages");
    let words = pdf.words();
    for text in [
        "Zażółć gęślą jaźń",
        "merg la școală",
        "Nguyễn Thị Hồng",
        "Τα παιδιά είναι καλά",
        "Діти почуваються",
        "孩子们都很好",
        "הילדים",
        "ልጆቹ",
    ] {
        assert!(words.contains(text), "{text} is not in {words}");
    }
    let objects = pdf.seen_by("qpdf", &["--qdf", "--object-streams=disable"], &["-"]);
    for language in ["ar", "ur", "bn", "pa", "hi", "zh"] {
        assert!(objects.contains(&format!("/Lang ({language})")), "no text is marked as {language}");
    }
}
