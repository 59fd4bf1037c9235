//! Cloud Map services: an ECS service registers its tasks in one, and an integration looks them up there.

use std::time::Duration;

use aws_sdk_servicediscovery::types::{
    DnsConfig, DnsConfigChange, DnsRecord, HealthCheckCustomConfig, OperationTargetType, RecordType,
    RoutingPolicy, ServiceChange,
};
use serde::{Deserialize, Serialize};

use crate::{
    Aws, Error, Graph, Id, Result, World,
    engine::{
        dependent::Dependent,
        graph::{Handle, Refs},
        kind::{Calls, Found, Immutable, NewName, Object, Resource, Retag, Waits, Way, Write, name_tag},
        run::Context,
        successor::Successors,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::cloudmap::{
        self, dependents, listing,
        listing::Registered,
        namespace::{self, Namespace},
        tags_for_sdk,
    },
    tags::{NAME, Tags, observed, of_others},
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
    /// Whether tasks report their own health. The threshold has no meaning any more: AWS treats it as 1.
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
    const TAGGING: Option<[&'static str; 2]> = Some(cloudmap::TAGGING);
    const CREATE: &'static str = "servicediscovery:CreateService";
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

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

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(_) => Vec::new(),
            Way::Change(_, want) => vec![Change::Update(want)],
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        match write {
            Change::Update(want) => update(cx, on.id, &on.output.id, want).await,
            Change::Delete => delete(cx, on.id, &on.output.id).await,
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        cloudmap::retag(cx, &found.output.arn, change).await
    }

    async fn dependents(aws: &Aws, world: &World, removed: &[&Live]) -> Result<Vec<Dependent>> {
        dependents::instances(aws, world, removed).await
    }
}

const UPDATE: &str = "servicediscovery:UpdateService";
const DELETE: &str = "servicediscovery:DeleteService";

/// A write on a Cloud Map service.
pub(crate) enum Change<'a> {
    Update(&'a State),
    Delete,
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::Update(_) => &[UPDATE],
            Self::Delete => &[DELETE],
        }
    }
}

async fn update(cx: &Context, id: &Id, service: &str, want: &State) -> Result<()> {
    let dns = DnsConfigChange::builder().dns_records(record(want)).build();
    let change = ServiceChange::builder().dns_config(dns.expect("a change with records")).build();
    let request = cx.aws.cloudmap.update_service().id(service).service(change);
    let send = || async { request.clone().send().await.of(UPDATE)?.operation_id.sent(UPDATE, "OperationId") };
    let operation = namespace::submitted(cx, id, send).await?;
    namespace::finish(cx, id, &namespace::CHANGED, &operation, &OperationTargetType::Service).await.map(drop)
}

async fn delete(cx: &Context, id: &Id, service: &str) -> Result<()> {
    match remove(cx, service).await {
        Err(error) if error.has_code("ResourceInUse") => {
            emptied(cx, id, service).await?;
            remove(cx, service).await
        }
        other => other,
    }
}

async fn remove(cx: &Context, service: &str) -> Result<()> {
    let gone = cx.aws.cloudmap.delete_service().id(service).send().await.of(DELETE);
    gone.none_if(&["ServiceNotFound"]).map(drop)
}

/// Waits until no instance is registered.
///
/// ECS deregisters tasks that stop. It leaves the instances of tasks that it stopped after their service had moved to another
/// registry, so these are deregistered here.
async fn emptied(cx: &Context, id: &Id, service: &str) -> Result<()> {
    match wait(cx, id, &SETTLED, || empty(cx, service)).await {
        Err(error) if error.is_late() => {
            deregister_left(cx, service).await?;
            wait(cx, id, &EMPTY, || empty(cx, service)).await
        }
        other => other,
    }
}

async fn empty(cx: &Context, service: &str) -> Result<Look<()>> {
    let registered = listing::instances(&cx.aws, service).await?;
    let ids: Vec<_> = registered.iter().map(|(id, _)| id.as_str()).collect();
    Ok(if ids.is_empty() { Look::Met(()) } else { Look::Unmet(format!("registered: {}", ids.join(", "))) })
}

/// Deregisters the instances that ECS has registered. Instances of others are not ours to deregister.
async fn deregister_left(cx: &Context, service: &str) -> Result<()> {
    let all = listing::instances(&cx.aws, service).await?;
    let (left, foreign): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(_, attributes)| attributes.contains_key("ECS_SERVICE_NAME"));
    if !foreign.is_empty() {
        let ids: Vec<_> = foreign.iter().map(|(id, _)| id.as_str()).collect();
        let message = format!("instances that ECS did not register use it: {}", ids.join(", "));
        return Err(
            Error::failed(EMPTY.name, message).with_hint("deregister these instances, then apply again")
        );
    }
    for (instance, _) in left {
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

/// Decodes a service with these tags.
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
