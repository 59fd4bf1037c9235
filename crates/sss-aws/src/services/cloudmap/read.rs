//! Namespaces by name, and the services in them in one listing.

mod operation;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_servicediscovery::types::{
    FilterCondition, NamespaceFilter, NamespaceFilterName, NamespaceType, OperationType, ServiceFilter,
    ServiceFilterName, ServiceSummary,
};
use futures_util::future::try_join_all;

use crate::{
    Aws, Graph, Id, Result,
    engine::{
        dependent::{Dependent, Others},
        kind::{Found, Resource},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::{
        cloudmap::{
            cloudmap_service::{self, CloudMapService},
            namespace::{self, Namespace},
        },
        tagging::Tagged,
    },
    tags::{NAME, Ownership, Tags, observed, of_others},
};

/// A namespace as it is listed, without its tags.
pub(crate) struct Listed {
    id: String,
    arn: String,
    name: String,
    description: Option<String>,
}

/// Namespaces, and the services in them with the namespace's id.
#[derive(Default)]
pub(crate) struct Registries {
    namespaces: Vec<Listed>,
    services: Vec<(String, ServiceSummary)>,
}

/// The private namespaces that have a name that the graph wants, and what is in them.
///
/// A namespace is listed only when it is ready, half a minute after it was asked for. Where one is missing that an
/// earlier run may have asked for, what is under way is waited for. One that is being removed is still listed, with
/// nothing in it, and is waited for as well.
pub(crate) async fn registries(aws: &Aws, graph: &Graph) -> Result<Registries> {
    let names: Vec<&str> = graph.names(Namespace::KIND).collect();
    let found = inside(aws, named(aws, &names).await?).await?;
    let missing = names.iter().any(|name| !found.namespaces.iter().any(|namespace| namespace.name == *name));
    let change = match (missing, found.services.is_empty() && !found.namespaces.is_empty()) {
        (true, _) => OperationType::CreateNamespace,
        (false, true) => OperationType::DeleteNamespace,
        (false, false) => return Ok(found),
    };
    let waited = operation::under_way(aws, &change).await?;
    // What was listed first may have gone since.
    let is_old = waited || change == OperationType::DeleteNamespace;
    if is_old { inside(aws, named(aws, &names).await?).await } else { Ok(found) }
}

async fn inside(aws: &Aws, namespaces: Vec<Listed>) -> Result<Registries> {
    let services = try_join_all(namespaces.iter().map(|namespace| listed(aws, &namespace.id))).await?;
    Ok(Registries { services: services.into_iter().flatten().collect(), namespaces })
}

async fn named(aws: &Aws, names: &[&str]) -> Result<Vec<Listed>> {
    const OPERATION: &str = "servicediscovery:ListNamespaces";
    let mut found = Vec::new();
    for name in names.iter().copied() {
        let filter = NamespaceFilter::builder().name(NamespaceFilterName::Name).values(name);
        let filter = filter.condition(FilterCondition::Eq).build().expect("a filter with name and value");
        let mut pages =
            aws.cloudmap.list_namespaces().filters(filter).max_results(100).into_paginator().send();
        while let Some(page) = pages.next().await {
            for namespace in page.of(OPERATION)?.namespaces.unwrap_or_default() {
                if namespace.r#type() == Some(&NamespaceType::DnsPrivate) {
                    found.push(Listed {
                        id: namespace.id.sent(OPERATION, "Id")?,
                        arn: namespace.arn.sent(OPERATION, "Arn")?,
                        name: namespace.name.sent(OPERATION, "Name")?,
                        description: namespace.description,
                    });
                }
            }
        }
    }
    Ok(found)
}

