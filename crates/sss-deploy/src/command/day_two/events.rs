//! `events`: prints one timeline of services, deployments, tasks and autoscalers.
//!
//! With `--json` each entry is a line, with and without `-f`.

use clap::{Args, ValueEnum};
use sss_aws::operate::{
    Target,
    events::{self, Entry},
};

use super::{choice, long_file::LongFile, time::Time};
use crate::{
    exit::Exit, failure::Failure, invocation::Invocation, render::day_two::events as render,
    session::on_names,
};

/// The arguments of `events`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The services [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// Print new entries as they come, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
    /// Begin this long ago, or at this time: 10m, 2h, 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Time>,
    /// Print entries of these sources only
    #[arg(long, value_name = "SOURCE", value_delimiter = ',')]
    source: Vec<Source>,
    #[command(flatten)]
    file: LongFile,
}

/// The sources of entries.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Source {
    /// The events of the services, in AWS's words
    Service,
    /// Starts and ends of deployments
    Deployment,
    /// Starts and ends of tasks
    Task,
    /// What autoscalers did, in AWS's words
    Scaling,
    /// Requests that the API answered with a status of 500 or above; only on request
    Api,
}

impl From<Source> for events::Source {
    fn from(source: Source) -> Self {
        match source {
            Source::Service => Self::Service,
            Source::Deployment => Self::Deployment,
            Source::Task => Self::Task,
            Source::Scaling => Self::Scaling,
            Source::Api => Self::Api,
        }
    }
}

/// Prints the entries, and new ones until a signal with `--follow`.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_names(invocation, async |session| {
        let target = Target::of(session.stack);
        let services = choice::services(&target, &arguments.services)?;
        let aws = session.deployer.aws();
        let since = arguments.since.map(|since| since.moment(aws));
        let sources: Vec<events::Source> = arguments.source.iter().copied().map(Into::into).collect();

        let output = &invocation.output;
        let print = |entry: &Entry| {
            if output.json { output.line(entry) } else { output.answer(|w| render::line(w, &target, entry)) }
        };
        if arguments.follow {
            let work = events::follow::<Failure>(aws, &target, &services, &sources, since, print);
            match session.interruption.or(Box::pin(work)).await?? {}
        }
        let work = events::events(aws, &target, &services, &sources, since);
        let entries = session.interruption.or(Box::pin(work)).await?;
        let entries = entries.map_err(|error| Failure::engine("read the events", &error))?;
        entries.iter().try_for_each(print)?;
        Ok(Exit::Done)
    })
}
