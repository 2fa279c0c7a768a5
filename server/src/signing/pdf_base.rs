//! Reading the PDF that is to be sealed.
//!
//! Only files of the one shape our own renderer writes are taken: a single classic cross-reference table, no earlier
//! updates, no encryption, no form. Everything else is refused rather than half understood.

use super::pdf_syntax::{Cursor, Dictionary, first_of_array, integer, last_position, reference};

const PAGE_TREE_DEPTH: usize = 32;
/// A table entry, line end included.
const ENTRY: usize = 20;

/// Why a PDF is not one this program seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsealablePdf {
    #[error("it does not begin as a PDF of version 1.4 to 1.7")]
    Header,
    #[error("it does not end as a PDF does")]
    Ending,
    #[error("its cross-reference table is not a single classic one")]
    CrossReferences,
    #[error("its trailer is not that of a first, unencrypted version")]
    Trailer,
    #[error("object {0} of it can't be read")]
    Object(usize),
    #[error("it has no first page")]
    NoPage,
    #[error("it has a form or a seal already")]
    HasForm,
}

/// An unsealed PDF.
#[derive(Debug)]
pub(super) struct Base<'a> {
    bytes: &'a [u8],
    /// By object number; `None` for a free one.
    offsets: Vec<Option<usize>>,
    pub trailer: Dictionary<'a>,
    pub xref_at: usize,
    pub root: usize,
}

impl<'a> Base<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, UnsealablePdf> {
        let version = bytes.strip_prefix(b"%PDF-1.").and_then(|rest| rest.first());
        if !version.is_some_and(|digit| (b'4'..=b'7').contains(digit)) {
            return Err(UnsealablePdf::Header);
        }
        let ending = Ending::read(bytes).ok_or(UnsealablePdf::Ending)?;
        let mut cursor = Cursor::new(bytes, ending.xref_at);
        let offsets = single_table(&mut cursor, bytes).ok_or(UnsealablePdf::CrossReferences)?;
        let trailer = trailer(&mut cursor, &ending).ok_or(UnsealablePdf::Trailer)?;
        let size = trailer.get("Size").and_then(integer);
        let root = trailer.get("Root").and_then(reference);
        let later = ["Prev", "XRefStm", "Encrypt"].iter().any(|key| trailer.holds(key));
        match root {
            Some(root) if size == Some(offsets.len()) && !later => {
                Ok(Self { bytes, offsets, trailer, xref_at: ending.xref_at, root })
            }
            _ => Err(UnsealablePdf::Trailer),
        }
    }

    /// How many object numbers are taken.
    pub(super) fn size(&self) -> usize {
        self.offsets.len()
    }

    pub(super) fn dictionary(&self, number: usize) -> Result<Dictionary<'a>, UnsealablePdf> {
        self.read_object(number, |cursor| cursor.dictionary()).ok_or(UnsealablePdf::Object(number))
    }

    /// The number of the first page's object.
    pub(super) fn first_page(&self, catalog: &Dictionary<'_>) -> Result<usize, UnsealablePdf> {
        let mut number = catalog.get("Pages").and_then(reference).ok_or(UnsealablePdf::NoPage)?;
        for _ in 0..PAGE_TREE_DEPTH {
            let node = self.dictionary(number)?;
            if node.get("Type") == Some(b"/Page") {
                return Ok(number);
            }
            number = node.get("Kids").and_then(first_of_array).and_then(reference).ok_or(UnsealablePdf::NoPage)?;
        }
        Err(UnsealablePdf::NoPage)
    }

    fn read_object<T>(&self, number: usize, read: impl FnOnce(&mut Cursor<'a>) -> Option<T>) -> Option<T> {
        let at = (*self.offsets.get(number)?)?;
        let mut cursor = Cursor::new(self.bytes, at);
        if cursor.number()? != number {
            return None;
        }
        cursor.literal(b" 0 obj")?;
        cursor.space();
        let value = read(&mut cursor)?;
        cursor.space();
        cursor.literal(b"endobj")?;
        Some(value)
    }
}

/// How a PDF ends: `startxref`, an offset, `%%EOF`, and at most one line end.
#[derive(Debug)]
pub(super) struct Ending {
    pub xref_at: usize,
    pub keyword_at: usize,
}

impl Ending {
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        // The longest ending there can be is 36 bytes.
        let from = bytes.len().saturating_sub(48);
        let keyword_at = from + last_position(&bytes[from..], b"startxref\n")?;
        let mut cursor = Cursor::new(bytes, keyword_at);
        cursor.literal(b"startxref\n")?;
        let xref_at = cursor.number()?;
        cursor.literal(b"\n%%EOF")?;
        let rest = bytes.get(cursor.position()..)?;
        (matches!(rest, b"" | b"\n" | b"\r\n") && xref_at < keyword_at).then_some(Self { xref_at, keyword_at })
    }
}

/// The trailer at `cursor`, up to the ending.
pub(super) fn trailer<'a>(cursor: &mut Cursor<'a>, ending: &Ending) -> Option<Dictionary<'a>> {
    cursor.space();
    cursor.literal(b"trailer")?;
    cursor.space();
    let trailer = cursor.dictionary()?;
    cursor.space();
    (cursor.position() == ending.keyword_at).then_some(trailer)
}

fn single_table<'a>(cursor: &mut Cursor<'a>, bytes: &'a [u8]) -> Option<Vec<Option<usize>>> {
    cursor.literal(b"xref\n0 ")?;
    let count = cursor.number()?;
    cursor.literal(b"\n")?;
    let start = cursor.position();
    let table = bytes.get(start..start.checked_add(count.checked_mul(ENTRY)?)?)?;
    let offsets = table.chunks_exact(ENTRY).map(entry).collect::<Option<Vec<_>>>()?;
    *cursor = Cursor::new(bytes, start + table.len());
    Some(offsets)
}

/// `0000000016 00000 n` and a two-byte line end. The outer `None` is an entry that can't be read.
fn entry(line: &[u8]) -> Option<Option<usize>> {
    let mut cursor = Cursor::new(line, 0);
    let offset = cursor.number()?;
    cursor.literal(b" ")?;
    cursor.number()?;
    let rest = line.get(cursor.position()..)?;
    match rest {
        b" n\r\n" | b" n \n" | b" n \r" => Some(Some(offset)),
        b" f\r\n" | b" f \n" | b" f \r" => Some(None),
        _ => None,
    }
}
