//! The stack as a whole: its own fields, its parts, and the rules between them.
//!
//! [`inspect`] runs three groups of checks in this order: the tags of the stack, each part by itself, and the list
//! [`BETWEEN_PARTS`]. A check of that list sees the whole stack. It adds its problem at the value that a person would
//! change, which is not always the value that AWS refuses: a name that is too long because of the stack's name is a
//! problem of `name`.
//!
//! To add a rule between parts, write a function of the type [`Check`] and add it to the list.

use std::collections::{BTreeMap, BTreeSet};

use validator::ValidationError;

use super::{
    APIGW_VL_001, APIGW_VL_004, ECS_SVC_021, IAM_POL_012, STACK_002, STACK_003, STACK_013, balancing, broken,
    existing, iam::policy, judge, limits, logging, logs, names, partition, reach, required, route, service,
    tags, task_document,
};
use crate::backend::BackendKind;
use crate::nearest::nearest;
use crate::partition::Partition;
use crate::path::Path;
use crate::policy::{PolicyDocument, Statement};
use crate::report::Report;
use crate::stack::Stack;

/// Checks the name of a stack.
///
/// The name is a part of the names of the naming scheme, and the value of a tag that marks the objects of the stack. It
/// has letters, digits, `-` and `_`, begins with a letter or a digit, and has at most 256 characters.
pub(crate) fn name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    let holds = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    judge(holds, || broken!(STACK_002, "invalid-name", name = name))?;
    // It is the value of a tag.
    judge(name.len() <= 256, || broken!(STACK_002, "too-long", count = name.len(), most = 256))
}

/// Checks that a region is set; [`known_region`] checks that AWS has it.
pub(crate) fn region(region: &str) -> Result<(), ValidationError> {
    required(region)
}

/// Checks that AWS has the region. The table ages, so a stack can allow a newer region.
///
/// The nearest name of the table is the fix. A code that has the form of a region may be newer than the table, so its
/// fix names `allow_unlisted_region` too.
fn known_region(stack: &Stack, at: &Path, report: &mut Report) {
    let region = stack.region.as_str();
    if region.is_empty() || Partition::is_listed(region) {
        return;
    }
    let has_shape = is_region(region);
    if has_shape && stack.allow_unlisted_region {
        return;
    }

    let broken = match (nearest(region, Partition::regions()), has_shape) {
        (Some(near), true) => broken!(STACK_003, "misspelled-or-newer", region = region, near = near),
        (Some(near), false) => broken!(STACK_003, "misspelled", region = region, near = near),
        (None, true) => broken!(STACK_003, "unlisted", region = region),
        (None, false) => broken!(STACK_003, "unknown", region = region),
    };
    report.add(&at.key("region"), broken);
}

/// Returns whether a text matches `^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$`.
///
/// The region becomes a part of host names and ARNs, so a text of another form is never accepted.
pub(crate) fn is_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let [first, words @ .., number] = parts.as_slice() else {
        return false;
    };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    (2..=4).contains(&first.len())
        && is_word(first)
        && !words.is_empty()
        && words.iter().all(is_word)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// A check of rules between parts of the stack.
type Check = fn(&Stack, &Path, &mut Report);

/// The checks of all rules between parts of the stack.
///
/// The parts were checked before, so a check may skip a value that is wrong by itself.
const BETWEEN_PARTS: &[Check] = &[
    known_region,
    partition::inspect,
    role_tags,
    names::inspect,
    subnets,
    link_groups,
    reach::inspect,
    retentions,
    route::inspect_all,
    capacity,
    tag_counts,
    inline_policies,
    task_definitions,
    logging::groups,
    existing::inspect,
    balancing::inspect_all,
];

/// Checks a stack: its own fields, its parts, and the rules between them.
///
/// A part with several problems reports all of them.
pub(crate) fn inspect(stack: &Stack, at: &Path, report: &mut Report) {
    tags::inspect(&stack.tags, at, report);
    report.inspect(&stack.names, &at.key("names"));
    report.inspect(&stack.network, &at.key("network"));
    report.inspect(&stack.cluster, &at.key("cluster"));
    report.inspect(&stack.namespace, &at.key("namespace"));
    report.inspect(&stack.execution_role, &at.key("execution_role"));
    report.inspect(&stack.security_group, &at.key("security_group"));
    report.inspect(&stack.log_group, &at.key("log_group"));
    let balancers = at.key("load_balancers");
    report.inspect(&stack.load_balancers.alb, &balancers.key("alb"));
    report.inspect(&stack.load_balancers.nlb, &balancers.key("nlb"));
    if let Some(api) = &stack.api {
        report.inspect(api, &at.key("api"));
    }

    for (key, service) in &stack.services {
        let main = stack.container_name(key);
        service::inspect_in_stack(service, &main, &at.key("services").key(key), report);
    }

    for check in BETWEEN_PARTS {
        check(stack, at, report);
    }
}

