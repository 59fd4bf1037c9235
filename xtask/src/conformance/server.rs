//! A server as a child process.
//!
//! `sandbox serve` and the extension of moto have the same protocol: once they listen, they print one line of
//! JSON with the endpoint. So nobody has to wait or to guess a port.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::failure::Failure;

/// A running server. It ends when this value is dropped.
pub(crate) struct Server {
    child: Child,
    /// The first line that it printed.
    line: Value,
}

impl Server {
    /// Starts a server that prints a line of JSON when it listens.
    ///
    /// # Errors
    ///
    /// The program cannot be started, or its first line is not JSON, for example because it ended before.
    pub(crate) fn start(command: &mut Command) -> Result<Self, Failure> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(Failure::to(format_args!("run {name}")))?;

        let output = child.stdout.take();
        let mut server = Self { child, line: Value::Null };
        let mut line = String::new();
        if let Some(output) = output {
            let read = BufReader::new(output).read_line(&mut line);
            read.map_err(Failure::to(format_args!("read the output of {name}")))?;
        }

        server.line =
            serde_json::from_str(&line).map_err(Failure::to(format_args!("read the output of {name}")))?;
        Ok(server)
    }

    /// Returns a text member of the first line.
    pub(crate) fn value(&self, member: &str) -> &str {
        self.line[member].as_str().unwrap_or_default()
    }

    /// Returns a member of the first line that is a list of texts.
    pub(crate) fn values(&self, member: &str) -> Vec<&str> {
        self.line[member].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
