//! `cost`: prints what the stack costs in a month.
//!
//! It reads the stack and a table of list prices, and makes no call. The use of the stack comes from options with
//! defaults, which the answer names.

use std::path::PathBuf;

use clap::Args;
use sss_model::cost::{Cost, Prices, Usage};

use crate::{exit::Exit, failure::Failure, file, invocation::Invocation, render};

/// The arguments of `cost`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The hours of a month in which the tasks run
    #[arg(long, value_name = "N", default_value = "730", value_parser = quantity)]
    hours: f64,
    /// The requests of a month
    #[arg(long, value_name = "N", default_value = "1000000", value_parser = quantity)]
    requests: f64,
    /// The GB of logs of a month
    #[arg(long, value_name = "N", default_value = "1", value_parser = quantity)]
    log_gb: f64,
    /// A table of prices in place of the built-in one
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
}

/// Parses a quantity: a finite number, and not a negative one.
fn quantity(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    let is_sound = number.is_finite() && number >= 0.0;
    is_sound.then_some(number).ok_or_else(|| "must be 0 or more".to_owned())
}

/// Prints the cost.
///
/// # Errors
///
/// The stack is invalid, or the table of prices cannot be read or does not have the stack's region.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let stack = invocation.read()?.stack;
    let prices = arguments.prices.as_deref().map_or_else(|| Ok(Prices::default()), read)?;
    let usage = Usage { hours: arguments.hours, requests: arguments.requests, log_gb: arguments.log_gb };
    let cost = Cost::of(&stack, &prices, &usage).map_err(|error| {
        Failure::new(format!("calculate the cost: {error}"))
            .hint("`--prices FILE` has the prices of other regions")
    })?;

    let output = &invocation.output;
    let document = render::cost::Document { stack: &stack.name, cost: &cost };
    if output.json {
        output.document(&document)?;
    } else {
        output.data(|w| render::cost::show(w, &document))?;
    }
    Ok(Exit::Done)
}

/// Reads a table of prices.
fn read(path: &std::path::Path) -> Result<Prices, Failure> {
    let name = path.display();
    let text = file::read(path).map_err(|error| Failure::new(format!("read {name}: {error}")))?;
    Prices::from_json(&text).map_err(|error| {
        let hint = "the form is that of `Prices` in the documentation of sss-model";
        Failure::refused(format!("{name} is no table of prices: {error}")).hint(hint)
    })
}
