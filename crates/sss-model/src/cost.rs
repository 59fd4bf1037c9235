//! The monthly cost of a stack, from a dated table of prices.
//!
//! A [`Cost`] is a list of items: a quantity, a price and their product. What depends on use is an assumption of
//! [`Usage`], and what the table does not know is named in [`Cost::not_included`]. [`Parts`] are the priced parts of a
//! stack without the stack, so that a live account has a cost as well.
//!
//! ```
//! use sss_model::{Service, Stack, cost::{Cost, Prices, Usage}};
//!
//! let app = Service::builder().name("app").image("app:1.4").build()?;
//! let mut stack = Stack::default();
//! stack.region = "us-east-1".to_owned();
//! stack.services.insert("app".to_owned(), app);
//!
//! let cost = Cost::of(&stack, &Prices::default(), &Usage::default())?;
//! assert_eq!(format!("{:.2}", cost.service("app")), "9.01");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod balancer;
mod parts;
mod prices;
#[cfg(test)]
mod tests;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::balancer::{LoadBalancer, services_of_one};
pub use self::parts::{Parts, Tasks};
pub use self::prices::{PriceList, Prices};
use crate::{OperatingSystemFamily, Stack, compare::BackendKind};

/// The GB of ephemeral storage that each task has without a charge.
const FREE_STORAGE: u32 = 20;

/// The use of a stack in a month, which its file does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Usage {
    /// The hours that each task runs. The default is 730, a whole month.
    pub hours: f64,
    /// The requests that the API gets. The default is one million.
    pub requests: f64,
    /// The GB of these requests and their answers. The default is 10, which is 10 KB for each request.
    pub traffic_gb: f64,
    /// The GB of logs that all containers and the API write. The default is 1.
    pub log_gb: f64,
}

impl Usage {
    /// The use without any request: tasks run all month, and nothing else happens.
    ///
    /// Use it to compare two stacks by what they cost in any case.
    pub const IDLE: Self = Self { hours: 730.0, requests: 0.0, traffic_gb: 0.0, log_gb: 0.0 };
}

impl Default for Usage {
    fn default() -> Self {
        Self { requests: 1_000_000.0, traffic_gb: 10.0, log_gb: 1.0, ..Self::IDLE }
    }
}

/// The monthly cost of a stack, in USD without tax.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cost {
    /// The region of the prices.
    pub region: String,
    /// The day of the prices.
    pub as_of: String,
    /// The assumed use.
    pub usage: Usage,
    /// The items, those of services first.
    pub items: Vec<Item>,
    /// The sum of all items.
    pub total: f64,
    /// What the stack may cost beyond the items.
    pub not_included: Vec<String>,
}

/// An item of the cost: a quantity and its price.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Item {
    /// The service that costs it. `None` for what all services share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The thing that is paid for, such as `2 tasks with 0.25 vCPU`.
    pub item: String,
    /// The quantity in a month.
    pub quantity: f64,
    /// The unit of the quantity, such as `vCPU-hours`.
    pub unit: &'static str,
    /// The price of one unit.
    pub price: f64,
    /// The product.
    pub monthly: f64,
    /// The reason why the item may differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<&'static str>,
}

/// A price that the table does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoPrices {
    /// The table does not have the region.
    Region {
        /// The region.
        region: String,
        /// The regions of the table.
        known: Vec<String>,
    },
    /// The table has the region without a price that the stack needs.
    Price {
        /// The region.
        region: String,
        /// The key of the price in the table, such as `alb_hour`.
        key: &'static str,
    },
}

impl fmt::Display for NoPrices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region { region, known } => {
                write!(f, "the table has no prices of `{region}`, only of {}", known.join(", "))
            }
            Self::Price { region, key } => write!(f, "the table has no `{key}` of `{region}`"),
        }
    }
}

impl std::error::Error for NoPrices {}

impl Cost {
    /// Returns the cost of a stack.
    ///
    /// # Errors
    ///
    /// The table has no prices of the stack's region.
    pub fn of(stack: &Stack, prices: &Prices, usage: &Usage) -> Result<Self, NoPrices> {
        Self::with(stack, &Parts::of(stack), prices, usage)
    }

    /// Returns the cost of a stack whose services with a backend have another one.
    ///
    /// Use it to compare backends: tasks, requests and logs cost the same behind each.
    ///
    /// ```
    /// use sss_model::{Stack, compare::BackendKind, cost::{Cost, Prices, Usage}, tfvars};
    ///
    /// let stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
    /// let cost = |kind| Cost::behind(&stack, kind, &Prices::default(), &Usage::default()).map(|cost| cost.total);
    /// assert!(cost(BackendKind::CloudMap)? < cost(BackendKind::Alb)?);
    /// # Ok::<(), sss_model::cost::NoPrices>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The table has no prices of the stack's region, or none of load balancers.
    pub fn behind(
        stack: &Stack,
        kind: BackendKind,
        prices: &Prices,
        usage: &Usage,
    ) -> Result<Self, NoPrices> {
        Self::with(stack, &Parts::behind(stack, kind), prices, usage)
    }

    /// Returns the cost of these parts of a stack.
    fn with(stack: &Stack, parts: &Parts, prices: &Prices, usage: &Usage) -> Result<Self, NoPrices> {
        let list = prices.list(&stack.region)?;
        let items = parts.items(list, usage).map_err(|key| NoPrices::missing(&stack.region, key))?;
        Ok(Self {
            region: stack.region.clone(),
            as_of: prices.as_of.clone(),
            usage: *usage,
            total: items.iter().map(|item| item.monthly).sum(),
            not_included: not_included(stack, list),
            items,
        })
    }

    /// Returns the sum of the items of a service.
    pub fn service(&self, name: &str) -> f64 {
        self.items.iter().filter(|item| item.service.as_deref() == Some(name)).map(|item| item.monthly).sum()
    }
}

impl NoPrices {
    /// Returns the error for a price that a region does not have.
    pub(crate) fn missing(region: &str, key: &'static str) -> Self {
        Self::Price { region: region.to_owned(), key }
    }
}

impl Item {
    /// Returns an item of the whole stack.
    fn new(item: impl Into<String>, quantity: f64, unit: &'static str, price: f64) -> Self {
        let monthly = quantity * price;
        Self { service: None, item: item.into(), quantity, unit, price, monthly, assumption: None }
    }

    /// Adds the reason why the item may differ.
    fn assuming(self, assumption: &'static str) -> Self {
        Self { assumption: Some(assumption), ..self }
    }
}

/// Returns what a stack may cost beyond its items.
fn not_included(stack: &Stack, list: &PriceList) -> Vec<String> {
    let mut others: Vec<String> =
        ["NAT gateways and endpoints", "data transfer", "image storage", "queries of names"]
            .map(String::from)
            .into();
    let tasks = || stack.services.values().map(|service| &service.task);
    if tasks().any(|task| !matches!(task.operating_system_family, OperatingSystemFamily::Linux)) {
        others.push("the licence of Windows".to_owned());
    }
    if tasks().any(|task| !task.volumes.is_empty()) {
        others.push("volumes".to_owned());
    }
    let is_tracked = |service: &crate::Service| {
        service.scaling.as_ref().is_some_and(|scaling| scaling.tracked().next().is_some())
    };
    if stack.services.values().any(is_tracked) {
        others.push("alarms that AWS manages for autoscaling".to_owned());
    }
    if list.storage_gb_hour.is_none() && tasks().any(|task| task.ephemeral_storage > Some(FREE_STORAGE)) {
        others.push(format!("storage above {FREE_STORAGE} GB, whose price in this region is not known"));
    }
    others
}
