//! Rules of services: counts, capacity, deployments, and the way of requests to a port.
//!
//! The functions over plain values serve the stack and the requests of `request/ecs`. The functions that take a
//! [`Service`] are for stacks only. They also warn about settings that ECS accepts and that fail at run time:
//! percentages that leave no room for a new task, and a service in Cloud Map without a stop timeout, whose callers
//! still know stopping tasks.
//!
//! Ranges are those of ECS's `CreateService` and `CapacityProviderStrategyItem`; service discovery has a quota of 1000
//! tasks.

use std::collections::BTreeSet;

use validator::ValidationError;

use super::{
    APIGW_INT_001, CM_SVC_016, ECS_SVC_001, ECS_SVC_002, ECS_SVC_003, ECS_SVC_004, ECS_SVC_014, ECS_SVC_022,
    ECS_SVC_030, ECS_SVC_040, ECS_SVC_051, ECS_SVC_062, ECS_TD_013, ECS_TD_033, STACK_004, STACK_009,
    STACK_010, TOO_MANY, UNKNOWN_CHOICE, balancing, broken, cloud_map, is_ecs_name, judge, network, required,
    scaling, tags, task, within,
};
use crate::backend::Backend;
use crate::cluster::CapacityProvider;
use crate::deployment::Deployment;
use crate::ignored::Ignored;
use crate::path::Path;
use crate::report::Report;
use crate::service::{CapacityStrategy, Service, ZoneRebalancing};

/// The largest number that ECS takes as a count or as a time.
const MAXIMUM: i64 = 2_147_483_647;

/// Checks the name by which a stack knows a service.
///
/// The name is a part of the names on AWS, so it has the characters that ECS accepts.
pub(crate) fn name(name: &str) -> Result<(), ValidationError> {
    required(name)?;
    judge(is_ecs_name(name), || broken!(STACK_004, "invalid-name", name = name))
}

/// Checks the name of the service on ECS.
///
/// It is a key of a request. In a stack, the name is derived, and `rules::names` checks it with all others.
pub(crate) fn ecs_name(name: &str) -> Result<(), ValidationError> {
    judge(is_ecs_name(name), || broken!(ECS_SVC_001, "invalid-name", name = name))
}

/// Checks how many tasks a service runs.
///
/// 0 is valid: the service exists and runs no task.
pub(crate) fn desired_count(count: impl Into<i64>) -> Result<(), ValidationError> {
    within(count, 0..=MAXIMUM, &ECS_SVC_002)
}

/// Checks the grace period of health checks of a load balancer.
///
/// ECS uses it only for load balancers, so a stack that sets it gets a warning from `backend`.
pub(crate) fn grace_period(seconds: impl Into<i64>) -> Result<(), ValidationError> {
    within(seconds, 0..=MAXIMUM, &ECS_SVC_051)
}

/// Checks the time that an API waits for an answer, in milliseconds.
pub(crate) fn integration_timeout(milliseconds: impl Into<i64>) -> Result<(), ValidationError> {
    within(milliseconds, 50..=30_000, &APIGW_INT_001)
}

/// Checks the weight of a capacity provider.
pub(crate) fn weight(weight: impl Into<i64>) -> Result<(), ValidationError> {
    within(weight, 0..=1000, &ECS_SVC_004)
}

/// Checks the base of a capacity provider.
pub(crate) fn base(count: impl Into<i64>) -> Result<(), ValidationError> {
    within(count, 0..=100_000, &ECS_SVC_004)
}

/// Checks a service alone, without the other parts of its stack.
///
/// The name of the main container is not known here, so rules that need it wait for [`inspect_in_stack`].
pub(crate) fn inspect(service: &Service, at: &Path, report: &mut Report) {
    report.fields(&service.task, at);
    parts(service, at, report);
    task::inspect(&service.task, None, at, report);
}

/// Checks a service of a stack, which gives the main container its name.
///
/// It also checks the field rules: it takes the main container's name, so [`Report::inspect`] cannot call it.
pub(crate) fn inspect_in_stack(service: &Service, main: &str, at: &Path, report: &mut Report) {
    report.fields(service, at);
    report.fields(&service.task, at);
    parts(service, at, report);
    task::inspect(&service.task, Some(main), at, report);
}

/// Checks the parts of a service but its task.
fn parts(service: &Service, at: &Path, report: &mut Report) {
    for (index, strategy) in service.capacity.iter().enumerate() {
        report.inspect(strategy, &at.key("capacity").index(index));
    }
    capacity(&service.capacity, &at.key("capacity"), report);
    report.inspect(&service.deployment, &at.key("deployment"));
    room(service, &at.key("deployment").key("maximum_percent"), report);
    rebalancing(service, &at.key("availability_zone_rebalancing"), report);
    platform(service, &at.key("platform_version"), report);
    groups(&service.security_group_ids, &at.key("security_group_ids"), report);
    backend(service, at, report);
    scaling::in_service(service, at, report);
    for (index, route) in service.routes.iter().enumerate() {
        report.inspect(route, &at.key("routes").index(index));
    }
    report.inspect(&service.names, &at.key("names"));
    report.inspect(&service.log_group, &at.key("log_group"));
    tags::inspect(&service.tags, at, report);
}

