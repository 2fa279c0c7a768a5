//! The files put with a record.

use askama::Template;

use super::form::Errors;
use super::frame::Frame;

#[derive(Debug, Template)]
#[template(path = "files.html")]
pub struct FilesPage {
    pub frame: Frame,
    pub meeting_id: String,
    pub title: String,
    pub when: String,
    pub files: Vec<FileLine>,
    pub parts: Vec<PartChoice>,
    pub may_add: bool,
    /// The title as typed so far.
    pub typed: String,
    pub errors: Errors,
}

#[derive(Debug, Clone)]
pub struct FileLine {
    pub id: String,
    pub title: String,
    /// "PDF, 84 KB"
    pub about: String,
    pub readers: &'static str,
    pub by: String,
    pub when: String,
    pub sha256: String,
    pub removable: bool,
}

/// Who may read a file: one of the parts the reader reads.
#[derive(Debug, Clone)]
pub struct PartChoice {
    pub key: String,
    pub words: &'static str,
    pub chosen: bool,
}
