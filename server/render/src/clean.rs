//! Makes what people typed safe to set in lines.
//!
//! Nothing a reader would see is changed. What goes is what can't be printed at all (control characters), what makes
//! a line read otherwise than it was written (bidirectional overrides), and accents stacked beyond any language's use.

use serde::Serialize;
use typst::text::is_default_ignorable;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Stacks of accents grow the cost of a line out of all proportion; no language stacks more than a handful.
const MARKS_IN_A_ROW: usize = 32;

/// How wide the place is that a text goes to. A run without a space that is longer than fits, such as a web address, may
/// be broken anywhere; no shorter one, for the break comes along when somebody copies the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// A cell of a table.
    Narrow,
    /// The width of the page, or most of it.
    Wide,
}

impl Measure {
    const fn unbroken(self) -> usize {
        match self {
            Self::Narrow => 24,
            Self::Wide => 48,
        }
    }
}

const ZERO_WIDTH_SPACE: char = '\u{200B}';
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_DIRECTIONAL_ISOLATE: char = '\u{2069}';

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Paragraph {
    pub(crate) text: String,
    pub(crate) dir: Direction,
    /// Told to screen readers; None where it is the document's own, or can't be told from the letters.
    pub(crate) lang: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Ltr,
    Rtl,
}

/// Text of one line, such as a name, that will stand among other words.
pub(crate) fn line(text: &str, measure: Measure) -> String {
    let line = breakable(&printable(text), measure);
    // Isolated, it can't pull the words beside it into its own direction. Not so where there is no need: the marks
    // would come along when somebody copies the text.
    if line.chars().any(is_right_to_left) {
        format!("{FIRST_STRONG_ISOLATE}{line}{POP_DIRECTIONAL_ISOLATE}")
    } else {
        line
    }
}

/// Prose: a paragraph for every line that isn't blank.
pub(crate) fn paragraphs(text: &str, measure: Measure) -> Vec<Paragraph> {
    printable(text)
        .lines()
        .map(|line| breakable(line, measure))
        .filter(|line| !line.is_empty())
        .map(|text| Paragraph { dir: direction(&text), lang: language(&text), text })
        .collect()
}

/// `text` without what can't be printed; line ends are `\n`.
pub(crate) fn printable(text: &str) -> String {
    let mut stacked = 0;
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        let c = match c {
            '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\t' => ' ',
            c => c,
        };
        if c != '\n' && is_unprintable(c) {
            continue;
        }
        // Invisible characters count as well, or they would be a way around the bound.
        stacked = if is_mark(c) || is_default_ignorable(c) { stacked + 1 } else { 0 };
        if stacked <= MARKS_IN_A_ROW {
            out.push(c);
        }
    }
    out
}

fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
}

fn is_unprintable(c: char) -> bool {
    let noncharacter = matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE;
    // Embeddings, overrides and isolates; the marks that only hint (U+200E, U+200F, U+061C) stay.
    let bidi_control = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}');
    // A byte order mark, and characters that stand for something that isn't text.
    let stand_in = matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}');
    c.is_control() || noncharacter || bidi_control || stand_in
}

