//! The priced parts of a stack, and their items.

use super::{
    FREE_STORAGE, Item, PriceList, Usage,
    balancer::{self, LoadBalancer},
};
use crate::{
    CapacityProvider, CapacityStrategy, CpuArchitecture, Ignored, Service, Stack, compare::BackendKind,
};

/// The requests of a month, in millions, above which HTTP APIs are cheaper.
const FIRST_TIER: f64 = 300.0;
/// The KB of a request above which API Gateway counts it as several.
const METERED_KB: f64 = 512.0;

/// The parts of a stack that cost something.
///
/// [`Parts::of`] returns those of a stack file. A program that knows an account fills in the parts that exist there.
///
/// ```
/// use sss_model::cost::{Parts, Prices, Tasks, Usage};
///
/// let mut parts = Parts::default();
/// parts.tasks.push(Tasks { count: 2, ..Tasks::new("app", 256, 512) });
/// let prices = Prices::default();
/// let list = prices.of("us-east-1").expect("prices of the region");
/// let monthly = parts.monthly(list, &Usage::IDLE).expect("no load balancer");
/// assert_eq!(format!("{monthly:.2}"), "18.02");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// The tasks of each service.
    pub tasks: Vec<Tasks>,
    /// The number of services that requests reach by a backend.
    pub reached: u32,
    /// Whether requests pass an HTTP API.
    pub has_api: bool,
    /// Whether there is a private zone, which an own namespace of Cloud Map has.
    pub has_zone: bool,
    /// The load balancers.
    pub load_balancers: Vec<LoadBalancer>,
}

/// The tasks of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tasks {
    /// The name of the service.
    pub service: String,
    /// The number of tasks.
    pub count: u32,
    /// The CPU units of a task, of which 1024 are one vCPU.
    pub cpu: u32,
    /// The MiB of a task.
    pub memory: u32,
    /// The architecture of the processor.
    pub cpu_architecture: CpuArchitecture,
    /// The GB of ephemeral storage. 20 are free.
    pub storage: u32,
    /// Whether each task has a public IPv4 address.
    pub has_public_ip: bool,
    /// The reason why the tasks may cost something else.
    pub assumption: Option<&'static str>,
}

impl Tasks {
    /// The assumption about tasks on Fargate Spot.
    pub const ON_SPOT: &'static str = "tasks on Fargate Spot cost less; their price changes from day to day";

    /// The assumption about tasks with autoscaling.
    pub const SCALED: &'static str = "autoscaling runs its fewest tasks";

    /// Returns one task of this size without anything further, on `X86_64`.
    pub fn new(service: impl Into<String>, cpu: u32, memory: u32) -> Self {
        Self {
            service: service.into(),
            count: 1,
            cpu,
            memory,
            cpu_architecture: CpuArchitecture::X86_64,
            storage: FREE_STORAGE,
            has_public_ip: false,
            assumption: None,
        }
    }

    /// Returns the tasks of a service of a stack.
    fn of(service: &Service, stack: &Stack) -> Self {
        let task = &service.task;
        Self {
            count: service.scaling.as_ref().map_or_else(|| service.first_count(), |scaling| scaling.min),
            cpu_architecture: task.cpu_architecture,
            storage: task.ephemeral_storage.unwrap_or(FREE_STORAGE),
            has_public_ip: stack.network.assign_public_ip,
            assumption: assumption(service),
            ..Self::new(&service.name, task.cpu, task.memory)
        }
    }

    /// Returns the items.
    fn items(&self, list: &PriceList, usage: &Usage) -> Vec<Item> {
        let task_hours = f64::from(self.count) * usage.hours;
        let (vcpu, gb) = (f64::from(self.cpu) / 1024.0, f64::from(self.memory) / 1024.0);
        let (vcpu_hour, gb_hour) = match self.cpu_architecture {
            CpuArchitecture::Arm64 => (list.fargate_arm_vcpu_hour, list.fargate_arm_gb_hour),
            CpuArchitecture::X86_64 => (list.fargate_vcpu_hour, list.fargate_gb_hour),
        };

        let tasks = if self.count == 1 { "1 task".to_owned() } else { format!("{} tasks", self.count) };
        let mut items = vec![
            Item::new(format!("{tasks} with {vcpu} vCPU"), task_hours * vcpu, "vCPU-hours", vcpu_hour),
            Item::new(format!("{tasks} with {gb} GB"), task_hours * gb, "GB-hours", gb_hour),
        ];

        let storage = self.storage.saturating_sub(FREE_STORAGE);
        if let Some(price) = list.storage_gb_hour.filter(|_| storage > 0) {
            let gb_hours = task_hours * f64::from(storage);
            let name = format!("{storage} GB of storage above {FREE_STORAGE}");
            items.push(Item::new(name, gb_hours, "GB-hours", price));
        }
        if self.has_public_ip {
            let name = format!("{tasks} with a public IPv4");
            items.push(Item::new(name, task_hours, "hours", list.public_ipv4_hour));
        }

        for item in &mut items {
            item.service = Some(self.service.clone());
            item.assumption = self.assumption;
        }
        items
    }
}

