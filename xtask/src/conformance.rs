//! `conformance`: the AWS CLI walks the sandbox over TCP. It is a client that nobody here wrote, so what it understands
//! is AWS's wire.

mod client;
mod server;
mod step;
mod walk;

use std::time::Instant;

use crate::{
    cargo,
    conformance::{client::Client, server::Server, step::Walker},
    failure::Failure,
};

pub(crate) fn run() -> Result<(), Failure> {
    let program = cargo::program()?;
    let client = Client::installed_beside(&program)?;
    let server = Server::start(&program)?;
    let start = Instant::now();
    let mut walker = Walker::new(&client, &server);
    let (mut passed, mut failed) = (0, 0);
    for (chapter, steps) in walk::CHAPTERS {
        println!("{chapter}");
        for step in *steps {
            match walker.take(step) {
                Ok(()) => {
                    passed += 1;
                    println!("  ok      {}", step.command());
                }
                Err(failure) => {
                    failed += 1;
                    println!("  FAILED  {}\n          failed to {failure}", step.command());
                }
            }
        }
    }
    println!("{:.0} seconds", start.elapsed().as_secs_f64());
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        return Ok(());
    }
    Err(Failure::new(format!("walk the sandbox: {failed} steps failed")))
}
