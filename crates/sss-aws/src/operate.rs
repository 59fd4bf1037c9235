//! Daily operation of a stack: what runs, what has happened, and small interventions.
//!
//! An apply reads the whole stack and makes the account equal to it. The functions here need only the names of a
//! stack ([`Target`]): they work while a plan is refused, and while the stack has problems beside its names.
//!
//! | module | does |
//! |---|---|
//! | [`tasks`] | lists tasks with the causes of their ends, and reads one task with its last lines |
//! | [`events`] | puts events of services, deployments and tasks in one order, and follows them |
//! | [`history`] | lists deployments with their revisions and images |
//! | [`images`] | compares the images that run with those of their registries |
//! | [`exec`] | opens sessions in containers |
//! | [`why`] | finds the causes for which a service does not run as it should |
//! | [`logs`] | reads and follows logs |
//! | [`change`] | restarts, scales, rolls back, stops, waits, aborts and continues |
//!
//! # Guarantees
//!
//! - Functions outside of `change` only read.
//! - The functions of `change` register nothing, and touch services and tasks only. Whoever calls them holds the
//!   stack's lock, so that they do not cross an apply.
//! - A failed read is an error, never an empty answer.

pub mod change;
pub mod events;
pub mod exec;
pub mod history;
pub mod images;
pub mod logs;
mod target;
pub mod tasks;
pub mod why;

pub use self::target::{AccessLog, Logging, Named, Target, Unnamed};
