//! IAM roles with their trust and their policies. The stack owns all policies of a role.
//!
//! A policy that somebody adds by hand is a difference, and a plan removes it. A permissions boundary is
//! different: security teams set boundaries, so it is compared only if the stack sets it, or has set it
//! before.
//!
//! # Facts about AWS
//!
//! - Names are unique in an account, without case (`EntityAlreadyExists`). The path cannot change, so another
//!   path takes another role of another name.
//! - A role with policies cannot be deleted (`DeleteConflict`). Its deletion begins with them.
//! - A role has at most 10 managed policies by default, and 10240 characters of inline policies.
//! - `CreateRole` takes no token, but refuses a second role of the name.
//!
//! # Parts
//!
//! [`policy`] joins policies for the time in which old and new tasks run, [`writes`] has the calls from one
//! state to another, and [`shown`](mod@shown) the waits for a role that IAM does not show yet.
//!
//! # Two parts of an update
//!
//! Old tasks use a role until they stop. An update that takes policies away adds the new ones first
//! ([`Resource::widened`]), and removes the old ones after the tasks have been replaced.

mod policy;
mod shown;
mod writes;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_iam::types::{Role as SdkRole, RoleDetail};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sss_model::{Path, PolicyDocument, TASK_PRINCIPAL};

use self::{
    shown::{Newest, made, shown},
    writes::{Change, between},
};
use crate::{
    Graph, Id, Result,
    engine::{
        graph::Refs,
        kind::{
            Found, Immutable, NewName, Object, Resource, Retag, Settling, Share, Way, from_value, name_tag,
            to_value,
        },
        once::{once, send_once},
        run::Context,
        successor::Successors,
        world::Live,
    },
    error::{Absent, Answer, Sent},
    grant::Grant,
    hash,
    services::iam::tags_for_sdk,
    tags::{BOUNDARY, NAME, Ownership, Tags, observed_in, of_others},
};

/// A role of the stack.
pub(crate) struct Role {
    /// The name.
    pub(crate) name: String,
    /// The key of the stack file that gives it another name. A refusal shows it, if a stack in another region
    /// has the name.
    pub(crate) named_by: String,
    pub(crate) state: State,
}

/// The managed part of a role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// The path, `/` by default.
    pub(crate) path: String,
    /// The trust policy in normal form: who may assume the role.
    pub(crate) trust: Value,
    /// The inline policies by name, as documents in normal form.
    pub(crate) inline_policies: BTreeMap<String, Value>,
    /// The ARNs of the attached policies.
    pub(crate) managed_policies: BTreeSet<String>,
    /// The ARN of the boundary that the stack has set or sets. A boundary of others stays as it is and is
    /// `None` here.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) permissions_boundary: Option<String>,
    /// The tags, the region and the mark of the boundary among them.
    pub(crate) tags: Tags,
}

/// The ARN of a role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Output {
    /// The ARN. Task definitions refer to it.
    pub(crate) arn: String,
}

