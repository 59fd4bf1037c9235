//! The consequences of handing objects over: the plan that follows an adoption, and what follows a release.
//!
//! The preview of an adoption looks like the plan that `apply` shows afterwards, so that a person learns one form.

use std::io::{self, Write};

use super::{
    palette::{HINT, STRONG},
    plan::{self, Amount, Shown},
    screen::{Line, Screen},
};

/// Prints what the next `apply` would change after an adoption, and a verdict.
pub(crate) fn following(
    w: &mut dyn Write,
    screen: Screen,
    next: &Shown<'_>,
    amount: Amount,
    program: &str,
) -> io::Result<()> {
    if !next.plan.is_empty() {
        writeln!(w, "\nafter the adoption, `{program} apply` would change this:")?;
        plan::show_changes(w, screen, next, amount)?;
    }
    writeln!(w)?;
    let verdict = format!("after the adoption: {}", plan::summary(next));
    Line::hanging(4).with(STRONG, verdict).write(w, screen)
}

/// Prints what a release means for the stack, and how to undo it.
pub(crate) fn consequences(w: &mut dyn Write, program: &str) -> io::Result<()> {
    writeln!(w, "note: the objects stay as they are, and nobody manages them after the release")?;
    writeln!(
        w,
        "{HINT}hint:{HINT:#} `{program} plan` refuses them then, and `{program} adopt` takes them back"
    )
}
