//! Cloud Map private DNS namespaces.
//!
//! A namespace is a private hosted zone of Route 53 in one VPC. A stack has one, and its registries are in
//! it.
//!
//! # Facts about AWS
//!
//! - Creation and deletion are operations of 30 to 60 seconds. `GetOperation` reports SUBMITTED, PENDING,
//!   then SUCCESS or FAIL; the reason of a failure may be empty.
//! - Only the description changes in place. Another VPC takes another namespace, which may have the same
//!   name.
//! - A namespace with services cannot be deleted (`ResourceInUse`).
//! - Cloud Map does not answer the VPC of a namespace; Route 53 would. The tag [`VPC`] records it.
//! - Cloud Map refuses a change while another operation on the namespace is under way (`DuplicateRequest`).
//!
//! [`submitted`] and [`finish`] serve changes of Cloud Map services as well, because these are operations
//! too.

use std::time::Duration;

use aws_sdk_servicediscovery::types::{OperationTargetType, PrivateDnsNamespaceChange};
use serde::{Deserialize, Serialize};
use sss_model::Path;

use crate::{
    Graph, Id, Result,
    engine::{
        graph::Refs,
        kind::{Found, Immutable, NewName, Object, Resource, Retag, Settling, Waits, Way},
        run::Context,
        wait::{Condition, Look, wait},
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    services::{
        cloudmap::{
            self,
            listing::{self, Listed},
            operation::{self, CHANGED, finish},
            tags_for_sdk,
        },
        lag,
        whole::{Change, Whole},
    },
    tags::{self, Tags, observed},
};

/// The namespace of the stack.
pub(crate) struct Namespace {
    /// The DNS name, such as `shop.internal`.
    pub(crate) name: String,
    /// The desired state. The VPC is among its tags.
    pub(crate) state: State,
}

/// The tag with the VPC of a namespace, because Cloud Map does not answer it.
///
/// It is one of the tags that the stack sets. A change of it is a change of the VPC and replaces the
/// namespace.
pub(crate) const VPC: &str = "sss:vpc";

/// The managed part of a namespace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The description. `None` is an empty one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) description: Option<String>,
    /// The tags, that with the VPC among them.
    pub(crate) tags: Tags,
}

/// The id and the ARN that Cloud Map gives a namespace.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The id. Services refer to it.
    pub(crate) id: String,
    pub(crate) arn: String,
}

/// The end of a creation or a deletion.
const SUCCEEDED: Condition =
    Condition::new("the namespace operation", Duration::from_secs(45), Duration::from_mins(5));

/// The end of a deletion that this run cannot follow by its operation.
const GONE: Condition =
    Condition::new("the deletion of the namespace", Duration::from_secs(45), Duration::from_mins(5))
        .looked_at_once();

