//! `conformance`: runs the AWS CLI and Terraform on the sandbox over TCP, and the program on moto.
//!
//! None of these clients and servers was written here, so they check the sandbox and the engine against the
//! wire format of AWS. A walk is a list of chapters, and a chapter is a list of steps. A failed step does not
//! end its walk, because later steps can still tell something. `docs/conformance.md` has the differences of
//! moto.

pub(crate) mod client;
mod endpoint;
mod moto;
pub(crate) mod server;
mod step;
mod terraform;
mod walk;

use std::{fmt, time::Instant};

use crate::{cargo, conformance::client::Client, failure::Failure};

/// Runs all walks and prints each step with its result.
///
/// # Errors
///
/// A step failed, or a Python package cannot be installed.
pub(crate) fn run() -> Result<(), Failure> {
    let program = cargo::program()?;
    let client = Client::installed_beside(&program)?;
    let mut tally = Tally::default();
    walk::run(&program, &client, &mut tally)?;
    terraform::run(&program, &client, &mut tally)?;
    moto::run(&program, &client, &mut tally)?;
    let Tally { passed, failed } = tally;
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        return Ok(());
    }
    Err(Failure::new(format!("pass every step: {failed} failed")))
}

/// The number of steps that succeeded.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    /// Runs the steps of all chapters in order, and prints each result.
    fn take<S: fmt::Display>(
        &mut self,
        chapters: &[(&str, &[S])],
        mut take: impl FnMut(&S) -> Result<(), Failure>,
    ) {
        let start = Instant::now();

        for (chapter, steps) in chapters {
            println!("{chapter}");
            for step in *steps {
                match take(step) {
                    Ok(()) => {
                        self.passed += 1;
                        println!("  ok      {step}");
                    }
                    Err(failure) => {
                        self.failed += 1;
                        println!("  FAILED  {step}\n          failed to {failure}");
                    }
                }
            }
        }

        println!("{:.0} seconds", start.elapsed().as_secs_f64());
    }
}
