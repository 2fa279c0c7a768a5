//! As much of PDF's object syntax as sealing needs: reading one dictionary into keys and raw values, and references.
//! Bounded in depth, never recursing further than [`DEPTH_LIMIT`]; values are passed on as the bytes they are.

const DEPTH_LIMIT: usize = 32;

/// A dictionary's entries in their order: key without its slash, value as written.
#[derive(Debug, Clone)]
pub(super) struct Dictionary<'a> {
    pub entries: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Dictionary<'a> {
    pub(super) fn get(&self, key: &str) -> Option<&'a [u8]> {
        self.entries.iter().find(|(name, _)| *name == key.as_bytes()).map(|(_, value)| *value)
    }

    pub(super) fn holds(&self, key: &str) -> bool {
        self.get(key).is_some()
    }
}

/// A place in a file, moving forward. Every step answers `None` where the bytes are not what was asked for.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn literal(&mut self, text: &[u8]) -> Option<()> {
        self.rest().starts_with(text).then(|| self.at += text.len())
    }

    pub(super) fn space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// A run of at most ten decimal digits.
    pub(super) fn number(&mut self) -> Option<usize> {
        let digits = self.rest().iter().take(11).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > 10 {
            return None;
        }
        let text = std::str::from_utf8(&self.rest()[..digits]).ok()?;
        self.at += digits;
        text.parse().ok()
    }

    pub(super) fn dictionary(&mut self) -> Option<Dictionary<'a>> {
        self.dictionary_within(DEPTH_LIMIT)
    }

    fn dictionary_within(&mut self, depth: usize) -> Option<Dictionary<'a>> {
        self.literal(b"<<")?;
        let mut entries: Vec<(&[u8], &[u8])> = Vec::new();
        loop {
            self.space();
            if self.literal(b">>").is_some() {
                return Some(Dictionary { entries });
            }
            self.literal(b"/")?;
            let key = self.regular()?;
            if entries.iter().any(|(name, _)| *name == key) {
                return None;
            }
            self.space();
            entries.push((key, self.value(depth.checked_sub(1)?)?));
        }
    }

    /// Any object, a reference included.
    fn value(&mut self, depth: usize) -> Option<&'a [u8]> {
        let start = self.at;
        match self.peek()? {
            b'<' if self.rest().starts_with(b"<<") => {
                self.dictionary_within(depth)?;
            }
            b'<' => self.hex_string()?,
            b'(' => self.text_string()?,
            b'[' => self.array(depth)?,
            b'/' => {
                self.at += 1;
                self.regular()?;
            }
            _ => {
                self.regular()?;
                let mut ahead = self.clone();
                if ahead.reference_tail().is_some() {
                    self.at = ahead.at;
                }
            }
        }
        self.bytes.get(start..self.at)
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.literal(b"[")?;
        loop {
            self.space();
            if self.literal(b"]").is_some() {
                return Some(());
            }
            self.value(depth.checked_sub(1)?)?;
        }
    }

    fn hex_string(&mut self) -> Option<()> {
        self.literal(b"<")?;
        let length = self.rest().iter().position(|byte| *byte == b'>')?;
        self.at += length + 1;
        Some(())
    }

    fn text_string(&mut self) -> Option<()> {
        self.literal(b"(")?;
        let mut open = 1usize;
        while open > 0 {
            match self.peek()? {
                b'\\' => self.at += 1,
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
        (self.at <= self.bytes.len()).then_some(())
    }

    /// What may follow a number to make it a reference: ` 0 R`.
    fn reference_tail(&mut self) -> Option<()> {
        self.space();
        self.literal(b"0")?;
        self.space();
        self.literal(b"R")?;
        (!self.peek().is_some_and(is_regular)).then_some(())
    }

    fn regular(&mut self) -> Option<&'a [u8]> {
        let length = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        let word = self.rest().get(..length).filter(|word| !word.is_empty())?;
        self.at += length;
        Some(word)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

/// The object number in `12 0 R`.
pub(super) fn reference(raw: &[u8]) -> Option<usize> {
    let mut cursor = Cursor::new(raw, 0);
    let number = cursor.number()?;
    cursor.reference_tail()?;
    (cursor.position() == raw.len()).then_some(number)
}

/// A whole number that is all of `raw`.
pub(super) fn integer(raw: &[u8]) -> Option<usize> {
    let mut cursor = Cursor::new(raw, 0);
    let number = cursor.number()?;
    (cursor.position() == raw.len()).then_some(number)
}

/// The first object in an array, as written.
pub(super) fn first_of_array(raw: &[u8]) -> Option<&[u8]> {
    let mut cursor = Cursor::new(raw, 0);
    cursor.literal(b"[")?;
    cursor.space();
    cursor.value(DEPTH_LIMIT)
}

/// Where `needle` last begins in `bytes`.
pub(super) fn last_position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    // By hand, because the same with `windows` takes ten times as long in a debug build, and tests check files by the
    // ten thousand.
    let mut at = bytes.len();
    while at > 0 {
        at -= 1;
        if bytes[at] == *first && bytes[at + 1..].starts_with(rest) {
            return Some(at);
        }
    }
    None
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
