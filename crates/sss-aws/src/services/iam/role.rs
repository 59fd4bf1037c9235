//! IAM roles with everything in them: trust, inline and managed policies, exclusively.

mod policy;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_sdk_iam::types::{Role as SdkRole, Tag};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    Error, Id, Result,
    engine::{
        graph::Refs,
        kind::{Found, Immutable, NewName, Resource, Share, Way, name_tag, times},
        once::{once, send_once},
        run::Context,
        successor::Successors,
        wait::{Condition, Look, wait},
    },
    error::{Absent, Answer, Sent},
    hash,
    tags::{self, TagChange, Tags},
};

/// A role of the stack.
pub(crate) struct Role {
    pub(crate) name: String,
    /// The key of the stack file that gives it another name.
    pub(crate) named_by: String,
    pub(crate) state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) path: String,
    pub(crate) trust: Value,
    pub(crate) inline_policies: BTreeMap<String, Value>,
    pub(crate) managed_policies: BTreeSet<String>,
    /// The boundary that the stack set or sets. Another one is left to whoever set it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) permissions_boundary: Option<String>,
    pub(crate) tags: Tags,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) arn: String,
}

const SHOWN: Condition =
    Condition::new("the role to be listed", Duration::from_secs(10), Duration::from_mins(1)).looked_at_once();

/// How long after its creation IAM may not show a role.
const PROPAGATION: Duration = Duration::from_secs(30);

