//! Roles one by one, for a caller that may not list all roles.
//!
//! A role takes `GetRole`, `ListRolePolicies`, `ListAttachedRolePolicies`, and `GetRolePolicy` for each
//! inline policy. `GetRole` answers tags as `ListRoleTags` does, which is an assumption.

use aws_sdk_iam::types::{AttachedPolicy, PolicyDetail, Role as SdkRole, RoleDetail};
use futures_util::future::try_join_all;

use crate::{
    Aws, Result,
    error::{Absent, Answer, Sent},
};

/// Reads the roles of these names that exist, all at the same time.
pub(super) async fn roles(aws: &Aws, names: impl Iterator<Item = String>) -> Result<Vec<RoleDetail>> {
    let found = try_join_all(names.map(async |name| role(aws, &name).await)).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Reads a role with its policies, or `None` if it does not exist.
async fn role(aws: &Aws, name: &str) -> Result<Option<RoleDetail>> {
    let answer = aws.iam.get_role().role_name(name).send().await.of("iam:GetRole");
    let Some(answer) = answer.none_if(&["NoSuchEntity"])? else {
        return Ok(None);
    };
    let role: SdkRole = answer.role.sent("iam:GetRole", "Role")?;

    let (inline, attached) = tokio::try_join!(inline_policies(aws, name), attached_policies(aws, name))?;
    let detail = RoleDetail::builder()
        .role_name(role.role_name)
        .path(role.path)
        .arn(role.arn)
        .set_assume_role_policy_document(role.assume_role_policy_document)
        .set_tags(role.tags)
        .set_permissions_boundary(role.permissions_boundary)
        .set_role_policy_list(Some(inline))
        .set_attached_managed_policies(Some(attached));
    Ok(Some(detail.build()))
}

/// Reads the inline policies of a role with their documents.
async fn inline_policies(aws: &Aws, role: &str) -> Result<Vec<PolicyDetail>> {
    let mut pages = aws.iam.list_role_policies().role_name(role).into_paginator().items().send();
    let mut policies = Vec::new();
    while let Some(name) = pages.next().await {
        let name = name.of("iam:ListRolePolicies")?;
        let request = aws.iam.get_role_policy().role_name(role).policy_name(&name);
        let document = request.send().await.of("iam:GetRolePolicy")?.policy_document;
        policies.push(PolicyDetail::builder().policy_name(name).policy_document(document).build());
    }
    Ok(policies)
}

/// Lists the managed policies of a role.
async fn attached_policies(aws: &Aws, role: &str) -> Result<Vec<AttachedPolicy>> {
    let mut pages = aws.iam.list_attached_role_policies().role_name(role).into_paginator().items().send();
    let mut policies = Vec::new();
    while let Some(policy) = pages.next().await {
        policies.push(policy.of("iam:ListAttachedRolePolicies")?);
    }
    Ok(policies)
}
