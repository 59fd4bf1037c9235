//! The resources that one service has for itself.
//!
//! A service becomes a log group, a task role, a task definition and an ECS service. With a backend it also
//! has a Cloud Map service, or a target group with the rule or the listener that leads to it. With routes it has an
//! integration and a route for each route key.
//!
//! The integration reads the ECS service although AWS does not ask for it: a route that goes live before
//! tasks run answers 503, so the edge lets the integration follow the first tasks.
//!
//! States are in normal form. AWS drops or fills in defaults, so a value that equals AWS's default is left
//! out on both sides: the architecture `X86_64`, a grace period of 0 seconds. [`container`] has the containers.

mod container;

use std::{collections::BTreeMap, sync::Arc};

use sss_model::{
    Backend, BackendKind, Container, Ignored, PolicyDocument, Service as Wanted, Stack, TASK_PRINCIPAL, Task,
    ZoneRebalancing,
};

use crate::{
    Graph,
    engine::{
        graph::Handle,
        kind::{self, to_value},
    },
    lower::{
        Shared, api::limits, load_balancing::Way, log_group, number, policies, role_tags, scaling, tagged,
    },
    services::{
        apigateway::{
            integration::{self, FoundBy, Integration},
            route::Route,
            stage::RoutesWithLimits,
        },
        cloudmap::cloudmap_service::CloudMapService,
        ecs::{
            service::{self, CountBy, Service, Target, TargetWay},
            task_definition::{self, TaskDefinition, volume},
        },
        elb::Place,
        iam::role::{self, Role},
        logs::log_group::LogGroup,
    },
    tags::Tags,
};

/// Adds the resources of a service, each after the ones that it reads from.
///
/// Returns its routes with limits of their own, which the stage has.
pub(super) fn add(graph: &mut Graph, stack: &Stack, shared: &Shared, wanted: &Wanted) -> RoutesWithLimits {
    let name = wanted.name.as_str();
    let tags = tagged(stack, [&wanted.tags]);
    let key = |key: &str| format!("services.{name}.{key}");
    let log_group = match &wanted.log_group.existing {
        Some(text) => graph.refer(text, key("log_group.existing")),
        None => graph.add(own_log_group(stack, wanted, tags.clone())),
    };
    let task_role = match &wanted.task.task_role.existing {
        Some(text) => graph.refer(text, key("task_role.existing")),
        None => graph.add(task_role(stack, wanted)),
    };
    let other_groups = wanted.security_group_ids.iter().map(|id| graph.refer(id, key("security_group_ids")));
    let other_groups = other_groups.collect();

    let main = stack.container_name(name);
    let ignores = |ignored| wanted.ignore_changes.contains(&ignored);
    let containers = wanted.task.all_containers(main.as_str());
    let task_definition = graph.add(TaskDefinition {
        family: stack.family_name(name),
        execution_role: shared.execution_role.clone(),
        task_role,
        log_group,
        region: stack.region.clone(),
        content: content(&wanted.task, &containers, tags.clone()),
        deployed: ignores(Ignored::Image).then(|| main.clone()),
    });

    let optional = optional(wanted);
    let mut service_tags = tags;
    optional.record(&mut service_tags);
    let registry = registry(graph, stack, shared, wanted);
    let registration = registry.clone().zip(wanted.task.port);
    let way = shared.load_balancers.way(graph, stack, wanted);
    let target = way.clone().zip(wanted.task.port).map(|(way, port)| target(way, main.clone(), port));
    let service = graph.add(Service {
        name: stack.service_name(name),
        cluster: shared.cluster.clone(),
        task_definition,
        security_group: shared.security_group.clone(),
        other_groups,
        registry: registration.map(|(registry, port)| (registry, main, i32::from(port))),
        target,
        count_by: match &wanted.scaling {
            Some(scaling) => CountBy::Autoscaling { keeps_a_task: scaling.least() > 0 },
            None if wanted.desired_count.is_none() || ignores(Ignored::DesiredCount) => CountBy::Others,
            None => CountBy::Stack,
        },
        is_forced: wanted.deployment.force_new_deployment,
        unset: optional.unset(),
        settings: settings(stack, wanted, service_tags),
    });

    scaling::add(graph, stack, shared, wanted, way.as_ref(), &service);
    let found_by = registry.map(FoundBy::Registry).or(way.map(found_by));
    add_routes(graph, stack, shared, wanted, found_by, &service)
}

/// Returns the log group that the stack makes for a service.
fn own_log_group(stack: &Stack, wanted: &Wanted, tags: Tags) -> LogGroup {
    let retention = wanted.task.log_retention_days.unwrap_or(stack.log_retention_days);
    log_group(stack, stack.log_group_name(&wanted.name), retention, &wanted.log_group, tags)
}

/// Returns the target group in which a service registers this port of a container.
fn target(way: Way, container: String, port: u16) -> Target {
    let through = match (way.rule, way.listener) {
        (Some((rule, _)), _) => Some(TargetWay::Rule(rule)),
        (None, Place::Own(listener)) => Some(TargetWay::Listener(listener)),
        (None, Place::Given(_)) => None,
    };
    Target { group: way.target_group, way: through, container, port: i32::from(port) }
}

