//! CloudWatch Logs groups.

use serde::{Deserialize, Serialize};

use crate::{
    Graph, Id, Result,
    engine::{
        graph::Refs,
        kind::{Calls, Data, Found, Object, Resource, Retag, Way, Write},
        once::{once, send_once},
        run::Context,
        world::{Fact, Live},
    },
    error::{Absent, Answer},
    services::logs::{
        self,
        listing::{self, Listed},
        sdk_tags,
    },
    tags::{self, Tags, observed},
};

/// A log group of the stack.
pub(crate) struct LogGroup {
    pub(crate) name: String,
    pub(crate) state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// Days. `None` if events never expire.
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

/// The number of bytes in a log group. It comes with the listing and is no part of the state.
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

    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let arn = cx.arn(Self::CREATE, &format!("log-group:{name}"))?;
        let request = cx.aws.logs.create_log_group().log_group_name(name);
        let request = request.set_tags(Some(sdk_tags(&want.tags)));
        let make =
            || async { send_once!(aws_sdk_cloudwatchlogs, request.clone()).await.of(Self::CREATE).map(drop) };
        once(cx, id, make, || made(cx, &arn)).await?;
        Ok(Output { name: name.to_owned(), arn })
    }

    fn writes(way: &Way<'_, State>) -> Vec<Change> {
        match way {
            Way::Make(want) => want.retention_days.map(Change::Retain).into_iter().collect(),
            Way::Change(_, want) => {
                vec![want.retention_days.map_or(Change::RetainForever, Change::Retain)]
            }
            Way::Remove(_) => vec![Change::Delete],
        }
    }

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
}

/// A write on a log group.
pub(crate) enum Change {
    /// Keeps events for so many days.
    Retain(i32),
    RetainForever,
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
