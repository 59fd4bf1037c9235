//! Entries of a timeline: the time, the service, and the text of AWS.

use std::io::{self, Write};

use sss_aws::operate::{
    Target,
    events::{Entry, Level, Source},
};

use super::super::{
    cause,
    palette::{BAD, CHANGED, FAINT},
};

/// Prints an entry, and its cause below it.
pub(crate) fn line(w: &mut dyn Write, target: &Target, entry: &Entry) -> io::Result<()> {
    let key = match entry.source {
        Source::Api => "api",
        _ => target.key(&entry.service).unwrap_or(&entry.service),
    };
    let style = match entry.level {
        Level::Bad => BAD,
        Level::Warn => CHANGED,
        _ => anstyle::Style::new(),
    };
    // Events begin with the name of their service, which is there already.
    let beginning = format!("(service {}) ", entry.service);
    let text = entry.text.strip_prefix(&beginning).unwrap_or(&entry.text);
    write!(w, "{FAINT}{}{FAINT:#} {key:<8} {style}{}{style:#}", entry.time, cause::printable(text))?;
    writeln!(w)?;
    entry.cause.iter().try_for_each(|diagnosis| {
        write!(w, "    ")?;
        cause::headline(w, diagnosis)
    })
}
