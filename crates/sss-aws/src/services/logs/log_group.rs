//! CloudWatch Logs groups.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    Id, Result,
    engine::{
        graph::Refs,
        kind::{Found, Resource, Way},
        once::{once, send_once},
        run::Context,
    },
    error::{Absent, Answer},
    tags::{self, TagChange, Tags},
};

/// A log group of the stack.
pub(crate) struct LogGroup {
    pub(crate) name: String,
    pub(crate) state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// Days; none when events never expire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) retention_days: Option<i32>,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) name: String,
    /// Without the `:*` at the end.
    pub(crate) arn: String,
}

impl Resource for LogGroup {
    const NAME: &'static str = "logs/log-group";
    const DATA: Option<&'static str> = Some("log events");
    const TAGGING: Option<[&'static str; 2]> = Some(["logs:TagResource", "logs:UntagResource"]);
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { name: id.name.clone(), arn: format!("(ARN of {id})") }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        let arn = cx.arn("logs", &format!("log-group:{name}"))?;
        let tags: HashMap<_, _> = want.tags.into_iter().collect();
        let request = cx.aws.logs.create_log_group().log_group_name(name).set_tags(Some(tags));
        let make = || async {
            send_once!(aws_sdk_cloudwatchlogs, request.clone()).await.of("logs:CreateLogGroup").map(drop)
        };
        once(cx, id, make, || made(cx, &arn)).await?;
        set_retention(cx, name, want.retention_days).await?;
        Ok(Output { name: name.to_owned(), arn })
    }

    async fn update(cx: &Context, _id: &Id, found: Found<Self>, want: State) -> Result<()> {
        if want.retention_days.is_none() {
            let request = cx.aws.logs.delete_retention_policy().log_group_name(&found.name);
            return request.send().await.of("logs:DeleteRetentionPolicy").map(drop);
        }
        set_retention(cx, &found.name, want.retention_days).await
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        let arn = &found.output.arn;
        if !change.remove.is_empty() {
            let request = cx.aws.logs.untag_resource().resource_arn(arn).set_tag_keys(Some(change.remove));
            request.send().await.of("logs:UntagResource")?;
        }
        if !change.set.is_empty() {
            let tags: HashMap<_, _> = change.set.into_iter().collect();
            let request = cx.aws.logs.tag_resource().resource_arn(arn).set_tags(Some(tags));
            request.send().await.of("logs:TagResource")?;
        }
        Ok(())
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(want) if want.retention_days.is_some() => {
                vec!["logs:CreateLogGroup", "logs:PutRetentionPolicy"]
            }
            Way::Make(_) => vec!["logs:CreateLogGroup"],
            Way::Change(_, want) if want.retention_days.is_some() => vec!["logs:PutRetentionPolicy"],
            Way::Change(..) => vec!["logs:DeleteRetentionPolicy"],
            Way::Remove(_) => vec!["logs:DeleteLogGroup"],
        }
    }

    async fn delete(cx: &Context, _id: &Id, found: Found<Self>) -> Result<()> {
        let gone =
            cx.aws.logs.delete_log_group().log_group_name(&found.name).send().await.of("logs:DeleteLogGroup");
        gone.none_if(&["ResourceNotFoundException"]).map(drop)
    }
}

/// Whether there is a group of this ARN that is ours.
async fn made(cx: &Context, arn: &str) -> Result<Option<()>> {
    let answer = cx.aws.logs.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.of("logs:ListTagsForResource").none_if(&["ResourceNotFoundException"])?;
    let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
    let ours = tags::marks(&cx.stack, tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    Ok(ours.then_some(()))
}

async fn set_retention(cx: &Context, name: &str, days: Option<i32>) -> Result<()> {
    let Some(days) = days else { return Ok(()) };
    let request = cx.aws.logs.put_retention_policy().log_group_name(name).retention_in_days(days);
    request.send().await.of("logs:PutRetentionPolicy").map(drop)
}
