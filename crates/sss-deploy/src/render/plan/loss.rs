//! Data that a plan deletes, and data that it keeps.
//!
//! Most objects of a stack can be created again. The events in log groups cannot, so each deletion of a log
//! group shows its size, and a hint names the flag that keeps the groups.

use std::io::{self, Write};

use sss_aws::{Loss, Plan, Step};

use crate::render::{
    count,
    palette::{BAD, HINT},
    screen::{Line, Screen},
};

/// The most objects with lost data that are listed.
const MOST: usize = 6;

/// Prints the data that a plan deletes for good, how to keep it, and the data that it keeps.
pub(super) fn show(w: &mut dyn Write, screen: Screen, plan: &Plan) -> io::Result<()> {
    let losses: Vec<_> = plan.steps.iter().filter_map(|step| Some((step, step.loses.as_ref()?))).collect();
    if !losses.is_empty() {
        writeln!(w, "\n{BAD}! lost for good:{BAD:#}")?;
        for (step, loss) in losses.iter().take(MOST) {
            let text = format!("    all {} of {}{}", loss.data, step.id.name, stored(&[*loss]));
            Line::hanging(6).text(text).write(w, screen)?;
        }
        if let Some(others) = losses.get(MOST..).filter(|others| !others.is_empty()) {
            let all: Vec<&Loss> = others.iter().map(|(_, loss)| *loss).collect();
            writeln!(w, "    and those of {}{}", count(others.len(), "more object"), stored(&all))?;
        }
        writeln!(w, "{HINT}hint:{HINT:#} `--keep-logs` keeps log groups and their events")?;
    }

    if plan.kept.is_empty() {
        return Ok(());
    }
    writeln!(w, "\nnote: these objects stay, with all their data:")?;
    plan.kept.iter().try_for_each(|id| writeln!(w, "    {id}"))
}

/// Prints the data that a step deletes together with its object.
pub(super) fn show_step(w: &mut dyn Write, step: &Step) -> io::Result<()> {
    let Some(loss) = &step.loses else { return Ok(()) };
    writeln!(w, "    {BAD}deletes data:{BAD:#} all its {}{}", loss.data, stored(&[loss]))
}

/// Returns the size of lost data in brackets. Empty if AWS has told none.
fn stored(losses: &[&Loss]) -> String {
    let known: Vec<i64> = losses.iter().filter_map(|loss| loss.stored_bytes).collect();
    if known.is_empty() { String::new() } else { format!(" ({})", size(known.iter().sum())) }
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
