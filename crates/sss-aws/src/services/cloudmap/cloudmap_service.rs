//! Cloud Map services: an ECS service registers its tasks in one, and an integration looks them up there.
//!
//! The records of a registry are SRV with multivalue answers and a custom health check. API Gateway reads the
//! port from the SRV instance. Without it, requests fail or go to port 80 (`sst#5510`,
//! `containers-roadmap#1699`).
//!
//! # Facts about AWS
//!
//! - Only the TTL changes in place. Namespace, record types, routing policy and health check take another
//!   service.
//! - Two services of one namespace cannot have names that differ in case only, because DNS compares names
//!   without case. A replacement in the same namespace gets another name.
//! - `UpdateService` of Cloud Map replaces: records that the call does not name are removed, unlike in the
//!   updates of other AWS services.
//! - A service with instances cannot be deleted (`ResourceInUse`, `terraform-provider-aws#4853`). ECS
//!   deregisters tasks that stop, within some seconds. It leaves instances behind if the service moved to
//!   another registry before (`containers-roadmap#1746`).
//! - The threshold of a custom health check has no meaning any more: AWS treats it as 1
//!   (`terraform-provider-aws#35559`). So the state has the health check as a switch.
//!
//! # Downtime
//!
//! An ECS service can be in one registry. Where a registry is replaced, tasks of the old one stop before the
//! integration leads to the new one, so requests fail for a moment.

use std::time::Duration;

use aws_sdk_servicediscovery::types::{
    DnsConfig, DnsConfigChange, DnsRecord, HealthCheckCustomConfig, OperationTargetType, RecordType,
    RoutingPolicy, ServiceChange,
};
use serde::{Deserialize, Serialize};
use sss_model::Path;

use crate::{
    Aws, Error, Graph, Id, Result, World,
    engine::{
        dependent::Dependent,
        graph::{Handle, Refs},
        kind::{Found, Immutable, NewName, Object, Resource, Retag, Settling, Waits, Way, name_tag},
        run::Context,
        successor::Successors,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{
        cloudmap::{
            self, dependents, listing, listing::Registered, namespace::Namespace, operation, tags_for_sdk,
        },
        lag,
        whole::{Change, Whole},
    },
    tags::{NAME, Tags, observed, of_others},
};

/// The registry of one service of the stack.
pub(crate) struct CloudMapService {
    /// The name, a label of DNS.
    pub(crate) name: String,
    /// The namespace in which it is.
    pub(crate) namespace: Handle<Namespace>,
    /// The time in seconds for which a resolver may keep a record.
    pub(crate) ttl: i64,
    pub(crate) tags: Tags,
}

/// The managed part of a Cloud Map service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The id of the namespace.
    pub(crate) namespace: String,
    /// The types of its DNS records, joined by `+` where there are several. The stack wants `SRV`.
    pub(crate) record_type: String,
    /// The routing policy. The stack wants `MULTIVALUE`, which answers with several tasks.
    pub(crate) routing_policy: String,
    /// The time to live of its records in seconds.
    pub(crate) ttl: i64,
    /// Whether tasks report their own health. The threshold has no meaning any more: AWS treats it as 1.
    pub(crate) custom_health_check: bool,
    pub(crate) tags: Tags,
}

/// The id and the ARN that Cloud Map gives a service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The id. Calls name the service by it.
    pub(crate) id: String,
    /// The ARN. ECS services and integrations refer to it.
    pub(crate) arn: String,
}

/// The end of the deregistrations that ECS makes by itself.
///
/// Its deadline is short: instances that are left after 90 seconds are left for good.
const SETTLED: Condition =
    Condition::new("all instances to be deregistered", Duration::from_secs(5), Duration::from_secs(90))
        .looked_at_once();

/// The end of the deregistrations that this run has asked for.
const EMPTY: Condition =
    Condition::new("all instances to be deregistered", Duration::from_secs(5), Duration::from_mins(5))
        .looked_at_once();

/// The requests that fail while a registry is replaced.
const DOWNTIME: Option<&str> = Some(
    "requests through the API fail between the end of the old tasks and the new integration, seconds to a minute",
);

/// Returns the fact that a member cannot change, with the downtime of the replacement.
const fn fixed(path: &'static str, because: &'static str, name: NewName) -> Immutable {
    Immutable { path: Path::literal(path), because, name, downtime: DOWNTIME }
}

