//! Sealing a PDF: PAdES baseline B-B as an incremental update, so that the bytes the renderer wrote stay as they are.
//!
//! The seal certifies the document (DocMDP) at level 2, the strictest that still lets a time stamp be added later. Its
//! field is invisible in a way both archival and accessible PDF allow: no area, so it needs no appearance, and off the
//! page, so it needs no place in the structure tree. It names the organisation and nobody else.

use sha2::{Digest, Sha256};

use super::pdf_base::{Base, UnsealablePdf};
use super::pdf_syntax::{Dictionary, first_of_array, last_position};
use super::{Keys, SignError, signed_data};

/// Room for the CMS structure, in bytes. It takes about 1,700, more with a long name.
const ROOM: usize = 4096;
/// Written first, then overwritten in place once the offsets are known.
const BYTE_RANGE_ROOM: usize = 48;

pub(super) const BYTE_RANGE: &[u8] = b"/ByteRange [0 ";
pub(super) const CONTENTS: &[u8] = b"/Contents <";
pub(super) const SIGNED_AT: &[u8] = b"/M (D:";
pub(super) const DATE_FORMAT: &str = "%Y%m%d%H%M%S";

/// Seals a PDF made by our renderer at `at`, Unix milliseconds.
pub fn seal_pdf(keys: &Keys, pdf: Vec<u8>, at: i64) -> Result<Vec<u8>, SignError> {
    let signed_at = jiff::Timestamp::from_millisecond(at).map_err(|_| SignError::Time)?;
    let update = write_update(keys, &pdf, signed_at)?;
    let hole = update.hole.clone();
    let mut sealed = pdf;
    sealed.extend_from_slice(&update.bytes);

    let digest = digest_outside(&sealed, &hole);
    let signature = keys.sign(&signed_data::to_be_signed(keys.chain(), &digest)?, at)?;
    let cms = signed_data::encode(keys.chain(), &digest, &signature)?;
    if cms.len() > ROOM {
        return Err(SignError::SealTooLarge(cms.len()));
    }
    let hex = to_hex(&cms);
    // The hole begins with `<` and was filled with zeros.
    sealed[hole.start + 1..hole.start + 1 + hex.len()].copy_from_slice(&hex);
    Ok(sealed)
}

/// SHA-256 of everything but `hole`.
pub(super) fn digest_outside(bytes: &[u8], hole: &std::ops::Range<usize>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(bytes.get(..hole.start).unwrap_or_default());
    hasher.update(bytes.get(hole.end..).unwrap_or_default());
    hasher.finalize().into()
}

struct Update {
    bytes: Vec<u8>,
    /// Where in the whole file the seal goes, angle brackets included.
    hole: std::ops::Range<usize>,
}

/// Objects being appended to a file of `start` bytes.
struct Appended {
    start: usize,
    bytes: Vec<u8>,
    /// Object number and its offset in the whole file.
    offsets: Vec<(usize, usize)>,
}

impl Appended {
    fn object(&mut self, number: usize, body: &[u8]) {
        self.offsets.push((number, self.start + self.bytes.len()));
        self.bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }
}

fn write_update(keys: &Keys, pdf: &[u8], signed_at: jiff::Timestamp) -> Result<Update, SignError> {
    let base = Base::read(pdf)?;
    let catalog = base.dictionary(base.root)?;
    if catalog.holds("AcroForm") || catalog.holds("Perms") {
        return Err(UnsealablePdf::HasForm.into());
    }
    let page = base.first_page(&catalog)?;
    let (field, seal) = (base.size(), base.size() + 1);

    let mut appended = Appended { start: pdf.len(), bytes: Vec::new(), offsets: Vec::new() };
    // The renderer ends its file without a line end, and an object must begin on a line of its own.
    if !pdf.ends_with(b"\n") {
        appended.bytes.push(b'\n');
    }
    let form = format!("<< /Fields [{field} 0 R] /SigFlags 3 >>");
    let permissions = format!("<< /DocMDP {seal} 0 R >>");
    appended.object(
        base.root,
        &with_entries(&catalog, &[("AcroForm", form.as_bytes()), ("Perms", permissions.as_bytes())]),
    );
    appended.object(page, &page_with_field(&base, page, field)?);
    appended.object(
        field,
        format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /TU (Seal of the organisation) /F 4 \
             /Rect [-9999 -9999 -9999 -9999] /P {page} 0 R /V {seal} 0 R >>"
        )
        .as_bytes(),
    );
    append_seal(&mut appended, seal, keys.organisation(), signed_at);
    append_trailer(&mut appended, &base, seal + 1, pdf);
    Ok(set_byte_range(appended))
}

