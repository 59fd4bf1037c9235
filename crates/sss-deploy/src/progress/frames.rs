//! The rows of running steps on a terminal, as texts.
//!
//! A row has a short name, what AWS reports, and the time beside the usual one: `orders  0/2 new tasks running, 2 old
//! still serving  18 s of about 70 s`. It is narrower than the terminal, because a row that fills the last column makes an
//! empty line. What AWS reports is shortened, and the time stays.

use std::time::Duration;

use crate::render::report;

/// The most rows of running steps. The last line counts the others.
const MOST: usize = 8;

/// The columns in front of a row, for the sign that moves.
const SIGN: usize = 2;

/// The columns behind a row, which stay free.
const FREE: usize = 1;

/// A running step.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// The name, as short as it tells the step apart.
    pub(super) name: String,
    /// The report of AWS. Empty before the first answer.
    pub(super) text: String,
    /// The time since its start.
    pub(super) elapsed: Duration,
    /// The time that it usually takes. `None` if it waits for nothing.
    pub(super) usual: Option<Duration>,
}

/// How far the whole apply is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Total {
    pub(super) done: usize,
    pub(super) steps: usize,
    pub(super) elapsed: Duration,
    pub(super) usual: Duration,
}

/// Returns the rows for running steps, the oldest first, and one for the whole apply.
pub(super) fn rows(tasks: &[Task], total: Total, width: usize) -> Vec<String> {
    let width = width.saturating_sub(SIGN + FREE);
    let shown = &tasks[..tasks.len().min(MOST)];
    let longest = shown.iter().map(|task| task.name.chars().count()).max().unwrap_or(0);
    let names = longest.min(width / 3);

    let row = |task: &Task| {
        let time = time(task.elapsed, task.usual);
        let name = shortened(&task.name, names);
        let left = width.saturating_sub(names + time.chars().count() + 4);
        let text = shortened(&task.text, left);
        let gap = if text.is_empty() { "" } else { "  " };
        format!("{name:<names$}  {text}{gap}{time}")
    };
    let more = tasks.len() - shown.len();
    let more = if more == 0 { String::new() } else { format!(", {more} more running") };
    let all = format!(
        "{} of {} done{more}  {}",
        total.done,
        total.steps,
        time(total.elapsed, Some(total.usual).filter(|usual| *usual >= Duration::from_secs(1)))
    );
    shown.iter().map(row).chain([shortened(&all, width)]).collect()
}

/// Returns a time beside the usual one.
fn time(elapsed: Duration, usual: Option<Duration>) -> String {
    let elapsed = format!("{} s", elapsed.as_secs());
    match usual {
        Some(usual) => format!("{elapsed} of {}", report::about(usual)),
        None => elapsed,
    }
}

/// Returns the beginning of a text that fits.
fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    if width == 0 { String::new() } else { format!("{}…", kept.trim_end()) }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn task(name: &str, text: &str, elapsed: u64, usual: u64) -> Task {
        let usual = (usual > 0).then(|| Duration::from_secs(usual));
        Task { name: name.to_owned(), text: text.to_owned(), elapsed: Duration::from_secs(elapsed), usual }
    }

    fn total(done: usize) -> Total {
        Total { done, steps: 24, elapsed: Duration::from_secs(61), usual: Duration::from_secs(150) }
    }

    #[test]
    fn rows_are_never_wider_than_the_terminal() {
        let tasks = [
            task("VPC link", "pending", 61, 150),
            task("orders", "0/2 new tasks running, 2 old still serving", 18, 70),
            task(
                "search",
                "0/1 new tasks running, 3 failed: the new role is not known everywhere yet",
                9,
                70,
            ),
            task("search route GET /search/{proxy+}", "", 0, 0),
        ];
        let screens: Vec<String> = [40, 80, 120]
            .into_iter()
            .map(|width| {
                let rows = rows(&tasks, total(13), width);
                assert!(rows.iter().all(|row| row.chars().count() + SIGN < width), "{rows:#?}");
                format!("{width} columns\n{}", rows.join("\n"))
            })
            .collect();
        assert_snapshot!(screens.join("\n\n"));
    }

    #[test]
    fn many_rows_are_counted() {
        let tasks: Vec<Task> =
            (0..100).map(|number| task(&format!("svc-{number}"), "pending", 5, 70)).collect();
        let rows = rows(&tasks, total(3), 80);
        assert_eq!(rows.len(), MOST + 1);
        assert_eq!(rows[MOST], "3 of 24 done, 92 more running  61 s of about 2.5 min");
    }
}