impl Resource for Namespace {
    const NAME: &'static str = "servicediscovery/namespace";
    const IMMUTABLE: &'static [Immutable] = &[Immutable {
        path: Path::literal(r#"tags."sss:vpc""#),
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
    const TAGGING: Option<[&'static str; 2]> = Some(cloudmap::TAGGING);
    const SETTLING: Option<Settling> = Some(lag::SETTLING);
    const CREATE: &'static str = "servicediscovery:CreatePrivateDnsNamespace";
    const GRANTS: &'static [Grant] = super::grants::NAMESPACE;
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a, Self>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { id: format!("(id of {id})"), arn: format!("(ARN of {id})") }
    }

    /// Tasks register in a private namespace only, and requests reach it in its VPC only.
    ///
    /// Cloud Map does not answer the VPC. It is known of namespaces that a stack made.
    fn unusable(live: &Live, vpc: &str) -> Option<(String, String)> {
        if let Some(kind) = &live.status {
            return Some((
                format!("is of the type {kind}"),
                "name a private DNS namespace under `{key}`".to_owned(),
            ));
        }
        let tags = crate::tags::of_state(&live.state);
        let other = tags.get(VPC).filter(|other| *other != vpc)?;
        Some((
            format!("is in {other}, not in {vpc}"),
            "name a namespace of the stack's VPC under `{key}`".to_owned(),
        ))
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    /// DNS compares names without case.
    fn is_same_name(one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    /// Creates the namespace, and waits until it is ready.
    ///
    /// The ARN is made of the account and the id, because the answer has neither. A namespace that an earlier run asked
    /// for may be ready since the observation; it is the one if it has the stack's mark.
    ///
    /// # Errors
    ///
    /// The operation failed, for example because the VPC does not exist or has a zone of this name; or it was
    /// late.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let request = cx.aws.cloudmap.create_private_dns_namespace().name(name);
        let answer = request
            .vpc(want.tags.get(VPC).map(String::as_str).unwrap_or_default())
            .set_description(want.description.clone())
            .set_tags(Some(tags_for_sdk(&want.tags)))
            .send()
            .await
            .of(Self::CREATE);
        let answer = match answer {
            Err(error) if error.has_code("NamespaceAlreadyExists") => {
                return made(cx, name, want).await?.ok_or(error);
            }
            answer => answer?,
        };
        let operation = answer.operation_id.sent(Self::CREATE, "OperationId")?;
        let namespace = finish(cx, id, &SUCCEEDED, &operation, &OperationTargetType::Namespace).await?;
        let arn = cx.arn(Self::CREATE, &format!("namespace/{namespace}"))?;
        Ok(Output { id: namespace, arn })
    }

    /// Returns one write. An update sets the description.
    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a, Self>> {
        Change::of(way)
    }

    /// Carries out one write, and waits for its operation.
    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a, Self>) -> Result<()> {
        match write {
            Change::Update { want, .. } => update(cx, on.id, &on.output.id, want).await,
            Change::Delete(_) => delete(cx, on.id, &on.output.id).await,
        }
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        cloudmap::retag(cx, &found.output.arn, change).await
    }

    /// Only the listing of tags has the tags, and namespaces under names that the stack no longer has.
    fn listed_as(output: &Output) -> Option<&str> {
        Some(&output.arn)
    }
}

impl Whole for Namespace {
    const UPDATE: &'static str = "servicediscovery:UpdatePrivateDnsNamespace";
    const DELETE: &'static str = "servicediscovery:DeleteNamespace";
}

/// Returns the stack's namespace of this name in this VPC, which an earlier run asked for.
async fn made(cx: &Context, name: &str, want: &State) -> Result<Option<Output>> {
    for Listed { id, arn, .. } in listing::created(&cx.aws, name).await? {
        let found = listing::described_tags(&cx.aws, &arn).await?;
        if tags::marks(&cx.stack, tags::pairs(&found)) && found.get(VPC) == want.tags.get(VPC) {
            return Ok(Some(Output { id, arn }));
        }
    }
    Ok(None)
}

/// Calls `UpdatePrivateDnsNamespace`, and waits for its operation. An empty description removes the
/// description.
async fn update(cx: &Context, id: &Id, namespace: &str, want: &State) -> Result<()> {
    let description = want.description.clone().unwrap_or_default();
    let change = PrivateDnsNamespaceChange::builder().description(description).build();
    let request = cx.aws.cloudmap.update_private_dns_namespace().id(namespace).namespace(change);
    let send = || async { Ok(request.clone().send().await.of(Namespace::UPDATE)?.operation_id) };
    operation::change(cx, id, &OperationTargetType::Namespace, Namespace::UPDATE, send).await
}

/// Calls `DeleteNamespace`, and waits until it is done.
///
/// A namespace that no longer exists is a success. If another deletion is under way, this waits for the end
/// of that one.
///
/// # Errors
///
/// The namespace has services, the operation failed, or it was late.
async fn delete(cx: &Context, id: &Id, namespace: &str) -> Result<()> {
    let answer = cx.aws.cloudmap.delete_namespace().id(namespace).send().await.of(Namespace::DELETE);
    match answer.none_if(&["NamespaceNotFound"]) {
        // Another run deletes it, or this one did and the answer was lost.
        Err(error) if error.has_code("DuplicateRequest") => gone(cx, id, namespace).await,
        Err(error) => Err(error),
        Ok(None) => Ok(()),
        Ok(Some(answer)) => {
            let operation = answer.operation_id.sent(Namespace::DELETE, "OperationId")?;
            finish(cx, id, &SUCCEEDED, &operation, &OperationTargetType::Namespace).await.map(drop)
        }
    }
}

/// Waits until Cloud Map no longer has a namespace.
async fn gone(cx: &Context, id: &Id, namespace: &str) -> Result<()> {
    wait(cx, id, &GONE, || async {
        let answer = cx.aws.cloudmap.get_namespace().id(namespace).send().await;
        let there = answer.of("servicediscovery:GetNamespace").none_if(&["NamespaceNotFound"])?;
        Ok(there.map_or(Look::Met(()), |_| Look::Unmet("in progress".to_owned())))
    })
    .await
}

/// Decodes a namespace with these tags.
pub(super) fn decode(graph: &Graph, listed: Listed, tags: Tags) -> (Id, Live) {
    let (id, kind) = (listed.logical(), listed.kind.clone());
    let (ownership, tags) = observed(graph.stack(), tags);
    let state = State { description: listed.description.filter(|text| !text.is_empty()), tags };
    let output = Output { id: listed.id.clone(), arn: listed.arn };
    let found = Found::<Namespace> { physical: listed.id, name: listed.name, state, output };
    let live = found.into_live(ownership);
    let is_private = kind == "DNS_PRIVATE";
    (id, if is_private { live } else { live.with_status(kind) })
}
