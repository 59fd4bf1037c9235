//! Looks for single revisions of the stack, by their marks.

use super::Output;
use crate::{
    Id, Result,
    engine::run::Context,
    error::Absent,
    services::ecs::listing,
    tags::{self, Ownership, Tags},
};

/// Returns all tags of a revision that belongs to the family and is ours. `None` for any other one.
///
/// The listing is by prefix, which other families may have as well.
pub(super) async fn tags_of_ours(cx: &Context, id: &Id, arn: &str) -> Result<Option<Tags>> {
    let (found, tags) = listing::revision(&cx.aws, arn).await?;
    let is_ours =
        found.family() == Some(&id.name) && tags::observed(&cx.stack, tags.clone()).0 == Ownership::Ours;
    Ok(is_ours.then_some(tags))
}

/// Returns the newest revision of the family, if it is ours and has this content.
pub(super) async fn made(cx: &Context, family: &str, content: &str) -> Result<Option<Output>> {
    let newest = listing::revision(&cx.aws, family).await.none_if(&["ClientException"])?;
    let found = newest.filter(|(_, tags)| {
        tags.get(tags::CONTENT).is_some_and(|found| found == content)
            && tags.get(tags::STACK).is_some_and(|stack| *stack == cx.stack)
    });
    Ok(found.and_then(|(revision, _)| Some(Output { arn: revision.task_definition_arn? })))
}
