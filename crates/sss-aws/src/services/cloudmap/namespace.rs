//! Cloud Map private DNS namespaces.

use std::time::Duration;

use aws_sdk_servicediscovery::types::{OperationStatus, OperationTargetType, PrivateDnsNamespaceChange, Tag};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Id, Result,
    engine::{
        graph::Refs,
        kind::{Found, Immutable, NewName, Resource, Waits, Way},
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::{Absent, Answer, Sent},
    tags::{TagChange, Tags},
};

/// The namespace of the stack.
pub(crate) struct Namespace {
    pub(crate) name: String,
    pub(crate) state: State,
}

/// AWS does not say which VPC a namespace is in, so a tag remembers it.
pub(crate) const VPC: &str = "sss:vpc";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) id: String,
    pub(crate) arn: String,
}

const SUCCEEDED: Condition =
    Condition::new("the namespace operation", Duration::from_secs(45), Duration::from_mins(5));

/// Of a change of a namespace or of a service in it.
pub(crate) const CHANGED: Condition =
    Condition::new("the Cloud Map change", Duration::from_secs(5), Duration::from_mins(5));

const FREE: Condition = Condition::new(
    "no other Cloud Map operation on it is under way",
    Duration::from_secs(5),
    Duration::from_mins(5),
);

const GONE: Condition =
    Condition::new("the deletion of the namespace", Duration::from_secs(45), Duration::from_mins(5))
        .looked_at_once();

impl Resource for Namespace {
    const NAME: &'static str = "servicediscovery/namespace";
    const IMMUTABLE: &'static [Immutable] = &[Immutable {
        path: "tags.sss:vpc",
        because: "Cloud Map cannot move a namespace to another VPC",
        name: NewName::Same,
        downtime: None,
    }];
    const WAITS: Waits = Waits {
        made: Some(&SUCCEEDED),
        changed: Some(&CHANGED),
        removed: Some(&SUCCEEDED),
        look: ("servicediscovery:GetOperation", 1),
    };
    const TAGGING: Option<[&'static str; 2]> =
        Some(["servicediscovery:TagResource", "servicediscovery:UntagResource"]);
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})"), arn: format!("(ARN of {id})") }
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    /// DNS takes names for the same that differ in case only.
    fn is_same_name(one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        let request = cx.aws.cloudmap.create_private_dns_namespace().name(name);
        let answer = request
            .vpc(want.tags.get(VPC).map(String::as_str).unwrap_or_default())
            .set_description(want.description)
            .set_tags(Some(sdk_tags(&want.tags)))
            .send()
            .await
            .of("servicediscovery:CreatePrivateDnsNamespace")?;
        let operation =
            answer.operation_id.sent("servicediscovery:CreatePrivateDnsNamespace", "OperationId")?;
        let namespace = finish(cx, id, &SUCCEEDED, &operation, &OperationTargetType::Namespace).await?;
        let arn = cx.arn("servicediscovery", &format!("namespace/{namespace}"))?;
        Ok(Output { id: namespace, arn })
    }

    async fn update(cx: &Context, id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let change =
            PrivateDnsNamespaceChange::builder().description(want.description.unwrap_or_default()).build();
        let request = cx.aws.cloudmap.update_private_dns_namespace().id(&found.output.id).namespace(change);
        let send = || async {
            let answer = request.clone().send().await.of("servicediscovery:UpdatePrivateDnsNamespace")?;
            answer.operation_id.sent("servicediscovery:UpdatePrivateDnsNamespace", "OperationId")
        };
        let operation = submitted(cx, id, send).await?;
        finish(cx, id, &CHANGED, &operation, &OperationTargetType::Namespace).await.map(drop)
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        retag(cx, &found.output.arn, change).await
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(_) => vec!["servicediscovery:CreatePrivateDnsNamespace"],
            Way::Change(..) => vec!["servicediscovery:UpdatePrivateDnsNamespace"],
            Way::Remove(_) => vec!["servicediscovery:DeleteNamespace"],
        }
    }

    async fn delete(cx: &Context, id: &Id, found: Found<Self>) -> Result<()> {
        const OPERATION: &str = "servicediscovery:DeleteNamespace";
        let namespace = &found.output.id;
        let answer = cx.aws.cloudmap.delete_namespace().id(namespace).send().await.of(OPERATION);
        match answer.none_if(&["NamespaceNotFound"]) {
            // Another run is at it, or this one was and the answer did not come through.
            Err(error) if error.has_code("DuplicateRequest") => gone(cx, id, namespace).await,
            Err(error) => Err(error),
            Ok(None) => Ok(()),
            Ok(Some(answer)) => {
                let operation = answer.operation_id.sent(OPERATION, "OperationId")?;
                finish(cx, id, &SUCCEEDED, &operation, &OperationTargetType::Namespace).await.map(drop)
            }
        }
    }
}

