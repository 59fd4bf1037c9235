//! The screen of `cost`: a line for each item, and what the numbers assume.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use sss_model::cost::{Cost, Item, Usage};

use super::palette::HINT;

/// The answer of `cost` as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Document<'a> {
    /// The name of the stack.
    pub(crate) stack: &'a str,
    /// The cost.
    #[serde(flatten)]
    pub(crate) cost: &'a Cost,
}

/// Prints the sum, the items and the assumptions.
pub(crate) fn show(w: &mut dyn Write, document: &Document<'_>) -> io::Result<()> {
    let cost = document.cost;
    writeln!(w, "{} in {}: {:.2} USD a month", document.stack, cost.region, cost.total)?;
    writeln!(w)?;

    let owner = |item: &Item| item.service.clone().unwrap_or_else(|| "shared".to_owned());
    let width = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let owners = width(&mut cost.items.iter().map(|item| owner(item).len()));
    let names = width(&mut cost.items.iter().map(|item| item.item.len()));
    for item in &cost.items {
        let Item { item: name, quantity, unit, price, monthly, .. } = item;
        let owner = owner(item);
        writeln!(
            w,
            "{owner:owners$}  {name:names$}  {monthly:>9.2}  {} {unit} × {price}",
            rounded(*quantity)
        )?;
    }

    writeln!(w)?;
    writeln!(w, "{HINT}prices:{HINT:#} list prices as of {}, in USD without tax", cost.as_of)?;
    writeln!(w, "{HINT}use:{HINT:#} {}", usage(&cost.usage))?;
    for (service, assumption) in assumptions(cost) {
        writeln!(w, "{HINT}{service}:{HINT:#} {assumption}")?;
    }
    writeln!(w, "{HINT}not included:{HINT:#} {}", cost.not_included.join(", "))
}

/// Returns the assumed use in words.
pub(super) fn usage(usage: &Usage) -> String {
    let Usage { hours, requests, traffic_gb, log_gb } = usage;
    format!("{hours} hours, {requests} requests with {traffic_gb} GB, {log_gb} GB of logs")
}

/// Returns the assumptions about services, each once.
fn assumptions(cost: &Cost) -> Vec<(&str, &'static str)> {
    let of_item = |item: &'_ Item| item.assumption;
    let mut all: Vec<_> =
        cost.items.iter().filter_map(|item| Some((item.service.as_deref()?, of_item(item)?))).collect();
    all.dedup();
    all
}

/// Formats a quantity with at most two decimals.
fn rounded(quantity: f64) -> String {
    let text = format!("{quantity:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
