//! Autoscaling of a service: the bounds of its number of tasks, and what moves the number between them.
//!
//! [`Scaling`] belongs to a service. Application Auto Scaling keeps the number of tasks within the bounds, and changes
//! it for three reasons:
//!
//! - *Tracking* keeps a metric at a value: the utilization of CPU or memory, or the requests to a task.
//! - [`StepPolicy`] changes the number when an alarm of CloudWatch asks for it. The alarm belongs to others.
//! - [`ScheduledScaling`] changes the bounds at times.
//!
//! With autoscaling, the stack neither compares nor sets the number of tasks of a service that exists.

use std::collections::BTreeSet;

use derive_builder::Builder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::builder::{built, setters};
use crate::path::Path;
use crate::problem::Invalid;
use crate::report::{Part, Report};
use crate::rules;

/// The seconds that a policy waits by default, which are AWS's for services of ECS.
const COOLDOWN: u32 = 300;

fn cooldown() -> u32 {
    COOLDOWN
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_yes(flag: &bool) -> bool {
    *flag
}

/// The autoscaling of a service.
///
/// A new service begins with `min` tasks, unless it has a `desired_count`. Afterwards Application Auto Scaling sets the
/// number. During a deployment it scales out and not in.
///
/// ```
/// use sss_model::{Scaling, Service};
///
/// let scaling = Scaling::builder().min(2).max(10).cpu(60).scale_out_cooldown(60).build()?;
/// let app = Service::builder().name("app").image("app:1.4").scaling(scaling).build()?;
/// assert_eq!(app.scaling.map(|scaling| scaling.scale_in_cooldown), Some(300));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Scaling {
    /// The fewest tasks, 0 to 2147483647. If fewer run, AWS starts the missing ones at once.
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::AAS_TGT_001.id))]
    #[validate(custom(function = "rules::scaling::capacity"))]
    pub min: u32,
    /// The most tasks, 0 to 2147483647 and not below `min`. If more run, AWS stops the surplus at once.
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::AAS_TGT_001.id))]
    #[validate(custom(function = "rules::scaling::capacity"))]
    pub max: u32,
    /// The average utilization of CPU at which tracking keeps the tasks, in per cent. Default: no tracking of it.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_002.id))]
    #[validate(custom(function = "rules::scaling::target"))]
    pub cpu: Option<u32>,
    /// The average utilization of memory at which tracking keeps the tasks, in per cent. Default: no tracking of it.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_002.id))]
    #[validate(custom(function = "rules::scaling::target"))]
    pub memory: Option<u32>,
    /// The requests of a minute to each task at which tracking keeps them. Only for the backend `alb`. Default: no
    /// tracking of it.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_002.id))]
    #[validate(custom(function = "rules::scaling::target"))]
    pub requests: Option<u32>,
    /// Seconds after tracking has stopped tasks in which it stops no more, 0 to 2147483647. Default 300.
    #[builder(default = "COOLDOWN")]
    #[serde(default = "cooldown")]
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_004.id))]
    #[validate(custom(function = "rules::scaling::cooldown"))]
    pub scale_in_cooldown: u32,
    /// Seconds after tracking has started tasks in which it starts no more, 0 to 2147483647. Default 300.
    #[builder(default = "COOLDOWN")]
    #[serde(default = "cooldown")]
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_004.id))]
    #[validate(custom(function = "rules::scaling::cooldown"))]
    pub scale_out_cooldown: u32,
    /// Whether tracking also stops tasks. Default true.
    #[builder(default = "true")]
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub scale_in: bool,
    /// The processes that are suspended. Default: none of them.
    #[builder(default, setter(into))]
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub suspended: BTreeSet<ScalingProcess>,
    /// Policies that alarms of others carry out. The outputs of the stack have their ARNs.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepPolicy>,
    /// Changes of `min` and `max` at times, at most 200.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub schedule: Vec<ScheduledScaling>,
}

setters!(ScalingBuilder {
    adds: step -> steps: StepPolicy, scheduled -> schedule: ScheduledScaling;
});

