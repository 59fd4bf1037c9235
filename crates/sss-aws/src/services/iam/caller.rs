//! The caller, as IAM knows it, and the roles that belong to AWS services.
//!
//! # Facts about AWS
//!
//! - A simulation takes the ARN of a role, which has the path of the role. Roles of IAM Identity Center have the path
//!   `/aws-reserved/sso.amazonaws.com/REGION/`, without a region in `us-east-1`.
//! - A service-linked role is under the path `/aws-service-role/`, and its name is the same in every account.

use aws_sdk_iam::types::Role;

use crate::{
    Aws, Result,
    error::{Absent, Answer},
    services::sts::{self, Caller},
};

/// The path of service-linked roles.
const LINKED: &str = "/aws-service-role/";

/// The caller, as far as its rights can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Principal {
    /// A user, or the role behind a session, by the ARN of IAM.
    Known(String),
    /// Nobody whose policies IAM tells. Contains the reason.
    Unknown(String),
}

/// The most roles that IAM lists in one answer.
const PAGE: i32 = 1000;

/// Reads the user who makes the calls, or the role of the session that does; and the names of the service-linked roles
/// of the account.
///
/// It takes two calls at the same time: a listing of all roles has the path of the session's role and the
/// service-linked ones. Where the listing is denied or has more roles than an answer holds, each of the two is asked
/// for alone in a second round trip.
///
/// # Errors
///
/// The first: a call failed, or the caller may not read its own role. The second: IAM does not list the roles.
pub(crate) async fn caller_and_linked_roles(aws: &Aws) -> (Result<Principal>, Result<Vec<String>>) {
    let listing = async { aws.iam.list_roles().max_items(PAGE).send().await.of("iam:ListRoles") };
    let (caller, listing) = tokio::join!(sts::caller(aws), listing);
    let listed = listing.as_ref().map_or(&[][..], |answer| &answer.roles);
    let is_cut = listing.as_ref().is_ok_and(|answer| answer.is_truncated);
    let further = async { if is_cut { Some(linked_roles(aws).await) } else { None } };
    let (principal, further) = tokio::join!(principal(aws, caller, listed), further);
    let linked = further.unwrap_or_else(|| {
        let linked = listing?.roles.into_iter().filter(|role| role.path.starts_with(LINKED));
        Ok(linked.map(|role| role.role_name).collect())
    });
    (principal, linked)
}

/// Returns the user, or the role behind a session. A role that is not among the listed ones is read.
async fn principal(aws: &Aws, caller: Result<Caller>, listed: &[Role]) -> Result<Principal> {
    let role = match caller? {
        Caller::User(arn) => return Ok(Principal::Known(arn)),
        Caller::Other(arn) => {
            return Ok(Principal::Unknown(format!(
                "IAM tells the policies of users and roles, not of {arn}"
            )));
        }
        Caller::Session(role) => role,
    };
    if let Some(found) = listed.iter().find(|one| one.role_name == role) {
        return Ok(Principal::Known(found.arn.clone()));
    }
    let answer = aws.iam.get_role().role_name(&role).send().await.of("iam:GetRole");
    let found = answer.none_if(&["NoSuchEntity"])?.and_then(|answer| answer.role);
    Ok(match found {
        Some(found) => Principal::Known(found.arn),
        None => Principal::Unknown(format!("the role {role} of this session no longer exists")),
    })
}

/// Reads the names of the service-linked roles of the account.
async fn linked_roles(aws: &Aws) -> Result<Vec<String>> {
    let mut pages = aws.iam.list_roles().path_prefix(LINKED).into_paginator().send();
    let mut names = Vec::new();
    while let Some(page) = pages.next().await {
        names.extend(page.of("iam:ListRoles")?.roles.into_iter().map(|role| role.role_name));
    }
    Ok(names)
}
