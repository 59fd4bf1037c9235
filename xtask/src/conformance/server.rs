//! A server as a child process.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::failure::Failure;

/// A running server, ended when this is dropped.
pub(super) struct Server {
    child: Child,
    /// What it printed first.
    line: Value,
}

impl Server {
    /// Starts a server that prints a line of JSON as soon as it listens.
    pub(super) fn start(command: &mut Command) -> Result<Self, Failure> {
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
            read.map_err(Failure::to(format_args!("read what {name} prints")))?;
        }
        server.line =
            serde_json::from_str(&line).map_err(Failure::to(format_args!("read what {name} prints")))?;
        Ok(server)
    }

    /// A member of the first line that is a text.
    pub(super) fn value(&self, member: &str) -> &str {
        self.line[member].as_str().unwrap_or_default()
    }

    /// A member of the first line that is a list of texts.
    pub(super) fn values(&self, member: &str) -> Vec<&str> {
        self.line[member].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
