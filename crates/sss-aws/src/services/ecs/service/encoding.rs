//! Services in the types of the SDK: the calls that create and update them, and the answers that describe
//! them.
//!
//! Both directions of a field stand here, so that the state that a call asks for is the state that an answer
//! is read as. Three members differ between the two:
//!
//! - AWS fills in defaults. Decoding takes the values that AWS documents where a member is absent.
//! - The launch type FARGATE and the strategy with only the provider FARGATE mean the same. The state has the
//!   latter.
//! - A setting at AWS's default is left out of the state, and a call then says the default.
//! - A maximum of 100 per cent leaves no room for zone rebalancing, and AWS refuses both together. The state
//!   then has no value for it, and a call turns it off.

use std::collections::BTreeMap;

use aws_sdk_ecs::{
    operation::update_service::builders::UpdateServiceFluentBuilder as Update,
    types::{
        AssignPublicIp, AvailabilityZoneRebalancing as Rebalancing, AwsVpcConfiguration,
        CapacityProviderStrategyItem, DeploymentAlarms, DeploymentCircuitBreaker, DeploymentConfiguration,
        DeploymentRolloutState, LaunchType, NetworkConfiguration, PropagateTags, Service as SdkService,
        ServiceRevision, ThresholdConfiguration, ThresholdType,
    },
};

use crate::{
    Graph, Id, Result,
    engine::{
        kind::{Found, Resource, to_value},
        run::Context,
        world::Live,
    },
    error::{Answer, Sent},
    hash,
    services::ecs::{
        plain_tags,
        service::{
            Alarms, Capacity, Output, Run, Service, Settings, State, Threshold, UPDATE, registration, volumes,
        },
        shared::Shared,
        tags_for_sdk,
    },
    tags::{self, observed},
};

/// Returns the token by which ECS recognises a repeated creation, in another run as well.
///
/// It has 36 characters, the most that ECS accepts, of the hash of stack, name and desired state.
pub(super) fn token(cx: &Context, name: &str, want: &State) -> String {
    /// The longest token that ECS accepts.
    const LENGTH: usize = 36;
    let mut token = hash::content(&to_value(&(&cx.stack, name, want)));
    token.truncate(LENGTH);
    token
}

/// Calls `CreateService`.
///
/// The tags contain the hash of a revision that this apply has registered. The next observation then need not
/// read the revision.
///
/// # Errors
///
/// The call failed, or its answer has no service.
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
        .set_service_registries(Some(registration::registries(want)))
        .set_load_balancers(Some(registration::load_balancers(want)).filter(|all| !all.is_empty()))
        .deployment_configuration(deployment(settings, None))
        .set_availability_zone_rebalancing(
            Some(rebalancing(settings)).filter(|word| *word == Rebalancing::Disabled),
        )
        .set_health_check_grace_period_seconds(settings.health_check_grace_period)
        .set_platform_version(settings.platform_version.clone())
        .set_volume_configurations(Some(volumes::encode(&settings.volumes)).filter(|all| !all.is_empty()))
        .set_propagate_tags(settings.propagate_tags.as_deref().map(PropagateTags::from))
        .set_enable_execute_command(settings.enable_execute_command.then_some(true))
        .set_enable_ecs_managed_tags(settings.enable_ecs_managed_tags.then_some(true))
        .set_tags(Some(tags_for_sdk(&tags)))
        .send()
        .await
        .of(Service::CREATE)?;
    answer.service.sent(Service::CREATE, "service")
}

/// Calls `UpdateService` with the members that change.
///
/// A member that is absent stays as it is. Others may have set revision and count meanwhile, ECS has
/// conditions on each other member, and some members start a deployment.
///
/// # Errors
///
/// The call failed, or its answer has no service.
pub(super) async fn update(
    cx: &Context,
    name: &str,
    live: &State,
    want: &State,
    force: bool,
) -> Result<SdkService> {
    let request = cx.aws.ecs.update_service().cluster(&want.cluster).service(name);
    let request = running(request, live, want);
    let request = running_as(request, &live.settings, &want.settings);
    let request = starting(request, &live.settings, &want.settings);
    let answer = request.set_force_new_deployment(force.then_some(true)).send().await;
    answer.of(UPDATE)?.service.sent(UPDATE, "service")
}

