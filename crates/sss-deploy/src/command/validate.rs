//! `validate`: every problem of the stack, at its place.

use sss_model::Severity;

use crate::{exit::Exit, failure::Failure, invocation::Invocation, render::problems};

pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    let findings = match invocation.source.read(&invocation.program) {
        Ok(read) => read.warnings,
        Err(Failure::Invalid(findings)) => findings,
        Err(failure) => return Err(failure),
    };
    let output = &invocation.output;
    if output.json {
        output.document(&problems::Document::of(&findings))?;
    } else {
        output.data(|w| problems::show(w, &findings))?;
    }
    Ok(if findings.count(Severity::Error) > 0 { Exit::Invalid } else { Exit::Done })
}
