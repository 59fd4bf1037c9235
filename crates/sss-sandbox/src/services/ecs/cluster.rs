//! Clusters.
//!
//! `CreateCluster` is repeatable: with the same capacity providers it returns the existing cluster. A
//! deletion is refused while the cluster has services or tasks (aws-cdk#15366). A deleted cluster is INACTIVE
//! for an hour; a new one can take its name before (alchemy#1558). FARGATE and `FARGATE_SPOT` are the only
//! capacity providers, and they attach at once.
//!
//! The sandbox has no container instances and no defaults for Service Connect. Of the settings it has
//! `containerInsights`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Event, page, strategy, tag};
use crate::{input, refusal::Refusal, services::iam, tags::Tags, world::World};

/// The time in milliseconds for which ECS describes a deleted cluster.
const FORGOTTEN_AFTER: u64 = 3_600_000;

/// A cluster. A deleted one stays for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cluster {
    name: String,
    pub(super) arn: String,
    pub(super) status: Status,
    /// The providers that strategies of the cluster and of its services may name.
    pub(super) capacity_providers: Vec<String>,
    /// The strategy of services without a launch type and without a strategy.
    pub(super) default_strategy: Vec<strategy::Item>,
    /// Settings by name. `containerInsights` is always present, as `disabled` by default.
    settings: BTreeMap<String, String>,
    /// The configuration as the last request had it, of the sessions of ECS Exec. `None` if no request had one.
    #[serde(default)]
    configuration: Option<Value>,
    pub(super) tags: Tags,
    /// The time of the deletion. `None` for an active cluster.
    deleted_at: Option<u64>,
}

/// The state of a cluster. AWS's states of provisioning do not occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Active,
    Inactive,
}

/// A setting on the wire.
#[derive(Debug, Deserialize)]
struct Setting {
    name: String,
    value: String,
}

/// The input of all operations that write. Each operation reads the members that it has.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    #[serde(alias = "cluster")]
    cluster_name: Option<String>,
    capacity_providers: Option<Vec<String>>,
    default_capacity_provider_strategy: Option<Vec<strategy::Item>>,
    settings: Option<Vec<Setting>>,
    configuration: Option<Value>,
    tags: Option<Vec<tag::Tag>>,
}

/// Carries out `CreateCluster`. A repeated call returns the existing cluster.
///
/// # Errors
///
/// Refuses invalid names, unknown providers and settings, and a repetition with other providers or another
/// strategy.
pub(super) fn create(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let wanted: Wanted = input::parse(input)?;
    let name = wanted.cluster_name.unwrap_or_else(|| "default".to_owned());
    if !super::is_name(&name) {
        return Err(invalid(
            "The cluster name must be 255 letters, numbers, hyphens and underscores at most, and not be empty.",
        ));
    }

    let providers = wanted.capacity_providers.unwrap_or_default();
    let strategy = wanted.default_capacity_provider_strategy.unwrap_or_default();
    strategy::check_providers(&providers)?;
    strategy::check(&strategy, &providers)?;
    let settings = read_settings(wanted.settings)?;
    check_configuration(wanted.configuration.as_ref())?;
    let tags = tag::read(wanted.tags)?;
    iam::ensure_role_of_ecs(world);
    if let Some(there) = active(world, &name) {
        if there.capacity_providers != providers || there.default_strategy != strategy {
            return Err(invalid(
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
            ));
        }
        return Ok(json!({ "cluster": render(world, there, &Include::everything()) }));
    }

    let arn = world.arn("ecs", &format!("cluster/{name}"));
    let cluster = Cluster {
        name: name.clone(),
        arn,
        status: Status::Active,
        capacity_providers: providers,
        default_strategy: strategy,
        settings,
        configuration: wanted.configuration,
        tags,
        deleted_at: None,
    };
    let answer = render(world, &cluster, &Include::everything());
    world.ecs.clusters.insert(name, cluster);
    Ok(json!({ "cluster": answer }))
}

/// Refuses sessions of ECS Exec that are to be logged elsewhere without a place for the logs.
fn check_configuration(configuration: Option<&Value>) -> Result<(), Refusal> {
    let exec =
        configuration.map_or(&Value::Null, |configuration| &configuration["executeCommandConfiguration"]);
    let (logging, logs) = (exec["logging"].as_str(), exec["logConfiguration"].is_object());
    if logging == Some("OVERRIDE") && !logs {
        return Err(invalid("You must supply a log configuration when you set logging to 'OVERRIDE'"));
    }
    if logs && logging != Some("OVERRIDE") {
        return Err(invalid("You must set logging to 'OVERRIDE' when you supply a log configuration"));
    }
    Ok(())
}

