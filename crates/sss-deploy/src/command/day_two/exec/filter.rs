//! The output of a command, without the words of the plugin and the marker of the exit code.
//!
//! The agent runs the command at a terminal of its own, so lines end with CR LF; they end with LF here. The plugin
//! prints a line when the session starts and one when it ends. All other output is passed on at once, but for bytes that
//! may be the beginning of such a line or of the marker.

use std::{io::Read, sync::mpsc::Sender};

use sss_aws::{
    causes::{Diagnosis, of_text},
    operate::exec::Wrapped,
};

use crate::output::Output;

/// The words of the plugin at the beginning of a line: when a session starts, and when it ends.
const PLUGIN: [&[u8]; 2] = [b"Starting session with SessionId: ", b"Exiting session with sessionId: "];
/// The most bytes of output that are kept for the cause of a failure.
const KEPT: usize = 4096;

/// Passes output on, and finds the exit code.
pub(super) struct Filter {
    wrapped: Wrapped,
    output: Output,
    /// The bytes that were read and not passed on.
    held: Vec<u8>,
    /// Whether the held bytes begin a line.
    begins_line: bool,
    /// Whether a byte was passed on.
    has_started: bool,
    exit_code: Option<u8>,
    /// Hears that the command takes its input.
    ready: Option<Sender<()>>,
    /// The end of the output.
    last: String,
}

impl Filter {
    /// Returns a filter that writes to the answer of the program.
    pub(super) fn new(wrapped: Wrapped, output: Output) -> Self {
        let (held, last) = (Vec::new(), String::new());
        let (exit_code, ready) = (None, None);
        Self { wrapped, output, held, begins_line: true, has_started: false, exit_code, ready, last }
    }

    /// Sets who hears that the command takes its input.
    pub(super) fn telling(self, ready: Sender<()>) -> Self {
        Self { ready: Some(ready), ..self }
    }

    /// Reads output to its end.
    pub(super) fn pass(mut self, mut source: impl Read) -> Self {
        let mut buffer = [0; 8192];
        while let Ok(count @ 1..) = source.read(&mut buffer) {
            self.held.extend_from_slice(&buffer[..count]);
            self.take();
        }
        let rest = std::mem::take(&mut self.held);
        if self.exit_code.is_none() {
            self.pass_on(&rest);
        }
        self
    }

    /// Returns the exit code of the command. `None` if the session ended before it.
    pub(super) fn exit_code(&self) -> Option<u8> {
        self.exit_code
    }

    /// Returns the cause that the output shows, for a session that ended before the command.
    pub(super) fn cause(&self) -> Option<Diagnosis> {
        of_text(&self.last)
    }

    /// Passes on what can be passed on.
    fn take(&mut self) {
        while let Some((position, end, word)) = self.marked() {
            let bytes = self.held[..position].to_vec();
            let rest = self.without_plugin(&bytes);
            self.pass_on(&rest);
            self.held.drain(..end);
            if word.trim_end() == Wrapped::READY {
                self.begins_line = true;
                // Without a reader, nobody has input.
                self.ready.take().map(|ready| ready.send(()).ok());
                continue;
            }
            self.exit_code = self.wrapped.exit_code(&word);
            self.held.clear();
            return;
        }

        let marker = self.wrapped.marker.as_bytes();
        if position_of(&self.held, marker).is_some() {
            return;
        }
        let kept = longest_end(&self.held, marker).max(usize::from(self.held.ends_with(b"\r")));
        let bytes: Vec<u8> = self.held.drain(..self.held.len() - kept).collect();
        let rest = self.without_plugin(&bytes);
        self.held.splice(..0, rest);
    }

    /// Returns the place of the marker, the end of its line, and the text behind it.
    fn marked(&self) -> Option<(usize, usize, String)> {
        let marker = self.wrapped.marker.as_bytes();
        let position = position_of(&self.held, marker)?;
        let behind = position + marker.len();
        let length = self.held[behind..].iter().position(|byte| *byte == b'\n')?;
        let word = String::from_utf8_lossy(&self.held[behind..behind + length]).into_owned();
        Some((position, behind + length + 1, word))
    }

