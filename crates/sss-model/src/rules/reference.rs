//! References of a service to other objects: its task definition, its cluster and its capacity providers.
//!
//! ECS takes a name or an ARN for each of them. A text that begins with `arn:` is judged as an ARN and never as a name,
//! so that the message speaks of the form that its author meant. The functions return the broken case, and the caller
//! knows the path.

use super::{Broken, ECS_SVC_007, ECS_SVC_008, ECS_SVC_009, broken, is_ecs_name};
use crate::cluster::CapacityProvider;

/// Returns whether a text is an ARN of a service whose resource begins with one of the kinds, such as `cluster/`.
///
/// The account has 12 digits. ARNs of IAM have no region, and those of other services have one.
pub(crate) fn is_arn_of(text: &str, service: &str, kinds: &[&str]) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, of, region, account, resource] = parts.as_slice() else { return false };
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let names = |kind: &&str| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty());
    partition.starts_with("aws")
        && *of == service
        && region.is_empty() == (service == "iam")
        && is_account
        && text.bytes().all(|b| b.is_ascii_graphic())
        && kinds.iter().any(names)
}

/// Returns whether a text is meant as an ARN.
pub(crate) fn is_meant_as_arn(text: &str) -> bool {
    text.starts_with("arn:")
}

/// Returns the case of a text by which a service cannot name its task definition.
///
/// A reference is a family, a family and a revision (`orders:3`), or the ARN of either. A revision is a number from 1.
pub(crate) fn task_definition(text: &str) -> Option<Broken> {
    if text.trim().is_empty() {
        return Some(broken!(ECS_SVC_007, "required"));
    }
    let name = if is_meant_as_arn(text) {
        if !is_arn_of(text, "ecs", &["task-definition/"]) {
            return Some(broken!(ECS_SVC_007, "other-arn", given = text));
        }
        text.split_once('/').map_or(text, |(_, name)| name)
    } else {
        text
    };

    let (family, revision) = name.split_once(':').map_or((name, None), |(family, rest)| (family, Some(rest)));
    if !is_ecs_name(family) {
        return Some(broken!(ECS_SVC_007, "not-a-reference"));
    }
    let is_revision = |revision: &str| {
        revision.bytes().all(|b| b.is_ascii_digit()) && revision.parse::<i32>().is_ok_and(|number| number > 0)
    };
    match revision {
        Some(revision) if !is_revision(revision) => {
            Some(broken!(ECS_SVC_007, "not-a-revision", family = family, revision = revision))
        }
        _ => None,
    }
}

/// Returns the case of a text by which a service cannot name its cluster.
///
/// A reference is the name of the cluster or its ARN.
pub(crate) fn cluster(text: &str) -> Option<Broken> {
    if text.trim().is_empty() {
        Some(broken!(ECS_SVC_008, "required"))
    } else if is_meant_as_arn(text) {
        let is_cluster = is_arn_of(text, "ecs", &["cluster/"]) && has_name(text);
        (!is_cluster).then(|| broken!(ECS_SVC_008, "other-arn", given = text))
    } else {
        (!is_ecs_name(text)).then(|| broken!(ECS_SVC_008, "invalid-name", given = text))
    }
}

/// Returns the case of a text by which a strategy cannot name a capacity provider.
///
/// A reference is `FARGATE`, `FARGATE_SPOT`, the name of a provider of the account, or its ARN. Names of the account's
/// own providers do not begin with `aws`, `ecs` or `fargate`.
pub(crate) fn capacity_provider(text: &str) -> Option<Broken> {
    let of_fargate = [CapacityProvider::Fargate, CapacityProvider::FargateSpot];
    if of_fargate.iter().any(|provider| provider.as_str() == text) {
        return None;
    }
    if is_meant_as_arn(text) {
        let is_provider = is_arn_of(text, "ecs", &["capacity-provider/"]) && has_name(text);
        return (!is_provider).then(|| broken!(ECS_SVC_009, "other-arn", given = text));
    }
    if !is_ecs_name(text) {
        return Some(broken!(ECS_SVC_009, "invalid-name", given = text));
    }
    let is_reserved = text.to_ascii_lowercase().starts_with("fargate")
        || ["aws", "ecs"].iter().any(|prefix| text.starts_with(prefix));
    is_reserved.then(|| broken!(ECS_SVC_009, "reserved", given = text))
}

/// Returns whether the part of an ARN behind its slash is a name that ECS takes.
fn has_name(arn: &str) -> bool {
    arn.split_once('/').is_some_and(|(_, name)| is_ecs_name(name))
}
