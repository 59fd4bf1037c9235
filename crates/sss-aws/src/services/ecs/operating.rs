//! ECS in daily operation: what runs, what has happened, and small interventions.
//!
//! An apply compares a stack with the account. These functions know no stack: they take the names of a cluster
//! and a service, and return values that a person reads. Daily operation of a stack gives them the names.
//!
//! - [`task`] has the tasks of a service, running and stopped, with the cause of a failure.
//! - [`timeline`] has the events of a service, of its deployments and of its tasks, in one order.
//! - [`history`] has the deployments of a service, and the revisions to which it can return.
//! - [`session`] opens sessions in containers.
//! - [`why`] finds the cause for which a service does not run as it should.
//! - [`change`] has the calls that start, stop and continue deployments and tasks.

pub(crate) mod change;
pub(crate) mod history;
pub(crate) mod session;
pub(crate) mod task;
pub(crate) mod timeline;
pub(crate) mod why;

use aws_sdk_ecs::types::Service as SdkService;
use aws_smithy_types::DateTime;

use super::listing;
use crate::{Aws, Error, Moment, Result};

/// Returns a time of an answer.
fn moment(time: Option<&DateTime>) -> Option<Moment> {
    time.map(Moment::from)
}

/// Reads a service by its name.
///
/// # Errors
///
/// The read failed, or the cluster has no active service of this name.
pub(crate) async fn service(aws: &Aws, cluster: &str, name: &str) -> Result<SdkService> {
    let found = listing::services(aws, cluster, &[name.to_owned()]).await?;
    let active = found.into_iter().find(|service| service.status() != Some("INACTIVE"));
    active.ok_or_else(|| {
        Error::declined(format!("the cluster {cluster} has no service {name}"))
            .with_hint("`status` lists the objects of the stack; `apply` creates missing ones")
    })
}
