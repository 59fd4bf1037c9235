//! What the integration tests share: an account of the sandbox with the engine in front of it, and its torture.

#![expect(clippy::missing_panics_doc, reason = "what a test expects fails by a panic")]

pub mod account;
pub mod torture;
pub mod watched;
