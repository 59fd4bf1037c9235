//! The lease: one run at a time writes to a stack.
//!
//! It is a parameter of Parameter Store, `/sss/{stack}/lease`. Whoever creates it holds it, and AWS lets only one of two
//! create it. The holder writes it again every 20 seconds, which gives it a new version, and removes it at the end. A run
//! that finds it watches the version for longer than a lease lasts. A version that changes tells of a holder at work; one
//! that does not, of a holder that is gone, and then the watcher writes its own name over it. No two clocks are ever
//! compared, only durations, each by one clock.
//!
//! Parameter Store cannot write on a condition. What stands in for it is the version that a write answers with: one more
//! than was seen, or somebody else wrote in between, and the lease counts as lost. What remains possible:
//!
//! - A holder that stood still for longer than its lease, as a laptop that slept, goes on until its next renewal, which is
//!   due at once. A call that was on its way may still take effect, and if the holder ends right then it removes the
//!   lease of the one that took over. That one finds it gone at its next renewal, and ends.
//! - Of two watchers that take over in the same moment, the second is refused but leaves its name, so the first one ends
//!   at its next renewal.
//!
//! In each case the loser stops within 20 seconds, and what both did until then are whole steps towards a stack, which
//! name their objects by id; the next plan shows what is left to do.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    time::{Duration, SystemTime},
};

use aws_sdk_ssm::{
    Client,
    config::{Config, retry::RetryConfig},
    types::{ParameterType, Tag},
};
use aws_smithy_types::date_time::{DateTime, Format};
use serde::{Deserialize, Serialize};
use tokio::{sync::Mutex, time::Instant};

use crate::{
    Aws, Error, Result,
    error::{Absent, Answer, Sent},
    tags,
};

/// How long a lease lasts that is not renewed.
const DURATION: Duration = Duration::from_mins(1);
/// The time between two renewals.
const RENEWAL: Duration = Duration::from_secs(20);
/// The time between two looks of one that watches, and between two attempts to renew.
const LOOK: Duration = Duration::from_secs(5);

const GET: &str = "ssm:GetParameter";
const PUT: &str = "ssm:PutParameter";
const NOT_FOUND: &str = "ParameterNotFound";

/// The right to write to a stack. It has to be kept with [`Lease::lost`] and given back with [`Lease::release`].
#[derive(Debug)]
pub struct Lease {
    parameter: Parameter,
    entry: Entry,
    /// Since when it is certain to be ours; none once it is lost.
    certain: Mutex<Option<Instant>>,
}

/// What came of asking for a lease.
#[derive(Debug)]
pub enum Claim {
    /// It is ours.
    Ours(Lease),
    /// Somebody else is at work.
    Theirs(Holder),
}

/// Who holds a lease.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Holder {
    /// The name that the holder gave.
    pub holder: String,
    /// When it was last renewed, by AWS's clock.
    pub renewed: String,
    /// When it ends unless it is renewed, by AWS's clock.
    pub ends: String,
    #[serde(skip)]
    entry: Entry,
    #[serde(skip)]
    version: i64,
}

/// What the parameter holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    holder: String,
    /// Tells a run from all others, also from those of the same holder.
    run: String,
    seconds: u64,
}

#[derive(Debug)]
struct Parameter {
    client: Client,
    stack: String,
    name: String,
}

