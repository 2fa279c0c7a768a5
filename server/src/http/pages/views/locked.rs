//! A meeting whose record is locked and signed: copies, deliveries, filings.

use askama::Template;
use minutes::edition::EditionKind;
use minutes::words;

use super::frame::{Frame, short, size};

#[derive(Debug, Template)]
#[template(path = "locked.html")]
pub struct LockedPage {
    pub frame: Frame,
    pub meeting_id: String,
    /// The working history; None for those who may not read it.
    pub history_href: Option<String>,
    pub title: String,
    pub when: String,
    pub place: String,
    pub locked_by: String,
    pub locked_at: String,
    pub version: u32,
    /// Only those this reader may open.
    pub copies: Vec<CopyLine>,
    /// What only chair and minute taker see.
    pub sending: Option<Sending>,
}

#[derive(Debug, Clone)]
pub struct CopyLine {
    pub edition: String,
    pub kind: EditionKind,
    /// Which closed session, where it is the copy of one.
    pub session: Option<u32>,
    pub pdf_bytes: u64,
    pub pdf_sha256: String,
}

#[derive(Debug, Clone, Default)]
pub struct Sending {
    pub deliveries: Vec<DeliveryLine>,
    pub codes: Vec<CodeLine>,
    pub filings: Vec<FilingLine>,
    pub late: Vec<LateLine>,
}

#[derive(Debug, Clone)]
pub struct DeliveryLine {
    pub name: String,
    pub standing: String,
    pub copy: String,
    pub address: String,
    pub state: DeliveryState,
    /// When it came to this state, in words.
    pub at: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryState {
    Queued,
    /// Their mail server took it. That is not the same as "delivered", and is never called so.
    Accepted,
    Delayed {
        next_try: String,
    },
    Refused {
        reason: String,
    },
    ToHandOver {
        /// Where the button that records the hand-over posts to; empty for those who may not.
        record_at: String,
    },
    HandedOver {
        by: String,
    },
}

/// A code to tell somebody by another route than the link.
#[derive(Debug, Clone)]
pub struct CodeLine {
    pub name: String,
    pub standing: String,
    /// Eight digits.
    pub code: String,
    pub expires: String,
}

#[derive(Debug, Clone)]
pub struct FilingLine {
    pub agency: String,
    pub child: String,
    pub copy: String,
    pub state: FilingState,
    pub at: String,
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilingState {
    Waiting,
    Filed { receipt: String },
    Refused { reason: String },
}

/// What somebody wrote that arrived after the lock: kept aside, in no copy.
#[derive(Debug, Clone)]
pub struct LateLine {
    pub name: String,
    pub at: String,
    pub text: String,
}

impl CopyLine {
    fn name(&self) -> String {
        let kind = words::edition(self.kind);
        self.session.map_or_else(|| kind.to_owned(), |number| format!("{kind} {number}"))
    }

    fn for_whom(&self) -> &'static str {
        match self.kind {
            EditionKind::Full => "For professionals at the table and their agencies’ case records.",
            EditionKind::Family => "For the family. Holds only what everyone at the table could read.",
            EditionKind::PlanSummary => "For those who get the decisions and the plan alone.",
            EditionKind::Closed => "For those who were in the closed session. It was sent to nobody and filed nowhere.",
        }
    }

    fn size(&self) -> String {
        size(self.pdf_bytes)
    }

    fn short(&self) -> String {
        short(&self.pdf_sha256)
    }
}

impl DeliveryState {
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Queued => "Waiting to be sent",
            Self::Accepted => "Accepted by their mail server",
            Self::Delayed { .. } => "Delayed",
            Self::Refused { .. } => "Refused",
            Self::ToHandOver { .. } => "To hand over",
            Self::HandedOver { .. } => "Handed over",
        }
    }

    pub const fn tag(&self) -> &'static str {
        match self {
            Self::Queued => "govuk-tag--grey",
            Self::Accepted | Self::HandedOver { .. } => "govuk-tag--green",
            Self::Delayed { .. } => "govuk-tag--yellow",
            Self::Refused { .. } => "govuk-tag--red",
            Self::ToHandOver { .. } => "govuk-tag--orange",
        }
    }
}

impl FilingState {
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Filed { .. } => "Filed",
            Self::Refused { .. } => "Refused",
        }
    }

    pub const fn tag(&self) -> &'static str {
        match self {
            Self::Waiting => "govuk-tag--grey",
            Self::Filed { .. } => "govuk-tag--green",
            Self::Refused { .. } => "govuk-tag--red",
        }
    }
}

impl FilingLine {
    fn short(&self) -> String {
        short(&self.sha256)
    }
}

impl CodeLine {
    /// "4821 7730": four and four are easier to say and to hear.
    fn spoken(&self) -> String {
        match self.code.split_at_checked(4) {
            Some((first, rest)) if self.code.len() == 8 => format!("{first} {rest}"),
            _ => self.code.clone(),
        }
    }
}

impl Sending {
    /// What needs somebody to do something, said first.
    fn trouble(&self) -> usize {
        let refused = self.deliveries.iter().filter(|line| matches!(line.state, DeliveryState::Refused { .. })).count();
        refused + self.filings.iter().filter(|line| matches!(line.state, FilingState::Refused { .. })).count()
    }
}
