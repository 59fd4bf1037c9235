//! Roles that IAM does not show yet, although it has created them.
//!
//! IAM is eventually consistent: a read may miss a role for seconds after its creation. Two moments need it
//! shown. A run that follows a dead one may be refused the name of a role that the dead one created. And the
//! next plan would create the last role of this apply again.
//!
//! Only the newest role is remembered: IAM is likely to show the older ones by the time it shows this one.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use aws_sdk_iam::types::Role as SdkRole;
use tokio::time::Instant;

use crate::{
    Error, Id, Result,
    engine::{
        kind::Settling,
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::{Absent, Answer},
    services::iam::role::Output,
    tags,
};

/// The moment from which IAM shows a role.
const SHOWN: Condition =
    Condition::new("the role to be listed", Duration::from_secs(10), Duration::from_mins(1)).looked_at_once();

/// The time after its creation in which IAM may not show a role: 30 seconds.
const PROPAGATION: Duration = Duration::from_secs(30);

/// The role that an apply has created last: resource, name and time.
///
/// The steps of IAM share it. It is `None` inside until a role is created.
#[derive(Default)]
pub(super) struct Newest(Mutex<Option<(Id, String, Instant)>>);

impl Newest {
    /// Remembers a role as created now.
    pub(super) fn note(&self, id: &Id, name: &str) {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Some((id.clone(), name.to_owned(), Instant::now()));
    }

    /// Returns the resource and the name of the newest role, if it is younger than this.
    fn younger_than(&self, age: Duration) -> Option<(Id, String)> {
        let newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = newest.as_ref().filter(|(.., created)| created.elapsed() < age);
        newest.map(|(id, name, _)| (id.clone(), name.clone()))
    }
}

/// The wait for the role that was created last, if that is not long ago. An observation before would not find
/// the role, and plan to create it again.
pub(super) const SETTLING: Settling = Settling { listing: "roles", run: |cx| Box::pin(settle(cx)) };

/// Waits until IAM shows the newest role. It begins after the last step.
async fn settle(cx: &Context) {
    cx.steps_ended().await;
    if let Some((id, name)) = cx.shared::<Newest>().younger_than(PROPAGATION) {
        // The role exists, whatever IAM shows.
        drop(wait(cx, &id, &SHOWN, || look(cx, &name)).await);
    }
}

/// Waits until IAM shows the role of this name, if it is ours. Otherwise returns the error.
///
/// # Errors
///
/// `error`, if another owner has the role or IAM does not show it within a minute; or the error of a read.
pub(super) async fn shown(cx: &Context, id: &Id, name: &str, error: Error) -> Result<Output> {
    if found(cx, name).await?.is_some_and(|role| ours(cx, role).is_none()) {
        return Err(error);
    }
    let shown = wait(cx, id, &SHOWN, || look(cx, name)).await;
    shown.map_err(|other| if other.is_late() { error } else { other })
}

/// Returns whether IAM shows our role of this name.
async fn look(cx: &Context, name: &str) -> Result<Look<Output>> {
    let made = made(cx, name).await?;
    Ok(made.map_or_else(|| Look::Unmet("IAM does not list it yet".to_owned()), Look::Met))
}

/// Returns the role of this name, if it is ours in this region.
pub(super) async fn made(cx: &Context, name: &str) -> Result<Option<Output>> {
    Ok(found(cx, name).await?.and_then(|role| ours(cx, role)))
}

/// Reads the role of this name, or `None` if IAM does not show it.
async fn found(cx: &Context, name: &str) -> Result<Option<SdkRole>> {
    let answer = cx.aws.iam.get_role().role_name(name).send().await.of("iam:GetRole");
    Ok(answer.none_if(&["NoSuchEntity"])?.and_then(|answer| answer.role))
}

/// Returns the output of a role, if the role is the stack's in this region.
fn ours(cx: &Context, role: SdkRole) -> Option<Output> {
    let tags = role.tags().iter().map(|tag| (tag.key(), tag.value()));
    tags::marks_in(&cx.stack, cx.aws.region(), tags).then_some(Output { arn: role.arn })
}
