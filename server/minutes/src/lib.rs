//! The record of a multi-agency meeting and its rules.
//!
//! Everything an auditor or a court may ask about is decided here, as pure functions over small values:
//! who may change what (`access`, `change`), who sits at the table (`seating`), who is in a closed session (`closed`), who
//! sees whose blind answer (`blind`), when a record is locked and on which conditions (`lifecycle`), what each reader's copy
//! holds (`edition`) and what must not be in it once it is made (`leak`), which bytes are signed (`canonical`) and who wrote
//! which words (`history`).
//! Nothing here reads a clock, a file, a socket or a random number; the caller passes them in.

pub mod access;
pub mod attachment;
pub mod blind;
pub mod calendar;
pub mod calendar_entry;
pub mod canonical;
pub mod change;
pub mod child_status;
pub mod clocks;
pub mod closed;
pub mod deadline;
pub mod document;
pub mod edition;
pub mod history;
pub mod ids;
pub mod in_the_room;
pub mod leak;
pub mod lifecycle;
pub mod plan;
pub mod preparation;
pub mod protected;
pub mod quorum;
pub mod record;
pub mod room;
pub mod rules;
pub mod seating;
pub mod wording;
pub mod words;
