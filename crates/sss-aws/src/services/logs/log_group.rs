//! CloudWatch Logs groups.
//!
//! The state of a group is its retention. Class and encryption are left to others: the stack file has no
//! words for them.
//!
//! # Facts about AWS
//!
//! - Names are unique in a region and cannot change. `CreateLogGroup` refuses a second group of the name and
//!   takes no token, so a lost answer needs a look.
//! - `CreateLogGroup` sets tags, but no retention. That takes a second call, `PutRetentionPolicy`.
//! - Removing the retention is a call of its own, `DeleteRetentionPolicy`.

use serde::{Deserialize, Serialize};

use crate::{
    Graph, Id, Result,
    engine::{
        graph::Refs,
        kind::{Calls, Data, Found, Object, Resource, Retag, Settling, Way, Write},
        once::{once, send_once},
        run::Context,
        world::{Fact, Live},
    },
    error::{Absent, Answer},
    services::{
        lag,
        logs::{
            self,
            listing::{self, Listed},
            sdk_tags,
        },
    },
    tags::{self, Tags, observed},
};

/// A log group of the stack.
pub(crate) struct LogGroup {
    /// The name, such as `/ecs/shop`.
    pub(crate) name: String,
    pub(crate) state: State,
}

/// The managed part of a log group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The days after which events expire. `None` if events never expire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) retention_days: Option<i32>,
    pub(crate) tags: Tags,
}

/// The name and the ARN of a group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The name. Task definitions refer to it.
    pub(crate) name: String,
    /// The ARN without the `:*` at the end. The stage refers to it.
    pub(crate) arn: String,
}

/// The number of bytes in a log group. It comes with the listing and is no part of the state.
///
/// It grows by itself, so it must not make a difference between two plans.
#[derive(Debug, Default, Serialize, Deserialize)]
struct StoredBytes(Option<i64>);

impl Fact for StoredBytes {
    const NAME: &'static str = "stored_bytes";
}

impl Resource for LogGroup {
    const NAME: &'static str = "logs/log-group";
    const DATA: Option<Data> =
        Some(Data { name: "log events", stored_bytes: |live| live.facts.get::<StoredBytes>().0 });
    const TAGGING: Option<[&'static str; 2]> = Some(logs::TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = "logs:CreateLogGroup";
    type State = State;
    type Output = Output;
    type Write<'a> = Change;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { name: id.name.clone(), arn: format!("(ARN of {id})") }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    /// Creates the group with its tags. The retention follows as a write.
    ///
    /// The answer has no ARN. It is made of account, region and name.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let arn = cx.arn(Self::CREATE, &format!("log-group:{name}"))?;
        let request = cx.aws.logs.create_log_group().log_group_name(name);
        let request = request.set_tags(Some(sdk_tags(&want.tags)));
        let make =
            || async { send_once!(aws_sdk_cloudwatchlogs, request.clone()).await.of(Self::CREATE).map(drop) };
        once(cx, id, make, || made(cx, &arn)).await?;
        Ok(Output { name: name.to_owned(), arn })
    }

    /// Returns the write of the retention, or the deletion.
    ///
    /// A new group keeps its events for ever, so a creation without retention takes no write.
    fn writes(way: &Way<'_, State>) -> Vec<Change> {
        match way {
            Way::Make(want) => want.retention_days.map(Change::Retain).into_iter().collect(),
            Way::Change(_, want) => {
                vec![want.retention_days.map_or(Change::RetainForever, Change::Retain)]
            }
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    /// Carries out one write. A group that no longer exists counts as deleted.
    async fn write(cx: &Context, on: &Object<'_, Self>, write: Change) -> Result<()> {
        let call = write.calls()[0];
        match write {
            Change::Retain(days) => {
                let request =
                    cx.aws.logs.put_retention_policy().log_group_name(on.name).retention_in_days(days);
                request.send().await.of(call).map(drop)
            }
            Change::RetainForever => {
                cx.aws.logs.delete_retention_policy().log_group_name(on.name).send().await.of(call).map(drop)
            }
            Change::Delete => {
                let gone = cx.aws.logs.delete_log_group().log_group_name(on.name).send().await.of(call);
                gone.none_if(&["ResourceNotFoundException"]).map(drop)
            }
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        logs::retag(cx, &found.output.arn, change).await
    }

    /// Only the listing of tags has the tags of a group, and groups under names that the stack no longer has.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }
}

/// A write on a log group.
pub(crate) enum Change {
    /// Keeps events for so many days.
    Retain(i32),
    /// Removes the retention, so that events never expire.
    RetainForever,
    /// Deletes the group with all its events.
    Delete,
}

impl Write for Change {
    fn calls(&self) -> Calls {
        match self {
            Self::Retain(_) => &["logs:PutRetentionPolicy"],
            Self::RetainForever => &["logs:DeleteRetentionPolicy"],
            Self::Delete => &["logs:DeleteLogGroup"],
        }
    }
}

/// Returns whether a group of this ARN exists and is ours.
///
/// Its tags tell both: a group that does not exist has none.
async fn made(cx: &Context, arn: &str) -> Result<Option<()>> {
    let found = listing::of_arn(&cx.aws, arn).await?;
    Ok(tags::marks(&cx.stack, tags::pairs(&found)).then_some(()))
}

/// Decodes a group with these tags.
pub(super) fn decode(graph: &Graph, group: Listed, tags: Tags) -> (Id, Live) {
    let id = group.id();
    let (ownership, tags) = observed(graph.stack(), tags);
    let state = State { retention_days: group.retention_days, tags };
    let output = Output { name: group.name.clone(), arn: group.arn };
    let found = Found::<LogGroup> { physical: group.name.clone(), name: group.name, state, output };
    (id, found.into_live(ownership).with_fact(&StoredBytes(group.stored_bytes)))
}
