//! The listings of Cloud Map: namespaces by name, and the services in each of them.
//!
//! A namespace is listed by a filter on its name. Cloud Map applies filters after it has filled a page, so a
//! listing may take more than one page. A service comes with its records and the count of its instances, so a
//! plan needs nothing more of it than its tags.
//!
//! # Namespaces under way
//!
//! No listing has a namespace that is being created, and every listing has one that is being deleted. So a
//! run that follows a dead one waits here for such operations; otherwise it would ask for a second namespace
//! of the name, or use one that is about to disappear.

mod operation;

use std::collections::HashMap;

use aws_sdk_servicediscovery::types::{
    FilterCondition, NamespaceFilter, NamespaceFilterName, NamespaceType, OperationType, ServiceFilter,
    ServiceFilterName, ServiceSummary,
};
use futures_util::future::try_join_all;

use crate::{
    Aws, Graph, Id, Result,
    engine::kind::Resource,
    error::{Absent, Answer, Sent},
    services::{
        aws_service::Reading,
        cloudmap::{Found, cloudmap_service::CloudMapService, namespace::Namespace},
        tagging::Tagged,
    },
    tags::{NAME, Tags},
};

/// The largest page, in objects.
pub(super) const PAGE: i32 = 100;

/// A namespace as Cloud Map lists it, without its tags.
pub(super) struct Listed {
    /// The id, such as `ns-a1b2`.
    pub(super) id: String,
    pub(super) arn: String,
    /// The DNS name.
    pub(super) name: String,
    /// The description. `None` and an empty one are the same.
    pub(super) description: Option<String>,
    /// The type, such as `DNS_PRIVATE`. Only a reference finds another one.
    pub(super) kind: String,
}

impl Listed {
    /// Returns whether a text is the name, the id or the ARN.
    pub(super) fn is_named(&self, text: &str) -> bool {
        self.name == text || self.id == text || self.arn == text
    }

    /// Returns the id of the resource. The name of a namespace is its logical name, because a replacement
    /// keeps the name.
    pub(super) fn logical(&self) -> Id {
        Id::new(Namespace::KIND, self.name.clone())
    }
}

/// A service as Cloud Map lists it, without its tags.
pub(super) struct Registered {
    /// The id of its namespace.
    pub(super) namespace: String,
    /// The service as the listing describes it.
    pub(super) summary: ServiceSummary,
}

impl Registered {
    /// Returns the id that its mark or its name says, and its ARN.
    ///
    /// # Errors
    ///
    /// The answer lacks the name or the ARN.
    pub(super) fn named(&self, tagged: &Tagged) -> Result<(Id, &str)> {
        const OPERATION: &str = "servicediscovery:ListServices";
        let (name, arn) =
            (self.summary.name().sent(OPERATION, "Name")?, self.summary.arn().sent(OPERATION, "Arn")?);
        let called = tagged.tags(arn).and_then(|tags| tags.get(NAME)).map_or(name, String::as_str);
        Ok((Id::new(CloudMapService::KIND, called), arn))
    }

    /// Returns whether the service has our mark, or a name that one of ours may have.
    ///
    /// Only then Cloud Map is asked for its tags: others may have many services in a namespace. The name
    /// counts because the listing of marks may be behind.
    pub(super) fn may_be_ours(&self, graph: &Graph, tagged: &Tagged) -> bool {
        let is_marked = self.summary.arn().is_some_and(|arn| tagged.tags(arn).is_some());
        is_marked || self.summary.name().is_some_and(|name| may_be_a_name_of_ours(graph, name))
    }
}

/// Returns whether a desired service, or a replacement of it, may have this name.
///
/// Comparing the starts of both names first keeps this cheap in a namespace with thousands of services.
fn may_be_a_name_of_ours(graph: &Graph, name: &str) -> bool {
    /// The characters of a name that each name of a replacement keeps.
    const KEPT: usize = 40;
    let start = |name: &str| name.chars().take(KEPT).collect::<String>().to_ascii_lowercase();
    let of_this = start(name);

    let mut wanted = graph.names(CloudMapService::KIND).filter(|wanted| of_this.starts_with(&start(wanted)));
    wanted.any(|wanted| {
        let names = CloudMapService::SUCCESSORS.names(wanted, |_| false);
        names.iter().any(|wanted| CloudMapService::is_same_name(wanted, name))
    })
}

