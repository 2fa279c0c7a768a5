//! Reading a finished PDF back: every text in it that anybody could get out of it, whether it is drawn, attached, or said
//! about the file, its pages or its structure.
//!
//! It reads what the worker writes and the seal adds. What it can't read it refuses, so that nothing goes unread.

mod objects;
mod shown;

use std::collections::BTreeMap;

use minutes::leak::{json_texts, markup_texts};

use objects::{Dictionary, Object, Value};

/// Why a PDF can't be read back. A fault of the program: people write no PDFs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the PDF can't be read from byte {0}")]
    Syntax(usize),
    #[error("a stream of the PDF can't be decoded: object {0}")]
    Stream(usize),
    #[error("the PDF draws with a font that does not say what its characters are: object {0}")]
    Font(usize),
    #[error("the PDF holds something that is not looked into: object {0}")]
    Unknown(usize),
}

/// More than any copy unpacks to.
const UNPACKED_LIMIT: u64 = 256 << 20;

/// The texts of a finished PDF, each in one piece as far as a reader would have it.
pub fn texts(pdf: &[u8]) -> Result<Vec<String>, Unreadable> {
    let file = objects::read(pdf)?;
    let mut texts = file.comments.clone();
    let latest: BTreeMap<usize, &Object> = file.objects.iter().map(|object| (object.number, object)).collect();
    for object in &file.objects {
        strings(&object.value, &mut texts);
    }
    for trailer in &file.trailers {
        strings(trailer, &mut texts);
    }
    let mut print = shown::Print::default();
    for object in &file.objects {
        let Some(dictionary) = object.value.dictionary() else { continue };
        if dictionary.name("Type") == Some(b"Page") {
            shown::page(&latest, object.number, dictionary, &mut print)?;
        }
        let Some(data) = object.data else { continue };
        match (dictionary.name("Type"), dictionary.name("Subtype")) {
            (Some(b"ObjStm" | b"XRef"), _) => return Err(Unreadable::Unknown(object.number)),
            (Some(b"EmbeddedFile"), _) => attached(&unpacked(object, dictionary, data)?, &mut texts),
            (Some(b"Metadata"), _) => {
                texts.extend(markup_texts(&String::from_utf8_lossy(&unpacked(object, dictionary, data)?)));
            }
            (_, Some(b"Form")) => shown::form(&latest, object.number, dictionary, &mut print)?,
            _ => {}
        }
    }
    texts.extend(print.texts());
    Ok(texts)
}

/// Every text string of a value, however deep, and every name: both can say something.
fn strings(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Text(bytes) => texts.push(text(bytes)),
        Value::Name(name) => texts.push(String::from_utf8_lossy(name).into_owned()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, texts)),
        Value::Dictionary(dictionary) => dictionary.values().for_each(|value| strings(value, texts)),
        Value::Number(_) | Value::Word(_) | Value::Reference(_) => {}
    }
}

/// UTF-16 or UTF-8 with a byte order mark; otherwise the PDF's own encoding, whose letters and figures are those of Latin 1.
fn text(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => bytes.iter().copied().map(char::from).collect(),
    }
}

/// A file inside the file. Of JSON each string counts by itself, since it is written with escapes.
fn attached(bytes: &[u8], texts: &mut Vec<String>) {
    texts.push(String::from_utf8_lossy(bytes).into_owned());
    if let Ok(value) = serde_json::from_slice(bytes) {
        texts.extend(json_texts(&value));
    }
}

/// A stream's bytes as they were before they were packed.
fn unpacked(object: &Object<'_>, dictionary: &Dictionary, data: &[u8]) -> Result<Vec<u8>, Unreadable> {
    use std::io::Read;
    let filter = match dictionary.get("Filter") {
        None => return Ok(data.to_vec()),
        Some(Value::Name(name)) => name.as_slice(),
        Some(Value::Array(filters)) => match filters.as_slice() {
            [] => return Ok(data.to_vec()),
            [Value::Name(name)] => name.as_slice(),
            _ => return Err(Unreadable::Stream(object.number)),
        },
        Some(_) => return Err(Unreadable::Stream(object.number)),
    };
    if filter != b"FlateDecode" || dictionary.get("DecodeParms").is_some() {
        return Err(Unreadable::Stream(object.number));
    }
    let mut bytes = Vec::new();
    let mut decoder = flate2::read::ZlibDecoder::new(data).take(UNPACKED_LIMIT);
    decoder.read_to_end(&mut bytes).map_err(|_| Unreadable::Stream(object.number))?;
    // Whatever a decoder stops before would go unread.
    if decoder.limit() == 0 || decoder.get_ref().total_in() != data.len() as u64 {
        return Err(Unreadable::Stream(object.number));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
