//! How fast an account's time passes, how long its calls take, which quotas they have, and which of them conflict.

use std::time::Duration;

use super::Sandbox;
use crate::{delays::Delays, quota::NoQuota};

impl Sandbox {
    /// Makes the account's time pass `factor` times as fast as tokio's.
    ///
    /// Use it where a person watches: with 60, a minute of the account takes a second. A test pauses tokio's
    /// clock instead.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::new().with_factor(60.0);
    /// ```
    #[must_use]
    pub fn with_factor(self, factor: f64) -> Self {
        self.lock().clock.set_factor(factor);
        self
    }

    /// Sets the time that each call takes through this handle and its clones.
    ///
    /// The default is 50 ms in process. Over TCP it is zero, because the connection has its own latency.
    #[must_use]
    pub fn latency(self, latency: Duration) -> Self {
        Self { latency: Some(latency), ..self }
    }

    /// Sets the delays of what is eventually consistent at AWS.
    ///
    /// The default is [`Delays::default`].
    #[must_use]
    pub fn with_delays(self, delays: Delays) -> Self {
        self.lock().world.set_delays(delays);
        self
    }

    /// Lifts the quotas on calls over HTTP.
    ///
    /// By default the sandbox keeps AWS's documented quotas and refuses calls above them, as AWS does.
    /// [`quotas`](crate::quotas) returns those of a call.
    #[must_use]
    pub fn without_quotas(self) -> Self {
        self.lock().quotas = None;
        self
    }

    /// Sets the burst and the rate of the buckets that an operation draws on.
    ///
    /// Use it where an account has other quotas, or where AWS documents none and the sandbox assumes one.
    /// `service` is the name in signatures. Operations that share a bucket get the same quota. A sandbox
    /// [without quotas](Self::without_quotas) stays without.
    ///
    /// # Errors
    ///
    /// The operation draws on no bucket, or `burst` or `per_second` is 0.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// let busy = Sandbox::new().with_quota("tagging", "GetResources", 5, 2)?;
    /// assert!(busy.with_quota("tagging", "GetAnything", 5, 2).is_err());
    /// # Ok::<(), sss_sandbox::NoQuota>(())
    /// ```
    pub fn with_quota(
        self,
        service: &str,
        operation: &str,
        burst: u32,
        per_second: u32,
    ) -> Result<Self, NoQuota> {
        if let Some(quotas) = &mut self.lock().quotas {
            quotas.set(service, operation, burst, per_second)?;
        }
        Ok(self)
    }

    /// Carries out writes to one HTTP API that overlap, one after the other.
    ///
    /// By default the sandbox refuses the later one with `ConflictException`, as API Gateway does. Use this for tools
    /// that neither wait nor repeat, and where another part of them is looked at.
    ///
    /// ```
    /// use sss_sandbox::Sandbox;
    ///
    /// let patient = Sandbox::new().without_conflicts();
    /// ```
    #[must_use]
    pub fn without_conflicts(self) -> Self {
        self.lock().writers = None;
        self
    }
}
