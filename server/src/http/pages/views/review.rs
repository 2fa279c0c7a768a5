//! The chair's review before locking.

use askama::Template;

use super::form::Errors;
use super::frame::{Frame, count};

#[derive(Debug, Template)]
#[template(path = "review.html")]
pub struct ReviewPage {
    pub frame: Frame,
    pub meeting_id: String,
    pub title: String,
    pub when: String,
    /// What stands in the way of the lock.
    pub blocks: Vec<FindingLine>,
    /// What the chair is told of.
    pub warnings: Vec<FindingLine>,
    pub counts: Vec<CountLine>,
    pub recipients: Vec<RecipientLine>,
    pub filings: Vec<PlannedFiling>,
    pub test_print: TestPrint,
    /// The words the chair confirms.
    pub statement: String,
    pub errors: Errors,
}

/// Something the review found.
#[derive(Debug, Clone)]
pub struct FindingLine {
    /// Name and id of the box for a reason.
    pub field: String,
    /// Its place on the live page.
    pub href: String,
    pub text: String,
    /// Why the chair locks the record all the same, as typed so far.
    pub reason: String,
}

impl FindingLine {
    /// What the names of the boxes for reasons begin with.
    pub const REASON: &'static str = "reason-";

    pub fn field(key: &str) -> String {
        format!("{}{key}", Self::REASON)
    }
}

#[derive(Debug, Clone)]
pub struct CountLine {
    pub label: String,
    pub value: String,
}

#[derive(Debug, Clone)]
pub struct RecipientLine {
    pub name: String,
    pub standing: String,
    /// "Full record", "Family copy" …
    pub copy: String,
    pub route: Route,
}

/// How a copy reaches somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    Attached { address: String },
    LinkAndCode { address: String },
    ByHand,
}

/// What one agency's case record of one child will hold.
#[derive(Debug, Clone)]
pub struct PlannedFiling {
    pub agency: String,
    pub child: String,
    pub copy: String,
}

/// Whether the copies can be typeset as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestPrint {
    Passed,
    /// Locking is not offered until these are put right.
    Unprintable(Vec<UnprintableLine>),
    /// The printing service did not answer.
    NotMade,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnprintableLine {
    pub href: String,
    /// Where and what: "An entry by PC Dan Rees: the character U+1F9FF".
    pub text: String,
}

/// What was wrong with a try to lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockProblem {
    NotConfirmed,
    WarningsNotSeen,
    PasswordMissing,
    PasswordNotRight,
}

impl LockProblem {
    pub fn add_to(self, errors: &mut Errors) {
        let (field, message) = match self {
            Self::NotConfirmed => ("confirm", "Confirm that you approve this record"),
            Self::WarningsNotSeen => {
                ("acknowledge", "Say that you have seen what could be better, or go back and mend it")
            }
            Self::PasswordMissing => ("password", "Enter your password"),
            Self::PasswordNotRight => ("password", "The password is not right"),
        };
        errors.add(field, message);
    }
}

impl ReviewPage {
    fn warnings_counted(&self) -> String {
        count(self.warnings.len(), "thing that could be better", "things that could be better")
    }

    fn may_lock(&self) -> bool {
        !matches!(self.test_print, TestPrint::Unprintable(_))
    }
}

impl Route {
    pub fn words(&self) -> &'static str {
        match self {
            Self::Attached { .. } => "By email, attached",
            Self::LinkAndCode { .. } => "By email, a link; the code another way",
            Self::ByHand => "By hand",
        }
    }

    pub fn address(&self) -> &str {
        match self {
            Self::Attached { address } | Self::LinkAndCode { address } => address,
            Self::ByHand => "",
        }
    }
}
