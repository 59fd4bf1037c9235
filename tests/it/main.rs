//! The real engine over the sandbox, through the real SDK clients, in virtual time.
mod account;
mod convergence;
