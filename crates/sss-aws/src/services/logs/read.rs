//! Log groups, by name in fifties. Their tags come from the tagging API, and one by one only where it has none.

use std::collections::BTreeMap;

use crate::{
    Aws, Graph, Id, Result,
    engine::{
        kind::{Found, Resource},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    services::{
        logs::log_group::{self, LogGroup},
        tagging::Tagged,
    },
    tags::{Ownership, Tags, observed},
};

const OPERATION: &str = "logs:DescribeLogGroups";

/// A log group as it is listed, without its tags.
pub(crate) struct Group {
    pub(crate) name: String,
    /// Without the `:*` at the end.
    pub(crate) arn: String,
    pub(crate) retention_days: Option<i32>,
    pub(crate) stored_bytes: Option<i64>,
}

/// The log groups that have a name that the graph wants.
pub(crate) async fn wanted(aws: &Aws, graph: &Graph) -> Result<Vec<Group>> {
    let names: Vec<String> = graph.names(LogGroup::KIND).map(str::to_owned).collect();
    groups(aws, &names).await
}

/// The log groups of these names, as far as they exist.
async fn groups(aws: &Aws, names: &[String]) -> Result<Vec<Group>> {
    let batches = names.chunks(50).map(async |batch| {
        let request = aws.logs.describe_log_groups().set_log_group_identifiers(Some(batch.to_vec()));
        request.send().await.of(OPERATION)
    });
    let mut groups = Vec::new();
    for answer in futures_util::future::try_join_all(batches).await? {
        for group in answer.log_groups.unwrap_or_default() {
            let arn = group.log_group_arn.or(group.arn).sent(OPERATION, "logGroupArn")?;
            groups.push(Group {
                name: group.log_group_name.sent(OPERATION, "logGroupName")?,
                arn: arn.trim_end_matches(":*").to_owned(),
                retention_days: group.retention_in_days,
                stored_bytes: group.stored_bytes,
            });
        }
    }
    Ok(groups)
}

/// Those, and ours of other names, with their tags.
pub(crate) async fn marked(
    aws: &Aws,
    graph: &Graph,
    mut found: Vec<Group>,
    tagged: &Tagged,
) -> Result<Vec<(Id, Live)>> {
    let name = |arn: &str| arn.splitn(7, ':').nth(6).map(|name| name.trim_end_matches(":*").to_owned());
    let others: Vec<String> = tagged
        .arns("logs", "log-group:")
        .filter_map(name)
        .filter(|name| !found.iter().any(|group| group.name == *name))
        .collect();
    found.extend(groups(aws, &others).await?);
    let lives = found.into_iter().map(|group| live(aws, graph, tagged, group));
    let lives = futures_util::future::try_join_all(lives).await?;
    let concerns = |(id, live): &(Id, Live)| live.ownership == Ownership::Ours || graph.node(id).is_some();
    Ok(lives.into_iter().filter(concerns).collect())
}

async fn live(aws: &Aws, graph: &Graph, tagged: &Tagged, group: Group) -> Result<(Id, Live)> {
    let id = Id::new(LogGroup::KIND, group.name.clone());
    let all = match tagged.believed(graph, &id, &group.arn) {
        Some(tags) => tags.clone(),
        None => tags(aws, &group.arn).await?,
    };
    let (ownership, tags) = observed(graph.stack(), all);
    let state = log_group::State { retention_days: group.retention_days, tags };
    let output = log_group::Output { name: group.name.clone(), arn: group.arn };
    let found = Found::<LogGroup> { physical: group.name.clone(), name: group.name, state, output };
    Ok((id, found.into_live(ownership).storing(group.stored_bytes)))
}

async fn tags(aws: &Aws, arn: &str) -> Result<Tags> {
    let answer = aws.logs.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.of("logs:ListTagsForResource").none_if(&["ResourceNotFoundException"])?;
    let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags.into_iter().collect::<BTreeMap<_, _>>())
}
