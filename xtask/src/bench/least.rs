//! The least calls of a job, from the sizes of AWS's pages and batches.
//!
//! A read takes one call for each page, a write one call for each object without a batch operation. The
//! formulas were derived by hand and know nothing of the engine, so they cannot repeat its mistakes. They
//! count one poll for all services of a deployment, and a budget of polls for the two objects that AWS takes
//! minutes for.

use super::job::Job;

/// A budget of polls until a VPC link and a namespace exist or are deleted. The least would be one each.
const POLLS: usize = 5;

/// Returns the least calls of a job on the reference stack with this number of services, each with one route.
pub(super) fn calls(job: Job, services: u16) -> usize {
    let count = usize::from(services);
    match job {
        Job::FirstApply => observed_empty(count) + 12 + POLLS + 7 * count + steady(count),
        Job::Plan => observed(count),
        Job::NewImage => observed(count) + 2 * count + steady(count),
        Job::Rollback => observed(count) + count + steady(count),
        Job::DestroyKeepingRevisions => observed(count) + 9 + POLLS + 5 * count,
        Job::Destroy => observed(count) + 9 + POLLS + 6 * count,
    }
}

/// Returns the calls of Terraform for the same job, by the reads and writes of each resource in its provider (5.100).
/// Returns `None` if Terraform has no such job.
pub(super) fn of_terraform(job: Job, services: u16) -> Option<usize> {
    let (shared, each) = match job {
        Job::Plan => (20, 14),
        Job::FirstApply => (78, 24),
        Job::NewImage | Job::Rollback => (21, 20),
        Job::Destroy => (72, 34),
        Job::DestroyKeepingRevisions => return None,
    };

    Some(shared + each * usize::from(services))
}

/// Returns the number of sequential calls of a plan without changes: the pages of services in a namespace come after
/// the namespace.
pub(super) fn round_trips(services: u16) -> usize {
    1 + usize::from(services).div_ceil(100)
}

/// Returns the calls that read the account with the stack.
///
/// These are the cluster, the namespace, APIs, authorizers, stages, VPC links, security groups and roles
/// (twice); then services, services of Cloud Map, log groups, tags, routes and integrations by their pages.
fn observed(count: usize) -> usize {
    9 + count.div_ceil(10)
        + count.div_ceil(100)
        + (count + 1).div_ceil(50)
        + (2 * count + 2).div_ceil(100)
        + 2 * count.div_ceil(500)
}

/// Returns the same for an empty account, which has no contents and no further pages.
fn observed_empty(count: usize) -> usize {
    // The cluster, the namespace, APIs, VPC links, security groups, roles (twice) and tags. The second term is
    // for log groups, which are read by name.
    8 + (count + 1).div_ceil(50)
}

/// Returns the calls of one poll of all services.
fn steady(count: usize) -> usize {
    count.div_ceil(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_takes_few_calls() {
        let of = |services| (calls(Job::Plan, services), round_trips(services));
        assert_eq!([1, 10, 100, 300].map(of), [(15, 2), (15, 2), (28, 2), (58, 4)]);
    }
}
