//! The least calls of a job, from the sizes of AWS's pages and batches.
//!
//! A read takes one call for each page, a write one call for each object without a batch operation. The
//! formulas were derived by hand and know nothing of the engine, so they cannot repeat its mistakes. They
//! count one poll for all services of a deployment, and a budget of polls for the two objects that AWS takes
//! minutes for.

use sss_model::BackendKind;

use super::job::{Job, Shape};

/// A budget of polls until a VPC link and a namespace exist or are deleted. The least would be one each.
const POLLS: usize = 5;

/// Returns the least calls of a job on the reference stack of this shape.
pub(super) fn calls(job: Job, shape: Shape) -> usize {
    let count = usize::from(shape.services);
    let observed = observed(shape);
    match job {
        Job::FirstApply => observed_empty(shape) + made(shape) + POLLS + steady(count),
        Job::Plan => observed,
        Job::NewImage => observed + 2 * count + steady(count),
        Job::Rollback => observed + count + steady(count),
        Job::DestroyKeepingRevisions => observed + removed(shape) + POLLS,
        Job::Destroy => observed + removed(shape) + POLLS + count,
    }
}

/// Returns the calls of Terraform for the same job, with its polls and its repeated calls as ours have them.
/// Returns `None` if Terraform has no such job.
///
/// They lie on the line through the calls that the sandbox counted for 1 and for 10 services (`contenders` with factor
/// 1 and quotas, in the page).
pub(super) fn of_terraform(job: Job, services: u16) -> Option<usize> {
    let (one, ten) = match job {
        Job::Plan => (34, 166),
        Job::FirstApply => (111, 463),
        Job::NewImage | Job::Rollback => (53, 347),
        Job::Destroy => (106, 441),
        Job::DestroyKeepingRevisions => return None,
    };

    let more = usize::from(services).saturating_sub(1);
    Some(one + (ten - one) * more / 9)
}

/// Returns the number of sequential calls of a plan without changes: the pages of services in a namespace come after
/// the namespace. Rules come after their listeners, and these after their load balancers.
pub(super) fn round_trips(shape: Shape) -> usize {
    match shape.backend {
        BackendKind::Alb => 3,
        BackendKind::Nlb => 2,
        _ => 1 + usize::from(shape.services).div_ceil(100),
    }
}

/// Returns the calls that read the account with the stack.
///
/// These are the cluster, APIs, authorizers, stages, VPC links, security groups and roles (twice); then services,
/// log groups, tags, routes and integrations by their pages; then the backends.
fn observed(shape: Shape) -> usize {
    let (count, balancers) = (usize::from(shape.services), usize::from(shape.load_balancers()));
    let logs = count + 1;
    // The backends, and their objects that have tags.
    let (backends, tagged) = match shape.backend {
        BackendKind::Alb => (balancing_reads(shape), 2 * count + 2 * balancers),
        BackendKind::Nlb => (balancing_reads(shape), 2 * count + balancers),
        // The namespace, and its services.
        _ => (1 + count.div_ceil(100), count + 1),
    };
    8 + count.div_ceil(10)
        + logs.div_ceil(50)
        + (logs + tagged).div_ceil(100)
        + 2 * count.div_ceil(500)
        + backends
}

/// Returns the calls that read the load balancers: these and target groups by their pages, the attributes of each, the
/// listeners of each load balancer, and the rules of each listener that has some.
pub(super) fn balancing_reads(shape: Shape) -> usize {
    let (count, balancers) = (usize::from(shape.services), usize::from(shape.load_balancers()));
    match shape.backend {
        BackendKind::Alb => 1 + 3 * balancers + count.div_ceil(400) + count,
        BackendKind::Nlb => 1 + 2 * balancers + count.div_ceil(400) + count,
        _ => 0,
    }
}

/// Returns the same for an empty account, which has no contents and no further pages.
fn observed_empty(shape: Shape) -> usize {
    // The cluster, APIs, VPC links, security groups, roles (twice) and tags; log groups, which are read by name; the
    // namespace, or load balancers and target groups.
    let backends = if shape.backend == BackendKind::CloudMap { 1 } else { 2 };
    7 + (usize::from(shape.services) + 1).div_ceil(50) + backends
}

/// Returns the writes that create the stack.
fn made(shape: Shape) -> usize {
    let (count, balancers) = (usize::from(shape.services), usize::from(shape.load_balancers()));
    match shape.backend {
        // In place of namespace and registries: a group with its rule, load balancers with a listener or an attribute, and
        // target groups with their attributes and a rule or a listener.
        BackendKind::Alb | BackendKind::Nlb => 13 + 2 * balancers + 9 * count,
        _ => 12 + 7 * count,
    }
}

/// Returns the writes that remove the stack, without its revisions. Listeners and rules go with their load balancer.
fn removed(shape: Shape) -> usize {
    let count = usize::from(shape.services);
    match shape.backend {
        BackendKind::Alb | BackendKind::Nlb => 9 + usize::from(shape.load_balancers()) + 5 * count,
        _ => 9 + 5 * count,
    }
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
        let of = |services| {
            let shape = Shape { backend: BackendKind::CloudMap, services };
            (calls(Job::Plan, shape), round_trips(shape))
        };
        assert_eq!([1, 10, 100, 300].map(of), [(15, 2), (15, 2), (28, 2), (58, 4)]);
    }
}
