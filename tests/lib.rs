//! What the integration tests share: an account of the sandbox with the engine in front of it, and its torture.

pub mod account;
pub mod torture;
