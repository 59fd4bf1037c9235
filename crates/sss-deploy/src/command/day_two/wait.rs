//! `wait`: waits until services are deployed, stable, paused or at a stage, or until the VPC link is available.
//!
//! A deployment that was rolled back is a failure, although ECS calls its service steady.

use std::{fmt, str::FromStr, time::Duration};

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::operate::{
    Named, Target,
    change::{Change, STAGES},
};

use super::{choice, intervention::reported, time::Wait};
use crate::{
    exit::Exit, failure::Failure, invocation::Invocation, progress, session::beside_others_on_names,
};

/// The arguments of `wait`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The services [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// The state to wait for: deployed, stable, paused, stage:NAME of a deployment, or link[:NAME]
    #[arg(long, value_name = "STATE", default_value = "deployed")]
    until: State,
    /// Fail after this time: 90s, 20m
    #[arg(long, value_name = "TIME", default_value = "20m")]
    timeout: Wait,
}

/// The states to wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// The last deployment has succeeded.
    Deployed,
    /// The desired number of tasks of one revision runs.
    Stable,
    /// A deployment is paused at a lifecycle hook.
    Paused,
    /// The last deployment is at this stage or behind it.
    Stage(String),
    /// The VPC link of this name or id is available. `None` is the link of the stack.
    Link(Option<String>),
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, name) = text.split_once(':').map_or((text, None), |(word, name)| (word, Some(name)));
        match (word, name) {
            ("deployed", None) => Ok(Self::Deployed),
            ("stable", None) => Ok(Self::Stable),
            ("paused", None) => Ok(Self::Paused),
            ("link", None) => Ok(Self::Link(None)),
            ("link", Some(name)) if !name.is_empty() => Ok(Self::Link(Some(name.to_owned()))),
            ("stage", Some(name)) => {
                let name = name.to_ascii_uppercase().replace('-', "_");
                if STAGES.contains(&name.as_str()) {
                    return Ok(Self::Stage(name));
                }
                Err(format!("the stages of a deployment are {}", STAGES.join(", ")))
            }
            _ => Err("write `deployed`, `stable`, `paused`, `link`, `link:NAME` or `stage:NAME`".to_owned()),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deployed => f.write_str("deployed"),
            Self::Stable => f.write_str("stable"),
            Self::Paused => f.write_str("paused"),
            Self::Stage(name) => write!(f, "stage:{name}"),
            Self::Link(None) => f.write_str("link"),
            Self::Link(Some(name)) => write!(f, "link:{name}"),
        }
    }
}

/// The answer as JSON.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename = "waited")]
pub(crate) struct Answer<'a> {
    /// The name of the stack.
    stack: &'a str,
    /// The state, such as `deployed` or `stage:POST_SCALE_UP`.
    state: String,
    /// The keys of the services that have it. Empty for `link`.
    services: Vec<&'a str>,
}

/// Waits for one service after the other.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    let Wait(deadline) = arguments.timeout;
    // The time of a sandbox passes while it waits, and its file keeps that.
    beside_others_on_names(invocation, async |session| {
        let target = Target::of(session.stack);
        let services = choice::services(&target, &arguments.services)?;
        let output = &invocation.output;
        let change = Change::new(session.deployer.aws(), &target, progress::of_work(invocation));

        let is_link = matches!(arguments.until, State::Link(_));
        for service in services.iter().filter(|_| !is_link) {
            let waited = session.interruption.or(Box::pin(of_service(&change, service, arguments, deadline)));
            let waited = waited.await;
            waited?.map_err(|error| reported(output, &format!("wait for {}", service.key), &error))?;
        }
        if let State::Link(name) = &arguments.until {
            let own = || target.vpc_link.clone();
            let name = name.clone().or_else(own).ok_or_else(|| {
                Failure::new("wait for the VPC link: the stack has none")
                    .hint("name one with `--until link:NAME`")
            })?;
            let waited = session.interruption.or(Box::pin(change.link_available(&name, deadline))).await?;
            waited.map_err(|error| Failure::engine("wait for the VPC link", &error))?;
        }

        let services = if is_link { Vec::new() } else { services };
        let keys: Vec<&str> = services.iter().map(|service| service.key.as_str()).collect();
        let state = arguments.until.to_string();
        if output.json {
            output.line(&Answer { stack: &target.stack, state, services: keys })?;
        } else if is_link {
            output.answer(|w| writeln!(w, "{state}: available"))?;
        } else {
            output.answer(|w| writeln!(w, "{state}: {}", keys.join(", ")))?;
        }
        Ok(Exit::Done)
    })
}

/// Waits for a state of a service.
async fn of_service(
    change: &Change<'_>,
    service: &Named,
    arguments: &Arguments,
    deadline: Duration,
) -> sss_aws::Result<()> {
    match &arguments.until {
        State::Deployed => change.deployed(service, deadline).await,
        State::Stable => change.stable(service, deadline).await,
        State::Paused => change.paused(service, deadline).await.map(drop),
        State::Stage(stage) => change.reached(service, stage, deadline).await,
        State::Link(_) => Ok(()),
    }
}