impl Scaling {
    /// Returns the metrics that tracking keeps at a value: the name of the policy, and the value.
    ///
    /// The name is the key of the stack file.
    pub fn tracked(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let all = [("cpu", self.cpu), ("memory", self.memory), ("requests", self.requests)];
        all.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }

    /// Returns the smallest number of tasks that the bounds ever allow: `min`, or the smallest one of `schedule`.
    ///
    /// ```
    /// use sss_model::{Scaling, ScheduledScaling};
    ///
    /// let night = ScheduledScaling::builder().name("night").at("cron(0 22 * * ? *)").min(0).build()?;
    /// assert_eq!(Scaling::builder().min(2).max(4).scheduled(night).build()?.least(), 0);
    /// # Ok::<(), sss_model::Invalid>(())
    /// ```
    pub fn least(&self) -> u32 {
        self.schedule.iter().filter_map(|action| action.min).fold(self.min, u32::min)
    }
}

impl Part for Scaling {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::scaling::inspect(self, at, report);
    }
}

/// A process of autoscaling that can be suspended.
///
/// ```
/// use sss_model::{Scaling, ScalingProcess};
///
/// let paused = Scaling::builder().min(1).max(4).suspended([ScalingProcess::ScaleIn]).build()?;
/// assert!(paused.suspended.contains(&ScalingProcess::ScaleIn));
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ScalingProcess {
    /// Policies stop no tasks.
    ScaleIn,
    /// Policies start no tasks.
    ScaleOut,
    /// Scheduled actions change no bounds.
    Schedule,
}

impl ScalingProcess {
    /// Returns the word of a stack file, such as `scale_in`.
    pub const fn as_str(self) -> &'static str {
        match self {
            ScalingProcess::ScaleIn => "scale_in",
            ScalingProcess::ScaleOut => "scale_out",
            ScalingProcess::Schedule => "schedule",
        }
    }
}

/// A policy that changes the number of tasks in steps, when an alarm of CloudWatch asks for it.
///
/// The stack has no alarms. Whoever owns the alarm writes the ARN of the policy into its actions; the ARN is an output
/// of the stack. Without an alarm the policy does nothing.
///
/// ```
/// use sss_model::{Adjustment, StepAdjustment, StepPolicy};
///
/// let busy = StepPolicy::builder()
///     .name("busy")
///     .adjustment(Adjustment::Change)
///     .range(StepAdjustment::builder().from(0).to(100).change(1).build()?)
///     .range(StepAdjustment::builder().from(100).change(3).build()?)
///     .build()?;
/// assert_eq!(busy.cooldown, 300);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StepPolicy {
    /// The name, unique among the policies of the service: 1 to 256 printable characters.
    #[builder(setter(into))]
    #[schemars(length(min = 1, max = 256), extend("x-rule" = rules::AAS_POL_001.id))]
    #[validate(custom(function = "rules::scaling::policy_name"))]
    pub name: String,
    /// The meaning of `change` in the ranges.
    pub adjustment: Adjustment,
    /// The fewest tasks that a change by per cent starts or stops. Default: 1.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_006.id))]
    #[validate(custom(function = "rules::scaling::magnitude"))]
    pub at_least: Option<u32>,
    /// Seconds after a change in which the policy makes no other, 0 to 2147483647. Default 300.
    #[builder(default = "COOLDOWN")]
    #[serde(default = "cooldown")]
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_004.id))]
    #[validate(custom(function = "rules::scaling::cooldown"))]
    pub cooldown: u32,
    /// The way to one value from several data points of the metric. Default `average`.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Aggregation::is_average")]
    pub aggregation: Aggregation,
    /// The changes by the distance of the metric from the threshold of the alarm, 1 to 20.
    #[builder(default)]
    #[schemars(length(min = 1, max = 20))]
    pub ranges: Vec<StepAdjustment>,
}

setters!(StepPolicyBuilder {
    adds: range -> ranges: StepAdjustment;
});

impl Part for StepPolicy {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::scaling::steps::inspect(self, at, report);
    }
}

/// The meaning of a number in the ranges of a [`StepPolicy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Adjustment {
    /// The tasks to add. A negative number stops tasks.
    Change,
    /// The per cent of the present tasks to add. A negative number stops tasks.
    Percent,
    /// The new number of tasks.
    Exact,
}

