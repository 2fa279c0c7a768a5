//! What people see when something went wrong: what happened, what is safe, what to do.

use askama::Template;

use super::frame::{Frame, Link};

#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub frame: Frame,
    pub title: &'static str,
    pub paragraphs: Vec<&'static str>,
    /// A sentence about this one case, such as who holds the lock; no personal data.
    pub detail: Option<String>,
    pub next: Option<Link>,
    /// What support staff need to find it in the log.
    pub reference: Option<String>,
}

impl ErrorPage {
    pub fn of(frame: Frame, status: u16) -> Self {
        let signed_in = frame.person.is_some();
        let (title, paragraphs) = text(status);
        let next = match (status, signed_in) {
            (401, _) => Some(link("/sign-in", "Sign in")),
            (_, true) => Some(link("/meetings", "Go to your meetings")),
            (_, false) => None,
        };
        Self { frame, title, paragraphs: paragraphs.to_vec(), detail: None, next, reference: None }
    }

    pub fn session_expired(frame: Frame) -> Self {
        Self {
            title: "You have been signed out",
            paragraphs: vec![
                "You were signed out because you had not used Accord for a while.",
                "What had been saved is safe. Sign in again to go on.",
            ],
            ..Self::of(frame, 401)
        }
    }

    /// For somebody who sat at the meeting.
    pub fn seat_withdrawn(frame: Frame) -> Self {
        Self {
            title: "Your seat at this meeting was taken away",
            paragraphs: vec![
                "The chair of the meeting has taken your seat away. You can no longer open the meeting or its record.",
                "What you wrote, and was saved, stays in the record under your name.",
                "If you think this is wrong, ask the chair. They can give the seat back until the record is locked.",
            ],
            ..Self::of(frame, 403)
        }
    }

    pub fn with_detail(mut self, detail: &str) -> Self {
        self.detail = Some(detail.to_owned());
        self
    }

    pub fn with_reference(mut self, reference: &str) -> Self {
        self.reference = Some(reference.to_owned());
        self
    }
}

fn link(href: &str, text: &str) -> Link {
    Link { href: href.to_owned(), text: text.to_owned() }
}

fn text(status: u16) -> (&'static str, &'static [&'static str]) {
    match status {
        400 => {
            ("That did not work", &["Accord could not understand what your browser sent.", "Go back and try again."])
        }
        401 => ("Sign in to see this page", &["You are not signed in, or your time has run out."]),
        403 => (
            "You can’t do that",
            &[
                "Your role at this meeting does not let you do that.",
                "If you think it should, ask the chair of the meeting.",
            ],
        ),
        404 => (
            "Page not found",
            &[
                "If you typed the address, check it. If you pasted it, check that you copied all of it.",
                "If it is a meeting or a record, it may not be open to you. Only the people invited to a meeting can open \
                 it. Ask the chair to invite you.",
            ],
        ),
        409 => (
            "This has changed in the meantime",
            &[
                "Somebody changed or locked it while you had it open.",
                "Nothing you wrote in the record is lost. Open the meeting again to see how it stands now.",
            ],
        ),
        413 => (
            "That is too large",
            &["What you sent is larger than Accord takes.", "Go back and try again with something smaller."],
        ),
        422 => (
            "Something you entered can’t be used",
            &["Go back, check what you entered, and try again. What was saved before is safe."],
        ),
        429 => {
            ("Too many tries", &["There have been too many tries in a short time.", "Wait 15 minutes, then try again."])
        }
        503 => (
            "Accord is not available just now",
            &[
                "Everything that was shown as saved is safe.",
                "Try again in a few minutes. If you are in a meeting, go on with pen and paper and add it later.",
            ],
        ),
        _ => (
            "Sorry, there is a problem with Accord",
            &["Everything that was shown as saved is safe.", "Try again in a few minutes."],
        ),
    }
}
