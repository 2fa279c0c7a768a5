//! Checking a sealed PDF. The signature covers every byte outside the hole it stands in, and there is one way only to
//! fill that hole for a given signature, so no byte of the file is free.

use std::ops::Range;

use super::certificate::TrustedRoot;
use super::pdf_base::{Base, Ending, trailer};
use super::pdf_seal::{BYTE_RANGE, CONTENTS, DATE_FORMAT, SIGNED_AT, digest_outside};
use super::pdf_syntax::{Cursor, integer, last_position};
use super::signed_data::{self, Opened, Unopened};
use super::verify::{Fault, Judged, SealedAs, Shown, judge};

/// No seal has ever had room for more.
const ROOM_LIMIT: usize = 128 * 1024;
/// The time stands just before the byte range.
const TIME_WINDOW: usize = 64;

pub(super) fn check(bytes: &[u8], trusted: Option<&TrustedRoot>) -> Judged {
    let place = Place::find(bytes)?;
    let cms = place.contents(bytes).ok_or(Fault::SealDamaged)?;
    let digest = digest_outside(bytes, &place.hole);
    let opened = signed_data::open(&cms).map_err(|unopened| match unopened {
        Unopened::Form => Fault::SealDamaged,
        Unopened::Chain(fault) => Fault::Chain(fault),
    })?;
    check_encoding(&cms, &opened, &digest)?;
    let signed = signed_data::to_be_signed(&opened.chain, &digest).map_err(|_| Fault::SealDamaged)?;
    let shown = Shown {
        sealed_as: SealedAs::Pdf,
        chain: &opened.chain,
        at: place.signed_at,
        signed: &signed,
        signature: &opened.signature,
        otherwise: Fault::SealDamaged,
    };
    let judged = judge(&shown, trusted)?;
    if !is_only_update(bytes, &place) {
        return Err(Fault::NotAccord.into());
    }
    Ok(judged)
}

/// The structure must be, byte for byte, the one encoding of what it says.
fn check_encoding(cms: &[u8], opened: &Opened, digest: &[u8]) -> Result<(), Fault> {
    let again =
        signed_data::encode(&opened.chain, &opened.digest, &opened.signature).map_err(|_| Fault::SealDamaged)?;
    match () {
        () if again != cms => Err(Fault::SealDamaged),
        () if opened.digest != digest => Err(Fault::Changed),
        () => Ok(()),
    }
}

/// Where a seal is in its file, and when it says it was made.
struct Place {
    /// Angle brackets included.
    hole: Range<usize>,
    /// Unix milliseconds.
    signed_at: i64,
}

impl Place {
    /// Finds the last seal of the shape Accord writes.
    fn find(bytes: &[u8]) -> Result<Self, Fault> {
        let at = last_position(bytes, BYTE_RANGE).ok_or(Fault::NotAccord)?;
        let signed_at = time_before(bytes, at).ok_or(Fault::NotAccord)?;
        let range = ByteRange::read(bytes, at).ok_or(Fault::SealDamaged)?;
        let end = range.after.checked_add(range.rest).ok_or(Fault::SealDamaged)?;
        let room = range.after.checked_sub(range.before).ok_or(Fault::SealDamaged)?;
        if range.before != range.bracket_at || !(2..=ROOM_LIMIT).contains(&room) {
            return Err(Fault::SealDamaged);
        }
        match end.cmp(&bytes.len()) {
            std::cmp::Ordering::Less => Err(Fault::AfterSeal),
            std::cmp::Ordering::Greater => Err(Fault::CutShort),
            std::cmp::Ordering::Equal => Ok(Self { hole: range.before..range.after, signed_at }),
        }
    }

    /// What fills the hole: one DER structure in lower-case hex, then zeros.
    fn contents(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let hex = bytes.get(self.hole.clone())?.strip_prefix(b"<")?.strip_suffix(b">")?;
        let mut filled = from_hex(hex)?;
        let length = der_length(&filled)?;
        let padding = filled.get(length..)?;
        if padding.iter().any(|byte| *byte != 0) {
            return None;
        }
        filled.truncate(length);
        Some(filled)
    }
}

struct ByteRange {
    before: usize,
    after: usize,
    rest: usize,
    /// Where the `<` of the contents stands.
    bracket_at: usize,
}

impl ByteRange {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let mut cursor = Cursor::new(bytes, at);
        cursor.literal(BYTE_RANGE)?;
        let before = cursor.number()?;
        cursor.literal(b" ")?;
        let after = cursor.number()?;
        cursor.literal(b" ")?;
        let rest = cursor.number()?;
        cursor.literal(b"]")?;
        cursor.space();
        cursor.literal(CONTENTS)?;
        Some(Self { before, after, rest, bracket_at: cursor.position() - 1 })
    }
}

/// The time in the `/M` entry before the byte range, Unix milliseconds.
fn time_before(bytes: &[u8], at: usize) -> Option<i64> {
    let window = bytes.get(at.saturating_sub(TIME_WINDOW)..at)?;
    let start = last_position(window, SIGNED_AT)? + SIGNED_AT.len();
    let digits = std::str::from_utf8(window.get(start..start + 14)?).ok()?;
    if window.get(start + 14..start + 16)? != b"Z)" || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let time = jiff::civil::DateTime::strptime(DATE_FORMAT, digits).ok()?;
    Some(jiff::tz::TimeZone::UTC.to_timestamp(time).ok()?.as_millisecond())
}

/// Whether the file is one original and one update, the seal being in the update: what Accord makes. A seal over a file
/// with a history says nothing about what it looked like before.
fn is_only_update(bytes: &[u8], place: &Place) -> bool {
    original_length(bytes).is_some_and(|length| {
        let original = bytes.get(..length).unwrap_or_default();
        length < place.hole.start && Base::read(original).is_ok()
    })
}

fn original_length(bytes: &[u8]) -> Option<usize> {
    let ending = Ending::read(bytes)?;
    let mut cursor = Cursor::new(bytes, ending.xref_at);
    cursor.literal(b"xref\n")?;
    // Our own table: one line of numbers and one entry for each object.
    while cursor.number().is_some() {
        cursor.literal(b" 1\n")?;
        cursor.number()?;
        cursor.literal(b" 00000 n\r\n")?;
    }
    let previous = trailer(&mut cursor, &ending)?.get("Prev").and_then(integer)?;
    let mark = format!("startxref\n{previous}\n%%EOF");
    let after = bytes.get(previous..ending.xref_at)?;
    let found = after.windows(mark.len()).position(|window| window == mark.as_bytes())?;
    Some(previous + found + mark.len())
}

/// The length of the DER structure `bytes` begin with.
fn der_length(bytes: &[u8]) -> Option<usize> {
    // A sequence whose length is written in two bytes: neither a shorter nor a longer structure is a seal.
    let [0x30, 0x82, high, low, ..] = bytes else { return None };
    let length = usize::from(u16::from_be_bytes([*high, *low])) + 4;
    (length <= bytes.len()).then_some(length)
}

fn from_hex(hex: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = hex.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}
