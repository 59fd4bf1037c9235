//! Cloud Map: namespaces and the services that tasks register in.
//!
//! A namespace is a private DNS zone in a VPC. A Cloud Map service in it is the registry of one ECS service:
//! ECS registers each task as an instance, and API Gateway looks the instances up. In this folder, a
//! *service* is a service of Cloud Map; the kind is called
//! [`CloudMapService`](crate::services::cloudmap::cloudmap_service::CloudMapService) to tell it from the ECS
//! service.
//!
//! # Facts about AWS
//!
//! - Creating, changing and deleting a namespace are operations that take half a minute or more. A call
//!   returns the id of an operation, and `GetOperation` tells how it ends. Changes of a service are
//!   operations too; its creation and deletion are not.
//! - `ListNamespaces` takes one call in two seconds and `ListServices` two in a second. So no wait polls
//!   them: it polls `GetOperation`, which takes a hundred.
//! - Listings have no tags. They come from the tagging API, or from one call per object.
//! - `CreatorRequestId` makes creations repeatable. The SDK fills it in, so they need no look for the object
//!   after a lost answer.
//!
//! # Modules
//!
//! [`namespace`] and [`cloudmap_service`] are the kinds, [`operation`] waits for their changes, [`listing`]
//! has the calls that read them, and [`dependents`] the instances of others.

pub(crate) mod cloudmap_service;
mod dependents;
mod grants;
mod listing;
pub(crate) mod namespace;
mod operation;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_servicediscovery::types::Tag;
use futures_util::future::try_join_all;

use self::{
    cloudmap_service::CloudMapService,
    listing::{Listed, Registered},
    namespace::Namespace,
};
use crate::{
    Error, Graph, Id, Result, World,
    client::pace::{Quota, Rate},
    engine::{
        dependent::Dependent,
        kind::{Resource, Retag},
        run::Context,
        world::Live,
    },
    grant::Grant,
    services::{
        aws_service::{AwsService, Reading, TagType},
        retag::{retag, sdk_tags},
        tagging::Tagged,
    },
    tags::{Ownership, Tags},
};

/// Cloud Map.
///
/// It reads the namespaces that have a name of the stack, and all services in them. Only the services that
/// may belong to the stack are asked for their tags.
pub(crate) struct CloudMap;

/// The answers of Cloud Map.
#[derive(Default)]
pub(crate) struct Found {
    /// The namespaces that have a name of the stack or its mark.
    namespaces: Vec<Listed>,
    /// All services in these namespaces, those of others included.
    services: Vec<Registered>,
    /// The tags of objects by ARN. A service that cannot be ours has no entry.
    tags: BTreeMap<String, Tags>,
}

