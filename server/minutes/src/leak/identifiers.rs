//! Numbers by which a child is known elsewhere, told from other numbers by what they check themselves with.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::Protected;
use super::fold::{figure, is_nothing};

pub(super) fn find(text: &str) -> BTreeSet<Protected> {
    let characters: Vec<char> =
        text.nfkc().filter(|c| !is_nothing(*c)).map(figure).map(|c| c.to_ascii_uppercase()).collect();
    let mut found = BTreeSet::new();
    for start in 0..characters.len() {
        let in_a_word = start > 0 && characters[start - 1].is_alphanumeric();
        if in_a_word {
            continue;
        }
        if run(&characters[start..], 10).is_some_and(|(number, groups)| is_nhs(&number) && grouped(&groups)) {
            found.insert(Protected::NhsNumber);
        }
        if run(&characters[start..], 13).is_some_and(|(number, _)| is_pupil(&number)) {
            found.insert(Protected::PupilNumber);
        }
    }
    found
}

/// As many letters and figures, with at most one thing between two of them, and none after. With the lengths of its groups.
fn run(characters: &[char], length: usize) -> Option<(Vec<char>, Vec<usize>)> {
    let mut taken = Vec::with_capacity(length);
    let mut groups = vec![0];
    let mut between = 0;
    for character in characters {
        if character.is_ascii_alphanumeric() {
            if taken.len() == length {
                return (between > 0).then_some((taken, groups));
            }
            if between > 0 {
                groups.push(0);
            }
            between = 0;
            *groups.last_mut()? += 1;
            taken.push(*character);
        } else if character.is_alphanumeric() || (between >= 2 && taken.len() < length) {
            break;
        } else {
            if taken.len() == length {
                return Some((taken, groups));
            }
            between += 1;
        }
    }
    (taken.len() == length && between == 0).then_some((taken, groups))
}

/// 943 476 5919: in one piece, or as it is printed. Dates and telephone numbers are grouped in other ways.
fn grouped(groups: &[usize]) -> bool {
    matches!(groups, [10] | [3, 3, 4])
}

fn values(characters: &[char]) -> Option<Vec<u32>> {
    characters.iter().map(|character| character.to_digit(10)).collect()
}

/// Modulus 11.
fn is_nhs(number: &[char]) -> bool {
    let Some(values) = values(number) else { return false };
    let Some((check, rest)) = values.split_last() else { return false };
    if rest.iter().all(|value| value == check) {
        return false;
    }
    let sum: u32 = rest.iter().zip((2..=10).rev()).map(|(value, weight)| value * weight).sum();
    (11 - sum % 11) % 11 == *check
}

/// The letters that a pupil number is checked by; I, O and S are left out, as they read like figures.
const CHECK_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// A check letter and twelve figures; the last of a temporary one is a letter.
fn is_pupil(number: &[char]) -> bool {
    let Some((check, rest)) = number.split_first() else { return false };
    let last = rest.len().saturating_sub(1);
    let values = rest.iter().enumerate().map(|(at, character)| match character.to_digit(10) {
        None if at == last => CHECK_LETTERS
            .iter()
            .position(|letter| char::from(*letter) == *character)
            .and_then(|at| u32::try_from(at).ok()),
        value => value,
    });
    let Some(values) = values.collect::<Option<Vec<u32>>>() else { return false };
    let sum: u32 = values.iter().zip(2..).map(|(value, weight)| value * weight).sum();
    CHECK_LETTERS.get((sum % 23) as usize).is_some_and(|letter| char::from(*letter) == *check)
}
