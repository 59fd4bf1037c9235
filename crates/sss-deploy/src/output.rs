//! The streams of a command.
//!
//! A command has two: answers go to one (standard output), everything else goes to the other (standard
//! error). So the answer of a command can be piped into a program while a person reads the notes.
//!
//! All text is written with styles. Each stream removes them if its reader does not want them, so renderers
//! know nothing about terminals. A piece of text is written at once, so pieces of different tasks do not mix.
//!
//! `--quiet` leaves notes out. Errors and questions are written by another function and stay.
//!
//! The two streams treat errors differently. An answer that cannot be written is a failure, unless its reader
//! stopped early (`plan | head`). A note that cannot be written changes nothing: an apply must not stop
//! because a terminal is gone.

use std::{
    borrow::Cow,
    io::{self, IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
};

use anstream::{AutoStream, ColorChoice, adapter::strip_bytes, stream::RawStream};
use serde::Serialize;
use sss_model::printable;

use crate::{
    failure::Failure,
    format::Formatted,
    render::screen::{Screen, fitted},
};

/// The streams of a command: answers are written to one, everything else to the other.
///
/// ```
/// use sss_deploy::{Exit, Streams};
///
/// let streams = Streams::new(std::io::sink(), std::io::sink());
/// assert_eq!(sss_deploy::run(["sss-deploy", "--version"], streams), Exit::Done);
/// ```
pub struct Streams(Kind);

/// The streams of the process, or writers of the caller.
enum Kind {
    Standard,
    Given(Writer, Writer),
}

/// A writer that another thread may own.
type Writer = Box<dyn Write + Send>;

impl Streams {
    /// Returns standard output and standard error.
    ///
    /// The program asks questions and shows live progress if both standard error and standard input are a
    /// terminal.
    pub fn standard() -> Self {
        Self(Kind::Standard)
    }

    /// Returns two writers, neither of which is a terminal. The program asks no questions.
    ///
    /// `out` gets the answers and `err` everything else. Use `--color always` to keep the colours.
    pub fn new(out: impl Write + Send + 'static, err: impl Write + Send + 'static) -> Self {
        Self(Kind::Given(Box::new(out), Box::new(err)))
    }
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Kind::Standard => "Streams::standard()",
            Kind::Given(..) => "Streams::new(…)",
        })
    }
}

/// One stream, and whether its text keeps its styles.
struct Sink {
    writer: Writer,
    styled: bool,
    /// The columns of a line. `None` for a reader without a width.
    width: Option<usize>,
}

/// The streams of one command. Each removes styles from the text if its reader does not want them.
///
/// Clones write to the same streams.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of the streams or a wish of the user")]
pub(crate) struct Output {
    /// The stream of answers.
    data: Arc<Mutex<Sink>>,
    /// The stream of everything else.
    notes: Arc<Mutex<Sink>>,
    /// Whether the answer is JSON.
    pub(crate) json: bool,
    /// Whether there is a terminal for questions and live progress.
    pub(crate) terminal: bool,
    /// Whether text on standard error keeps its styles.
    pub(crate) styled: bool,
    /// Whether notes are left out.
    quiet: bool,
}

impl Output {
    /// Opens the streams, with colour as chosen. `Auto` means colours for a terminal, as far as the
    /// environment allows them. Without a chosen width, a terminal has its own, and any other stream has none.
    pub(crate) fn new(streams: Streams, color: ColorChoice, width: Option<usize>, json: bool) -> Self {
        let (data, notes, terminal) = match streams.0 {
            Kind::Standard => {
                let terminal = io::stderr().is_terminal() && io::stdin().is_terminal();
                let (data, notes) = (width.or(columns(&io::stdout())), width.or(columns(&io::stderr())));
                (Sink::of(io::stdout(), color, data), Sink::of(io::stderr(), color, notes), terminal)
            }
            Kind::Given(data, notes) => (Sink::of(data, color, width), Sink::of(notes, color, width), false),
        };
        let styled = notes.styled;
        Self {
            data: Arc::new(Mutex::new(data)),
            notes: Arc::new(Mutex::new(notes)),
            json,
            terminal,
            styled,
            quiet: false,
        }
    }

    /// Returns the layout for the answer of the command.
    pub(crate) fn screen(&self) -> Screen {
        self.data.lock().unwrap_or_else(PoisonError::into_inner).screen()
    }

