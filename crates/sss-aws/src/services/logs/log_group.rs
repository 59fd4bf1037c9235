//! CloudWatch Logs groups.
//!
//! The state of a group is its retention, its encryption and its class. Encryption and class are left to others
//! until the stack sets them.
//!
//! # Facts about AWS
//!
//! - Names are unique in a region and cannot change. `CreateLogGroup` refuses a second group of the name and
//!   takes no token, so a lost answer needs a look.
//! - `CreateLogGroup` sets tags, but no retention. That takes a second call, `PutRetentionPolicy`.
//! - Removing the retention is a call of its own, `DeleteRetentionPolicy`.
//! - The key changes in place, for new events. The class never changes, so another class is another group.
//! - A group of the class DELIVERY keeps events for a day, whatever the retention.

use aws_sdk_cloudwatchlogs::types::LogGroupClass;
use serde::{Deserialize, Serialize};
use sss_model::Path;

use crate::{
    Graph, Id, Result,
    engine::{
        graph::Refs,
        kind::{
            Calls, Data, Found, Immutable, NewName, Object, Resource, Retag, Settling, Way, Write, name_tag,
        },
        once::{once, send_once},
        run::Context,
        successor::Successors,
        world::{Fact, Live},
    },
    error::{Absent, Answer},
    grant::Grant,
    services::{
        lag,
        logs::{
            self,
            listing::{self, Listed},
            sdk_tags,
        },
    },
    tags::{self, NAME, Ownership, Tags, observed, of_others},
};

/// A log group of the stack.
pub(crate) struct LogGroup {
    /// The name, such as `/ecs/shop`.
    pub(crate) name: String,
    /// The optional settings that the stack leaves to others.
    pub(crate) unset: Vec<&'static str>,
    pub(crate) state: State,
}

/// The class of a group for which nobody chose one.
pub(crate) const STANDARD: &str = "STANDARD";
/// The class of groups whose events are delivered and not kept.
const DELIVERY: &str = "DELIVERY";

/// The managed part of a log group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The days after which events expire. `None` if events never expire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) retention_days: Option<i32>,
    /// The ARN of the key that encrypts events. `None` for CloudWatch's own key.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) kms_key: Option<String>,
    /// The class, which never changes. `None` is STANDARD.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) class: Option<String>,
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
    const IMMUTABLE: &'static [Immutable] = &[Immutable {
        path: Path::literal("class"),
        because: "CloudWatch Logs cannot change the class of a log group",
        name: NewName::Other,
        downtime: None,
    }];
    const SUCCESSORS: Successors = Successors { longest: 512, taken: &["ResourceAlreadyExistsException"] };
    const DATA: Option<Data> =
        Some(Data { name: "log events", stored_bytes: |live| live.facts.get::<StoredBytes>().0 });
    const TAGGING: Option<[&'static str; 2]> = Some(logs::TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = "logs:CreateLogGroup";
    const GRANTS: &'static [Grant] = super::grants::LOG_GROUP;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { name: id.name.clone(), arn: format!("(ARN of {id})") }
    }

    fn replaced(id: &Id) -> Output {
        Output { name: format!("(name of the new {id})"), ..Self::pending(id) }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    fn unset(&self) -> Vec<&'static str> {
        self.unset.clone()
    }

    /// Creates the group with its key, its class and its tags. The retention follows as a write.
    ///
    /// The answer has no ARN. It is made of account, region and name.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let arn = cx.arn(Self::CREATE, &format!("log-group:{name}"))?;
        let request = cx.aws.logs.create_log_group().log_group_name(name);
        let request = request
            .set_kms_key_id(want.kms_key.clone())
            .set_log_group_class(want.class.as_deref().map(LogGroupClass::from))
            .set_tags(Some(sdk_tags(&name_tag(id, name, &want.tags))));
        let make =
            || async { send_once!(aws_sdk_cloudwatchlogs, request.clone()).await.of(Self::CREATE).map(drop) };
        once(cx, id, make, || made(cx, &arn)).await?;
        Ok(Output { name: name.to_owned(), arn })
    }

    /// Returns the writes of the retention and the key, or the deletion.
    ///
    /// A new group keeps its events for ever, so a creation without retention takes no write.
    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(want) => want.retention_days.map(Change::Retain).into_iter().collect(),
            Way::Change(live, want) => between(live, want),
            Way::Remove(_) => vec![Change::Delete],
        }
    }

    /// Carries out one write. A group that no longer exists counts as deleted.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
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
            Change::Encrypt(key) => {
                let request = cx.aws.logs.associate_kms_key().log_group_name(on.name).kms_key_id(key);
                request.send().await.of(call).map(drop)
            }
            Change::EncryptByDefault => {
                cx.aws.logs.disassociate_kms_key().log_group_name(on.name).send().await.of(call).map(drop)
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

/// Returns the writes between two states of one class.
///
/// A group of the class DELIVERY has a retention of its own.
fn between<'a>(live: &State, want: &'a State) -> Vec<Change<'a>> {
    let is_kept = want.class.as_deref() != Some(DELIVERY);
    let retention = (is_kept && live.retention_days != want.retention_days)
        .then(|| want.retention_days.map_or(Change::RetainForever, Change::Retain));
    let key = (live.kms_key != want.kms_key)
        .then(|| want.kms_key.as_deref().map_or(Change::EncryptByDefault, Change::Encrypt));
    retention.into_iter().chain(key).collect()
}

/// A write on a log group.
pub(crate) enum Change<'a> {
    /// Keeps events for so many days.
    Retain(i32),
    /// Removes the retention, so that events never expire.
    RetainForever,
    /// Encrypts new events with the key of this ARN.
    Encrypt(&'a str),
    /// Encrypts new events with CloudWatch's own key.
    EncryptByDefault,
    /// Deletes the group with all its events.
    Delete,
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::Retain(_) => &["logs:PutRetentionPolicy"],
            Self::RetainForever => &["logs:DeleteRetentionPolicy"],
            Self::Encrypt(_) => &["logs:AssociateKmsKey"],
            Self::EncryptByDefault => &["logs:DisassociateKmsKey"],
            Self::Delete => &["logs:DeleteLogGroup"],
        }
    }

    /// The record of the key must still be there if the run dies before the default key is back.
    fn precedes_tags(&self) -> bool {
        matches!(self, Self::EncryptByDefault)
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
    let called = tags.get(NAME).map(|name| Id::new(LogGroup::KIND, name.clone()));
    let of_others = of_others(&tags);
    let (ownership, tags) = observed(graph.stack(), tags);
    // A group of others counts by its own name, whatever its tags say.
    let id = called.filter(|_| ownership == Ownership::Ours).unwrap_or(id);
    let state = State {
        // The class has a retention of its own.
        retention_days: group.retention_days.filter(|_| group.class.as_deref() != Some(DELIVERY)),
        kms_key: group.kms_key,
        class: group.class.filter(|class| class != STANDARD),
        tags,
    };
    let output = Output { name: group.name.clone(), arn: group.arn };
    let found = Found::<LogGroup> { physical: group.name.clone(), name: group.name, state, output };
    let live = found.into_live(ownership).with_fact(&StoredBytes(group.stored_bytes));
    (id, live.with_tags_of_others(&of_others))
}
