#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

fn secret(what: Protected, text: &str) -> Secret {
    Secret { what, about: "x".into(), whose: String::new(), text: text.into() }
}

fn finds(what: Protected, protected: &str, text: &str) -> bool {
    !Guard::new([secret(what, protected)], false).search(text).is_empty()
}

#[test]
fn an_address_is_found_in_any_spelling_and_by_any_piece_that_gives_it_away() {
    const ADDRESS: &str = "Flat 3, 82 Quay Street, Eastport EP1 2TT";
    let told = [
        "She lives at 82 Quay Street now.",
        "82 QUAY STREET",
        "82, quay-street",
        "82QuayStreet",
        "82 Quay\nStreet",
        "82 Quay St.",
        "I have moved to Quay Street, it is quiet there",
        "by Quay St, next to the shop",
        "８２ Ｑｕａｙ Ｓｔｒｅｅｔ",
        "𝟖𝟐 𝐐𝐮𝐚𝐲 𝐒𝐭𝐫𝐞𝐞𝐭",
        "8\u{200B}2 Qu\u{200D}ay St\u{AD}reet",
        "82 Q\u{301}uay Street",
        "\u{202E}82 Quay\u{202C} Street",
        "EP1 2TT",
        "ep12tt",
        "E P 1 2 T T",
        "EP1\u{A0}2TT",
        "Ｅ Ｐ １ ２ Ｔ Ｔ",
        "Flat 3 82 Quay Street Eastport EP1 2TT",
        "Eastport EP12TT",
    ];
    for text in told {
        assert!(finds(Protected::Address, ADDRESS, text), "{text}");
    }
    let innocent = [
        "They walked along the quay and bought a street map of Eastport.",
        "He moved to Eastport in 2024.",
        "Flat 3 is empty.",
        "In step 12 ttt was written",
        "Quay station is near",
        "",
    ];
    for text in innocent {
        assert!(!finds(Protected::Address, ADDRESS, text), "{text}");
    }
}

#[test]
fn numbers_and_mail_are_found_in_any_spelling() {
    for text in [
        "01632 960874",
        "01632-960874",
        "(01632) 96 08 74",
        "+44 1632 960874",
        "+44 (0) 1632 960874",
        "0044 1632 960 874",
        "0 1 6 3 2 9 6 0 8 7 4",
        "٠١٦٣٢ ٩٦٠٨٧٤",
        "ring 01632\n960874 after six",
    ] {
        assert!(finds(Protected::Telephone, "01632 960874", text), "{text}");
        assert!(finds(Protected::Telephone, "+44 (0)1632 960874", text), "{text}");
    }
    assert!(!finds(Protected::Telephone, "01632 960874", "01632 960875"));
    for text in ["Leanne.Doyle@Home.Example", "leanne . doyle @ home . example", "leanne doyle at: home.example?"] {
        let expected = !text.contains(" at:");
        assert_eq!(finds(Protected::Email, "leanne.doyle@home.example", text), expected, "{text}");
    }
}

#[test]
fn a_restricted_sentence_is_found_and_a_common_phrase_is_not() {
    const RESTRICTED: &str = "Police hold three call-outs to the home since June. No concerns were raised by the school at \
        that time, and the family was told so by the social worker.";
    for text in [
        "We heard that police hold three call-outs to the home since June, which was new to us.",
        "police hold three call outs to the home since june",
        "the family was\ntold so by the social\nworker",
    ] {
        assert!(finds(Protected::RestrictedText, RESTRICTED, text), "{text}");
    }
    for text in [
        "No concerns were raised by the school.",
        "The family was told by the social worker.",
        "Police were called three times.",
    ] {
        assert!(!finds(Protected::RestrictedText, RESTRICTED, text), "{text}");
    }
    assert!(finds(
        Protected::RestrictedText,
        "Grandad is under investigation.",
        "He heard: grandad is under investigation"
    ));
    assert!(!finds(Protected::RestrictedText, "No concerns.", "No concerns."), "a phrase, not a text");
}