impl Resource for CloudMapService {
    const NAME: &'static str = "servicediscovery/service";
    const IMMUTABLE: &'static [Immutable] = &[
        fixed("namespace", "Cloud Map cannot move a service to another namespace", NewName::Same),
        fixed("record_type", "Cloud Map cannot change the record types of a service", NewName::Other),
        fixed("routing_policy", "Cloud Map cannot change the routing policy of a service", NewName::Other),
        fixed("custom_health_check", "Cloud Map cannot add or remove a custom health check", NewName::Other),
    ];
    // A label of a DNS name has at most 63 characters.
    const SUCCESSORS: Successors = Successors { longest: 63, taken: &["ServiceAlreadyExists"] };
    const WAITS: Waits = Waits {
        changed: Some(&operation::CHANGED),
        look: ("servicediscovery:GetOperation", 1),
        ..Waits::NONE
    };
    const TAGGING: Option<[&'static str; 2]> = Some(cloudmap::TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = "servicediscovery:CreateService";
    const GRANTS: &'static [Grant] = super::grants::CLOUD_MAP_SERVICE;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})"), arn: format!("(ARN of {id})") }
    }

    fn desired(&self, refs: &Refs<'_>) -> State {
        State {
            namespace: refs.get(&self.namespace).id,
            record_type: "SRV".to_owned(),
            routing_policy: "MULTIVALUE".to_owned(),
            ttl: self.ttl,
            custom_health_check: true,
            tags: self.tags.clone(),
        }
    }

    /// DNS compares names without case.
    fn is_same_name(one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    /// Creates the service with its records and tags.
    ///
    /// The SDK's request id makes a repeated call harmless, so a lost answer needs no look.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let dns = DnsConfig::builder()
            .routing_policy(RoutingPolicy::from(want.routing_policy.as_str()))
            .dns_records(record(want))
            .build()
            .expect("a DNS configuration with records");
        let health = HealthCheckCustomConfig::builder().build();

        let request = cx.aws.cloudmap.create_service().name(name).namespace_id(&want.namespace);
        let answer = request
            .dns_config(dns)
            .set_health_check_custom_config(want.custom_health_check.then_some(health))
            .set_tags(Some(tags_for_sdk(&name_tag(id, name, &want.tags))))
            .send()
            .await
            .of(Self::CREATE)?;

        let service = answer.service.sent(Self::CREATE, "Service")?;
        Ok(Output { id: service.id.sent(Self::CREATE, "Id")?, arn: service.arn.sent(Self::CREATE, "Arn")? })
    }

    /// Returns one write. An update sets the TTL.
    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write. An update waits for its operation, and a deletion until no instance is registered.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { want, .. } => update(cx, on.id, &on.output.id, want).await,
            Change::Delete(_) => delete(cx, on.id, &on.output.id).await,
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        cloudmap::retag(cx, &found.output.arn, change).await
    }

    /// Only the listing of tags has the tags, and services under names that the stack no longer has.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }

    /// Reads the instances of others in these services, where their count leaves room for one.
    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::instances(aws, world, removed).await
    }
}

impl Whole for CloudMapService {
    const UPDATE: &'static str = "servicediscovery:UpdateService";
    const DELETE: &'static str = "servicediscovery:DeleteService";
}

/// Calls `UpdateService` with the records, and waits for its operation.
///
/// The call names the records because Cloud Map would remove absent ones.
async fn update(cx: &Context, id: &Id, service: &str, want: &State) -> Result<()> {
    let dns = DnsConfigChange::builder().dns_records(record(want)).build();
    let change = ServiceChange::builder().dns_config(dns.expect("a change with records")).build();
    let request = cx.aws.cloudmap.update_service().id(service).service(change);
    let send = || async { Ok(request.clone().send().await.of(CloudMapService::UPDATE)?.operation_id) };
    operation::change(cx, id, &OperationTargetType::Service, CloudMapService::UPDATE, send).await
}

/// Deletes a service.
///
/// It asks before it looks at instances: usually none is left. Only a refusal makes it wait until the service
/// is empty.
///
/// # Errors
///
/// Instances of others are registered, or instances are left after the deadline.
async fn delete(cx: &Context, id: &Id, service: &str) -> Result<()> {
    match remove(cx, service).await {
        Err(error) if error.has_code("ResourceInUse") => {
            emptied(cx, id, service).await?;
            remove(cx, service).await
        }
        other => other,
    }
}

/// Calls `DeleteService`. A service that no longer exists is a success.
async fn remove(cx: &Context, service: &str) -> Result<()> {
    let gone = cx.aws.cloudmap.delete_service().id(service).send().await.of(CloudMapService::DELETE);
    gone.none_if(&["ServiceNotFound"]).map(drop)
}