/// Checks the capacity strategy of a service or of the cluster of a stack.
pub(crate) fn capacity(strategies: &[CapacityStrategy], at: &Path, report: &mut Report) {
    let share = |(index, strategy): (usize, &CapacityStrategy)| Share {
        provider: strategy.provider.as_str(),
        weight: Some(strategy.weight.into()),
        base: strategy.base.into(),
        provider_at: at.index(index).key("provider"),
        base_at: at.index(index).key("base"),
    };
    let shares: Vec<Share<'_>> = strategies.iter().enumerate().map(share).collect();
    strategy(&shares, at, report);
}

/// One entry of a capacity strategy, and the paths of its values.
///
/// A stack and a request have different types for it; both are brought into this form.
pub(crate) struct Share<'a> {
    pub(crate) provider: &'a str,
    /// `None` means 0 to ECS.
    pub(crate) weight: Option<i64>,
    pub(crate) base: i64,
    pub(crate) provider_at: Path,
    pub(crate) base_at: Path,
}

/// Checks a capacity strategy as a whole; [`weight`] and [`base`] check the numbers of each entry.
///
/// A provider appears once, at most one entry has a base, and at least one weight is above 0. A single entry without a
/// weight is a warning: ECS treats a missing weight as 0, and its documentation of that error speaks of several
/// providers.
pub(crate) fn strategy(shares: &[Share<'_>], at: &Path, report: &mut Report) {
    if shares.len() > 20 {
        report.add(at, broken!(ECS_SVC_004, "too-many", count = shares.len()));
    }

    let (mut providers, mut has_base) = (BTreeSet::new(), false);
    for share in shares {
        if !providers.insert(share.provider) {
            let broken = broken!(ECS_SVC_004, "named-twice", provider = share.provider);
            report.add(&share.provider_at, broken);
        }
        if share.base > 0 && has_base {
            report.add(&share.base_at, broken!(ECS_SVC_004, "second-base"));
        }
        has_base |= share.base > 0;
    }

    match shares {
        [] => {}
        // AWS's documentation speaks of several providers only.
        [Share { weight: None, .. }] => report.warn(at, broken!(ECS_SVC_004, "no-weight")),
        _ if shares.iter().all(|share| share.weight.unwrap_or_default() == 0) => {
            report.add(at, broken!(ECS_SVC_004, "all-weights-zero"));
        }
        _ => {}
    }
}

/// Returns whether a capacity provider is one of Fargate.
pub(crate) fn is_fargate_provider(provider: &str) -> bool {
    [CapacityProvider::Fargate, CapacityProvider::FargateSpot]
        .iter()
        .any(|fargate| fargate.as_str() == provider)
}

/// Checks that a cluster lists each capacity provider once.
pub(crate) fn providers(providers: &[CapacityProvider], at: &Path, report: &mut Report) {
    let at = at.key("capacity_providers");
    for (index, provider) in providers.iter().enumerate() {
        if providers[..index].contains(provider) {
            let broken = broken!(ECS_SVC_003, "listed-twice", provider = provider.as_str());
            report.add(&at.index(index), broken);
        }
    }
}

/// Checks that a service uses capacity providers of its cluster only.
///
/// ECS refuses a service whose strategy names a provider that its cluster does not have.
pub(crate) fn offered(service: &Service, providers: &[CapacityProvider], at: &Path, report: &mut Report) {
    for (index, strategy) in service.capacity.iter().enumerate() {
        if !providers.contains(&strategy.provider) {
            let broken = broken!(ECS_SVC_003, "not-offered", provider = strategy.provider.as_str());
            report.add(&at.key("capacity").index(index).key("provider"), broken);
        }
    }
}

/// Warns if a deployment can neither stop an old task nor start a new one.
///
/// ECS rounds the minimum up and the maximum down to whole tasks. AWS accepts such percentages, and the next deployment
/// never ends. Where others set the count, the stack does not know it, and the count in the stack says nothing.
fn room(service: &Service, at: &Path, report: &mut Report) {
    if service.ignore_changes.contains(&Ignored::DesiredCount) || service.scaling.is_some() {
        return;
    }

    let Deployment { minimum_healthy_percent: least, maximum_percent: most, .. } = service.deployment;
    let count = u64::from(service.first_count());
    let (kept, running) = ((count * u64::from(least)).div_ceil(100), count * u64::from(most) / 100);
    if count > 0 && kept == count && running == count && (least, most) != (100, 100) {
        let broken = broken!(
            ECS_SVC_030,
            "no-room",
            count = count,
            least = least,
            kept = kept,
            most = most,
            running = running,
        );
        report.warn(at, broken);
    }
}

/// Checks that a deployment leaves room for a task in another zone, if the stack wants ECS to balance the zones.
fn rebalancing(service: &Service, at: &Path, report: &mut Report) {
    let most = service.deployment.maximum_percent;
    if service.availability_zone_rebalancing == Some(ZoneRebalancing::Enabled) && most == 100 {
        report.add(at, broken!(ECS_SVC_062, "no-room", most = most));
    }
}

/// The platform versions of Linux.
pub(crate) const PLATFORM_VERSIONS: [&str; 3] = ["LATEST", "1.4.0", OLD_PLATFORM];

/// The platform version that is too old for large tasks. They need 1.4.0.
pub(crate) const OLD_PLATFORM: &str = "1.3.0";

/// The CPU units from which on a task needs a newer platform version than [`OLD_PLATFORM`]: 8 vCPU.
pub(crate) const LARGE_TASK: u32 = 8192;

/// Checks a platform version of Linux.
pub(crate) fn platform_version(version: &str) -> Result<(), ValidationError> {
    judge(PLATFORM_VERSIONS.contains(&version), || {
        broken!(&ECS_SVC_040, UNKNOWN_CHOICE, given = version, choices = PLATFORM_VERSIONS.to_vec())
    })
}

/// Checks that the platform version is new enough for the size of the task, and one of Linux only for Linux.
fn platform(service: &Service, at: &Path, report: &mut Report) {
    const OF_WINDOWS: &str = "LATEST";
    let is_of_linux = |version: &&str| PLATFORM_VERSIONS.contains(version) && *version != OF_WINDOWS;
    let version = service.platform_version.as_deref().filter(is_of_linux);
    if let Some(version) = version.filter(|_| !service.task.operating_system_family.is_linux()) {
        let choices = vec![OF_WINDOWS];
        report.add(at, broken!(&ECS_SVC_040, UNKNOWN_CHOICE, given = version, choices = choices));
        return;
    }
    if service.platform_version.as_deref() == Some(OLD_PLATFORM) && service.task.cpu >= LARGE_TASK {
        let broken = broken!(ECS_TD_013, "too-old", version = OLD_PLATFORM, cpu = service.task.cpu);
        report.add(at, broken);
    }
}

/// Checks the security groups beside the stack's own: ECS takes five groups of a task.
fn groups(ids: &[String], at: &Path, report: &mut Report) {
    const MOST: usize = 4;
    network::group_ids(ids, at, report);
    let count = ids.iter().collect::<BTreeSet<_>>().len();
    if count > MOST {
        report.add(at, broken!(&ECS_SVC_022, TOO_MANY, count = count, most = MOST));
    }
}

/// Checks the count of tasks that Cloud Map has to register.
///
/// Each task is one instance of the Cloud Map service.
pub(crate) fn behind_registry(desired_count: i64, at: &Path, report: &mut Report) {
    if (1001..=MAXIMUM).contains(&desired_count) {
        report.add(at, broken!(ECS_SVC_014, "too-many-tasks", count = desired_count));
    }
}

/// Checks that one mapping of the main container has the port that the registry refers to.
///
/// ECS registers the same port for both protocols, and refuses a service that refers to it.
fn registered_port(service: &Service, at: &Path, report: &mut Report) {
    let Some(port) = service.task.port else { return };
    let own = usize::from(service.task.own_port().is_some());
    let listed = service.task.ports.iter().filter(|mapping| mapping.holds(port)).count();
    if own + listed > 1 {
        let broken = broken!(ECS_TD_033, "in-several-mappings", name = service.name.as_str(), port = port);
        report.add(&at.key("port"), broken);
    }
}

/// Checks how requests reach a service: a backend needs a port, and routes need a backend.
fn backend(service: &Service, at: &Path, report: &mut Report) {
    match &service.backend {
        Some(Backend::CloudMap(backend)) => {
            report.inspect(backend, &at.key("backend"));
            cloud_map::srv_ttl(backend.ttl.into(), &at.key("backend").key("ttl"), report);
            if service.task.stop_timeout.is_none() {
                report.add(&at.key("stop_timeout"), broken!(CM_SVC_016, "not-set"));
            }
            registered_port(service, at, report);
            let count = service.first_count();
            behind_registry(count.into(), &at.key("desired_count"), report);
        }
        Some(Backend::Alb(backend)) => {
            report.inspect(backend, &at.key("backend"));
            balancing::behind_alb(service, backend, &at.key("backend"), report);
            registered_port(service, at, report);
        }
        Some(Backend::Nlb(backend)) => {
            report.inspect(backend, &at.key("backend"));
            balancing::behind_nlb(backend, &at.key("backend"), report);
            registered_port(service, at, report);
        }
        None => {}
    }
    if service.task.port.is_none() {
        if service.backend.is_some() {
            report.add(&at.key("backend"), broken!(STACK_010, "no-port"));
        } else if !service.routes.is_empty() {
            report.add(&at.key("routes"), broken!(STACK_009, "no-port"));
        }
    }

    let is_balanced = service.backend.as_ref().is_some_and(|backend| backend.target_health_check().is_some());
    if !is_balanced && service.health_check_grace_period.is_some_and(|seconds| i64::from(seconds) <= MAXIMUM)
    {
        report.warn(&at.key("health_check_grace_period"), broken!(ECS_SVC_051, "no-load-balancer"));
    }
}
