//! The listings of roles: all of the account in pages of a thousand, or one by one by name.
//!
//! Both return `RoleDetail`, the form of `GetAccountAuthorizationDetails`, so a role is decoded in one way.

mod by_name;

use aws_sdk_iam::types::{EntityType, RoleDetail};
use futures_util::future::try_join_all;

use crate::{
    Aws, Result,
    engine::kind::Resource,
    error::Answer,
    services::{aws_service::Reading, iam::role::Role},
    tags::marks_in,
};

/// Lists all roles of the account with their policies and tags.
///
/// IAM may return fewer roles on a page than the call allows, so the number of calls is not exact.
///
/// # Errors
///
/// The call failed or was denied. A denied call is the reason to read roles by name.
pub(super) async fn roles(aws: &Aws) -> Result<Vec<RoleDetail>> {
    let request = aws.iam.get_account_authorization_details().filter(EntityType::Role).max_items(1000);
    let mut pages = request.into_paginator().send();
    let mut details = Vec::new();
    while let Some(page) = pages.next().await {
        details.extend(page.of("iam:GetAccountAuthorizationDetails")?.role_detail_list.unwrap_or_default());
    }
    Ok(details)
}

/// Reads the roles to which the stack refers, that have a name of the stack, or a name that a role gets when it replaces another.
///
/// It takes three calls for each role that exists, and one more for each of its inline policies.
pub(super) async fn named(cx: &Reading<'_>) -> Result<Vec<RoleDetail>> {
    let all = cx.graph.names(Role::KIND).map(|name| named_like(cx, name));
    let name = |text: &str| text.rsplit('/').next().unwrap_or(text).to_owned();
    let referred = by_name::roles(cx.aws, cx.graph.references(Role::KIND).map(name));
    let (own, of_others) = tokio::try_join!(try_join_all(all), referred)?;
    Ok(own.into_iter().flatten().chain(of_others).collect())
}

/// Reads the roles of a name and of its successors.
///
/// The second name is read with the first, because a replacement gets it. Each other name is read only where
/// another owner has the name before: a replacement takes the next free one.
async fn named_like(cx: &Reading<'_>, name: &str) -> Result<Vec<RoleDetail>> {
    let (stack, region) = (cx.graph.stack(), cx.aws.region());
    let mut names = Role::SUCCESSORS.names(name, |_| false).into_iter();
    let mut next: Vec<String> = names.by_ref().take(2).collect();
    let mut details: Vec<RoleDetail> = Vec::new();
    while let Some(last) = next.last().cloned() {
        details.extend(by_name::roles(cx.aws, next.drain(..)).await?);
        let is_foreign = |detail: &RoleDetail| {
            let tags = detail.tags().iter().map(|tag| (tag.key(), tag.value()));
            detail.role_name() == Some(&last) && !marks_in(stack, region, tags)
        };
        if details.iter().any(is_foreign) {
            next.extend(names.next());
        }
    }
    Ok(details)
}
