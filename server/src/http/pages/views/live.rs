//! The live meeting: a shell around what the browser draws.

use askama::Template;
use serde::Serialize;

use super::frame::Frame;

#[derive(Debug, Template)]
#[template(path = "live.html")]
pub struct LivePage {
    pub frame: Frame,
    /// Neutral by rule: kind of meeting, never a person's name.
    pub kind_name: String,
    pub links: PlainLinks,
    meeting_json: String,
}

/// Where a browser without JavaScript can still go.
#[derive(Debug, Clone)]
pub struct PlainLinks {
    pub record: String,
    /// For those who may change who sits here.
    pub people: Option<String>,
    /// Where a meeting came before this one.
    pub last_plan: Option<String>,
}

impl LivePage {
    /// `meeting` is what `/assets/live.js` starts from.
    pub fn new(
        frame: Frame,
        kind_name: &str,
        links: PlainLinks,
        meeting: &impl Serialize,
    ) -> Result<Self, serde_json::Error> {
        let meeting_json = json_for_script(meeting)?;
        Ok(Self { frame, kind_name: kind_name.to_owned(), links, meeting_json })
    }
}

/// JSON that can't end the script element it stands in, whatever the values hold.
pub fn json_for_script(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    let mut safe = String::with_capacity(json.len() + 64);
    for character in json.chars() {
        match character {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    Ok(safe)
}
