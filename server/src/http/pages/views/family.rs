//! The family's copy: no account, a link and a code. Nothing on these pages says what they are about until the code is
//! right, and a way out is always in sight.

use askama::Template;

use super::form::Errors;
use super::record::RecordView;

/// Whom to ask. Shown before the code is right, so it names the worker and no family.
#[derive(Debug, Clone, Default)]
pub struct Contact {
    pub name: String,
    /// Any of them may be empty.
    pub phone: String,
    pub email: String,
}

/// Where "leave this page quickly" goes: somewhere dull.
#[derive(Debug, Clone)]
pub struct QuickExit {
    pub href: String,
}

impl Default for QuickExit {
    fn default() -> Self {
        Self { href: "https://www.bbc.co.uk/weather".to_owned() }
    }
}

#[derive(Debug, Template)]
#[template(path = "family/code.html")]
pub struct CodePage {
    pub token: String,
    pub contact: Contact,
    pub exit: QuickExit,
    pub state: CodeState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeState {
    Ask,
    /// Not eight digits; it costs no try.
    NotACode,
    Wrong {
        tries_left: u32,
    },
    UsedUp,
    Expired,
    /// No such link: mistyped, withdrawn, or made up.
    Unknown,
}

#[derive(Debug, Template)]
#[template(path = "family/copy.html")]
pub struct CopyPage {
    pub token: String,
    pub contact: Contact,
    pub exit: QuickExit,
    pub record: RecordView,
    /// In words: "24 May 2027".
    pub available_until: String,
    /// "84 KB".
    pub pdf_size: String,
}

impl CodePage {
    fn asks(&self) -> bool {
        matches!(self.state, CodeState::Ask | CodeState::NotACode | CodeState::Wrong { .. })
    }

    fn errors(&self) -> Errors {
        match self.state {
            CodeState::NotACode => Errors::one("code", "The code has 8 numbers. Check it and try again"),
            CodeState::Wrong { tries_left: 1 } => {
                Errors::one("code", "That is not the right code. You can try 1 more time")
            }
            CodeState::Wrong { tries_left } => {
                Errors::one("code", &format!("That is not the right code. You can try {tries_left} more times"))
            }
            CodeState::Ask | CodeState::UsedUp | CodeState::Expired | CodeState::Unknown => Errors::none(),
        }
    }

    fn heading(&self) -> &'static str {
        match self.state {
            CodeState::Ask | CodeState::NotACode | CodeState::Wrong { .. } => "Open your document",
            CodeState::UsedUp => "This link is closed",
            CodeState::Expired => "This link has run out",
            CodeState::Unknown => "This link does not work",
        }
    }

    fn explanation(&self) -> &'static str {
        match self.state {
            CodeState::Ask | CodeState::NotACode | CodeState::Wrong { .. } => "",
            CodeState::UsedUp => "The code was wrong too many times. We closed the link to keep your document safe.",
            CodeState::Expired => {
                "Links only work for some time. Your document is safe. You can have it in another way."
            }
            CodeState::Unknown => "Check that you used all of the link. If you did, it may have been stopped.",
        }
    }
}
