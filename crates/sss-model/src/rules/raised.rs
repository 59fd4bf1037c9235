//! Which cases the tests of this crate raise.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::{LazyLock, Mutex};

/// Set, it names a file that gets each case when it is first raised.
pub(crate) const NOTES: &str = "SSS_RAISED_CASES";

static SEEN: LazyLock<Mutex<BTreeSet<(&str, &str)>>> = LazyLock::new(Mutex::default);

/// Writes down that a test raised a case.
pub(crate) fn note(rule: &'static str, case: &'static str) {
    let Some(file) = std::env::var_os(NOTES) else { return };
    let mut seen = SEEN.lock().expect("no test panics while it writes a note");
    if seen.insert((rule, case)) {
        let mut file = OpenOptions::new().create(true).append(true).open(file).expect("the file of notes");
        writeln!(file, "{rule}/{case}").expect("a note");
    }
}
