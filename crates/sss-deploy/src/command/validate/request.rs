//! Requests in AWS's own JSON, checked by the rules of the model.

use std::{
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;
use serde_json::Value;
use sss_model::{
    Problem, Severity,
    request::{Operation, Referred, check_text},
};

use crate::{exit::Exit, failure::Failure, file, invocation::Invocation};

/// The file name that means standard input.
const STANDARD_INPUT: &str = "-";

/// The problems of one request.
#[derive(Serialize)]
struct Checked {
    file: String,
    operation: Operation,
    problems: Vec<Problem>,
}

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
    for file in files {
        if file.as_os_str() == STANDARD_INPUT {
            for line in io::stdin().lock().lines() {
                let line = line.map_err(|error| Failure::file("read", file, &error))?;
                if !line.trim().is_empty() {
                    take(STANDARD_INPUT.to_owned(), &line)?;
                }
            }
        } else {
            take(file.display().to_string(), &read(file)?)?;
        }
    }
    Ok(exit)
}

fn read(path: &Path) -> Result<String, Failure> {
    file::read(path).map_err(|error| Failure::file("read", path, &error))
}

fn referred(file: &Path) -> Result<Referred, Failure> {
    let bad = |why: String| {
        let hint = "the file holds one JSON object, for example {\"ecs:RegisterTaskDefinition\": {…}}";
        Failure::new(format!("read {}: {why}", file.display())).hint(hint)
    };
    let value: Value = serde_json::from_str(&read(file)?).map_err(|error| bad(error.to_string()))?;
    Referred::from_value(value).map_err(|error| bad(error.to_string()))
}

fn tell(invocation: &Invocation, checked: &Checked) -> Result<(), Failure> {
    let output = &invocation.output;
    if output.json {
        return output.line(checked);
    }
    output.data(|w| show(w, checked))
}

fn show(w: &mut dyn Write, checked: &Checked) -> io::Result<()> {
    let Checked { file, operation, problems } = checked;
    for problem in problems {
        let place = if problem.path.is_root() { String::new() } else { format!("{}: ", problem.path) };
        writeln!(w, "{}[{}]: {file}: {place}{}", problem.severity, problem.rule, problem.message)?;
        writeln!(w, "  help: {}", problem.fix)?;
    }
    match problems.len() {
        0 => writeln!(w, "{file}: valid as {operation}"),
        1 => writeln!(w, "{file}: 1 problem as {operation}"),
        count => writeln!(w, "{file}: {count} problems as {operation}"),
    }
}
