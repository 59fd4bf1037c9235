//! The same tasks on the same stack with other tools, one tool after the other, each on its own account.
//!
//! A [`Contender`] is a tool, a [`Task`] is a job, a [`Cell`] is the setting. The order of a tool's tasks is fixed: apply,
//! check, new images, destroy. All tools get the same latency of calls, the same quotas and the same clock. A tool that
//! is not installed is skipped and named; a tool that fails stops at its failure, which is a row.
//!
//! The sandbox counts the calls. A Python script measures the processes (`compare/measure.py`).

mod cell;
mod contender;
mod machine;
mod python;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use cell::Cell;
use contender::Task;
use sss_sandbox::Sandbox;
use tempfile::TempDir;

pub(super) use self::{cell::Quotas, contender::Contender};
use super::{
    Part, Request,
    calls::is_throttled,
    measured::{self, Usage},
    page::Written,
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

/// Measures and prints the cells, and returns them for the page.
pub(super) fn run(request: &Request) -> Result<Written, Failure> {
    let written = |content| Written::merged(Part::Contenders.name(), content, cell::merge);
    if !measured::is_possible() {
        println!("Skipped: the contenders take Python 3 on Unix.\n");
        return Ok(written(String::new()));
    }

    let program = cargo::program_of(request.build)?;
    let (mut ready, mut skipped) = (Vec::new(), Vec::new());
    let asked = request.contenders.clone().unwrap_or_else(|| Contender::ALL.to_vec());
    for contender in asked {
        match contender.program(&program) {
            Ok(Some(program)) => ready.push((contender, program)),
            Ok(None) => skipped.push(format!("Skipped: {}, which is not here.\n", contender.name())),
            Err(failure) => skipped.push(format!("Skipped: {}: failed to {failure}.\n", contender.name())),
        }
    }

    let mut text = String::new();
    for cell in cells(request) {
        let (rows, versions) = one_by_one(&ready, cell);
        let head = format!(
            "{}{}: a {} build, {} ms a call, one tool after the other, on {}.\n{}.\n{}\n",
            cell::MEASURED,
            machine::today(),
            request.build.name(),
            LATENCY.as_millis(),
            machine::description(),
            versions.join("; "),
            skipped.concat()
        );
        let section = cell.section(&format!("{head}{}\n", table(&rows, cell.images).text()));
        println!("\n{section}");
        text += &section;
    }
    Ok(written(text))
}

/// Returns the cells of a request.
fn cells(request: &Request) -> Vec<Cell> {
    let mut cells = Vec::new();
    for quotas in request.quotas.clone().unwrap_or_else(|| vec![Quotas::On]) {
        for images in request.images.clone().unwrap_or_else(|| vec![1]) {
            for factor in request.factors.clone().unwrap_or_else(|| vec![FACTOR]) {
                let services = request.services(&[1]).into_iter();
                cells.extend(services.map(|services| Cell { quotas, images, factor, services }));
            }
        }
    }
    cells
}

/// Runs the tasks of one tool after the other. Returns all rows and the versions of the tools, each once.
///
/// Tools that run at the same time would share the processor, and the slowest would delay the others.
fn one_by_one(ready: &[(Contender, PathBuf)], cell: Cell) -> (Vec<Row>, Vec<String>) {
    let (mut all, mut versions) = (Vec::new(), Vec::new());
    for (contender, program) in ready {
        let (rows, version) = tasks(*contender, program, cell);
        all.extend(rows);
        if !versions.contains(&version) {
            versions.push(version);
        }
    }
    (all, versions)
}

/// Runs the tasks of a tool, up to the first failure. Returns the rows and the version of the tool.
fn tasks(contender: Contender, program: &Path, cell: Cell) -> (Vec<Row>, String) {
    let mut rows = Vec::new();
    let setting = Setting::new(contender, cell);
    for task in Task::all(cell.images) {
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
    let folder = setting.as_ref().map_or(Path::new("."), |setting| setting.folder.path());
    (rows, contender.version(program, folder))
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
    fn new(contender: Contender, cell: Cell) -> Result<Self, Failure> {
        let folder = TempDir::with_prefix("sss-bench-").map_err(Failure::to("make a temporary folder"))?;
        let sandbox = Sandbox::new().with_factor(cell.factor).latency(LATENCY);
        let sandbox = if cell.quotas == Quotas::Off { sandbox.without_quotas() } else { sandbox };
        let server = Server::start(sandbox)?;
        let mut environment = server.environment().to_vec();
        environment.extend(contender.environment(server.sandbox(), cell.services, cell.factor));
        Ok(Self { contender, services: cell.services, folder, server, environment })
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
fn table(rows: &[Row], images: u16) -> Table {
    let mut table = Table::new([
        ("task", Side::Left),
        ("by", Side::Left),
        ("time", Side::Right),
        ("calls", Side::Right),
        ("throttled", Side::Right),
        ("processor", Side::Right),
        ("memory of all processes", Side::Right),
    ]);

    for task in Task::all(images) {
        for row in rows.iter().filter(|row| row.task == task) {
            let names = [task.name(), row.contender.name().to_owned()];
            let cells = match &row.took {
                Ok(took) => [
                    seconds(took.usage.wall),
                    took.calls.to_string(),
                    took.throttled.to_string(),
                    seconds(took.usage.cpu),
                    took.usage.megabytes_of_tree(),
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
