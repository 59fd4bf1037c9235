//! Requests in AWS's own JSON, checked by the rules of the model.
//!
//! A request is the JSON that `aws … --cli-input-json` takes. Each file holds one. The file name `-` means
//! standard input, which holds one request per line. The answer is printed per request, so that a stream of
//! requests gets a stream of answers; with `--json` each is one line.
//!
//! Some rules need another request, for example the task definition of a service. `--with` names a JSON
//! object with those, by operation.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sss_model::{
    Problem, Severity, printable,
    request::{Operation, Referred, check_text},
};

use crate::{
    exit::Exit,
    failure::Failure,
    file,
    invocation::Invocation,
    render::problems::{most_severe, show_others},
};

/// The file name that means standard input.
const STANDARD_INPUT: &str = "-";

/// The problems of one request, which is also the JSON line.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Checked {
    /// The path of the request, or `-`.
    file: String,
    /// The operation that the request is for.
    operation: Operation,
    /// The problems, errors and warnings alike. Empty if the request is valid.
    problems: Vec<Problem>,
}

/// Checks each request and prints its problems.
///
/// Returns [`Exit::Invalid`] if any request has an error. All requests are checked even so.
///
/// # Errors
///
/// A file or standard input cannot be read, or the file of `--with` is not an object of requests.
pub(super) fn run(
    invocation: &Invocation,
    operation: Operation,
    with: Option<&Path>,
    files: &[PathBuf],
) -> Result<Exit, Failure> {
    let referred = with.map(referred).transpose()?.unwrap_or_default();
    let mut exit = Exit::Done;
    let mut take = |file: String, text: &str| {
        let checked = Checked { file, operation, problems: check_text(operation, text, &referred) };
        if checked.problems.iter().any(|problem| problem.severity == Severity::Error) {
            exit = Exit::Invalid;
        }
        tell(invocation, &checked)
    };

    for path in files {
        if path.as_os_str() == STANDARD_INPUT {
            let mut input = io::stdin().lock();
            let next =
                |input: &mut _| file::read_line(input).map_err(|error| Failure::file("read", path, &error));
            while let Some(line) = next(&mut input)? {
                if !line.trim().is_empty() {
                    take(STANDARD_INPUT.to_owned(), &line)?;
                }
            }
        } else {
            take(path.display().to_string(), &read(path)?)?;
        }
    }
    Ok(exit)
}

/// Reads a file of the user, and names it in the failure.
fn read(path: &Path) -> Result<String, Failure> {
    file::read(path).map_err(|error| Failure::file("read", path, &error))
}

/// Reads the requests of `--with`.
fn referred(file: &Path) -> Result<Referred, Failure> {
    let bad = |why: String| {
        let hint = "the file holds one JSON object, for example {\"ecs:RegisterTaskDefinition\": {…}}";
        Failure::new(format!("read {}: {why}", file.display())).hint(hint)
    };
    let value: Value = serde_json::from_str(&read(file)?).map_err(|error| bad(error.to_string()))?;
    Referred::from_value(value).map_err(|error| bad(error.to_string()))
}

/// Prints one result, as text or as a JSON line.
fn tell(invocation: &Invocation, checked: &Checked) -> Result<(), Failure> {
    let output = &invocation.output;
    if output.json {
        return output.line(checked);
    }
    output.answer(|w| show(w, checked))
}

/// Prints the problems of one request, and their number. The place of a problem is its path in the request.
fn show(w: &mut dyn Write, checked: &Checked) -> io::Result<()> {
    let Checked { file, operation, problems } = checked;
    let file = printable(file);
    let shown = most_severe(problems.iter().map(|problem| problem.severity).enumerate());
    for problem in shown.list.into_iter().map(|index| &problems[index]) {
        let place = if problem.path.is_root() { String::new() } else { format!("{}: ", problem.path) };
        writeln!(w, "{}[{}]: {file}: {place}{}", problem.severity, problem.rule, problem.message)?;
        writeln!(w, "  help: {}", problem.fix)?;
    }
    show_others(w, shown.others)?;
    match problems.len() {
        0 => writeln!(w, "{file}: valid as {operation}"),
        1 => writeln!(w, "{file}: 1 problem as {operation}"),
        count => writeln!(w, "{file}: {count} problems as {operation}"),
    }
}
