//! The names of the objects that a stack means, from the stack alone, and the names in the account.
//!
//! This is a second, simple model of lowering. It shares no code with the engine except for the stack's
//! naming functions, so an object that the engine forgets to create or to remove is found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sss_model::{Api, Backend, BackendKind, Service, Stack};

use super::neighbours::is_theirs;

/// The names of objects by the list of the state, each list in order.
type Names = BTreeMap<&'static str, Vec<String>>;

/// Checks that the account has the objects that the stack means, each once, and no other.
pub(super) fn check(stack: &Stack, state: &Value) -> Result<(), String> {
    let (meant, found) = (meant(stack), found(state));
    for (kind, meant) in &meant {
        let found = &found[kind];
        if meant != found {
            return Err(format!("{kind}: {meant:?} expected, {found:?} found"));
        }
    }
    Ok(())
}

/// Returns the names that the stack means.
fn meant(stack: &Stack) -> Names {
    let api = stack.api.as_ref();
    let names: Vec<&String> = stack.services.keys().collect();
    let of_services = |name: &dyn Fn(&str) -> String| names.iter().map(|service| name(service)).collect();
    let behind = |kind: BackendKind| {
        let is_behind = move |service: &&Service| service.backend.as_ref().map(Backend::kind) == Some(kind);
        stack.services.values().filter(is_behind)
    };
    let registered = || behind(BackendKind::CloudMap);
    let balancers: Vec<BackendKind> = [BackendKind::Alb, BackendKind::Nlb]
        .into_iter()
        .filter(|kind| behind(*kind).next().is_some())
        .collect();
    let reached = || stack.services.values().filter(|service| api.is_some() && !service.routes.is_empty());
    let if_any = |any: bool, name: String| if any { vec![name] } else { Vec::new() };

    let mut roles: Vec<String> = of_services(&|service| stack.task_role_name(service));
    roles.push(stack.execution_role_name());
    let mut log_groups: Vec<String> = of_services(&|service| stack.log_group_name(service));
    log_groups.extend(api.filter(|api| api.access_log.is_some()).map(|_| stack.api_log_group_name()));

    let mut groups = vec![stack.security_group_name()];
    groups.extend(balancers.iter().map(|kind| stack.load_balancer_group_name(*kind)));

    let scaled = || stack.services.values().filter(|service| service.scaling.is_some());
    let routes = reached().flat_map(|service| service.routes.iter().flat_map(sss_model::Route::keys));

    let mut meant = Names::from([
        ("clusters", vec![stack.cluster_name()]),
        ("services", of_services(&|service| stack.service_name(service))),
        ("namespaces", if_any(registered().next().is_some(), stack.namespace_name())),
        ("registries", registered().map(|service| stack.cloud_map_name(&service.name)).collect()),
        ("apis", if_any(api.is_some(), stack.api_name())),
        ("vpc_links", if_any(reached().next().is_some(), stack.vpc_link_name())),
        ("roles", roles),
        ("security_groups", groups),
        ("load_balancers", balancers.iter().map(|kind| stack.load_balancer_name(*kind, 1)).collect()),
        (
            "target_groups",
            behind(BackendKind::Alb)
                .chain(behind(BackendKind::Nlb))
                .map(|service| stack.target_group_name(&service.name))
                .collect(),
        ),
        ("log_groups", log_groups),
        ("scalable_targets", scaled().map(|service| resource(stack, service)).collect()),
        ("policies", scaled().flat_map(|service| policies(stack, service)).collect()),
        ("authorizers", api.map(|api| authorizers(stack, api)).unwrap_or_default()),
        ("integrations", reached().flat_map(|service| targets(stack, service)).collect()),
        ("routes", routes.collect()),
        ("stages", if_any(api.is_some(), "$default".to_owned())),
        ("domain_names", api.into_iter().flat_map(|api| api.domains.keys().cloned()).collect()),
        ("mappings", api.into_iter().flat_map(|api| api.domains.iter().map(mapping)).collect()),
        ("records", api.into_iter().flat_map(|api| api.domains.iter().flat_map(records)).collect()),
    ]);
    for names in meant.values_mut() {
        names.sort();
    }
    meant
}

/// Returns the names of the authorizers of the API.
fn authorizers(stack: &Stack, api: &Api) -> Vec<String> {
    let unnamed = api.authorizer.iter().map(|_| stack.authorizer_name());
    let named = api.authorizers.keys().map(|name| stack.named_authorizer_name(name));
    unnamed.chain(named).collect()
}

/// Returns the name of a service in Application Auto Scaling, as the state names it.
fn resource(stack: &Stack, service: &Service) -> String {
    format!("{}/{}", stack.cluster_name(), stack.service_name(&service.name))
}

/// Returns the policies of a service, each behind the name of the service.
fn policies(stack: &Stack, service: &Service) -> Vec<String> {
    let scaling = service.scaling.iter();
    let own = scaling.flat_map(|scaling| {
        let tracked = [("cpu", scaling.cpu), ("memory", scaling.memory), ("requests", scaling.requests)];
        let tracked = tracked.into_iter().filter_map(|(name, value)| value.map(|_| name.to_owned()));
        tracked.chain(scaling.steps.iter().map(|policy| policy.name.clone()))
    });
    own.map(|name| format!("{} {name}", resource(stack, service))).collect()
}

