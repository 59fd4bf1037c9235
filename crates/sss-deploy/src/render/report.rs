//! The calls and the time of a command, next to the least that its job takes.
//!
//! A user sees at once whether a run was slow because of AWS's quotas, because AWS took its time, or because
//! of this program. The least calls are the engine's own bound ([`Forecast`]); the rest are polls of waits,
//! calls for the lock, and calls that AWS throttled.
//!
//! Times are in milliseconds in JSON, and in seconds with one decimal in text.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    time::Duration,
};

use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::{Area, Areas, Bound, Forecast, Statistics};

use super::{
    count, noun,
    palette::{FAINT, HINT, STRONG},
};

/// The time from which on a plan names its cause.
const WORTH_A_CAUSE: Duration = Duration::from_secs(20);

/// The calls and the time of a command.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Report {
    /// The calls of the command, with the SDK's retries.
    calls: u64,
    /// The calls that the job takes at least.
    least_calls: u64,
    /// The calls of waits for a condition.
    polls: u64,
    /// The calls that took the lock and kept it.
    lease_calls: u64,
    /// The calls that AWS refused as one too many.
    throttled: u64,
    /// The time of the apply, or of the whole command if nothing was applied.
    elapsed_ms: u128,
    /// The least time that the plan takes. `None` if no plan was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    floor_ms: Option<u128>,
    /// The time that the plan usually takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    usual_ms: Option<u128>,
    /// The cause for which the plan usually does not take less time. `None` if no plan was applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<Bound>,
    /// The calls by operation, such as `ecs:CreateService`. Only with `--stats`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    by_operation: BTreeMap<String, u64>,
    /// The longest time that a call waited for its turn, by quota. Only with `--stats`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    longest_waits_ms: BTreeMap<&'static str, u128>,
}

impl Report {
    /// Returns the report of a command that only read.
    pub(crate) fn of_reading(statistics: &Statistics, least_calls: u64, elapsed: Duration) -> Self {
        let waits = statistics.waits.iter().map(|(quota, wait)| (*quota, wait.as_millis()));
        Self {
            calls: statistics.total(),
            least_calls,
            polls: statistics.polls,
            lease_calls: statistics.of_service("ssm"),
            throttled: statistics.throttled,
            elapsed_ms: elapsed.as_millis(),
            floor_ms: None,
            usual_ms: None,
            bound: None,
            by_operation: statistics.calls.clone(),
            longest_waits_ms: waits.collect(),
        }
    }

    /// Removes the numbers that only `--stats` asks for.
    pub(crate) fn brief(self) -> Self {
        Self { by_operation: BTreeMap::new(), longest_waits_ms: BTreeMap::new(), ..self }
    }

    /// Adds an apply that did not carry out all of its plan. No floor holds for a part of a plan.
    pub(crate) fn after_failure(self, elapsed: Duration) -> Self {
        Self { elapsed_ms: elapsed.as_millis(), ..self }
    }

    /// Adds an apply of a plan with this forecast, which was carried out in this time.
    pub(crate) fn after(self, forecast: &Forecast, elapsed: Duration) -> Self {
        Self {
            elapsed_ms: elapsed.as_millis(),
            least_calls: self.least_calls + forecast.least_calls,
            floor_ms: Some(forecast.floor.as_millis()),
            usual_ms: Some(forecast.usual.as_millis()),
            bound: Some(forecast.bound.clone()),
            ..self
        }
    }
}

/// Prints one or two lines. With `all`, it also prints each operation and the longest wait for each quota.
pub(crate) fn show(w: &mut dyn Write, report: &Report, all: bool) -> io::Result<()> {
    let Report { calls, least_calls, throttled, .. } = report;
    write!(w, "{STRONG}calls:{STRONG:#} {calls} (minimum {least_calls}")?;
    let parts = [(report.polls, "to wait"), (report.lease_calls, "for the lock")];
    let parts: Vec<_> = parts
        .iter()
        .filter(|(calls, _)| *calls > 0)
        .map(|(calls, purpose)| format!("{calls} {purpose}"))
        .collect();
    if !parts.is_empty() {
        write!(w, "; {}", parts.join(", "))?;
    }

    if *throttled > 0 {
        write!(w, "; {throttled} throttled")?;
    }

    write!(w, ") in {}", seconds(report.elapsed_ms))?;
    if let Some(usual) = report.usual_ms {
        write!(w, ", usually about {}", seconds(usual))?;
    }
    writeln!(w)?;

    if let Some(because) = report.bound.as_ref().and_then(because) {
        writeln!(w, "{STRONG}limited by:{STRONG:#} {because}")?;
    }
    if all { show_all(w, report) } else { Ok(()) }
}

