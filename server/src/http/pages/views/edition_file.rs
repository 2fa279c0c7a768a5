//! A copy as one HTML file that works anywhere: in a case record, from a memory stick, printed.

use askama::Template;
use jiff::tz::TimeZone;
use minutes::edition::{Edition, EditionKind};
use minutes::words;

use super::record::{RecordView, Stage};

/// The style sheet inside the file. Its response needs a content security policy that allows exactly this by its hash.
pub const EDITION_CSS: &str = include_str!("../../../../templates/edition.css");

#[derive(Debug, Template)]
#[template(path = "edition_file.html")]
pub struct EditionFile {
    pub record: RecordView,
    pub kind: EditionKind,
    /// Where anybody can check this copy; empty when there is no such page.
    pub verify_url: String,
}

impl EditionFile {
    pub fn new(edition: &Edition, zone: &TimeZone, verify_url: &str) -> Self {
        Self {
            record: RecordView::of(edition, zone, Stage::Locked),
            kind: edition.kind,
            verify_url: verify_url.to_owned(),
        }
    }

    fn css(&self) -> &'static str {
        EDITION_CSS
    }

    fn kind_words(&self) -> &'static str {
        words::edition(self.kind)
    }

    /// A copy that a family may have names nothing, in case somebody else sees the tab or the list of files.
    fn title(&self) -> &'static str {
        match self.kind {
            EditionKind::Family | EditionKind::PlanSummary => "Document",
            EditionKind::Full | EditionKind::Closed => "Signed copy of a meeting record",
        }
    }
}