impl Adjustment {
    /// Returns the word of Application Auto Scaling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Adjustment::Change => "ChangeInCapacity",
            Adjustment::Percent => "PercentChangeInCapacity",
            Adjustment::Exact => "ExactCapacity",
        }
    }
}

/// The way to one value from several data points of the metric of an alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Aggregation {
    /// Their average.
    #[default]
    Average,
    /// The lowest one.
    Minimum,
    /// The highest one.
    Maximum,
}

impl Aggregation {
    /// Returns the word of Application Auto Scaling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Aggregation::Average => "Average",
            Aggregation::Minimum => "Minimum",
            Aggregation::Maximum => "Maximum",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_average(&self) -> bool {
        *self == Aggregation::Average
    }
}

/// The change within a range of a [`StepPolicy`].
///
/// The bounds are distances from the threshold of the alarm, not values of the metric: with a threshold of 50, the
/// range from 0 to 20 covers the values from 50 to 70.
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StepAdjustment {
    /// The lower bound. Default: no lower bound.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -2_147_483_648, max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_005.id))]
    pub from: Option<i32>,
    /// The upper bound. Default: no upper bound.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -2_147_483_648, max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_005.id))]
    pub to: Option<i32>,
    /// The change, as `adjustment` says.
    #[schemars(range(min = -2_147_483_648, max = 2_147_483_647), extend("x-rule" = rules::AAS_POL_005.id))]
    pub change: i32,
}

impl Part for StepAdjustment {}

/// A change of the bounds at times. Both bounds stay so until something else changes them.
///
/// ```
/// use sss_model::ScheduledScaling;
///
/// let morning = ScheduledScaling::builder()
///     .name("morning")
///     .at("cron(0 7 ? * MON-FRI *)")
///     .time_zone("Europe/Berlin")
///     .min(4)
///     .build()?;
/// assert_eq!(morning.max, None);
/// # Ok::<(), sss_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Builder, Serialize, Deserialize, JsonSchema, Validate)]
#[builder(pattern = "owned", setter(strip_option))]
#[builder(build_fn(name = "assemble", private, error = "Invalid"), derive(Debug))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ScheduledScaling {
    /// The name, unique among those of the service: 1 to 256 characters without `:`, `/` and `|`.
    #[builder(setter(into))]
    #[schemars(length(min = 1, max = 256), pattern(r"^[^:/|]+$"), extend("x-rule" = rules::AAS_ACT_001.id))]
    #[validate(custom(function = "rules::scaling::action_name"))]
    pub name: String,
    /// The times: `cron(0 7 ? * MON-FRI *)` with minutes, hours, day of the month, month, day of the week and year,
    /// `rate(2 hours)`, or `at(2026-12-24T18:00:00)`.
    #[builder(setter(into))]
    #[schemars(pattern(r"^(cron|rate|at)\(.+\)$"), extend("x-rule" = rules::AAS_ACT_002.id))]
    #[validate(custom(function = "rules::scaling::schedule::expression"))]
    pub at: String,
    /// The time zone of `cron` and `at`, by its name of IANA, such as `Europe/Berlin`. Default `UTC`.
    #[builder(default, setter(into))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-rule" = rules::AAS_ACT_003.id))]
    #[validate(custom(function = "rules::scaling::schedule::time_zone"))]
    pub time_zone: Option<String>,
    /// The new `min`. Default: it stays.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::AAS_ACT_004.id))]
    #[validate(custom(function = "rules::scaling::scheduled_capacity"))]
    pub min: Option<u32>,
    /// The new `max`. Default: it stays.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 2_147_483_647), extend("x-rule" = rules::AAS_ACT_004.id))]
    #[validate(custom(function = "rules::scaling::scheduled_capacity"))]
    pub max: Option<u32>,
}

impl Part for ScheduledScaling {
    fn inspect(&self, at: &Path, report: &mut Report) {
        rules::scaling::scheduled(self, at, report);
    }
}

built!(
    Scaling by ScalingBuilder,
    StepPolicy by StepPolicyBuilder,
    StepAdjustment by StepAdjustmentBuilder,
    ScheduledScaling by ScheduledScalingBuilder,
);
