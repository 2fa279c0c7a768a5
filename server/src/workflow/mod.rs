//! What people do, one file each: load, decide (in `minutes`), save in one transaction. What has to be sent is
//! enqueued in that transaction; nothing is sent from here.

pub mod append_to_log;
pub mod attach_file;
pub mod before_meeting;
pub mod blind_views;
pub mod case_records;
pub mod change_seat;
pub mod check_health;
mod check_leaks;
pub mod check_log;
pub mod closed_sessions;
pub mod create_meeting;
pub mod deadlines;
pub mod end_plan;
pub mod end_sessions;
pub mod file_editions;
pub mod forget_expired;
pub mod hand_over;
pub mod in_the_room;
pub mod join_meeting;
pub mod judge_plan;
pub mod keep_deadlines;
pub mod list_meetings;
pub mod lock_record;
pub mod next_meeting;
pub mod open_copy;
pub mod read_edition;
pub mod remind;
pub mod review_record;
pub mod scrub_records;
pub mod seat;
pub mod set_child_status;
pub mod show_history;
pub mod show_locked;
pub mod show_log;
pub mod show_record;
pub mod sign_in;
pub mod sign_out;
pub mod verify_copy;
pub mod withdraw_seat;

use std::sync::Arc;

use minutes::access;
use minutes::calendar::Calendars;
use minutes::change;
use minutes::document::DocumentError;
use minutes::ids::{AgencyId, PersonId, SessionId};
use minutes::lifecycle::Finding;
use minutes::record::Role;
use minutes::rules::Rules;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::live::{Live, LiveError};
use crate::render::{RenderError, Typesetter};
use crate::signing::{Keys, SignError};
use crate::store::{self, Store, StoreError};

/// Everything the workflows work with. Built once, at start.
pub struct App {
    pub store: Store,
    pub live: Live,
    pub clock: Clock,
    pub typesetter: Typesetter,
    pub keys: Arc<Keys>,
    pub log: append_to_log::Log,
    /// Whether the log was found whole at start.
    pub log_is_whole: bool,
    pub rules: Rules,
    /// Words to point out, from `config/wording/`.
    pub plain_words: minutes::wording::Wording,
    /// Which days people work, nation by nation.
    pub calendars: Calendars,
    pub settings: Settings,
    /// Rung when there is something to deliver.
    pub deliveries: Arc<Notify>,
}

#[derive(Clone)]
pub struct Settings {
    pub partnership: String,
    pub base_url: String,
    pub session_milliseconds: i64,
    pub session_secret: [u8; 32],
    /// What links and codes of family copies are derived from.
    pub link_secret: [u8; 32],
    pub secure_cookies: bool,
    /// What stock clients know this store by, to tell what is saved.
    pub storage_id: String,
}

/// Who is asking, as their session says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub person: PersonId,
    pub session: SessionId,
    pub name: String,
    pub role: Role,
    pub agency: Option<AgencyId>,
    pub expires_at: i64,
}

/// One thing wrong with one field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the form field.
    pub field: String,
    pub words: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("nobody is signed in")]
    NotSignedIn,
    #[error("the e-mail address or the password is wrong")]
    BadCredentials,
    #[error("too many wrong passwords")]
    TooManyTries,
    /// Also for what the person may not know of.
    #[error("there is no such thing, or it is not yours to see")]
    NotFound,
    #[error("{0}")]
    NotAllowed(#[from] access::Refusal),
    #[error("the meeting would have no chair")]
    LastChair,
    /// As things stand it can't be done; the words say why.
    #[error("{0}")]
    NotNow(String),
    #[error("the form has mistakes")]
    Invalid(Vec<FieldError>),
    #[error("some things are missing from the record")]
    Incomplete(Vec<Finding>),
    /// What copies would tell somebody who must not know it; for the chair.
    #[error("a copy holds what its readers must not have")]
    Leaks(Vec<Finding>),
    #[error("a finished copy can't be read back")]
    ReadBack(#[source] crate::render::read_back::Unreadable),
    #[error("the change was refused")]
    ChangeRefused(#[source] change::Refusal),
    /// Something in the record can't be put on paper; the words say what and where.
    #[error("{0}")]
    Unprintable(String),
    #[error("the typesetter failed")]
    Render(#[source] RenderError),
    #[error("the meeting is being locked")]
    BeingLocked,
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// What is written is kept on its pages until it can be stored.
    #[error("changes can't be stored just now")]
    NotStoring,
    /// Found at start; to be looked into with `accord log check`.
    #[error("the log of records is not what it was")]
    LogBroken,
    #[error("the server is full")]
    Full,
    #[error("too many connections of one person")]
    TooManyConnections,
    #[error("the meeting can't be opened")]
    Live(#[source] LiveError),
    #[error("a stored history can't be read")]
    History(#[source] Box<DocumentError>),
    #[error("signing failed")]
    Sign(#[from] SignError),
    #[error("{0}")]
    Broken(&'static str),
}

impl From<DocumentError> for Error {
    fn from(error: DocumentError) -> Self {
        Self::History(Box::new(error))
    }
}

impl From<LiveError> for Error {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::Refused(change::Refusal::NotAllowed(refusal)) => Self::NotAllowed(refusal),
            LiveError::Refused(refusal) => Self::ChangeRefused(refusal),
            LiveError::Busy => Self::BeingLocked,
            LiveError::NotStoring => Self::NotStoring,
            LiveError::Full => Self::Full,
            LiveError::TooManyConnections => Self::TooManyConnections,
            other
            @ (LiveError::Open(_) | LiveError::Gone | LiveError::Unreadable { .. } | LiveError::LibraryFailed) => {
                Self::Live(other)
            }
        }
    }
}

impl From<RenderError> for Error {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::UnprintableCharacter { .. } | RenderError::TooLarge { .. } => {
                Self::Unprintable(error.to_string())
            }
            other => Self::Render(other),
        }
    }
}

impl From<minutes::canonical::NotCanonical> for Error {
    fn from(_: minutes::canonical::NotCanonical) -> Self {
        Self::Broken("a record has no canonical form")
    }
}

/// The audit row of something somebody did: the noun and what happened to it, then which one.
fn audited((person, session): (PersonId, SessionId), at: i64, action: &str, subject: String) -> store::audit::NewEntry {
    let (person, session) = (Some(person), Some(session));
    store::audit::NewEntry { at, person, session, action: action.to_owned(), subject, detail_json: "{}".to_owned() }
}
