//! What the server asks for.

use std::path::PathBuf;

use jiff::Timestamp;
use minutes::edition::Edition;
use serde::Deserialize;

use crate::fault::Fault;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Job {
    pub(crate) edition: Edition,
    /// The signed JSON file that travels inside the PDF. None for a test print of a record nobody has approved yet.
    pub(crate) attachment: Option<String>,
    /// The folder `fonts/collect.mjs` fills.
    pub(crate) fonts: PathBuf,
}

impl Job {
    pub(crate) fn decode(input: &[u8]) -> Result<Self, Fault> {
        // The decoder's own message can quote what it stumbled over.
        serde_json::from_slice(input).map_err(|error| Fault::Input {
            detail: format!("{:?} error in column {}", error.classify(), error.column()),
        })
    }

    /// The one instant the document carries, so that the same edition always gives the same bytes: when the record was
    /// approved or, for a test print, when the meeting starts.
    pub(crate) fn instant(&self) -> Result<Timestamp, Fault> {
        let edition = &self.edition;
        edition
            .approval
            .at
            .parse()
            .or_else(|_| edition.meeting.starts_at.parse())
            .map_err(|_| Fault::Input { detail: "neither approval.at nor meeting.starts_at is an instant".to_owned() })
    }
}
