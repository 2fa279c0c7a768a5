//! How old somebody has to be, about, to read a text with ease: the Flesch–Kincaid grade level (Kincaid and others, 1975:
//! 0.39 × words per sentence + 11.8 × syllables per word − 15.59), plus five years. An estimate, for English alone.

/// Fewer words than this say nothing about how hard a text is to read.
const LEAST_WORDS: usize = 60;

/// In years; nothing for a text too short to tell.
pub fn estimate(text: &str) -> Option<u32> {
    let words: Vec<&str> = words(text).collect();
    if words.len() < LEAST_WORDS {
        return None;
    }
    let (count, sentences) = (hundredths(words.len())?, hundredths(sentences(text))?);
    let syllables = hundredths(words.iter().map(|word| syllables(word)).sum())?;
    // In hundredths of a year, so that no rounding differs from one machine to the next.
    let age = 39 * count / sentences + 1180 * syllables / count - 1559 + 500;
    u32::try_from((age + 50) / 100).ok()
}

fn hundredths(count: usize) -> Option<i64> {
    i64::try_from(count).ok()?.checked_mul(100)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '\u{2019}' | '-'))
        .filter(|word| word.chars().any(char::is_alphabetic))
}

/// A new line ends a sentence as well as a full stop does.
fn sentences(text: &str) -> usize {
    let ended = text.split(['.', '!', '?', '\n', ';', ':']).filter(|part| words(part).next().is_some());
    ended.count().max(1)
}

fn syllables(word: &str) -> usize {
    let letters: Vec<char> = word.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
    let vowel = |c: &char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let mut groups = 0;
    let mut before = false;
    for letter in &letters {
        let now = vowel(letter);
        groups += usize::from(now && !before);
        before = now;
    }
    let silent_e = letters.ends_with(&['e']) && !letters.ends_with(&['l', 'e']) && groups > 1;
    (groups - usize::from(silent_e)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_counted_as_they_are_heard() {
        for (word, count) in [("cat", 1), ("home", 1), ("table", 2), ("mother", 2), ("attendance", 3), ("b", 1)] {
            assert_eq!(syllables(word), count, "{word}");
        }
    }

    #[test]
    fn plain_sentences_are_for_the_young_and_long_ones_are_not() {
        let plain = "The cat sat on the mat. We go to school on the bus. I like my bed. ".repeat(5);
        let heavy = "Notwithstanding the multidisciplinary recommendations communicated previously, professionals \
                     reiterated considerable apprehension regarding parental responsiveness to developmental \
                     necessities, particularly concerning educational participation and nutritional sufficiency, and \
                     accordingly determined that proportionate statutory intervention remained indispensable. "
            .repeat(3);
        let (plain, heavy) = (estimate(&plain), estimate(&heavy));
        assert!(plain.is_some_and(|age| age < 9), "{plain:?}");
        assert!(heavy.is_some_and(|age| age > 20), "{heavy:?}");
    }

    #[test]
    fn a_few_words_say_nothing() {
        assert_eq!(estimate("Disproportionate intervention."), None);
        assert_eq!(estimate(""), None);
    }
}