/// Returns the objects to which the integrations of a service lead, as the state names them: one for each path that
/// routes send.
fn targets(stack: &Stack, service: &Service) -> Vec<String> {
    let paths: BTreeSet<_> = service.routes.iter().map(sss_model::Route::forwarded_path).collect();
    let target = match service.backend.as_ref().map(Backend::kind) {
        Some(BackendKind::Alb) => format!("listener {}", stack.load_balancer_name(BackendKind::Alb, 1)),
        Some(BackendKind::Nlb) => format!("listener {}", stack.target_group_name(&service.name)),
        _ => format!("registries {}", stack.cloud_map_name(&service.name)),
    };
    vec![target; paths.len()]
}

/// Returns the names in the account, without the objects of others.
fn found(state: &Value) -> Names {
    let objects = |list: &str| state[list].as_array().cloned().unwrap_or_default();
    let parts = |list: &str| -> Vec<Value> {
        let parts = objects("parts");
        let own = parts.iter().filter(|parts| !parts["api"].as_str().is_some_and(is_theirs));
        own.filter_map(|parts| parts[list].as_array().cloned()).flatten().collect()
    };
    let named = |objects: Vec<Value>, member: &str| -> Vec<String> {
        let names = objects.iter().filter_map(|object| object[member].as_str());
        let last = |name: &str| name.rsplit("service/").next().unwrap_or_default().to_owned();
        let mut names: Vec<_> = names.filter(|name| !is_theirs(name)).map(last).collect();
        names.sort();
        names
    };

    let mut clusters: Vec<_> = objects("clusters")
        .iter()
        .filter_map(|arn| arn.as_str()?.rsplit('/').next().map(str::to_owned))
        .filter(|name| !is_theirs(name))
        .collect();
    clusters.sort();
    Names::from([
        ("clusters", clusters),
        ("services", named(objects("services"), "serviceName")),
        ("namespaces", named(objects("namespaces"), "Name")),
        ("registries", named(objects("registries"), "Name")),
        ("apis", named(objects("apis"), "name")),
        ("vpc_links", named(objects("vpc_links"), "name")),
        ("roles", named(objects("roles"), "RoleName")),
        ("security_groups", named(objects("security_groups"), "groupName")),
        ("load_balancers", named(objects("load_balancers"), "LoadBalancerName")),
        ("target_groups", named(objects("target_groups"), "TargetGroupName")),
        ("log_groups", named(objects("log_groups"), "logGroupName")),
        ("scalable_targets", named(objects("scalable_targets"), "ResourceId")),
        ("policies", named_policies(&objects("scalable_targets"))),
        ("authorizers", named(parts("authorizers"), "name")),
        ("integrations", named(parts("integrations"), "integrationUri")),
        ("routes", named(parts("routes"), "routeKey")),
        ("stages", named(parts("stages"), "stageName")),
        ("domain_names", named(objects("domain_names"), "domainName")),
        ("mappings", named_mappings(&objects("domain_names"))),
        ("records", named_records(&objects("records"))),
    ])
}

/// Returns the key of the mapping of a domain name behind the name.
fn mapping((name, domain): (&String, &sss_model::Domain)) -> String {
    format!("{name} {}", domain.path.as_deref().unwrap_or_default())
}

/// Returns the types of the records of a domain name, each behind the name.
fn records((name, domain): (&String, &sss_model::Domain)) -> Vec<String> {
    let is_dual = domain.ip_address_type == sss_model::IpAddressType::Dualstack;
    let kinds = if is_dual { ["A", "AAAA"].as_slice() } else { ["A"].as_slice() };
    let kinds = kinds.iter().filter(|_| domain.zone.is_some());
    kinds.map(|kind| format!("{} {kind}", name.replace('*', "\\052"))).collect()
}

/// Returns the types of records, each behind the name.
fn named_records(records: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim_end_matches('.').to_owned();
    let mut names: Vec<String> =
        records.iter().map(|record| format!("{} {}", text(&record["Name"]), text(&record["Type"]))).collect();
    names.sort();
    names
}

/// Returns the keys of the mappings of domain names, each behind the name.
fn named_mappings(domains: &[Value]) -> Vec<String> {
    let all = domains.iter().filter_map(|domain| Some((domain["domainName"].as_str()?, &domain["Mappings"])));
    let mut names: Vec<String> = all
        .flat_map(|(domain, mappings)| {
            let keys = mappings.as_array().into_iter().flatten();
            keys.map(move |one| format!("{domain} {}", one["apiMappingKey"].as_str().unwrap_or_default()))
                .collect::<Vec<_>>()
        })
        .collect();
    names.sort();
    names
}

/// Returns the policies of scalable targets, each behind the name of its service.
fn named_policies(targets: &[Value]) -> Vec<String> {
    let all = targets.iter().filter_map(|target| Some((target["ResourceId"].as_str()?, &target["Policies"])));
    let all = all.filter(|(id, _)| !is_theirs(id));
    let mut names: Vec<String> = all
        .flat_map(|(id, policies)| {
            let id = id.trim_start_matches("service/").to_owned();
            let names =
                policies.as_array().into_iter().flatten().filter_map(|one| one["PolicyName"].as_str());
            names.map(|name| format!("{id} {name}")).collect::<Vec<_>>()
        })
        .collect();
    names.sort();
    names
}
