//! Files put with a part of a record: drawings, letters, reports. What a file is, is what is in it, whatever it is called.

use serde::{Deserialize, Serialize};

use crate::ids::{AttachmentId, PersonId};
use crate::record::{Part, spelled};

/// The longest title, in UTF-16 code units.
pub const MAX_TITLE: usize = 200;
/// The largest file.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// All files of one meeting together.
pub const MAX_BYTES_OF_MEETING: usize = 60 * 1024 * 1024;
pub const MAX_OF_MEETING: usize = 100;

spelled! {
    /// What may be put with a record: nothing that does anything when it is opened in a browser.
    Form {
        Pdf = "pdf",
        Png = "png",
        Jpeg = "jpeg",
        Text = "text",
    }
}

impl Form {
    /// What these bytes are, if they are something that may be kept.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [] => None,
            _ if bytes.starts_with(b"%PDF-") => Some(Self::Pdf),
            _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some(Self::Png),
            _ if bytes.starts_with(b"\xff\xd8\xff") => Some(Self::Jpeg),
            _ => is_plain_text(bytes).then_some(Self::Text),
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Text => "txt",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Png | Self::Jpeg => "picture",
            Self::Text => "text",
        }
    }
}

/// Words and nothing else: what is marked up as a page is no plain text, whatever it says it is.
fn is_plain_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let start = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    let plain = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    plain && !start.starts_with('<')
}

/// One file, as the signed record lists it: the file itself is kept beside the record, and its digest says which it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub part: Part,
    pub title: String,
    pub form: Form,
    pub size: u64,
    /// Hex.
    pub sha256: String,
    pub by: PersonId,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("Say what the file is, in at most 200 characters")]
    Title,
    #[error("Choose a file")]
    Empty,
    #[error("The file is larger than 10 MB")]
    TooLarge,
    #[error("Only PDF files, PNG and JPEG pictures and plain text can be added")]
    NotSafe,
    #[error("This meeting holds as many files as it can. Take one off first")]
    Full,
}

/// What this file is, if it may be put with a meeting that holds so many files of so many bytes in all.
pub fn admit(title: &str, bytes: &[u8], (held, held_bytes): (usize, usize)) -> Result<Form, Unfit> {
    if title.trim().is_empty() || title.encode_utf16().count() > MAX_TITLE || title.contains(['\n', '\r', '\0']) {
        return Err(Unfit::Title);
    }
    if bytes.is_empty() {
        return Err(Unfit::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(Unfit::TooLarge);
    }
    let form = Form::of(bytes).ok_or(Unfit::NotSafe)?;
    if held >= MAX_OF_MEETING || held_bytes.saturating_add(bytes.len()) > MAX_BYTES_OF_MEETING {
        return Err(Unfit::Full);
    }
    Ok(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_is_in_it() {
        let cases: &[(&[u8], Option<Form>)] = &[
            (b"%PDF-1.7\n", Some(Form::Pdf)),
            (b"\x89PNG\r\n\x1a\n....", Some(Form::Png)),
            (b"\xff\xd8\xff\xe0JFIF", Some(Form::Jpeg)),
            ("Zoë drew a house.\r\n\tTwice.".as_bytes(), Some(Form::Text)),
            (b"<svg onload='x()'>", None),
            (b"  <!doctype html>", None),
            (b"\xef\xbb\xbf<html>", None),
            (b"MZ\x90\x00", None),
            (b"PK\x03\x04", None),
            (b"\x00", None),
            (b"", None),
        ];
        for (bytes, form) in cases {
            assert_eq!(Form::of(bytes), *form, "{bytes:?}");
        }
    }

    #[test]
    fn a_file_is_taken_within_bounds_and_with_a_title() {
        let large = vec![b'a'; MAX_BYTES + 1];
        assert_eq!(admit("Drawing", b"words", (0, 0)), Ok(Form::Text));
        assert_eq!(admit(" ", b"words", (0, 0)), Err(Unfit::Title));
        assert_eq!(admit(&"x".repeat(MAX_TITLE + 1), b"words", (0, 0)), Err(Unfit::Title));
        assert_eq!(admit("Drawing", b"", (0, 0)), Err(Unfit::Empty));
        assert_eq!(admit("Drawing", &large, (0, 0)), Err(Unfit::TooLarge));
        assert_eq!(admit("Drawing", b"\x7fELF", (0, 0)), Err(Unfit::NotSafe));
        assert_eq!(admit("Drawing", b"words", (MAX_OF_MEETING, 0)), Err(Unfit::Full));
        assert_eq!(admit("Drawing", b"words", (1, MAX_BYTES_OF_MEETING - 4)), Err(Unfit::Full));
    }
}
