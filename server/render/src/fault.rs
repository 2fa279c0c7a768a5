//! What can go wrong, as the server reads it: `{"code":…,"field":…,"detail":…}`.

use std::io::Write;

use serde::Serialize;

/// Details hold sizes, places and code points, never text of the record: they end up in logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Fault {
    #[error("no font can draw {detail} in {field}")]
    UnprintableCharacter { field: String, detail: String },
    #[error("too large: {detail}")]
    TooLarge { detail: String },
    #[error("typesetting failed: {detail}")]
    Typeset { detail: String },
    #[error("fonts can't be read: {detail}")]
    Fonts { detail: String },
    #[error("input can't be read: {detail}")]
    Input { detail: String },
    #[error("output can't be written: {detail}")]
    Output { detail: String },
    #[error("limits can't be set: {detail}")]
    Limits { detail: String },
}

impl Fault {
    pub(crate) fn unprintable(field: &str, character: char) -> Self {
        Self::UnprintableCharacter { field: field.to_owned(), detail: format!("U+{:04X}", u32::from(character)) }
    }

    pub(crate) fn to_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| r#"{"code":"typeset","detail":"unknown"}"#.to_owned())
    }
}

/// A panic message can quote the text it failed on, so only its place is told.
pub(crate) fn silence_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "unknown place".to_owned(), ToString::to_string);
        let fault = Fault::Typeset { detail: format!("panic at {place}") };
        let _ = writeln!(std::io::stderr(), "{}", fault.to_line());
    }));
}