impl Parts {
    /// Returns the priced parts of a stack.
    pub fn of(stack: &Stack) -> Self {
        let count = |kind| u32::try_from(stack.services_behind(kind).count()).unwrap_or(u32::MAX);
        let [registered, applications, networks] = BackendKind::ALL.map(count);
        let of_others = |kind| stack.load_balancers.of(kind).is_some_and(crate::LoadBalancer::is_given);
        let balancers = [(BackendKind::Alb, applications), (BackendKind::Nlb, networks)];
        let balancers = balancers.into_iter().filter(|(kind, _)| !of_others(*kind));
        Self {
            tasks: stack.services.values().map(|service| Tasks::of(service, stack)).collect(),
            reached: registered + applications + networks,
            has_api: stack.services.values().any(|service| !service.routes.is_empty()),
            has_zone: registered > 0 && stack.namespace.existing.is_none(),
            load_balancers: balancers.flat_map(|(kind, count)| balancer::spread(kind, count)).collect(),
        }
    }

    /// Returns the priced parts of a stack whose services with a backend have another one.
    pub fn behind(stack: &Stack, kind: BackendKind) -> Self {
        let own = Self::of(stack);
        let is_named = own.reached > 0 && stack.namespace.existing.is_none();
        Self {
            has_zone: is_named && kind == BackendKind::CloudMap,
            load_balancers: balancer::spread(kind, own.reached),
            ..own
        }
    }

    /// Returns the monthly cost, in USD without tax.
    ///
    /// # Errors
    ///
    /// The list lacks a price, whose key is the error.
    pub fn monthly(&self, list: &PriceList, usage: &Usage) -> Result<f64, &'static str> {
        Ok(self.items(list, usage)?.iter().map(|item| item.monthly).sum())
    }

    /// Returns the items, those of services first.
    pub(super) fn items(&self, list: &PriceList, usage: &Usage) -> Result<Vec<Item>, &'static str> {
        let mut items: Vec<Item> = self.tasks.iter().flat_map(|tasks| tasks.items(list, usage)).collect();
        items.extend(self.items_of_requests(list, usage));
        items.extend(self.items_of_backend(list, usage)?);
        if !self.tasks.is_empty() {
            items.push(Item::new("logs taken in", usage.log_gb, "GB", list.log_ingestion_gb));
            items.push(Item::new(
                "logs kept for a month",
                usage.log_gb,
                "GB-months",
                list.log_storage_gb_month,
            ));
        }
        Ok(items)
    }

    /// Returns the items of the API.
    fn items_of_requests(&self, list: &PriceList, usage: &Usage) -> Vec<Item> {
        if !self.has_api {
            return Vec::new();
        }
        let kb_each = usage.traffic_gb * 1_000_000.0 / usage.requests.max(1.0);
        let times = (kb_each / METERED_KB).ceil().max(1.0);
        let millions = usage.requests * times / 1_000_000.0;

        let (first, above) = (millions.min(FIRST_TIER), (millions - FIRST_TIER).max(0.0));
        let mut items = vec![Item::new("HTTP API", first, "million requests", list.http_api_million)];
        if above > 0.0 {
            let price = list.http_api_million_above_300;
            items.push(Item::new("HTTP API above 300 millions", above, "million requests", price));
        }
        if times > 1.0 {
            for item in &mut items {
                item.assumption = Some("a request counts once for each 512 KB");
            }
        }
        items
    }

    /// Returns the items of the way from the API to the tasks.
    pub(crate) fn items_of_backend(
        &self,
        list: &PriceList,
        usage: &Usage,
    ) -> Result<Vec<Item>, &'static str> {
        let zone = Item::new("private zone of the namespace", 1.0, "zone", list.private_zone_month);
        let zone = self.has_zone.then_some(zone);
        Ok(zone.into_iter().chain(balancer::items(&self.load_balancers, list, usage)?).collect())
    }
}

/// Returns the reason why the tasks of a service may cost something else.
fn assumption(service: &Service) -> Option<&'static str> {
    let is_spot = |strategy: &CapacityStrategy| strategy.provider == CapacityProvider::FargateSpot;
    if service.capacity.iter().any(is_spot) {
        Some(Tasks::ON_SPOT)
    } else if service.scaling.is_some() {
        Some(Tasks::SCALED)
    } else if service.desired_count.is_none() || service.ignore_changes.contains(&Ignored::DesiredCount) {
        Some("others set the number of tasks")
    } else {
        None
    }
}
