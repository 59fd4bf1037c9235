//! `compare`: prints the stack behind Cloud Map, an ALB and an NLB side by side.
//!
//! It reads the stack and a table of list prices, and makes no call. The backend that the stack has now does not
//! matter.

use clap::Args;
use sss_model::compare::Comparison;

use crate::{command::pricing::Pricing, exit::Exit, failure::Failure, invocation::Invocation, render};

/// The arguments of `compare`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pricing: Pricing,
    /// Print Markdown for a wiki or a pull request
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

/// Prints the comparison.
///
/// # Errors
///
/// The stack is invalid, or the table of prices cannot be read or does not have what the comparison needs.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let pricing = &arguments.pricing;
    let stack = pricing.placed(invocation.read()?.stack);
    let comparison = Comparison::of(&stack, &pricing.prices()?, &pricing.usage());
    let comparison = comparison.map_err(|error| Pricing::failure(&error))?;

    let output = &invocation.output;
    let document = render::compare::Document { stack: &stack.name, comparison: &comparison };
    if output.json {
        output.document(&document)?;
    } else if arguments.markdown {
        output.data(|w| render::compare::markdown(w, &document))?;
    } else {
        let screen = output.screen();
        output.data(|w| render::compare::show(w, screen, &document))?;
    }
    Ok(Exit::Done)
}