impl Resource for Role {
    const NAME: &'static str = "iam/role";
    const IMMUTABLE: &'static [Immutable] = &[Immutable {
        path: Path::literal("path"),
        because: "IAM cannot move a role to another path",
        name: NewName::Other,
        downtime: None,
    }];
    const SUCCESSORS: Successors = Successors { longest: 64, taken: &["EntityAlreadyExists"] };
    const REGIONLESS: Option<&'static str> = Some("an account has one IAM for all regions");
    const TAGGING: Option<[&'static str; 2]> = Some([SET_TAGS, REMOVE_TAGS]);
    const CREATE: &'static str = "iam:CreateRole";
    const GRANTS: &'static [Grant] = super::grants::ROLE;
    const SHARED: Option<Share> = Some(|_, _, _| Arc::<Newest>::default());
    const SETTLING: Option<Settling> = Some(shown::SETTLING);
    type State = State;
    type Output = Output;
    type Write<'a> = Change<'a>;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn pending(id: &Id) -> Output {
        Output { arn: format!("(ARN of {id})") }
    }

    fn named_by(&self) -> Option<String> {
        Some(self.named_by.clone())
    }

    /// ECS assumes a role only if its trust policy names the tasks of ECS.
    fn unusable(live: &Live, _vpc: &str) -> Option<(String, String)> {
        let trust = from_value::<State>(&live.state).trust;
        let because = || format!("does not trust {TASK_PRINCIPAL}");
        let hint = || {
            format!(
                "ask its owner to let {TASK_PRINCIPAL} call `sts:AssumeRole`, or name another role under `{{key}}`"
            )
        };
        (!policy::trusts(&trust, TASK_PRINCIPAL)).then(|| (because(), hint()))
    }

    fn desired(&self, _refs: &Refs<'_>) -> State {
        self.state.clone()
    }

    fn in_arns(&self, name: &str) -> String {
        format!("{}{name}", self.state.path).trim_start_matches('/').to_owned()
    }

    /// IAM compares names without case.
    fn is_same_name(one: &str, other: &str) -> bool {
        one.eq_ignore_ascii_case(other)
    }

    /// Returns a state with the policies of both states.
    ///
    /// Managed policies beyond the quota, and inline policies that would be too long together, are the
    /// desired ones only.
    fn widened(live: &State, want: &State) -> Option<State> {
        /// The quota on managed policies of a role.
        const MOST: usize = 10;
        let mut managed_policies = &live.managed_policies | &want.managed_policies;
        if managed_policies.len() > MOST {
            managed_policies.clone_from(&want.managed_policies);
        }
        let inline_policies = policy::together(&live.inline_policies, &want.inline_policies);
        let narrows = managed_policies != want.managed_policies || inline_policies != want.inline_policies;
        narrows.then(|| State { inline_policies, managed_policies, ..want.clone() })
    }

    /// Creates the role with trust, boundary and tags. Its policies follow as writes.
    ///
    /// A role that replaces another one gets its description and session length, which no listing has.
    ///
    /// # Errors
    ///
    /// Another owner has the name; or IAM did not show our own role within a minute after it refused the
    /// name.
    async fn create(cx: &Context, id: &Id, name: &str, want: &State) -> Result<Output> {
        let request = cx.aws.iam.create_role().role_name(name).path(&want.path);
        let old = replaced(cx, id).await?;
        let request = request
            .set_description(old.as_ref().and_then(|old| old.description.clone()))
            .set_max_session_duration(old.and_then(|old| old.max_session_duration))
            .assume_role_policy_document(want.trust.to_string())
            .set_permissions_boundary(want.permissions_boundary.clone())
            .set_tags(Some(tags_for_sdk(&name_tag(id, name, &want.tags))));

        let create = || async {
            let answer = send_once!(aws_sdk_iam, request.clone()).await.of(Self::CREATE)?;
            Ok(Output { arn: answer.role.sent(Self::CREATE, "Role")?.arn })
        };
        let output = match once(cx, id, create, || made(cx, name)).await {
            // A run that died has just created the role, and IAM does not show it yet.
            Err(error) if error.has_code("EntityAlreadyExists") => shown(cx, id, name, error).await?,
            answered => answered?,
        };
        cx.shared::<Newest>().note(id, name);
        Ok(output)
    }

    fn writes<'a>(way: &Way<'a, State>) -> Vec<Change<'a>> {
        match way {
            Way::Make(want) => writes::first(want),
            Way::Change(live, want) => between(live, want),
            Way::Remove(live) => writes::last(live),
        }
    }

    async fn write<'a>(cx: &Context, on: &'a Object<'_, Self>, write: Change<'a>) -> Result<()> {
        write.send(cx, on.name).await
    }

    /// Sets or removes tags. IAM names a role by its name, not by its ARN.
    async fn tag(cx: &Context, found: &Found<Self>, change: Retag) -> Result<()> {
        match change {
            Retag::Remove(keys) => {
                let request = cx.aws.iam.untag_role().role_name(&found.name);
                request.set_tag_keys(Some(keys)).send().await.of(REMOVE_TAGS).map(drop)
            }
            Retag::Set(tags) => {
                let request = cx.aws.iam.tag_role().role_name(&found.name);
                request.set_tags(Some(tags_for_sdk(&tags))).send().await.of(SET_TAGS).map(drop)
            }
        }
    }
}

const SET_TAGS: &str = "iam:TagRole";
const REMOVE_TAGS: &str = "iam:UntagRole";

/// Reads the role that a new one replaces: no listing has its description and the length of its sessions.
///
/// It makes no call for a role that replaces none.
async fn replaced(cx: &Context, id: &Id) -> Result<Option<SdkRole>> {
    let Some(old) = cx.replaced(id) else { return Ok(None) };
    let answer = cx.aws.iam.get_role().role_name(old).send().await.of("iam:GetRole");
    Ok(answer.none_if(&["NoSuchEntity"])?.and_then(|answer| answer.role))
}