/// Lists the private namespaces that have a name of the stack, and the services in them.
///
/// Cloud Map lists a namespace only when it is ready, half a minute after its creation. Where one is missing
/// that an earlier run may have asked for, this waits for operations under way. A namespace that is being
/// deleted is still listed, without services, and this waits for it as well.
///
/// In an account that is as the stack says, it makes no call for operations.
///
/// # Errors
///
/// A call failed or was denied.
pub(super) async fn registries(cx: &Reading<'_>) -> Result<Found> {
    let names: Vec<&str> = cx.graph.names(Namespace::KIND).collect();
    let referred = cx.graph.references(Namespace::KIND);
    let (own, of_others) = tokio::try_join!(named(cx.aws, &names), referred_to(cx.aws, referred))?;
    let found = inside(cx.aws, distinct(own, of_others)).await?;

    let missing = names.iter().any(|name| !found.namespaces.iter().any(|namespace| namespace.name == *name));
    if names.is_empty() {
        return Ok(found);
    }
    let change = match (missing, found.services.is_empty() && !found.namespaces.is_empty()) {
        (true, _) => OperationType::CreateNamespace,
        (false, true) => OperationType::DeleteNamespace,
        (false, false) => return Ok(found),
    };

    let waited = operation::under_way(cx.aws, &change).await?;
    // A namespace of the first listing may be deleted by now.
    let is_old = waited || change == OperationType::DeleteNamespace;
    if !is_old {
        return Ok(found);
    }
    let of_others = referred_to(cx.aws, cx.graph.references(Namespace::KIND)).await?;
    inside(cx.aws, distinct(named(cx.aws, &names).await?, of_others)).await
}

/// Reads the namespaces of others that these texts name: ids and ARNs one by one, names by the listing.
///
/// A namespace that does not exist is missing in the result.
///
/// # Errors
///
/// A call failed or was denied.
pub(super) async fn referred_to(aws: &Aws, texts: impl Iterator<Item = &str>) -> Result<Vec<Listed>> {
    let (ids, names): (Vec<&str>, Vec<&str>) =
        texts.map(|text| text.rsplit('/').next().unwrap_or(text)).partition(|text| text.starts_with("ns-"));
    let by_id = try_join_all(ids.into_iter().map(|id| namespace(aws, id)));
    let (by_id, by_name) = tokio::try_join!(by_id, named(aws, &names))?;
    Ok(distinct(by_id.into_iter().flatten().collect(), by_name))
}

/// Returns both lists as one, without a namespace twice.
fn distinct(mut first: Vec<Listed>, second: Vec<Listed>) -> Vec<Listed> {
    for listed in second {
        if first.iter().all(|known| known.id != listed.id) {
            first.push(listed);
        }
    }
    first
}

/// Lists the services in namespaces, all namespaces at the same time.
pub(super) async fn inside(aws: &Aws, namespaces: Vec<Listed>) -> Result<Found> {
    let services = try_join_all(namespaces.iter().map(|namespace| services(aws, &namespace.id))).await?;
    Ok(Found { services: services.into_iter().flatten().collect(), namespaces, ..Found::default() })
}

/// Lists the private namespaces of a name, once no creation is under way any more.
pub(super) async fn created(aws: &Aws, name: &str) -> Result<Vec<Listed>> {
    operation::under_way(aws, &OperationType::CreateNamespace).await?;
    named(aws, &[name]).await
}

