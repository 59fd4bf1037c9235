//! Rules of pull-through caches: repositories that ECR creates at the first pull.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{refusal::Refusal, world::World};

/// The input of `CreatePullThroughCacheRule`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Create {
    #[serde(default)]
    ecr_repository_prefix: String,
    #[serde(default)]
    upstream_registry_url: String,
}

/// Carries out `CreatePullThroughCacheRule`.
///
/// # Errors
///
/// Refuses a prefix that has a rule (`PullThroughCacheRuleAlreadyExistsException`).
pub(super) fn create(world: &mut World, input: Create) -> Result<Value, Refusal> {
    let Create { ecr_repository_prefix: prefix, upstream_registry_url: url } = input;
    if world.ecr.caches.contains_key(&prefix) {
        let message = format!(
            "The pull through cache rule with repository prefix '{prefix}' already exists in the registry with id '{}'",
            world.account
        );
        return Err(Refusal::new("PullThroughCacheRuleAlreadyExistsException", message));
    }
    let answer = rendered(world, &prefix, &url);
    world.ecr.caches.insert(prefix, url);
    Ok(answer)
}

/// Carries out `DescribePullThroughCacheRules`, in the order of the prefixes.
pub(super) fn describe(world: &World) -> Value {
    let rules = world.ecr.caches.iter().map(|(prefix, url)| rendered(world, prefix, url));
    json!({ "pullThroughCacheRules": rules.collect::<Vec<_>>() })
}

/// Returns the description of a rule.
fn rendered(world: &World, prefix: &str, url: &str) -> Value {
    json!({ "ecrRepositoryPrefix": prefix, "upstreamRegistryUrl": url, "registryId": world.account })
}
