//! The objects of a PDF, from its first byte to its last: those too that a later one has taken the place of.

use std::collections::BTreeMap;

use super::Unreadable;

const DEPTH_LIMIT: usize = 64;

/// One object, or what a page's content is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Value>),
    Dictionary(Dictionary),
    Reference(usize),
    /// `true`, `null`, `obj`, or what to do with what stands before it.
    Word(Vec<u8>),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dictionary(BTreeMap<Vec<u8>, Value>);

impl Dictionary {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key.as_bytes())
    }

    pub(super) fn name(&self, key: &str) -> Option<&[u8]> {
        match self.get(key) {
            Some(Value::Name(name)) => Some(name),
            _ => None,
        }
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.values()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (&[u8], &Value)> {
        self.0.iter().map(|(key, value)| (key.as_slice(), value))
    }
}

impl Value {
    pub(super) fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    fn is_word(&self, word: &[u8]) -> bool {
        matches!(self, Self::Word(found) if found == word)
    }

    /// A whole number that is not negative.
    fn whole(&self) -> Option<usize> {
        match self {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, and far below 2^53
            Self::Number(number) if number.fract() == 0.0 && (0.0..1e15).contains(number) => Some(*number as usize),
            _ => None,
        }
    }
}

/// An object with its number, and its bytes if it is a stream.
#[derive(Debug)]
pub(super) struct Object<'a> {
    pub number: usize,
    pub value: Value,
    pub data: Option<&'a [u8]>,
}

#[derive(Debug, Default)]
pub(super) struct File<'a> {
    pub objects: Vec<Object<'a>>,
    pub trailers: Vec<Value>,
    pub comments: Vec<String>,
}

/// Everything in the file, in its order. Nothing is passed over: no byte is left to hide in.
pub(super) fn read(bytes: &[u8]) -> Result<File<'_>, Unreadable> {
    let mut file = File::default();
    let mut reader = Reader::new(bytes);
    while let Some(value) = reader.value(0)? {
        match value {
            Value::Word(word) if word == b"xref" => while reader.skip_entry()? {},
            Value::Word(word) if word == b"trailer" => {
                file.trailers.push(reader.value(0)?.ok_or(Unreadable::Syntax(reader.at))?);
            }
            Value::Word(word) if word == b"startxref" => {
                reader.value(0)?;
            }
            number => {
                let object = object(&mut reader, &number)?;
                file.objects.push(object);
            }
        }
    }
    file.comments = reader.comments;
    Ok(file)
}

fn object<'a>(reader: &mut Reader<'a>, number: &Value) -> Result<Object<'a>, Unreadable> {
    let wrong = Unreadable::Syntax(reader.at);
    let number = number.whole().ok_or(wrong.clone())?;
    let generation = reader.value(0)?.and_then(|value| value.whole());
    let begins = reader.value(0)?.is_some_and(|value| value.is_word(b"obj"));
    if generation.is_none() || !begins {
        return Err(wrong);
    }
    let value = reader.value(0)?.ok_or(wrong.clone())?;
    let next = reader.value(0)?.ok_or(wrong.clone())?;
    if next.is_word(b"endobj") {
        return Ok(Object { number, value, data: None });
    }
    let length = value.dictionary().and_then(|dictionary| dictionary.get("Length")).and_then(Value::whole);
    let (Some(length), true) = (length, next.is_word(b"stream")) else { return Err(wrong) };
    let data = reader.stream(length).ok_or(wrong.clone())?;
    let ends = reader.value(0)?.is_some_and(|value| value.is_word(b"endstream"))
        && reader.value(0)?.is_some_and(|value| value.is_word(b"endobj"));
    if ends { Ok(Object { number, value, data: Some(data) }) } else { Err(wrong) }
}