/// Waits until no instance is registered.
///
/// ECS deregisters tasks that stop. It leaves the instances of tasks that it stopped after their service had
/// moved to another registry, so these are deregistered here, after 90 seconds.
///
/// # Errors
///
/// As [`deregister_left`]; or the deadline of [`EMPTY`] passed.
async fn emptied(cx: &Context, id: &Id, service: &str) -> Result<()> {
    match wait(cx, id, &SETTLED, || empty(cx, service)).await {
        Err(error) if error.is_late() => {
            deregister_left(cx, service).await?;
            wait(cx, id, &EMPTY, || empty(cx, service)).await
        }
        other => other,
    }
}

/// Returns whether a service is empty, or the ids of its instances.
async fn empty(cx: &Context, service: &str) -> Result<Look<()>> {
    let registered = listing::instances(&cx.aws, service).await?;
    let ids: Vec<_> = registered.iter().map(|(id, _)| id.as_str()).collect();
    Ok(if ids.is_empty() { Look::Met(()) } else { Look::Unmet(format!("registered: {}", ids.join(", "))) })
}

/// Deregisters the instances that ECS has registered. Instances of others are not ours to deregister.
///
/// ECS marks its instances by the attribute `ECS_SERVICE_NAME`.
///
/// # Errors
///
/// Instances without that attribute are registered. The hint asks the user to deregister them.
async fn deregister_left(cx: &Context, service: &str) -> Result<()> {
    let all = listing::instances(&cx.aws, service).await?;
    let (left, foreign): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(_, attributes)| attributes.contains_key("ECS_SERVICE_NAME"));
    if !foreign.is_empty() {
        let ids: Vec<_> = foreign.iter().map(|(id, _)| id.as_str()).collect();
        let message = format!("instances that ECS did not register use it: {}", ids.join(", "));
        return Err(
            Error::failed(EMPTY.name, message).with_hint("deregister these instances, then run it again")
        );
    }

    for (instance, _) in left {
        let request = cx.aws.cloudmap.deregister_instance().service_id(service).instance_id(instance);
        let answer = request.send().await.of("servicediscovery:DeregisterInstance");
        answer.none_if(&["InstanceNotFound", "DuplicateRequest"])?;
    }
    Ok(())
}

/// Returns the record of a state. Desired states have one type.
fn record(want: &State) -> DnsRecord {
    let record = DnsRecord::builder().r#type(RecordType::from(want.record_type.as_str())).ttl(want.ttl);
    record.build().expect("a record with type and TTL")
}

/// Decodes a service with these tags.
///
/// The tag `sss:name` is the logical name of a service that replaced another one. A name that differs from a
/// desired one by case only is the desired one.
///
/// # Errors
///
/// The answer lacks the name, the id or the ARN, which AWS always sends.
pub(super) fn decode(graph: &Graph, found: Registered, all: Tags) -> Result<(Id, Live)> {
    const OPERATION: &str = "servicediscovery:ListServices";
    let Registered { namespace, summary } = found;
    let name = summary.name.sent(OPERATION, "Name")?;
    let logical = graph.without_case(CloudMapService::KIND, all.get(NAME).unwrap_or(&name)).to_owned();
    let of_others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);

    let dns = summary.dns_config.as_ref();
    let records = dns.map(DnsConfig::dns_records).unwrap_or_default();
    let mut types: Vec<&str> = records.iter().map(|record| record.r#type().as_str()).collect();
    types.sort_unstable();
    let policy = dns.and_then(|dns| dns.routing_policy()).map_or("MULTIVALUE", |policy| policy.as_str());

    let state = State {
        namespace,
        record_type: types.join("+"),
        routing_policy: policy.to_owned(),
        ttl: records.first().map_or(0, DnsRecord::ttl),
        custom_health_check: summary.health_check_custom_config.is_some(),
        tags,
    };
    let id = summary.id.sent(OPERATION, "Id")?;
    let output = Output { id: id.clone(), arn: summary.arn.sent(OPERATION, "Arn")? };
    let instances = summary.instance_count.unwrap_or(0);

    let live = Found::<CloudMapService> { physical: id, name, state, output }.into_live(ownership);
    let live = live.with_tags_of_others(&of_others);
    let id = Id::new(CloudMapService::KIND, logical);
    Ok((id, live.with_status(format!("{instances} instances registered"))))
}
