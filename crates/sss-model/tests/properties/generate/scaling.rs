//! Autoscaling of services.

use sss_model::{
    Adjustment, Aggregation, Backend, BackendKind, Scaling, ScalingProcess, ScheduledScaling, StepAdjustment,
    StepPolicy,
};

use super::Draw;

const TIMES: [&str; 4] = [
    "cron(0 7 ? * MON-FRI *)",
    "cron(*/15 8-18 1,15 JAN-MAR ? 2026-2030)",
    "rate(2 hours)",
    "at(2028-02-29T18:00:00)",
];
const ODD_TIMES: [&str; 5] = ["", "daily", "cron(0 7 * * MON *)", "rate(0 days)", "at(2026-02-29T18:00:00)"];

/// The autoscaling of a service with this backend.
pub(super) fn scaling(draw: &mut Draw<'_>, backend: Option<&Backend>) -> Scaling {
    let mut scaling = Scaling::builder().min(1).max(1).build().expect("two bounds");
    scaling.min = draw.number(0..=3);
    scaling.max =
        if draw.is_odd() { draw.number(0..=3) } else { scaling.min.saturating_add(u32::from(draw.byte())) };
    scaling.cpu = draw.maybe(|draw| draw.number(1..=100));
    scaling.memory = draw.maybe(|draw| draw.number(1..=100));
    let is_counted = backend.map(Backend::kind) == Some(BackendKind::Alb);
    if is_counted || draw.is_odd() {
        scaling.requests = draw.maybe(|draw| draw.number(1..=2_147_483_647));
    }
    scaling.scale_in_cooldown = draw.number(0..=2_147_483_647);
    scaling.scale_out_cooldown = draw.number(0..=2_147_483_647);
    scaling.scale_in = draw.flag();
    let processes = [ScalingProcess::ScaleIn, ScalingProcess::ScaleOut, ScalingProcess::Schedule];
    scaling.suspended = draw.some(2, |draw, _| draw.one(&processes)).into_iter().collect();
    scaling.steps = draw.some(2, steps);
    scaling.schedule = draw.some(2, scheduled);
    scaling
}

fn steps(draw: &mut Draw<'_>, index: usize) -> StepPolicy {
    let kinds = [Adjustment::Change, Adjustment::Percent, Adjustment::Exact];
    let mut policy = StepPolicy::builder()
        .name("a")
        .adjustment(draw.one(&kinds))
        .range(range(0))
        .build()
        .expect("a policy");
    policy.name = draw.value(&[&format!("steps-{index}")], &["", "cpu", "a\nb", "steps-0"]);
    if policy.adjustment == Adjustment::Percent || draw.is_odd() {
        policy.at_least = draw.maybe(|draw| draw.number(1..=2_147_483_647));
    }
    policy.cooldown = draw.number(0..=2_147_483_647);
    policy.aggregation = draw.one(&[Aggregation::Average, Aggregation::Minimum, Aggregation::Maximum]);
    policy.ranges = ranges(draw);
    policy
}

fn range(change: i32) -> StepAdjustment {
    StepAdjustment::builder().from(0).change(change).build().expect("a range")
}

/// Ranges one after the other, open at both ends or above only.
fn ranges(draw: &mut Draw<'_>) -> Vec<StepAdjustment> {
    let count = 1 + i32::from(draw.byte() % 3);
    let is_open = draw.flag();
    let mut ranges: Vec<StepAdjustment> = (0..count)
        .map(|index| {
            let mut range = range(i32::from(draw.byte()));
            range.from = (index > 0 || !is_open).then_some(10 * index);
            range.to = (index + 1 < count).then_some(10 * (index + 1));
            range
        })
        .collect();
    if count == 1 && is_open {
        ranges[0].from = Some(0);
    }
    if draw.is_odd() {
        let odd = draw.one(&[None, Some(-5), Some(5), Some(1000)]);
        ranges[0].from = odd;
    }
    ranges
}

fn scheduled(draw: &mut Draw<'_>, index: usize) -> ScheduledScaling {
    let mut action =
        ScheduledScaling::builder().name("a").at("rate(1 day)").min(0).build().expect("a scheduled action");
    action.name = draw.value(&[&format!("action-{index}")], &["", "a:b", " a", "action-0"]);
    action.at = draw.value(&TIMES, &ODD_TIMES);
    action.time_zone =
        draw.maybe(|draw| draw.value(&["Europe/Berlin", "UTC"], &["", "CEST", "Europe/Belrin"]));
    let (min, max) = (draw.number(0..=3), draw.number(3..=300));
    (action.min, action.max) = draw.one(&[(Some(min), None), (None, Some(max)), (Some(min), Some(max))]);
    if draw.is_odd() {
        (action.min, action.max) = draw.one(&[(None, None), (Some(9), Some(3))]);
    }
    action
}