/// Adds the changed members that say which tasks run, and where.
///
/// The network configuration is one member, so it changes as a whole.
fn running(request: Update, live: &State, want: &State) -> Update {
    let revision = (live.task_definition != want.task_definition).then(|| want.task_definition.clone());
    let place = |state: &State| (state.security_groups.clone(), state.settings.subnets.clone());
    let is_elsewhere =
        place(live) != place(want) || live.settings.assign_public_ip != want.settings.assign_public_ip;
    let capacity = (live.settings.capacity != want.settings.capacity).then(|| strategy(&want.settings));
    request
        .set_task_definition(revision)
        .set_network_configuration(is_elsewhere.then(|| network(want)))
        .set_service_registries((live.registry != want.registry).then(|| registration::registries(want)))
        .set_load_balancers(
            (live.load_balancers != want.load_balancers).then(|| registration::load_balancers(want)),
        )
        .set_capacity_provider_strategy(capacity)
}

/// Adds the changed members that say how many tasks run, and how one deployment follows another.
fn running_as(request: Update, live: &Settings, want: &Settings) -> Update {
    let grace_period = (live.health_check_grace_period != want.health_check_grace_period)
        .then(|| want.health_check_grace_period.unwrap_or(0));
    let rebalancing =
        (live.availability_zone_rebalancing != want.availability_zone_rebalancing).then(|| rebalancing(want));
    request
        .set_desired_count((live.desired_count != want.desired_count).then_some(want.desired_count))
        .set_deployment_configuration((how(live) != how(want)).then(|| deployment(want, Some(live))))
        .set_availability_zone_rebalancing(rebalancing)
        .set_health_check_grace_period_seconds(grace_period)
}

/// Adds the changed members that say what new tasks get.
fn starting(request: Update, live: &Settings, want: &Settings) -> Update {
    let changed = |of: fn(&Settings) -> bool| (of(live) != of(want)).then(|| of(want));
    let version = (live.platform_version != want.platform_version)
        .then(|| want.platform_version.clone().unwrap_or_else(|| "LATEST".to_owned()));
    let source = (live.propagate_tags != want.propagate_tags)
        .then(|| want.propagate_tags.as_deref().map_or(PropagateTags::None, PropagateTags::from));
    let volumes = (live.volumes != want.volumes).then(|| volumes::encode(&want.volumes));
    request
        .set_platform_version(version)
        .set_volume_configurations(volumes)
        .set_propagate_tags(source)
        .set_enable_execute_command(changed(|settings| settings.enable_execute_command))
        .set_enable_ecs_managed_tags(changed(|settings| settings.enable_ecs_managed_tags))
}

/// Returns the members that say how one deployment follows another.
fn how(settings: &Settings) -> DeploymentConfiguration {
    deployment(settings, None)
}

/// Returns whether ECS moves tasks between zones. It does so only where one task more than desired may run.
fn rebalancing(settings: &Settings) -> Rebalancing {
    Rebalancing::from(settings.availability_zone_rebalancing.as_deref().unwrap_or("DISABLED"))
}

/// Returns subnets, groups and public address in the form of the client.
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

/// Returns percentages, circuit breaker, alarms and bake time in the form of the client.
///
/// ECS replaces the circuit breaker as a whole, so it has the values that are left to others as well. A default of AWS
/// is said only where the live service has another value. An empty list of alarms that is off removes alarms.
fn deployment(want: &Settings, live: Option<&Settings>) -> DeploymentConfiguration {
    let was = |is_set: fn(&Settings) -> bool| live.is_some_and(is_set);
    let default = || was(|live| live.failure_threshold.is_some()).then(Threshold::default);
    let resets =
        want.reset_on_healthy_task.or(was(|live| live.reset_on_healthy_task.is_some()).then_some(true));
    let breaker = DeploymentCircuitBreaker::builder()
        .enable(want.circuit_breaker)
        .rollback(want.rollback)
        .set_reset_on_healthy_task(resets)
        .set_threshold_configuration(want.failure_threshold.clone().or_else(default).as_ref().map(threshold))
        .build();

    let off = || was(|live| live.alarms.is_some()).then(Alarms::default);
    let alarms = want.alarms.clone().or_else(off).map(|alarms| {
        DeploymentAlarms::builder()
            .enable(!alarms.names.is_empty())
            .rollback(alarms.rollback)
            .set_alarm_names(Some(alarms.names.into_iter().collect()))
            .build()
            .expect("alarms with all members")
    });
    let bake_time = want.bake_time_minutes.or(was(|live| live.bake_time_minutes.is_some()).then_some(0));
    DeploymentConfiguration::builder()
        .deployment_circuit_breaker(breaker)
        .minimum_healthy_percent(want.minimum_healthy_percent)
        .maximum_percent(want.maximum_percent)
        .set_alarms(alarms)
        .set_bake_time_in_minutes(bake_time)
        .build()
}

