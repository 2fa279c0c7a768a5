//! From a sheet to a PDF.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::{Frame, FrameItem};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fault::Fault;
use crate::fields::Field;
use crate::fonts::{Fonts, first_field_with};
use crate::job::Job;
use crate::prepare::Sheet;

const TEMPLATE: &str = include_str!("../templates/edition.typ");

/// PDF's own bound on a string. The typesetter also counts positions in a run in 16 bits, without checking.
const RUN_BYTES: usize = 32_767;

/// A tagged, archival PDF (PDF/A-3a and PDF/UA-1) with the signed JSON attached. The same job gives the same bytes.
pub(crate) fn pdf(job: &Job, sheet: &Sheet, fonts: &Fonts, fields: &[Field<'_>]) -> Result<Vec<u8>, Fault> {
    let data = serde_json::to_vec(sheet).map_err(|_| Fault::Typeset { detail: "sheet".to_owned() })?;
    let desk = Desk::new(data, job.attachment.as_deref(), fonts)?;
    let document: PagedDocument = typst::compile(&desk).output.map_err(|errors| desk.failed("layout", &errors))?;
    check_glyphs(&document, fields)?;

    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
        .map_err(|_| Fault::Typeset { detail: "standards".to_owned() })?;
    let options = PdfOptions {
        ident: Smart::Custom(job.edition.id.to_string()),
        creator: Smart::Custom(Some("Accord".to_owned())),
        timestamp: Some(timestamp(job)?),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| desk.failed("export", &errors))
}

/// Everything the template can reach: itself, its data, the attachment. No clock, no disk, no network.
struct Desk<'a> {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: &'a Fonts,
    template: Source,
    data: (FileId, Bytes),
    attachment: Option<(FileId, Bytes)>,
}

impl<'a> Desk<'a> {
    fn new(data: Vec<u8>, attachment: Option<&str>, fonts: &'a Fonts) -> Result<Self, Fault> {
        let attachment = match attachment {
            Some(text) => Some((file_id("/edition.json")?, Bytes::new(text.as_bytes().to_vec()))),
            None => None,
        };
        Ok(Self {
            // Row headers of tables are still behind a feature of this name.
            library: LazyHash::new(
                Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build(),
            ),
            book: LazyHash::new(fonts.book()),
            fonts,
            template: Source::new(file_id("/edition.typ")?, TEMPLATE.to_owned()),
            data: (file_id("/data.json")?, Bytes::new(data)),
            attachment,
        })
    }
}