/// The first page with the seal's field among its annotations, which PDF/UA then wants visited in structure order.
fn page_with_field(base: &Base<'_>, page: usize, field: usize) -> Result<Vec<u8>, SignError> {
    let dictionary = base.dictionary(page)?;
    let annotations = match dictionary.get("Annots") {
        None => format!("[{field} 0 R]").into_bytes(),
        Some(array) => {
            let inner = array.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
            let inner = inner.ok_or(UnsealablePdf::Object(page))?;
            [b"[".as_slice(), inner, format!(" {field} 0 R]").as_bytes()].concat()
        }
    };
    Ok(with_entries(&dictionary, &[("Annots", &annotations), ("Tabs", b"/S")]))
}

fn with_entries(dictionary: &Dictionary<'_>, changed: &[(&str, &[u8])]) -> Vec<u8> {
    let kept = dictionary.entries.iter().filter(|(key, _)| !changed.iter().any(|(new, _)| new.as_bytes() == *key));
    let new = changed.iter().map(|(key, value)| (key.as_bytes(), *value));
    let mut bytes = b"<<".to_vec();
    for (key, value) in kept.copied().chain(new) {
        bytes.extend_from_slice(b"\n/");
        bytes.extend_from_slice(key);
        bytes.push(b' ');
        bytes.extend_from_slice(value);
    }
    bytes.extend_from_slice(b"\n>>");
    bytes
}

/// The time goes in `/M`: PAdES forbids the CMS attribute for it.
fn append_seal(appended: &mut Appended, seal: usize, organisation: &str, signed_at: jiff::Timestamp) {
    let mut body = format!(
        "<<\n/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n/Name {}\n\
         /Reason (Record of a meeting, sealed by the organisation)\n\
         /Reference [<< /Type /SigRef /TransformMethod /DocMDP \
         /TransformParams << /Type /TransformParams /P 2 /V /1.2 >> >>]\n",
        text_string(organisation)
    )
    .into_bytes();
    body.extend_from_slice(SIGNED_AT);
    body.extend_from_slice(signed_at.strftime(DATE_FORMAT).to_string().as_bytes());
    body.extend_from_slice(b"Z)\n");
    body.extend_from_slice(&[b' '; BYTE_RANGE_ROOM]);
    body.push(b'\n');
    body.extend_from_slice(CONTENTS);
    body.extend_from_slice(&vec![b'0'; ROOM * 2]);
    body.extend_from_slice(b">\n>>");
    appended.object(seal, &body);
}

fn append_trailer(appended: &mut Appended, base: &Base<'_>, size: usize, pdf: &[u8]) {
    let xref_at = appended.start + appended.bytes.len();
    let mut text = String::from("xref\n");
    appended.offsets.sort_unstable();
    for (number, offset) in &appended.offsets {
        text.push_str(&format!("{number} 1\n{offset:010} 00000 n\r\n"));
    }
    appended.bytes.extend_from_slice(text.as_bytes());

    // The second half of the identifier is new for each version of a file; taking it from the content keeps the seal
    // a function of what it seals.
    let version = to_hex(&Sha256::digest(pdf)[..16]);
    let id = base
        .trailer
        .get("ID")
        .and_then(first_of_array)
        .map(|first| [b"[".as_slice(), first, b" <", &version, b">]"].concat());
    let (size, previous) = (size.to_string(), base.xref_at.to_string());
    let mut changed = vec![("Size", size.as_bytes()), ("Prev", previous.as_bytes())];
    if let Some(id) = &id {
        changed.push(("ID", id));
    }
    appended.bytes.extend_from_slice(b"trailer\n");
    let trailer = with_entries(&base.trailer, &changed);
    appended.bytes.extend_from_slice(&trailer);
    appended.bytes.extend_from_slice(format!("\nstartxref\n{xref_at}\n%%EOF\n").as_bytes());
}

/// Puts the numbers where `append_seal` left room for them.
fn set_byte_range(appended: Appended) -> Update {
    let Appended { start, mut bytes, .. } = appended;
    // Both were written just now, in this order, with only zeros between them.
    let contents = last_position(&bytes, CONTENTS).unwrap_or_default();
    let open = contents + CONTENTS.len() - 1;
    let close = open + 2 + ROOM * 2;
    let range =
        [BYTE_RANGE, format!("{} {} {}]", start + open, start + close, bytes.len() - close).as_bytes()].concat();
    let room = contents - 1 - BYTE_RANGE_ROOM;
    bytes[room..room + range.len()].copy_from_slice(&range);
    Update { bytes, hole: start + open..start + close }
}

/// UTF-16 with its mark, in hex: any organisation's name, with nothing to escape.
fn text_string(text: &str) -> String {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    let hex: String = units.map(|unit| format!("{unit:04x}")).collect();
    format!("<{hex}>")
}

fn to_hex(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}