/// Checks the number of subnets.
///
/// A VPC link takes 1 to 10 different subnets, and ECS takes up to 16. One subnet is a warning: the services then
/// depend on one availability zone.
fn subnets(stack: &Stack, at: &Path, report: &mut Report) {
    let place = at.key("network").key("private_subnet_ids");
    let count = stack.network.private_subnet_ids.iter().collect::<BTreeSet<_>>().len();
    if stack.api.is_some() && count == 0 {
        report.add(&place, broken!(APIGW_VL_001, "too-few", count = count, least = 1));
    } else if stack.api.is_some() && stack.network.existing_vpc_link.is_none() && count > 10 {
        report.add(&place, broken!(APIGW_VL_001, "too-many", count = count, most = 10));
    } else if !stack.services.is_empty() && count == 0 {
        report.add(&place, broken!(ECS_SVC_021, "too-few", count = count, least = 1));
    } else if count == 1 {
        report.add(&place, broken!(STACK_013, "one-subnet"));
    }
}

/// Warns of a VPC link without security groups: it is then in the default group of the VPC.
///
/// A stack without an API has no VPC link. A stack without `ingress` opens the ports of its routes to the groups of the
/// link, so without a group it opens none.
fn link_groups(stack: &Stack, at: &Path, report: &mut Report) {
    let has_own_link = stack.api.is_some() && stack.network.existing_vpc_link.is_none();
    if !has_own_link || !stack.network.vpc_link_security_group_ids.is_empty() {
        return;
    }
    let place = at.key("network").key("vpc_link_security_group_ids");
    let is_routed = stack.services.values().any(|service| stack.is_routed(service));
    let broken = if is_routed && stack.security_group.ingress.is_none() {
        broken!(APIGW_VL_004, "nothing-opened")
    } else {
        broken!(APIGW_VL_004, "no-group")
    };
    report.add(&place, broken);
}

/// Warns of log groups that never expire. The stack's retention counts for every log group without one of its own.
///
/// A log group that follows the stack's retention is not reported again.
fn retentions(stack: &Stack, at: &Path, report: &mut Report) {
    let key = "log_retention_days";
    logs::expires(Some(stack.log_retention_days), &at.key(key), report);
    if let Some(log) = stack.api.as_ref().and_then(|api| api.access_log.as_ref()) {
        logs::expires(log.retention_days, &at.key("api").key("access_log").key("retention_days"), report);
    }
    for (name, service) in &stack.services {
        logs::expires(service.task.log_retention_days, &at.key("services").key(name).key(key), report);
    }
}

/// Checks that services use capacity providers that the cluster offers.
///
/// ECS refuses a service that names another provider.
fn capacity(stack: &Stack, at: &Path, report: &mut Report) {
    // What a cluster of others offers is a fact of the account.
    if stack.cluster.existing.is_some() {
        return;
    }
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        service::offered(service, &stack.cluster.capacity_providers, &place, report);
    }
}

/// Checks that the keys of a role's tags differ without regard to case, over all layers of tags.
///
/// IAM compares the keys of tags without regard to case, unlike other services.
///
/// A role of a task has the tags of the stack, of its service and its own; the execution role has no service.
fn role_tags(stack: &Stack, at: &Path, report: &mut Report) {
    let of_stack = tags::Layer { tags: &stack.tags, at: at.clone() };
    let role = tags::Layer { tags: &stack.execution_role.tags, at: at.key("execution_role") };
    let mut told = BTreeSet::new();
    tags::without_case(&[of_stack, role], &mut told, report);
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        let of_stack = tags::Layer { tags: &stack.tags, at: at.clone() };
        let role = tags::Layer { tags: &service.task.task_role.tags, at: place.key("task_role") };
        let service = tags::Layer { tags: &service.tags, at: place };
        tags::without_case(&[of_stack, service, role], &mut told, report);
    }
}

/// The most tags that record the clusters and namespaces of others in which the stack has objects: two of each while
/// services move, each name as long as a tag's value.
const MOST_INSIDE: usize = 5;