/// Returns the listener through which an integration reaches a service, with the header and the name that it sends.
fn found_by(way: Way) -> FoundBy {
    let (rule, header) = way.rule.unzip();
    FoundBy::Listener { listener: way.listener, rule, header, server_name: way.server_name }
}

/// Returns the content of a task definition in normal form, without roles and log groups.
fn content(task: &Task, containers: &[Container], tags: Tags) -> task_definition::State {
    let other = |word: &str, usual: &str| (word != usual).then(|| word.to_owned());
    let volumes = task.volumes.iter();
    let containers = containers.iter();
    task_definition::State {
        cpu: task.cpu.to_string(),
        memory: task.memory.to_string(),
        cpu_architecture: other(task.cpu_architecture.as_str(), "X86_64"),
        operating_system_family: other(task.operating_system_family.as_str(), "LINUX"),
        pid_mode: task.pid_mode.map(|mode| mode.as_str().to_owned()),
        volumes: volumes.map(|(name, volume)| (name.clone(), volume::normal(volume))).collect(),
        enable_fault_injection: task.enable_fault_injection,
        proxy_configuration: task.proxy_configuration.clone(),
        ephemeral_storage: task.ephemeral_storage.map(number),
        containers: containers.map(|one| (one.name.clone(), container::normal(one))).collect(),
        tags,
        ..task_definition::State::default()
    }
}

/// Returns the role that the containers of the service get.
fn task_role(stack: &Stack, wanted: &Wanted) -> Role {
    let role = &wanted.task.task_role;
    let mut inline_policies = policies(stack.task_policy_name(&wanted.name), &role.statements);
    inline_policies
        .extend(policies(stack.exec_policy_name(&wanted.name), &stack.exec_statements(&wanted.name)));
    Role {
        name: stack.task_role_name(&wanted.name),
        named_by: format!("services.{}.names.task_role", wanted.name),
        state: role::State {
            path: role.path.clone(),
            trust: to_value(&PolicyDocument::trust(TASK_PRINCIPAL)),
            inline_policies,
            managed_policies: role.managed_policies.iter().cloned().collect(),
            permissions_boundary: role.permissions_boundary.clone(),
            tags: role_tags(stack, role.permissions_boundary.as_ref(), [&wanted.tags, &role.tags]),
        },
    }
}

/// Adds the registry of the service's tasks, through which requests find them.
///
/// Returns `None` if the service has no backend: its tasks register nowhere.
fn registry(
    graph: &mut Graph,
    stack: &Stack,
    shared: &Shared,
    wanted: &Wanted,
) -> Option<Handle<CloudMapService>> {
    match wanted.backend.as_ref()? {
        Backend::CloudMap(backend) => Some(graph.add(CloudMapService {
            name: stack.cloud_map_name(&wanted.name),
            namespace: shared.namespace.clone()?,
            ttl: i64::from(backend.ttl),
            tags: tagged(stack, [&wanted.tags]),
        })),
        _ => None,
    }
}

/// Returns the shares of capacity providers, by their names.
pub(super) fn shares(wanted: &[sss_model::CapacityStrategy]) -> BTreeMap<String, service::Capacity> {
    let share = |share: &sss_model::CapacityStrategy| {
        let capacity = service::Capacity { weight: number(share.weight), base: number(share.base) };
        (share.provider.as_str().to_owned(), capacity)
    };
    wanted.iter().map(share).collect()
}

/// Returns the settings of the ECS service that are left to others until the stack sets them.
///
/// A maximum of 100 per cent leaves no choice of the zone rebalancing, so nothing is left to others there.
fn optional(wanted: &Wanted) -> kind::Settings {
    let deployment = &wanted.deployment;
    let rebalancing = ("availability_zone_rebalancing", wanted.availability_zone_rebalancing.is_some());
    let settings = [
        ("enable_execute_command", wanted.enable_execute_command.is_some()),
        ("enable_ecs_managed_tags", wanted.enable_ecs_managed_tags.is_some()),
        ("propagate_tags", wanted.propagate_tags.is_some()),
        ("platform_version", wanted.platform_version.is_some()),
        ("failure_threshold", deployment.failure_threshold.is_some()),
        ("reset_on_healthy_task", deployment.reset_on_healthy_task.is_some()),
        ("alarms", deployment.alarms.is_some()),
        ("bake_time_minutes", deployment.bake_time_minutes.is_some()),
    ];
    let rebalancing = (deployment.maximum_percent > 100).then_some(rebalancing);
    kind::Settings::of(settings.into_iter().chain(rebalancing))
}

