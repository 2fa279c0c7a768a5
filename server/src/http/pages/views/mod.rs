//! What the pages show: one struct per page, holding plain data in words, and its template.
//!
//! Nothing here reads a store, a clock or a request; a handler fills a struct and calls `render`. Templates escape
//! everything by themselves; the two places that must not be escaped (the JSON of the live page, the style sheet of a
//! copy saved as a file) say so where they stand.

pub mod before;
pub mod case_records;
pub mod child_status;
pub mod create;
pub mod create_form;
pub mod deadlines;
pub mod edition_file;
pub mod error;
pub mod family;
pub mod files;
pub mod form;
pub mod frame;
pub mod history;
pub mod history_state;
pub mod live;
pub mod locked;
pub mod meetings;
pub mod people;
pub mod plan;
pub mod record;
pub mod review;
pub mod sign_in;
pub mod verify;

#[cfg(test)]
mod tests;
