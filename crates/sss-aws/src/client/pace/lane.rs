//! What a call is made for: which of those that wait for one quota goes first, and whether it only waits for AWS.

tokio::task_local! {
    static LANE: Lane;
}

/// What the calls of a piece of work are made for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lane {
    /// The lower, the earlier.
    pub(super) rank: u32,
    /// Whether what AWS does is waited for.
    pub(super) waits: bool,
}

impl Lane {
    /// That of the work that is going on.
    pub(super) fn current() -> Self {
        LANE.try_with(|lane| *lane).unwrap_or_default()
    }

    /// Does work whose calls go before those of a higher rank.
    pub(crate) async fn ranked<T>(rank: usize, work: impl Future<Output = T>) -> T {
        let rank = u32::try_from(rank).unwrap_or(u32::MAX);
        LANE.scope(Self { rank, ..Self::current() }, work).await
    }

    /// Looks at AWS for what is waited for.
    pub(crate) async fn waiting<T>(look: impl Future<Output = T>) -> T {
        LANE.scope(Self { waits: true, ..Self::current() }, look).await
    }
}