/// Reads settings from the wire and adds the defaults.
fn read_settings(list: Option<Vec<Setting>>) -> Result<BTreeMap<String, String>, Refusal> {
    let mut settings = BTreeMap::from([("containerInsights".to_owned(), "disabled".to_owned())]);
    for Setting { name, value } in list.unwrap_or_default() {
        let known =
            name == "containerInsights" && ["enabled", "enhanced", "disabled"].contains(&value.as_str());
        if !known {
            return Err(invalid("The setting must be containerInsights with enabled, enhanced or disabled."));
        }
        settings.insert(name, value);
    }
    Ok(settings)
}

/// The parts of a description that a request must ask for.
struct Include {
    tags: bool,
    settings: bool,
    configuration: bool,
}

impl Include {
    /// Returns all parts, for the answers of operations that write.
    fn everything() -> Self {
        Self { tags: true, settings: true, configuration: true }
    }
}

/// Returns the description of a cluster, with the present numbers of its services and tasks.
fn render(world: &World, cluster: &Cluster, include: &Include) -> Value {
    let (pending, running) = super::task::counts(world, |task| task.cluster == cluster.name);
    let services = world.ecs.services.values().filter(|service| service.is_in(&cluster.name)).count();
    let settings = cluster.settings.iter().map(|(name, value)| json!({ "name": name, "value": value }));

    let mut answer = json!({
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": match cluster.status { Status::Active => "ACTIVE", Status::Inactive => "INACTIVE" },
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": running,
        "pendingTasksCount": pending,
        "activeServicesCount": services,
        "statistics": [],
        "tags": if include.tags { tag::render(&cluster.tags) } else { json!([]) },
        "settings": if include.settings { settings.collect() } else { json!([]) },
        "capacityProviders": cluster.capacity_providers,
        "defaultCapacityProviderStrategy": cluster.default_strategy,
    });
    if let Some(configuration) = cluster.configuration.as_ref().filter(|_| include.configuration) {
        answer["configuration"] = configuration.clone();
    }
    answer
}

/// The input of `DescribeClusters`.
#[derive(Debug, Deserialize)]
struct Described {
    clusters: Option<Vec<String>>,
    #[serde(default)]
    include: Vec<String>,
}

/// Carries out `DescribeClusters`. Without names it describes the cluster `default`.
///
/// Unknown clusters are in `failures`. An INACTIVE cluster is in `clusters`.
///
/// # Errors
///
/// Refuses more than 100 names.
pub(super) fn describe(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Described = input::parse(input)?;
    let names =
        asked.clusters.filter(|names| !names.is_empty()).unwrap_or_else(|| vec!["default".to_owned()]);
    if names.len() > 100 {
        return Err(invalid("The number of clusters cannot exceed 100."));
    }

    let asks_for = |part: &str| asked.include.iter().any(|include| include == part);
    let include = Include {
        tags: asks_for("TAGS"),
        settings: asks_for("SETTINGS"),
        configuration: asks_for("CONFIGURATIONS"),
    };
    let mut clusters = Vec::new();
    let mut failures = Vec::new();
    for name in names {
        match world.ecs.clusters.get(name_of(world, &name)) {
            Some(cluster) => clusters.push(render(world, cluster, &include)),
            None => failures.push(super::failure(&super::arn_of(world, "cluster", &name), "MISSING")),
        }
    }
    Ok(json!({ "clusters": clusters, "failures": failures }))
}

/// The input of `ListClusters`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Carries out `ListClusters`. Inactive clusters are not listed.
pub(super) fn list(world: &World, input: &Value) -> Result<Value, Refusal> {
    let asked: Listed = input::parse(input)?;
    let active = world.ecs.clusters.values().filter(|cluster| cluster.status == Status::Active);
    let arns: Vec<String> = active.map(|cluster| cluster.arn.clone()).collect();
    let limit = page::limit(asked.max_results, 100)?;
    page::answer("clusterArns", &arns, page::Order::Ascending, limit, asked.next_token.as_deref())
}

/// Carries out `UpdateCluster` and `UpdateClusterSettings`: the settings, and the configuration as a whole.
///
/// # Errors
///
/// Refuses unknown clusters and unknown settings.
pub(super) fn update(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let wanted: Wanted = input::parse(input)?;
    let name = resolve(world, wanted.cluster_name.as_deref())?;
    check_configuration(wanted.configuration.as_ref())?;
    if wanted.configuration.is_some() {
        change(world, &name, |cluster| cluster.configuration = wanted.configuration);
    }
    if wanted.settings.is_some() {
        let settings = read_settings(wanted.settings)?;
        change(world, &name, |cluster| cluster.settings = settings);
    }
    answer(world, &name)
}