async fn gone(cx: &Context, id: &Id, namespace: &str) -> Result<()> {
    wait(cx, id, &GONE, || async {
        let answer = cx.aws.cloudmap.get_namespace().id(namespace).send().await;
        let there = answer.of("servicediscovery:GetNamespace").none_if(&["NamespaceNotFound"])?;
        Ok(there.map_or(Look::Met(()), |_| Look::Unmet("in progress".to_owned())))
    })
    .await
}

/// Submits a change, and returns the id of its operation.
///
/// Cloud Map refuses a change while another operation on the object is under way: the change of another run, or this one
/// if its answer was lost. The change is then sent again until Cloud Map takes it.
pub(crate) async fn submitted<F, Fut>(cx: &Context, id: &Id, send: F) -> Result<String>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<String>>,
{
    match send().await {
        Err(error) if error.has_code("DuplicateRequest") => {
            wait(cx, id, &FREE, || async {
                match send().await {
                    Ok(operation) => Ok(Look::Met(operation)),
                    Err(error) if error.has_code("DuplicateRequest") => Ok(Look::Unmet(error.to_string())),
                    Err(error) => Err(error),
                }
            })
            .await
        }
        sent => sent,
    }
}

/// Waits for an operation to succeed. Gives the id of what it was for.
pub(crate) async fn finish(
    cx: &Context,
    id: &Id,
    condition: &Condition,
    operation: &str,
    target: &OperationTargetType,
) -> Result<String> {
    wait(cx, id, condition, || async {
        let answer = cx.aws.cloudmap.get_operation().operation_id(operation).send().await;
        let state = answer.of("servicediscovery:GetOperation")?.operation;
        let state = state.sent("servicediscovery:GetOperation", "Operation")?;
        match state.status() {
            Some(OperationStatus::Success) => {
                let target = state.targets().and_then(|targets| targets.get(target));
                Ok(Look::Met(target.cloned().sent("servicediscovery:GetOperation", "target")?))
            }
            Some(OperationStatus::Fail) => {
                let code = state.error_code().unwrap_or("no code");
                let message = state.error_message().unwrap_or("AWS gives no reason");
                Err(Error::failed(condition.name, format!("{} failed: {code}: {message}", condition.name)))
            }
            other => Ok(Look::Unmet(other.map_or("no status", |status| status.as_str()).to_owned())),
        }
    })
    .await
}

/// Changes the tags of anything that Cloud Map names by an ARN.
pub(crate) async fn retag(cx: &Context, arn: &str, change: TagChange) -> Result<()> {
    if !change.remove.is_empty() {
        let request = cx.aws.cloudmap.untag_resource().resource_arn(arn).set_tag_keys(Some(change.remove));
        request.send().await.of("servicediscovery:UntagResource")?;
    }
    if !change.set.is_empty() {
        let request = cx.aws.cloudmap.tag_resource().resource_arn(arn).set_tags(Some(sdk_tags(&change.set)));
        request.send().await.of("servicediscovery:TagResource")?;
    }
    Ok(())
}

pub(crate) fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(|pair| tag(pair).expect("a tag with key and value")).collect()
}
