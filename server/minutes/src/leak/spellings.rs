//! In how many ways an address or a number is written.

use super::fold::fold;

/// Kinds of street and of house, with how they are shortened: a name with one of these gives a place away without a number.
const KINDS: [(&str, &[&str]); 34] = [
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

/// The whole, each line that has a number in it, each name of a street or a house, the postcode. Not the town: half the
/// record may be about it.
pub(super) fn address(text: &str) -> Vec<Vec<char>> {
    let lines: Vec<&str> = text.split([',', '\n', ';', '|']).map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut pieces = vec![text.to_owned()];
    for line in &lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        if line.contains(|c: char| c.is_ascii_digit()) {
            pieces.extend(in_all_kinds(&words));
        }
        let named: Vec<&str> = words.iter().copied().filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect();
        if named.len() >= 2 && named.last().is_some_and(|last| kind(last).is_some()) {
            pieces.extend(in_all_kinds(&named));
        }
    }
    let long = |piece: &Vec<char>| piece.len() >= SHORTEST_PIECE;
    let mut spellings: Vec<Vec<char>> = pieces.iter().map(|piece| fold(piece).characters).filter(long).collect();
    spellings.extend(shortened(&lines));
    spellings.extend(postcodes(text).into_iter().map(|postcode| fold(&postcode).characters));
    spellings
}

/// "Quay St" is short, and a name all the same; it is found only where it stands by itself.
fn shortened(lines: &[&str]) -> Vec<Vec<char>> {
    let named = lines.iter().map(|line| {
        let words = line.split_whitespace().filter(|word| !word.contains(|c: char| c.is_ascii_digit()));
        words.collect::<Vec<_>>()
    });
    let named = named.filter(|words| words.len() >= 2 && words.last().is_some_and(|last| kind(last).is_some()));
    let spelled = named.flat_map(|words| in_all_kinds(&words));
    spelled.map(|piece| fold(&piece).characters).filter(|piece| piece.len() >= 5).collect()
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
    let bare = figures.strip_prefix(&['0', '0', '4', '4']).or_else(|| figures.strip_prefix(&['4', '4'])).unwrap_or(&figures);
    let bare = bare.strip_prefix(&['0']).unwrap_or(bare);
    if bare.len() < 6 { Vec::new() } else { vec![bare.to_vec()] }
}
