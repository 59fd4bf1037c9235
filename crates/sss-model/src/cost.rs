//! The monthly cost of a stack, from a dated table of prices.
//!
//! A [`Cost`] is a list of items: a quantity, a price and their product. What depends on use is an assumption of
//! [`Usage`], and what the table does not know is named in [`Cost::not_included`].
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

mod prices;
#[cfg(test)]
mod tests;

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::prices::{PriceList, Prices};
use crate::{CpuArchitecture, Ignored, OperatingSystemFamily, Service, Stack};

/// The GB of ephemeral storage that each task has without a charge.
const FREE_STORAGE: u32 = 20;
/// The requests of a month, in millions, above which HTTP APIs are cheaper.
const FIRST_TIER: f64 = 300.0;

/// The use of a stack in a month, which its file does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Usage {
    /// The hours that each task runs. The default is 730, a whole month.
    pub hours: f64,
    /// The requests that the API gets. The default is one million.
    pub requests: f64,
    /// The GB of logs that all containers and the API write. The default is 1.
    pub log_gb: f64,
}

impl Default for Usage {
    fn default() -> Self {
        Self { hours: 730.0, requests: 1_000_000.0, log_gb: 1.0 }
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

/// A region without prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoPrices {
    region: String,
    known: Vec<String>,
}

impl fmt::Display for NoPrices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, known } = self;
        write!(f, "the table has no prices of `{region}`, only of {}", known.join(", "))
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
        let list = prices.of(&stack.region).ok_or_else(|| NoPrices {
            region: stack.region.clone(),
            known: prices.regions.keys().cloned().collect(),
        })?;

        let tasks = stack.services.values().flat_map(|service| of_tasks(stack, service, list, usage));
        let items: Vec<Item> = tasks.chain(of_stack(stack, list, usage)).collect();
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

impl Item {
    /// Returns an item of the whole stack.
    fn new(item: impl Into<String>, quantity: f64, unit: &'static str, price: f64) -> Self {
        let monthly = quantity * price;
        Self { service: None, item: item.into(), quantity, unit, price, monthly, assumption: None }
    }
}

/// Returns the items of a service's tasks.
fn of_tasks(stack: &Stack, service: &Service, list: &PriceList, usage: &Usage) -> Vec<Item> {
    let count = service.desired_count.unwrap_or(1);
    let task_hours = f64::from(count) * usage.hours;
    let (vcpu, gb) = (f64::from(service.task.cpu) / 1024.0, f64::from(service.task.memory) / 1024.0);
    let (vcpu_hour, gb_hour) = match service.task.cpu_architecture {
        CpuArchitecture::Arm64 => (list.fargate_arm_vcpu_hour, list.fargate_arm_gb_hour),
        CpuArchitecture::X86_64 => (list.fargate_vcpu_hour, list.fargate_gb_hour),
    };

    let tasks = if count == 1 { "1 task".to_owned() } else { format!("{count} tasks") };
    let mut items = vec![
        Item::new(format!("{tasks} with {vcpu} vCPU"), task_hours * vcpu, "vCPU-hours", vcpu_hour),
        Item::new(format!("{tasks} with {gb} GB"), task_hours * gb, "GB-hours", gb_hour),
    ];

    let storage = service.task.ephemeral_storage.unwrap_or(FREE_STORAGE).saturating_sub(FREE_STORAGE);
    if let Some(price) = list.storage_gb_hour.filter(|_| storage > 0) {
        let gb_hours = task_hours * f64::from(storage);
        items.push(Item::new(
            format!("{storage} GB of storage above {FREE_STORAGE}"),
            gb_hours,
            "GB-hours",
            price,
        ));
    }
    if stack.network.assign_public_ip {
        items.push(Item::new(
            format!("{tasks} with a public IPv4"),
            task_hours,
            "hours",
            list.public_ipv4_hour,
        ));
    }

    let assumption = assumption(service);
    for item in &mut items {
        item.service = Some(service.name.clone());
        item.assumption = assumption;
    }
    items
}

/// Returns the reason why the tasks of a service may cost something else.
fn assumption(service: &Service) -> Option<&'static str> {
    let is_spot =
        |strategy: &crate::CapacityStrategy| strategy.provider == crate::CapacityProvider::FargateSpot;
    if service.capacity.iter().any(is_spot) {
        Some("tasks on Fargate Spot cost less; their price changes from day to day")
    } else if service.desired_count.is_none() || service.ignore_changes.contains(&Ignored::DesiredCount) {
        Some("others set the number of tasks")
    } else {
        None
    }
}

/// Returns the items that the services share.
fn of_stack(stack: &Stack, list: &PriceList, usage: &Usage) -> Vec<Item> {
    let mut items = Vec::new();
    if stack.services.values().any(|service| !service.routes.is_empty()) {
        let millions = usage.requests / 1_000_000.0;
        let (first, above) = (millions.min(FIRST_TIER), (millions - FIRST_TIER).max(0.0));
        items.push(Item::new("HTTP API", first, "million requests", list.http_api_million));
        if above > 0.0 {
            let price = list.http_api_million_above_300;
            items.push(Item::new("HTTP API above 300 millions", above, "million requests", price));
        }
    }
    if stack.services.values().any(|service| service.task.port.is_some()) {
        items.push(Item::new("private zone of the namespace", 1.0, "zone", list.private_zone_month));
    }
    if !stack.services.is_empty() {
        items.push(Item::new("logs taken in", usage.log_gb, "GB", list.log_ingestion_gb));
        items.push(Item::new("logs kept for a month", usage.log_gb, "GB-months", list.log_storage_gb_month));
    }
    items
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
    if list.storage_gb_hour.is_none() && tasks().any(|task| task.ephemeral_storage > Some(FREE_STORAGE)) {
        others.push(format!("storage above {FREE_STORAGE} GB, whose price in this region is not known"));
    }
    others
}