/// Those, and ours of other names, with their tags; and what others have in our namespaces.
pub(crate) async fn marked(
    aws: &Aws,
    graph: &Graph,
    found: Registries,
    tagged: &Tagged,
) -> Result<(Vec<(Id, Live)>, Others)> {
    let others = tagged
        .arns("servicediscovery", "namespace/")
        .filter(|arn| !found.namespaces.iter().any(|namespace| namespace.arn == **arn))
        .filter_map(|arn| arn.rsplit('/').next());
    let others = try_join_all(others.map(|id| namespace(aws, id))).await?.into_iter().flatten();
    let others = inside(aws, others.collect()).await?;
    let namespaces = found.namespaces.into_iter().chain(others.namespaces);
    let namespaces = namespaces.map(|listed| live_namespace(aws, graph, tagged, listed));
    let services: Vec<_> = found.services.into_iter().chain(others.services).collect();
    let (in_namespaces, counted) = (in_namespaces(&services), counted(&services));
    let services = services.into_iter().filter(|(_, service)| may_be_ours(graph, tagged, service));
    let services = services.map(|(namespace, service)| live(aws, graph, tagged, namespace, service));
    let (namespaces, services) = tokio::try_join!(try_join_all(namespaces), try_join_all(services))?;
    let lives: Vec<_> = namespaces.into_iter().chain(services).collect();
    let ours: BTreeSet<&str> = lives
        .iter()
        .filter(|(_, live)| live.ownership == Ownership::Ours)
        .map(|(_, live)| live.physical.as_str())
        .collect();
    let foreign = in_namespaces.into_iter().filter(|(id, _)| !ours.contains(id.as_str()));
    let dependents = foreign.map(|(_, dependent)| dependent).collect();
    let concerns = |(id, live): &(Id, Live)| {
        id.kind == Namespace::KIND || live.ownership == Ownership::Ours || graph.node(id).is_some()
    };
    let others = Others { dependents, counted, ..Others::default() };
    Ok((lives.into_iter().filter(concerns).collect(), others))
}

/// What each service uses, by its id: its namespace.
fn in_namespaces(services: &[(String, ServiceSummary)]) -> Vec<(String, Dependent)> {
    let used = services.iter().filter_map(|(namespace, service)| {
        let name = format!("Cloud Map service {}", service.name()?);
        Some((service.id()?.to_owned(), Dependent::new(name, namespace)))
    });
    used.collect()
}

/// How many instances each service has.
fn counted(services: &[(String, ServiceSummary)]) -> BTreeMap<String, i32> {
    let counts = services.iter().filter_map(|(_, service)| {
        Some((service.id()?.to_owned(), service.instance_count().filter(|count| *count > 0)?))
    });
    counts.collect()
}

/// Whether a service in one of our namespaces has our mark, or a name that one of ours has or would have if the listing
/// of marks were behind. Only then it is asked for its tags: others may have many in there.
fn may_be_ours(graph: &Graph, tagged: &Tagged, service: &ServiceSummary) -> bool {
    let named = |name: &str| {
        /// So much of a name is left in each name that a replacement gets.
        const KEPT: usize = 40;
        let start = |name: &str| name.chars().take(KEPT).collect::<String>().to_ascii_lowercase();
        let of_this = start(name);
        let mut wanted =
            graph.names(CloudMapService::KIND).filter(|wanted| of_this.starts_with(&start(wanted)));
        wanted.any(|wanted| {
            let names = CloudMapService::SUCCESSORS.names(wanted, |_| false);
            names.iter().any(|wanted| CloudMapService::is_same_name(wanted, name))
        })
    };
    service.arn().is_some_and(|arn| tagged.tags(arn).is_some()) || service.name().is_some_and(named)
}

async fn live_namespace(aws: &Aws, graph: &Graph, tagged: &Tagged, listed: Listed) -> Result<(Id, Live)> {
    let id = Id::new(Namespace::KIND, listed.name.clone());
    let (ownership, tags) = observed(graph.stack(), tags(aws, graph, tagged, &id, &listed.arn).await?);
    let state = namespace::State { description: listed.description.filter(|text| !text.is_empty()), tags };
    let output = namespace::Output { id: listed.id.clone(), arn: listed.arn };
    let found = Found::<Namespace> { physical: listed.id, name: listed.name, state, output };
    Ok((id, found.into_live(ownership)))
}

