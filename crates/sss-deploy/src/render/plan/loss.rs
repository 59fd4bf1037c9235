//! Data that a plan deletes, and data that it keeps.
//!
//! Most objects of a stack can be created again. The events in log groups cannot, so each deletion of a log
//! group shows its size, and a hint names the flag that keeps the groups.

use std::io::{self, Write};

use sss_aws::{Plan, Step};

use crate::render::palette::{BAD, HINT};

/// Prints the data that a step deletes together with its object.
pub(super) fn show(w: &mut dyn Write, step: &Step) -> io::Result<()> {
    let Some(loss) = &step.loses else { return Ok(()) };
    let bytes = loss.stored_bytes.map(|bytes| format!(" ({})", size(bytes))).unwrap_or_default();
    writeln!(w, "    {BAD}deletes data:{BAD:#} all its {}{bytes}", loss.data)
}

/// Prints the objects that stay because of `--keep-logs`.
pub(super) fn show_kept(w: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    if plan.kept.is_empty() {
        return Ok(());
    }
    writeln!(w, "note: these objects stay, with all their data:")?;
    plan.kept.iter().try_for_each(|id| writeln!(w, "    {id}"))?;
    writeln!(w)
}

/// Prints how to keep the data, if the plan deletes any.
pub(super) fn hint(w: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    if plan.steps.iter().all(|step| step.loses.is_none()) {
        return Ok(());
    }
    writeln!(w, "{HINT}hint:{HINT:#} `--keep-logs` keeps log groups and their events\n")
}

/// Formats a number of bytes in the largest unit that it reaches, with one decimal. A unit is 1024 of the
/// next smaller one.
fn size(bytes: i64) -> String {
    const UNITS: [(&str, i64); 4] = [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)];
    match UNITS.iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => {
            let tenths = bytes / (unit / 10).max(1);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn bytes_are_shown_in_their_unit() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1024, "1.0 kB"),
            (1 << 20, "1.0 MB"),
            (3 << 29, "1.5 GB"),
            (5 << 40, "5.0 TB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
