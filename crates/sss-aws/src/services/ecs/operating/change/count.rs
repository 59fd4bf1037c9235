//! The number of tasks of a service, and the bounds of an autoscaler that somebody registered for it.

use schemars::JsonSchema;
use serde::Serialize;

use super::{On, UPDATE};
use crate::{
    Error, Result,
    error::{Answer, Sent},
    services::{
        autoscaling::{self, Autoscaler, Bounds},
        ecs::service::scaling::{condition_of, scaled},
    },
};

/// The desired number of tasks of a service and its autoscaler. `None` leaves a member as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scale {
    /// The number of tasks.
    pub count: Option<u32>,
    /// The fewest tasks to which the autoscaler scales in.
    pub min: Option<u32>,
    /// The most tasks to which the autoscaler scales out.
    pub max: Option<u32>,
    /// Whether the autoscaler is suspended.
    pub suspended: Option<bool>,
}

impl Scale {
    /// Returns a scaling to a number of tasks.
    pub fn to(count: u32) -> Self {
        Self { count: Some(count), ..Self::default() }
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
    /// The autoscaler, as it is now. `None` if nobody registered one.
    pub autoscaler: Option<Autoscaler>,
    /// The reason why nobody knows whether the service has an autoscaler.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_checked: Option<String>,
}

impl On<'_> {
    /// Changes the autoscaler and the number of tasks, and waits until so many run.
    ///
    /// A caller who may not read autoscalers can set the number nevertheless.
    ///
    /// # Errors
    ///
    /// A deployment is under way, the number is outside of the bounds of an autoscaler that is not suspended, or there
    /// is none to change ([`Error::is_declined`]); a call failed; or the tasks do not run in time.
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
        self.refuse_outside(scale.count, autoscaler)?;

        if bounds.is_some() {
            autoscaling::change(aws, self.cluster, self.service, bounds).await?;
        }
        let before = u32::try_from(service.desired_count()).unwrap_or_default();
        let after = match scale.count {
            Some(count) => {
                // A new bound may have moved the count.
                let service = if bounds.is_some() { self.described().await? } else { service };
                self.set_count(service.desired_count(), count).await?
            }
            None => u32::try_from(self.described().await?.desired_count()).unwrap_or_default(),
        };
        Ok(Scaled { before, after, autoscaler, not_checked })
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
    async fn set_count(&self, before: i32, count: u32) -> Result<u32> {
        let wanted = i32::try_from(count).unwrap_or(i32::MAX);
        let Some(condition) = condition_of(before, wanted) else { return Ok(count) };

        let request = self.cx.aws.ecs.update_service().cluster(self.cluster).service(self.service);
        let answer = request.desired_count(wanted).send().await.of(UPDATE)?;
        let updated = answer.service.sent(UPDATE, "service")?;
        scaled(self.cx, &self.id(), &updated, Some(condition).filter(|_| self.waits)).await?;
        Ok(count)
    }
}
