//! Cloud Map: namespaces and the services that tasks register in.

pub(crate) mod cloudmap_service;
mod dependents;
mod listing;
pub(crate) mod namespace;

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
    services::{
        aws_service::{AwsService, Reading, TagType},
        retag::{retag, sdk_tags},
        tagging::Tagged,
    },
    tags::{Ownership, Tags},
};

/// Cloud Map.
pub(crate) struct CloudMap;

/// The answers of Cloud Map.
#[derive(Default)]
pub(crate) struct Found {
    namespaces: Vec<Listed>,
    services: Vec<Registered>,
    /// The tags of objects by ARN.
    tags: BTreeMap<String, Tags>,
}

impl AwsService for CloudMap {
    const NAME: &'static str = "servicediscovery";
    /// Source: `pkg/common/ratelimiter.go` of `aws/aws-cloud-map-mcs-controller-for-k8s`, which AWS maintains.
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
    const TAG_TYPES: &'static [TagType] = &[
        TagType::new("servicediscovery:service", CloudMapService::KIND).apart(),
        TagType::new("servicediscovery:namespace", Namespace::KIND),
    ];
    type Found = Found;

    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        listing::registries(cx).await
    }

    async fn second_round(cx: &Reading<'_>, mut found: Found, tagged: &Tagged) -> Result<Found> {
        let others = tagged
            .arns(Self::NAME, "namespace/")
            .filter(|arn| !found.namespaces.iter().any(|namespace| namespace.arn == **arn))
            .filter_map(|arn| arn.rsplit('/').next());
        let others = try_join_all(others.map(|id| listing::namespace(cx.aws, id))).await?;
        let others = listing::inside(cx.aws, others.into_iter().flatten().collect()).await?;
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

    fn least_reads(graph: &Graph, world: &World) -> usize {
        let inside = |namespace: &str| {
            let services = world.of_kind(CloudMapService::KIND);
            services.filter(|(_, live)| live.state["namespace"] == namespace).count()
        };
        let pages = world
            .of_kind(Namespace::KIND)
            .map(|(_, live)| inside(&live.physical).div_ceil(listing::PAGE.unsigned_abs() as usize).max(1));
        graph.names(Namespace::KIND).count() + pages.sum::<usize>()
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

/// The calls that set and remove tags.
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