/// Prints the numbers that `--stats` asks for.
fn show_all(w: &mut dyn Write, report: &Report) -> io::Result<()> {
    let width = report.by_operation.keys().map(String::len).max().unwrap_or(0);
    for (operation, calls) in &report.by_operation {
        writeln!(w, "    {operation:<width$} {calls:>6}")?;
    }
    for (quota, wait) in &report.longest_waits_ms {
        writeln!(w, "    {FAINT}longest wait for {quota}: {}{FAINT:#}", seconds(*wait))?;
    }
    Ok(())
}

/// Prints the quotas that the stack nearly uses up.
pub(crate) fn near(w: &mut dyn Write, forecast: &Forecast) -> io::Result<()> {
    forecast.near.iter().try_for_each(|near| {
        writeln!(
            w,
            "{HINT}hint:{HINT:#} the stack uses {} of {} {}; AWS raises the quota on request",
            near.used, near.limit, near.quota
        )
    })
}

/// Prints the least calls of a plan, its usual time and the cause of it, for `--stats`.
pub(crate) fn forecast(w: &mut dyn Write, forecast: &Forecast) -> io::Result<()> {
    let calls = usize::try_from(forecast.least_calls).unwrap_or(usize::MAX);
    let usual = seconds(forecast.usual.as_millis());
    writeln!(w, "{STRONG}forecast:{STRONG:#} at least {}, usually about {usual}", count(calls, "call"))?;
    match because(&forecast.bound) {
        Some(because) => writeln!(w, "{STRONG}limited by:{STRONG:#} {because}"),
        None => Ok(()),
    }
}

/// Returns the usual time of a plan and its cause, for people: `about 2.5 min (VPC link)`.
pub(crate) fn about_time(forecast: &Forecast, areas: &Areas) -> String {
    let time = about(forecast.usual);
    let cause = match &forecast.bound {
        Bound::Wait { id, .. } if forecast.usual >= WORTH_A_CAUSE => match areas.get(id) {
            Area::Service(name) => name,
            _ => noun::of(id.kind),
        },
        Bound::Quota { quota, .. } if forecast.usual >= WORTH_A_CAUSE => format!("AWS's quota {quota}"),
        _ => return time,
    };
    format!("{time} ({cause})")
}

/// Returns a time in words. A time below one second is not worth a number.
pub(crate) fn about(time: Duration) -> String {
    let seconds = time.as_secs_f64().round();
    if seconds < 1.0 {
        return "about a second".to_owned();
    }
    if seconds < 100.0 {
        return format!("about {seconds} s");
    }
    format!("about {} min", (seconds / 6.0).round() / 10.0)
}

/// Returns the words for the cause that bounds the time. `None` if the calls alone take it.
fn because(bound: &Bound) -> Option<String> {
    match bound {
        Bound::Quota { quota, calls } => Some(format!("the quota {quota} ({calls} calls)")),
        Bound::Wait { id, condition } => Some(format!("{id}, waiting for {condition}")),
        _ => None,
    }
}

/// Formats milliseconds as seconds with one decimal.
fn seconds(millis: u128) -> String {
    format!("{}.{}s", millis / 1000, millis % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::written;

    fn report() -> Report {
        Report {
            calls: 59,
            least_calls: 40,
            polls: 17,
            lease_calls: 5,
            throttled: 0,
            elapsed_ms: 151_640,
            floor_ms: Some(0),
            usual_ms: Some(150_000),
            bound: Some(Bound::Quota { quota: "ECS task definition modify", calls: 170 }),
            by_operation: BTreeMap::from([
                ("ecs:CreateCluster".to_owned(), 1),
                ("iam:CreateRole".to_owned(), 2),
            ]),
            longest_waits_ms: BTreeMap::from([("IAM", 1_200)]),
        }
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let texts = [0, 400, 9_600, 70_000, 99_400, 150_000, 605_000]
            .map(|millis| about(Duration::from_millis(millis)));
        assert_eq!(
            texts,
            [
                "about a second",
                "about a second",
                "about 10 s",
                "about 70 s",
                "about 99 s",
                "about 2.5 min",
                "about 10.1 min"
            ]
        );
    }

    #[test]
    fn report_is_two_lines() {
        let text = written(|w| show(w, &report(), false));
        assert_eq!(
            text,
            "calls: 59 (minimum 40; 17 to wait, 5 for the lock) in 151.6s, usually about 150.0s\n\
             limited by: the quota ECS task definition modify (170 calls)\n"
        );
    }

    #[test]
    fn stats_list_operations_and_waits() {
        let report = Report {
            throttled: 2,
            floor_ms: None,
            usual_ms: None,
            bound: None,
            polls: 0,
            lease_calls: 0,
            ..report()
        };
        let text = written(|w| show(w, &report, true));
        assert_eq!(
            text,
            "calls: 59 (minimum 40; 2 throttled) in 151.6s\n    \
             ecs:CreateCluster      1\n    iam:CreateRole         2\n    longest wait for IAM: 1.2s\n"
        );
    }
}