fn threshold(wanted: &Threshold) -> ThresholdConfiguration {
    let kind = ThresholdType::from(wanted.kind.as_str());
    ThresholdConfiguration::builder()
        .r#type(kind)
        .value(wanted.value)
        .build()
        .expect("a threshold with both members")
}

/// Returns the shares of capacity providers in the form of the client.
fn strategy(settings: &Settings) -> Vec<CapacityProviderStrategyItem> {
    let item = |(provider, share): (&String, &Capacity)| {
        let item = CapacityProviderStrategyItem::builder().capacity_provider(provider);
        item.weight(share.weight).base(share.base).build().expect("an item with a provider")
    };
    settings.capacity.iter().map(item).collect()
}

/// Decodes a service as ECS describes it.
///
/// # Errors
///
/// The answer lacks the name or the ARN, which AWS always sends.
pub(in crate::services::ecs) fn decode(graph: &Graph, found: &SdkService) -> Result<(Id, Live)> {
    const OPERATION: &str = "ecs:DescribeServices";
    let name = found.service_name().sent(OPERATION, "serviceName")?.to_owned();
    let arn = found.service_arn().sent(OPERATION, "serviceArn")?.to_owned();
    let (ownership, tags) = observed(graph.stack(), plain_tags(found.tags()));
    let network = found.network_configuration().and_then(|network| network.awsvpc_configuration());
    let primary = found.deployments().iter().find(|deployment| deployment.status() == Some("PRIMARY"));
    let rollout = primary.and_then(|deployment| deployment.rollout_state());

    let state = State {
        cluster: found.cluster_arn().unwrap_or_default().to_owned(),
        task_definition: found.task_definition().unwrap_or_default().to_owned(),
        security_groups: network
            .map(|network| network.security_groups().iter().cloned().collect())
            .unwrap_or_default(),
        registry: found.service_registries().first().map(registration::registry),
        load_balancers: registration::balancers(found.load_balancers()),
        deployment: rollout
            .filter(|state| **state != DeploymentRolloutState::Completed)
            .map(|state| state.as_str().to_owned()),
        settings: Settings {
            tags,
            volumes: primary
                .map(|primary| volumes::decode(primary.volume_configurations()))
                .unwrap_or_default(),
            ..settings(found, network)
        },
    };
    let rollout = rollout.map_or("unknown", |state| state.as_str());
    let status = format!("{} of {} running, rollout {rollout}", found.running_count(), found.desired_count());

    let id = Id::new(Service::KIND, name.clone());
    let live = Found::<Service> { physical: arn.clone(), name, state, output: Output { arn } };
    Ok((id, live.into_live(ownership).with_status(status).with_fact(&Run::of(found))))
}

