//! Signing in.

use askama::Template;

use super::form::{Errors, safe_next};
use super::frame::Frame;

#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    pub frame: Frame,
    pub email: String,
    /// A path of this site, checked.
    pub next: String,
    pub notice: Option<SignInNotice>,
    pub errors: Errors,
}

/// Why somebody stands at this page when they didn't ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInNotice {
    SignedOut,
    SessionExpired,
    SignInFirst,
}

/// What went wrong with a try. An unknown address and a wrong password are told alike, so that nobody can find out
/// who has an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInProblem {
    EmailMissing,
    PasswordMissing,
    NotRight,
    TooManyTries,
}

impl SignInPage {
    pub fn new(frame: Frame, next: &str, notice: Option<SignInNotice>) -> Self {
        Self { frame, email: String::new(), next: safe_next(next).to_owned(), notice, errors: Errors::none() }
    }

    /// The page again after a try that failed: what was typed is kept, but not the password.
    pub fn again(frame: Frame, next: &str, email: &str, problem: SignInProblem) -> Self {
        let errors = match problem {
            SignInProblem::EmailMissing => Errors::one("email", "Enter your email address"),
            SignInProblem::PasswordMissing => Errors::one("password", "Enter your password"),
            SignInProblem::NotRight => Errors::one("email", "The email address or the password is not right"),
            SignInProblem::TooManyTries => {
                Errors::one("email", "There have been too many tries. Wait 15 minutes, then try again")
            }
        };
        Self { email: email.to_owned(), errors, ..Self::new(frame, next, None) }
    }

    fn notice_text(&self) -> &'static str {
        match self.notice {
            None => "",
            Some(SignInNotice::SignedOut) => "You have been signed out.",
            Some(SignInNotice::SessionExpired) => {
                "You were signed out because you had not used Accord for a while. Sign in again to go on where you were."
            }
            Some(SignInNotice::SignInFirst) => "Sign in to see that page.",
        }
    }
}
