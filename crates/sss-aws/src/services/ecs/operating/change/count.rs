//! The number of tasks of a service, and the bounds of an autoscaler that somebody registered for it.
//!
//! A service that is scaled to 0 is paused. Its number of tasks before is remembered in a tag of the service, so that a
//! person who resumes it need not know the number.

use aws_sdk_ecs::types::{Service as SdkService, Tag};
use schemars::JsonSchema;
use serde::Serialize;

use super::{On, UPDATE};
use crate::{
    Error, Result,
    error::{Answer, Sent},
    services::{
        autoscaling::{self, Autoscaler, Bounds},
        ecs::{
            plain_tags,
            service::scaling::{condition_of, scaled},
        },
    },
    tags::COUNT,
};

/// The desired number of tasks of a service and its autoscaler. `None` leaves a member as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scale {
    /// The number of tasks.
    pub count: Option<Count>,
    /// The fewest tasks to which the autoscaler scales in.
    pub min: Option<u32>,
    /// The most tasks to which the autoscaler scales out.
    pub max: Option<u32>,
    /// Whether the autoscaler is suspended.
    pub suspended: Option<bool>,
}

/// A number of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Count {
    /// This number. 0 pauses the service, and the number before is remembered.
    To(u32),
    /// The number that the service had before it was scaled to 0.
    Remembered,
}

impl Scale {
    /// Returns a scaling to a number of tasks.
    pub fn to(count: u32) -> Self {
        Self { count: Some(Count::To(count)), ..Self::default() }
    }

    /// Returns a scaling to the number of tasks before the service was scaled to 0.
    pub fn resumed() -> Self {
        Self { count: Some(Count::Remembered), ..Self::default() }
    }

    /// Returns the change of the autoscaler.
    fn bounds(self) -> Bounds {
        Bounds { min: self.min, max: self.max, suspended: self.suspended }
    }
}

/// The result of a scaling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Scaled {
    /// The number of tasks before.
    pub before: u32,
    /// The number of tasks that ECS is asked for now.
    pub after: u32,
    /// The number of tasks that a resumption of a paused service sets. `None` if none is remembered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remembered: Option<u32>,
    /// The autoscaler, as it is now. `None` if nobody registered one.
    pub autoscaler: Option<Autoscaler>,
    /// The reason why nobody knows whether the service has an autoscaler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_checked: Option<String>,
}

