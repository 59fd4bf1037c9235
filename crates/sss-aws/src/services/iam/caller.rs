//! The caller, as IAM knows it, and the roles that belong to AWS services.
//!
//! # Facts about AWS
//!
//! - A simulation takes the ARN of a role, which has the path of the role. Roles of IAM Identity Center have the path
//!   `/aws-reserved/sso.amazonaws.com/REGION/`, without a region in `us-east-1`.
//! - A service-linked role is under the path `/aws-service-role/`, and its name is the same in every account.

use crate::{
    Aws, Result,
    error::{Absent, Answer},
    services::sts::{self, Caller},
};

/// The caller, as far as its rights can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Principal {
    /// A user, or the role behind a session, by the ARN of IAM.
    Known(String),
    /// Nobody whose policies IAM tells. Contains the reason.
    Unknown(String),
}

/// Reads the user who makes the calls, or the role of the session that does.
///
/// It takes one call, and a second one for a session.
///
/// # Errors
///
/// A call failed, or the caller may not read its own role.
pub(crate) async fn principal(aws: &Aws) -> Result<Principal> {
    let role = match sts::caller(aws).await? {
        Caller::User(arn) => return Ok(Principal::Known(arn)),
        Caller::Other(arn) => {
            return Ok(Principal::Unknown(format!(
                "IAM tells the policies of users and roles, not of {arn}"
            )));
        }
        Caller::Session(role) => role,
    };
    let answer = aws.iam.get_role().role_name(&role).send().await.of("iam:GetRole");
    let found = answer.none_if(&["NoSuchEntity"])?.and_then(|answer| answer.role);
    Ok(match found {
        Some(found) => Principal::Known(found.arn),
        None => Principal::Unknown(format!("the role {role} of this session no longer exists")),
    })
}

/// Reads the names of the service-linked roles of the account.
///
/// # Errors
///
/// A call failed or was denied.
pub(crate) async fn linked_roles(aws: &Aws) -> Result<Vec<String>> {
    let mut pages = aws.iam.list_roles().path_prefix("/aws-service-role/").into_paginator().send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        names.extend(page.of("iam:ListRoles")?.roles.into_iter().map(|role| role.role_name));
    }
    Ok(names)
}
