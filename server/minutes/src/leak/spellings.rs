//! In how many ways an address or a number is written.

use super::fold::fold;

/// Kinds of street and of house, with how they are shortened: a name with one of these gives a place away without a number.
const KINDS: [(&str, &[&str]); 35] = [
    ("street", &["st", "str"]),
    ("road", &["rd"]),
    ("avenue", &["ave", "av"]),
    ("lane", &["ln"]),
    ("close", &["cl"]),
    ("drive", &["dr"]),
    ("crescent", &["cres", "cr"]),
    ("court", &["ct"]),
    ("place", &["pl"]),
    ("terrace", &["ter", "terr"]),
    ("gardens", &["gdns", "gdn"]),
    ("grove", &["gr", "grv"]),
    ("square", &["sq"]),
    ("way", &[]),
    ("walk", &[]),
    ("hill", &[]),
    ("row", &[]),
    ("mews", &[]),
    ("park", &["pk"]),
    ("rise", &[]),
    ("view", &[]),
    ("green", &["grn"]),
    ("quay", &[]),
    ("wharf", &[]),
    ("parade", &[]),
    ("house", &["hse"]),
    ("cottage", &["cott"]),
    ("cottages", &["cotts"]),
    ("lodge", &[]),
    ("farm", &[]),
    ("villa", &[]),
    ("hostel", &[]),
    ("refuge", &[]),
    ("buildings", &["bldgs"]),
    ("estate", &["est"]),
];

/// Shorter pieces of an address are found everywhere.
const SHORTEST_PIECE: usize = 7;
const SHORTEST_NAME: usize = 5;
/// In words: "Old Fish Market Street".
const LONGEST_NAME: usize = 3;

/// The whole, each line that has a number in it, each name of a street or a house, the postcode. Not the town: half the
/// record may be about it.
pub(super) fn address(text: &str) -> Vec<Vec<char>> {
    let mut pieces = vec![text.to_owned()];
    let mut named = Vec::new();
    for line in text.split([',', '\n', ';', '|']) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.iter().any(|word| has_figure(word)) {
            pieces.extend(in_all_kinds(&words));
        }
        named.extend(names(&words));
    }
    let long = |piece: &Vec<char>| piece.len() >= SHORTEST_PIECE;
    let mut spellings: Vec<Vec<char>> = pieces.iter().map(|piece| fold(piece).characters).filter(long).collect();
    // "Quay St" is short, and a name all the same.
    spellings.extend(named.iter().map(|name| fold(name).characters).filter(|name| name.len() >= SHORTEST_NAME));
    spellings.extend(postcodes(text).into_iter().map(|postcode| fold(&postcode).characters));
    spellings
}

fn has_figure(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

/// The street or house in a line, as far back as its name may go, and with the number before it.
fn names(words: &[&str]) -> Vec<String> {
    let mut names = Vec::new();
    for end in (1..words.len()).filter(|at| kind(words[*at]).is_some()) {
        let before = words[..end].iter().rev().take(LONGEST_NAME).take_while(|word| !has_figure(word)).count();
        if before == 0 {
            continue;
        }
        let start = end - before;
        names.extend(in_all_kinds(&words[start..=end]));
        if start > 0 {
            names.extend(in_all_kinds(&words[start - 1..=end]));
        }
    }
    names
}

fn kind(word: &str) -> Option<&'static (&'static str, &'static [&'static str])> {
    let word: String = fold(word).characters.into_iter().collect();
    KINDS.iter().find(|(long, short)| *long == word || short.contains(&word.as_str()))
}

/// With the kind of street at the end of it written out, and shortened in every way.
fn in_all_kinds(words: &[&str]) -> Vec<String> {
    let Some((last, before)) = words.split_last() else { return Vec::new() };
    let mut spelled = vec![words.join(" ")];
    if let Some((long, short)) = kind(last) {
        spelled.extend([long].into_iter().chain(*short).map(|kind| format!("{} {kind}", before.join(" "))));
    }
    spelled
}

/// Postcodes of the United Kingdom, in one piece.
fn postcodes(text: &str) -> Vec<String> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_uppercase)
        .filter(|word| !word.is_empty())
        .collect();
    let whole = words.iter().filter(|word| is_postcode(word)).cloned();
    let halves = words.windows(2).map(<[String]>::concat).filter(|word| is_postcode(word));
    whole.chain(halves).collect()
}

/// `EP12TT`, `EC1A1BB`, `M11AE`.
fn is_postcode(word: &str) -> bool {
    let Some((outward, inward)) = word.len().checked_sub(3).and_then(|at| word.split_at_checked(at)) else {
        return false;
    };
    let letters = outward.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = &outward.as_bytes()[letters..];
    let outward = (1..=2).contains(&letters)
        && matches!(rest.len(), 1..=2)
        && rest[0].is_ascii_digit()
        && rest.iter().all(u8::is_ascii_alphanumeric);
    let inward = matches!(inward.as_bytes(), [a, b, c] if a.is_ascii_digit() && b.is_ascii_alphabetic() && c.is_ascii_alphabetic());
    outward && inward
}

/// The number without what differs: the country, the nought before the area. Whatever stands before it, it is this number.
pub(super) fn telephone(text: &str) -> Vec<Vec<char>> {
    let figures: Vec<char> = fold(text).characters.into_iter().filter(char::is_ascii_digit).collect();
    let bare =
        figures.strip_prefix(&['0', '0', '4', '4']).or_else(|| figures.strip_prefix(&['4', '4'])).unwrap_or(&figures);
    let bare = bare.strip_prefix(&['0']).unwrap_or(bare);
    if bare.len() < 6 { Vec::new() } else { vec![bare.to_vec()] }
}
