//! The purpose of a call: its rank among the calls that wait for one quota, and whether it polls.
//!
//! The lane belongs to the task at work (a task-local value), so the layers between the engine and the HTTP
//! client do not have to pass it on.

tokio::task_local! {
    static LANE: Lane;
}

/// The purpose of the calls of a piece of work.
///
/// Calls outside of any work, such as those of an observation, have rank 0.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lane {
    /// The rank. Of the calls that wait for one quota, the one with the lowest rank is sent first.
    pub(super) rank: u32,
    /// Whether the work waits for AWS, so that its reads are polls.
    pub(super) waits: bool,
}

impl Lane {
    /// Returns the lane of the present work.
    pub(super) fn current() -> Self {
        LANE.try_with(|lane| *lane).unwrap_or_default()
    }

    /// Does work whose calls go before those of a higher rank.
    ///
    /// It holds for calls in this future, not for calls in a task that the work spawns.
    pub(crate) async fn ranked<T>(rank: usize, work: impl Future<Output = T>) -> T {
        let rank = u32::try_from(rank).unwrap_or(u32::MAX);
        LANE.scope(Self { rank, ..Self::current() }, work).await
    }

    /// Does work whose reads are polls. The rank stays.
    pub(crate) async fn waiting<T>(look: impl Future<Output = T>) -> T {
        LANE.scope(Self { waits: true, ..Self::current() }, look).await
    }
}
