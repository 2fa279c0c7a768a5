//! The variable-length integers of Automerge's formats, read and written.

/// Reads from the front of some bytes; `None` is a message that is cut short.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// An unsigned LEB128 integer.
    pub fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// Bytes with their length before them.
    pub fn prefixed(&mut self) -> Option<&'a [u8]> {
        let count = usize::try_from(self.number()?).ok()?;
        self.take(count)
    }
}

/// Unsigned LEB128.
pub fn push_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(low_bits(value) | 0x80);
        value >>= 7;
    }
    out.push(low_bits(value));
}

/// Signed LEB128.
pub fn push_signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = low_bits(value.cast_unsigned());
        value >>= 7;
        let is_sign_only = (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0);
        if is_sign_only {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}

const fn low_bits(value: u64) -> u8 {
    (value & 0x7f) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_survives() {
        for value in [0, 1, 127, 128, 300, 1 << 32, u64::MAX] {
            let mut bytes = Vec::new();
            push_number(&mut bytes, value);
            let mut reader = Reader::new(&bytes);
            assert_eq!((reader.number(), reader.is_empty()), (Some(value), true), "{value}");
            assert_eq!(Reader::new(&bytes[..bytes.len() - 1]).number(), None, "{value}, cut short");
        }
    }

    #[test]
    fn a_signed_number_ends_with_its_sign() {
        for (value, expected) in
            [(0_i64, vec![0]), (-1, vec![0x7f]), (63, vec![63]), (64, vec![0xc0, 0]), (-65, vec![0xbf, 0x7f])]
        {
            let mut bytes = Vec::new();
            push_signed(&mut bytes, value);
            assert_eq!(bytes, expected, "{value}");
        }
    }
}
