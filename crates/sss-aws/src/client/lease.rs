//! The lease: one run at a time writes to a stack.
//!
//! The lease is a parameter of Parameter Store, `/sss/{stack}/lease`. The run that creates it holds it: AWS
//! lets only one of two runs create it. The holder writes it again every 20 seconds, which gives it a new
//! version, and deletes it at the end. A run that finds the lease watches its version for longer than a lease
//! lasts. A version that changes shows a holder at work. A version that stays the same shows that the holder
//! is gone, and the watcher writes its own name over it. No two clocks are ever compared: only durations,
//! each measured by one clock.
//!
//! Parameter Store has no conditional write. The version in the answer to a write takes its place: if it is
//! not one more than the version before, another run wrote in between, and the lease counts as lost. Two
//! cases remain:
//!
//! - A holder that stood still for longer than its lease, such as a laptop that slept, continues until its
//!   next renewal, which is due at once. A call that was under way may still take effect. If the holder ends
//!   right then, it deletes the lease of the run that took over; that run finds the lease gone at its next
//!   renewal, and ends.
//! - Two watchers take over in the same moment. The second one is refused but leaves its name, so the first
//!   one ends at its next renewal.
//!
//! In each case the loser stops within 20 seconds. Until then, both make whole steps towards a stack and name
//! their objects by id; the next plan shows the steps that are left.

mod parameter;

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::{sync::Mutex, time::Instant};

use self::parameter::{Entry, Parameter};
use crate::{Aws, Error, Result, grant::Grant};

/// The time that a lease lasts after its last renewal.
const DURATION: Duration = Duration::from_mins(1);
/// The time between two renewals: a third of the duration, so that a failed renewal can be repeated in time.
const RENEWAL: Duration = Duration::from_secs(20);
/// The time between two reads of a watcher, and between two attempts to renew.
const LOOK: Duration = Duration::from_secs(5);

/// The parameter of the stack, in policies.
const PARAMETER: &[&str] = &["ssm:{region}:{account}:parameter/sss/{stack}/lease"];

/// The rights that the lease needs.
pub(crate) const GRANTS: &[Grant] = &[
    Grant::read(
        "ReadLock",
        &["ssm:GetParameter"],
        PARAMETER,
        "Reads who holds the lock of the stack, as `status` shows it",
    ),
    Grant::deploy(
        "Lock",
        &["ssm:PutParameter", "ssm:DeleteParameter"],
        PARAMETER,
        "Holds the lock of the stack, a parameter with tags, so that one run at a time writes",
    )
    .with_actions(&["ssm:PutParameter", "ssm:DeleteParameter", "ssm:AddTagsToResource"]),
];

/// The right to write to a stack.
///
/// Use it to hold the lock of a stack around `apply` in a program of your own; `Deployer` does it by itself.
/// Poll [`Lease::lost`] while the program writes to the stack, stop writing when it returns, and call
/// [`Lease::release`] at the end. Dropping a lease does not release it: the next run then watches it for 80
/// seconds before it takes over.
///
/// ```no_run
/// use sss_aws::{Aws, Claim, Holder, Lease};
///
/// # async fn example(aws: &Aws, work: impl Future<Output = ()>) -> Result<(), Box<dyn std::error::Error>> {
/// let Claim::Ours(lease) = Lease::acquire(aws, "shop", "my program", &|_: &Holder| {}).await? else {
///     return Err("another run works on the stack".into());
/// };
/// tokio::select! {
///     error = lease.lost() => return Err(error.into()),
///     () = work => lease.release().await?,
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Lease {
    parameter: Parameter,
    entry: Entry,
    /// The start of the last write that succeeded, from which on the lease is certainly ours. `None` once it
    /// is lost.
    certain: Mutex<Option<Instant>>,
}

/// The result of a request for a lease.
#[derive(Debug)]
pub enum Claim {
    /// The caller holds the lease.
    Ours(Lease),
    /// Another run is at work.
    Theirs(Holder),
}

/// The holder of a lease.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Holder {
    /// The name that the holder gave, for people to read.
    pub holder: String,
    /// The time since when it holds the lease, to within 20 seconds, by AWS's clock.
    pub since: String,
    /// The time of the last renewal, by AWS's clock, in the form `2026-01-31T12:00:00Z`.
    pub renewed: String,
    /// The time at which the lease ends unless the holder renews it, by AWS's clock.
    pub ends: String,
    #[serde(skip)]
    entry: Entry,
    #[serde(skip)]
    version: i64,
}

