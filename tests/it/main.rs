//! The real engine over the sandbox, with the SDK's real clients, in virtual time.
//!
//! One binary holds all integration tests, because each binary takes a link of the whole SDK. A module is
//! about one promise of the engine or one kind of event. Most tests use `account`: it applies the reference
//! stack, and compares every run with its plan.
use sss_tests::account;

mod adoption;
mod balancing;
mod causes;
mod changes;
mod confirmed;
mod convergence;
mod cycles;
mod denials;
mod dependents;
mod deployments;
mod domains;
mod drift;
mod edge;
mod endings;
mod events;
mod exec;
mod failures;
mod fewest;
mod fields;
mod floors;
mod front_door;
mod hooks;
mod inheritance;
mod interruption;
mod killed;
mod lag;
mod lease;
mod lost_answers;
mod moves;
mod narrowing;
mod neighbours;
mod next;
mod only;
mod operate;
mod overview;
mod parts;
mod pending;
mod permissions;
mod preview;
mod properties;
mod quotas;
mod reference;
mod references;
mod regions;
mod release;
mod removal;
mod renamed;
mod replacement;
mod revisions;
mod scaling;
mod secrets;
mod settings;
mod sharing;
mod spellings;
mod successors;
mod takeover;
mod tasks;
mod torture;
mod uses;
mod verify;
mod waits;