impl On<'_> {
    /// Changes the autoscaler and the number of tasks, and waits until so many run.
    ///
    /// A caller who may not read autoscalers or tag the service can set the number nevertheless.
    ///
    /// # Errors
    ///
    /// A deployment is under way, the number is outside of the bounds of an autoscaler that is not suspended, there
    /// is none to change, or no number is remembered ([`Error::is_declined`]); a call failed; or the tasks do not run in
    /// time.
    pub(crate) async fn scale(&self, scale: Scale) -> Result<Scaled> {
        let (aws, bounds) = (&self.cx.aws, scale.bounds());
        let (service, live) =
            tokio::join!(self.described(), autoscaling::autoscaler(aws, self.cluster, self.service));
        let service = service?;
        self.refuse_beside_another(&service).await?;
        let (live, not_checked) = match live {
            Err(error) if error.is_denied() && !bounds.is_some() => (None, Some(error.answer())),
            live => (live?, None),
        };
        if bounds.is_some() && live.is_none() {
            return Err(Error::declined(format!("{} has no autoscaler", self.service))
                .with_hint("leave out the bounds and the suspension"));
        }
        let autoscaler = live.map(|live| bounds.of(live));
        let count = self.number(scale.count, &service)?;
        self.refuse_outside(count, autoscaler)?;

        let before = number_of(&service);
        let remembered = self.remember(before, count, &service).await?;
        if bounds.is_some() {
            autoscaling::change(aws, self.cluster, self.service, bounds).await?;
        }
        let after = match count {
            Some(count) => {
                // A new bound may have moved the count.
                let live = if bounds.is_some() { self.described().await? } else { service.clone() };
                self.set_count(live, count).await?
            }
            None => number_of(&self.described().await?),
        };
        if after > 0 {
            self.forget(&service).await?;
        }
        Ok(Scaled { before, after, remembered, autoscaler, not_checked })
    }

    /// Returns the wanted number of tasks as a number.
    ///
    /// # Errors
    ///
    /// It is the remembered one, and the service is not paused, or no number is remembered.
    fn number(&self, count: Option<Count>, service: &SdkService) -> Result<Option<u32>> {
        let hint = |number: u32| format!("write a number, such as `scale {}={number}`", self.service);
        match (count, remembered(service)) {
            (None, _) => Ok(None),
            (Some(Count::Remembered), _) if service.desired_count() > 0 => {
                let count = number_of(service);
                let message = format!("{} is not paused: its count is {count}", self.service);
                Err(Error::declined(message).with_hint(hint(count)))
            }
            (Some(Count::To(count)), _) | (Some(Count::Remembered), Some(count)) => Ok(Some(count)),
            (Some(Count::Remembered), None) => {
                let message = format!("nobody paused {} with `scale`, so no count is known", self.service);
                Err(Error::declined(message).with_hint(hint(1)))
            }
        }
    }

    /// Remembers the number of tasks of a service that is scaled to 0. Returns the number that is remembered then.
    ///
    /// A caller who may not tag the service pauses it without a memory.
    async fn remember(&self, before: u32, count: Option<u32>, service: &SdkService) -> Result<Option<u32>> {
        if count != Some(0) {
            return Ok(None);
        }
        if before == 0 {
            return Ok(remembered(service));
        }
        let arn = service.service_arn().sent("ecs:DescribeServices", "serviceArn")?;
        let tag = Tag::builder().key(COUNT).value(before.to_string()).build();
        let request = self.cx.aws.ecs.tag_resource().resource_arn(arn).tags(tag);
        match request.send().await.of("ecs:TagResource") {
            Err(error) if error.is_denied() => Ok(None),
            tagged => tagged.map(|_| Some(before)),
        }
    }

    /// Removes the number of a service that is paused no longer. A caller who may not leaves it; nobody reads it then.
    async fn forget(&self, service: &SdkService) -> Result<()> {
        let arn = service.service_arn().unwrap_or_default();
        if remembered(service).is_none() {
            return Ok(());
        }
        let request = self.cx.aws.ecs.untag_resource().resource_arn(arn).tag_keys(COUNT);
        match request.send().await.of("ecs:UntagResource") {
            Err(error) if error.is_denied() => Ok(()),
            removed => removed.map(drop),
        }
    }

    /// Refuses a number that an autoscaler would take back.
    fn refuse_outside(&self, count: Option<u32>, autoscaler: Option<Autoscaler>) -> Result<()> {
        let acts = autoscaler.filter(|autoscaler| !autoscaler.is_suspended);
        let Some((count, Autoscaler { min, max, .. })) = count.zip(acts) else { return Ok(()) };
        if (min..=max).contains(&count) {
            return Ok(());
        }
        let flag = if count < min { format!("--min {count}") } else { format!("--max {count}") };
        let message = format!("the autoscaler of {} keeps its count from {min} to {max}", self.service);
        Err(Error::declined(message)
            .with_hint(format!("`{flag}` moves the bound, and `--suspend` suspends the autoscaler")))
    }

    /// Sets the number of tasks, and waits until so many run. Returns the number.
    ///
    /// It also waits for a number that ECS is asked for already, for example by a new bound.
    async fn set_count(&self, live: SdkService, count: u32) -> Result<u32> {
        let wanted = i32::try_from(count).unwrap_or(i32::MAX);
        let (updated, condition) = match condition_of(live.desired_count(), wanted) {
            None => {
                let condition = condition_of(live.running_count(), wanted);
                (live, condition)
            }
            condition => {
                let request = self.cx.aws.ecs.update_service().cluster(self.cluster).service(self.service);
                let answer = request.desired_count(wanted).send().await.of(UPDATE)?;
                (answer.service.sent(UPDATE, "service")?, condition)
            }
        };
        scaled(self.cx, &self.id(), &updated, condition.filter(|_| self.waits)).await?;
        Ok(count)
    }
}

/// Returns the number of tasks that ECS is asked for.
fn number_of(service: &SdkService) -> u32 {
    u32::try_from(service.desired_count()).unwrap_or_default()
}

/// Returns the number of tasks that a tag of a service remembers.
fn remembered(service: &SdkService) -> Option<u32> {
    plain_tags(service.tags()).get(COUNT)?.parse().ok()
}
