//! Any edits by several people, heard of at once or later: the words stay whole, and each is its author's.

use automerge::transaction::Transactable;
use proptest::prelude::*;

use super::table::{CHAIR, Desk, HEALTH, POLICE, START, at, entry, row, text_of};
use super::{assert_true_to, moments};
use crate::document::{self, draft};

/// Nobody types what another types, so that a code point tells who typed it. Letters, some beyond the basic plane, and
/// what only makes sense after another's: accents, a joiner, a colour of skin, halves of a flag.
const KEYBOARDS: [(u128, &[&str]); 3] = [
    (CHAIR, &["a", "bb", "e\u{301}", "👩", "𝄞c", "🇵", "\u{302}"]),
    (POLICE, &["1", "22", "\u{308}", "👍", "\u{200d}", "🇱", "क"]),
    (HEALTH, &["ж", "щщ", "🙂", "🏽", "\u{94d}ष", "👧", "\n"]),
];

fn typist(character: char) -> u128 {
    let owner = KEYBOARDS.iter().find(|(_, keys)| keys.iter().any(|key| key.contains(character)));
    owner.map_or(0, |(who, _)| *who)
}

/// One thing somebody does: who, where in the text (of 256 parts), how much is taken out, which key, how long after the
/// one before, and whether they have heard of the others.
type Step = (usize, u8, u8, usize, i64, bool);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..3_usize, any::<u8>(), 0..3_u8, 0..8_usize, 0..200_000_i64, any::<bool>());
    prop::collection::vec(step, 1..40)
}

fn play(steps: &[Step]) -> Desk {
    let mut desk = Desk::new();
    desk.write(CHAIR, 0, |tx| draft::entry(tx, "worries", &entry(1, CHAIR, "abb")));
    for who in [POLICE, HEALTH] {
        desk.catch_up(who);
    }
    let mut now = START;
    for (who, place, taken, key, pause, hears) in steps {
        let (who, keys) = KEYBOARDS[*who];
        now += pause;
        if *hears {
            desk.catch_up(who);
        }
        let typed = keys.get(*key).copied().unwrap_or_default();
        desk.write_unseen(who, now, |tx| {
            let text = text_of(tx, row(1));
            let characters: Vec<char> = text.chars().collect();
            let from = usize::from(*place) * (characters.len() + 1) / 256;
            let until = (from + usize::from(*taken)).min(characters.len());
            let width = |range: &[char]| range.iter().map(|one| one.len_utf16()).sum::<usize>();
            let object = at(tx, &["sections", "worries", "entries", &row(1).to_string(), "text"]);
            let deleted = isize::try_from(width(&characters[from..until])).unwrap();
            tx.splice_text(&object, width(&characters[..from]), deleted, typed)
        });
    }
    desk
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_join_to_the_text_and_name_who_typed_it(steps in steps(), earlier in any::<u8>()) {
        let mut desk = play(&steps);
        desk.catch_up(CHAIR);
        let now = desk.state(desk.len());
        let text = desk.text(CHAIR, row(1));
        assert_true_to(&text, now.sections[0].entries[0].words("text"), typist);

        // And as it stood at any moment before.
        let n = 2 + usize::from(earlier) * (desk.len() - 1) / 256;
        let then = desk.state(n);
        let log = desk.log();
        let doc = document::open(None, log[..n].iter().map(|logged| logged.bytes)).unwrap();
        assert_true_to(&text_of(&doc, row(1)), then.sections[0].entries[0].words("text"), typist);
    }

    #[test]
    fn every_change_is_in_a_sitting_of_its_author(steps in steps()) {
        let desk = play(&steps);
        let log = desk.log();
        let moments = moments(&log, &desk.owners).unwrap();
        for logged in &log[1..] {
            let change = automerge::Change::try_from(logged.bytes).unwrap();
            let (by, _) = desk.owners[change.actor_id().to_bytes()];
            let holds = |moment: &&super::Moment| {
                moment.by == by && moment.from <= logged.received_at && logged.received_at <= moment.to
            };
            prop_assert!(moments.iter().any(|moment| holds(&moment) && moment.n >= logged.n));
        }
        prop_assert!(moments.iter().all(|moment| desk.owners.values().any(|(person, _)| *person == moment.by)));
        prop_assert!(moments.is_sorted_by_key(|moment| moment.n));
        for moment in &moments {
            let change = automerge::Change::try_from(log[usize::try_from(moment.n).unwrap() - 1].bytes).unwrap();
            prop_assert_eq!(desk.owners[change.actor_id().to_bytes()].0, moment.by);
        }
    }
}