fn file_id(path: &str) -> Result<FileId, Fault> {
    let path = VirtualPath::new(path).map_err(|_| Fault::Typeset { detail: "path".to_owned() })?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        [Some(&self.data), self.attachment.as_ref()]
            .into_iter()
            .flatten()
            .find(|(known, _)| *known == id)
            .map(|(_, bytes)| bytes.clone())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn timestamp(job: &Job) -> Result<Timestamp, Fault> {
    let at = job.instant()?.to_zoned_datetime(TimeZone::UTC).datetime();
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    Datetime::from_ymd_hms(
        at.year().into(),
        part(at.month()),
        part(at.day()),
        part(at.hour()),
        part(at.minute()),
        part(at.second()),
    )
    .map(Timestamp::new_utc)
    .ok_or_else(|| Fault::Input { detail: "the instant is out of range".to_owned() })
}

/// Each font can draw its characters, yet a cluster of them can have no shape in any one font. Found here, where the
/// field can still be named; the export would refuse the whole document without saying where.
fn check_glyphs(document: &PagedDocument, fields: &[Field<'_>]) -> Result<(), Fault> {
    for (index, page) in document.pages().iter().enumerate() {
        if let Some(bytes) = longest_run(&page.frame).filter(|bytes| *bytes > RUN_BYTES) {
            return Err(Fault::TooLarge { detail: format!("{bytes} bytes without a place to break the line") });
        }
        if let Some(cluster) = first_without_glyph(&page.frame) {
            let rare: BTreeSet<char> = cluster.chars().filter(|c| !c.is_ascii()).collect();
            return Err(match first_field_with(fields, &rare) {
                Some((field, character)) => Fault::unprintable(&field.path, character),
                None => Fault::unprintable(&format!("page {}", index + 1), cluster.chars().next().unwrap_or(' ')),
            });
        }
    }
    Ok(())
}

fn longest_run(frame: &Frame) -> Option<usize> {
    let run = |item: &FrameItem| match item {
        FrameItem::Group(group) => longest_run(&group.frame),
        FrameItem::Text(text) => Some(text.text.len()),
        _ => None,
    };
    frame.items().filter_map(|(_, item)| run(item)).max()
}

fn first_without_glyph(frame: &Frame) -> Option<String> {
    frame.items().find_map(|(_, item)| match item {
        FrameItem::Group(group) => first_without_glyph(&group.frame),
        FrameItem::Text(text) => {
            let glyph = text.glyphs.iter().find(|glyph| glyph.id == 0)?;
            Some(text.text.get(glyph.range()).unwrap_or_default().to_owned())
        }
        _ => None,
    })
}

impl Desk<'_> {
    /// A diagnostic's message can quote the text; what it says before a quotation, and the place in our template, don't.
    fn failed(&self, step: &str, errors: &[SourceDiagnostic]) -> Fault {
        const QUOTES: [char; 2] = ['`', '"'];
        let Some(error) = errors.first() else { return Fault::Typeset { detail: step.to_owned() } };
        let message = error.message.split(QUOTES).next().unwrap_or_default().trim_end();
        let place = self
            .range(error.span)
            .and_then(|range| self.template.lines().byte_to_line(range.start))
            .map_or_else(String::new, |line| format!(" (edition.typ, line {})", line + 1));
        Fault::Typeset { detail: format!("{step}: {message}{place}") }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::path::PathBuf;

    use serde_json::json;

    use super::*;
    use crate::{fields, fonts, prepare};

    fn job(partnership: &str) -> Job {
        // From target/debug/deps to where fonts/collect.mjs puts them.
        let folder: PathBuf = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("accord-fonts");
        let nobody = json!({ "name": "", "standing": "" });
        let id = "00000000-0000-4000-8000-000000000000";
        let edition = json!({
            "format": "accord-edition/1", "id": id, "kind": "full", "partnership": partnership,
            "record": { "meeting": id, "version": 1, "sha256": "" },
            "meeting": { "kind_name": "", "title": "", "starts_at": "2026-11-23T10:00:00Z", "place": "" },
            "children": [], "attendance": [], "sections": [], "decisions": [], "actions": [],
            "approval": { "by": nobody, "at": "", "statement": "" }
        });
        let job = json!({ "edition": edition, "attachment": null, "fonts": folder });
        Job::decode(job.to_string().as_bytes()).unwrap()
    }

    /// `typeset` with the fonts of a job that has nothing to print, as if they drew everything.
    fn with_first_family_alone(partnership: &str) -> Result<Vec<u8>, Fault> {
        let job = job(partnership);
        let fonts = fonts::load(&job.fonts, &[]).unwrap();
        let sheet = prepare::sheet(&job.edition, fonts.families(), false);
        pdf(&job, &sheet, &fonts, &fields::of(&job.edition))
    }

    #[test]
    fn names_the_field_of_a_shape_that_is_missing() {
        assert!(with_first_family_alone("A core group").is_ok());
        let fault = with_first_family_alone("Core group 会议").unwrap_err();
        assert_eq!(fault, Fault::unprintable("partnership", '会'));
    }

    #[test]
    fn refuses_a_run_longer_than_its_positions_can_count() {
        let job = job(&"👩\u{200D}".repeat(20_000));
        let fields = fields::of(&job.edition);
        let fonts = fonts::load(&job.fonts, &fields).unwrap();
        let sheet = prepare::sheet(&job.edition, fonts.families(), false);
        let fault = pdf(&job, &sheet, &fonts, &fields).unwrap_err();
        assert!(matches!(fault, Fault::TooLarge { .. }), "{fault}");
    }
}
