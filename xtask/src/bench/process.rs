//! The real program over TCP: the time and the memory of a plan and an apply of many services.
//!
//! A server in this process plays AWS. The program is started like a user starts it, on a stack file in an
//! empty folder. The account for the plan is built in virtual time before, because an apply over TCP takes
//! minutes.

use std::{fs, time::Duration};

use sss_sandbox::Sandbox;
use tempfile::TempDir;

use super::{
    Request, calls,
    measured::{self, Usage},
    server::Server,
    table::{Side, Table, seconds},
};
use crate::{
    cargo::{self, Build},
    failure::Failure,
    reference,
};

/// The time of one call.
const LATENCY: Duration = Duration::from_millis(50);

/// The speed of the account's clock. The delays of AWS are no part of the result.
const FACTOR: f64 = 60.0;

/// The number of services of the plan: the most that one API takes.
const PLANNED: u16 = 300;
/// The number of services of the apply with a debug build. A release build applies as many as it plans.
const APPLIED: u16 = 100;

/// Measures, prints and returns the results.
pub(super) fn run(request: &Request) -> Result<String, Failure> {
    if !measured::is_possible() {
        let skipped = "Skipped: measuring processes takes Python 3 on Unix.\n".to_owned();
        println!("{skipped}");
        return Ok(skipped);
    }
    let program = cargo::program_of(request.build)?.display().to_string();
    let mut table = Table::new([
        ("command", Side::Left),
        ("services", Side::Right),
        ("calls", Side::Right),
        ("time", Side::Right),
        ("processor", Side::Right),
        ("peak memory", Side::Right),
    ]);

    for services in request.services(&[PLANNED]) {
        let sandbox = Sandbox::load(&calls::deployed(services)?).map_err(Failure::to("load the account"))?;
        let command = [&program, "plan", "--detailed-exitcode"];
        table.row(measure("plan without changes", services, sandbox, &command)?);
    }

    let applied = if request.build == Build::Release { PLANNED } else { APPLIED };
    for services in request.services(&[applied]) {
        let command = [&program, "apply", "--yes", "--no-verify"];
        table.row(measure("first apply", services, Sandbox::new(), &command)?);
    }

    let text = format!("A {} build.\n\n{}", request.build.name(), table.text());
    println!("\n{text}");
    Ok(text)
}

/// Runs a command of the program on an account of its own, and returns a row of the table.
fn measure(name: &str, services: u16, sandbox: Sandbox, command: &[&str]) -> Result<Vec<String>, Failure> {
    eprintln!("{name}, {services} services");
    let server = Server::start(sandbox.with_factor(FACTOR).latency(LATENCY))?;
    let folder = TempDir::with_prefix("sss-bench-").map_err(Failure::to("make a temporary folder"))?;
    fs::write(folder.path().join("sss.toml"), reference::of_services(services).to_toml())
        .map_err(Failure::to("write sss.toml"))?;
    let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
    let usage: Usage = measured::run(folder.path(), &command, &server.environment())?;
    Ok(vec![
        name.to_owned(),
        services.to_string(),
        server.sandbox().calls().len().to_string(),
        seconds(usage.wall),
        format!("{:.2} s", usage.cpu.as_secs_f64()),
        usage.megabytes(),
    ])
}
