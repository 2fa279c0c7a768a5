//! Text meant to break something: it comes out as text, or as an error that names its field. Never a hang.

use std::time::Duration;

use minutes::edition::{Edition, EditionKind};
use minutes::record::Nature;
use serde_json::json;

use crate::meetings::{self, entry, named};
use crate::process::{Run, fonts, run, typeset};

/// Far above the 20 seconds of processor time a worker allows itself, for machines that are busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);

/// An edition with `text` as the first entry of its third section.
fn saying(text: &str) -> Edition {
    let mut edition = meetings::empty(EditionKind::Full);
    edition.sections[2].entries = vec![entry(named("Tom Bradley", "health visitor"), Nature::Fact, text, "")];
    edition
}

fn typeset_in_time(edition: &Edition) -> Run {
    let run = typeset(edition);
    assert!(run.took < PATIENCE, "took {:?}", run.took);
    run
}

#[test]
fn markup_and_code_are_printed_as_they_stand() {
    let lines = [
        r#"#read("/etc/passwd") #eval("1+1") #import "@preview/x:0.1.0" #panic()"#,
        "= Heading *b* _i_ $x^2$ <l> @r ~ -- --- ... \\ / // comment",
        "] #panic() [ } { ``` `raw` ' \" https://example.org/?q=1&r=2",
        r"\u{41} &lt;script&gt; <b>x</b> %s {{x}} ${x}",
    ];
    let mut edition = saying(&lines.join("\n"));
    edition.meeting.title = lines[0].to_owned();
    edition.sections[2].heading = lines[1].to_owned();
    edition.sections[2].entries[0].by = named(lines[3], lines[0]);
    let pdf = typeset_in_time(&edition).pdf();
    let words = pdf.words();
    for (line, times) in lines.into_iter().zip([3, 2, 1, 2]) {
        assert_eq!(words.matches(line).count(), times, "{line} in {words}");
    }
    assert!(!words.contains("root:"));
    let objects = pdf.seen_by("qpdf", &["--qdf", "--object-streams=disable"], &["-"]);
    assert!(!objects.contains("/Subtype /Link") && !objects.contains("/URI"), "text became a link");
}

#[test]
fn characters_that_cannot_be_printed_are_left_out() {
    let words = typeset_in_time(&saying("be\0fore\u{FFFE} \u{202E}after\u{202C} \u{1b}[31mend")).pdf().words();
    assert!(words.contains("before after [31mend"), "{words}");
}

#[test]
fn a_character_no_font_draws_is_reported_with_its_field() {
    for (character, detail) in [('\u{13000}', "U+13000"), ('\u{E000}', "U+E000"), ('\u{0378}', "U+0378")] {
        let fault = typeset_in_time(&saying(&format!("The drawing shows {character}."))).fault();
        assert_eq!(
            fault,
            json!({ "code": "unprintable_character", "field": "sections[2].entries[0].text", "detail": detail })
        );
    }
    let mut edition = meetings::ordinary(EditionKind::Full);
    edition.actions[1].owner = Some(named("\u{13000}", ""));
    assert_eq!(typeset_in_time(&edition).fault()["field"], "actions[1].owner.name");
}

#[test]
fn a_hundred_thousand_accents_are_bounded() {
    for stack in ["\u{301}", "\u{301}\u{200D}", "\u{301}\u{327}\u{20DD}"] {
        let text = format!("a{}b", stack.repeat(100_000));
        let words = typeset_in_time(&saying(&text)).pdf().words();
        assert!(words.contains("Tom Bradley, health visitor"));
    }
}

#[test]
fn endless_words_are_broken() {
    let letters = |text: &str| typeset_in_time(&saying(text)).pdf().words().matches('j').count();
    assert_eq!(letters(&"abcdefghij".repeat(4_000)), letters("") + 4_000);
}

#[test]
fn long_text_runs_over_many_pages_without_losing_a_word() {
    let text: Vec<String> = (0..10_000).map(|n| format!("w{n}x")).collect();
    let words = typeset_in_time(&saying(&text.join(" "))).pdf().words();
    for word in text {
        assert!(words.contains(&word), "{word}");
    }
}

#[test]
fn two_hundred_people_fit_the_table() {
    let mut edition = meetings::ordinary(EditionKind::Full);
    let row = edition.attendance[2].clone();
    edition.attendance = (0..200)
        .map(|n| {
            let mut row = row.clone();
            row.person = named(&format!("Person Number{n}End"), "a very long profession, An Agency with a Long Name");
            row
        })
        .collect();
    let words = typeset_in_time(&edition).pdf().keep("two_hundred").words();
    for n in 0..200 {
        assert!(words.contains(&format!("Number{n}End")), "{n}");
    }
}

#[test]
fn scripts_that_join_everything_end_in_a_pdf_or_a_fault() {
    for unit in ["ب", "क्", "👩\u{200D}", "\u{1100}", "漢", "\u{200F}x", "("] {
        let run = typeset_in_time(&saying(&unit.repeat(20_000)));
        if !run.output.status.success() {
            // Killed by its own limits, or a fault in words that quote nothing.
            assert!(run.output.stdout.is_empty());
            let told = String::from_utf8_lossy(&run.output.stderr).into_owned();
            assert!(!told.contains(&unit.repeat(3)), "the error quotes the text");
        }
    }
}

#[test]
fn too_much_is_refused_before_any_work() {
    assert_eq!(typeset_in_time(&saying(&"word ".repeat(500_000))).fault()["code"], "too_large");
    assert_eq!(run(&" ".repeat(33 << 20)).fault()["code"], "too_large");
}

#[test]
fn input_it_cannot_read_is_refused_without_quoting_it() {
    let mut job = json!({ "edition": meetings::empty(EditionKind::Full), "attachment": null, "fonts": fonts() });
    job["edition"]["children"] = json!("Zofia Kowalska");
    let run = run(&job.to_string());
    assert_eq!(run.fault()["code"], "input");
    assert!(!String::from_utf8_lossy(&run.output.stderr).contains("Zofia"));
}

#[test]
fn missing_fonts_are_named() {
    let job = json!({ "edition": meetings::empty(EditionKind::Full), "attachment": null, "fonts": "/nowhere" });
    assert_eq!(run(&job.to_string()).fault(), json!({ "code": "fonts", "detail": "fonts.txt: entity not found" }));
}
