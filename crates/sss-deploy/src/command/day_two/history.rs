//! `history`: lists the last deployments of the services.

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::operate::{
    Target,
    history::{Deployment, history},
};

use super::choice;
use crate::{
    exit::Exit, failure::Failure, invocation::Invocation, render::day_two::history as render,
    session::on_names,
};

/// The arguments of `history`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The services [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// The number of deployments of each service
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u16).range(1..=100))]
    limit: u16,
}

/// The answer as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Answer<'a> {
    /// The name of the stack.
    stack: &'a str,
    /// The deployments, for each service the newest first.
    deployments: &'a [Deployment],
}

/// Reads the deployments and prints them.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_names(invocation, async |session| {
        let target = Target::of(session.stack);
        let services = choice::services(&target, &arguments.services)?;
        let work = history(session.deployer.aws(), &target, &services, arguments.limit.into());
        let found = session.interruption.or(Box::pin(work)).await?;
        let found = found.map_err(|error| Failure::engine("read the deployments", &error))?;

        let output = &invocation.output;
        if output.json {
            output.document(&Answer { stack: &target.stack, deployments: &found })?;
        } else {
            output.answer(|w| render::list(w, &target, &found))?;
        }
        Ok(Exit::Done)
    })
}
