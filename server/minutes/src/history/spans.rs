//! A text in spans, each by one person. A character as people see it is never cut apart, however many code points it
//! has and whoever typed them: an accent that somebody put on another's letter makes the letter theirs.

use unicode_segmentation::UnicodeSegmentation;

use super::{SITTING, Stamp};
use crate::ids::PersonId;

/// Words that stand together and that one person wrote in one sitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    /// None: the server, which writes no words; an actor nobody owns would show here.
    pub by: Option<PersonId>,
    /// When the server received the first and the last of these characters.
    pub from: i64,
    pub to: i64,
}

/// Joins the pieces of a text, in order, each as it was put in.
pub(super) fn join<'a>(pieces: impl IntoIterator<Item = (&'a str, Stamp)>) -> Vec<Span> {
    let mut text = String::new();
    let mut ends: Vec<(usize, Stamp)> = Vec::new();
    for (piece, stamp) in pieces.into_iter().filter(|(piece, _)| !piece.is_empty()) {
        text.push_str(piece);
        ends.push((text.len(), stamp));
    }
    let mut spans: Vec<Span> = Vec::new();
    let mut first = 0;
    for (start, character) in text.grapheme_indices(true) {
        while ends.get(first).is_some_and(|(end, _)| *end <= start) {
            first += 1;
        }
        let mut index = first;
        let Some((mut end, mut stamp)) = ends.get(index).copied() else { break };
        while end < start + character.len() {
            index += 1;
            let Some((next_end, next)) = ends.get(index).copied() else { break };
            end = next_end;
            // Whoever came last made the character what it is.
            if next.n > stamp.n {
                stamp = next;
            }
        }
        match spans.last_mut() {
            Some(last) if last.goes_on(stamp) => {
                last.text.push_str(character);
                last.from = last.from.min(stamp.at);
                last.to = last.to.max(stamp.at);
            }
            _ => spans.push(Span { text: character.to_owned(), by: stamp.by, from: stamp.at, to: stamp.at }),
        }
    }
    spans
}

impl Span {
    fn goes_on(&self, stamp: Stamp) -> bool {
        let in_one_sitting =
            stamp.at <= self.to.saturating_add(SITTING) && stamp.at >= self.from.saturating_sub(SITTING);
        self.by == stamp.by && in_one_sitting
    }
}
