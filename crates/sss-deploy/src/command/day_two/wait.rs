//! `wait`: waits until services are deployed, stable or paused.
//!
//! A deployment that was rolled back is a failure, although ECS calls its service steady.

use std::time::Duration;

use clap::{Args, ValueEnum};
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::operate::{Target, change::Change};

use super::{choice, intervention::reported, time::Time};
use crate::{exit::Exit, failure::Failure, invocation::Invocation, progress, session::on_names};

/// The arguments of `wait`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The services [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// The state to wait for
    #[arg(long, value_name = "STATE", default_value = "deployed")]
    until: State,
    /// Fail after this time: 90s, 20m
    #[arg(long, value_name = "TIME", default_value = "20m")]
    timeout: Time,
}

/// The states to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// The last deployment has succeeded
    Deployed,
    /// The desired number of tasks of one revision runs
    Stable,
    /// A deployment is paused at a lifecycle hook
    Paused,
}

impl State {
    /// Returns the word for an answer.
    fn word(self) -> &'static str {
        match self {
            Self::Deployed => "deployed",
            Self::Stable => "stable",
            Self::Paused => "paused",
        }
    }
}

/// The answer as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename = "waited")]
pub(crate) struct Answer<'a> {
    /// The name of the stack.
    stack: &'a str,
    /// The state that all services have.
    state: State,
    /// The keys of the services.
    services: Vec<&'a str>,
}

/// Waits for one service after the other.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let Time::Ago(millis) = arguments.timeout else {
        return Err(choice::usage("read `--timeout`: it is a duration such as 90s or 20m".to_owned()));
    };
    let deadline = Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    on_names(invocation, async |session| {
        let target = Target::of(session.stack);
        let services = choice::services(&target, &arguments.services)?;
        let output = &invocation.output;
        let change = Change::new(session.deployer.aws(), &target, progress::of_work(output));

        for service in &services {
            let waited = session.interruption.or(Box::pin(async {
                match arguments.until {
                    State::Deployed => change.deployed(service, deadline).await,
                    State::Stable => change.stable(service, deadline).await,
                    State::Paused => change.paused(service, deadline).await.map(drop),
                }
            }));
            let waited = waited.await;
            waited?.map_err(|error| reported(output, &format!("wait for {}", service.key), &error))?;
        }

        let keys: Vec<&str> = services.iter().map(|service| service.key.as_str()).collect();
        if output.json {
            output.line(&Answer { stack: &target.stack, state: arguments.until, services: keys })?;
        } else {
            output.data(|w| writeln!(w, "{}: {}", arguments.until.word(), keys.join(", ")))?;
        }
        Ok(Exit::Done)
    })
}