impl Lease {
    /// Requests the lease of a stack in the name of `holder`, which people will read.
    ///
    /// If the lease exists, this waits to see whether its holder is at work: at most 20 seconds if it is, 80
    /// seconds if it is gone. `watching` is called once, when this wait begins.
    ///
    /// # Errors
    ///
    /// A call fails or is denied. A lease that another run holds is no error, but [`Claim::Theirs`].
    ///
    /// # Cancellation
    ///
    /// A dropped future may leave a lease that nobody renews. The next run takes it over after 80 seconds.
    pub async fn acquire(
        aws: &Aws,
        stack: &str,
        holder: &str,
        watching: &(dyn Fn(&Holder) + Sync),
    ) -> Result<Claim> {
        let parameter = Parameter::of(aws, stack);
        let entry = Entry::new(holder);
        let mut watched: Option<(Holder, Instant)> = None;
        let mut patience = Patience::default();
        loop {
            let created = Instant::now();
            match patience.with(parameter.create(&entry).await)? {
                Some(true) => return Ok(Claim::Ours(Self::since(created, parameter, entry))),
                Some(false) => {}
                None => {
                    tokio::time::sleep(LOOK).await;
                    continue;
                }
            }

            while let Some(seen) = parameter.look().await? {
                if seen.entry == entry {
                    // The answer to the creation was lost, and the client asked again.
                    return Ok(Claim::Ours(Self::since(created, parameter, entry)));
                }

                let (first, since) = watched.get_or_insert_with(|| {
                    watching(&seen);
                    (seen.clone(), Instant::now())
                });
                if (&first.entry, first.version) != (&seen.entry, seen.version) {
                    return Ok(Claim::Theirs(seen));
                }

                if since.elapsed() >= seen.entry.duration() + RENEWAL {
                    let before = Instant::now();
                    let entry = Entry { first: seen.version + 1, ..entry.clone() };
                    match patience.with(parameter.overwrite(&entry).await)? {
                        Some(version) if version == entry.first => {
                            return Ok(Claim::Ours(Self::since(before, parameter, entry)));
                        }
                        Some(_) => {
                            let holder = "a run that took over at the same moment".to_owned();
                            return Ok(Claim::Theirs(Holder { holder, ..seen }));
                        }
                        None => {}
                    }
                }
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// Returns the holder of the lease of a stack, or `None` if the lease is free.
    ///
    /// A holder may be gone: its lease then ended before the present time.
    ///
    /// # Errors
    ///
    /// A call fails or is denied.
    pub async fn holder(aws: &Aws, stack: &str) -> Result<Option<Holder>> {
        Parameter::of(aws, stack).look().await
    }

    /// Deletes the lease of a holder. Its run ends at its next renewal, within 20 seconds.
    ///
    /// Returns whether that holder still had the lease. It is for a run that hangs; a run that is gone needs
    /// no help.
    ///
    /// # Errors
    ///
    /// A call fails or is denied.
    pub async fn take_away(aws: &Aws, stack: &str, holder: &Holder) -> Result<bool> {
        let parameter = Parameter::of(aws, stack);
        let held = parameter.look().await?.is_some_and(|seen| seen.entry == holder.entry);
        if held {
            parameter.delete().await?;
        }
        Ok(held)
    }

    /// Returns a lease that is certain from this moment on.
    fn since(certain: Instant, parameter: Parameter, entry: Entry) -> Self {
        Self { parameter, entry, certain: Mutex::new(Some(certain)) }
    }

    /// Renews the lease for as long as the future is polled, and returns only when the lease is lost. The
    /// caller then stops writing.
    ///
    /// A renewal that fails is tried again until the lease is over. The error is always one for which
    /// `Error::is_lost` holds.
    ///
    /// # Cancellation
    ///
    /// The future may be dropped and created anew at any time, as long as a renewal succeeds every minute.
    pub async fn lost(&self) -> Error {
        let mut certain = self.certain.lock().await;
        while let Some(since) = *certain {
            tokio::time::sleep_until(since + RENEWAL).await;
            match self.renew_before(since + DURATION).await {
                Ok(renewed) => *certain = Some(renewed),
                Err(error) => {
                    *certain = None;
                    return error;
                }
            }
        }
        Error::lost("it was lost before")
    }

    /// Deletes the lease. A lost one stays with the run that has it now.
    ///
    /// # Errors
    ///
    /// The call fails or is denied. The lease then ends by itself within a minute.
    pub async fn release(&self) -> Result<()> {
        match *self.certain.lock().await {
            Some(since) if since.elapsed() < DURATION => self.parameter.delete().await,
            Some(_) | None => Ok(()),
        }
    }

    /// Tries to renew until it succeeds or the lease is over. Returns the start of the attempt that
    /// succeeded.
    async fn renew_before(&self, end: Instant) -> Result<Instant> {
        let mut reason = "AWS did not answer in time".to_owned();
        let renewal = async {
            loop {
                let before = Instant::now();
                match self.renew().await {
                    Ok(()) => return Ok(before),
                    Err(error) if error.is_lost() => return Err(error),
                    Err(error) => reason = error.to_string(),
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let renewed = tokio::time::timeout_at(end, renewal).await;
        renewed.unwrap_or_else(|_| Err(Error::lost(format!("the renewal failed: {reason}"))))
    }

    /// Renews the lease once. Any other content or version than expected is a lost lease.
    async fn renew(&self) -> Result<()> {
        let Some(seen) = self.parameter.look().await? else {
            return Err(Error::lost("somebody released it"));
        };
        if seen.entry != self.entry {
            return Err(Error::lost(format!("{} holds it now", seen.holder)));
        }
        if self.parameter.overwrite(&self.entry).await? != seen.version + 1 {
            return Err(Error::lost("another run took it at the same time"));
        }
        Ok(())
    }
}

/// The patience with writes that AWS refuses as one too many: a minute from the first of them on.
#[derive(Debug, Default)]
struct Patience(Option<Instant>);

impl Patience {
    /// Returns `None` for a refused write. It changed nothing, so it may be made again.
    ///
    /// # Errors
    ///
    /// The write failed for another reason, or the patience is at its end.
    fn with<T>(&mut self, written: Result<T>) -> Result<Option<T>> {
        if written.as_ref().is_err_and(Error::is_throttled) {
            let refused = self.0.get_or_insert_with(Instant::now);
            if refused.elapsed() < DURATION {
                return Ok(None);
            }
        }
        self.0 = None;
        written.map(Some)
    }
}
