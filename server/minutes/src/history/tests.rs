//! The history of records that several people wrote.
#![allow(clippy::unwrap_used, clippy::panic)]

mod random;
mod table;

use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::document::draft;
use crate::record::{AttendanceStatus, Nature};
use table::{CHAIR, CHILD, Desk, MINUTE, POLICE, START, entry, person, row};

/// Text, person, minutes after the start of first and last character.
fn told(spans: &[Span]) -> Vec<(&str, u128, i64, i64)> {
    let minutes = |at: i64| (at - START) / MINUTE;
    let who = |by: Option<PersonId>| by.map_or(0, |by| by.0.as_u128());
    spans.iter().map(|span| (span.text.as_str(), who(span.by), minutes(span.from), minutes(span.to))).collect()
}

#[test]
fn pieces_join_into_spans_and_no_character_is_cut() {
    const A: u128 = 1;
    const B: u128 = 2;
    /// Pieces: text, whose, in which change, at which minute.
    type Case<'a> = (&'a [(&'a str, u128, i64, i64)], &'a [(&'a str, u128, i64, i64)]);
    let cases: &[Case<'_>] = &[
        (&[], &[]),
        (&[("", A, 1, 0)], &[]),
        (&[("a", A, 1, 0), ("b", A, 2, 1)], &[("ab", A, 0, 1)]),
        // A new sitting of the same person is a new span, whichever came first.
        (&[("a", A, 1, 0), ("b", A, 2, 9)], &[("a", A, 0, 0), ("b", A, 9, 9)]),
        (&[("b", A, 2, 9), ("a", A, 1, 0)], &[("b", A, 9, 9), ("a", A, 0, 0)]),
        (&[("a", A, 1, 0), ("b", B, 2, 0), ("c", A, 3, 1)], &[("a", A, 0, 0), ("b", B, 0, 0), ("c", A, 1, 1)]),
        // Beyond the basic plane, one code point each.
        (&[("🙂", A, 1, 0), ("𝄞", B, 2, 0)], &[("🙂", A, 0, 0), ("𝄞", B, 0, 0)]),
        // An accent by somebody else: whoever came last made the letter what it is.
        (
            &[("xe", A, 1, 0), ("\u{301}", B, 2, 1), ("y", A, 3, 1)],
            &[("x", A, 0, 0), ("e\u{301}", B, 1, 1), ("y", A, 1, 1)],
        ),
        (&[("e", A, 2, 1), ("\u{301}", B, 1, 0)], &[("e\u{301}", A, 1, 1)]),
        // A family of three code points and two joiners, typed by two; a flag of two halves.
        (&[("👩", A, 1, 0), ("\u{200d}", B, 2, 0), ("👧", A, 3, 0)], &[("👩\u{200d}👧", A, 0, 0)]),
        (&[("🇵", A, 1, 0), ("🇱", B, 2, 0)], &[("🇵🇱", B, 0, 0)]),
        (&[("👍", A, 1, 0), ("🏽", B, 2, 0), ("!", B, 3, 0)], &[("👍🏽!", B, 0, 0)]),
    ];
    for (pieces, expected) in cases {
        let pieces = pieces
            .iter()
            .map(|(text, by, n, minute)| (*text, Stamp { by: Some(person(*by)), n: *n, at: START + minute * MINUTE }));
        assert_eq!(told(&spans::join(pieces)), *expected);
    }
}

#[test]
fn each_word_of_a_paragraph_is_its_authors() {
    let mut desk = Desk::new();
    desk.write(CHAIR, 0, |tx| draft::entry(tx, "worries", &entry(1, CHAIR, "The school says 92.")));
    desk.write(POLICE, 10, |tx| draft::append(tx, "worries", row(1), " In May."));
    desk.write(POLICE, 11, |tx| draft::append(tx, "worries", row(1), " 🙂"));
    desk.write(CHAIR, 11, |tx| draft::append(tx, "worries", row(1), " Checked."));
    let state = desk.state(5);
    let found = &state.sections[0].entries[0];
    assert_eq!(
        told(found.words("text")),
        [("The school says 92.", CHAIR, 0, 0), (" In May. 🙂", POLICE, 10, 11), (" Checked.", CHAIR, 11, 11)]
    );
    assert_eq!((found.added.by, found.added.n, found.added.at), (Some(person(CHAIR)), 2, START));
    assert_eq!((state.n, state.at), (5, START + 11 * MINUTE));
    // As it stood before.
    assert_eq!(told(desk.state(3).sections[0].entries[0].words("text")).len(), 2);
    assert_eq!(told(desk.state(2).sections[0].entries[0].words("text")), [("The school says 92.", CHAIR, 0, 0)]);
    assert!(desk.state(1).sections[0].entries.is_empty());
}

#[test]
fn time_and_author_come_from_the_server_whatever_a_change_says() {
    let mut desk = Desk::new();
    // Written with a clock of 1970, like every change here; and under an actor that the table gives to the police.
    desk.write(CHAIR, 3, |tx| draft::entry(tx, "worries", &entry(1, CHAIR, "Word.")));
    desk.give_away(CHAIR, POLICE);
    let state = desk.state(2);
    assert_eq!(told(state.sections[0].entries[0].words("text")), [("Word.", POLICE, 3, 3)]);
    // Whose statement it is, is another thing.
    assert_eq!(state.sections[0].entries[0].value("by"), person(CHAIR).to_string());
    desk.disown(CHAIR);
    assert_eq!(told(desk.state(2).sections[0].entries[0].words("text")), [("Word.", 0, 3, 3)]);
}

#[test]
fn scalars_say_who_set_them_last() {
    let mut desk = Desk::new();
    desk.write(CHAIR, 0, |tx| draft::entry(tx, "worries", &entry(1, CHAIR, "Word.")));
    desk.write(CHAIR, 1, |tx| draft::attendance(tx, person(POLICE), AttendanceStatus::Present, "10:12"));
    desk.put(POLICE, 5, &["sections", "worries", "entries", &row(1).to_string()], "nature", "allegation");
    let state = desk.state(4);
    let found = &state.sections[0].entries[0];
    assert_eq!((found.value("nature"), found.set("nature").unwrap().by), ("allegation", Some(person(POLICE))));
    assert_eq!(found.set("nature").unwrap().at, START + 5 * MINUTE);
    assert_eq!(found.set("source").unwrap(), found.added);
    assert_eq!(found.children(), [(CHILD, found.added)]);
    assert_eq!(desk.state(3).sections[0].entries[0].value("nature"), Nature::Fact.as_str());
    let arrived = state.attendance.iter().find(|row| row.person == person(POLICE)).unwrap();
    assert_eq!((arrived.value("arrivedAt"), arrived.set("arrivedAt").unwrap().by), ("10:12", Some(person(CHAIR))));
    let invited = state.attendance.iter().find(|row| row.person == person(CHAIR)).unwrap();
    assert_eq!((invited.value("status"), invited.set("status").unwrap().by), ("invited", None));
    assert!(invited.words("note").is_empty());
}

#[test]
fn a_removed_row_stays_with_who_removed_it_and_when() {
    let mut desk = Desk::new();
    desk.write(POLICE, 0, |tx| draft::entry(tx, "worries", &entry(1, POLICE, "Wrong child.")));
    desk.write(POLICE, 0, |tx| draft::entry(tx, "worries", &entry(2, POLICE, "Right.")));
    desk.remove(CHAIR, 4, "worries", row(1));
    let entries = &desk.state(4).sections[0].entries;
    let removed = entries[0].removed.unwrap();
    assert_eq!((removed.by, removed.n, removed.at), (Some(person(CHAIR)), 4, START + 4 * MINUTE));
    assert_eq!(told(entries[0].words("text")), [("Wrong child.", POLICE, 0, 0)]);
    assert_eq!(entries[1].removed, None);
    assert_eq!(desk.state(3).sections[0].entries[0].removed, None);
}

#[test]
fn moments_are_sittings_of_one_person_in_one_place() {
    let mut desk = Desk::new();
    desk.write(CHAIR, 0, |tx| draft::entry(tx, "worries", &entry(1, CHAIR, "The school says")));
    desk.write(CHAIR, 1, |tx| draft::append(tx, "worries", row(1), " 92 per cent"));
    desk.write(POLICE, 1, |tx| draft::append(tx, "worries", row(1), ", in May."));
    desk.write(CHAIR, 2, |tx| draft::append(tx, "worries", row(1), " Good."));
    desk.write(CHAIR, 2, |tx| draft::attendance(tx, person(POLICE), AttendanceStatus::Present, "10:12"));
    // After a pause longer than a sitting's.
    desk.put(CHAIR, 9, &["sections", "worries", "entries", &row(1).to_string()], "source", "school register");
    desk.delete(CHAIR, 9, "worries", row(1), 0, "The school ".len());
    desk.remove(POLICE, 20, "worries", row(1));
    let found = moments(&desk.log(), &desk.owners).unwrap();
    let worries = || Place::Section("worries".to_owned());
    let seen: Vec<_> = found
        .iter()
        .map(|one| {
            let (who, from, to) = (one.by.0.as_u128(), (one.from - START) / MINUTE, (one.to - START) / MINUTE);
            (one.n, who, one.place.clone(), from, to, one.words_added, one.words_removed)
        })
        .collect();
    assert_eq!(
        seen,
        [
            (4, POLICE, worries(), 1, 1, 2, 0),
            (5, CHAIR, worries(), 0, 2, 7, 0),
            (6, CHAIR, Place::Attendance, 2, 2, 0, 0),
            (8, CHAIR, worries(), 9, 9, 0, 2),
            (9, POLICE, worries(), 20, 20, 0, 0),
        ]
    );
    let about: Vec<_> = found.iter().map(|one| (one.made_row, one.removed_row, one.set.len())).collect();
    assert_eq!(about, [(false, false, 0), (true, false, 0), (false, false, 2), (false, false, 1), (false, true, 0)]);
    assert_eq!(found[3].set.first(), Some(&"source"));
    assert_eq!((found[0].speaker, found[2].speaker), (Some(person(CHAIR)), None));
    assert!(found.iter().all(|one| one.row.is_some() == (one.place != Place::Attendance)));
}

#[test]
fn what_is_typed_and_taken_back_in_one_sitting_is_not_counted() {
    let mut desk = Desk::new();
    desk.write(CHAIR, 0, |tx| draft::entry(tx, "worries", &entry(1, CHAIR, "")));
    for letter in "The xcat sat".chars() {
        desk.write(CHAIR, 0, |tx| draft::append(tx, "worries", row(1), &letter.to_string()));
    }
    desk.delete(CHAIR, 1, "worries", row(1), 4, 1);
    let found = moments(&desk.log(), &desk.owners).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].words_added, found[0].words_removed), (3, 0));
    // Hours later, from the end backwards, as a backspace does.
    for end in (4..11).rev() {
        desk.delete(POLICE, 300, "worries", row(1), end, 1);
    }
    let found = moments(&desk.log(), &desk.owners).unwrap();
    assert_eq!((found[1].by, found[1].words_added, found[1].words_removed), (person(POLICE), 0, 2));
}

#[test]
fn nothing_is_read_from_a_log_that_is_no_log() {
    let desk = Desk::new();
    assert!(state(&[], &desk.owners, &["worries".to_owned()]).is_err());
    assert_eq!(moments(&[], &desk.owners).unwrap(), []);
    let broken = [Logged { n: 1, received_at: 0, bytes: b"no change" }];
    assert!(moments(&broken, &desk.owners).is_err());
    assert!(state(&broken, &desk.owners, &[]).is_err());
    assert_eq!(moments(&desk.log(), &desk.owners).unwrap(), [], "what the server made is nobody's sitting");
}

/// What holds of the spans of any text, given who may have typed each of its code points.
fn assert_true_to(text: &str, spans: &[Span], typists: impl Fn(char) -> u128) {
    let joined: String = spans.iter().map(|span| span.text.as_str()).collect();
    assert_eq!(joined, text);
    let borders: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    let mut at = 0;
    for span in spans {
        assert!(!span.text.is_empty() && span.from <= span.to);
        assert!(borders.contains(&at), "{span:?} begins inside a character");
        let by = span.by.unwrap().0.as_u128();
        for character in span.text.graphemes(true) {
            assert!(character.chars().any(|one| typists(one) == by), "{character:?} is not by {by}");
        }
        at += span.text.len();
    }
}
