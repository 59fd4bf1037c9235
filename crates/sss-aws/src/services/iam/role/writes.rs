//! The writes on a role beside its creation and its tags.
//!
//! Each policy takes a call of its own. The order matters in three places: the tag that marks a boundary
//! outlives the boundary, a role loses its policies before it is deleted, and a variant of a policy's name in
//! another case goes before the new policy comes.

use serde_json::Value;

use crate::{
    Result,
    engine::{
        kind::{Calls, Write},
        run::Context,
    },
    error::{Absent, Answer},
    services::iam::role::State,
};

/// A write on a role.
pub(crate) enum Change<'a> {
    /// Sets the trust policy.
    Trust(&'a Value),
    /// Sets the permissions boundary to this ARN.
    SetBoundary(&'a str),
    /// Removes the permissions boundary.
    RemoveBoundary,
    /// Attaches the managed policy with this ARN.
    Attach(&'a str),
    /// Detaches the managed policy with this ARN.
    Detach(&'a str),
    /// Creates or replaces the inline policy of this name.
    Put(&'a str, &'a Value),
    /// Deletes the inline policy of this name.
    Take(&'a str),
    Delete,
}

impl Write for Change<'_> {
    fn calls(&self) -> Calls {
        match self {
            Self::Trust(_) => &["iam:UpdateAssumeRolePolicy"],
            Self::SetBoundary(_) => &["iam:PutRolePermissionsBoundary"],
            Self::RemoveBoundary => &["iam:DeleteRolePermissionsBoundary"],
            Self::Attach(_) => &["iam:AttachRolePolicy"],
            Self::Detach(_) => &["iam:DetachRolePolicy"],
            Self::Put(..) => &["iam:PutRolePolicy"],
            Self::Take(_) => &["iam:DeleteRolePolicy"],
            Self::Delete => &["iam:DeleteRole"],
        }
    }

    /// Returns whether the write is the removal of a boundary.
    ///
    /// A tag marks the boundary as set by the stack. Without the tag, the boundary would count as one of
    /// others.
    fn precedes_tags(&self) -> bool {
        matches!(self, Self::RemoveBoundary)
    }
}

/// Returns the writes after the creation of a role: all its policies.
pub(super) fn first(want: &State) -> Vec<Change<'_>> {
    let attach = want.managed_policies.iter().map(|policy| Change::Attach(policy));
    attach
        .chain(want.inline_policies.iter().map(|(policy, document)| Change::Put(policy, document)))
        .collect()
}

/// Returns the writes that delete a role, its policies first.
pub(super) fn last(live: &State) -> Vec<Change<'_>> {
    let detach = live.managed_policies.iter().map(|policy| Change::Detach(policy));
    let take = live.inline_policies.keys().map(|policy| Change::Take(policy));
    detach.chain(take).chain([Change::Delete]).collect()
}

/// Returns the writes from one state to another.
///
/// Policies come before others go, except for variants of a name, which would be deleted together with the
/// new one.
pub(super) fn between<'a>(live: &'a State, want: &'a State) -> Vec<Change<'a>> {
    let trust = (live.trust != want.trust).then_some(Change::Trust(&want.trust));
    let boundary = (live.permissions_boundary != want.permissions_boundary)
        .then(|| want.permissions_boundary.as_deref().map_or(Change::RemoveBoundary, Change::SetBoundary));
    let (old, new) = (&live.managed_policies, &want.managed_policies);
    let attach = new.difference(old).map(|policy| Change::Attach(policy));
    let detach = old.difference(new).map(|policy| Change::Detach(policy));

    // IAM compares names without case, so a variant that is removed later would remove the new policy.
    let gone = live.inline_policies.keys().filter(|policy| !want.inline_policies.contains_key(*policy));
    let is_variant =
        |policy: &&String| want.inline_policies.keys().any(|one| one.eq_ignore_ascii_case(policy));
    let (variants, gone): (Vec<_>, Vec<_>) = gone.partition(is_variant);
    let put = want.inline_policies.iter();
    let put = put.filter(|(policy, document)| live.inline_policies.get(*policy) != Some(document));

    let take = |policies: Vec<&'a String>| policies.into_iter().map(|policy| Change::Take(policy));
    trust
        .into_iter()
        .chain(boundary)
        .chain(attach)
        .chain(detach)
        .chain(take(variants))
        .chain(put.map(|(policy, document)| Change::Put(policy, document)))
        .chain(take(gone))
        .collect()
}

impl Change<'_> {
    /// Sends the write. A call that the SDK repeats after a lost answer may find its object gone.
    ///
    /// # Errors
    ///
    /// The call failed. An object that is gone is no error for a removal.
    pub(super) async fn send(self, cx: &Context, role: &str) -> Result<()> {
        const GONE: &[&str] = &["NoSuchEntity"];
        let call = self.calls()[0];

        match self {
            Self::Trust(document) => {
                let request = cx.aws.iam.update_assume_role_policy().role_name(role);
                request.policy_document(document.to_string()).send().await.of(call).map(drop)
            }
            Self::SetBoundary(boundary) => {
                let request = cx.aws.iam.put_role_permissions_boundary().role_name(role);
                request.permissions_boundary(boundary).send().await.of(call).map(drop)
            }
            Self::RemoveBoundary => {
                let request = cx.aws.iam.delete_role_permissions_boundary().role_name(role);
                request.send().await.of(call).none_if(GONE).map(drop)
            }
            Self::Attach(policy) => {
                let request = cx.aws.iam.attach_role_policy().role_name(role).policy_arn(policy);
                request.send().await.of(call).map(drop)
            }
            Self::Detach(policy) => {
                let request = cx.aws.iam.detach_role_policy().role_name(role).policy_arn(policy);
                request.send().await.of(call).none_if(GONE).map(drop)
            }
            Self::Put(policy, document) => {
                let request = cx.aws.iam.put_role_policy().role_name(role).policy_name(policy);
                request.policy_document(document.to_string()).send().await.of(call).map(drop)
            }
            Self::Take(policy) => {
                let request = cx.aws.iam.delete_role_policy().role_name(role).policy_name(policy);
                request.send().await.of(call).none_if(GONE).map(drop)
            }
            Self::Delete => {
                cx.aws.iam.delete_role().role_name(role).send().await.of(call).none_if(GONE).map(drop)
            }
        }
    }
}
