//! Lines of logs. The text of a line is the application's and stays as it is.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use sss_aws::operate::logs::{
    Line,
    access::{self, Answerer, Format},
};

use super::{
    super::palette::{BAD, CHANGED, FAINT, GOOD},
    short,
};

/// The colours of tasks. A task keeps its colour.
const COLOURS: [Style; 5] = [
    AnsiColor::Cyan.on_default(),
    AnsiColor::Magenta.on_default(),
    AnsiColor::Blue.on_default(),
    AnsiColor::Yellow.on_default(),
    AnsiColor::Green.on_default(),
];

/// The variables of a request that are printed, behind its status.
const SHOWN: [&str; 4] = ["httpMethod", "routeKey", "path", "responseLatency"];

/// Prints a line behind its time, its task and its container.
pub(crate) fn line(w: &mut dyn Write, line: &Line) -> io::Result<()> {
    let (Some(task), Some(container)) = (&line.task, &line.container) else { return raw(w, line) };
    let colour = COLOURS[task.bytes().map(usize::from).sum::<usize>() % COLOURS.len()];
    let text = line.message.trim_end_matches(['\n', '\r']);
    writeln!(w, "{FAINT}{}{FAINT:#} {colour}[{} {container}]{colour:#} {text}", line.time, short(task))
}

/// Prints the text of a line only.
pub(crate) fn raw(w: &mut dyn Write, line: &Line) -> io::Result<()> {
    writeln!(w, "{}", line.message.trim_end_matches(['\n', '\r']))
}

/// Prints the text of a line behind its time.
pub(crate) fn timed(w: &mut dyn Write, line: &Line) -> io::Result<()> {
    write!(w, "{FAINT}{}{FAINT:#} ", line.time)?;
    raw(w, line)
}

/// Prints a request of the access log by the names of API Gateway. A line of another format is printed as it is.
pub(crate) fn request(w: &mut dyn Write, format: &Format, line: &Line) -> io::Result<()> {
    let Some(request) = format.read(&line.message) else { return raw(w, line) };
    let Some(status) = request.get("status") else { return raw(w, line) };
    let style = match status.bytes().next() {
        Some(b'5') => BAD,
        Some(b'4') => CHANGED,
        _ => GOOD,
    };
    write!(w, "{FAINT}{}{FAINT:#} {style}{status}{style:#}", line.time)?;
    let shown = SHOWN.iter().filter_map(|name| request.get(*name)).filter(|value| *value != "-");
    shown.into_iter().try_for_each(|value| write!(w, " {value}"))?;
    let failed = status.starts_with(['4', '5']);
    if let Some(answerer) = Answerer::of(&request).filter(|_| failed) {
        write!(w, " by {}", answerer.as_str())?;
    }
    access::reasons(&request).into_iter().try_for_each(|reason| write!(w, ": {reason}"))?;
    writeln!(w)
}