/// Returns the value of the tag that marks a boundary as set by the stack.
///
/// It is a hash of the ARN. If somebody sets another boundary, the tag no longer fits, and that boundary
/// counts as theirs.
pub(crate) fn boundary_mark(arn: &str) -> String {
    hash::short(&Value::String(arn.to_owned()))
}

/// Decodes a role with its policies.
///
/// The tag `sss:name` is the logical name of a role that replaced another one. A name that differs from a
/// desired one by case only is the desired one.
///
/// # Errors
///
/// The answer lacks the name or the ARN, which AWS always sends.
pub(super) fn decode(graph: &Graph, region: &str, detail: &RoleDetail) -> Result<(Id, Live)> {
    const OPERATION: &str = "iam:GetAccountAuthorizationDetails";
    let name = detail.role_name().sent(OPERATION, "RoleName")?;
    let all: Tags = detail.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
    let called = all.get(NAME).map_or(name, String::as_str);
    let id = Id::new(Role::KIND, graph.without_case(Role::KIND, called));
    let of_others = beside_desired(graph, &id, of_others(&all));
    let (mark, (ownership, tags)) = (all.get(BOUNDARY).cloned(), observed_in(graph.stack(), region, all));
    // A role of others counts by its own name, whatever its tags say.
    let id = if ownership == Ownership::Ours {
        id
    } else {
        Id::new(Role::KIND, graph.without_case(Role::KIND, name))
    };

    let boundary = detail.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
    let is_compared = mark.as_deref() == boundary.map(boundary_mark).as_deref() || sets_boundary(graph, &id);
    let (ours, theirs) = if is_compared { (boundary, None) } else { (None, boundary) };

    let mut inline_policies = BTreeMap::new();
    for policy in detail.role_policy_list() {
        let document = document(policy.policy_document().unwrap_or_default());
        inline_policies.insert(policy.policy_name().unwrap_or_default().to_owned(), document);
    }
    let managed = detail.attached_managed_policies().iter().filter_map(|policy| policy.policy_arn());
    let state = State {
        path: detail.path().unwrap_or("/").to_owned(),
        trust: document(detail.assume_role_policy_document().unwrap_or_default()),
        inline_policies,
        managed_policies: managed.map(str::to_owned).collect(),
        permissions_boundary: ours.map(str::to_owned),
        tags,
    };
    let output = Output { arn: detail.arn().sent(OPERATION, "Arn")?.to_owned() };
    let found = Found::<Role> { physical: name.to_owned(), name: name.to_owned(), state, output };
    let live = found.into_live(ownership).with_tags_of_others(&of_others);
    let live = live.with_of_others("permissions_boundary", theirs).losing(profiles(detail));
    Ok((id, live))
}

/// Returns the tags of others that IAM accepts beside those of the stack: it compares keys without case.
fn beside_desired(graph: &Graph, id: &Id, mut of_others: Tags) -> Tags {
    if let Some(role) = graph.resource::<Role>(id) {
        let desired: BTreeSet<String> = role.state.tags.keys().map(|key| key.to_lowercase()).collect();
        of_others.retain(|key, _| !desired.contains(&key.to_lowercase()));
    }
    of_others
}

/// Returns whether the stack sets the boundary of a role.
fn sets_boundary(graph: &Graph, id: &Id) -> bool {
    graph.resource::<Role>(id).is_some_and(|role| role.state.permissions_boundary.is_some())
}

/// Returns the losses of a replacement: the places of the role in instance profiles.
fn profiles(detail: &RoleDetail) -> Vec<String> {
    let profiles = detail.instance_profile_list().iter();
    let told = profiles.map(|profile| {
        let name = profile.instance_profile_name();
        format!(
            "the place in the instance profile {name}: IAM keeps the old role until you remove it from there"
        )
    });
    told.collect()
}

/// Decodes a policy document into its normal form, or as it is where the model does not know it. IAM answers
/// documents URL-encoded.
fn document(encoded: &str) -> Value {
    let text = percent_decode_str(encoded).decode_utf8_lossy();
    match PolicyDocument::from_json(&text) {
        Ok(document) => to_value(&document),
        Err(_) => serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into_owned())),
    }
}
