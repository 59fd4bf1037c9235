//! The prices and the use of a stack, as options of the commands that calculate costs.

use std::path::{Path, PathBuf};

use clap::Args;
use sss_model::{
    Stack,
    cost::{NoPrices, Prices, Usage},
};

use crate::{failure::Failure, file};

/// The options about prices and use.
#[derive(Debug, Args)]
pub(crate) struct Pricing {
    /// The hours of a month in which the tasks run
    #[arg(long, value_name = "N", default_value = "730", value_parser = quantity)]
    hours: f64,
    /// The requests of a month
    #[arg(long, value_name = "N", default_value = "1000000", value_parser = quantity)]
    requests: f64,
    /// The GB of requests and answers of a month
    #[arg(long, value_name = "N", default_value = "10", value_parser = quantity)]
    traffic_gb: f64,
    /// The GB of logs of a month
    #[arg(long, value_name = "N", default_value = "1", value_parser = quantity)]
    log_gb: f64,
    /// The region of the prices, in place of the stack's own
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// A table of prices in place of the built-in one
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
}

impl Pricing {
    /// Returns the assumed use.
    pub(crate) fn usage(&self) -> Usage {
        let Self { hours, requests, traffic_gb, log_gb, .. } = *self;
        Usage { hours, requests, traffic_gb, log_gb }
    }

    /// Returns the table of prices.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no table.
    pub(crate) fn prices(&self) -> Result<Prices, Failure> {
        self.prices.as_deref().map_or_else(|| Ok(Prices::default()), read)
    }

    /// Returns the stack in the region of the prices.
    pub(crate) fn placed(&self, stack: Stack) -> Stack {
        let mut placed = stack;
        if let Some(region) = &self.region {
            placed.region.clone_from(region);
        }
        placed
    }

    /// Returns the failure for a price that the table does not have.
    pub(crate) fn failure(error: &NoPrices) -> Failure {
        let hint = match error {
            NoPrices::Price { .. } => "write the price into the table of `--prices`",
            _ => "`--prices FILE` has the prices of other regions",
        };
        Failure::new(format!("calculate the cost: {error}")).hint(hint)
    }
}

/// Parses a quantity: a finite number, and not a negative one.
fn quantity(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    let is_sound = number.is_finite() && number >= 0.0;
    is_sound.then_some(number).ok_or_else(|| "must be 0 or more".to_owned())
}

/// Reads a table of prices.
fn read(path: &Path) -> Result<Prices, Failure> {
    let name = path.display();
    let text = file::read(path).map_err(|error| Failure::new(format!("read {name}: {error}")))?;
    Prices::from_json(&text).map_err(|error| {
        let hint = "the form is that of `Prices` in the documentation of sss-model";
        Failure::refused(format!("{name} is no table of prices: {error}")).hint(hint)
    })
}