async fn namespace(aws: &Aws, id: &str) -> Result<Option<Listed>> {
    const OPERATION: &str = "servicediscovery:GetNamespace";
    let answer =
        aws.cloudmap.get_namespace().id(id).send().await.of(OPERATION).none_if(&["NamespaceNotFound"])?;
    let Some(namespace) = answer.and_then(|answer| answer.namespace) else {
        return Ok(None);
    };
    Ok(Some(Listed {
        id: namespace.id.sent(OPERATION, "Id")?,
        arn: namespace.arn.sent(OPERATION, "Arn")?,
        name: namespace.name.sent(OPERATION, "Name")?,
        description: namespace.description,
    }))
}

async fn listed(aws: &Aws, namespace: &str) -> Result<Vec<(String, ServiceSummary)>> {
    let filter = ServiceFilter::builder().name(ServiceFilterName::NamespaceId).values(namespace);
    let filter = filter.condition(FilterCondition::Eq).build().expect("a filter with name and value");
    let mut pages = aws.cloudmap.list_services().filters(filter).max_results(100).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let services = page.of("servicediscovery:ListServices")?.services.unwrap_or_default();
        found.extend(services.into_iter().map(|service| (namespace.to_owned(), service)));
    }
    Ok(found)
}

async fn live(
    aws: &Aws,
    graph: &Graph,
    tagged: &Tagged,
    namespace: String,
    service: ServiceSummary,
) -> Result<(Id, Live)> {
    const OPERATION: &str = "servicediscovery:ListServices";
    let name = service.name.sent(OPERATION, "Name")?;
    let arn = service.arn.sent(OPERATION, "Arn")?;
    let called = tagged.tags(&arn).and_then(|tags| tags.get(NAME)).unwrap_or(&name);
    let all = tags(aws, graph, tagged, &Id::new(CloudMapService::KIND, called), &arn).await?;
    let logical = graph.without_case(CloudMapService::KIND, all.get(NAME).unwrap_or(&name)).to_owned();
    let of_others = of_others(&all);
    let (ownership, tags) = observed(graph.stack(), all);
    let dns = service.dns_config.as_ref();
    let records = dns.map(aws_sdk_servicediscovery::types::DnsConfig::dns_records).unwrap_or_default();
    let mut types: Vec<&str> = records.iter().map(|record| record.r#type().as_str()).collect();
    types.sort_unstable();
    let policy = dns.and_then(|dns| dns.routing_policy()).map_or("MULTIVALUE", |policy| policy.as_str());
    let state = cloudmap_service::State {
        namespace,
        record_type: types.join("+"),
        routing_policy: policy.to_owned(),
        ttl: records.first().map_or(0, aws_sdk_servicediscovery::types::DnsRecord::ttl),
        custom_health_check: service.health_check_custom_config.is_some(),
        tags,
    };
    let id = service.id.sent(OPERATION, "Id")?;
    let output = cloudmap_service::Output { id: id.clone(), arn };
    let instances = service.instance_count.unwrap_or(0);
    let live = Found::<CloudMapService> { physical: id, name, state, output }.into_live(ownership);
    let live = live.with_tags_of_others(&of_others);
    let id = Id::new(CloudMapService::KIND, logical);
    Ok((id, live.with_status(format!("{instances} instances registered"))))
}

/// The instances of a service, by id, with what Cloud Map knows of each.
pub(crate) async fn instances(aws: &Aws, service: &str) -> Result<Vec<(String, HashMap<String, String>)>> {
    let mut pages =
        aws.cloudmap.list_instances().service_id(service).max_results(100).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.of("servicediscovery:ListInstances").none_if(&["ServiceNotFound"])?;
        let instances = page.and_then(|page| page.instances).unwrap_or_default();
        found.extend(
            instances
                .into_iter()
                .filter_map(|instance| Some((instance.id?, instance.attributes.unwrap_or_default()))),
        );
    }
    Ok(found)
}

async fn tags(aws: &Aws, graph: &Graph, tagged: &Tagged, id: &Id, arn: &str) -> Result<Tags> {
    if let Some(tags) = tagged.believed(graph, id, arn) {
        return Ok(tags.clone());
    }
    let answer = aws.cloudmap.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.of("servicediscovery:ListTagsForResource").none_if(&["ResourceNotFoundException"])?;
    let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect::<BTreeMap<_, _>>())
}
