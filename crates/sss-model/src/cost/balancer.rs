//! The price of a load balancer: its hours, and its capacity units.
//!
//! AWS counts a capacity unit in several dimensions and charges the one that is used most. The dimensions come from the
//! use of a stack by two assumptions, which the items name.

use super::{Item, PriceList, Usage};
use crate::{backend::BackendKind, load_balancer::capacity};

/// The hours of a month. A load balancer exists in all of them, whether tasks run or not.
const MONTH: f64 = 730.0;
/// The seconds of an hour.
const HOUR: f64 = 3600.0;
/// The rules of an Application Load Balancer whose evaluation is free.
const FREE_RULES: f64 = 10.0;
/// The evaluations of rules in a second that a capacity unit has.
const EVALUATIONS: f64 = 1000.0;

/// A load balancer of a stack, for its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadBalancer {
    /// The kind of the backends behind it. One of Cloud Map costs nothing.
    pub kind: BackendKind,
    /// The number of services behind it.
    pub services: u32,
}

/// Returns the number of services that one load balancer carries: 100 target groups of an Application Load Balancer, 50
/// listeners of a Network Load Balancer. AWS raises neither.
///
/// Cloud Map has no load balancer, and no bound of this kind.
pub fn services_of_one(kind: BackendKind) -> Option<u32> {
    (kind != BackendKind::CloudMap).then(|| u32::from(capacity(kind)))
}

/// Returns the load balancers for a number of services, each full before the next one.
pub(super) fn spread(kind: BackendKind, services: u32) -> Vec<LoadBalancer> {
    let Some(most) = services_of_one(kind) else { return Vec::new() };
    let number = services.div_ceil(most);
    let of = |index: u32| LoadBalancer { kind, services: most.min(services - index * most) };
    (0..number).map(of).collect()
}

/// The facts about a kind of load balancer that its price depends on.
struct Price {
    name: &'static str,
    hour: (&'static str, Option<f64>),
    unit: (&'static str, Option<f64>),
    /// The connections in a second that a capacity unit has.
    connections: f64,
    assumption: &'static str,
}

impl Price {
    /// Returns the facts about a kind. `None` for Cloud Map.
    const fn of(kind: BackendKind, list: &PriceList) -> Option<Self> {
        match kind {
            BackendKind::CloudMap => None,
            BackendKind::Alb => Some(Self {
                name: "Application Load Balancer",
                hour: ("alb_hour", list.alb_hour),
                unit: ("alb_capacity_unit_hour", list.alb_capacity_unit_hour),
                connections: 25.0,
                assumption: "for the capacity units of an ALB, each request opens a connection and is compared with every rule",
            }),
            BackendKind::Nlb => Some(Self {
                name: "Network Load Balancer",
                hour: ("nlb_hour", list.nlb_hour),
                unit: ("nlb_capacity_unit_hour", list.nlb_capacity_unit_hour),
                connections: 800.0,
                assumption: "for the capacity units of an NLB, each request opens a connection, by TCP without TLS",
            }),
        }
    }
}

/// Returns the items of all load balancers.
///
/// # Errors
///
/// The list lacks a price, whose key is the error.
pub(super) fn items(
    all: &[LoadBalancer],
    list: &PriceList,
    usage: &Usage,
) -> Result<Vec<Item>, &'static str> {
    let mut items = Vec::new();
    for kind in [BackendKind::Alb, BackendKind::Nlb] {
        let of_kind: Vec<&LoadBalancer> = all.iter().filter(|balancer| balancer.kind == kind).collect();
        let Some(price) = Price::of(kind, list).filter(|_| !of_kind.is_empty()) else { continue };
        let hour = price.hour.1.ok_or(price.hour.0)?;
        let unit = price.unit.1.ok_or(price.unit.0)?;

        let number = u32::try_from(of_kind.len()).unwrap_or(u32::MAX);
        let plural = if number == 1 { "" } else { "s" };
        let name = format!("{number} {}{plural}", price.name);
        let hours = Item::new(&name, f64::from(number) * MONTH, "hours", hour);
        items.push(hours.assuming("a load balancer exists for the whole month, 730 hours"));

        let services: u32 = all.iter().map(|balancer| balancer.services).sum();
        let units: f64 =
            of_kind.iter().map(|one| one.capacity_units(services, price.connections, usage)).sum();
        items.push(Item::new("its capacity units", units, "unit-hours", unit).assuming(price.assumption));
    }
    Ok(items)
}

impl LoadBalancer {
    /// Returns the unit-hours of a month, if each of the services behind all load balancers gets the same traffic.
    ///
    /// Connections that live for two minutes or less never bind: a unit has 120 times as many open as new ones.
    fn capacity_units(self, services: u32, connections: f64, usage: &Usage) -> f64 {
        let share = f64::from(self.services) / f64::from(services.max(1));
        let requests = usage.requests * share / HOUR;
        let rules = match self.kind {
            BackendKind::Alb => (f64::from(self.services) - FREE_RULES).max(0.0),
            BackendKind::CloudMap | BackendKind::Nlb => 0.0,
        };
        (requests / connections).max(usage.traffic_gb * share).max(requests * rules / EVALUATIONS)
    }
}
