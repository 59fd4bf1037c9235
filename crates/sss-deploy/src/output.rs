//! The streams of a command.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
};

use anstream::{AutoStream, ColorChoice, adapter::strip_bytes, stream::RawStream};
use serde::Serialize;

use crate::failure::Failure;

/// The streams of a command: answers are written to one, everything else to the other.
///
/// ```
/// use sss_deploy::{Exit, Streams};
///
/// let streams = Streams::new(std::io::sink(), std::io::sink());
/// assert_eq!(sss_deploy::run(["sss-deploy", "--version"], streams), Exit::Done);
/// ```
pub struct Streams(Kind);

enum Kind {
    Standard,
    Given(Writer, Writer),
}

type Writer = Box<dyn Write + Send>;

impl Streams {
    /// Returns standard output and standard error.
    ///
    /// The program asks questions and shows live progress if both standard error and standard input are a terminal.
    pub fn standard() -> Self {
        Self(Kind::Standard)
    }

    /// Returns two writers, neither of which is a terminal. The program asks no questions.
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
}

/// The streams of one command. Each removes styles from the text if its reader does not want them.
#[derive(Clone)]
pub(crate) struct Output {
    data: Arc<Mutex<Sink>>,
    notes: Arc<Mutex<Sink>>,
    /// Whether the answer is JSON.
    pub(crate) json: bool,
    /// Whether there is a terminal for questions and live progress.
    pub(crate) terminal: bool,
    /// Whether text on standard error keeps its styles.
    pub(crate) styled: bool,
}

impl Output {
    /// Opens the streams, with colour as chosen.
    pub(crate) fn new(streams: Streams, color: ColorChoice, json: bool) -> Self {
        let (data, notes, terminal) = match streams.0 {
            Kind::Standard => {
                let terminal = io::stderr().is_terminal() && io::stdin().is_terminal();
                (Sink::of(io::stdout(), color), Sink::of(io::stderr(), color), terminal)
            }
            Kind::Given(data, notes) => (Sink::of(data, color), Sink::of(notes, color), false),
        };
        let styled = notes.styled;
        Self { data: Arc::new(Mutex::new(data)), notes: Arc::new(Mutex::new(notes)), json, terminal, styled }
    }

    /// Writes the answer of the command. A reader that stops early, such as `head`, is no failure.
    pub(crate) fn data(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        match self.data.lock().unwrap_or_else(PoisonError::into_inner).write(write) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }

    /// Writes the answer as an indented JSON document.
    pub(crate) fn document(&self, document: &impl Serialize) -> Result<(), Failure> {
        self.data(|w| {
            serde_json::to_writer_pretty(&mut *w, document)?;
            writeln!(w)
        })
    }

    /// Writes one JSON line of the answer.
    pub(crate) fn line(&self, line: &impl Serialize) -> Result<(), Failure> {
        self.data(|w| {
            serde_json::to_writer(&mut *w, line)?;
            writeln!(w)
        })
    }

    /// Writes a note. If the stream is closed, the command continues.
    pub(crate) fn note(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        drop(self.notes.lock().unwrap_or_else(PoisonError::into_inner).write(write));
    }
}

impl Sink {
    fn of(stream: impl RawStream + Send + 'static, color: ColorChoice) -> Self {
        let choice = match color {
            ColorChoice::Auto => AutoStream::choice(&stream),
            chosen => chosen,
        };
        Self { writer: Box::new(stream), styled: choice != ColorChoice::Never }
    }

    /// Writes the whole text at once, so that lines of two writers do not mix.
    fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut text = Vec::new();
        write(&mut text)?;
        let text = if self.styled { text } else { strip_bytes(&text).into_vec() };
        self.writer.write_all(&text)?;
        self.writer.flush()
    }
}
