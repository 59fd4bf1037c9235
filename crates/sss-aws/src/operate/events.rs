//! One timeline of a stack.
//!
//! It has the events of the services, the starts and ends of deployments and of tasks, the activities of autoscalers,
//! and failed requests, in the order of their times. [`follow`] polls for new entries.

mod requests;

use std::{collections::BTreeSet, time::Duration};

use super::{Named, Target};
pub use crate::services::ecs::operating::timeline::{Entry, Level, Source};
use crate::{
    Aws, Moment, Result,
    operate::tasks::{Which, tasks},
    services::{
        autoscaling,
        ecs::operating::{self, timeline},
    },
};

/// The time between two polls.
const PAUSE: Duration = Duration::from_secs(5);
/// The number of deployments of each service in a timeline.
const DEPLOYMENTS: usize = 10;
/// The time behind the present one in which entries of a later poll begin, in milliseconds.
const LATE: i64 = 600_000;

/// Reads the entries of these services from a time on, oldest first.
///
/// Without sources it has all but the requests of the API, and leaves the activities of autoscalers out for callers who
/// may not read them. Requests begin an hour ago without a time.
///
/// # Errors
///
/// A call failed or was denied, or the stack has no access log from which requests can be read
/// ([`Error::is_declined`](crate::Error::is_declined)).
pub async fn events(
    aws: &Aws,
    target: &Target,
    services: &[&Named],
    sources: &[Source],
    since: Option<Moment>,
) -> Result<Vec<Entry>> {
    let takes = |source| sources.is_empty() || sources.contains(&source);
    let mut entries = Vec::new();
    for named in services {
        let described = operating::service(aws, &target.cluster, &named.service).await?;
        if takes(Source::Service) {
            entries.extend(timeline::of_service(&described));
        }
        if takes(Source::Deployment) {
            let name = &named.service;
            let all = operating::history::history(aws, &target.cluster, name, DEPLOYMENTS).await?;
            entries.extend(all.iter().flat_map(timeline::of_deployment));
        }
        if takes(Source::Scaling) {
            match autoscaling::activities(aws, &target.cluster, &named.service).await {
                Err(error) if error.is_denied() && sources.is_empty() => {}
                found => {
                    let of_service = |activity| timeline::of_activity(&named.service, activity);
                    entries.extend(found?.into_iter().map(of_service));
                }
            }
        }
    }
    if sources.contains(&Source::Api) {
        entries.extend(requests::failed(aws, target, since).await?);
    }
    if takes(Source::Task) {
        let all = tasks(aws, target, services, Which::All).await?;
        entries.extend(all.iter().flat_map(timeline::of_task));
    }

    entries.retain(|entry| since.is_none_or(|since| entry.time >= since));
    entries
        .sort_by(|one, other| (one.time, one.source, &one.key).cmp(&(other.time, other.source, &other.key)));
    Ok(entries)
}

/// Passes on the entries from a time on, and new ones as they come. It returns only with an error.
///
/// # Errors
///
/// A call failed or was denied, or `sink` did.
///
/// # Cancellation
///
/// The future can be dropped at any time.
pub async fn follow<E: From<crate::Error>>(
    aws: &Aws,
    target: &Target,
    services: &[&Named],
    sources: &[Source],
    since: Option<Moment>,
    mut sink: impl FnMut(&Entry) -> Result<(), E>,
) -> Result<std::convert::Infallible, E> {
    let mut since = since;
    let mut known = BTreeSet::new();
    loop {
        let entries = events(aws, target, services, sources, since).await?;
        let keys: BTreeSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        for entry in entries.iter().filter(|entry| !known.contains(&entry.key)) {
            sink(entry)?;
        }
        // An entry that is no longer listed, or is too old, cannot come again.
        known = keys;
        since = since.max(Some(aws.now().plus(-LATE)));
        tokio::time::sleep(PAUSE).await;
    }
}