/// Lists the private namespaces of these names, one name after the other.
///
/// Names of one VPC are unique, but namespaces of other VPCs may have the same name.
async fn named(aws: &Aws, names: &[&str]) -> Result<Vec<Listed>> {
    const OPERATION: &str = "servicediscovery:ListNamespaces";
    let mut found = Vec::new();
    for name in names.iter().copied() {
        let filter = NamespaceFilter::builder().name(NamespaceFilterName::Name).values(name);
        let filter = filter.condition(FilterCondition::Eq).build().expect("a filter with name and value");

        let request = aws.cloudmap.list_namespaces().filters(filter).max_results(PAGE);
        let mut pages = request.into_paginator().send();
        while let Some(page) = pages.next().await {
            for namespace in page.of(OPERATION)?.namespaces.unwrap_or_default() {
                if namespace.r#type() == Some(&NamespaceType::DnsPrivate) {
                    found.push(Listed {
                        id: namespace.id.sent(OPERATION, "Id")?,
                        arn: namespace.arn.sent(OPERATION, "Arn")?,
                        name: namespace.name.sent(OPERATION, "Name")?,
                        description: namespace.description,
                        kind: NamespaceType::DnsPrivate.as_str().to_owned(),
                    });
                }
            }
        }
    }
    Ok(found)
}

/// Reads a namespace by its id, or `None` if it does not exist.
pub(super) async fn namespace(aws: &Aws, id: &str) -> Result<Option<Listed>> {
    const OPERATION: &str = "servicediscovery:GetNamespace";
    let answer = aws.cloudmap.get_namespace().id(id).send().await.of(OPERATION);
    let answer = answer.none_if(&["NamespaceNotFound"])?;
    let Some(namespace) = answer.and_then(|answer| answer.namespace) else {
        return Ok(None);
    };
    Ok(Some(Listed {
        id: namespace.id.sent(OPERATION, "Id")?,
        arn: namespace.arn.sent(OPERATION, "Arn")?,
        name: namespace.name.sent(OPERATION, "Name")?,
        description: namespace.description,
        kind: namespace.r#type.map_or_else(String::new, |of| of.as_str().to_owned()),
    }))
}

/// Lists the services in a namespace.
async fn services(aws: &Aws, namespace: &str) -> Result<Vec<Registered>> {
    let filter = ServiceFilter::builder().name(ServiceFilterName::NamespaceId).values(namespace);
    let filter = filter.condition(FilterCondition::Eq).build().expect("a filter with name and value");
    let mut pages = aws.cloudmap.list_services().filters(filter).max_results(PAGE).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let services = page.of("servicediscovery:ListServices")?.services.unwrap_or_default();
        let namespace = || namespace.to_owned();
        found.extend(services.into_iter().map(|summary| Registered { namespace: namespace(), summary }));
    }
    Ok(found)
}

/// Lists the instances of a service by id, with their attributes. A service that does not exist has none.
pub(super) async fn instances(aws: &Aws, service: &str) -> Result<Vec<(String, HashMap<String, String>)>> {
    let request = aws.cloudmap.list_instances().service_id(service).max_results(PAGE);
    let mut pages = request.into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.of("servicediscovery:ListInstances").none_if(&["ServiceNotFound"])?;
        let instances = page.and_then(|page| page.instances).unwrap_or_default().into_iter();
        found.extend(
            instances.filter_map(|instance| Some((instance.id?, instance.attributes.unwrap_or_default()))),
        );
    }
    Ok(found)
}

/// Returns the tags of an object: those of the tagging API if they are as desired, or else those that Cloud
/// Map answers.
///
/// An object that is deleted meanwhile has none.
pub(super) async fn tags(cx: &Reading<'_>, tagged: &Tagged, id: &Id, arn: &str) -> Result<Tags> {
    if let Some(tags) = tagged.believed(cx.graph, id, arn) {
        return Ok(tags.clone());
    }
    described_tags(cx.aws, arn).await
}

/// Reads the tags of an object.
pub(super) async fn described_tags(aws: &Aws, arn: &str) -> Result<Tags> {
    let answer = aws.cloudmap.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.of("servicediscovery:ListTagsForResource").none_if(&["ResourceNotFoundException"])?;
    let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}
