//! The jobs on a stack, and their effort.
//!
//! A [`Job`] is the work of one command on a whole stack. A [`Row`] has its effort next to the least effort,
//! for one number of services.

use std::time::Duration;

use sss_model::BackendKind;

use super::{floor::Delays, least};

/// The time of one call. The time of a plan divided by it is the number of sequential calls.
pub(super) const LATENCY: Duration = Duration::from_millis(100);

/// A job on a whole stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    FirstApply,
    Plan,
    NewImage,
    /// Return to the previous image.
    Rollback,
    DestroyKeepingRevisions,
    Destroy,
}

impl Job {
    /// All jobs, in the order of their rows.
    pub(super) const ALL: [Self; 6] = [
        Self::Plan,
        Self::FirstApply,
        Self::NewImage,
        Self::Rollback,
        Self::DestroyKeepingRevisions,
        Self::Destroy,
    ];

    /// Returns the name in the page. Rows of the committed page have it, so a new name changes the page.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FirstApply => "first apply",
            Self::Plan => "plan without changes",
            Self::NewImage => "new image everywhere",
            Self::Rollback => "back to the image before",
            Self::DestroyKeepingRevisions => "destroy, revisions stay",
            Self::Destroy => "destroy",
        }
    }
}

/// The shape of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// The backend of all services.
    pub(super) backend: BackendKind,
    /// The number of services, each with one route.
    pub(super) services: u16,
}

impl Shape {
    /// Returns the number of load balancers: one carries 100 services or, if it is a network load balancer, 50.
    pub(super) fn load_balancers(self) -> u16 {
        match self.backend {
            BackendKind::Alb => self.services.div_ceil(100),
            BackendKind::Nlb => self.services.div_ceil(50),
            _ => 0,
        }
    }
}

/// The effort of a job.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) job: Job,
    pub(super) shape: Shape,
    /// The calls that reached the account, polls included.
    pub(super) calls: usize,
    /// The least calls, from AWS's pages and batches.
    pub(super) least: usize,
    /// The calls that only polled.
    pub(super) polls: usize,
    /// The throttled calls.
    pub(super) throttled: usize,
    /// The time by the clock of the sandbox.
    pub(super) time: Duration,
    /// The least time, from quotas, the sandbox's delays and the latency of sequential calls.
    pub(super) floor: Duration,
}

impl Row {
    /// Returns the row of a job without its effort, but with the least calls and the least time.
    pub(super) fn new(job: Job, shape: Shape, delays: &Delays) -> Self {
        Self {
            job,
            shape,
            calls: 0,
            least: least::calls(job, shape),
            polls: 0,
            throttled: 0,
            time: Duration::ZERO,
            floor: delays.floor(job, shape),
        }
    }

    /// Returns the ratio of the time and the least time. 1 is perfect.
    pub(super) fn time_over_floor(&self) -> f64 {
        self.time.as_secs_f64() / self.floor.as_secs_f64()
    }

    /// Returns the number of sequential calls of a job in which nothing else takes time.
    pub(super) fn round_trips(&self) -> Option<u128> {
        (self.job == Job::Plan).then(|| self.time.as_millis().div_ceil(LATENCY.as_millis()))
    }
}
