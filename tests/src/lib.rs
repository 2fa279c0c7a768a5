//! The harness: real servers, actors as values, a sync client of its own, browsers, foreign clients.
//!
//! A test starts the `accord` program with [`server::Accord`] (on an empty partnership and with other settings, with
//! [`service::Service`]; in its own process, with a clock to turn, as [`inside::Inside`]), signs actors in with
//! [`http::Actor`] and lets them write with [`socket::Socket`]. Everything listens on port 0, lives in a folder of its own and is waited for, never
//! slept for.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a harness that can't go on fails its test, and says why"
)]

pub mod browser;
pub mod chance;
pub mod chasquid;
pub mod demo;
pub mod http;
pub mod inside;
pub mod partnership;
pub mod postgres;
pub mod replica;
pub mod server;
pub mod service;
pub mod small_disk;
pub mod socket;
pub mod stock_client;
pub mod unprivileged;
pub mod validators;
pub mod wait;
pub mod wire;
pub mod writing;
