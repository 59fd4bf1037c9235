//! `restart`, `scale`, `rollback`, `abort` and `continue`: interventions in services, under the stack's lock.
//!
//! All have one course: take the lock, find the services, change one after the other with the progress of an
//! apply, and tell what the next plan will do about it. A [`Verb`] has the rest.

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::{
    Error,
    operate::{Named, Target, change::Change},
};

use super::choice;
use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    output::Output,
    progress, render,
    session::{Session, alone_on_names},
    stack_lock::Locking,
};

/// An intervention: its flags, and what it does to one service.
pub(super) trait Verb {
    /// The name of the command.
    const NAME: &'static str;
    /// The verb, as it fits "failed to …".
    const FAILS_TO: &'static str;

    /// Returns the flags of the lock.
    fn locking(&self) -> &Locking;

    /// Returns the services to change.
    ///
    /// # Errors
    ///
    /// The arguments name no service of the stack.
    fn services<'a>(&self, target: &'a Target) -> Result<Vec<&'a Named>, Failure>;

    /// Changes a service.
    async fn change(&self, change: &Change<'_>, service: &Named) -> sss_aws::Result<Changed>;

    /// Runs the command.
    fn run(&self, invocation: &Invocation) -> Result<Exit, Failure> {
        alone_on_names(invocation, self.locking(), async |session| carry_out(self, session).await)
    }
}

/// The result of an intervention in one service.
pub(super) struct Changed {
    /// The result as a sentence.
    done: String,
    /// The effect of the next plan on it.
    next: String,
}

/// A line of JSON for a service that was changed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename = "changed")]
pub(crate) struct Line<'a> {
    /// The name of the command.
    verb: &'static str,
    /// The key of the service.
    service: &'a str,
    /// The result as a sentence.
    done: &'a str,
    /// The effect of the next plan on it.
    next: &'a str,
}

/// Changes one service after the other.
async fn carry_out<V: Verb + ?Sized>(verb: &V, session: &Session<'_>) -> Result<Exit, Failure> {
    let output = &session.invocation.output;
    let target = Target::of(session.stack);
    let services = verb.services(&target)?;

    let change = Change::new(session.deployer.aws(), &target, progress::of_work(output));
    for service in services {
        let work = session.interruption.or(Box::pin(verb.change(&change, service)));
        let changed = session.while_locked(work).await;
        let what = format!("{} {}", V::FAILS_TO, service.key);
        let Changed { done, next } = changed?.map_err(|error| reported(output, &what, &error))?;
        if output.json {
            let (service, done, next) = (service.key.as_str(), done.as_str(), next.as_str());
            output.line(&Line { verb: V::NAME, service, done, next })?;
        } else {
            output.data(|w| writeln!(w, "{}: {done}", service.key))?;
            output.note(|w| writeln!(w, "note: {next}"));
        }
    }
    Ok(Exit::Done)
}

/// Returns the failure of an intervention, after the facts about a deployment that failed.
pub(super) fn reported(output: &Output, what: &str, error: &Error) -> Failure {
    if let Some(deployment) = error.deployment().filter(|_| !output.json) {
        output.note(|w| {
            deployment.cause.iter().try_for_each(|cause| render::cause::headline(w, cause))?;
            render::deployment::show(w, deployment)
        });
        // The cause stands above the facts already.
        return Failure::engine(what, error).caused_by(None);
    }
    Failure::engine(what, error)
}

/// The arguments of `restart`.
#[derive(Debug, Args)]
pub(crate) struct Restart {
    /// The services
    #[arg(value_name = "SERVICE", required_unless_present = "all")]
    services: Vec<String>,
    /// Restart all services of the stack
    #[arg(long, conflicts_with = "services")]
    all: bool,
    #[command(flatten)]
    locking: Locking,
}

impl Verb for Restart {
    const NAME: &'static str = "restart";
    const FAILS_TO: &'static str = "restart";

    fn locking(&self) -> &Locking {
        &self.locking
    }

    fn services<'a>(&self, target: &'a Target) -> Result<Vec<&'a Named>, Failure> {
        choice::services(target, &self.services)
    }

    async fn change(&self, change: &Change<'_>, service: &Named) -> sss_aws::Result<Changed> {
        change.restart(service).await?;
        Ok(Changed {
            done: "new tasks run".to_owned(),
            next: "a restart changes nothing that the stack says; the next plan has nothing to do about it"
                .to_owned(),
        })
    }
}

/// The arguments of `scale`.
#[derive(Debug, Args)]
pub(crate) struct Scale {
    /// Services with their numbers of tasks
    #[arg(value_name = "SERVICE=N", required = true, value_parser = count)]
    counts: Vec<(String, u32)>,
    #[command(flatten)]
    locking: Locking,
}

