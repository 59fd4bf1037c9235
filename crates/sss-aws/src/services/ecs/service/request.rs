//! The calls that make and change services.

use aws_sdk_ecs::{
    operation::update_service::builders::UpdateServiceFluentBuilder as Update,
    types::{
        AssignPublicIp, AvailabilityZoneRebalancing as Rebalancing, AwsVpcConfiguration,
        CapacityProviderStrategyItem, DeploymentCircuitBreaker, DeploymentConfiguration, LaunchType,
        NetworkConfiguration, Service as SdkService, ServiceRegistry,
    },
};

use crate::services::ecs::shared::Shared;
use crate::{
    Result,
    engine::{
        kind::{Found, to_value},
        run::Context,
    },
    error::{Answer, Sent},
    hash,
    services::ecs::{
        cluster,
        service::{Capacity, Registry, Service, Settings, State},
    },
    tags,
};

/// By which ECS knows the same creation again, in another run as well.
pub(super) fn token(cx: &Context, name: &str, want: &State) -> String {
    /// The most that ECS takes.
    const LENGTH: usize = 36;
    let mut token = hash::content(&to_value(&(&cx.stack, name, want)));
    token.truncate(LENGTH);
    token
}

/// Asks for a service.
pub(super) async fn create(cx: &Context, name: &str, token: &str, want: &State) -> Result<SdkService> {
    let settings = &want.settings;
    let request = cx.aws.ecs.create_service().cluster(&want.cluster).service_name(name).client_token(token);
    let only_fargate = settings.capacity.keys().all(|provider| provider == "FARGATE");
    let request = if only_fargate {
        request.launch_type(LaunchType::Fargate)
    } else {
        request.set_capacity_provider_strategy(Some(strategy(settings)))
    };
    let mut tags = settings.tags.clone();
    tags.extend(
        cx.shared::<Shared>().proof_of(&want.task_definition).map(|proof| (tags::REVISION.to_owned(), proof)),
    );
    let answer = request
        .task_definition(&want.task_definition)
        .desired_count(settings.desired_count)
        .network_configuration(network(want))
        .set_service_registries(Some(registries(want)))
        .deployment_configuration(deployment(settings))
        .set_availability_zone_rebalancing(
            Some(rebalancing(settings)).filter(|word| *word == Rebalancing::Disabled),
        )
        .set_health_check_grace_period_seconds(settings.health_check_grace_period)
        .set_tags(Some(cluster::sdk_tags(&tags)))
        .send()
        .await
        .of("ecs:CreateService")?;
    answer.service.sent("ecs:CreateService", "service")
}

/// Asks for a change of a service. What is absent stays as it is. So only what changes is said: others may have set
/// revision and count meanwhile, ECS has conditions on each of the rest, and some parameters start a deployment.
pub(super) async fn update(
    cx: &Context,
    found: &Found<Service>,
    want: &State,
    force: bool,
) -> Result<SdkService> {
    let request = cx.aws.ecs.update_service().cluster(&want.cluster).service(&found.name);
    let request = running(request, &found.state, want);
    let request = running_as(request, &found.state.settings, &want.settings);
    let answer = request.set_force_new_deployment(force.then_some(true)).send().await;
    answer.of("ecs:UpdateService")?.service.sent("ecs:UpdateService", "service")
}

/// What tasks run, and where.
fn running(request: Update, live: &State, want: &State) -> Update {
    let revision = (live.task_definition != want.task_definition).then(|| want.task_definition.clone());
    let place = |state: &State| (state.security_groups.clone(), state.settings.subnets.clone());
    let is_elsewhere =
        place(live) != place(want) || live.settings.assign_public_ip != want.settings.assign_public_ip;
    let capacity = (live.settings.capacity != want.settings.capacity).then(|| strategy(&want.settings));
    request
        .set_task_definition(revision)
        .set_network_configuration(is_elsewhere.then(|| network(want)))
        .set_service_registries((live.registry != want.registry).then(|| registries(want)))
        .set_capacity_provider_strategy(capacity)
}

/// How many run, and how one deployment follows another.
fn running_as(request: Update, live: &Settings, want: &Settings) -> Update {
    let grace_period = (live.health_check_grace_period != want.health_check_grace_period)
        .then(|| want.health_check_grace_period.unwrap_or(0));
    let rebalancing =
        (live.availability_zone_rebalancing != want.availability_zone_rebalancing).then(|| rebalancing(want));
    request
        .set_desired_count((live.desired_count != want.desired_count).then_some(want.desired_count))
        .set_deployment_configuration((how(live) != how(want)).then(|| deployment(want)))
        .set_availability_zone_rebalancing(rebalancing)
        .set_health_check_grace_period_seconds(grace_period)
}

/// How one deployment follows another.
fn how(settings: &Settings) -> (bool, bool, i32, i32) {
    (settings.circuit_breaker, settings.rollback, settings.minimum_healthy_percent, settings.maximum_percent)
}

/// ECS moves tasks between zones only where there may be one more than are wanted.
fn rebalancing(settings: &Settings) -> Rebalancing {
    Rebalancing::from(settings.availability_zone_rebalancing.as_deref().unwrap_or("DISABLED"))
}

fn network(want: &State) -> NetworkConfiguration {
    let public =
        if want.settings.assign_public_ip { AssignPublicIp::Enabled } else { AssignPublicIp::Disabled };
    let vpc = AwsVpcConfiguration::builder()
        .set_subnets(Some(want.settings.subnets.iter().cloned().collect()))
        .set_security_groups(Some(want.security_groups.iter().cloned().collect()))
        .assign_public_ip(public)
        .build();
    NetworkConfiguration::builder().awsvpc_configuration(vpc.expect("a configuration with subnets")).build()
}

fn registries(want: &State) -> Vec<ServiceRegistry> {
    let registry = |registry: &Registry| {
        ServiceRegistry::builder()
            .registry_arn(&registry.service)
            .set_container_name(registry.container.clone())
            .set_container_port(registry.port)
            .build()
    };
    want.registry.iter().map(registry).collect()
}

fn deployment(settings: &Settings) -> DeploymentConfiguration {
    let breaker = DeploymentCircuitBreaker::builder()
        .enable(settings.circuit_breaker)
        .rollback(settings.rollback)
        .build();
    DeploymentConfiguration::builder()
        .deployment_circuit_breaker(breaker)
        .minimum_healthy_percent(settings.minimum_healthy_percent)
        .maximum_percent(settings.maximum_percent)
        .build()
}

fn strategy(settings: &Settings) -> Vec<CapacityProviderStrategyItem> {
    let item = |(provider, share): (&String, &Capacity)| {
        let item = CapacityProviderStrategyItem::builder().capacity_provider(provider);
        item.weight(share.weight).base(share.base).build().expect("an item with a provider")
    };
    settings.capacity.iter().map(item).collect()
}
