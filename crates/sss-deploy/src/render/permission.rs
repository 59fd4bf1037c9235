//! Plans that need a permission of the caller: those of a stack without services, and of a renamed stack.
//!
//! Such a plan is shown like any other. `apply` refuses it unless a flag permits it.

use std::io::{self, Write};

use sss_aws::Planned;

use super::palette::{CHANGED, HINT};

/// Returns the hint for a plan without permission: the ways to continue.
pub(crate) fn hint(planned: &Planned, program: &str) -> String {
    let Some(former) = planned.former_name() else {
        return format!(
            "`{program} apply --allow-empty` deletes them; `{program} destroy` deletes the whole stack"
        );
    };
    let stack = &planned.plan().stack;
    format!(
        "if the stack was renamed, write `name = \"{former}\"` again, because AWS cannot rename its objects; if `{stack}` \
         is a second stack, use `--new-stack`"
    )
}

/// Prints the warning that `apply` would refuse the plan.
pub(crate) fn warning(w: &mut dyn Write, planned: &Planned, program: &str) -> io::Result<()> {
    let Err(error) = planned.permitted() else { return Ok(()) };
    writeln!(w, "{CHANGED}warning:{CHANGED:#} {error}")?;
    writeln!(w, "{HINT}hint:{HINT:#} {}", hint(planned, program))
}