    /// Returns the layout for everything else.
    pub(crate) fn screen_of_notes(&self) -> Screen {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).screen()
    }

    /// Writes the answer of the command as it is.
    ///
    /// # Errors
    ///
    /// The stream cannot be written. A reader that stops early, such as `head`, is no failure.
    pub(crate) fn data(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        unless_gone(self.data.lock().unwrap_or_else(PoisonError::into_inner).write(write))
    }

    /// Writes the answer of the command for a person. Its lines are wrapped to the terminal.
    ///
    /// # Errors
    ///
    /// As [`Output::data`].
    pub(crate) fn answer(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let screen = self.screen();
        self.data(|w| fitted(w, screen, write))
    }

    /// Writes the answer as an indented JSON document with its format. A command writes at most one.
    ///
    /// # Errors
    ///
    /// As [`Output::data`].
    pub(crate) fn document(&self, document: &impl Serialize) -> Result<(), Failure> {
        self.json(serde_json::to_vec_pretty(&Formatted::of(document)))
    }

    /// Writes one JSON line of the answer with its format. A command that carries out steps writes several.
    ///
    /// # Errors
    ///
    /// As [`Output::data`].
    pub(crate) fn line(&self, line: &impl Serialize) -> Result<(), Failure> {
        self.json(serde_json::to_vec(&Formatted::of(line)))
    }

    /// Writes JSON and a line end. JSON has neither styles nor control characters.
    fn json(&self, text: serde_json::Result<Vec<u8>>) -> Result<(), Failure> {
        let mut text = text.map_err(io::Error::from)?;
        text.push(b'\n');
        unless_gone(self.data.lock().unwrap_or_else(PoisonError::into_inner).put(&text))
    }

    /// Writes bytes of another program as they are. If the reader is gone, the bytes are lost.
    pub(crate) fn raw(&self, bytes: &[u8]) {
        let mut sink = self.data.lock().unwrap_or_else(PoisonError::into_inner);
        drop(sink.writer.write_all(bytes).and_then(|()| sink.writer.flush()));
    }

    /// Leaves notes out if `quiet` says so.
    pub(crate) fn quiet(self, quiet: bool) -> Self {
        Self { quiet, ..self }
    }

    /// Returns whether notes are left out.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes a note, unless the user wants none. Its lines are wrapped to the terminal. If the stream is closed, the
    /// command continues.
    pub(crate) fn note(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if !self.quiet {
            self.complain(write);
        }
    }

    /// Writes an error, its hint or a question, which no flag leaves out. Its lines are wrapped to the terminal. If the
    /// stream is closed, the command continues.
    pub(crate) fn complain(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let screen = self.screen_of_notes();
        let write = |w: &mut dyn Write| fitted(w, screen, write);
        drop(self.notes.lock().unwrap_or_else(PoisonError::into_inner).write(write));
    }
}

impl Sink {
    /// Returns a sink that keeps styles if `color` or the reader wants them.
    fn of(stream: impl RawStream + Send + 'static, color: ColorChoice, width: Option<usize>) -> Self {
        let choice = match color {
            ColorChoice::Auto => AutoStream::choice(&stream),
            chosen => chosen,
        };
        Self { writer: Box::new(stream), styled: choice != ColorChoice::Never, width }
    }

    fn screen(&self) -> Screen {
        Screen { width: self.width, styled: self.styled }
    }

    /// Writes the whole text at once, so that lines of two writers do not mix.
    fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut text = Vec::new();
        write(&mut text)?;
        let text = legible(&text);
        if self.styled { self.put(&text) } else { self.put(&strip_bytes(&text).into_vec()) }
    }

    /// Writes bytes as they are.
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)?;
        self.writer.flush()
    }
}

/// A reader that stopped early is no failure.
fn unless_gone(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Returns a text in which only styles, tabs and line ends have an effect on a terminal.
///
/// Names and words of others can hold control characters. Each is escaped, so that no answer of AWS and no file moves the
/// cursor, clears the screen or changes the title of the terminal.
pub(crate) fn legible(text: &[u8]) -> Cow<'_, [u8]> {
    let Ok(read) = str::from_utf8(text) else { return Cow::Borrowed(text) };
    let is_harmless = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\t');
    if read.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }

    let mut legible = String::with_capacity(read.len());
    let mut rest = read;
    while let Some(at) = rest.find(|letter| !is_harmless(letter)) {
        let (before, from) = rest.split_at(at);
        legible.push_str(before);
        let length = style(from).unwrap_or_else(|| from.chars().next().map_or(0, char::len_utf8));
        let (part, after) = from.split_at(length);
        legible.push_str(&if style(part).is_some() { Cow::Borrowed(part) } else { printable(part) });
        rest = after;
    }
    legible.push_str(rest);
    Cow::Owned(legible.into_bytes())
}

/// Returns the bytes of the style with which a text begins. `None` if it begins with anything else.
fn style(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|letter: char| !(letter.is_ascii_digit() || ";:".contains(letter)))?;
    parameters[end..].starts_with('m').then_some(end + "\u{1b}[m".len())
}

/// Returns the columns of a terminal. `None` if the stream is none.
fn columns(stream: &impl IsTerminal) -> Option<usize> {
    let (width, _) = stream.is_terminal().then(terminal_size::terminal_size).flatten()?;
    Some(width.0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_styles_reach_a_terminal() {
        let check = |text: &str, expected: &str| {
            assert_eq!(String::from_utf8_lossy(&legible(text.as_bytes())), expected);
        };
        for text in ["a\tb\nGrüße", "\u{1b}[1m\u{1b}[38;5;12mbold\u{1b}[0m\u{1b}[m", ""] {
            check(text, text);
        }
        check("a\u{1b}[2J\u{1b}[1mb", "a\\u001B[2J\u{1b}[1mb");
        check("\u{1b}]0;title\u{7}\r\u{1b}", "\\u001B]0;title\\u0007\\r\\u001B");
        check("\u{9b}2J\u{1b}[1", "\\u009B2J\\u001B[1");
    }
}
