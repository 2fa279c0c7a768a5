//! An agency's own case records: closed to the other agencies.

use askama::Template;
use minutes::edition::EditionKind;
use minutes::words;

use super::frame::{Frame, count, short, size};

#[derive(Debug, Template)]
#[template(path = "case_records.html")]
pub struct CaseRecordsPage {
    pub frame: Frame,
    pub agency_id: String,
    pub agency: String,
    pub children: Vec<CaseRecordLine>,
}

#[derive(Debug, Clone)]
pub struct CaseRecordLine {
    pub child_id: String,
    pub child: String,
    /// ISO date, or empty.
    pub date_of_birth: String,
    pub filed: usize,
    /// When the last one was filed, in words; empty when none is.
    pub latest: String,
}

#[derive(Debug, Template)]
#[template(path = "case_record.html")]
pub struct CaseRecordPage {
    pub frame: Frame,
    pub agency_id: String,
    pub agency: String,
    pub child: String,
    /// ISO date, or empty.
    pub date_of_birth: String,
    /// Latest first.
    pub filed: Vec<FiledLine>,
}

#[derive(Debug, Clone)]
pub struct FiledLine {
    pub edition: String,
    pub kind: EditionKind,
    pub version: u32,
    pub meeting: String,
    pub meeting_when: String,
    pub filed_at: String,
    pub receipt: String,
    pub sha256: String,
    pub pdf_bytes: u64,
}

impl CaseRecordLine {
    fn born(&self) -> String {
        born(&self.date_of_birth)
    }

    fn filed_counted(&self) -> String {
        count(self.filed, "record", "records")
    }
}

impl CaseRecordPage {
    fn born(&self) -> String {
        born(&self.date_of_birth)
    }
}

impl FiledLine {
    fn copy(&self) -> &'static str {
        words::edition(self.kind)
    }

    fn short(&self) -> String {
        short(&self.sha256)
    }

    fn size(&self) -> String {
        size(self.pdf_bytes)
    }
}

fn born(iso: &str) -> String {
    if iso.is_empty() { "not known".to_owned() } else { words::date(iso) }
}
