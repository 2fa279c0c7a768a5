//! Checking a copy: is it what was signed?

use askama::Template;

use super::form::Errors;
use super::frame::Frame;

#[derive(Debug, Template)]
#[template(path = "verify.html")]
pub struct VerifyPage {
    pub frame: Frame,
    pub result: Option<VerifyResult>,
    pub errors: Errors,
    /// "20 MB".
    pub largest: String,
}

#[derive(Debug, Clone)]
pub struct VerifyResult {
    pub verdict: Verdict,
    /// What was looked at, in order.
    pub checks: Vec<CheckLine>,
    /// What the copy says of itself, once it is proved: who sealed it, when, which version.
    pub facts: Vec<FactLine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Genuine,
    /// Genuine, but a later version has taken its place.
    Superseded,
    Changed,
    /// Not something Accord signed, or signed by somebody this installation doesn't know.
    Unknown,
}

#[derive(Debug, Clone)]
pub struct CheckLine {
    pub what: String,
    pub outcome: CheckOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckOutcome {
    Right,
    Wrong,
    NotChecked,
}

#[derive(Debug, Clone)]
pub struct FactLine {
    pub label: String,
    pub value: String,
}

impl Verdict {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Genuine => "This copy is genuine",
            Self::Superseded => "This copy is genuine, but there is a later version",
            Self::Changed => "This copy is not what was signed",
            Self::Unknown => "Accord does not know this file",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Genuine => "It is exactly what the partnership signed. Nothing in it has been changed.",
            Self::Superseded => "It is exactly what was signed then. Ask the chair for the version in use now.",
            Self::Changed => {
                "Something in it is different from what was signed. Don’t rely on it. Ask the chair for another copy."
            }
            Self::Unknown => {
                "It is not a signed copy from this partnership. Choose the PDF or JSON file just as you were given it: \
                 a print saved as a new PDF, or a scan, can’t be checked."
            }
        }
    }

    pub const fn class(self) -> &'static str {
        match self {
            Self::Genuine => "accord-verdict--right",
            Self::Superseded => "accord-verdict--caution",
            Self::Changed | Self::Unknown => "accord-verdict--wrong",
        }
    }
}

impl CheckOutcome {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Right => "Right",
            Self::Wrong => "Wrong",
            Self::NotChecked => "Not checked",
        }
    }

    pub const fn tag(self) -> &'static str {
        match self {
            Self::Right => "govuk-tag--green",
            Self::Wrong => "govuk-tag--red",
            Self::NotChecked => "govuk-tag--grey",
        }
    }
}
