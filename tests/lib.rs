//! The parts that the integration tests share: an account of the sandbox with the engine in front of it, and
//! its torture.
//!
//! The integration tests themselves are in `it`, in one binary. `cargo xtask torture` uses [`torture`] from
//! here with more cases.
//!
//! - [`account`]: the account, the engine and the reference stack. `inventory` lists the account's objects.
//! - [`watched`]: every outage and every stopped task must be in a plan.
//! - [`torture`]: the engine while everything goes wrong.

#![expect(clippy::missing_panics_doc, reason = "what a test expects fails by a panic")]

pub mod account;
mod inventory;
pub mod torture;
pub mod watched;
