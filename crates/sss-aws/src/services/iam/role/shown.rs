//! Roles that IAM does not show yet, although it has created them.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use aws_sdk_iam::types::Role as SdkRole;
use tokio::time::Instant;

use crate::{
    Error, Id, Result,
    engine::{
        run::Context,
        wait::{Condition, Look, wait},
    },
    error::{Absent, Answer},
    services::iam::role::Output,
    tags,
};

const SHOWN: Condition =
    Condition::new("the role to be listed", Duration::from_secs(10), Duration::from_mins(1)).looked_at_once();

/// The time after its creation in which IAM may not show a role.
const PROPAGATION: Duration = Duration::from_secs(30);

/// The role that an apply has created last: resource, name and time.
#[derive(Default)]
pub(super) struct Newest(Mutex<Option<(Id, String, Instant)>>);

impl Newest {
    pub(super) fn note(&self, id: &Id, name: &str) {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Some((id.clone(), name.to_owned(), Instant::now()));
    }

    fn younger_than(&self, age: Duration) -> Option<(Id, String)> {
        let newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = newest.as_ref().filter(|(.., created)| created.elapsed() < age);
        newest.map(|(id, name, _)| (id.clone(), name.clone()))
    }
}

/// Waits until IAM shows the role that was created last, if that is not long ago.
pub(super) async fn settle(cx: &Context) {
    if let Some((id, name)) = cx.shared::<Newest>().younger_than(PROPAGATION) {
        // The role exists, whatever IAM shows.
        drop(wait(cx, &id, &SHOWN, || look(cx, &name)).await);
    }
}

/// Waits until IAM shows the role of this name, if it is ours. Otherwise returns the error.
pub(super) async fn shown(cx: &Context, id: &Id, name: &str, error: Error) -> Result<Output> {
    if found(cx, name).await?.is_some_and(|role| ours(cx, role).is_none()) {
        return Err(error);
    }
    let shown = wait(cx, id, &SHOWN, || look(cx, name)).await;
    shown.map_err(|other| if other.is_late() { error } else { other })
}

async fn look(cx: &Context, name: &str) -> Result<Look<Output>> {
    let made = made(cx, name).await?;
    Ok(made.map_or_else(|| Look::Unmet("IAM does not list it yet".to_owned()), Look::Met))
}

/// Returns the role of this name, if it is ours.
pub(super) async fn made(cx: &Context, name: &str) -> Result<Option<Output>> {
    Ok(found(cx, name).await?.and_then(|role| ours(cx, role)))
}

async fn found(cx: &Context, name: &str) -> Result<Option<SdkRole>> {
    let answer = cx.aws.iam.get_role().role_name(name).send().await.of("iam:GetRole");
    Ok(answer.none_if(&["NoSuchEntity"])?.and_then(|answer| answer.role))
}

fn ours(cx: &Context, role: SdkRole) -> Option<Output> {
    let tags = role.tags().iter().map(|tag| (tag.key(), tag.value()));
    tags::marks_in(&cx.stack, cx.aws.region(), tags).then_some(Output { arn: role.arn })
}