impl Lease {
    /// Asks for the lease of a stack in the name of `holder`, which people will read. `watching` is told of a holder whose
    /// work has to be waited to be seen: at most 20 seconds when there is some, 80 seconds when there is none.
    ///
    /// # Errors
    ///
    /// Calls that fail or are denied. That somebody else holds the lease is no error.
    pub async fn acquire(
        aws: &Aws,
        stack: &str,
        holder: &str,
        watching: &(dyn Fn(&Holder) + Sync),
    ) -> Result<Claim> {
        let parameter = Parameter::of(aws, stack);
        let entry = Entry::new(holder);
        let mut watched: Option<(Holder, Instant)> = None;
        loop {
            let before = Instant::now();
            if parameter.create(&entry).await? {
                return Ok(Claim::Ours(Self::since(before, parameter, entry)));
            }
            let Some(seen) = parameter.look().await? else { continue };
            if seen.entry == entry {
                // The answer to the creation was lost, and the client asked again.
                return Ok(Claim::Ours(Self::since(before, parameter, entry)));
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
                if parameter.overwrite(&entry).await? == seen.version + 1 {
                    return Ok(Claim::Ours(Self::since(before, parameter, entry)));
                }
                let holder = "a run that took over at the same moment".to_owned();
                return Ok(Claim::Theirs(Holder { holder, ..seen }));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Who holds the lease of a stack.
    pub async fn holder(aws: &Aws, stack: &str) -> Result<Option<Holder>> {
        Parameter::of(aws, stack).look().await
    }

    /// Takes the lease away from a holder, whose run then ends. Whether that one still held it.
    pub async fn take_away(aws: &Aws, stack: &str, holder: &Holder) -> Result<bool> {
        let parameter = Parameter::of(aws, stack);
        let held = parameter.look().await?.is_some_and(|seen| seen.entry == holder.entry);
        if held {
            parameter.delete().await?;
        }
        Ok(held)
    }

    fn since(certain: Instant, parameter: Parameter, entry: Entry) -> Self {
        Self { parameter, entry, certain: Mutex::new(Some(certain)) }
    }

    /// Renews the lease for as long as it is polled. Ends when the lease is lost, and the work has to end then, too.
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

    /// Gives the lease back. One that is lost is left to whoever has it now.
    pub async fn release(&self) -> Result<()> {
        match *self.certain.lock().await {
            Some(since) if since.elapsed() < DURATION => self.parameter.delete().await,
            Some(_) | None => Ok(()),
        }
    }

    /// Tries to renew until it works, and gives the time since when the lease is certain.
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

impl Entry {
    fn new(holder: &str) -> Self {
        let run = RandomState::new().hash_one(SystemTime::now());
        Self { holder: holder.to_owned(), run: format!("{run:016x}"), seconds: DURATION.as_secs() }
    }

    /// Whatever somebody wrote by hand is held by somebody.
    fn read(value: &str) -> Self {
        serde_json::from_str(value).unwrap_or_else(|_| Self {
            holder: "somebody unknown".to_owned(),
            run: value.to_owned(),
            seconds: DURATION.as_secs(),
        })
    }

    fn written(&self) -> String {
        serde_json::to_string(self).expect("an entry is plain data")
    }

    fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

impl Parameter {
    fn of(aws: &Aws, stack: &str) -> Self {
        Self { client: aws.ssm.clone(), stack: stack.to_owned(), name: format!("/sss/{stack}/lease") }
    }

    /// Whether it did not exist before.
    async fn create(&self, entry: &Entry) -> Result<bool> {
        let tag =
            |(key, value)| Tag::builder().key(key).value(value).build().expect("a tag with key and value");
        let tags = tags::wanted(&self.stack, []).into_iter().map(tag).collect();
        let request = self.client.put_parameter().name(&self.name).value(entry.written());
        let request = request.r#type(ParameterType::String).overwrite(false).set_tags(Some(tags));
        let created = request.send().await.of(PUT).none_if(&["ParameterAlreadyExists"])?;
        Ok(created.is_some())
    }

    async fn look(&self) -> Result<Option<Holder>> {
        let found =
            self.client.get_parameter().name(&self.name).send().await.of(GET).none_if(&[NOT_FOUND])?;
        let Some(found) = found else { return Ok(None) };
        let parameter = found.parameter.sent(GET, "Parameter")?;
        let renewed = parameter.last_modified_date().copied().sent(GET, "LastModifiedDate")?;
        let entry = Entry::read(parameter.value().unwrap_or_default());
        let ends = DateTime::from_secs(renewed.secs().saturating_add_unsigned(entry.seconds));
        Ok(Some(Holder {
            holder: entry.holder.clone(),
            renewed: text(DateTime::from_secs(renewed.secs())),
            ends: text(ends),
            version: parameter.version(),
            entry,
        }))
    }

    /// The version that this made. It is tried once: a second try after a lost answer would look like somebody else's.
    async fn overwrite(&self, entry: &Entry) -> Result<i64> {
        let request = self.client.put_parameter().name(&self.name).value(entry.written());
        let request = request.r#type(ParameterType::String).overwrite(true).customize();
        let once = Config::builder().retry_config(RetryConfig::disabled());
        Ok(request.config_override(once).send().await.of(PUT)?.version())
    }

    async fn delete(&self) -> Result<()> {
        let gone = self.client.delete_parameter().name(&self.name).send().await.of("ssm:DeleteParameter");
        gone.none_if(&[NOT_FOUND]).map(drop)
    }
}

fn text(time: DateTime) -> String {
    time.fmt(Format::DateTime).unwrap_or_else(|_| "an unknown time".to_owned())
}
