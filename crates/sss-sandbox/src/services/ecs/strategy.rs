//! Capacity provider strategies.
//!
//! A strategy divides the tasks of a service between FARGATE and `FARGATE_SPOT`. The sandbox checks strategies
//! and keeps them. All tasks of a service get its first provider; weights and bases have no effect.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sss_model::request::Operation;

use crate::{gate, refusal::Refusal};

/// The capacity providers of every account.
const PROVIDERS: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

/// The share of one capacity provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    pub(super) capacity_provider: String,
    /// The relative share of the tasks above the bases. The default is 0.
    #[serde(default)]
    weight: i64,
    /// The number of tasks that this provider gets first. The default is 0.
    #[serde(default)]
    base: i64,
}

/// Refuses providers that do not exist.
///
/// # Errors
///
/// Returns `InvalidParameterException` in AWS's words.
pub(super) fn check_providers(providers: &[String]) -> Result<(), Refusal> {
    if providers.iter().all(|provider| PROVIDERS.contains(&provider.as_str())) {
        return Ok(());
    }
    Err(invalid("The specified capacity provider was not found. Specify a valid name or ARN and try again."))
}

/// Refuses a strategy that AWS refuses. `associated` are the cluster's providers.
///
/// # Errors
///
/// Returns the refusal of a broken rule about strategies, or of a provider that is unknown or not associated
/// with the cluster.
pub(super) fn check(items: &[Item], associated: &[String]) -> Result<(), Refusal> {
    gate::pass_member(Operation::EcsCreateService, "capacityProviderStrategy", &json!(items))?;
    let providers: Vec<_> = items.iter().map(|item| item.capacity_provider.clone()).collect();
    check_providers(&providers)?;
    if providers.iter().any(|provider| !associated.contains(provider)) {
        return Err(invalid(
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated \
             with the cluster. Associate the capacity provider with the cluster and try again.",
        ));
    }
    Ok(())
}

/// Returns the refusal of an invalid parameter.
fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}