/// `line` on single spaces, its long runs made breakable.
fn breakable(line: &str, measure: Measure) -> String {
    let word =
        |word: &str| word.split_inclusive(ends_a_line).map(|run| breakable_run(run, measure)).collect::<String>();
    line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// Letters of scripts that are written without spaces, and emoji: a line may end after any of them.
fn ends_a_line(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{1F000}'..='\u{1FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn breakable_run(run: &str, measure: Measure) -> String {
    if run.chars().count() <= measure.unbroken() {
        return run.to_owned();
    }
    let mut out = String::with_capacity(run.len() * 2);
    let mut since_break = 0;
    let mut previous = ' ';
    for c in run.chars() {
        // Far beyond any word, even a letter made of several is broken: the shaper fails on one of 250 characters.
        let forced = since_break >= measure.unbroken();
        let complete = !joins(previous) && (forced || !is_mark(previous));
        if since_break >= measure.unbroken() / 2 && complete && !is_mark(c) && !is_default_ignorable(c) {
            out.push(ZERO_WIDTH_SPACE);
            since_break = 0;
        }
        out.push(c);
        since_break += 1;
        previous = c;
    }
    out
}

/// Makes one sign of what stands before and after it.
fn joins(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{034F}' | '\u{2060}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c,
        '\u{0590}'..='\u{08FF}' | '\u{200F}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EEFF}')
}

/// The direction of the first letter that has one.
fn direction(text: &str) -> Direction {
    let strong = text.chars().find(|c| is_right_to_left(*c) || c.is_alphabetic());
    if strong.is_some_and(is_right_to_left) { Direction::Rtl } else { Direction::Ltr }
}

/// A language for text whose letters give it away.
fn language(text: &str) -> Option<&'static str> {
    let first = text.chars().find(|c| c.is_alphabetic())?;
    Some(match first {
        '\u{0370}'..='\u{03FF}' | '\u{1F00}'..='\u{1FFF}' => "el",
        '\u{0590}'..='\u{05FF}' => "he",
        '\u{0600}'..='\u{06FF}' if text.contains(['ٹ', 'ڈ', 'ڑ', 'ں', 'ے', 'ہ']) => "ur",
        '\u{0600}'..='\u{06FF}' if text.contains(['پ', 'چ', 'ژ', 'گ']) => "fa",
        '\u{0600}'..='\u{06FF}' => "ar",
        '\u{0900}'..='\u{097F}' => "hi",
        '\u{0980}'..='\u{09FF}' => "bn",
        '\u{0A00}'..='\u{0A7F}' => "pa",
        '\u{0A80}'..='\u{0AFF}' => "gu",
        '\u{0B80}'..='\u{0BFF}' => "ta",
        '\u{1200}'..='\u{139F}' => "am",
        '\u{4E00}'..='\u{9FFF}' => "zh",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_what_cannot_be_printed_and_keeps_the_rest() {
        assert_eq!(printable("a\0b\u{FFFE}c\u{1FFFF}d\u{FEFF}e\tf"), "abcde f");
        assert_eq!(printable("one\r\ntwo\rthree\u{2028}four"), "one\ntwo\nthree\nfour");
        assert_eq!(
            printable("#read(\"/etc/passwd\") = *b* $x$ <l> @r \\"),
            "#read(\"/etc/passwd\") = *b* $x$ <l> @r \\"
        );
    }

    #[test]
    fn drops_overrides_that_would_reverse_what_is_read() {
        assert_eq!(printable("not \u{202E}tliug\u{202C} \u{2067}x\u{2069}"), "not tliug x");
        assert_eq!(printable("a\u{200E}b"), "a\u{200E}b");
    }

    #[test]
    fn bounds_a_stack_of_accents() {
        let stack = format!("a{}b\u{301}", "\u{301}".repeat(100_000));
        assert_eq!(printable(&stack), format!("a{}b\u{301}", "\u{301}".repeat(MARKS_IN_A_ROW)));
        let disguised = format!("a{}", "\u{301}\u{200D}".repeat(1_000));
        assert_eq!(printable(&disguised).chars().count(), 1 + MARKS_IN_A_ROW);
        assert_eq!(printable("🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}").chars().count(), 7);
    }

    #[test]
    fn isolates_right_to_left_names_only() {
        assert_eq!(line("Ana  Kowalska-Łęcka ", Measure::Narrow), "Ana Kowalska-Łęcka");
        assert_eq!(line("ليلى", Measure::Narrow), "\u{2068}ليلى\u{2069}");
    }

    #[test]
    fn breaks_long_runs_between_letters() {
        assert_eq!(line("safeguarding", Measure::Narrow), "safeguarding");
        let long = line(&"x".repeat(60), Measure::Narrow);
        assert_eq!(long.split(ZERO_WIDTH_SPACE).map(str::len).max(), Some(12));
        assert_eq!(line(&"x".repeat(48), Measure::Wide), "x".repeat(48));
        assert_eq!(long.replace(ZERO_WIDTH_SPACE, ""), "x".repeat(60));
        // Not between a letter and what belongs to it, nor where a line can end anyway.
        for whole in ["क्".repeat(12), "漢".repeat(60), "👩\u{200D}👧".repeat(60)] {
            assert_eq!(line(&whole, Measure::Narrow), whole);
        }
        let endless = line(&"क्".repeat(500), Measure::Wide);
        assert!(endless.split(ZERO_WIDTH_SPACE).all(|run| run.chars().count() <= 50));
    }

    #[test]
    fn splits_prose_into_paragraphs_with_direction_and_language() {
        let prose = paragraphs("Mother said:\n\n  «لا أريد»\nقالت الأم إنها بخير.\n", Measure::Wide);
        assert_eq!(prose.len(), 3);
        assert_eq!((prose[0].dir, prose[0].lang), (Direction::Ltr, None));
        assert_eq!((prose[1].dir, prose[1].lang), (Direction::Rtl, Some("ar")));
        assert_eq!((prose[2].dir, prose[2].lang), (Direction::Rtl, Some("ar")));
        assert_eq!(paragraphs("بچے ٹھیک ہیں", Measure::Wide)[0].lang, Some("ur"));
        assert_eq!(paragraphs(" \n\t\n", Measure::Wide).len(), 0);
    }
}
