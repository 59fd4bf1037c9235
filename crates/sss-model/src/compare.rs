//! The comparison of the three ways from the API to the tasks, for one stack.
//!
//! API Gateway finds tasks by Cloud Map, by an Application Load Balancer or by a Network Load Balancer. A
//! [`Comparison`] has a [`Candidate`] for each, with what it costs this stack, how long a first apply takes at least,
//! which quotas bind, and what else differs. [`Comparison::assumptions`] has the reason behind each number.
//!
//! ```
//! use sss_model::{Stack, compare::{BackendKind, Comparison}, cost::{Prices, Usage}, tfvars};
//!
//! let stack = Stack::from_toml(&tfvars::starter()).expect("the starter file is valid").stack;
//! let comparison = Comparison::of(&stack, &Prices::default(), &Usage::default())?;
//! let cheapest = comparison.candidates.iter().min_by(|a, b| a.cost.total.total_cmp(&b.cost.total));
//! assert!(cheapest.is_some_and(|candidate| candidate.backend == BackendKind::CloudMap));
//! # Ok::<(), sss_model::cost::NoPrices>(())
//! ```

mod article;
mod facts;
mod first_apply;
mod quotas;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::{
    article::Points,
    first_apply::{FirstApply, Stage},
    quotas::Quota,
};
pub use crate::backend::BackendKind;
use crate::{
    Service, Stack,
    cost::{Cost, Item, NoPrices, Parts, Prices, Usage},
};

/// The three backends beside one another, for one stack.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Comparison {
    /// The region of the prices.
    pub region: String,
    /// The day of the prices.
    pub as_of: String,
    /// The assumed use.
    pub usage: Usage,
    /// The number of services that requests reach: those with a port.
    pub services: usize,
    /// The quotas of the stack that are the same behind each backend.
    pub quotas: Vec<Quota>,
    /// The candidates, in the order of the article.
    pub candidates: Vec<Candidate>,
    /// The assumptions, by the number that depends on them.
    pub assumptions: Vec<Assumption>,
}

/// The stack behind one backend.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Candidate {
    /// The backend of all services with a port.
    pub backend: BackendKind,
    /// The monthly cost of the whole stack.
    pub cost: Cost,
    /// The items of the cost that belong to the backend.
    pub backend_items: Vec<Item>,
    /// The least time of the first apply.
    pub first_apply: FirstApply,
    /// The quotas of the backend, those that bind first.
    pub quotas: Vec<Quota>,
    /// What happens to requests while tasks are replaced.
    pub deployments: String,
    /// What the backend can do with requests.
    pub features: &'static str,
    /// How services reach one another.
    pub service_to_service: &'static str,
    /// The kinds of API that reach the backend.
    pub integration: &'static str,
    /// What the team must know.
    pub knowledge: &'static str,
    /// The points of the article, of December 2024.
    pub article: Points,
    /// What has changed since the article.
    pub since: &'static str,
}

/// The assumption behind a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Assumption {
    /// The number, such as `first_apply`.
    pub number: &'static str,
    /// The assumption.
    pub assumption: String,
}

impl Comparison {
    /// Compares the backends for a stack, whichever it has now.
    ///
    /// # Errors
    ///
    /// The table has no prices of the stack's region, or none of load balancers there.
    pub fn of(stack: &Stack, prices: &Prices, usage: &Usage) -> Result<Self, NoPrices> {
        let of = |kind| Candidate::of(stack, kind, prices, usage);
        let candidates = BackendKind::ALL.into_iter().map(of).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            region: stack.region.clone(),
            as_of: prices.as_of.clone(),
            usage: *usage,
            services: reached(stack).count(),
            quotas: quotas::shared(stack),
            assumptions: assumptions(&candidates),
            candidates,
        })
    }
}

impl Candidate {
    /// Returns a stack behind a backend.
    fn of(stack: &Stack, kind: BackendKind, prices: &Prices, usage: &Usage) -> Result<Self, NoPrices> {
        let parts = Parts::behind(stack, kind);
        let backend_items = parts.items_of_backend(prices.list(&stack.region)?, usage);
        Ok(Self {
            backend: kind,
            cost: Cost::behind(stack, kind, prices, usage)?,
            backend_items: backend_items.map_err(|key| NoPrices::missing(&stack.region, key))?,
            first_apply: FirstApply::of(stack, kind),
            quotas: quotas::of(stack, kind),
            deployments: facts::deployments(stack, kind),
            features: facts::features(kind),
            service_to_service: facts::service_to_service(kind),
            integration: facts::integration(kind),
            knowledge: facts::knowledge(kind),
            article: Points::of(kind),
            since: article::since(kind),
        })
    }

    /// Returns the monthly cost of the backend alone.
    pub fn backend_monthly(&self) -> f64 {
        self.backend_items.iter().map(|item| item.monthly).sum()
    }
}

/// Returns the services that requests reach: those with a port.
fn reached(stack: &Stack) -> impl Iterator<Item = &Service> {
    stack.services.values().filter(|service| service.task.port.is_some())
}

/// Returns the number of a count, as AWS's quotas have it.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Returns the assumptions behind the numbers of the candidates, each once.
fn assumptions(candidates: &[Candidate]) -> Vec<Assumption> {
    let new = |number, assumption: &str| Assumption { number, assumption: assumption.to_owned() };
    let mut all = vec![
        new("cost", "list prices in USD without tax and without discounts"),
        new("cost", "each service with a port gets the same part of the requests"),
        new("cost", "all services share the load balancers of the stack"),
    ];
    for item in candidates.iter().flat_map(|candidate| &candidate.cost.items) {
        let Some(assumption) = item.assumption else { continue };
        let owner = item.service.as_ref().map(|service| format!("{service}: ")).unwrap_or_default();
        all.push(new("cost", &format!("{owner}{assumption}")));
    }
    all.extend(first_apply::ASSUMPTIONS.map(|assumption| new("first_apply", assumption)));
    all.push(new("quotas", "AWS's default values; an account may have others"));
    all.push(new("deployments", "a load balancer drains for 30 seconds, not for AWS's default of 300"));
    all.push(new(
        "article",
        "the article behind this architecture, of December 2024: 3, 2 and 1 points for ◯, △ and ×",
    ));

    let mut seen = std::collections::BTreeSet::new();
    all.retain(|assumption| seen.insert(assumption.assumption.clone()));
    all
}
