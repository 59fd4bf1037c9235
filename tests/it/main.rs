//! The real engine over the sandbox, through the real SDK clients, in virtual time.
use sss_tests::account;

mod adoption;
mod changes;
mod convergence;
mod denials;
mod deployments;
mod drift;
mod endings;
mod events;
mod failures;
mod fewest;
mod fields;
mod interruption;
mod killed;
mod lease;
mod lost_answers;
mod parts;
mod properties;
mod reference;
mod removal;
mod replacement;
mod secrets;
mod sharing;
mod spellings;
mod tasks;
mod torture;
