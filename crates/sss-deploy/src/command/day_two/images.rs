//! `images`: compares the images that the stack names with those that run, and with those of the registries.

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::operate::{
    Target,
    images::{Image, images},
};

use super::choice;
use crate::{
    exit::Exit, failure::Failure, invocation::Invocation, render::day_two::images as render,
    session::on_account,
};

/// The arguments of `images`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The services [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Ask the registries, and exit with 2 if the next deployment would run another image or none
    #[arg(long)]
    check: bool,
}

/// The answer as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Answer<'a> {
    /// The name of the stack.
    stack: &'a str,
    /// The images, one for each container.
    images: &'a [Image],
}

/// Reads the images and prints them.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_account(invocation, async |session| {
        let target = Target::of(session.stack);
        let services = choice::services(&target, &arguments.services)?;
        let reach = arguments.check.then(|| session.reach());
        let work = images(session.deployer.aws(), session.stack, &services, reach);
        let found = session.interruption.or(Box::pin(work)).await?;
        let found = found.map_err(|error| Failure::engine("read the images", &error))?;

        let output = &invocation.output;
        if output.json {
            output.document(&Answer { stack: &target.stack, images: &found })?;
        } else {
            output.answer(|w| render::list(w, &found, arguments.check))?;
        }
        Ok(if found.iter().any(|image| image.state.is_other()) { Exit::Pending } else { Exit::Done })
    })
}
