//! The server of Accord. What may use what is in `ARCHITECTURE.md`, and a test holds it to that.

pub mod clock;
pub mod config;
pub mod delivery;
pub mod demo;
pub mod http;
pub mod live;
pub mod metrics;
pub mod render;
pub mod rule_packs;
pub mod secrets;
pub mod signing;
pub mod start;
pub mod store;
pub mod workflow;