/// Carries out `PutClusterCapacityProviders`, which replaces both lists.
///
/// # Errors
///
/// Refuses a request without one of the lists, unknown providers, and the removal of a provider that a
/// service uses (`ResourceInUseException`).
pub(super) fn put_capacity_providers(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let wanted: Wanted = input::parse(input)?;
    let name = resolve(world, wanted.cluster_name.as_deref())?;
    let (Some(providers), Some(strategy)) =
        (wanted.capacity_providers, wanted.default_capacity_provider_strategy)
    else {
        return Err(invalid("capacityProviders and defaultCapacityProviderStrategy are required."));
    };
    strategy::check_providers(&providers)?;
    strategy::check(&strategy, &providers)?;

    let in_use = world.ecs.services.values().filter(|service| service.is_in(&name)).any(|service| {
        let mut used = service.specification().capacity_provider_strategy.iter();
        used.any(|item| !providers.contains(&item.capacity_provider))
    });
    if in_use {
        return Err(Refusal::new(
            "ResourceInUseException",
            "The specified capacity provider is in use and cannot be removed.",
        ));
    }
    change(world, &name, |cluster| {
        cluster.capacity_providers = providers;
        cluster.default_strategy = strategy;
    });
    answer(world, &name)
}

/// Changes a cluster by its name. Nothing happens if it does not exist.
fn change(world: &mut World, name: &str, with: impl FnOnce(&mut Cluster)) {
    if let Some(cluster) = world.ecs.clusters.get_mut(name) {
        with(cluster);
    }
}

/// Returns the answer of an operation that changed a cluster.
fn answer(world: &World, name: &str) -> Result<Value, Refusal> {
    let cluster = active(world, name).ok_or_else(not_found)?;
    Ok(json!({ "cluster": render(world, cluster, &Include::everything()) }))
}

/// Carries out `DeleteCluster`.
///
/// # Errors
///
/// Refuses unknown clusters and those with services (`ClusterContainsServicesException`) or tasks
/// (`ClusterContainsTasksException`). A draining service counts, and so does a stopping task.
pub(super) fn delete(world: &mut World, input: &Value) -> Result<Value, Refusal> {
    let asked: Wanted = input::parse(input)?;
    let name = resolve(world, asked.cluster_name.as_deref())?;
    if world.ecs.services.values().any(|service| service.is_in(&name)) {
        let message = "The Cluster cannot be deleted while Services are active.";
        return Err(Refusal::new("ClusterContainsServicesException", message));
    }
    if super::task::counts(world, |task| task.cluster == name) != (0, 0) {
        let message = "The Cluster cannot be deleted while Tasks are active.";
        return Err(Refusal::new("ClusterContainsTasksException", message));
    }

    let now = world.now;
    change(world, &name, |cluster| {
        cluster.status = Status::Inactive;
        cluster.deleted_at = Some(now);
        cluster.capacity_providers.clear();
        cluster.default_strategy.clear();
        cluster.tags.clear();
    });
    super::schedule(world, FORGOTTEN_AFTER, Event::ClusterForgotten(name.clone()));
    let cluster = world.ecs.clusters.get(&name).ok_or_else(not_found)?;
    Ok(json!({ "cluster": render(world, cluster, &Include::everything()) }))
}

/// Forgets a deleted cluster, unless a new one has its name.
pub(super) fn forget(world: &mut World, name: &str) {
    let due = world.now;
    let clusters = &mut world.ecs.clusters;
    if clusters.get(name).and_then(|cluster| cluster.deleted_at).is_some_and(|at| at + FORGOTTEN_AFTER <= due)
    {
        clusters.remove(name);
    }
}

/// Returns the name of an active cluster by its name or its ARN. The default is `default`.
///
/// # Errors
///
/// Refuses an unknown or inactive cluster with `ClusterNotFoundException`.
pub(super) fn resolve(world: &World, cluster: Option<&str>) -> Result<String, Refusal> {
    let name = name_of(world, cluster.unwrap_or("default"));
    active(world, name).map(|cluster| cluster.name.clone()).ok_or_else(not_found)
}

/// Returns a cluster's name by its name or its ARN.
fn name_of<'a>(world: &World, cluster: &'a str) -> &'a str {
    cluster.strip_prefix(&world.arn("ecs", "cluster/")).unwrap_or(cluster)
}

/// Returns the active cluster with this name.
pub(super) fn active<'a>(world: &'a World, name: &str) -> Option<&'a Cluster> {
    world.ecs.clusters.get(name).filter(|cluster| cluster.status == Status::Active)
}

fn not_found() -> Refusal {
    Refusal::new("ClusterNotFoundException", "Cluster not found.")
}

fn invalid(message: &str) -> Refusal {
    Refusal::new("InvalidParameterException", message)
}
