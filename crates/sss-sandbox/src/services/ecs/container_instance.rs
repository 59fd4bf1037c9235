//! Container instances. Tasks on Fargate run on none, so no cluster has any.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{cluster, invalid, page};
use crate::{input, refusal::Refusal, world::World};

/// The statuses by which callers can narrow a listing.
const STATUSES: &[&str] = &["ACTIVE", "DRAINING", "REGISTERING", "DEREGISTERING", "REGISTRATION_FAILED"];

/// The input of `ListContainerInstances`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    cluster: Option<String>,
    status: Option<String>,
    max_results: Option<i64>,
}

/// Carries out `ListContainerInstances`.
///
/// # Errors
///
/// Refuses unknown clusters and statuses, and page sizes outside 1 to 100.
pub(super) fn list(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Listed = input::parse(input)?;
    cluster::resolve(world, asked.cluster.as_deref())?;
    page::limit(asked.max_results, 100)?;
    if asked.status.is_some_and(|status| !STATUSES.contains(&status.as_str())) {
        return Err(invalid("The container instance status is not valid."));
    }
    Ok(json!({ "containerInstanceArns": [] }))
}
