//! Reading services.
//!
//! Inactive services are in descriptions only. The order of a description is not that of the request, because
//! AWS promises none.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Status, answer, arn};
use crate::{
    input,
    refusal::Refusal,
    services::ecs::{cluster, failure, invalid, page},
    world::World,
};

/// The input of `DescribeServices`.
#[derive(Debug, Deserialize)]
struct Described {
    cluster: Option<String>,
    #[serde(default)]
    services: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

/// Carries out `DescribeServices` for 1 to 10 services of one cluster. Unknown ones are in `failures`.
///
/// # Errors
///
/// Refuses unknown clusters and another number of services.
pub(in crate::services::ecs) fn describe(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Described = input::parse(input)?;
    if !(1..=10).contains(&asked.services.len()) {
        return Err(invalid("The number of services must be between 1 and 10."));
    }

    let cluster = cluster::resolve(world, asked.cluster.as_deref())?;
    let with_tags = asked.include.iter().any(|part| part == "TAGS");
    let mut services = Vec::new();
    let mut failures = Vec::new();
    for name in asked.services {
        let arn = arn(world, &cluster, &name);
        match world.ecs.services.get(&arn).filter(|service| service.cluster == cluster) {
            Some(service) => services.push(answer::render(world, service, with_tags)),
            None => failures.push(failure(&arn, "MISSING")),
        }
    }
    // AWS promises no order, so the answer does not keep the order of the request.
    services.reverse();
    Ok(json!({ "services": services, "failures": failures }))
}

/// The input of `ListServices`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    cluster: Option<String>,
    launch_type: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Carries out `ListServices`, with 10 services on a page by default.
///
/// # Errors
///
/// Refuses unknown clusters and page sizes outside 1 to 100.
pub(in crate::services::ecs) fn list(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Listed = input::parse(input)?;
    let cluster = cluster::resolve(world, asked.cluster.as_deref())?;
    let services = world.ecs.services.values().filter(|service| {
        let is_of_type =
            asked.launch_type.is_none() || service.specification().launch_type == asked.launch_type;
        service.cluster == cluster && service.status != Status::Inactive && is_of_type
    });
    let arns: Vec<String> = services.map(|service| service.arn.clone()).collect();
    let limit = page::limit(asked.max_results, 10)?;
    page::answer("serviceArns", &arns, page::Order::Ascending, limit, asked.next_token.as_deref())
}
