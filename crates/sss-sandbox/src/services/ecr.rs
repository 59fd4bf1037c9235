//! ECR: the images of the account's registry, and of those of other accounts.
//!
//! Every repository has every image, unless a caller scripted another one or ECS cannot pull it. No operation
//! pushes images.
//!
//! # Left out
//!
//! Repositories as objects, their policies and scans, tokens for registries' own protocol, and lists of images.

mod access;
mod cache;
mod image;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    gate::Form,
    input::parse,
    refusal::Refusal,
    service::{AwsService, Scope, Trouble, Troubles},
    wire::Protocol,
    world::World,
};

/// The facts about this service.
pub(crate) static SERVICE: AwsService = AwsService {
    name: "ecr",
    cli_name: "ecr",
    protocol: Protocol::Json("AmazonEC2ContainerRegistry_V20150921"),
    form: Form::Same,
    scope: Scope::Region,
    quotas: &[],
    troubles: Troubles {
        throttled: Trouble::throttled("ThrottlingException"),
        failed: Trouble::failed(500, "ServerException"),
        denied: Trouble::denied(400, "AccessDeniedException"),
    },
    access: access::ACCESS,
    one_writer: None,
    tokens: None,
    operate: call,
    tagged: None,
    furnish: None,
    conceal: None,
};

/// This service's part of the account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The registries behind pull-through caches, by the prefix of their repositories.
    caches: BTreeMap<String, String>,
}

/// Carries out one operation and returns its answer.
///
/// # Errors
///
/// Returns the operation's own refusal, or the one for an operation that the sandbox does not have.
pub(crate) fn call(world: &mut World, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "BatchGetImage" => image::get(world, &parse(input)?),
        "DescribeImages" => image::describe(world, &parse(input)?),
        "CreatePullThroughCacheRule" => cache::create(world, parse(input)?),
        "DescribePullThroughCacheRules" => Ok(cache::describe(world)),
        "GetDownloadUrlForLayer" => image::download_url(world, parse(input)?),
        _ => Err(Refusal::unknown_operation(operation)),
    }
}