/// Returns the settings of the ECS service in normal form.
///
/// Capacity without an explicit share is `FARGATE`. A single provider gets all tasks whatever its share, so
/// its weight is 1 and its base 0. Zone rebalancing needs room above 100 per cent: ECS refuses both together.
fn settings(stack: &Stack, wanted: &Wanted, tags: BTreeMap<String, String>) -> service::Settings {
    let mut capacity = shares(&wanted.capacity);

    if capacity.is_empty() {
        capacity.insert("FARGATE".to_owned(), service::Capacity { weight: 1, base: 0 });
    }
    if let (1, Some(only)) = (capacity.len(), capacity.values_mut().next()) {
        // With one provider, the share has no effect.
        *only = service::Capacity { weight: 1, base: 0 };
    }

    service::Settings {
        desired_count: number(wanted.first_count()),
        capacity,
        subnets: stack.network.private_subnet_ids.iter().cloned().collect(),
        assign_public_ip: stack.network.assign_public_ip,
        circuit_breaker: wanted.deployment.circuit_breaker,
        rollback: wanted.deployment.rollback,
        minimum_healthy_percent: number(wanted.deployment.minimum_healthy_percent),
        maximum_percent: number(wanted.deployment.maximum_percent),
        availability_zone_rebalancing: (wanted.deployment.maximum_percent > 100).then(|| {
            wanted.availability_zone_rebalancing.unwrap_or(ZoneRebalancing::Enabled).as_str().to_owned()
        }),
        health_check_grace_period: grace_period(wanted).filter(|seconds| *seconds != 0).map(number),
        enable_execute_command: wanted.enable_execute_command.unwrap_or(false),
        enable_ecs_managed_tags: wanted.enable_ecs_managed_tags.unwrap_or(false),
        propagate_tags: wanted.propagate_tags.map(|source| source.as_str().to_owned()),
        platform_version: wanted.platform_version.clone(),
        failure_threshold: wanted.deployment.failure_threshold.as_ref().map(threshold),
        reset_on_healthy_task: wanted.deployment.reset_on_healthy_task,
        alarms: wanted.deployment.alarms.as_ref().map(|alarms| service::Alarms {
            names: alarms.names.iter().cloned().collect(),
            rollback: alarms.rollback,
        }),
        bake_time_minutes: wanted.deployment.bake_time_minutes.map(number),
        volumes: service::volumes::of(&wanted.task.volumes),
        tags,
    }
    .without_defaults()
}

/// Returns the time in which failed health checks of a load balancer do not count.
///
/// With a load balancer, it is by default the start period of the main container's health check, and at least a minute:
/// ECS would otherwise stop tasks that still start.
fn grace_period(wanted: &Wanted) -> Option<u32> {
    const LEAST: u32 = 60;
    let is_balanced = wanted.backend.as_ref().is_some_and(|backend| backend.target_health_check().is_some());
    let starts = wanted.task.health_check.as_ref().and_then(|check| check.start_period).unwrap_or(0);
    wanted.health_check_grace_period.or(is_balanced.then(|| starts.max(LEAST)))
}

fn threshold(wanted: &sss_model::FailureThreshold) -> service::Threshold {
    service::Threshold { kind: wanted.kind.as_str().to_owned(), value: number(wanted.value) }
}

/// Returns the name of the object to which the integrations of a service lead: its registry, or the rule or the listener
/// that has the name of its target group.
pub(crate) fn target_name(stack: &Stack, service: &Wanted) -> String {
    match &service.backend {
        Some(backend) if backend.kind() != BackendKind::CloudMap => stack.target_group_name(&service.name),
        _ => stack.cloud_map_name(&service.name),
    }
}

/// Adds the integrations, one for each path that routes send, and the routes. They need an API, a VPC link and a
/// backend; the rules of the model ensure that a service with routes has them.
fn add_routes(
    graph: &mut Graph,
    stack: &Stack,
    shared: &Shared,
    wanted: &Wanted,
    found_by: Option<FoundBy>,
    service: &Handle<Service>,
) -> RoutesWithLimits {
    let mut limited = BTreeMap::new();
    let (Some(front), Some(api)) = (&shared.front, &stack.api) else { return limited };
    let (Some(vpc_link), Some(found_by)) = (&shared.vpc_link, found_by) else { return limited };
    if wanted.routes.is_empty() {
        return limited;
    }

    let found_by = Arc::new(found_by);
    let mut integrations = BTreeMap::new();
    for route in &wanted.routes {
        let path = route.forwarded_path();
        let integration = integrations.entry(path.clone()).or_insert_with(|| {
            graph.add(Integration {
                name: integration::name(&target_name(stack, wanted), path.as_deref()),
                api: front.api.clone(),
                vpc_link: vpc_link.clone(),
                found_by: Arc::clone(&found_by),
                path,
                timeout: wanted.integration_timeout.map(number),
                service: service.clone(),
            })
        });
        let integration = integration.clone();
        for key in route.keys() {
            let added = graph.add(Route {
                key: key.clone(),
                api: front.api.clone(),
                integration: integration.clone(),
                proof: front.proof(api, route),
                scopes: route.scopes.iter().cloned().collect(),
            });
            limited.extend(route.throttling.map(|own| (key, (added, limits(own)))));
        }
    }
    limited
}
