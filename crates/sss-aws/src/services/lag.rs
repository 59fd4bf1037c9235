//! The wait until the listing of tags has the objects that an apply has created or tagged.
//!
//! An object under a name that the stack no longer has is found by the listing alone, and so is a change of
//! tags. So a plan that is made while the listing is behind would leave such an object, or such a tag.
//!
//! The wait begins beside the steps, a pause after the last creation. Steps mostly wait for AWS longer than
//! that, so the listing then shows everything before the last step ends, by one call.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    Result,
    client::pace::Lane,
    engine::{
        kind::Settling,
        run::Context,
        wait::{Condition, Look, wait},
    },
    services::tagging::of_arns,
};

/// The wait for the listing of tags, for all kinds that only this listing shows.
pub(crate) const SETTLING: Settling = Settling { listing: "tags", run: |cx| Box::pin(settle(cx)) };

/// The moment from which the listing shows all that this apply has written.
const LISTED: Condition =
    Condition::new("the tagging API to list new objects", Duration::from_secs(10), PATIENCE).looked_at_once();

/// The time between the newest object and a look beside the steps, and between two such looks.
const PAUSE: Duration = Duration::from_secs(10);

/// The age at which an object is given up that the listing does not show.
///
/// AWS names no bound. Without one, an apply to an endpoint that lists fewer kinds of objects would not end.
const PATIENCE: Duration = Duration::from_mins(2);

/// Waits until the listing shows all objects that the apply has created or tagged, or they are given up.
///
/// It begins beside the steps, and makes no call if there is no such object.
async fn settle(cx: &Context) {
    let mut last = Instant::now();
    loop {
        tokio::select! {
            biased;
            () = cx.steps_ended() => break,
            () = cx.unlisted.rested(PAUSE, last) => {}
        }
        // A later look sees what this one does not.
        drop(Lane::waiting(look(cx)).await);
        last = Instant::now();
    }

    let is_left = !cx.options.interrupt.is_requested();
    if let Some((id, _)) = cx.unlisted.first().filter(|_| is_left) {
        // The objects exist, whatever the listing shows.
        drop(wait(cx, &id, &LISTED, || look(cx)).await);
    }
}

/// Reads the listing of the objects that it has not shown yet.
async fn look(cx: &Context) -> Result<Look<()>> {
    let listing = of_arns(&cx.aws, &cx.unlisted.arns()).await?;
    cx.unlisted.forget(&listing, PATIENCE);

    let left = cx.unlisted.first().map(|(first, number)| match number {
        1 => format!("{first} is not listed yet"),
        _ => format!("{number} objects are not listed yet, such as {first}"),
    });
    Ok(left.map_or(Look::Met(()), Look::Unmet))
}
