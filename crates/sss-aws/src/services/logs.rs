//! CloudWatch Logs: log groups.
//!
//! A stack has a log group for each service and one for the access logs of its stage. Their names are known,
//! so `DescribeLogGroups` reads fifty of them in a call, without pages of groups of others.
//!
//! # Facts about AWS
//!
//! - The listing has no tags. They come from the tagging API, or from one call per group.
//! - The ARN of a group ends in `:*` in some answers and requests. Here it never does.
//! - Deleting a group deletes its events. No later apply brings them back, so a plan says how many bytes a
//!   deletion loses.
//! - A late request, or the agent on a task that stops, creates a deleted group again, without retention
//!   (`terraform-provider-aws#9783`). Task definitions and stages refer to log groups, so the groups are
//!   deleted after them.

mod grants;
pub(crate) mod listing;
pub(crate) mod live;
pub(crate) mod log_group;
pub(crate) mod policies;
pub(crate) mod reading;

use std::collections::{BTreeMap, HashMap};

use futures_util::future::try_join_all;

use self::{listing::Listed, log_group::LogGroup};
use crate::{
    Error, Graph, Result, World,
    client::pace::{Quota, Rate},
    engine::{
        kind::{Resource, Retag},
        run::Context,
    },
    grant::Grant,
    services::{
        aws_service::{AwsService, Reading, TagType},
        retag::retag,
        tagging::Tagged,
    },
    tags::Tags,
};

/// CloudWatch Logs.
///
/// It reads the groups by their names, and those with the stack's mark under other names in the second round.
pub(crate) struct Logs;

/// The answers of CloudWatch Logs.
pub(crate) struct Found {
    /// The groups that exist, of the names that were asked for.
    groups: Vec<Listed>,
    /// The tags of groups by ARN. Empty until the second round.
    tags: BTreeMap<String, Tags>,
}

impl AwsService for Logs {
    const NAME: &'static str = "logs";
    /// Source: "CloudWatch Logs quotas". The page names no bursts; a bucket holds the tokens of one second.
    const QUOTAS: &'static [Quota] = &[
        Quota::new("CloudWatch Logs CreateLogGroup", &["CreateLogGroup"], Rate::new(10, 10.0)),
        Quota::new("CloudWatch Logs DeleteLogGroup", &["DeleteLogGroup"], Rate::new(10, 10.0)),
        Quota::new("CloudWatch Logs DescribeLogGroups", &["DescribeLogGroups"], Rate::new(10, 10.0)),
        Quota::new("CloudWatch Logs PutRetentionPolicy", &["PutRetentionPolicy"], Rate::new(5, 5.0)),
        Quota::new("CloudWatch Logs DeleteRetentionPolicy", &["DeleteRetentionPolicy"], Rate::new(5, 5.0)),
        Quota::new("CloudWatch Logs AssociateKmsKey", &["AssociateKmsKey"], Rate::new(5, 5.0)),
        Quota::new("CloudWatch Logs DisassociateKmsKey", &["DisassociateKmsKey"], Rate::new(5, 5.0)),
        Quota::new("CloudWatch Logs ListTagsForResource", &["ListTagsForResource"], Rate::new(5, 5.0)),
        Quota::new("CloudWatch Logs TagResource", &["TagResource"], Rate::new(5, 5.0)),
        Quota::new("CloudWatch Logs UntagResource", &["UntagResource"], Rate::new(5, 5.0)),
    ];
    const THROTTLED: &'static [&'static str] = &["ThrottlingException"];
    const TAG_TYPES: &'static [TagType] = &[TagType::new("logs:log-group", LogGroup::KIND)];
    const GRANTS: &'static [Grant] = grants::ALL;
    type Found = Found;

    /// Reads the groups that have a name of the stack.
    async fn first_round(cx: &Reading<'_>) -> Result<Found> {
        let referred = cx.graph.references(LogGroup::KIND);
        let referred = referred.map(|text| text.strip_suffix(":*").unwrap_or(text));
        let names: Vec<String> = cx.graph.names(LogGroup::KIND).chain(referred).map(str::to_owned).collect();
        Ok(Found { groups: listing::groups(cx.aws, &names).await?, tags: BTreeMap::new() })
    }

    /// Reads the groups with the stack's mark under other names, and then the tags that the tagging API does
    /// not have as desired.
    async fn second_round(cx: &Reading<'_>, mut found: Found, tagged: &Tagged) -> Result<Found> {
        let name = |arn: &str| arn.splitn(7, ':').nth(6).map(|name| name.trim_end_matches(":*").to_owned());
        let others: Vec<String> = tagged
            .arns(Self::NAME, "log-group:")
            .filter_map(name)
            .filter(|name| !found.groups.iter().any(|group| group.name == *name))
            .collect();
        found.groups.extend(listing::groups(cx.aws, &others).await?);
        let successors = successors(cx.graph, &found.groups);
        found.groups.extend(listing::groups(cx.aws, &successors).await?);

        let tags = found.groups.iter().map(async |group| {
            let tags = listing::tags(cx, tagged, group).await?;
            Ok::<_, Error>((group.arn.clone(), tags))
        });
        found.tags = try_join_all(tags).await?.into_iter().collect();
        Ok(found)
    }

    /// Adds the groups that concern the stack to the world.
    async fn third_round(cx: &Reading<'_>, found: Found, world: &mut World) -> Result<()> {
        let mut tags = found.tags;
        let decoded = found.groups.into_iter().map(|group| {
            let tags = tags.remove(&group.arn).unwrap_or_default();
            log_group::decode(cx.graph, group, tags)
        });
        world.extend(decoded.filter(|(id, live)| cx.graph.concerns(id, live)));
        Ok(())
    }

    /// One call for fifty groups.
    fn least_reads(graph: &Graph, _world: &World) -> usize {
        let named = graph.names(LogGroup::KIND).chain(graph.references(LogGroup::KIND)).count();
        named.div_ceil(listing::GROUPS)
    }
}

/// Returns the names that groups get when they replace groups of another class, as far as they are not known.
///
/// Only a group whose class the stack sets has such a name, and only the tagging API tells it otherwise, which may be
/// behind.
fn successors(graph: &Graph, known: &[Listed]) -> Vec<String> {
    let sets_class = graph.resources::<LogGroup>().filter(|(_, group)| !group.unset.contains(&"class"));
    let names = sets_class
        .flat_map(|(id, _)| LogGroup::SUCCESSORS.names(&id.name, |_| false).into_iter().skip(1).take(1));
    names.filter(|name| known.iter().all(|group| group.name != *name)).collect()
}

/// The calls that set and remove tags, in this order.
const TAGGING: [&str; 2] = ["logs:TagResource", "logs:UntagResource"];

/// Changes the tags of an object that CloudWatch Logs names by its ARN.
async fn retag(cx: &Context, arn: &str, change: Retag) -> Result<()> {
    retag!(cx.aws.logs.untag_resource(), cx.aws.logs.tag_resource(), TAGGING, arn, change, sdk_tags)
}

fn sdk_tags(tags: &Tags) -> HashMap<String, String> {
    tags.clone().into_iter().collect()
}