/// A place in a file or in the content of a page, moving forward.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    pub at: usize,
    comments: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, comments: Vec::new() }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn wrong<T>(&self) -> Result<T, Unreadable> {
        Err(Unreadable::Syntax(self.at))
    }

    fn take_while(&mut self, holds: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !holds(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn space(&mut self) {
        loop {
            self.take_while(is_space);
            if self.rest().first() != Some(&b'%') {
                return;
            }
            let comment = self.take_while(|byte| byte != b'\n' && byte != b'\r');
            self.comments.push(String::from_utf8_lossy(comment).into_owned());
        }
    }

    /// The next value; none at the end.
    pub(super) fn value(&mut self, depth: usize) -> Result<Option<Value>, Unreadable> {
        self.space();
        let rest = self.rest();
        if depth > DEPTH_LIMIT {
            return self.wrong();
        }
        let value = match rest {
            [] => return Ok(None),
            [b'<', b'<', ..] => self.dictionary(depth)?,
            [b'<', ..] => self.hex()?,
            [b'(', ..] => self.literal()?,
            [b'[', ..] => self.array(depth)?,
            [b'/', ..] => {
                self.at += 1;
                Value::Name(name(self.take_while(is_regular)))
            }
            [byte, ..] if is_regular(*byte) => self.word(),
            _ => return self.wrong(),
        };
        Ok(Some(value))
    }

    /// A number, a reference, or a word.
    fn word(&mut self) -> Value {
        let word = self.take_while(is_regular);
        let Some(number) = std::str::from_utf8(word).ok().and_then(|text| text.parse::<f64>().ok()) else {
            return Value::Word(word.to_vec());
        };
        let number = Value::Number(number);
        let Some(whole) = number.whole() else { return number };
        match self.rest() {
            [b' ', tail @ ..] => {
                let digits = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let is_reference = digits > 0
                    && tail[digits..].starts_with(b" R")
                    && tail.get(digits + 2).is_none_or(|byte| !is_regular(*byte));
                if !is_reference {
                    return number;
                }
                self.at += 1 + digits + 2;
                Value::Reference(whole)
            }
            _ => number,
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Value, Unreadable> {
        self.at += 2;
        let mut entries = BTreeMap::new();
        loop {
            self.space();
            if self.rest().starts_with(b">>") {
                self.at += 2;
                return Ok(Value::Dictionary(Dictionary(entries)));
            }
            let (Some(Value::Name(key)), Some(value)) = (self.value(depth + 1)?, self.value(depth + 1)?) else {
                return self.wrong();
            };
            // A reader takes one of two, and which is anybody's guess.
            if entries.insert(key, value).is_some() {
                return self.wrong();
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Unreadable> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.space();
            if self.rest().first() == Some(&b']') {
                self.at += 1;
                return Ok(Value::Array(values));
            }
            match self.value(depth + 1)? {
                Some(value) => values.push(value),
                None => return self.wrong(),
            }
        }
    }

    fn hex(&mut self) -> Result<Value, Unreadable> {
        self.at += 1;
        let inside = self.take_while(|byte| byte != b'>');
        if self.rest().is_empty() {
            return self.wrong();
        }
        self.at += 1;
        let mut digits = Vec::with_capacity(inside.len());
        for byte in inside.iter().filter(|byte| !is_space(**byte)) {
            match char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()) {
                Some(digit) => digits.push(digit),
                None => return self.wrong(),
            }
        }
        Ok(Value::Text(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()))
    }

    fn literal(&mut self) -> Result<Value, Unreadable> {
        self.at += 1;
        let mut text = Vec::new();
        let mut depth = 1_usize;
        loop {
            let Some(&byte) = self.rest().first() else { return self.wrong() };
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(Value::Text(text));
                    }
                }
                b'\\' => {
                    self.escape(&mut text);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    fn escape(&mut self, text: &mut Vec<u8>) {
        let rest = self.rest();
        let Some(&byte) = rest.first() else { return };
        let octal = rest.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte));
        let code: Vec<u8> = octal.map(|byte| byte - b'0').collect();
        if !code.is_empty() {
            self.at += code.len();
            let value = code.iter().fold(0_u32, |value, digit| value * 8 + u32::from(*digit));
            text.push(u8::try_from(value & 0xFF).unwrap_or_default());
            return;
        }
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            // A line that goes on in the next.
            b'\r' if self.rest().first() == Some(&b'\n') => self.at += 1,
            b'\r' | b'\n' => {}
            other => text.push(other),
        }
    }

    /// Lines of a table of cross-references: numbers, `n` and `f`. False where the table ends.
    fn skip_entry(&mut self) -> Result<bool, Unreadable> {
        let before = self.at;
        match self.value(0)? {
            Some(Value::Number(_)) => Ok(true),
            Some(value) if value.is_word(b"n") || value.is_word(b"f") => Ok(true),
            _ => {
                self.at = before;
                Ok(false)
            }
        }
    }

    /// What follows the word `stream`.
    fn stream(&mut self, length: usize) -> Option<&'a [u8]> {
        self.at += match self.rest() {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => return None,
        };
        let data = self.rest().get(..length)?;
        self.at += length;
        Some(data)
    }
}

/// With `#20` as the space it stands for.
fn name(raw: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(code) if byte == b'#' => {
                name.push(code);
                rest = &after[2..];
            }
            _ => {
                name.push(byte);
                rest = after;
            }
        }
    }
    name
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
