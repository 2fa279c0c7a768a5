//! The outside: routes, status codes, pages.

pub mod pages;
