//! `logs`: prints the logs of services, of a task, or of the API.
//!
//! Standard output has the lines and nothing else; each is written at once. With `--json` each line is an object.
//! `-f` on a task ends when the task has stopped; on services it ends with a signal, and so does `--live`.

use clap::Args;
use sss_aws::operate::{
    Target,
    logs::{
        self, Line, Request, Until,
        access::{Format, Pattern, Status},
    },
    tasks::{Which, find, tasks},
};

use super::{choice, long_file::LongFile, time::Time};
use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    render::day_two::logs as render,
    session::{Session, on_names},
};

/// The number of lines without another choice.
const LINES: usize = 100;

/// The note about a live tail that has too many lines.
const SAMPLED: &str = "note: CloudWatch Logs leaves lines out, because there are more than 500 in a second";

/// The hint for a log that does not tell who answered.
const UNTOLD: &str = "hint: write `access_log.format = \"full\"` under `[api]`, and the log tells API Gateway, authorizer \
                      and backend apart";

/// The arguments of `logs`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Arguments {
    /// The services, or the beginning of the id of one task [default: all services]
    #[arg(value_name = "SERVICE|TASK", conflicts_with = "api")]
    names: Vec<String>,
    /// Print new lines as they come, until Ctrl-C or until the task has stopped
    #[arg(short, long)]
    follow: bool,
    /// Print lines of this container only
    #[arg(short, long, value_name = "CONTAINER", conflicts_with = "api")]
    container: Option<String>,
    /// Begin this long ago, or at this time: 10m, 2h, 2026-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    since: Option<Time>,
    /// End this long ago, or at this time
    #[arg(long, value_name = "TIME", conflicts_with = "follow")]
    until: Option<Time>,
    /// Follow by a live tail: within a second, billed by the minute, a sample above 500 lines in a second
    #[arg(long, conflicts_with_all = ["follow", "since", "until", "tail", "previous"])]
    live: bool,
    /// Print only the last lines [default: 100, or all with `--since`]
    #[arg(long, value_name = "N")]
    tail: Option<usize>,
    /// Print only lines that contain this text
    #[arg(long, value_name = "TEXT")]
    grep: Option<String>,
    /// Print the log of the service's last task that stopped
    #[arg(short, long, conflicts_with_all = ["api", "follow"])]
    previous: bool,
    /// Print the access log of the API
    #[arg(long)]
    api: bool,
    /// Print only requests with this status: 5xx, 404
    #[arg(long, value_name = "STATUS", requires = "api")]
    status: Option<Pattern>,
    /// Print the text of each line only
    #[arg(long)]
    raw: bool,
    /// Print the time before each line, also with `--raw`
    #[arg(long)]
    timestamps: bool,
    #[command(flatten)]
    file: LongFile,
}

/// Prints lines, and new ones with `--follow`.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    on_names(invocation, async |session| {
        let target = Target::of(session.stack);
        let (request, until) = arguments.request(session, &target).await?;
        let format = target.access_log.as_ref().and_then(|log| Format::of(&log.format));

        let output = &invocation.output;
        let print = |line: &Line| {
            if output.json {
                return output.line(line);
            }
            output.data(|w| match &format {
                _ if arguments.raw && arguments.timestamps => render::timed(w, line),
                _ if arguments.raw => render::raw(w, line),
                Some(format) if arguments.api => render::request(w, format, line),
                _ => render::line(w, line),
            })
        };
        if arguments.status.is_some() && format.as_ref().is_some_and(|format| !format.tells_answerers()) {
            output.note(|w| writeln!(w, "{UNTOLD}"));
        }
        let aws = session.deployer.aws();
        if arguments.live {
            let sampled = || output.note(|w| writeln!(w, "{SAMPLED}"));
            let work = logs::live::<Failure>(aws, &request, print, sampled);
            match session.interruption.or(Box::pin(work)).await?? {}
        }
        if arguments.follow {
            session
                .interruption
                .or(Box::pin(logs::follow::<Failure>(aws, &request, &until, print)))
                .await??;
        } else {
            session.interruption.or(Box::pin(logs::read::<Failure>(aws, &request, print))).await??;
        }
        Ok(Exit::Done)
    })
}

