//! The table of services.

use std::io::{self, Write};

use anstyle::Style;
use aws_smithy_types::date_time::{DateTime, Format};
use sss_aws::{ServiceState, ServiceStatus};

use crate::render::{
    cause::printable,
    palette::{BAD, CHANGED, FAINT, GOOD, STRONG},
    plan::{joined, short_image},
    screen::{Line, Screen, listed},
};

/// The headings of the columns.
const HEADINGS: [&str; 7] = ["SERVICE", "IMAGE", "REV", "TASKS", "STATE", "SINCE", "ROUTES"];

/// The column of the state, which has a style.
const STATE: usize = 4;

/// The columns between two columns.
const GAP: usize = 2;

/// The least width of the routes beside the other columns. With less, they have lines of their own.
const ROUTES: usize = 18;

/// Prints a row for each service. `routed` are the services that the stack gives routes, and `now` is the account's time
/// in seconds.
pub(super) fn show(
    w: &mut dyn Write,
    screen: Screen,
    services: &[ServiceStatus],
    routed: &[String],
    now: i64,
) -> io::Result<()> {
    let rows: Vec<[String; 6]> = services.iter().map(|service| cells(service, now)).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([HEADINGS[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    let used = widths.iter().sum::<usize>() + GAP * widths.len();
    let left = screen.width.map(|width| width.saturating_sub(used));
    let is_beside = left.is_none_or(|left| left >= ROUTES);

    let mut heading = Line::hanging(GAP);
    for (column, name) in HEADINGS.iter().enumerate().take(if is_beside { 7 } else { 6 }) {
        let width = widths.get(column).copied().unwrap_or(0);
        let gap = if column + 1 < HEADINGS.len() { GAP } else { 0 };
        heading = heading.with(FAINT, format!("{name:<width$}{:gap$}", ""));
    }
    heading.write(w, screen)?;

    for (service, row) in services.iter().zip(&rows) {
        let mut line = Line::hanging(GAP);
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column] - cell.chars().count() + GAP);
            let style = match column {
                0 => STRONG,
                STATE => style(service.state),
                _ => Style::new(),
            };
            line = line.with(style, cell.replace(' ', "\u{a0}")).text(padding);
        }
        let paths = routes(service, routed);
        if is_beside {
            line = line.text(listed(&paths, left).replace(' ', "\u{a0}"));
        }
        line.write(w, screen)?;
        if !is_beside {
            Line::hanging(4).with(FAINT, format!("  {}", paths.join(", "))).write(w, screen)?;
        }
        why(w, screen, service)?;
    }
    Ok(())
}

/// Prints the cause of a failure, or else the reason in AWS's words.
fn why(w: &mut dyn Write, screen: Screen, service: &ServiceStatus) -> io::Result<()> {
    let mut line = |word: &'static str, text: &str| {
        Line::hanging(4).text("  ").with(BAD, word).text(format!(" {text}")).write(w, screen)
    };
    let reason = service.tried.as_ref().and_then(|tried| tried.reason.as_ref());
    match (&service.cause, reason) {
        (Some(cause), _) => line("cause:", &printable(&cause.headline())),
        (None, Some(reason)) => line("reason:", reason),
        (None, None) => Ok(()),
    }?;
    service.not_checked.iter().try_for_each(|read| {
        Line::hanging(4).text("  ").with(CHANGED, "not checked:").text(format!(" {read}")).write(w, screen)
    })
}

/// Returns all columns but the routes.
fn cells(service: &ServiceStatus, now: i64) -> [String; 6] {
    let nothing = || "-".to_owned();
    let exists = service.state != ServiceState::Missing;
    [
        service.name.clone(),
        service.image.as_deref().map_or_else(nothing, short_image),
        service.revision.map_or_else(nothing, |revision| revision.to_string()),
        if exists { format!("{}/{}", service.running, service.desired) } else { nothing() },
        state(service),
        service
            .since
            .as_deref()
            .and_then(|since| age(since, now))
            .map_or_else(nothing, |age| format!("{age} ago")),
    ]
}

