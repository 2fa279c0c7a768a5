//! Copies as PDF: hands an edition to the worker `accord-render` and waits for its pages.
//!
//! Each copy is a process of its own, bounded in memory and time, with no environment: text that needs 11 GB to be
//! typeset, or for ever, costs one failed copy and not the server.

mod fault;
pub mod read_back;
mod typesetter;

pub use fault::RenderError;
pub use typesetter::Typesetter;