impl AwsService for CloudMap {
    const NAME: &'static str = "servicediscovery";
    /// Source: `pkg/common/ratelimiter.go` of `aws/aws-cloud-map-mcs-controller-for-k8s`, which AWS
    /// maintains.
    ///
    /// AWS documents quotas for `DiscoverInstances` only. The rate of `CreateHttpNamespace` in that file
    /// stands for private namespaces, too.
    const QUOTAS: &'static [Quota] = &[
        Quota::new("Cloud Map ListNamespaces", &["ListNamespaces"], Rate::new(5, 1.0 / 2.0)),
        Quota::new("Cloud Map ListServices", &["ListServices"], Rate::new(10, 2.0)),
        Quota::new("Cloud Map GetOperation", &["GetOperation"], Rate::new(200, 100.0)),
        Quota::new("Cloud Map CreateService", &["CreateService"], Rate::new(50, 5.0)),
        Quota::new("Cloud Map namespaces", &["CreatePrivateDnsNamespace"], Rate::new(5, 1.0 / 2.0)),
        Quota::new("Cloud Map DeregisterInstance", &["DeregisterInstance"], Rate::new(100, 50.0)),
        // Source: kubernetes-sigs/external-dns#2505, which names no burst.
        Quota::new("Cloud Map ListInstances", &["ListInstances"], Rate::new(50, 50.0)),
    ];
    const THROTTLED: &'static [&'static str] = &["ThrottlingException", "RequestLimitExceeded"];
    /// Services are apart, because a stack has one for each of its ECS services.
    const TAG_TYPES: &'static [TagType] = &[
        TagType::new("servicediscovery:service", CloudMapService::KIND).apart(),
        TagType::new("servicediscovery:namespace", Namespace::KIND),
    ];
    const GRANTS: &'static [Grant] = grants::ALL;
    type Found = Found;

    /// Lists namespaces by name with their services, and waits for namespaces that are being created or
    /// deleted.
    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        listing::registries(cx).await
    }

    /// Reads namespaces with the stack's mark under other names, and those of others that hold services of the stack,
    /// and then the tags of all objects that may be ours.
    async fn second_round(cx: &Reading<'_>, mut found: Found, tagged: &Tagged) -> Result<Found> {
        let others = tagged
            .arns(Self::NAME, "namespace/")
            .filter(|arn| !found.namespaces.iter().any(|namespace| namespace.arn == **arn))
            .filter_map(|arn| arn.rsplit('/').next());
        let others = try_join_all(others.map(|id| listing::namespace(cx.aws, id))).await?;
        let mut others: Vec<Listed> = others.into_iter().flatten().collect();
        let is_known = |text: &str| found.namespaces.iter().any(|known| known.is_named(text));
        let shared: Vec<String> = tagged.inside(Namespace::KIND).filter(|text| !is_known(text)).collect();
        let shared = listing::referred_to(cx.aws, shared.iter().map(String::as_str)).await?;
        others.extend(shared.into_iter().filter(|listed| !is_known(&listed.id)));
        let others = listing::inside(cx.aws, others).await?;
        found.namespaces.extend(others.namespaces);
        found.services.extend(others.services);

        let namespaces = found.namespaces.iter().map(|listed| Ok((listed.logical(), listed.arn.as_str())));
        let services = found.services.iter().filter(|found| found.may_be_ours(cx.graph, tagged));
        let objects =
            namespaces.chain(services.map(|found| found.named(tagged))).collect::<Result<Vec<_>>>()?;
        let tags = objects.into_iter().map(async |(id, arn)| {
            let tags = listing::tags(cx, tagged, &id, arn).await?;
            Ok::<_, Error>((arn.to_owned(), tags))
        });
        found.tags = try_join_all(tags).await?.into_iter().collect();
        Ok(found)
    }

    /// Notes the users of namespaces and the counts of instances, and adds namespaces and services to the
    /// world.
    ///
    /// A service that is not ours is a dependent of its namespace: Cloud Map refuses to delete a namespace
    /// with services.
    async fn third_round(cx: &Reading<'_>, found: Found, world: &mut World) -> Result<()> {
        let (used, counted) = (uses(&found.services), counted(&found.services));
        let tags = found.tags;
        let tags_of = |arn: &str| tags.get(arn).cloned();
        let namespaces = found.namespaces.into_iter().map(|listed| {
            let tags = tags_of(&listed.arn).unwrap_or_default();
            namespace::decode(cx.graph, listed, tags)
        });
        // The others have neither our mark nor a name of ours.
        let services = found.services.into_iter().filter_map(|found| {
            let tags = tags_of(found.summary.arn()?)?;
            Some(cloudmap_service::decode(cx.graph, found, tags))
        });
        let services = services.collect::<Result<Vec<_>>>()?;
        let lives: Vec<_> = namespaces.chain(services).collect();

        let ours = lives.iter().filter(|(_, live)| live.ownership == Ownership::Ours);
        let ours: BTreeSet<&str> = ours.map(|(_, live)| live.physical.as_str()).collect();
        let of_others = used.into_iter().filter(|(id, _)| !ours.contains(id.as_str()));
        let others = world.others_mut();
        others.dependents.extend(of_others.map(|(_, dependent)| dependent));
        others.counted.extend(counted);

        let concerns = |id: &Id, live: &Live| id.kind == Namespace::KIND || cx.graph.concerns(id, live);
        world.extend(lives.into_iter().filter(|(id, live)| concerns(id, live)));
        Ok(())
    }

    /// One call for each name of a namespace, and the pages of services in each namespace of the world.
    fn least_reads(graph: &Graph, world: &World) -> usize {
        let inside = |namespace: &str| {
            let services = world.of_kind(CloudMapService::KIND);
            services.filter(|(_, live)| live.state["namespace"] == namespace).count()
        };
        let pages = world
            .of_kind(Namespace::KIND)
            .map(|(_, live)| inside(&live.physical).div_ceil(listing::PAGE.unsigned_abs() as usize).max(1));
        let named = graph.names(Namespace::KIND).chain(graph.references(Namespace::KIND)).count();
        named + pages.sum::<usize>()
    }
}

/// Returns the namespace that each service uses, with the service's id.
fn uses(services: &[Registered]) -> Vec<(String, Dependent)> {
    let used = services.iter().filter_map(|found| {
        let name = format!("Cloud Map service {}", found.summary.name()?);
        Some((found.summary.id()?.to_owned(), Dependent::new(name, &found.namespace)))
    });
    used.collect()
}

/// Returns the number of instances of each service, by the service's id.
fn counted(services: &[Registered]) -> BTreeMap<String, i32> {
    let counts = services.iter().filter_map(|found| {
        let count = found.summary.instance_count().filter(|count| *count > 0)?;
        Some((found.summary.id()?.to_owned(), count))
    });
    counts.collect()
}

/// The calls that set and remove tags, in this order.
const TAGGING: [&str; 2] = ["servicediscovery:TagResource", "servicediscovery:UntagResource"];

/// Changes the tags of an object that Cloud Map names by its ARN.
async fn retag(cx: &Context, arn: &str, change: Retag) -> Result<()> {
    retag!(
        cx.aws.cloudmap.untag_resource(),
        cx.aws.cloudmap.tag_resource(),
        TAGGING,
        arn,
        change,
        tags_for_sdk
    )
}

fn tags_for_sdk(tags: &Tags) -> Vec<Tag> {
    sdk_tags(tags, |key, value| {
        Tag::builder().key(key).value(value).build().expect("a tag with key and value")
    })
}
