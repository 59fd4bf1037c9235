//! The parameter of a lease, and what is written in it.

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

use super::{DURATION, Holder, RENEWAL};
use crate::{
    Aws, Result,
    error::{Absent, Answer, Sent},
    tags,
};

const GET: &str = "ssm:GetParameter";
const PUT: &str = "ssm:PutParameter";
const NOT_FOUND: &str = "ParameterNotFound";

/// The content of the parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) holder: String,
    /// A random number that tells a run from all others, also from other runs of the same holder.
    pub(super) run: String,
    /// The duration of the lease. A watcher waits by the number that the holder wrote.
    pub(super) seconds: u64,
    /// The version that the holder's first write made. Each renewal makes one more.
    #[serde(default = "first_version")]
    pub(super) first: i64,
}

/// The parameter of one stack.
#[derive(Debug)]
pub(super) struct Parameter {
    client: Client,
    stack: String,
    name: String,
}

impl Entry {
    pub(super) fn new(holder: &str) -> Self {
        let run = RandomState::new().hash_one(SystemTime::now());
        let (holder, run) = (holder.to_owned(), format!("{run:016x}"));
        Self { holder, run, seconds: DURATION.as_secs(), first: first_version() }
    }

    /// Returns the content of the parameter. A value that somebody wrote by hand counts as an unknown holder.
    pub(super) fn read(value: &str) -> Self {
        serde_json::from_str(value).unwrap_or_else(|_| Self {
            holder: "somebody unknown".to_owned(),
            run: value.to_owned(),
            seconds: DURATION.as_secs(),
            first: first_version(),
        })
    }

    pub(super) fn written(&self) -> String {
        serde_json::to_string(self).expect("an entry is plain data")
    }

    pub(super) fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

impl Parameter {
    pub(super) fn of(aws: &Aws, stack: &str) -> Self {
        Self { client: aws.ssm.clone(), stack: stack.to_owned(), name: format!("/sss/{stack}/lease") }
    }

    /// Creates the parameter. Returns `false` if it exists.
    pub(super) async fn create(&self, entry: &Entry) -> Result<bool> {
        let tag =
            |(key, value)| Tag::builder().key(key).value(value).build().expect("a tag with key and value");
        let tags = tags::wanted(&self.stack, []).into_iter().map(tag).collect();
        let request = self.client.put_parameter().name(&self.name).value(entry.written());
        let request = request.r#type(ParameterType::String).overwrite(false).set_tags(Some(tags));
        let created = request.send().await.of(PUT).none_if(&["ParameterAlreadyExists"])?;
        Ok(created.is_some())
    }

    /// Reads the parameter, or `None` if it does not exist.
    pub(super) async fn look(&self) -> Result<Option<Holder>> {
        let found =
            self.client.get_parameter().name(&self.name).send().await.of(GET).none_if(&[NOT_FOUND])?;
        let Some(found) = found else { return Ok(None) };
        let parameter = found.parameter.sent(GET, "Parameter")?;
        let renewed = parameter.last_modified_date().copied().sent(GET, "LastModifiedDate")?;
        let entry = Entry::read(parameter.value().unwrap_or_default());
        let ends = DateTime::from_secs(renewed.secs().saturating_add_unsigned(entry.seconds));
        let renewals = parameter.version().saturating_sub(entry.first).max(0).unsigned_abs();
        let held = RENEWAL.as_secs().saturating_mul(renewals);
        let since = DateTime::from_secs(renewed.secs().saturating_sub_unsigned(held));
        Ok(Some(Holder {
            holder: entry.holder.clone(),
            since: text(since),
            renewed: text(DateTime::from_secs(renewed.secs())),
            ends: text(ends),
            version: parameter.version(),
            entry,
        }))
    }

    /// Writes the parameter and returns the version that the write made.
    ///
    /// It is tried once: a second attempt after a lost answer would make one more version, which looks like
    /// another run's.
    pub(super) async fn overwrite(&self, entry: &Entry) -> Result<i64> {
        let request = self.client.put_parameter().name(&self.name).value(entry.written());
        let request = request.r#type(ParameterType::String).overwrite(true).customize();
        let once = Config::builder().retry_config(RetryConfig::disabled());
        Ok(request.config_override(once).send().await.of(PUT)?.version())
    }

    /// Deletes the parameter. One that is gone is no error.
    pub(super) async fn delete(&self) -> Result<()> {
        let gone = self.client.delete_parameter().name(&self.name).send().await.of("ssm:DeleteParameter");
        gone.none_if(&[NOT_FOUND]).map(drop)
    }
}

/// Returns the version of a parameter that was just created.
const fn first_version() -> i64 {
    1
}

fn text(time: DateTime) -> String {
    time.fmt(Format::DateTime).unwrap_or_else(|_| "an unknown time".to_owned())
}
