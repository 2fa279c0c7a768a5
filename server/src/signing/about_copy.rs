//! What a copy says of itself. Only to be believed once its seal holds.

use std::io::Read;

use serde::Deserialize;
use serde_json::Value;

use super::log::InLog;
use super::pdf_syntax::last_position;

/// No edition's data is a tenth of it.
const LARGEST: u64 = 32 * 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// `full`, `family` …
    pub kind: String,
    pub version: u64,
    pub record_sha256: String,
    pub approved_by: String,
    /// RFC 3339.
    pub approved_at: String,
    /// By the proof in the copy; none where it carries none.
    pub log: Option<InLog>,
}

impl About {
    pub(super) fn read(edition: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Some(Self {
            kind: text(&edition["kind"])?,
            version: edition["record"]["version"].as_u64()?,
            record_sha256: text(&edition["record"]["sha256"])?,
            approved_by: text(&edition["approval"]["by"]["name"])?,
            approved_at: text(&edition["approval"]["at"])?,
            log: None,
        })
    }

    /// From the data a PDF carries, in the one form our typesetter attaches it.
    pub(super) fn in_pdf(pdf: &[u8]) -> Option<Self> {
        let at = last_position(pdf, b"/Type/EmbeddedFile/")?;
        let start = at + pdf.get(at..)?.windows(7).position(|window| window == b"stream\n")? + 7;
        let mut data = Vec::new();
        // The stream ends where it says itself; what follows in the file is not read.
        flate2::read::ZlibDecoder::new(pdf.get(start..)?).take(LARGEST).read_to_end(&mut data).ok()?;
        let mut reader = serde_json::Deserializer::from_slice(&data);
        Self::read(&Value::deserialize(&mut reader).ok()?["edition"])
    }

    pub fn kind_words(&self) -> &str {
        match self.kind.as_str() {
            "full" => "the whole record",
            "family" => "the family’s copy",
            "plan_summary" => "the summary with the plan",
            "closed" => "the copy of a closed session",
            other => other,
        }
    }
}
