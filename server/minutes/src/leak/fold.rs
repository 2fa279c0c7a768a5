//! One spelling for all: letters and figures alone, without case, accents, and everything between them.

use std::collections::HashSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text folded, and where its words begin and end.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub characters: Vec<char>,
    /// Places between two characters where one word ends or another begins; a change from letters to figures or from small
    /// letters to capitals is one too, since whoever types in haste leaves the space out.
    pub edges: HashSet<usize>,
    /// Where there was something between two words.
    breaks: Vec<usize>,
}

impl Folded {
    /// Whether no word goes on before or after.
    pub(super) fn stands_alone(&self, start: usize, end: usize) -> bool {
        self.edges.contains(&start) && self.edges.contains(&end)
    }

    /// The words as they were set apart.
    pub(super) fn words(&self) -> Vec<Range<usize>> {
        let ends = self.breaks.iter().copied().chain([self.characters.len()]);
        let mut start = 0;
        let mut words = Vec::new();
        for end in ends {
            if end > start {
                words.push(start..end);
            }
            start = end;
        }
        words
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Small,
    Capital,
    Figure,
}

pub(super) fn fold(text: &str) -> Folded {
    let mut folded = Folded::default();
    let mut before = None;
    for character in text.nfkd() {
        if is_combining_mark(character) || is_nothing(character) {
            continue;
        }
        let character = figure(character);
        if !character.is_alphanumeric() {
            if before.take().is_some() {
                folded.breaks.push(folded.characters.len());
            }
            folded.edges.insert(folded.characters.len());
            continue;
        }
        let class = match () {
            () if character.is_numeric() => Class::Figure,
            () if character.is_uppercase() => Class::Capital,
            () => Class::Small,
        };
        if before != Some(class) && !(before == Some(Class::Capital) && class == Class::Small) {
            folded.edges.insert(folded.characters.len());
        }
        before = Some(class);
        // Decomposed once more: a small letter may be two characters.
        folded
            .characters
            .extend(character.to_lowercase().nfkd().filter(|c| c.is_alphanumeric() && !is_combining_mark(*c)));
    }
    folded.edges.insert(folded.characters.len());
    folded
}

/// Joiners, marks of direction, soft hyphens, variation selectors, tags: drawn as nothing, so that a word with one in it
/// reads as a word.
pub(super) fn is_nothing(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
        || (character.is_control() && !character.is_whitespace())
}

/// The noughts of the scripts that people here write their figures in.
const NOUGHTS: [char; 12] = [
    '\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{B66}', '\u{BE6}', '\u{C66}', '\u{CE6}',
    '\u{D66}', '\u{E50}',
];

/// A figure of any of these scripts as the one of ours.
pub(super) fn figure(character: char) -> char {
    let value =
        NOUGHTS.iter().find_map(|nought| u32::from(character).checked_sub(u32::from(*nought)).filter(|v| *v < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(character)
}
