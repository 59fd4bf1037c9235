//! Where a command writes.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
};

use anstream::{AutoStream, ColorChoice, adapter::strip_bytes, stream::RawStream};
use serde::Serialize;

use crate::failure::Failure;

/// Where a command writes: answers to one stream, everything else to another.
pub struct Streams(Kind);

enum Kind {
    Standard,
    Given(Writer, Writer),
}

type Writer = Box<dyn Write + Send>;

impl Streams {
    /// Standard output and standard error. Questions are asked, and steps shown live, when both standard error and
    /// standard input are a terminal.
    pub fn standard() -> Self {
        Self(Kind::Standard)
    }

    /// Two writers, neither of which is a terminal: nothing is asked.
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

/// One stream, and whether what is written to it keeps its styles.
struct Sink {
    writer: Writer,
    styled: bool,
}

/// The streams of one command. What is written with styles loses them where they are not wanted.
#[derive(Clone)]
pub(crate) struct Output {
    data: Arc<Mutex<Sink>>,
    notes: Arc<Mutex<Sink>>,
    /// Whether the answer is JSON.
    pub(crate) json: bool,
    /// Whether a person is there to be asked and to be shown progress.
    pub(crate) terminal: bool,
    /// Whether what goes to standard error keeps its styles.
    pub(crate) styled: bool,
}

impl Output {
    /// The streams, with colour as chosen.
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

    /// Writes what the command answers. A reader that has read enough, as `head` has, is no failure.
    pub(crate) fn data(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        match self.data.lock().unwrap_or_else(PoisonError::into_inner).write(write) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }

    /// Answers with a JSON document for people and programs.
    pub(crate) fn document(&self, document: &impl Serialize) -> Result<(), Failure> {
        self.data(|w| {
            serde_json::to_writer_pretty(&mut *w, document)?;
            writeln!(w)
        })
    }

    /// Answers with one JSON line.
    pub(crate) fn line(&self, line: &impl Serialize) -> Result<(), Failure> {
        self.data(|w| {
            serde_json::to_writer(&mut *w, line)?;
            writeln!(w)
        })
    }

    /// Writes what is not the answer. When nobody takes it, that is no reason to stop.
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

    /// Writes all of it at once: a plan is written in many small pieces, and lines of two writers must not mix.
    fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut text = Vec::new();
        write(&mut text)?;
        let text = if self.styled { text } else { strip_bytes(&text).into_vec() };
        self.writer.write_all(&text)?;
        self.writer.flush()
    }
}
