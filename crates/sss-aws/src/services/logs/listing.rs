//! The listing of log groups by name. Their tags come from the tagging API, and one by one only where it has
//! none.
//!
//! CloudWatch Logs has no listing with tags, and `ListTagsForResource` takes five calls per second. A plan of
//! an unchanged stack makes none of them.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;

use crate::{
    Aws, Id, Result,
    engine::kind::Resource,
    error::{Absent, Answer, Sent},
    services::{aws_service::Reading, logs::log_group::LogGroup, tagging::Tagged},
    tags::Tags,
};

/// The number of log groups that one call describes.
pub(super) const GROUPS: usize = 50;

/// A log group as CloudWatch Logs lists it, without its tags.
pub(super) struct Listed {
    /// The name, such as `/ecs/shop`.
    pub(super) name: String,
    /// Without the `:*` at the end.
    pub(super) arn: String,
    /// The days after which events expire. `None` if they never do.
    pub(super) retention_days: Option<i32>,
    /// The size of the stored events in bytes. `None` where AWS does not answer it.
    pub(super) stored_bytes: Option<i64>,
    /// The ARN of the key. `None` for CloudWatch's own key.
    pub(super) kms_key: Option<String>,
    /// The class, such as `STANDARD`.
    pub(super) class: Option<String>,
}

impl Listed {
    /// Returns the id of the resource, as long as no tag has another name.
    pub(super) fn id(&self) -> Id {
        Id::new(LogGroup::KIND, self.name.clone())
    }
}

/// Reads the log groups of these names that exist, fifty in a call.
///
/// # Assumptions
///
/// `DescribeLogGroups` leaves identifiers out that do not exist. No documentation says so.
///
/// # Errors
///
/// A call failed or was denied, or an answer lacks name or ARN.
pub(super) async fn groups(aws: &Aws, names: &[String]) -> Result<Vec<Listed>> {
    const OPERATION: &str = "logs:DescribeLogGroups";
    let batches = names.chunks(GROUPS).map(async |batch| {
        let request = aws.logs.describe_log_groups().set_log_group_identifiers(Some(batch.to_vec()));
        request.send().await.of(OPERATION)
    });

    let mut groups = Vec::new();
    for answer in try_join_all(batches).await? {
        for group in answer.log_groups.unwrap_or_default() {
            let arn = group.log_group_arn.or(group.arn).sent(OPERATION, "logGroupArn")?;
            groups.push(Listed {
                name: group.log_group_name.sent(OPERATION, "logGroupName")?,
                arn: arn.trim_end_matches(":*").to_owned(),
                retention_days: group.retention_in_days,
                stored_bytes: group.stored_bytes,
                kms_key: group.kms_key_id,
                class: group.log_group_class.map(|class| class.as_str().to_owned()),
            });
        }
    }
    Ok(groups)
}

/// Returns which of these names are those of log groups.
///
/// # Errors
///
/// As [`groups`].
pub(crate) async fn existing(aws: &Aws, names: &[String]) -> Result<BTreeSet<String>> {
    Ok(groups(aws, names).await?.into_iter().map(|group| group.name).collect())
}

/// Returns the tags of a group: those of the tagging API if they are as desired, or else those that
/// CloudWatch Logs answers.
pub(super) async fn tags(cx: &Reading<'_>, tagged: &Tagged, group: &Listed) -> Result<Tags> {
    if let Some(tags) = tagged.believed(cx.graph, &group.id(), &group.arn) {
        return Ok(tags.clone());
    }
    of_arn(cx.aws, &group.arn).await
}

/// Reads the tags of a group. A group that does not exist has none.
pub(super) async fn of_arn(aws: &Aws, arn: &str) -> Result<Tags> {
    let answer = aws.logs.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = answer.of("logs:ListTagsForResource").none_if(&["ResourceNotFoundException"])?;
    let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(tags.into_iter().collect())
}
