//! Elastic Load Balancing: load balancers, target groups, listeners and their rules.
//!
//! A stack has an Application Load Balancer (ALB) or a Network Load Balancer (NLB) as soon as a service has that
//! backend. ECS registers the tasks of a service in its target group, and the integration of the service leads to a
//! listener. Behind an ALB, all services share one listener, and a rule for each service matches a header that the
//! integration sets. Behind an NLB, each service has a listener of its own.
//!
//! # Facts about AWS
//!
//! - Names of load balancers and target groups are unique in a region, and a repeated creation with the same
//!   settings returns the same object. Listeners and rules have no names.
//! - A call that asks for an absent name or ARN is refused as a whole. So load balancers and target groups are
//!   listed whole, in pages of 400.
//! - Listings have no tags. They come from the tagging API, or from one call for twenty objects.
//! - Attributes take one call for each load balancer and each target group.
//! - A target group belongs to one load balancer. It cannot be deleted while a listener or a rule names it, and ECS
//!   refuses a service whose target group none of them names.
//!
//! # Modules
//!
//! Each kind has a file: [`load_balancer`], [`target_group`], [`listener`], [`rule`]. [`action`] has what listeners
//! and rules do with requests, [`listing`] what concerns the stack, [`reading`] the calls for it, and [`places`] the ports and priorities that are free.

mod action;
mod grants;
pub(crate) mod health_check;
pub(crate) mod listener;
mod listing;
pub(crate) mod load_balancer;
mod places;
mod reading;
pub(crate) mod rule;
pub(crate) mod target_group;

pub(crate) use self::{places::PORTS, reading::load_balancers};
use aws_sdk_elasticloadbalancingv2::types::Tag;

use self::{
    listener::Listener, listing::Found, load_balancer::LoadBalancer, places::Taken, rule::ListenerRule,
    target_group::TargetGroup,
};
use crate::{
    Graph, Result, World,
    client::pace::{Quota, Rate},
    engine::{
        graph::{Handle, Refs},
        kind::{Resource, Retag},
        run::Context,
    },
    error::Answer,
    grant::Grant,
    services::{
        aws_service::{AwsService, Reading, TagType},
        retag::sdk_tags,
        tagging::Tagged,
    },
    tags::Tags,
};

/// Elastic Load Balancing, version 2.
///
/// A stack without load balancers makes no call.
pub(crate) struct Elb;

impl AwsService for Elb {
    const NAME: &'static str = "elasticloadbalancing";
    /// Source: "Throttling for the Elastic Load Balancing API", in its developer guide.
    ///
    /// Each call counts against the quota on all calls and against that of its category.
    const QUOTAS: &'static [Quota] = &[
        Quota::on_all("Elastic Load Balancing", Rate::new(40, 10.0)),
        Quota::new(
            "Elastic Load Balancing resource-intensive",
            &["CreateLoadBalancer", "SetSubnets"],
            Rate::new(10, 1.0 / 5.0),
        ),
        Quota::new(
            "Elastic Load Balancing non-mutating",
            &[
                "DescribeListeners",
                "DescribeLoadBalancerAttributes",
                "DescribeLoadBalancers",
                "DescribeRules",
                "DescribeTags",
                "DescribeTargetGroupAttributes",
                "DescribeTargetGroups",
                "DescribeTargetHealth",
            ],
            Rate::new(40, 10.0),
        ),
        Quota::new(
            "Elastic Load Balancing mutating",
            &[
                "AddTags",
                "CreateListener",
                "CreateRule",
                "CreateTargetGroup",
                "DeleteListener",
                "DeleteLoadBalancer",
                "DeleteRule",
                "DeleteTargetGroup",
                "ModifyListener",
                "ModifyLoadBalancerAttributes",
                "ModifyRule",
                "ModifyTargetGroup",
                "ModifyTargetGroupAttributes",
                "RemoveTags",
                "SetIpAddressType",
                "SetSecurityGroups",
            ],
            Rate::new(20, 3.0),
        ),
    ];
    const THROTTLED: &'static [&'static str] = &["Throttling", "ThrottlingException"];
    /// Each kind has the rights for itself, so that a stack without load balancers needs none.
    const GRANTS: &'static [Grant] = &[];
    const TAG_TYPES: &'static [TagType] = &[
        TagType::new("elasticloadbalancing:loadbalancer", LoadBalancer::KIND),
        TagType::new("elasticloadbalancing:targetgroup", TargetGroup::KIND).apart(),
        TagType::new("elasticloadbalancing:listener", Listener::KIND).apart(),
        TagType::new("elasticloadbalancing:listener-rule", ListenerRule::KIND).apart(),
    ];
    type Found = Found;

    /// Lists load balancers and target groups, and reads the ones that have a name of the stack.
    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        listing::named(cx).await
    }

    /// Reads the objects with the stack's mark under other names, and then the tags of all objects that may be ours.
    async fn second_round(cx: &Reading<'_>, found: Found, tagged: &Tagged) -> Result<Found> {
        listing::marked(cx, found, tagged).await
    }

    /// Notes the ports and priorities that are taken and the objects of others, and adds all kinds to the world.
    async fn third_round(cx: &Reading<'_>, found: Found, world: &mut World) -> Result<()> {
        world.note(&Taken::of(&found));
        let others = listing::of_others(cx.graph.stack(), &found);
        world.others_mut().dependents.extend(others);
        listing::insert(cx.graph, world, &found)
    }

    /// One call for each page of a listing, and the calls inside the load balancers of the world.
    fn least_reads(graph: &Graph, world: &World) -> usize {
        listing::least_reads(graph, world)
    }
}

/// A load balancer or a listener: one of the stack, or one that exists already.
pub(crate) enum Place<R> {
    /// One of the stack.
    Own(Handle<R>),
    /// The ARN of one that exists already.
    Given(String),
}

impl<R> Clone for Place<R> {
    fn clone(&self) -> Self {
        match self {
            Self::Own(handle) => Self::Own(handle.clone()),
            Self::Given(arn) => Self::Given(arn.clone()),
        }
    }
}

impl<R: Resource> Place<R> {
    /// Returns the ARN. `arn` takes it out of the output of one of the stack.
    pub(crate) fn arn(&self, refs: &Refs<'_>, arn: impl FnOnce(R::Output) -> String) -> String {
        match self {
            Self::Own(handle) => arn(refs.get(handle)),
            Self::Given(arn) => arn.clone(),
        }
    }
}

/// The calls that set and remove tags, in this order.
const TAGGING: [&str; 2] = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"];

/// Changes the tags of an object by its ARN.
async fn retag(cx: &Context, arn: &str, change: Retag) -> Result<()> {
    match change {
        Retag::Remove(keys) => {
            let request = cx.aws.elb.remove_tags().resource_arns(arn).set_tag_keys(Some(keys));
            request.send().await.of(TAGGING[1]).map(drop)
        }
        Retag::Set(tags) => {
            let request = cx.aws.elb.add_tags().resource_arns(arn).set_tags(Some(tags_for_sdk(&tags)));
            request.send().await.of(TAGGING[0]).map(drop)
        }
    }
}

fn tags_for_sdk(tags: &Tags) -> Vec<Tag> {
    sdk_tags(tags, |key, value| Tag::builder().key(key).value(value).build())
}