/// Checks that no object has more tags than AWS allows, with the tags that the engine adds.
///
/// Each object has the merged tags of the stack, the service and itself. The engine adds its owner tags, the records of
/// the keys, and some more for roles with a boundary, for revisions, and for a group whose tasks are in a cluster of others.
fn tag_counts(stack: &Stack, at: &Path, report: &mut Report) {
    let mut count = |layers: &[&BTreeMap<String, String>], own, at: &Path| {
        let heard = report.problems.len();
        tags::count(layers, own, at, report);
        report.problems.len() == heard
    };
    let plain = tags::Own::default();

    // With too many tags of the stack, every part would have too many as well.
    if !count(&[&stack.tags], plain, at) {
        return;
    }
    let part = |part: &str| at.key(part);
    count(&[&stack.tags, &stack.cluster.tags], plain, &part("cluster"));
    count(&[&stack.tags, &stack.namespace.tags], plain, &part("namespace"));
    let role =
        |boundary: Option<&String>| tags::Own { keys: &[], books: 1 + usize::from(boundary.is_some()) };

    let own = role(stack.execution_role.permissions_boundary.as_ref());
    count(&[&stack.tags, &stack.execution_role.tags], own, &part("execution_role"));
    let is_inside = stack.cluster.existing.is_some() || stack.namespace.existing.is_some();
    let named = tags::Own { keys: &["Name"], books: if is_inside { MOST_INSIDE } else { 0 } };
    count(&[&stack.tags, &stack.security_group.tags], named, &part("security_group"));
    if let Some(api) = &stack.api {
        count(&[&stack.tags, &api.tags], plain, &part("api"));
    }
    let balancers = [
        ("alb", BackendKind::Alb, &stack.load_balancers.alb),
        ("nlb", BackendKind::Nlb, &stack.load_balancers.nlb),
    ];
    for (word, _, balancer) in
        balancers.into_iter().filter(|one| stack.services_behind(one.1).next().is_some())
    {
        count(&[&stack.tags, &balancer.tags], named, &part("load_balancers").key(word));
    }

    // A revision of a task definition has the hash of its content and its number; a service has the record of its
    // settings in the place of the number.
    let revision = tags::Own { keys: &[], books: 1 };
    for (key, service) in &stack.services {
        let place = at.key("services").key(key);
        count(&[&stack.tags, &service.tags], revision, &place);
        let own = role(service.task.task_role.permissions_boundary.as_ref());
        count(&[&stack.tags, &service.tags, &service.task.task_role.tags], own, &place.key("task_role"));
    }
}

/// Checks the length of the inline policies of each role together: its own, and the one that the stack adds.
///
/// The stack adds one to read the services' secrets, and one for ECS Exec.
///
/// IAM counts all inline policies of a role together, without white space.
fn inline_policies(stack: &Stack, at: &Path, report: &mut Report) {
    let length = |statements: &[Statement]| match statements {
        [] => 0,
        statements => policy::length(&PolicyDocument::new(statements).to_json()),
    };

    let own = length(&stack.execution_role.statements);
    let secrets = length(&stack.secret_statements());
    // A policy that is too long by itself has been reported.
    if own <= limits::INLINE_POLICIES && secrets > 0 && own + secrets > limits::INLINE_POLICIES {
        let broken = broken!(
            IAM_POL_012,
            "with-secrets",
            count = own + secrets,
            secrets = secrets,
            most = limits::INLINE_POLICIES
        );
        report.add(&at.key("execution_role"), broken);
    }

    for (key, service) in &stack.services {
        let own = length(&service.task.task_role.statements);
        let exec = length(&stack.exec_statements(key));
        if own <= limits::INLINE_POLICIES && exec > 0 && own + exec > limits::INLINE_POLICIES {
            let broken = broken!(
                IAM_POL_012,
                "with-exec",
                count = own + exec,
                exec = exec,
                most = limits::INLINE_POLICIES
            );
            report.add(&at.key("services").key(key).key("task_role"), broken);
        }
    }
}

/// Checks the size of the containers of each service; see `rules::task_document`.
///
/// The log group and the region of the stack are parts of the document, so a service alone cannot be checked.
fn task_definitions(stack: &Stack, at: &Path, report: &mut Report) {
    for (key, service) in &stack.services {
        let bytes = task_document::bytes(stack, service);
        task_document::fits(bytes, &at.key("services").key(key), report);
    }
}