/// Returns the state in words.
fn state(service: &ServiceStatus) -> String {
    match service.state {
        ServiceState::Steady => "steady".to_owned(),
        ServiceState::Stopped => "stopped".to_owned(),
        ServiceState::Scaling if service.running < service.desired => "starting tasks".to_owned(),
        ServiceState::Scaling => "stopping tasks".to_owned(),
        ServiceState::Deploying => {
            let (running, failed) =
                service.deploying.as_ref().map_or((0, 0), |rollout| (rollout.running, rollout.failed));
            let failed = if failed == 0 { String::new() } else { format!(", {failed} failed") };
            format!("deploying, {running}/{} new{failed}", service.desired)
        }
        ServiceState::RolledBack => format!("rolled back{}", from(service)),
        ServiceState::Failed => format!("failed{}", from(service)),
        ServiceState::Missing => "missing".to_owned(),
        ServiceState::NotManaged => "not managed".to_owned(),
        _ => "unknown".to_owned(),
    }
}

/// Returns the image and the revision that a deployment did not bring.
fn from(service: &ServiceStatus) -> String {
    let Some(tried) = &service.tried else { return String::new() };
    let tag = |image: &str| {
        short_image(image).rsplit_once(':').map(|(name, tag)| (name.to_owned(), tag.to_owned()))
    };
    let running = service.image.as_deref().and_then(tag);
    let image = tried.image.as_deref().map(|image| match (tag(image), running) {
        (Some((name, tag)), Some((same, other))) if name == same && tag != other => format!(" from {tag}"),
        (_, _) => format!(" from {}", short_image(image)),
    });
    let revision = tried.revision.map(|number| format!(" (rev {number})"));
    format!("{}{}", image.unwrap_or_default(), revision.unwrap_or_default())
}

/// Returns the style of a state.
const fn style(state: ServiceState) -> Style {
    match state {
        ServiceState::Steady => GOOD,
        ServiceState::Stopped => FAINT,
        ServiceState::Deploying | ServiceState::Scaling => CHANGED,
        _ => BAD,
    }
}

/// Returns the routes of a service, one text for each path.
fn routes(service: &ServiceStatus, routed: &[String]) -> Vec<String> {
    let mut by_path: Vec<(String, Vec<String>)> = Vec::new();
    for key in &service.routes {
        let path = key.split_once(' ').map_or(key.as_str(), |(_, path)| path).to_owned();
        match by_path.iter_mut().find(|(known, _)| *known == path) {
            Some((_, keys)) => keys.push(key.clone()),
            None => by_path.push((path, vec![key.clone()])),
        }
    }
    if by_path.is_empty() {
        let is_routed = routed.contains(&service.name);
        return vec![if is_routed { "(no route)" } else { "(worker)" }.to_owned()];
    }
    by_path.iter().filter_map(|(_, keys)| joined(keys)).collect()
}

/// Returns how long ago a time was, such as `4m`. `None` if it is no time.
pub(crate) fn age(since: &str, now: i64) -> Option<String> {
    let since = DateTime::from_str(since, Format::DateTime).ok()?.secs();
    let seconds = (now - since).max(0);
    Some(match seconds {
        0..100 => format!("{seconds}s"),
        100..6_000 => format!("{}m", seconds / 60),
        6_000..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_the_unit_that_fits() {
        let begin = "2026-01-01T00:00:00Z";
        let now = DateTime::from_str(begin, Format::DateTime).expect("a time").secs();
        let ages = [0, 99, 240, 5_999, 7_200, 200_000].map(|seconds| age(begin, now + seconds));
        assert_eq!(ages.map(Option::unwrap_or_default), ["0s", "99s", "4m", "99m", "2h", "2d"]);
        assert_eq!(age("yesterday", now), None);
    }
}