impl Resource for Role {
    const NAME: &'static str = "iam/role";
    const IMMUTABLE: &'static [Immutable] = &[Immutable {
        path: "path",
        because: "IAM cannot move a role to another path",
        name: NewName::Other,
        downtime: None,
    }];
    const SUCCESSORS: Successors = Successors { longest: 64, taken: &["EntityAlreadyExists"] };
    const TAGGING: Option<[&'static str; 2]> = Some(["iam:TagRole", "iam:UntagRole"]);
    const SHARED: Option<Share> = Some(|_, _| Arc::<Newest>::default());
    type State = State;
    type Output = Output;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})") }
    }

    fn named_by(&self) -> Option<String> {
        Some(self.named_by.clone())
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    /// IAM takes names for the same that differ in case only.
    fn is_same_name(one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    fn widened(live: &State, want: &State) -> Option<State> {
        /// The most managed policies that a role has.
        const MOST: usize = 10;
        let mut managed_policies = &live.managed_policies | &want.managed_policies;
        if managed_policies.len() > MOST {
            managed_policies.clone_from(&want.managed_policies);
        }
        let inline_policies = policy::together(&live.inline_policies, &want.inline_policies);
        let narrows = managed_policies != want.managed_policies || inline_policies != want.inline_policies;
        narrows.then(|| State { inline_policies, managed_policies, ..want.clone() })
    }

    async fn create(cx: &Context, id: &Id, name: &str, want: State) -> Result<Output> {
        const OPERATION: &str = "iam:CreateRole";
        let request = cx.aws.iam.create_role().role_name(name).path(&want.path);
        let old = replaced(cx, id).await?;
        let request = request
            .set_description(old.as_ref().and_then(|old| old.description.clone()))
            .set_max_session_duration(old.and_then(|old| old.max_session_duration))
            .assume_role_policy_document(want.trust.to_string())
            .set_permissions_boundary(want.permissions_boundary.clone())
            .set_tags(Some(sdk_tags(&name_tag(id, name, &want.tags))));
        let create = || async {
            let answer = send_once!(aws_sdk_iam, request.clone()).await.of(OPERATION)?;
            Ok(Output { arn: answer.role.sent(OPERATION, "Role")?.arn })
        };
        let output = match once(cx, id, create, || made(cx, name)).await {
            // A run that was killed has just made it, and IAM does not show it yet.
            Err(error) if error.has_code("EntityAlreadyExists") => shown(cx, id, name, error).await?,
            answered => answered?,
        };
        for policy in &want.managed_policies {
            attach(cx, name, policy).await?;
        }
        for (policy, document) in &want.inline_policies {
            put(cx, name, policy, document).await?;
        }
        cx.shared::<Newest>().note(id, name);
        Ok(output)
    }

    async fn update(cx: &Context, _id: &Id, found: Found<Self>, want: State) -> Result<()> {
        let (name, live) = (found.name.as_str(), found.state);
        if live.trust != want.trust {
            let request = cx.aws.iam.update_assume_role_policy().role_name(name);
            let document = want.trust.to_string();
            request.policy_document(document).send().await.of("iam:UpdateAssumeRolePolicy")?;
        }
        if let Some(boundary) = &want.permissions_boundary
            && want.permissions_boundary != live.permissions_boundary
        {
            let request = cx.aws.iam.put_role_permissions_boundary().role_name(name);
            request.permissions_boundary(boundary).send().await.of("iam:PutRolePermissionsBoundary")?;
        }
        for policy in want.managed_policies.difference(&live.managed_policies) {
            attach(cx, name, policy).await?;
        }
        for policy in live.managed_policies.difference(&want.managed_policies) {
            detach(cx, name, policy).await?;
        }
        let gone = live.inline_policies.keys().filter(|policy| !want.inline_policies.contains_key(*policy));
        let is_variant =
            |policy: &&String| want.inline_policies.keys().any(|one| one.eq_ignore_ascii_case(policy));
        let (variants, gone): (Vec<_>, Vec<_>) = gone.partition(is_variant);
        // IAM compares names without case, so one that is removed later would take the new one along.
        for policy in variants {
            take_off(cx, name, policy).await?;
        }
        for (policy, document) in &want.inline_policies {
            if live.inline_policies.get(policy) != Some(document) {
                put(cx, name, policy, document).await?;
            }
        }
        for policy in gone {
            take_off(cx, name, policy).await?;
        }
        Ok(())
    }

    async fn tag(cx: &Context, found: &Found<Self>, change: TagChange) -> Result<()> {
        // The mark says that the boundary is the stack's, so it goes last.
        let is_ours = found.state.permissions_boundary.is_some();
        if is_ours && change.remove.iter().any(|key| key == tags::BOUNDARY) {
            let request = cx.aws.iam.delete_role_permissions_boundary().role_name(&found.name);
            let gone = request.send().await.of("iam:DeleteRolePermissionsBoundary");
            gone.none_if(&["NoSuchEntity"])?;
        }
        if !change.remove.is_empty() {
            let request = cx.aws.iam.untag_role().role_name(&found.name);
            request.set_tag_keys(Some(change.remove)).send().await.of("iam:UntagRole")?;
        }
        if !change.set.is_empty() {
            let request = cx.aws.iam.tag_role().role_name(&found.name);
            request.set_tags(Some(sdk_tags(&change.set))).send().await.of("iam:TagRole")?;
        }
        Ok(())
    }

    fn calls(way: &Way<'_, State>) -> Vec<&'static str> {
        match way {
            Way::Make(want) => std::iter::once("iam:CreateRole")
                .chain(times("iam:AttachRolePolicy", want.managed_policies.len()))
                .chain(times("iam:PutRolePolicy", want.inline_policies.len()))
                .collect(),
            Way::Change(live, want) => {
                let (old, new) = (&live.managed_policies, &want.managed_policies);
                let put = want.inline_policies.iter();
                let put = put.filter(|(name, document)| live.inline_policies.get(*name) != Some(document));
                let off = live.inline_policies.keys();
                let off = off.filter(|name| !want.inline_policies.contains_key(*name));
                let bound = live.permissions_boundary != want.permissions_boundary;
                let bound = bound.then_some(match want.permissions_boundary {
                    Some(_) => "iam:PutRolePermissionsBoundary",
                    None => "iam:DeleteRolePermissionsBoundary",
                });
                times("iam:UpdateAssumeRolePolicy", usize::from(live.trust != want.trust))
                    .chain(bound)
                    .chain(times("iam:AttachRolePolicy", new.difference(old).count()))
                    .chain(times("iam:DetachRolePolicy", old.difference(new).count()))
                    .chain(times("iam:PutRolePolicy", put.count()))
                    .chain(times("iam:DeleteRolePolicy", off.count()))
                    .collect()
            }
            Way::Remove(live) => times("iam:DetachRolePolicy", live.managed_policies.len())
                .chain(times("iam:DeleteRolePolicy", live.inline_policies.len()))
                .chain(["iam:DeleteRole"])
                .collect(),
        }
    }

    async fn delete(cx: &Context, _id: &Id, found: Found<Self>) -> Result<()> {
        let name = found.name.as_str();
        for policy in &found.state.managed_policies {
            detach(cx, name, policy).await?;
        }
        for policy in found.state.inline_policies.keys() {
            take_off(cx, name, policy).await?;
        }
        let gone = cx.aws.iam.delete_role().role_name(name).send().await.of("iam:DeleteRole");
        gone.none_if(&["NoSuchEntity"]).map(drop)
    }

    /// Waits until IAM shows the role that was created last, if that is not long ago: whoever looks before would plan to
    /// create it again.
    async fn settle(cx: &Context) {
        if let Some((id, name)) = cx.shared::<Newest>().younger_than(PROPAGATION) {
            // The role is there, whatever IAM shows.
            drop(wait(cx, &id, &SHOWN, || look(cx, &name)).await);
        }
    }
}

/// The role that an apply created last: resource, name and time.
#[derive(Default)]
struct Newest(Mutex<Option<(Id, String, Instant)>>);

impl Newest {
    fn note(&self, id: &Id, name: &str) {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Some((id.clone(), name.to_owned(), Instant::now()));
    }

    fn younger_than(&self, age: Duration) -> Option<(Id, String)> {
        let newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = newest.as_ref().filter(|(.., created)| created.elapsed() < age);
        newest.map(|(id, name, _)| (id.clone(), name.clone()))
    }
}

/// The role that this one takes the place of: no listing tells its description and the length of its sessions.
async fn replaced(cx: &Context, id: &Id) -> Result<Option<SdkRole>> {
    let Some(old) = cx.replaced(id) else { return Ok(None) };
    let answer = cx.aws.iam.get_role().role_name(old).send().await.of("iam:GetRole");
    Ok(answer.none_if(&["NoSuchEntity"])?.and_then(|answer| answer.role))
}

/// The mark of a boundary that the stack set.
pub(crate) fn boundary_mark(arn: &str) -> String {
    hash::short(&Value::String(arn.to_owned()))
}

/// The role of this name once IAM shows it, if it is ours; otherwise the error.
async fn shown(cx: &Context, id: &Id, name: &str, error: Error) -> Result<Output> {
    if found(cx, name).await?.is_some_and(|role| ours(cx, role).is_none()) {
        return Err(error);
    }
    let shown = wait(cx, id, &SHOWN, || look(cx, name)).await;
    shown.map_err(|other| if other.is_late() { error } else { other })
}

async fn look(cx: &Context, name: &str) -> Result<Look<Output>> {
    let made = made(cx, name).await?;
    Ok(made.map_or_else(|| Look::Unmet("IAM does not list it yet".to_owned()), Look::Met))
}

/// The role of this name, when it is ours.
async fn made(cx: &Context, name: &str) -> Result<Option<Output>> {
    Ok(found(cx, name).await?.and_then(|role| ours(cx, role)))
}

async fn found(cx: &Context, name: &str) -> Result<Option<SdkRole>> {
    let answer = cx.aws.iam.get_role().role_name(name).send().await.of("iam:GetRole");
    Ok(answer.none_if(&["NoSuchEntity"])?.and_then(|answer| answer.role))
}

fn ours(cx: &Context, role: SdkRole) -> Option<Output> {
    let tags = role.tags().iter().map(|tag| (tag.key(), tag.value()));
    tags::marks_in(&cx.stack, cx.aws.region(), tags).then_some(Output { arn: role.arn })
}

async fn attach(cx: &Context, role: &str, policy: &str) -> Result<()> {
    let request = cx.aws.iam.attach_role_policy().role_name(role).policy_arn(policy);
    request.send().await.of("iam:AttachRolePolicy").map(drop)
}

async fn detach(cx: &Context, role: &str, policy: &str) -> Result<()> {
    let request = cx.aws.iam.detach_role_policy().role_name(role).policy_arn(policy);
    request.send().await.of("iam:DetachRolePolicy").none_if(&["NoSuchEntity"]).map(drop)
}

async fn put(cx: &Context, role: &str, policy: &str, document: &Value) -> Result<()> {
    let request = cx.aws.iam.put_role_policy().role_name(role).policy_name(policy);
    request.policy_document(document.to_string()).send().await.of("iam:PutRolePolicy").map(drop)
}

async fn take_off(cx: &Context, role: &str, policy: &str) -> Result<()> {
    let request = cx.aws.iam.delete_role_policy().role_name(role).policy_name(policy);
    request.send().await.of("iam:DeleteRolePolicy").none_if(&["NoSuchEntity"]).map(drop)
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(|pair| tag(pair).expect("a tag with key and value")).collect()
}
