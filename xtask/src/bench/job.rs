//! What is done with a stack, and what it took.

use std::time::Duration;

use super::{floor::Delays, least};

/// How long one call takes. So the time of a plan over this is how many calls stood one behind the other.
pub(super) const LATENCY: Duration = Duration::from_millis(100);

/// Something that is done with a whole stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Job {
    FirstApply,
    Plan,
    NewImage,
    /// Back to the image before.
    Rollback,
    DestroyKeepingRevisions,
    Destroy,
}

impl Job {
    /// In the order of their rows.
    pub(super) const ALL: [Self; 6] = [
        Self::Plan,
        Self::FirstApply,
        Self::NewImage,
        Self::Rollback,
        Self::DestroyKeepingRevisions,
        Self::Destroy,
    ];

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

/// What a job took.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) job: Job,
    pub(super) services: u16,
    pub(super) calls: usize,
    pub(super) least: usize,
    /// Calls that only waited.
    pub(super) polls: usize,
    /// Calls that were refused as one too many.
    pub(super) throttled: usize,
    /// By the clock of the sandbox.
    pub(super) time: Duration,
    /// The time that quotas, the sandbox's delays and the latency of calls that need one another take.
    pub(super) floor: Duration,
}

impl Row {
    pub(super) fn new(job: Job, services: u16, delays: &Delays) -> Self {
        Self {
            job,
            services,
            calls: 0,
            least: least::calls(job, services),
            polls: 0,
            throttled: 0,
            time: Duration::ZERO,
            floor: delays.floor(job, services),
        }
    }

    pub(super) fn time_over_floor(&self) -> f64 {
        self.time.as_secs_f64() / self.floor.as_secs_f64()
    }

    /// How many calls stood one behind the other, where nothing else takes time.
    pub(super) fn round_trips(&self) -> Option<u128> {
        (self.job == Job::Plan).then(|| self.time.as_millis().div_ceil(LATENCY.as_millis()))
    }
}
