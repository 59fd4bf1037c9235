//! `scale`: sets the numbers of tasks, and the bounds of an autoscaler that somebody registered.

use clap::Args;
use sss_aws::operate::{
    Named, Target,
    change::{self, Change, Count, Scaled},
};

use super::{Changed, Verb, Waiting, choice};
use crate::{failure::Failure, stack_lock::Locking};

/// The most tasks of a service, by ECS's quota.
const MOST: u32 = 5_000;
/// The word in the place of the number of tasks before a service was scaled to 0.
const RESUME: &str = "resume";

/// The arguments of `scale`.
#[derive(Debug, Args)]
pub(crate) struct Scale {
    /// Services with their numbers of tasks: 0 pauses a service, and `SERVICE=resume` sets the number before; without a
    /// number, only the autoscaler changes
    #[arg(value_name = "SERVICE=N|resume", required = true, value_parser = count)]
    counts: Vec<(String, Option<Count>)>,
    #[command(flatten)]
    bounds: Bounds,
    #[command(flatten)]
    waiting: Waiting,
    #[command(flatten)]
    locking: Locking,
}

/// The bounds of the autoscaler.
#[derive(Debug, Args)]
#[group(id = "bounds", multiple = true)]
struct Bounds {
    /// Set the fewest tasks of the autoscaler
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=i64::from(MOST)))]
    min: Option<u32>,
    /// Set the most tasks of the autoscaler
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=i64::from(MOST)))]
    max: Option<u32>,
    /// Suspend the autoscaler
    #[arg(long)]
    suspend: bool,
    /// Let the autoscaler act again
    #[arg(long, conflicts_with = "suspend")]
    resume: bool,
}

impl Bounds {
    /// Returns the scaling to a number of tasks.
    fn with(&self, count: Option<Count>) -> change::Scale {
        let mut scale = change::Scale::default();
        scale.count = count;
        (scale.min, scale.max) = (self.min, self.max);
        scale.suspended = (self.suspend || self.resume).then_some(self.suspend);
        scale
    }
}

/// Reads `SERVICE=N`, `SERVICE=resume` or `SERVICE`.
fn count(text: &str) -> Result<(String, Option<Count>), String> {
    let (service, number) = text.split_once('=').map_or((text, None), |(name, number)| (name, Some(number)));
    let count = match number {
        None => Some(None),
        Some(RESUME) => Some(Some(Count::Remembered)),
        Some(number) => {
            let number = number.parse().ok().filter(|number| *number <= MOST);
            number.map(|number| Some(Count::To(number)))
        }
    };
    match count {
        Some(count) if !service.is_empty() => Ok((service.to_owned(), count)),
        _ => Err(format!("write a service and a number from 0 to {MOST}, such as web=2, or web={RESUME}")),
    }
}

impl Verb for Scale {
    const NAME: &'static str = "scale";
    const FAILS_TO: &'static str = "scale";
    const STATE: &'static str = "stable";

    fn locking(&self) -> &Locking {
        &self.locking
    }

    fn waits(&self) -> bool {
        !self.waiting.no_wait
    }

    fn services<'a>(&self, target: &'a Target) -> Result<Vec<&'a Named>, Failure> {
        let is_idle = self.bounds.with(None) == change::Scale::default();
        if let Some((name, _)) = self.counts.iter().find(|(_, count)| count.is_none() && is_idle) {
            return Err(choice::usage(format!("scale {name}: write a number, such as {name}=2")));
        }
        let names: Vec<String> = self.counts.iter().map(|(name, _)| name.clone()).collect();
        choice::services(target, &names)
    }

    async fn change(&self, change: &Change<'_>, service: &Named) -> sss_aws::Result<Changed> {
        let mut counts = self.counts.iter();
        let wanted = counts.find(|(name, _)| *name == service.key || *name == service.service);
        let count = wanted.and_then(|(_, count)| *count);
        let scaled = change.scale(service, self.bounds.with(count)).await?;
        let mut next = next(service, &scaled);
        if let Some(bounds) = bounds(service, &scaled) {
            next = format!("{next}; {bounds}");
        }
        Ok(Changed { done: done(&scaled), next })
    }
}

/// Returns the result as a sentence.
fn done(scaled: &Scaled) -> String {
    let Scaled { before, after, .. } = scaled;
    let count = if before == after {
        format!("{after} tasks, as before")
    } else {
        format!("{before} -> {after} tasks")
    };
    let Some(autoscaler) = scaled.autoscaler else { return count };
    let (min, max) = (autoscaler.min, autoscaler.max);
    let state = if autoscaler.is_suspended { ", suspended" } else { "" };
    format!("{count}; its autoscaler keeps {min} to {max}{state}")
}

/// Returns the effect of the next plan on the bounds that the stack has for a service. `None` if it has none, or the
/// same.
fn bounds(service: &Named, scaled: &Scaled) -> Option<String> {
    let (autoscaler, (min, max)) = (scaled.autoscaler?, service.scaling?);
    let is_same = (autoscaler.min, autoscaler.max) == (min, max) && !autoscaler.is_suspended;
    (!is_same).then(|| {
        format!("the next apply sets its autoscaling back to the stack's, {min} to {max}; change `scaling` to keep this")
    })
}

/// Returns the way out of a pause, the effect of the next plan, and that of an autoscaler.
fn next(service: &Named, scaled: &Scaled) -> String {
    let Scaled { after, remembered, autoscaler, not_checked, .. } = scaled;
    let pause = match remembered {
        Some(count) => Some(format!("`scale {}={RESUME}` starts {count} again", service.key)),
        None if *after == 0 => Some("the count before is not remembered".to_owned()),
        None => None,
    };
    let plan = match (service.desired_count, service.started.filter(|_| *after == 0)) {
        (None, Some(count)) => {
            let tasks = if count == 1 { "task" } else { "tasks" };
            format!("the next apply starts {count} {tasks} again; write `min = 0` in `scaling` to keep none")
        }
        (None, None) => "the stack leaves the count to others; the next plan does not change it".to_owned(),
        (Some(own), _) if own == *after => "the stack says the same count".to_owned(),
        (Some(own), _) => format!(
            "the next apply sets the count back to {own}; write `desired_count = {after}` to keep {after}, or \
             `ignore_changes = [\"desired_count\"]`"
        ),
    };
    let autoscaler = match (autoscaler, not_checked) {
        (Some(autoscaler), _) if !autoscaler.is_suspended => {
            Some("its autoscaler may change the count again".to_owned())
        }
        (_, Some(reason)) => Some(format!("whether it has an autoscaler was not checked ({reason})")),
        _ => None,
    };
    let parts: Vec<String> = pause.into_iter().chain([plan]).chain(autoscaler).collect();
    parts.join("; ")
}
