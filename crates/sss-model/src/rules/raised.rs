//! The cases that the tests of this crate raise.
//!
//! The book may have no case that nothing raises. A test runs all other tests in a second process, in which each
//! problem is noted here, and compares the notes with the book.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::{LazyLock, Mutex};

/// The variable with the name of a file that gets each case when it is first raised. Without it, nothing is noted.
pub(crate) const NOTES: &str = "SSS_RAISED_CASES";

static SEEN: LazyLock<Mutex<BTreeSet<(&str, &str)>>> = LazyLock::new(Mutex::default);

/// Writes into the file of notes that a test raised a case, once for each case and process.
pub(crate) fn note(rule: &'static str, case: &'static str) {
    write(rule, case);
}

/// The word for the form in a note, in the place of a case.
pub(crate) const IN_STACK: &str = "in stack";
/// The same for a request.
pub(crate) const IN_REQUEST: &str = "in request";

/// Writes down in which form a test raised a rule.
pub(crate) fn note_form(rule: &'static str, form: &'static str) {
    write(rule, form);
}

fn write(rule: &'static str, case: &'static str) {
    let Some(file) = std::env::var_os(NOTES) else { return };
    let mut seen = SEEN.lock().expect("no test panics while it writes a note");
    if seen.insert((rule, case)) {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("the file of notes");
        writeln!(file, "{rule}/{case}").expect("a note");
    }
}
