//! The leak check: whether a copy holds what its reader must not have, looked for in the text of the finished copy, in
//! whatever spelling.
//!
//! It is no part of how a copy is made. An edition is compiled by an allow-list; this looks at what came of it as a stranger
//! would who holds the file, and knows only what must not be there.

mod fold;
mod identifiers;
mod spellings;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::ids::RowId;
use crate::record::{Override, PartRecord, spelled};
use fold::{Folded, fold};

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

impl Protected {
    /// What it is, for the chair.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Address => "the address",
            Self::Telephone => "the telephone number",
            Self::Email => "the e-mail address",
            Self::OtherChild => "the name of another child",
            Self::RestrictedText => "words from a part that these readers do not get",
            Self::NhsNumber => "an NHS number",
            Self::PupilNumber => "a unique pupil number",
        }
    }
}

/// One thing to look for. Never logged, and in no error: it would be in one more place.
#[derive(Clone)]
pub struct Secret {
    pub what: Protected,
    /// The id of whose it is, or of the row it stands in.
    pub about: String,
    /// The words themselves.
    pub text: String,
}

/// Something found, told without its words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub what: Protected,
    /// As in its [`Secret`]; of an identifier, which nobody told us to look for, empty.
    pub about: String,
}

/// How many words of a restricted text, one after the other, are its text and no chance.
pub const SHINGLE: usize = 8;
/// Of a text that has fewer, the whole of it, if it is as long as this.
const SHORTEST_TEXT: usize = 24;
/// Shorter spellings must stand by themselves: "ep12tt" is a postcode, and part of "step 12 tt".
const SHORT: usize = 12;

/// What must not be in one copy, made ready once.
#[derive(Default)]
pub struct Guard {
    secrets: Vec<Hit>,
    /// By their length in characters, then by their hash: a text is gone through once for each length.
    spellings: BTreeMap<usize, HashMap<u64, usize>>,
    identifiers: bool,
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
            guard.secrets.push(Hit { what: secret.what, about: secret.about });
        }
        guard
    }

    fn add(&mut self, secret: usize, spellings: impl IntoIterator<Item = Vec<char>>) {
        for spelling in spellings.into_iter().filter(|spelling| spelling.len() >= 3) {
            self.spellings.entry(spelling.len()).or_default().entry(hash(&spelling)).or_insert(secret);
        }
    }

    fn add_text(&mut self, secret: usize, text: &str) {
        let folded = fold(text);
        let words = folded.words();
        if words.len() < SHINGLE && folded.characters.len() >= SHORTEST_TEXT {
            self.add(secret, [folded.characters.clone()]);
        }
        for shingle in words.windows(SHINGLE) {
            let (Some(first), Some(last)) = (shingle.first(), shingle.last()) else { continue };
            self.add(secret, [folded.characters[first.start..last.end].to_vec()]);
        }
    }

    /// What of it stands in this text.
    pub fn search(&self, text: &str) -> BTreeSet<Hit> {
        let folded = fold(text);
        let sums = Sums::of(&folded.characters);
        let mut found = BTreeSet::new();
        for (&length, spellings) in &self.spellings {
            for start in 0..(folded.characters.len() + 1).saturating_sub(length) {
                let Some(&secret) = spellings.get(&sums.between(start, start + length)) else { continue };
                if length >= SHORT || folded.stands_alone(start, start + length) {
                    found.insert(self.secrets[secret].clone());
                }
            }
        }
        if self.identifiers {
            found.extend(identifiers::find(text).into_iter().map(|what| Hit { what, about: String::new() }));
        }
        found
    }
}

/// Everything that was written in parts a copy is not made from, to be looked for in it. What somebody wrote just so into
/// the same field of an open part, as the same outcome of two actions, was said openly.
pub fn restricted_texts(parts: &[PartRecord], holds: impl Fn(&PartRecord) -> bool) -> Vec<Secret> {
    let (open, restricted): (Vec<_>, Vec<_>) = parts.iter().partition(|part| holds(part));
    let outcomes: BTreeSet<Vec<char>> =
        open.iter().flat_map(|part| &part.actions).map(|action| fold(&action.outcome).characters).collect();
    let mut secrets = Vec::new();
    for part in restricted {
        for (place, text) in texts(part) {
            let said_openly = place.is_outcome && outcomes.contains(&fold(text).characters);
            if !said_openly {
                secrets.push(Secret {
                    what: Protected::RestrictedText,
                    about: place.about(),
                    text: text.to_owned(),
                });
            }
        }
    }
    secrets
}

