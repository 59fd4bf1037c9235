//! `restart`, `scale`, `rollback`, `abort` and `continue`: interventions in services, under the stack's lock.
//!
//! All have one course: take the lock, find the services, change one after the other with the progress of an
//! apply, and tell what the next plan will do about it. A [`Verb`] has the rest.

mod scale;

use std::time::Duration;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::{
    Error,
    operate::{
        Named, Target,
        change::{Back, Change},
    },
};

pub(crate) use self::scale::Scale;
use super::{choice, time::Wait};
use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    output::Output,
    progress,
    render::{self, outcome::NOT_VERIFIED},
    session::{Session, alone_on_names},
    stack_lock::Locking,
};

/// An intervention: its flags, and what it does to one service.
pub(super) trait Verb {
    /// The name of the command.
    const NAME: &'static str;
    /// The verb, as it fits "failed to …".
    const FAILS_TO: &'static str;

    /// The state for which a person waits afterwards, as `wait --until` takes it.
    const STATE: &'static str = "deployed";

    /// Returns the flags of the lock.
    fn locking(&self) -> &Locking;

    /// Returns whether the command waits for the result.
    fn waits(&self) -> bool {
        true
    }

    /// Returns the longest wait for a deployment. `None` for the usual one.
    fn timeout(&self) -> Option<Duration> {
        None
    }

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
    /// Whether the command has waited for the result. With `--no-wait`, AWS has only begun.
    verified: bool,
}

/// Changes one service after the other.
async fn carry_out<V: Verb + ?Sized>(verb: &V, session: &Session<'_>) -> Result<Exit, Failure> {
    let output = &session.invocation.output;
    let target = Target::of(session.stack);
    let services = verb.services(&target)?;

    let change = Change::new(session.deployer.aws(), &target, progress::of_work(session.invocation));
    let verified = verb.waits();
    let change = if verified { change } else { change.without_waiting() };
    let change = match verb.timeout() {
        Some(timeout) => change.within(timeout),
        None => change,
    };
    for service in services {
        let work = session.interruption.or(Box::pin(verb.change(&change, service)));
        let changed = session.while_locked(work).await;
        let what = format!("{} {}", V::FAILS_TO, service.key);
        let Changed { done, next } = changed?.map_err(|error| reported(output, &what, &error))?;
        if output.json {
            let (service, done, next) = (service.key.as_str(), done.as_str(), next.as_str());
            output.line(&Line { verb: V::NAME, service, done, next, verified })?;
            continue;
        }
        let (key, program) = (&service.key, &session.invocation.program);
        if verified {
            output.answer(|w| writeln!(w, "{key}: {done}"))?;
        } else {
            output.answer(|w| writeln!(w, "{key}: {done}; {NOT_VERIFIED}"))?;
            output
                .note(|w| writeln!(w, "note: `{program} wait {key} --until {}` waits for the end", V::STATE));
        }
        output.note(|w| writeln!(w, "note: {next}"));
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

/// The choice not to wait.
#[derive(Debug, Args)]
struct Waiting {
    /// End once AWS has begun, and do not verify the result
    #[arg(long)]
    no_wait: bool,
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
    /// Fail if the deployment of a service takes longer: 90s, 20m, 1h
    #[arg(long, value_name = "TIME", default_value = "20m", conflicts_with = "no_wait")]
    timeout: Wait,
    #[command(flatten)]
    waiting: Waiting,
    #[command(flatten)]
    locking: Locking,
}

impl Verb for Restart {
    const NAME: &'static str = "restart";
    const FAILS_TO: &'static str = "restart";

    fn locking(&self) -> &Locking {
        &self.locking
    }

    fn waits(&self) -> bool {
        !self.waiting.no_wait
    }

    fn timeout(&self) -> Option<Duration> {
        Some(self.timeout.0)
    }

    fn services<'a>(&self, target: &'a Target) -> Result<Vec<&'a Named>, Failure> {
        choice::services(target, &self.services)
    }

    async fn change(&self, change: &Change<'_>, service: &Named) -> sss_aws::Result<Changed> {
        change.restart(service).await?;
        Ok(Changed {
            done: if self.waits() { "new tasks run" } else { "new tasks start" }.to_owned(),
            next: "a restart changes nothing that the stack says; the next plan has nothing to do about it"
                .to_owned(),
        })
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
    /// Return to the last successful deployment, and do not roll a deployment back that is under way
    #[arg(long, conflicts_with = "to")]
    previous: bool,
    #[command(flatten)]
    waiting: Waiting,
    #[command(flatten)]
    locking: Locking,
}

impl Verb for Rollback {
    const NAME: &'static str = "rollback";
    const FAILS_TO: &'static str = "roll back";

    fn locking(&self) -> &Locking {
        &self.locking
    }

    fn waits(&self) -> bool {
        !self.waiting.no_wait
    }

    fn services<'a>(&self, target: &'a Target) -> Result<Vec<&'a Named>, Failure> {
        choice::service(target, self.service.as_deref()).map(|service| vec![service])
    }

    async fn change(&self, change: &Change<'_>, service: &Named) -> sss_aws::Result<Changed> {
        let back = match &self.to {
            Some(revision) => Back::To(revision),
            None if self.previous => Back::Previous,
            None => Back::Usual,
        };
        let revision = change.roll_back(service, back).await?;
        Ok(Changed {
            done: format!("{} {revision}", if self.waits() { "runs" } else { "returns to" }),
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
