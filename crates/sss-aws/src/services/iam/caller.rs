//! The caller, as far as IAM tells it, and the roles that belong to AWS services.
//!
//! # Facts about AWS
//!
//! - `GetUser` without a name returns the user who calls. It refuses a caller that is the session of a role.
//! - A service-linked role is under the path `/aws-service-role/`, and its name is the same in every account.

use crate::{
    Aws, Result,
    error::{Absent, Answer},
};

/// Reads the ARN of the user who makes the calls. `None` if the caller is no user.
///
/// # Errors
///
/// The call failed or was denied.
pub(crate) async fn user(aws: &Aws) -> Result<Option<String>> {
    let answer = aws.iam.get_user().send().await.of("iam:GetUser").none_if(&["ValidationError"])?;
    Ok(answer.and_then(|answer| answer.user).map(|user| user.arn))
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