impl Arguments {
    /// Returns the lines to read, and the end of following.
    async fn request(&self, session: &Session<'_>, target: &Target) -> Result<(Request, Until), Failure> {
        let (mut request, until) = match self.names.as_slice() {
            _ if self.api => (self.of_api(target)?, Until::Dropped),
            [name] if target.service(name).is_err() => self.of_task(session, target, name).await?,
            names => self.of_services(session, target, names).await?,
        };

        let aws = session.deployer.aws();
        request.since = self.since.map(|since| since.moment(aws));
        request.until = self.until.map(|until| until.moment(aws));
        let is_bounded = self.follow || self.since.is_some();
        request.tail = self.tail.or((!is_bounded).then_some(LINES));
        request.grep.clone_from(&self.grep);
        Ok((request, until))
    }

    /// Returns the access log of the API.
    fn of_api(&self, target: &Target) -> Result<Request, Failure> {
        let Some((mut request, log)) = Request::of_api(target).zip(target.access_log.as_ref()) else {
            return Err(Failure::new("read the access log: the stack has none")
                .hint("`[api.access_log]` in the stack file switches it on"));
        };
        if let Some(pattern) = &self.status {
            let format = Format::of(&log.format).ok_or_else(|| {
                Failure::new("choose requests by status: the format of the access log is not JSON")
                    .hint("write `access_log.format` as a JSON object with \"$context.status\"")
            })?;
            request.status = Some(Status::new(format, pattern.clone()));
        }
        Ok(request)
    }

    /// Returns the log of a task by the beginning of its id.
    async fn of_task(
        &self,
        session: &Session<'_>,
        target: &Target,
        id: &str,
    ) -> Result<(Request, Until), Failure> {
        let is_id = id.chars().all(|one| one.is_ascii_hexdigit());
        if !is_id {
            choice::services(target, &[id.to_owned()])?;
        }
        let found = session.interruption.or(Box::pin(find(session.deployer.aws(), target, id))).await?;
        let task = found.map_err(|error| Failure::engine("read the task", &error))?;
        let until = Until::Stopped { cluster: target.cluster.clone(), task: task.id.clone() };
        Ok((Request::of_task(target, &task, self.container.as_deref()), until))
    }

    /// Returns the logs of services, or of the last task of each that stopped.
    async fn of_services(
        &self,
        session: &Session<'_>,
        target: &Target,
        names: &[String],
    ) -> Result<(Request, Until), Failure> {
        let services = choice::services(target, names)?;
        let container = self.container.as_deref();
        let has = |name: &str| {
            services.iter().any(|named| named.containers.iter().any(|log| log.container == name))
        };
        if let Some(name) = container.filter(|name| !has(name)) {
            let all = services.iter().flat_map(|named| &named.containers);
            let known: Vec<&str> = all.map(|log| log.container.as_str()).collect();
            let message =
                format!("find the container: no service has `{name}`; there are {}", known.join(", "));
            return Err(choice::usage(message));
        }
        if !self.previous {
            return Ok((Request::of_services(&services, container), Until::Dropped));
        }

        let service = choice::service(target, names.first().map(String::as_str))?;
        let of = [service];
        let work = tasks(session.deployer.aws(), target, &of, Which::Stopped);
        let found = session.interruption.or(Box::pin(work)).await?;
        let mut found = found.map_err(|error| Failure::engine("read the tasks", &error))?;
        found.sort_by_key(|task| task.times.stopped);
        let Some(last) = found.pop() else {
            return Err(Failure::new(format!(
                "read the log: no task of {} stopped within the last hour",
                service.key
            )));
        };
        Ok((Request::of_task(target, &last, container), Until::Dropped))
    }
}
