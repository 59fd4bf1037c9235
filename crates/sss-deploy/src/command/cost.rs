//! `cost`: prints what the stack costs in a month.
//!
//! It reads the stack and a table of list prices, and makes no call. The use of the stack comes from options with
//! defaults, which the answer names.

use clap::Args;
use sss_model::cost::Cost;

use crate::{command::pricing::Pricing, exit::Exit, failure::Failure, invocation::Invocation, render};

/// The arguments of `cost`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pricing: Pricing,
}

/// Prints the cost.
///
/// # Errors
///
/// The stack is invalid, or the table of prices cannot be read or does not have the stack's region.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let pricing = &arguments.pricing;
    let stack = pricing.placed(invocation.read()?.stack);
    let cost = Cost::of(&stack, &pricing.prices()?, &pricing.usage());
    let cost = cost.map_err(|error| Pricing::failure(&error))?;

    let output = &invocation.output;
    let document = render::cost::Document { stack: &stack.name, cost: &cost };
    if output.json {
        output.document(&document)?;
    } else {
        output.answer(|w| render::cost::show(w, &document))?;
    }
    Ok(Exit::Done)
}
