//! The calls that read load balancers, target groups, listeners, rules and tags.
//!
//! Each returns all pages. An object that was deleted meanwhile is no error: it has no contents.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types::{
    Listener as SdkListener, LoadBalancer as SdkLoadBalancer, Rule as SdkRule, TargetGroup as SdkTargetGroup,
};
use futures_util::future::try_join_all;

use crate::{
    Aws, Error, Result,
    error::{Absent, Answer},
    tags::Tags,
};

/// The attributes of a load balancer or a target group by their keys.
pub(super) type Attributes = BTreeMap<String, String>;

/// The largest page of all listings.
const PAGE: i32 = 400;
/// The most objects whose tags one call reads.
const TAGS: usize = 20;

/// Lists all load balancers and all target groups of the region.
pub(super) async fn all(aws: &Aws) -> Result<(Vec<SdkLoadBalancer>, Vec<SdkTargetGroup>)> {
    let balancers = async {
        let mut pages = aws.elb.describe_load_balancers().page_size(PAGE).into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(one) = pages.next().await {
            found.push(one.of("elasticloadbalancing:DescribeLoadBalancers")?);
        }
        Ok::<_, Error>(found)
    };
    let groups = async {
        let mut pages = aws.elb.describe_target_groups().page_size(PAGE).into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(one) = pages.next().await {
            found.push(one.of("elasticloadbalancing:DescribeTargetGroups")?);
        }
        Ok::<_, Error>(found)
    };
    tokio::try_join!(balancers, groups)
}

/// Lists the ARNs of all load balancers of the region.
pub(crate) async fn load_balancers(aws: &Aws) -> Result<Vec<String>> {
    let (balancers, _) = all(aws).await?;
    Ok(balancers.into_iter().filter_map(|one| one.load_balancer_arn).collect())
}

/// Reads the listeners of load balancers, and the rules of these listeners and of others that have not been read.
pub(super) async fn inside(
    aws: &Aws,
    balancers: Vec<String>,
    mut of_rules: BTreeSet<String>,
    read: &BTreeSet<String>,
) -> Result<(Vec<SdkListener>, Vec<(String, Vec<SdkRule>)>)> {
    let listeners = try_join_all(balancers.iter().map(async |arn| listeners(aws, arn).await)).await?;
    let listeners: Vec<SdkListener> = listeners.into_iter().flatten().collect();
    // A listener of a Network Load Balancer has no rules.
    let of_application = listeners.iter().filter_map(|one| one.listener_arn.clone());
    of_rules.extend(of_application.filter(|arn| arn.contains(":listener/app/")));
    of_rules.retain(|arn| !read.contains(arn));
    let rules = of_rules.into_iter().map(async |arn| {
        let rules = rules(aws, &arn).await?;
        Ok::<_, Error>((arn, rules))
    });
    Ok((listeners, try_join_all(rules).await?))
}

/// Lists the listeners of a load balancer; none if it no longer exists.
async fn listeners(aws: &Aws, balancer: &str) -> Result<Vec<SdkListener>> {
    let request = aws.elb.describe_listeners().load_balancer_arn(balancer).page_size(PAGE);
    let mut pages = request.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(one) = pages.next().await {
        let Some(one) =
            one.of("elasticloadbalancing:DescribeListeners").none_if(&["LoadBalancerNotFound"])?
        else {
            break;
        };
        found.push(one);
    }
    Ok(found)
}

/// Lists the rules of a listener but the default one; none if it no longer exists.
pub(super) async fn rules(aws: &Aws, listener: &str) -> Result<Vec<SdkRule>> {
    let request = aws.elb.describe_rules().listener_arn(listener).page_size(PAGE);
    let mut pages = request.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(one) = pages.next().await {
        let Some(one) = one.of("elasticloadbalancing:DescribeRules").none_if(&["ListenerNotFound"])? else {
            break;
        };
        found.push(one);
    }
    found.retain(|rule| rule.is_default() != Some(true));
    Ok(found)
}

/// Reads the attributes of load balancers and target groups, with one call for each. One that was deleted meanwhile has
/// none.
pub(super) async fn attributes(
    aws: &Aws,
    balancers: &[SdkLoadBalancer],
    groups: &[SdkTargetGroup],
) -> Result<Vec<(String, Attributes)>> {
    let pair = |key: Option<String>, value: Option<String>| Some((key?, value.unwrap_or_default()));
    let of_balancers = balancers.iter().filter_map(SdkLoadBalancer::load_balancer_arn).map(async |arn| {
        let answer = aws.elb.describe_load_balancer_attributes().load_balancer_arn(arn).send().await;
        let answer = answer.of("elasticloadbalancing:DescribeLoadBalancerAttributes");
        let answer = answer.none_if(&["LoadBalancerNotFound"])?;
        let all = answer.and_then(|answer| answer.attributes).unwrap_or_default();
        let all: Attributes = all.into_iter().filter_map(|one| pair(one.key, one.value)).collect();
        Ok::<_, Error>((arn.to_owned(), all))
    });
    let of_groups = groups.iter().filter_map(SdkTargetGroup::target_group_arn).map(async |arn| {
        let answer = aws.elb.describe_target_group_attributes().target_group_arn(arn).send().await;
        let answer = answer.of("elasticloadbalancing:DescribeTargetGroupAttributes");
        let answer = answer.none_if(&["TargetGroupNotFound"])?;
        let all = answer.and_then(|answer| answer.attributes).unwrap_or_default();
        let all: Attributes = all.into_iter().filter_map(|one| pair(one.key, one.value)).collect();
        Ok::<_, Error>((arn.to_owned(), all))
    });
    let (one, other) = tokio::try_join!(try_join_all(of_balancers), try_join_all(of_groups))?;
    Ok(one.into_iter().chain(other).collect())
}

/// Reads the tags of objects, twenty in a call. Without ARNs this makes no call.
pub(super) async fn described_tags(aws: &Aws, arns: &[String]) -> Result<BTreeMap<String, Tags>> {
    let batches = arns.chunks(TAGS).map(async |batch| {
        let request = aws.elb.describe_tags().set_resource_arns(Some(batch.to_vec()));
        request.send().await.of("elasticloadbalancing:DescribeTags")
    });
    let mut found = BTreeMap::new();
    for answer in try_join_all(batches).await? {
        for object in answer.tag_descriptions() {
            let tags = object.tags().iter();
            let tags =
                tags.filter_map(|tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or("").to_owned())));
            found.insert(object.resource_arn().unwrap_or_default().to_owned(), tags.collect());
        }
    }
    Ok(found)
}
