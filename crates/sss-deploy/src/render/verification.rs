//! The checks of a stack before its first write.

use std::io::{self, Write};

use anstyle::Style;
use schemars::JsonSchema;
use serde::Serialize;
use sss_aws::verify::{Check, Outcome, Verification};

use super::{
    cause::{printable, wrapped, wrapped_from},
    count,
    palette::{BAD, CHANGED, FAINT, GOOD, HINT, STRONG},
};

/// The answer of `verify --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Document<'a> {
    /// The name of the stack.
    stack: &'a str,
    /// Whether no check found a problem.
    sound: bool,
    #[serde(flatten)]
    verification: &'a Verification,
}

impl<'a> Document<'a> {
    /// Returns the answer for a stack.
    pub(crate) fn of(stack: &'a str, verification: &'a Verification) -> Self {
        Self { stack, sound: verification.is_sound(), verification }
    }
}

/// Prints all checks, each with its reason and its fix, and then their number by outcome.
pub(crate) fn show(w: &mut dyn Write, place: &str, verification: &Verification) -> io::Result<()> {
    writeln!(w, "{STRONG}{place}{STRONG:#}")?;
    verification.checks.iter().try_for_each(|check| show_check(w, check))?;

    let counted = [
        (Outcome::Ok, "ok"),
        (Outcome::Warning, "with a warning"),
        (Outcome::Problem, "with a problem"),
        (Outcome::NotChecked, "not checked"),
    ];
    let numbers = counted.map(|(outcome, words)| (verification.with(outcome).count(), words));
    let numbers = numbers.into_iter().filter(|(number, _)| *number > 0);
    let numbers: Vec<String> = numbers.map(|(number, words)| format!("{number} {words}")).collect();
    let all = count(verification.checks.len(), "check");
    if numbers.is_empty() { writeln!(w, "{all}") } else { writeln!(w, "{all}: {}", numbers.join(", ")) }
}

/// Prints what an apply has to say about its checks: problems and warnings whole, the others as a number.
pub(crate) fn findings(w: &mut dyn Write, verification: &Verification, program: &str) -> io::Result<()> {
    let said = |check: &&Check| matches!(check.outcome, Outcome::Problem | Outcome::Warning);
    verification.checks.iter().filter(said).try_for_each(|check| show_check(w, check))?;
    let unchecked = verification.with(Outcome::NotChecked).count();
    if unchecked > 0 {
        let verb = if unchecked == 1 { "was" } else { "were" };
        writeln!(w, "note: {} {verb} not made; `{program} verify` says why", count(unchecked, "check"))?;
    }
    Ok(())
}

/// Prints why an apply ends before its first write.
pub(crate) fn refused(w: &mut dyn Write, verification: &Verification, program: &str) -> io::Result<()> {
    let problems = count(verification.with(Outcome::Problem).count(), "problem");
    writeln!(w, "{BAD}refused:{BAD:#} {problems} would make the apply fail; nothing was changed")?;
    let anyway = format!("`{program} apply --no-verify`");
    writeln!(w, "{HINT}hint:{HINT:#} repair what is above, or apply nevertheless with {anyway}")
}

/// Prints one check. One in order has a line, any other also its reason and its fix.
fn show_check(w: &mut dyn Write, check: &Check) -> io::Result<()> {
    let Check { id, subject, outcome, reason, fix, .. } = check;
    let (style, word) = word(*outcome);
    write!(w, "  {style}{word:<12}{style:#}")?;
    write!(w, "{id:<12}")?;
    wrapped_from(w, 26, "                          ", &printable(subject))?;
    if let Some(reason) = reason {
        let style = if *outcome == Outcome::Ok { FAINT } else { Style::new() };
        write!(w, "{style}")?;
        wrapped(w, "      ", "      ", &printable(reason))?;
        write!(w, "{style:#}")?;
    }
    if let Some(fix) = fix {
        write!(w, "      {HINT}fix:{HINT:#} ")?;
        wrapped_from(w, 11, "           ", &printable(fix))?;
    }
    Ok(())
}

/// Returns the word for an outcome with its colour.
fn word(outcome: Outcome) -> (Style, &'static str) {
    match outcome {
        Outcome::Ok => (GOOD, "ok"),
        Outcome::Warning => (CHANGED, "warning"),
        Outcome::Problem => (BAD, "problem"),
        _ => (FAINT, "not checked"),
    }
}
