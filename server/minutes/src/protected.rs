//! Addresses and telephone numbers that must stand in no part of a record, looked for in what people wrote: in whatever
//! spelling, since nobody who slips types it as it is kept.

/// What was found, never the words themselves: they would be in one more place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leak {
    /// Somebody's address, number or e-mail address, as the server keeps it.
    Known,
    Postcode,
    Telephone,
}

impl Leak {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Known => "an address or a number of somebody in the family",
            Self::Postcode => "a postcode",
            Self::Telephone => "a telephone number",
        }
    }
}

/// The contacts to look for, made ready once.
#[derive(Debug, Clone, Default)]
pub struct Contacts {
    folded: Vec<String>,
}

/// Shorter pieces would be found everywhere.
const SHORTEST: usize = 7;

impl Contacts {
    /// Addresses, telephone numbers and e-mail addresses. Of an address, each line with a number in it counts by itself.
    pub fn new<'a>(known: impl IntoIterator<Item = &'a str>) -> Self {
        let mut folded: Vec<String> = known
            .into_iter()
            .flat_map(|contact| {
                let lines = contact.split([',', '\n', ';']).chain([contact]);
                let told = lines.filter(|line| line.contains(|c: char| c.is_ascii_digit() || c == '@'));
                told.map(fold).collect::<Vec<_>>()
            })
            .filter(|piece| piece.len() >= SHORTEST)
            .collect();
        folded.sort();
        folded.dedup();
        Self { folded }
    }

    /// What of that kind stands in `text`.
    pub fn leak(&self, text: &str) -> Option<Leak> {
        let all = fold(text);
        if self.folded.iter().any(|piece| all.contains(piece)) {
            return Some(Leak::Known);
        }
        if has_postcode(text) {
            return Some(Leak::Postcode);
        }
        has_telephone(text).then_some(Leak::Telephone)
    }
}

/// Letters and figures alone, in small letters; +44 as 0.
fn fold(text: &str) -> String {
    text.replace("+44 (0)", "0")
        .replace("+44", "0")
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A postcode of the United Kingdom, whole or in two halves next to each other.
fn has_postcode(text: &str) -> bool {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_uppercase)
        .filter(|word| !word.is_empty())
        .collect();
    let whole = words.iter().any(|word| is_postcode(word));
    whole || words.windows(2).any(|two| is_inward(&two[1]) && is_outward(&two[0]))
}

fn is_postcode(word: &str) -> bool {
    word.len().checked_sub(3).is_some_and(|at| is_outward(&word[..at]) && is_inward(&word[at..]))
}

/// `NM4`, `EC1A`, `M1`.
fn is_outward(half: &str) -> bool {
    let letters = half.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = &half.as_bytes()[letters..];
    (1..=2).contains(&letters)
        && match rest {
            [first] => first.is_ascii_digit(),
            [first, second] => first.is_ascii_digit() && second.is_ascii_alphanumeric(),
            _ => false,
        }
}

/// `7QD`. Six letters stand in no second half; nor is "1ST" one.
fn is_inward(half: &str) -> bool {
    let [figure, one, two] = half.as_bytes() else { return false };
    let letter = |c: &u8| c.is_ascii_uppercase() && !b"CIKMOV".contains(c);
    figure.is_ascii_digit()
        && letter(one)
        && letter(two)
        && !matches!(half, "1ST" | "2ND" | "3RD")
        && !matches!([*one, *two], [b'T', b'H'])
}

/// Ten or eleven figures that begin with 0 or +44, with spaces, hyphens and brackets between them.
fn has_telephone(text: &str) -> bool {
    let text = text.replace("+44", " 0");
    let mut figures = String::new();
    for character in text.chars().chain(['x']) {
        match character {
            '0'..='9' => figures.push(character),
            ' ' | '-' | '(' | ')' if !figures.is_empty() => {}
            _ => {
                if figures.starts_with('0') && (10..=12).contains(&figures.len()) {
                    return true;
                }
                figures.clear();
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_address_is_found_in_any_spelling() {
        let contacts = Contacts::new([
            "Flat 3, 82 Quay Street, Eastport EP1 2TT",
            "01632 960874",
            "marek.nowak@home.example",
            "",
            "Eastport",
        ]);
        let cases = [
            ("He lives at 82 quay street.", Some(Leak::Known)),
            ("82, QUAY-STREET", Some(Leak::Known)),
            ("82QuayStreet", Some(Leak::Known)),
            ("Ring 01632-960874", Some(Leak::Known)),
            ("Ring (01632) 96 08 74", Some(Leak::Known)),
            ("+44 1632 960874", Some(Leak::Known)),
            ("Marek.Nowak @ home.example", Some(Leak::Known)),
            ("Eastport ep12tt", Some(Leak::Known)),
            ("He has moved to Eastport, to a street by the quay", None),
            ("The new flat is dry", None),
        ];
        for (text, found) in cases {
            assert_eq!(contacts.leak(text), found, "{text}");
        }
    }

    #[test]
    fn postcodes_and_telephone_numbers_are_found_whosever_they_are() {
        let contacts = Contacts::default();
        let cases = [
            ("NM4 7QD", Some(Leak::Postcode)),
            ("near nm47qd.", Some(Leak::Postcode)),
            ("EC1A-1BB", Some(Leak::Postcode)),
            ("M1 1AE", Some(Leak::Postcode)),
            ("Ward B4, 1st floor", None),
            ("S47 2nd enquiry", None),
            ("Year 4, 5th of May", None),
            ("In school on 28 of 30 days, 92 per cent", None),
            ("call 07700 900123", Some(Leak::Telephone)),
            ("+44 7700 900 123", Some(Leak::Telephone)),
            ("log 2026112301", None),
            ("5 October 2026, 10:00 to 11:30", None),
        ];
        for (text, found) in cases {
            assert_eq!(contacts.leak(text), found, "{text}");
        }
    }
}
