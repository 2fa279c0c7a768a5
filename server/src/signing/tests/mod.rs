//! What a seal promises, tried on whole files: made, checked, changed, and checked again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod alteration;
mod key_directory;
mod minimal_pdf;
mod sealing;

use std::path::{Path, PathBuf};

use minutes::edition::{
    Edition, EditionApproval, EditionEntry, EditionKind, EditionMeeting, EditionSection, Named, RecordReference,
};
use minutes::ids::{EditionId, MeetingId};
use minutes::record::{Nature, Part};

use super::{Keys, TrustedRoot};

/// 23 November 2026, 12:00:00 UTC.
const NOW: i64 = 1_795_435_200_000;
const YEAR: i64 = 365 * 86_400_000;
const PARTNERSHIP: &str = "Northmoor Safeguarding Partnership";

/// A directory that goes when the test ends.
struct TempDir(PathBuf);

impl TempDir {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("accord-signing-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn new_keys() -> Keys {
    Keys::open_or_create(TempDir::new().path(), PARTNERSHIP, NOW).unwrap()
}

fn root_of(keys: &Keys) -> TrustedRoot {
    TrustedRoot::from_pem(&keys.root_pem().unwrap()).unwrap()
}

fn edition() -> Edition {
    let chair = Named { name: "Amira Khan".into(), standing: "independent chair".into() };
    Edition {
        format: Edition::FORMAT.into(),
        id: EditionId(uuid::uuid!("0b9f1d3c-6a42-4f0e-9c55-0d8f4b1c7a01")),
        kind: EditionKind::Full,
        record: RecordReference {
            meeting: MeetingId(uuid::uuid!("0b9f1d3c-6a42-4f0e-9c55-0d8f4b1c7a02")),
            version: 1,
            sha256: minutes::canonical::sha256_hex(b"the record"),
        },
        partnership: PARTNERSHIP.into(),
        meeting: EditionMeeting {
            kind_name: "Core group".into(),
            title: "Core group 3".into(),
            starts_at: "2026-11-20T10:00:00+00:00".into(),
            place: "Room 2".into(),
        },
        children: vec![],
        attendance: vec![],
        sections: vec![EditionSection {
            agreed_at: String::new(),
            key: "progress".into(),
            heading: "Progress".into(),
            entries: vec![EditionEntry {
                tool: String::new(),
                scale: String::new(),
                text: "Seen at nursery each day: “settled”, 100 % attendance.\n\u{1f600}".into(),
                nature: Nature::ALL[0],
                source: "nursery register".into(),
                by: chair.clone(),
                recorded_by: None,
                about: vec![],
                part: Part::main(),
            }],
        }],
        decisions: vec![],
        actions: vec![],
        closed_sessions: vec![],
        quorum: None,
        read_back: vec![],
        scalings: vec![],
        approval: EditionApproval {
            by: chair,
            at: "2026-11-23T11:59:00Z".into(),
            statement: "I approve this record.".into(),
            went_on: Vec::new(),
        },
        glossary: Vec::new(),
    }
}
