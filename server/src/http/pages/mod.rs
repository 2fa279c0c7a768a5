//! The pages people see.

pub mod views;