/// Decodes the settings without tags.
fn settings(found: &SdkService, network: Option<&AwsVpcConfiguration>) -> Settings {
    let deployment = found.deployment_configuration();
    let breaker = deployment.and_then(|deployment| deployment.deployment_circuit_breaker());

    let maximum_percent = deployment.and_then(DeploymentConfiguration::maximum_percent).unwrap_or(200);

    Settings {
        desired_count: found.desired_count(),
        capacity: capacity(found.capacity_provider_strategy(), found.launch_type()),
        subnets: network.map(|network| network.subnets().iter().cloned().collect()).unwrap_or_default(),
        assign_public_ip: network.is_some_and(is_public),
        circuit_breaker: breaker.is_some_and(DeploymentCircuitBreaker::enable),
        rollback: breaker.is_some_and(DeploymentCircuitBreaker::rollback),
        minimum_healthy_percent: deployment
            .and_then(DeploymentConfiguration::minimum_healthy_percent)
            .unwrap_or(100),
        maximum_percent,
        availability_zone_rebalancing: (maximum_percent > 100).then(|| is_rebalanced(found)),
        health_check_grace_period: found.health_check_grace_period_seconds().filter(|seconds| *seconds != 0),
        enable_execute_command: found.enable_execute_command(),
        enable_ecs_managed_tags: found.enable_ecs_managed_tags(),
        propagate_tags: found.propagate_tags().map(|source| source.as_str().to_owned()),
        platform_version: found.platform_version().map(str::to_owned),
        failure_threshold: breaker
            .and_then(DeploymentCircuitBreaker::threshold_configuration)
            .map(|found| Threshold { kind: found.r#type().as_str().to_owned(), value: found.value() }),
        reset_on_healthy_task: breaker.and_then(DeploymentCircuitBreaker::reset_on_healthy_task),
        alarms: deployment.and_then(DeploymentConfiguration::alarms).and_then(alarms),
        bake_time_minutes: deployment.and_then(DeploymentConfiguration::bake_time_in_minutes),
        volumes: BTreeMap::new(),
        tags: tags::Tags::new(),
    }
    .without_defaults()
}

/// Decodes the alarms of a deployment. Alarms that are off, and an empty list, are none.
fn alarms(found: &DeploymentAlarms) -> Option<Alarms> {
    let names = found.alarm_names().iter().cloned().collect();
    let is_on = found.enable() && !found.alarm_names().is_empty();
    is_on.then_some(Alarms { names, rollback: found.rollback() })
}

/// Returns the state that a service would have, had a deployment brought this revision of it.
///
/// A service revision has no count, percentages and tags. These stay as they are live.
pub(super) fn decode_revision(live: State, revision: &ServiceRevision) -> State {
    let mut tried = State { deployment: None, ..live };
    revision.task_definition().unwrap_or_default().clone_into(&mut tried.task_definition);
    let network = revision.network_configuration().and_then(|network| network.awsvpc_configuration());
    if let Some(network) = network {
        tried.security_groups = network.security_groups().iter().cloned().collect();
        tried.settings.subnets = network.subnets().iter().cloned().collect();
        tried.settings.assign_public_ip = is_public(network);
    }
    tried.registry = revision.service_registries().first().map(registration::registry);
    tried.load_balancers = registration::balancers(revision.load_balancers());
    tried.settings.platform_version = revision.platform_version().map(str::to_owned);
    tried.settings = tried.settings.without_defaults();
    tried.settings.volumes = volumes::decode(revision.volume_configurations());
    tried.settings.capacity = capacity(revision.capacity_provider_strategy(), revision.launch_type());
    tried
}

/// Returns the setting of zone rebalancing. A service without a setting counts as one that is not rebalanced.
fn is_rebalanced(found: &SdkService) -> String {
    found.availability_zone_rebalancing().map_or("DISABLED", |word| word.as_str()).to_owned()
}

/// Returns whether tasks have a public address.
fn is_public(network: &AwsVpcConfiguration) -> bool {
    network.assign_public_ip() == Some(&AssignPublicIp::Enabled)
}

/// Returns launch type and strategy in one form: the provider `FARGATE` alone is what the launch type means.
///
/// The weight of a single provider has no meaning, so it is always 1.
fn capacity(
    strategy: &[CapacityProviderStrategyItem],
    launch_type: Option<&LaunchType>,
) -> BTreeMap<String, Capacity> {
    let share = |weight, base| Capacity { weight, base };
    match strategy {
        [] => {
            let launch_type = launch_type.map_or("FARGATE", LaunchType::as_str);
            BTreeMap::from([(launch_type.to_owned(), share(1, 0))])
        }
        [only] => BTreeMap::from([(only.capacity_provider().to_owned(), share(1, 0))]),
        several => several
            .iter()
            .map(|item| (item.capacity_provider().to_owned(), share(item.weight(), item.base())))
            .collect(),
    }
}
