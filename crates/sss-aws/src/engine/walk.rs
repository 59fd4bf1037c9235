//! Runs tasks as early as the tasks that they depend on allow. It knows nothing of AWS.
//!
//! A task is a number, and the order is a list of the tasks that each one waits for. All tasks run in one
//! future, side by side but on one thread at a time; dropping it drops them all.

use std::{collections::BTreeSet, future::Future};

use futures_util::stream::{FuturesUnordered, StreamExt};

/// The end of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict<E> {
    /// It ran and succeeded.
    Done,
    /// It ran and failed.
    Failed(E),
    /// It did not run, because a task that it depends on failed.
    Skipped {
        /// The task that failed.
        because: usize,
    },
}

/// Runs each task once all tasks that it comes `after` are done, and returns the end of each.
///
/// A task that depends on a failed one is skipped; all others go on. `skip` gets each skipped task, the
/// failed one and its error as soon as that one has failed.
///
/// # Assumptions
///
/// The lists hold no cycle. A task in a cycle never starts. It counts as skipped because of itself.
pub(crate) async fn walk<E, F, Fut>(
    after: &[Vec<usize>],
    mut run: F,
    mut skip: impl FnMut(usize, usize, &E),
) -> Vec<Verdict<E>>
where
    F: FnMut(usize) -> Fut,
    Fut: Future<Output = Result<(), E>>,
{
    let mut open: Vec<usize> = after.iter().map(Vec::len).collect();
    let mut dependents = vec![Vec::new(); after.len()];
    for (task, needs) in after.iter().enumerate() {
        for need in needs {
            dependents[*need].push(task);
        }
    }

    let mut verdicts: Vec<Option<Verdict<E>>> = (0..after.len()).map(|_| None).collect();
    let mut running = FuturesUnordered::new();
    let mut start = |task: usize, running: &mut FuturesUnordered<_>| {
        let work = run(task);
        running.push(async move { (task, work.await) });
    };

    for task in (0..after.len()).filter(|task| after[*task].is_empty()) {
        start(task, &mut running);
    }

    while let Some((task, result)) = running.next().await {
        match result {
            Ok(()) => {
                verdicts[task] = Some(Verdict::Done);
                for dependent in &dependents[task] {
                    open[*dependent] -= 1;
                    if open[*dependent] == 0 && verdicts[*dependent].is_none() {
                        start(*dependent, &mut running);
                    }
                }
            }
            Err(error) => {
                for skipped in behind(&dependents, task, &mut verdicts) {
                    skip(skipped, task, &error);
                }
                verdicts[task] = Some(Verdict::Failed(error));
            }
        }
    }

    let unstarted =
        |(task, verdict): (usize, Option<_>)| verdict.unwrap_or(Verdict::Skipped { because: task });
    verdicts.into_iter().enumerate().map(unstarted).collect()
}

/// Marks all tasks behind a failed one as skipped, and returns them in the order of their numbers.
fn behind<E>(
    dependents: &[Vec<usize>],
    failed: usize,
    verdicts: &mut [Option<Verdict<E>>],
) -> BTreeSet<usize> {
    let (mut waiting, mut skipped) = (dependents[failed].clone(), BTreeSet::new());
    while let Some(task) = waiting.pop() {
        if verdicts[task].is_none() {
            verdicts[task] = Some(Verdict::Skipped { because: failed });
            skipped.insert(task);
            waiting.extend(&dependents[task]);
        }
    }
    skipped
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, time::Duration};

    use super::*;

    /// Runs tasks that take their number in seconds; `failing` ones fail. Gives the order in which tasks ended.
    async fn check(after: &[&[usize]], failing: &[usize]) -> (Vec<usize>, Vec<Verdict<usize>>) {
        let after: Vec<Vec<usize>> = after.iter().map(|needs| needs.to_vec()).collect();
        let ended = RefCell::new(Vec::new());
        let run = |task| {
            let ended = &ended;
            async move {
                tokio::time::sleep(Duration::from_secs(task as u64)).await;
                ended.borrow_mut().push(task);
                if failing.contains(&task) { Err(task) } else { Ok(()) }
            }
        };
        let verdicts = walk(&after, run, |_, because, error| assert_eq!(because, *error)).await;
        (ended.into_inner(), verdicts)
    }

    #[tokio::test(start_paused = true)]
    async fn task_waits_for_tasks_it_depends_on() {
        let (ended, verdicts) = check(&[&[2], &[], &[1]], &[]).await;
        assert_eq!(ended, [1, 2, 0]);
        assert!(verdicts.iter().all(|verdict| *verdict == Verdict::Done));
    }

    #[tokio::test(start_paused = true)]
    async fn independent_tasks_run_side_by_side() {
        let start = tokio::time::Instant::now();
        check(&[&[], &[], &[], &[]], &[]).await;
        assert_eq!(start.elapsed(), Duration::from_secs(3));
    }

    #[tokio::test(start_paused = true)]
    async fn failure_stops_only_dependent_tasks() {
        let (ended, verdicts) = check(&[&[], &[0], &[1], &[], &[2, 3]], &[0]).await;
        assert_eq!(ended, [0, 3]);
        let because = Verdict::Skipped { because: 0 };
        assert_eq!(verdicts, [Verdict::Failed(0), because.clone(), because.clone(), Verdict::Done, because]);
    }

    #[tokio::test(start_paused = true)]
    async fn skipped_task_is_reported_when_its_cause_fails() {
        let (start, told) = (tokio::time::Instant::now(), RefCell::new(Vec::new()));
        let run = |task| async move {
            tokio::time::sleep(Duration::from_secs(task as u64)).await;
            if task == 0 { Err(()) } else { Ok(()) }
        };
        let skip =
            |task, because, (): &()| told.borrow_mut().push((task, because, start.elapsed().as_secs()));
        walk(&[vec![], vec![0], vec![1], vec![]], run, skip).await;
        assert_eq!(told.into_inner(), [(1, 0, 0), (2, 0, 0)], "the other task takes 3 s");
    }

    #[tokio::test(start_paused = true)]
    async fn cycle_is_not_waited_for() {
        let (ended, verdicts) = check(&[&[1], &[0], &[]], &[]).await;
        assert_eq!(ended, [2]);
        assert_eq!(verdicts[0], Verdict::Skipped { because: 0 });
    }
}
