//! Cloud Map services: what an ECS service registers its tasks in, and what an integration looks them up in.

use std::time::Duration;

use aws_sdk_servicediscovery::types::{
    DnsConfig, DnsConfigChange, DnsRecord, HealthCheckCustomConfig, InstanceSummary, OperationTargetType,
    RecordType, RoutingPolicy, ServiceChange,
};
use serde::{Deserialize, Serialize};

use crate::{
    Aws, Error, Id, Result, World,
    engine::{
        dependent::Dependent,
        graph::{Handle, Refs},
        kind::{Found, Immutable, NewName, Resource, Waits, Way, name_tag},
        run::Context,
        successor::Successors,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::cloudmap::{
        dependents,
        namespace::{self, Namespace},
    },
    tags::{TagChange, Tags},
};

/// The registry of one service of the stack.
pub(crate) struct CloudMapService {
    pub(crate) name: String,
    pub(crate) namespace: Handle<Namespace>,
    /// Seconds.
    pub(crate) ttl: i64,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) namespace: String,
    /// The types of its DNS records, such as `SRV`, joined by `+` where there are several.
    pub(crate) record_type: String,
    pub(crate) routing_policy: String,
    /// Seconds.
    pub(crate) ttl: i64,
    /// Whether tasks report their own health. AWS has made the threshold meaningless: it is always 1.
    pub(crate) custom_health_check: bool,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) id: String,
    pub(crate) arn: String,
}

const SETTLED: Condition =
    Condition::new("all instances to be deregistered", Duration::from_secs(5), Duration::from_secs(90))
        .looked_at_once();

const EMPTY: Condition =
    Condition::new("all instances to be deregistered", Duration::from_secs(5), Duration::from_mins(5))
        .looked_at_once();

const DOWNTIME: Option<&str> = Some(
    "requests through the API fail between the end of the old tasks and the new integration, seconds to a minute",
);

const fn fixed(path: &'static str, because: &'static str, name: NewName) -> Immutable {
    Immutable { path, because, name, downtime: DOWNTIME }
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
        changed: Some(&namespace::CHANGED),
        look: ("servicediscovery:GetOperation", 1),
        ..Waits::NONE
    };
    const TAGGING: Option<[&'static str; 2]> =
        Some(["servicediscovery:TagResource", "servicediscovery:UntagResource"]);
    type State = State;
    type Output = Output;

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

    /// DNS takes names for the same that differ in case only.
    fn is_same_name(one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        let dns = DnsConfig::builder()
            .routing_policy(RoutingPolicy::from(want.routing_policy.as_str()))
            .dns_records(record(&want))
            .build()
            .expect("a DNS configuration with records");
        let health = HealthCheckCustomConfig::builder().build();
        let request = cx.aws.cloudmap.create_service().name(name).namespace_id(&want.namespace);
        let answer = request
            .dns_config(dns)
            .set_health_check_custom_config(want.custom_health_check.then_some(health))
            .set_tags(Some(namespace::sdk_tags(&name_tag(id, name, &want.tags))))
            .send()
            .await
            .of("servicediscovery:CreateService")?;
        let service = answer.service.sent("servicediscovery:CreateService", "Service")?;
        Ok(Output {
            id: service.id.sent("servicediscovery:CreateService", "Id")?,
            arn: service.arn.sent("servicediscovery:CreateService", "Arn")?,
        })
    }

    async fn update(cx: &Context, id: &Id, found: Found<Self>, want: State) -> Result<()> {
        const OPERATION: &str = "servicediscovery:UpdateService";
        let dns = DnsConfigChange::builder().dns_records(record(&want)).build();
        let change = ServiceChange::builder().dns_config(dns.expect("a change with records")).build();
        let request = cx.aws.cloudmap.update_service().id(&found.output.id).service(change);
        let send = || async {
            request.clone().send().await.of(OPERATION)?.operation_id.sent(OPERATION, "OperationId")
        };
        let operation = namespace::submitted(cx, id, send).await?;
        namespace::finish(cx, id, &namespace::CHANGED, &operation, &OperationTargetType::Service)
            .await
            .map(drop)
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        namespace::retag(cx, &found.output.arn, change).await
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["servicediscovery:CreateService"],
            Way::Change(..) => vec!["servicediscovery:UpdateService"],
            Way::Remove(_) => vec!["servicediscovery:DeleteService"],
        }
    }

    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::instances(aws, world, removed).await
    }

    async fn delete(cx: &Context, id: &Id, found: Found<Self>) -> Result<()> {
        let service = &found.output.id;
        match remove(cx, service).await {
            Err(error) if error.has_code("ResourceInUse") => {
                emptied(cx, id, service).await?;
                remove(cx, service).await
            }
            other => other,
        }
    }
}

async fn remove(cx: &Context, service: &str) -> Result<()> {
    let gone = cx.aws.cloudmap.delete_service().id(service).send().await.of("servicediscovery:DeleteService");
    gone.none_if(&["ServiceNotFound"]).map(drop)
}

/// Waits until no instance is registered. ECS deregisters tasks that stop, but leaves those behind that it stopped after
/// their service had moved to another registry.
async fn emptied(cx: &Context, id: &Id, service: &str) -> Result<()> {
    match wait(cx, id, &SETTLED, || empty(cx, service)).await {
        Err(error) if error.is_late() => {
            deregister_left(cx, service).await?;
            wait(cx, id, &EMPTY, || empty(cx, service)).await
        }
        other => other,
    }
}

async fn instances(cx: &Context, service: &str) -> Result<Vec<InstanceSummary>> {
    let request = cx.aws.cloudmap.list_instances().service_id(service).max_results(100);
    let mut pages = request.into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.of("servicediscovery:ListInstances").none_if(&["ServiceNotFound"])?;
        found.extend(page.and_then(|page| page.instances).unwrap_or_default());
    }
    Ok(found)
}

async fn empty(cx: &Context, service: &str) -> Result<Look<()>> {
    let registered = instances(cx, service).await?;
    let ids: Vec<_> = registered.iter().filter_map(InstanceSummary::id).collect();
    Ok(if ids.is_empty() { Look::Met(()) } else { Look::Unmet(format!("registered: {}", ids.join(", "))) })
}

/// Deregisters what ECS registered. What somebody else registered is not ours to take out.
async fn deregister_left(cx: &Context, service: &str) -> Result<()> {
    let made_by_ecs = |instance: &InstanceSummary| {
        instance.attributes().is_some_and(|attributes| attributes.contains_key("ECS_SERVICE_NAME"))
    };
    let (left, foreign): (Vec<_>, Vec<_>) = instances(cx, service).await?.into_iter().partition(made_by_ecs);
    if !foreign.is_empty() {
        let ids: Vec<_> = foreign.iter().filter_map(InstanceSummary::id).collect();
        let message = format!("instances that ECS did not register use it: {}", ids.join(", "));
        return Err(
            Error::failed(EMPTY.name, message).with_hint("deregister these instances, then apply again")
        );
    }
    for instance in left.iter().filter_map(InstanceSummary::id) {
        let request = cx.aws.cloudmap.deregister_instance().service_id(service).instance_id(instance);
        let answer = request.send().await.of("servicediscovery:DeregisterInstance");
        answer.none_if(&["InstanceNotFound", "DuplicateRequest"])?;
    }
    Ok(())
}

fn record(want: &State) -> DnsRecord {
    let record = DnsRecord::builder().r#type(RecordType::from(want.record_type.as_str())).ttl(want.ttl);
    record.build().expect("a record with type and TTL")
}