/// Where a text stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    /// On the live page: `section-<key>`, `decisions`, `actions` or `attendance`.
    pub section: Option<&'a str>,
    pub sheet: &'static str,
    pub row: Option<RowId>,
    is_outcome: bool,
}

impl Place<'_> {
    fn about(&self) -> String {
        self.row.map_or_else(|| self.sheet.to_owned(), |row| row.to_string())
    }

    /// The place on the live page.
    pub fn name(&self) -> String {
        self.section.map_or_else(|| self.sheet.to_owned(), |key| format!("section-{key}"))
    }
}

/// Where in the parts this copy is made from the hits stand, so that the chair can put them right.
pub fn places<'a>(guard: &Guard, parts: impl IntoIterator<Item = &'a PartRecord>) -> BTreeMap<Hit, BTreeSet<Place<'a>>> {
    let mut places: BTreeMap<Hit, BTreeSet<Place<'_>>> = BTreeMap::new();
    for (place, text) in parts.into_iter().flat_map(texts) {
        for hit in guard.search(text) {
            places.entry(hit).or_default().insert(place);
        }
    }
    places
}

/// Every text people wrote in a part.
fn texts(part: &PartRecord) -> Vec<(Place<'_>, &str)> {
    let at = |sheet, row| Place { section: None, sheet, row, is_outcome: false };
    let mut texts: Vec<(Place<'_>, &str)> = Vec::new();
    for row in &part.attendance {
        texts.push((at("attendance", None), &row.note));
    }
    for section in &part.sections {
        for entry in &section.entries {
            let place = Place { section: Some(&section.key), ..at("section", Some(entry.id)) };
            texts.extend([(place, entry.text.as_str()), (place, &entry.source)]);
        }
    }
    for decision in &part.decisions {
        let place = at("decisions", Some(decision.id));
        texts.extend([(place, decision.text.as_str()), (place, &decision.rationale), (place, &decision.category)]);
    }
    for view in &part.views {
        texts.push((at("decisions", Some(view.decision)), &view.reason));
    }
    for action in &part.actions {
        let place = at("actions", Some(action.id));
        texts.push((Place { is_outcome: true, ..place }, &action.outcome));
        texts.extend([(place, action.what.as_str()), (place, &action.measure)]);
    }
    texts
}

/// A finding in the copies of one kind, which stops the lock until it is put right or overridden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// Names it among the others of this record, without its words.
    pub key: String,
    /// What was found and where in the record, in words for the chair.
    pub found: String,
    /// Which copies, and where in them.
    pub copies: String,
    /// The place on the live page; empty where it stands in none of the texts.
    pub place: String,
    pub row: Option<RowId>,
}

/// The longest reason for an override, in UTF-16 code units.
pub const MAX_WHY: usize = 1000;

/// Which leaks the chair lets through, and why: for the approval. The others stand in the way.
pub fn weigh(
    leaks: Vec<Leak>,
    by: crate::ids::PersonId,
    reasons: &BTreeMap<String, String>,
) -> Result<Vec<Override>, Vec<Leak>> {
    let why = |leak: &Leak| {
        let why = reasons.get(&leak.key).map_or("", |why| why.trim());
        (!why.is_empty() && why.encode_utf16().count() <= MAX_WHY).then(|| why.to_owned())
    };
    if leaks.iter().any(|leak| why(leak).is_none()) {
        return Err(leaks.into_iter().filter(|leak| why(leak).is_none()).collect());
    }
    let overridden = leaks.into_iter().map(|leak| Override {
        why: why(&leak).unwrap_or_default(),
        found: leak.found,
        copies: leak.copies,
        by,
    });
    Ok(overridden.collect())
}

const PRIME: u64 = (1 << 61) - 1;
const BASE: u64 = 0x1f3d_5b79_a2c4_e681;

fn step(hash: u64, character: char) -> u64 {
    (multiply(hash, BASE) + u64::from(u32::from(character)) + 1) % PRIME
}

#[allow(clippy::cast_possible_truncation)] // the remainder is below 2^61
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

impl Folded {
    /// Whether no word goes on before or after.
    fn stands_alone(&self, start: usize, end: usize) -> bool {
        self.edges.contains(&start) && self.edges.contains(&end)
    }
}

#[cfg(test)]
mod tests;
