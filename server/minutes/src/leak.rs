//! The leak check: whether a copy holds what its reader must not have, looked for in the text of the finished copy, in
//! whatever spelling.
//!
//! It is no part of how a copy is made. An edition is compiled by an allow-list; this looks at what came of it as a stranger
//! would who holds the file, and knows only what must not be there.

mod copies;
mod findings;
mod fold;
mod identifiers;
mod spellings;
mod written;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::record::spelled;
pub use copies::{Contact, Copy, guard};
pub use findings::{CODE, findings, instead_of_contacts, weigh};
use fold::fold;
pub use written::{json_texts, markup_texts};

spelled! {
    /// What must not be in a copy.
    Protected {
        Address = "address",
        Telephone = "telephone",
        Email = "email",
        /// The name of a child whom this copy is not about.
        OtherChild = "other_child",
        /// Words of a part that this copy is not made from.
        RestrictedText = "restricted_text",
        /// By its check digit.
        NhsNumber = "nhs_number",
        /// A unique pupil number, by its check letter.
        PupilNumber = "pupil_number",
    }
}

/// One thing to look for. Never logged, and in no error: it would be in one more place.
#[derive(Clone)]
pub struct Secret {
    pub what: Protected,
    /// The id of whose it is, or of the row it stands in.
    pub about: String,
    /// The name of whose it is, for the chair; empty for what is nobody's.
    pub whose: String,
    /// The words themselves.
    pub text: String,
}

/// Something found, told without its words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub what: Protected,
    /// As in its [`Secret`]; of an identifier, which nobody told us to look for, empty.
    pub about: String,
    pub whose: String,
}

/// How many letters of a restricted text, from the beginning of a word on, are its text and no chance: some seven words.
pub const SHINGLE: usize = 32;
/// Of a text that has fewer, the whole of it, if it is as long as this.
const SHORTEST_TEXT: usize = 24;
/// Shorter spellings must stand by themselves: "ep12tt" is a postcode, and part of "step 12 tt".
const SHORT: usize = 12;

/// What must not be in one copy, made ready once.
#[derive(Default)]
pub struct Guard {
    secrets: Vec<Hit>,
    /// By how many of their first letters they are looked up by, then by the hash of those.
    spellings: BTreeMap<usize, HashMap<u64, Vec<Spelling>>>,
    identifiers: bool,
}

struct Spelling {
    letters: Vec<char>,
    secret: usize,
    /// It counts where it stands by itself alone.
    alone: bool,
}

/// How many letters to look a spelling up by: a text is gone through once for each of these, however many spellings there
/// are. A restricted text may have thousands, with the same beginnings, so that they are told apart by all they have.
const fn anchor(length: usize) -> usize {
    match length {
        0..5 => length,
        5..SHORTEST_TEXT => 5,
        SHORTEST_TEXT..SHINGLE => SHORTEST_TEXT,
        _ => SHINGLE,
    }
}

impl Guard {
    /// `identifiers`: whether numbers by which a child is known elsewhere are none of this reader's business.
    pub fn new(secrets: impl IntoIterator<Item = Secret>, identifiers: bool) -> Self {
        let mut guard = Self { identifiers, ..Self::default() };
        for secret in secrets {
            let at = guard.secrets.len();
            match secret.what {
                Protected::Address => guard.add(at, spellings::address(&secret.text)),
                Protected::Telephone => guard.add(at, spellings::telephone(&secret.text)),
                Protected::RestrictedText => guard.add_text(at, &secret.text),
                _ => guard.add(at, [fold(&secret.text).characters]),
            }
            guard.secrets.push(Hit { what: secret.what, about: secret.about, whose: secret.whose });
        }
        guard
    }

    fn add(&mut self, secret: usize, spellings: impl IntoIterator<Item = Vec<char>>) {
        for letters in spellings.into_iter().filter(|letters| letters.len() >= 3) {
            let figures = letters.len() >= 9 && letters.iter().all(char::is_ascii_digit);
            let alone = letters.len() < SHORT && !figures;
            let anchor = anchor(letters.len());
            let same = self.spellings.entry(anchor).or_default().entry(hash(&letters[..anchor])).or_default();
            if same.iter().all(|one| one.letters != letters || one.secret != secret) {
                same.push(Spelling { letters, secret, alone });
            }
        }
    }

    fn add_text(&mut self, secret: usize, text: &str) {
        let folded = fold(text);
        let letters = &folded.characters;
        if (SHORTEST_TEXT..SHINGLE).contains(&letters.len()) {
            self.add(secret, [letters.clone()]);
        }
        let last = letters.len().checked_sub(SHINGLE);
        let starts = folded.words().into_iter().map(|word| word.start).chain(last);
        let shingles = starts.filter_map(|start| letters.get(start..start + SHINGLE)).map(<[char]>::to_vec);
        self.add(secret, shingles.collect::<Vec<_>>());
    }

    /// What of it stands in this text.
    pub fn search(&self, text: &str) -> BTreeSet<Hit> {
        let folded = fold(text);
        let sums = Sums::of(&folded.characters);
        let mut found = BTreeSet::new();
        for (&anchor, spellings) in &self.spellings {
            for start in 0..(folded.characters.len() + 1).saturating_sub(anchor) {
                for one in spellings.get(&sums.between(start, start + anchor)).into_iter().flatten() {
                    let end = start + one.letters.len();
                    let is_there = folded.characters.get(start..end) == Some(one.letters.as_slice());
                    if is_there && (!one.alone || folded.stands_alone(start, end)) {
                        found.insert(self.secrets[one.secret].clone());
                    }
                }
            }
        }
        if self.identifiers {
            let hit = |what| Hit { what, about: String::new(), whose: String::new() };
            found.extend(identifiers::find(text).into_iter().map(hit));
        }
        found
    }
}

const PRIME: u64 = (1 << 61) - 1;
const BASE: u64 = 0x1f3d_5b79_a2c4_e681;

fn step(hash: u64, character: char) -> u64 {
    (multiply(hash, BASE) + u64::from(u32::from(character)) + 1) % PRIME
}

#[allow(clippy::cast_possible_truncation)] // it is below 2^61
fn multiply(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
}

fn hash(characters: &[char]) -> u64 {
    characters.iter().fold(0, |hash, character| step(hash, *character))
}

/// The hash of any stretch of a text, each in one step: texts are long, and so is what is looked for.
struct Sums {
    sums: Vec<u64>,
    powers: Vec<u64>,
}

impl Sums {
    fn of(characters: &[char]) -> Self {
        let (mut sums, mut powers) = (vec![0], vec![1]);
        let (mut sum, mut power) = (0, 1);
        for character in characters {
            sum = step(sum, *character);
            power = multiply(power, BASE);
            sums.push(sum);
            powers.push(power);
        }
        Self { sums, powers }
    }

    fn between(&self, start: usize, end: usize) -> u64 {
        (self.sums[end] + PRIME - multiply(self.sums[start], self.powers[end - start])) % PRIME
    }
}

#[cfg(test)]
mod tests;
