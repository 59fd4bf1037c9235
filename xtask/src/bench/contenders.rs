//! The same tasks on the same stack with other tools, each on its own account, all at the same time.
//!
//! A [`Contender`] is a tool, a [`Task`] is one of four jobs. The order of a tool's tasks is fixed: apply,
//! check, new image, destroy. All tools get the same latency of calls, the same quotas and the same clock. A
//! tool that is not installed is skipped and named; a tool that fails stops at its failure, which is a row.
//!
//! The sandbox counts the calls. A Python script measures the process (`compare/measure.py`).

mod contender;
mod python;

use std::{
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use contender::{Contender, Task};
use sss_sandbox::Sandbox;
use tempfile::TempDir;

use super::{
    Request,
    calls::is_throttled,
    measured::{self, Usage},
    server::Server,
    table::{Side, Table, seconds},
};
use crate::{cargo, failure::Failure};

/// The time of one call, in real time.
const LATENCY: Duration = Duration::from_millis(50);

/// The default speed of an account's clock, as a multiple of real time. Quotas refill and AWS's work ends
/// sooner by this factor.
const FACTOR: f64 = 10.0;

/// The effort of one tool for one task, or the reason for which it failed.
struct Row {
    contender: Contender,
    task: Task,
    took: Result<Took, String>,
}

/// The effort of one tool for one task.
struct Took {
    /// Time, processor and memory of the tool's processes.
    usage: Usage,
    /// The calls that reached the account.
    calls: usize,
    /// The calls of these that the account refused as one too many.
    throttled: usize,
}

/// Measures, prints and returns the results.
pub(super) fn run(request: &Request) -> Result<String, Failure> {
    if !measured::is_possible() {
        let skipped = "Skipped: the contenders take Python 3 on Unix.\n".to_owned();
        println!("{skipped}");
        return Ok(skipped);
    }

    let factor = request.factor.unwrap_or(FACTOR);
    let mut text = vec![format!(
        "A call takes {} ms, the account's time passes {factor} times as fast as real time, and `sss-deploy` is a {} \
         build.\n",
        LATENCY.as_millis(),
        request.build.name()
    )];

    let program = cargo::program_of(request.build)?;
    let mut ready = Vec::new();
    for contender in Contender::ALL {
        match contender.program(&program) {
            Ok(Some(program)) => ready.push((contender, program)),
            Ok(None) => text.push(format!("Skipped: {}, which is not here.\n", contender.name())),
            Err(failure) => text.push(format!("Skipped: {}: failed to {failure}.\n", contender.name())),
        }
    }

    for services in request.services(&[1]) {
        let rows = side_by_side(&ready, services, factor);
        text.push(format!("{services} services:\n\n{}", table(&rows).text()));
    }

    let text = text.join("\n");
    println!("\n{text}");
    Ok(text)
}

/// Runs the tasks of all tools at the same time, and returns the rows of each in turn.
fn side_by_side(ready: &[(Contender, PathBuf)], services: u16, factor: f64) -> Vec<Row> {
    thread::scope(|scope| {
        let start = |(contender, program): &(Contender, PathBuf)| {
            let (contender, program) = (*contender, program.clone());
            scope.spawn(move || tasks(contender, &program, services, factor))
        };
        let running: Vec<_> = ready.iter().map(start).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("failures are rows")).collect()
    })
}

/// Runs the tasks of a tool, up to the first failure.
fn tasks(contender: Contender, program: &Path, services: u16, factor: f64) -> Vec<Row> {
    let mut rows = Vec::new();
    let setting = Setting::new(contender, services, factor);
    for task in Task::ALL {
        let took = match &setting {
            Ok(setting) => setting.take(program, task),
            Err(failure) => Err(Failure::new(failure.to_string())),
        };
        let took = took.map_err(|failure| failure.to_string()).transpose();
        let is_over = matches!(took, Some(Err(_)));
        rows.extend(took.map(|took| Row { contender, task, took }));
        if is_over {
            break;
        }
    }
    rows
}

/// The folder and the account of a tool.
struct Setting {
    contender: Contender,
    services: u16,
    folder: TempDir,
    server: Server,
    environment: Vec<(&'static str, String)>,
}

impl Setting {
    /// Starts the account of a tool, and prepares its folder and its environment.
    fn new(contender: Contender, services: u16, factor: f64) -> Result<Self, Failure> {
        let folder = TempDir::with_prefix("sss-bench-").map_err(Failure::to("make a temporary folder"))?;
        let server = Server::start(Sandbox::new().with_factor(factor).latency(LATENCY))?;
        let mut environment = server.environment().to_vec();
        environment.extend(contender.environment(server.sandbox(), services, factor));
        Ok(Self { contender, services, folder, server, environment })
    }

    /// Runs a task and returns its effort. Returns `None` if the tool has no such task.
    ///
    /// Preparations, such as `terraform init`, are not measured.
    fn take(&self, program: &Path, task: Task) -> Result<Option<Took>, Failure> {
        let folder = self.folder.path();
        let Some(command) = self.contender.command(program, task, self.services) else {
            return Ok(None);
        };
        if let Some(first) = self.contender.lay_out(program, folder, task, self.services)? {
            measured::run(folder, &first, &self.environment)?;
        }

        self.server.sandbox().reset_calls();
        let usage = measured::run(folder, &command, &self.environment)?;
        let calls = self.server.sandbox().calls();
        eprintln!(
            "{}, {}, {} services: {:.1?}",
            self.contender.name(),
            task.name(),
            self.services,
            usage.wall
        );
        Ok(Some(Took {
            usage,
            calls: calls.len(),
            throttled: calls.iter().filter(|call| is_throttled(call)).count(),
        }))
    }
}

/// Formats the rows, task by task.
fn table(rows: &[Row]) -> Table {
    let mut table = Table::new([
        ("task", Side::Left),
        ("by", Side::Left),
        ("time", Side::Right),
        ("calls", Side::Right),
        ("throttled", Side::Right),
        ("processor", Side::Right),
        ("peak memory", Side::Right),
    ]);

    for task in Task::ALL {
        for row in rows.iter().filter(|row| row.task == task) {
            let names = [task.name().to_owned(), row.contender.name().to_owned()];
            let cells = match &row.took {
                Ok(took) => [
                    seconds(took.usage.wall),
                    took.calls.to_string(),
                    took.throttled.to_string(),
                    seconds(took.usage.cpu),
                    took.usage.megabytes(),
                ],
                Err(why) => {
                    eprintln!("{}, {}: failed to {why}", row.contender.name(), task.name());
                    ["failed", "", "", "", ""].map(str::to_owned)
                }
            };
            table.row(names.into_iter().chain(cells).collect());
        }
    }
    table
}
