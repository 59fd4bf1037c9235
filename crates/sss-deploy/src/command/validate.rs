//! `validate`: prints every problem of the stack at its place, or of requests in AWS's own JSON.
//!
//! It makes no call and uses no account. There are three forms:
//!
//! - Without `--as`: the stack, read and checked as all other commands do it.
//! - With `--as OPERATION`: requests of AWS, checked by the same rules (`validate/request.rs`).
//! - With `--explain RULE`: the sentence, the cases and the source of one rule.
//!
//! Only errors make it exit with 3. A stack with warnings is valid.

pub(crate) mod request;

use std::path::PathBuf;

use clap::Args;
use sss_model::{Severity, request::Operation, rules};

use crate::{exit::Exit, failure::Failure, images::Images, invocation::Invocation, render::problems};

/// The arguments of `validate`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) images: Images,
    /// Check requests of this operation instead of the stack, for example `ecs:RegisterTaskDefinition`
    #[arg(long = "as", value_name = "OPERATION", requires = "requests", conflicts_with = "image")]
    operation: Option<Operation>,
    /// A JSON object with the requests that they refer to, by operation
    #[arg(long, value_name = "FILE", requires = "operation")]
    with: Option<PathBuf>,
    /// Explain the rule with this id
    #[arg(long, value_name = "RULE", conflicts_with_all = ["operation", "with", "requests", "image"])]
    explain: Option<String>,
    /// JSON files, as for `aws … --cli-input-json`; `-` reads one request per line from standard input
    #[arg(value_name = "REQUEST", requires = "operation")]
    requests: Vec<PathBuf>,
}

/// Runs the form that the arguments ask for.
///
/// The problems are the answer of this command, so they go to standard output. Other commands print them as a
/// failure.
pub(crate) fn run(invocation: &Invocation, arguments: &Arguments) -> Result<Exit, Failure> {
    if let Some(id) = &arguments.explain {
        return explain(invocation, id);
    }
    if let Some(operation) = arguments.operation {
        return request::run(invocation, operation, arguments.with.as_deref(), &arguments.requests);
    }

    let findings = match invocation.read() {
        Ok(read) => read.warnings,
        Err(Failure::Invalid(findings)) => findings,
        Err(failure) => return Err(failure),
    };

    let output = &invocation.output;
    if output.json {
        output.document(&problems::Document::of(&findings))?;
    } else {
        let screen = output.screen();
        output.data(|w| problems::show(w, screen, &findings))?;
    }
    Ok(if findings.count(Severity::Error) > 0 { Exit::Invalid } else { Exit::Done })
}

/// Prints a rule: its id, its severity, its sentence, each way to break it, and its source.
///
/// # Errors
///
/// No rule has this id.
fn explain(invocation: &Invocation, id: &str) -> Result<Exit, Failure> {
    let Some(rule) = rules::find(id) else {
        let hint = "`validate` prints the id in brackets, for example `error[ECS-TD-010]`";
        return Err(Failure::new(format!("explain {id}: there is no such rule")).hint(hint));
    };

    let output = &invocation.output;
    if output.json {
        output.document(rule)?;
    } else {
        output.answer(|w| {
            writeln!(w, "{} ({}): {}", rule.id, rule.severity, rule.sentence)?;
            for case in rule.cases {
                let (message, fix) = case.words();
                writeln!(w, "{}: {message}\n  fix: {fix}", case.name)?;
            }
            writeln!(w, "source: {}", rule.source)
        })?;
    }
    Ok(Exit::Done)
}