/// Reads `SERVICE=N`.
fn count(text: &str) -> Result<(String, u32), String> {
    let pair = text.split_once('=').filter(|(service, _)| !service.is_empty());
    let number = pair.and_then(|(service, number)| Some((service.to_owned(), number.parse().ok()?)));
    number
        .filter(|(_, number)| *number <= MOST)
        .ok_or_else(|| format!("write a service and a number from 0 to {MOST}, such as web=2"))
}

/// The most tasks of a service, by ECS's quota.
const MOST: u32 = 5_000;

impl Verb for Scale {
    const NAME: &'static str = "scale";
    const FAILS_TO: &'static str = "scale";

    fn locking(&self) -> &Locking {
        &self.locking
    }

    fn services<'a>(&self, target: &'a Target) -> Result<Vec<&'a Named>, Failure> {
        let names: Vec<String> = self.counts.iter().map(|(name, _)| name.clone()).collect();
        choice::services(target, &names)
    }

    async fn change(&self, change: &Change<'_>, service: &Named) -> sss_aws::Result<Changed> {
        let mut counts = self.counts.iter();
        let wanted = counts.find(|(name, _)| *name == service.key || *name == service.service);
        let count = wanted.map_or(0, |(_, count)| *count);
        let before = change.scale(service, count).await?;
        let next = match service.desired_count {
            None => "the stack leaves the count to others; the next plan does not change it".to_owned(),
            Some(own) if own == count => "the stack says the same count".to_owned(),
            Some(own) => format!(
                "the next apply sets the count back to {own}; write `desired_count = {count}` to keep {count}, or \
                 `ignore_changes = [\"desired_count\"]`"
            ),
        };
        let done = if before == count {
            format!("{count} tasks, as before")
        } else {
            format!("{before} -> {count} tasks")
        };
        Ok(Changed { done, next })
    }
}

/// The arguments of `rollback`.
#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// The service [default: the only one]
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
    /// Return to the successful deployment of this revision, such as shop-web:7
    #[arg(long, value_name = "REVISION")]
    to: Option<String>,
    #[command(flatten)]
    locking: Locking,
}

impl Verb for Rollback {
    const NAME: &'static str = "rollback";
    const FAILS_TO: &'static str = "roll back";

    fn locking(&self) -> &Locking {
        &self.locking
    }

    fn services<'a>(&self, target: &'a Target) -> Result<Vec<&'a Named>, Failure> {
        choice::service(target, self.service.as_deref()).map(|service| vec![service])
    }

    async fn change(&self, change: &Change<'_>, service: &Named) -> sss_aws::Result<Changed> {
        let revision = change.roll_back(service, self.to.as_deref()).await?;
        Ok(Changed {
            done: format!("runs {revision}"),
            next: "the stack still wants the later revision, and the next apply deploys it again; change the stack \
                   to keep this one"
                .to_owned(),
        })
    }
}

/// The arguments of `abort`.
#[derive(Debug, Args)]
pub(crate) struct Abort {
    /// The service [default: the only one]
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
    /// Leave the tasks as they are, instead of rolling back
    #[arg(long)]
    no_rollback: bool,
    #[command(flatten)]
    locking: Locking,
}

impl Verb for Abort {
    const NAME: &'static str = "abort";
    const FAILS_TO: &'static str = "abort the deployment of";

    fn locking(&self) -> &Locking {
        &self.locking
    }

    fn services<'a>(&self, target: &'a Target) -> Result<Vec<&'a Named>, Failure> {
        choice::service(target, self.service.as_deref()).map(|service| vec![service])
    }

    async fn change(&self, change: &Change<'_>, service: &Named) -> sss_aws::Result<Changed> {
        let status = change.abort(service, !self.no_rollback).await?;
        Ok(Changed {
            done: format!("the deployment ended as {status}"),
            next:
                "the next plan leaves the service as it is until the stack changes, or until `apply --retry`"
                    .to_owned(),
        })
    }
}

/// The arguments of `continue`.
#[derive(Debug, Args)]
pub(crate) struct Continue {
    /// The service [default: the only one]
    #[arg(value_name = "SERVICE")]
    service: Option<String>,
    /// The id of the hook [default: the one that waits]
    #[arg(long, value_name = "ID")]
    hook: Option<String>,
    #[command(flatten)]
    locking: Locking,
}

impl Verb for Continue {
    const NAME: &'static str = "continue";
    const FAILS_TO: &'static str = "continue the deployment of";

    fn locking(&self) -> &Locking {
        &self.locking
    }

    fn services<'a>(&self, target: &'a Target) -> Result<Vec<&'a Named>, Failure> {
        choice::service(target, self.service.as_deref()).map(|service| vec![service])
    }

    async fn change(&self, change: &Change<'_>, service: &Named) -> sss_aws::Result<Changed> {
        let hook = change.proceed(service, self.hook.as_deref()).await?;
        Ok(Changed {
            done: format!("continued behind the hook {hook}"),
            next: "the next plan waits for the deployment if it is still under way".to_owned(),
        })
    }
}