    /// Passes on bytes without the lines of the plugin. Returns the beginning of a line that may be one of them.
    fn without_plugin(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut rest = bytes;
        while !rest.is_empty() && self.exit_code.is_none() {
            let end = rest.iter().position(|byte| *byte == b'\n').map(|end| end + 1);
            let (line, next) = rest.split_at(end.unwrap_or(rest.len()));
            let may_be =
                |words: &&[u8]| line.starts_with(words) || (end.is_none() && words.starts_with(line));
            let is_blank = !self.has_started && matches!(line, b"\n" | b"\r\n");
            if self.begins_line && (is_blank || PLUGIN.iter().any(may_be)) {
                if end.is_none() {
                    return line.to_vec();
                }
            } else {
                self.pass_on(line);
                self.begins_line = end.is_some();
            }
            rest = next;
        }
        Vec::new()
    }

    /// Passes on bytes, and keeps their end.
    fn pass_on(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let text: Vec<u8> = match bytes.strip_suffix(b"\r\n") {
            Some(line) => [line, b"\n"].concat(),
            None => bytes.to_vec(),
        };
        self.has_started = true;
        self.last.push_str(&String::from_utf8_lossy(&text));
        let surplus = self.last.len().saturating_sub(KEPT);
        let cut = (surplus..=self.last.len()).find(|cut| self.last.is_char_boundary(*cut));
        self.last.drain(..cut.unwrap_or_default());
        self.output.raw(&text);
    }
}

/// Returns the place of the words in the bytes.
fn position_of(bytes: &[u8], words: &[u8]) -> Option<usize> {
    bytes.windows(words.len()).position(|part| part == words)
}

/// Returns the length of the longest end of the bytes that is a beginning of the words.
fn longest_end(bytes: &[u8], words: &[u8]) -> usize {
    let most = words.len().min(bytes.len());
    (1..=most).rev().find(|length| bytes.ends_with(&words[..*length])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Result, Write, sink},
        sync::{Arc, Mutex},
    };

    use anstream::ColorChoice;

    use super::*;
    use crate::output::Streams;

    /// A writer that a test can read.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.0.lock().expect("no holder panics").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    /// A source that gives its bytes in parts of this size.
    struct Parts<'a>(&'a [u8], usize);

    impl Read for Parts<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let count = self.1.min(self.0.len());
            let (part, rest) = self.0.split_at(count);
            buffer[..count].copy_from_slice(part);
            self.0 = rest;
            Ok(count)
        }
    }

    /// Returns the output, and the filter behind it.
    fn filtered(input: &str, size: usize) -> (String, Filter) {
        let written = Written::default();
        let streams = Streams::new(written.clone(), sink());
        let output = Output::new(streams, ColorChoice::Never, None, false);
        let wrapped = Wrapped::new(&["true".to_owned()], "/bin/sh", "end-1:");
        let filter = Filter::new(wrapped, output).pass(Parts(input.as_bytes(), size));
        let bytes = written.0.lock().expect("no holder panics").clone();
        (String::from_utf8(bytes).expect("text"), filter)
    }

    #[test]
    fn output_is_that_of_the_command_in_parts_of_any_size() {
        for (body, expected, code) in [
            ("abc\r\nend-1:0\r\n", "abc\n", 0),
            ("abcend-1:3\r\n", "abc", 3),
            ("end-1:7\r\n", "", 7),
            ("a\r\n\r\n\r\nb\r\nend-1:137\r\n", "a\n\n\nb\n", 137),
            ("\u{1b}[1mbold\u{1b}[0m: \u{e9}\r\nend-1:0\r\n", "\u{1b}[1mbold\u{1b}[0m: \u{e9}\n", 0),
            (
                "an end-2: in the text, Exiting session\r\nend-1:1\r\n",
                "an end-2: in the text, Exiting session\n",
                1,
            ),
            ("end-1:ready\r\nabc\r\nend-1:0\r\n", "abc\n", 0),
            ("10%\r20%\r100%\r\nend-1:0\r\n", "10%\r20%\r100%\n", 0),
        ] {
            let session = format!(
                "\nStarting session with SessionId: ecs-1\r\n{body}\nExiting session with sessionId: ecs-1.\n\n"
            );
            for size in [1, 2, 3, 7, 1000] {
                let (text, filter) = filtered(&session, size);
                let found = (text.as_str(), filter.exit_code());
                assert_eq!(found, (expected, Some(code)), "{body:?} in parts of {size}");
            }
        }
    }

    #[test]
    fn session_without_a_marker_tells_its_cause() {
        let (text, filter) = filtered(
            "\nStarting session with SessionId: ecs-1\nUnable to start command: Failed to start pty\n",
            5,
        );
        assert_eq!(
            (filter.exit_code(), text.as_str()),
            (None, "Unable to start command: Failed to start pty\n")
        );
        assert_eq!(filter.cause().map(|found| found.cause.id), Some("Z7"));
    }
}
