//! Changes of single paths.
//!
//! A change is one line of at most [`WIDTH`] columns if its values fit. Otherwise a list is shown by its
//! removed and added elements, and other values are shortened so that their difference is visible. JSON
//! output has the whole values.

use std::io::{self, Write};

use serde_json::Value;
use sss_aws::Change;

use super::value;
use crate::render::{WIDTH, palette};

/// The columns before a change. Elements of a list have twice as many.
const INDENT: usize = 4;
/// The least width for a shortened value. With less room, the value gets its own line.
const ENOUGH: usize = 24;
/// The sign between the old and the new value.
const ARROW: &str = " -> ";

/// Prints one changed path. A value that is absent before is added (`+`), one that is absent after is removed
/// (`-`).
pub(super) fn show(w: &mut dyn Write, change: &Change) -> io::Result<()> {
    let path = &change.path;
    let (sign, style) = match (&change.before, &change.after) {
        (None, _) => ("+", palette::GOOD),
        (Some(_), None) => ("-", palette::BAD),
        (Some(_), Some(_)) => ("~", palette::CHANGED),
    };
    write!(w, "{:INDENT$}{style}{sign}{style:#} {path}:", "")?;

    let width = WIDTH.saturating_sub(INDENT + 2 + path.as_str().chars().count() + 2);
    let whole = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{before}{ARROW}{after}"),
        (Some(only), None) | (None, Some(only)) => only.to_string(),
        (None, None) => String::new(),
    };

    if whole.chars().count() <= width {
        return writeln!(w, " {whole}");
    }
    match (&change.before, &change.after) {
        (Some(Value::Array(before)), Some(Value::Array(after))) if before.len() + after.len() > 2 => {
            elements(w, before, after)
        }
        (before, after) => {
            let (gap, width) = gap(width);
            write!(w, "{gap}")?;
            shortened(w, before.as_ref(), after.as_ref(), width)
        }
    }
}

/// Returns the gap between a path and its value, and the width that is left for the value.
fn gap(width: usize) -> (String, usize) {
    if width >= ENOUGH {
        return (" ".to_owned(), width);
    }
    let indent = 2 * INDENT;
    (format!("\n{:indent$}", ""), WIDTH - indent)
}

/// Prints the values in at most `width` columns.
fn shortened(
    w: &mut dyn Write,
    before: Option<&Value>,
    after: Option<&Value>,
    width: usize,
) -> io::Result<()> {
    match (before, after) {
        (Some(before), Some(after)) => {
            let (before, after) = value::pair(before, after, width - ARROW.len());
            writeln!(w, "{before}{ARROW}{after}")
        }
        (Some(only), None) | (None, Some(only)) => writeln!(w, "{}", value::one(only, width)),
        (None, None) => writeln!(w),
    }
}

/// Prints the elements that are removed and added. Elements that only change their order are not shown.
fn elements(w: &mut dyn Write, before: &[Value], after: &[Value]) -> io::Result<()> {
    writeln!(w)?;
    let indent = 2 * INDENT;
    let mut list = |sign, style: anstyle::Style, these: &[Value], others: &[Value]| {
        these.iter().filter(|element| !others.contains(element)).try_for_each(|element| {
            let element = value::one(element, WIDTH - indent - 2);
            writeln!(w, "{:indent$}{style}{sign}{style:#} {element}", "")
        })
    };
    list("-", palette::BAD, before, after)?;
    list("+", palette::GOOD, after, before)
}