#[test]
fn identifiers_are_told_by_what_they_check_themselves_with() {
    let guard = Guard::new([], true);
    let cases: [(&str, &[Protected]); 14] = [
        ("NHS 943 476 5919", &[Protected::NhsNumber]),
        ("(9434765919)", &[Protected::NhsNumber]),
        ("943-476-5919.", &[Protected::NhsNumber]),
        ("943\u{A0}476\n5919", &[Protected::NhsNumber]),
        ("９４３ ４７６ ５９１９", &[Protected::NhsNumber]),
        ("94\u{200B}34765919", &[Protected::NhsNumber]),
        ("943 476 5918", &[]),
        ("19434765919", &[]),
        ("a9434765919", &[]),
        ("2026-11-25 10:00", &[]),
        ("UPN H801200001001", &[Protected::PupilNumber]),
        ("h 801 2000 01001", &[Protected::PupilNumber]),
        ("H801200001002", &[]),
        ("XH801200001001", &[]),
    ];
    for (text, expected) in cases {
        let found: Vec<Protected> = guard.search(text).into_iter().map(|hit| hit.what).collect();
        assert_eq!(found, expected, "{text}");
    }
    assert!(Guard::new([], false).search("943 476 5919").is_empty());
}

#[test]
fn another_child_is_found_by_name() {
    assert!(finds(Protected::OtherChild, "Jakub Nowak", "said that JAKUB-NOWAK hit him"));
    assert!(finds(Protected::OtherChild, "Zoë", "and Zoe was there"));
    assert!(!finds(Protected::OtherChild, "Zoë", "a zoenal plan"));
}

#[test]
fn much_is_searched_in_a_moment() {
    let words = |from: usize| (from..from + 10_000).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
    let same = "a ".repeat(10_000);
    let restricted = [secret(Protected::RestrictedText, &words(0)), secret(Protected::RestrictedText, &same)];
    let guard = Guard::new(restricted, true);
    assert!(guard.search(&words(20_000)).is_empty());
    assert_eq!(guard.search(&words(9_000)).len(), 1);
}

/// Puts things between the characters of a text that nobody sees, or that nobody minds.
fn disguised(text: &str, between: &[usize], capitals: &[bool], wide: bool) -> String {
    const BETWEEN: [&str; 10] = ["", "", "", "\u{200B}", "\u{200D}", "\u{AD}", "\u{2060}", " ", "-", "\n"];
    let mut disguised = String::new();
    for (at, character) in text.chars().enumerate() {
        let capital = capitals[at % capitals.len()];
        let character = if capital { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() };
        match u32::from(character) {
            code @ 0x21..0x7F if wide => disguised.extend(char::from_u32(code + 0xFEE0)),
            _ => disguised.push(character),
        }
        disguised.push_str(BETWEEN[between[at % between.len()]]);
    }
    disguised
}

proptest! {
    #[test]
    fn no_disguise_hides_an_address(
        number in 1..999_u32,
        street in "[A-Z][a-z]{3,9}",
        kind in prop::sample::select(vec!["Street", "Road", "Close", "Avenue"]),
        before in "[a-z ]{0,40}",
        after in "[a-z ]{0,40}",
        between in prop::collection::vec(0..10_usize, 1..30),
        capitals in prop::collection::vec(any::<bool>(), 1..30),
        wide in any::<bool>(),
    ) {
        let line = format!("{number} {street} {kind}");
        let shown = disguised(&line, &between, &capitals, wide);
        let text = format!("{before} {shown} {after}");
        prop_assert!(finds(Protected::Address, &format!("{line}, Eastport EP1 2TT"), &text), "{text}");
    }

    #[test]
    fn no_disguise_hides_a_number(
        figures in "0[1-9][0-9]{9}",
        country in prop::sample::select(vec!["0", "+44", "+44 (0)", "0044 ", "44"]),
        between in prop::collection::vec(0..10_usize, 1..30),
        wide in any::<bool>(),
    ) {
        let shown = disguised(&format!("{country}{}", &figures[1..]), &between, &[false], wide);
        prop_assert!(finds(Protected::Telephone, &figures, &format!("ring {shown} now")), "{shown}");
    }

    #[test]
    fn no_disguise_hides_a_sentence(
        words in prop::collection::vec("[a-z]{3,8}", 8..30),
        between in prop::collection::vec(0..10_usize, 1..30),
        capitals in prop::collection::vec(any::<bool>(), 1..30),
    ) {
        let text = words.join(" ");
        let shown = disguised(&text, &between, &capitals, false);
        prop_assert!(finds(Protected::RestrictedText, &text, &shown), "{shown}");
    }

    #[test]
    fn nothing_is_found_where_no_piece_of_it_is(text in "[a-f ]{0,200}") {
        prop_assert!(!finds(Protected::Address, "82 Quay Street, Eastport EP1 2TT", &text));
        prop_assert!(!finds(Protected::Telephone, "01632 960874", &text));
    }

    #[test]
    fn any_text_at_all_is_searched(text in any::<String>(), protected in any::<String>()) {
        for what in [Protected::Address, Protected::Telephone, Protected::Email, Protected::RestrictedText] {
            Guard::new([secret(what, &protected)], true).search(&text);
        }
    }
}
